# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What cases are written with. A case is a bash file, run as root in the guest
# with an empty folder of the ordinary user as its current folder.

user_uid=1000
JOBCOMP=/var/log/jobcomp
DIR=$PWD
CASE_ENV=()
RULE='^-{40,} oom-advice$'
P=/opt/programs

[ -e $JOBCOMP ] || : >>$JOBCOMP
[ -e $JOBCOMP ] || : >>$JOBCOMP
fail()
{
	echo "FAIL: $*"
	echo "$*" >>"$DIR/.failed"
}

# note TEXT: a figure, printed behind the case's name
note()
{
	echo -n "; $*" >>"$DIR/.note"
}

# as_user COMMAND...: with a login's environment and what CASE_ENV holds
as_user()
{
	(
		export HOME=/home/user USER=user LOGNAME=user SHELL=/bin/bash LC_ALL=C PATH=/usr/bin:/bin
		[ "${#CASE_ENV[@]}" = 0 ] || export "${CASE_ENV[@]}"
		exec setpriv --reuid $user_uid --regid $user_uid --clear-groups "$@"
	)
}

# submit [sbatch option...] <SCRIPT: sets JOB; the script needs no first line
submit()
{
	local script n=1
	while [ -e "job$n.sh" ]; do n=$((n + 1)); done
	script=job$n.sh
	{
		echo '#!/bin/bash'
		cat
	} >"$script"
	chown $user_uid "$script"
	echo "+ sbatch $* $script"
	# shellcheck disable=SC2034 # for cases
	if ! JOB=$(as_user sbatch --parsable "$@" "$script" 2>sbatch.err); then
		fail "sbatch: $(head -n 1 sbatch.err)"
		exit 1
	fi
	[ ! -s sbatch.err ] || cat sbatch.err
	echo "$JOB" >>.jobs
}

# No process: each costs the guest 50 ms.
ended()
{
	local line
	while read -r line; do
		[[ $line != "JobId=$1 "* ]] || return 0
	done <$JOBCOMP
	return 1
}

# wait_job [JOB...]: wait for the end of each, and for the epilog that removes
# our files
wait_job()
{
	local job n left
	for job in "${@:-$JOB}"; do
		if ! $P/await $JOBCOMP "JobId=$job " 300; then
			fail "job $job did not end"
			scontrol show job "$job"
			return 1
		fi
		for ((n = 0; n < 100; n++)); do
			left=$(compgen -G "/run/oom-advice/$job.*") || break
			sleep 0.2
		done
		[ -z "$left" ] || fail "no epilog removed $left"
	done
}

# wait_array ARRAY N: wait for all N jobs of an array; their ids in JOBS
wait_array()
{
	local n
	for ((n = 0; n < 300; n++)); do
		# shellcheck disable=SC2034 # for cases
		mapfile -t JOBS < <(scontrol show job -o "$1" 2>/dev/null | sed -n 's/^JobId=\([0-9]*\) .*ArrayTaskId=[0-9]* .*/\1/p' | sort -n)
		[ "${#JOBS[@]}" -lt "$2" ] || break
		sleep 0.3
	done
	printf '%s\n' "${JOBS[@]}" >>.jobs
	wait_job "${JOBS[@]}"
}

# has_line FILE REGEX, without a process
has_line()
{
	local lines line
	mapfile -t lines <"$1" 2>/dev/null || return 1
	for line in "${lines[@]}"; do
		[[ ! $line =~ $2 ]] || return 0
	done
	return 1
} 2>/dev/null

# wait_for FILE TEXT: until it is there
wait_for()
{
	$P/await "$1" "$2" 60 && return 0
	fail "'$2' did not come into $1"
	return 1
}

# job_state JOB: prints what scontrol says, as "OUT_OF_MEMORY 0:125"
job_state()
{
	local n all
	for ((n = 0; n < 100; n++)); do
		all=$(scontrol show job -o "$1")
		[[ $all =~ \ JobState=([A-Z_]*)\ .*\ ExitCode=([0-9:]*)\  ]] || break
		# the job's end is recorded before its epilog has run
		[ "${BASH_REMATCH[1]}" = COMPLETING ] || break
		sleep 0.3
	done
	echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
}

# wait_epilog: until the epilog has run too
wait_epilog()
{
	wait_job && job_state "$JOB" >/dev/null
}

expect_state()
{
	local got
	got=$(job_state "$JOB")
	[ "$got" = "$*" ] || fail "job $JOB is $got, not $*"
}

expect_text()
{
	{ [ -e "$1" ] && has_line "$1" "$2"; } || fail "$1 lacks '$2'"
}

expect_no_text()
{
	[ -e "$1" ] || {
		fail "$1 is not there"
		return
	}
	! has_line "$1" "$2" || fail "$1 has '$2'"
}

# All blocks of a file, each checked for its form. Sets BLOCKS (machine lines).
read_blocks()
{
	local file=$1 line count=0 inside='' width=0 ascii='' bad=''
	local order='^#oom-advice v=1 job=[0-9]+ step=(batch|interactive|[0-9]+) node=[a-z0-9.-]+ cause=(under-allocation|whole-file-load|worker-copies|leak|rank0-bottleneck|rank-imbalance|tmpfs|sudden-allocation|jvm|node-oom|undetermined|none) confidence=(high|medium|low) limit_bytes=([0-9]+|-) peak_bytes=([0-9]+|-) next_mem=([0-9]+[KMGT]?|-)( [a-z_0-9]+=[^ ]*)*$'
	BLOCKS=()
	if [ ! -f "$file" ]; then
		fail "$file is not there"
		return 1
	fi
	while IFS= read -r line || [ -n "$line" ]; do
		line=${line%$'\r'} # a terminal's line ends
		if [[ $line =~ $RULE ]]; then
			[ -z "$inside" ] || bad="a block begins inside a block"
			inside=yes count=0 width=0 ascii=''
		elif [[ $line == *'- oom-advice' ]]; then
			bad="the dashed rule does not stand on a line of its own: $line"
		fi
		if [ -z "$inside" ]; then
			[[ $line != '#oom-advice '* ]] || bad="a machine line outside of a block"
			continue
		fi
		# srun's own words may come in between, in a file that both write to
		[[ $line != 'srun: '* && $line != 'slurmstepd-'* && $line != 'slurmstepd: '* ]] || continue
		count=$((count + 1))
		[[ $line != *[![:print:]]* ]] || ascii=$line
		if [[ $line == '#oom-advice '* ]]; then
			inside=
			BLOCKS+=("$line")
			[[ $line =~ $order ]] || bad="machine line not as agreed: $line"
			[ "$count" -le 24 ] || bad="a block of $count lines"
			[ "$width" -le 80 ] || bad="a block $width columns wide"
			[ -z "$ascii" ] || bad="not plain ASCII: $ascii"
		elif [ "${#line}" -gt "$width" ]; then
			width=${#line}
		fi
	done <"$file"
	[ -z "$inside" ] || bad="a block without its machine line"
	if [ "${#BLOCKS[@]}" -gt 1 ]; then
		printf '%s\n' "${BLOCKS[@]}" | sed 's/.*\( job=[^ ]* step=[^ ]* node=[^ ]*\).*/\1/' |
			sort | uniq -d | grep -q . && bad="the same step and node twice"
	fi
	[ -z "$bad" ] || fail "$file: $bad"
}

# The plugin holds no step up: a writer may go on for a moment after the job's
# end. So what is not there yet is looked for again, up to SETTLE times.
SETTLE=10

# settle FILE N: until FILE has N machine lines
settle()
{
	local n count line lines
	for ((n = 0; n < SETTLE; n++)); do
		count=0
		lines=()
		[ ! -f "$1" ] || mapfile -t lines <"$1"
		for line in "${lines[@]}"; do
			[[ $line != '#oom-advice '* ]] || count=$((count + 1))
		done
		[ "$count" -lt "$2" ] || return 0
		sleep 0.5
	done
}

# expect_blocks N FILE
expect_blocks()
{
	settle "$2" "$1"
	read_blocks "$2" || return 0
	[ "${#BLOCKS[@]}" = "$1" ] || fail "$2 has ${#BLOCKS[@]} blocks, not $1"
}

# expect_block FILE [KEY=PATTERN...]: exactly one block of this job whose
# machine line has all that is asked for; shell patterns; the value of a key
# must match whole. job=$JOB unless said otherwise.
expect_block()
{
	local file=$1 line want key value found=0 match with_job="job=${JOB:-*}"
	shift
	for want in "$@"; do
		case $want in job=*) with_job= ;; esac
	done
	settle "$file" 1
	read_blocks "$file" || return 0
	for line in "${BLOCKS[@]}"; do
		match=yes
		for want in $with_job "$@"; do
			key=${want%%=*}
			value=" $line "
			case $value in
			*" $key="*) ;;
			*) match=; continue ;;
			esac
			value=${value#*" $key="}
			value=${value%% *}
			# shellcheck disable=SC2053 # a pattern
			[[ $value == ${want#*=} ]] || match=
		done
		[ -z "$match" ] || {
			found=$((found + 1))
			# shellcheck disable=SC2034 # for cases
			BLOCK=$line
		}
	done
	[ "$found" = 1 ] || {
		fail "$file has $found blocks with $with_job $* (of ${#BLOCKS[@]})"
		[ "${#BLOCKS[@]}" = 0 ] || printf '    %s\n' "${BLOCKS[@]}"
	}
}

# Nothing of ours in the file, pointer lines included.
expect_silence()
{
	local f
	sleep 1 # for what might come late
	for f in "$@"; do
		expect_no_text "$f" 'oom-advice'
	done
}

expect_no_block()
{
	expect_blocks 0 "$1"
}

# expect_pointer FILE WHERE: one line that names the file with the block
expect_pointer()
{
	local n
	wait_for "$1" 'oom-advice: '
	n=$(grep -cE '^oom-advice: ' "$1")
	[ "$n" = 1 ] || fail "$1 has $n pointer lines, not 1"
	grep -E '^oom-advice: ' "$1" | grep -qF -- "$2" || fail "the pointer line of $1 does not name $2"
	expect_no_block "$1"
}

# What a batch script's prints next, in KEY of BLOCK
block_value()
{
	local v=" $BLOCK "
	v=${v#*" $1="}
	echo "${v%% *}"
}

# expect_kills N: the kernel killed something in this job: a case about
# kills that saw none would prove nothing. Each kill is one line of the kernel
# log; the job is told by its folder.
kills_of()
{
	local reports counted
	reports=$(grep -acE "oom-kill:constraint=.*/job_$1[/,]" /run/lab-kernel)
	# The kernel writes ten reports in five seconds, and no more: Slurm's own
	# count of each step is from the counters.
	counted=$(sed -n "s/.*Detected \([0-9]*\) oom-kill event(s) in StepId=$1\..*/\1/p" /mnt/out/log/slurmd.node? 2>/dev/null |
		awk '{ n += $1 } END { print n + 0 }')
	echo $((reports > counted ? reports : counted))
}

expect_kills()
{
	local n
	n=$(kills_of "$JOB")
	[ "$n" -ge "$1" ] || fail "the kernel log has $n kills of job $JOB, not $1 or more"
}

# The plugin's own lines of this job in slurmd's logs (debug=on in plugstack)
our_log()
{
	grep -h 'oom-advice:' /mnt/out/log/slurmd.node? | grep -E "^\[[^]]*\] \[${JOB:-0}\." || :
}

# read_held: how long the end of job JOB's last step was held up, from our log.
# Sets HELD and WAITED (us) and SLEEPS.
read_held()
{
	local line seen=
	while read -r line; do
		[[ $line =~ \ held\ ([0-9]+)\ us:\ ([0-9]+)\ us\ waiting\ for\ the\ child,\ ([0-9]+)\ other\ sleeps ]] || continue
		HELD=${BASH_REMATCH[1]} WAITED=${BASH_REMATCH[2]} SLEEPS=${BASH_REMATCH[3]} seen=yes
	done < <(our_log)
	[ -n "$seen" ] || fail "no 'held ... us' line in the log of job $JOB"
	[ -n "$seen" ]
}

# expect_quick COMMAND...: submits (sets JOB), three times, a job whose step's
# end is not held up by its output file. A thread is held up when it sleeps: in
# the one wait for the child, which is timed, and the kernel counts whether it
# ever slept outside of that wait. All the rest of the hook's time it was
# running or ready to run; how long that takes is up to the machine (20 to 170
# ms in this guest, with a plain file too). A wait of 30 ms may also end late,
# when the host gives the guest no CPU, and a job that is dead before the
# recorder's thread has begun makes the two meet at a lock of the kernel's: one of
# the three runs may show either, as a file that holds up would in each; but none
# may wait as long as a file that blocks (a second). tests/host/run takes the time
# asleep natively, where it can be told from the time without a CPU.
expect_quick()
{
	local late=0
	for _ in 1 2 3; do
		"$@"
		wait_job
		read_held || return
		note "held $HELD us, $WAITED of them waiting, $SLEEPS other sleeps"
		[ "$SLEEPS" = 0 ] && [ "$WAITED" -le 50000 ] || late=$((late + 1))
		[ "$SLEEPS" -le 1 ] && [ "$WAITED" -lt 500000 ] || late=3
	done
	[ "$late" -le 1 ] || fail "waited for more than 50 ms, or slept outside of the wait"
}

stepd_pid()
{
	pgrep -f "^slurmstepd: \[$1\]"
}

# make_table FILE MIB: a table as users have them
make_table()
{
	local row='1023,51.4779,-0.0015,Greenwich,2026-11-24T20:38:26,17.25,0.31,ok' part n
	part=$row$'\n'
	for ((n = 0; n < 14; n++)); do part+=$part; done # 1 MiB and a little
	for ((n = 0; n < $2; n++)); do printf %s "$part"; done >"$1"
	chown $user_uid "$1"
}

# The script has said "went on": kill -9 its slurmstepd, then end what it left
kill_stepd_after_kill()
{
	local pid script
	wait_for "slurm-$JOB.out" 'went on' || return 0
	pid=$(stepd_pid "$JOB.batch") || {
		fail 'no slurmstepd of the batch step'
		return 0
	}
	script=$(pgrep -P "$pid")
	kill -KILL "$pid"
	# Slurm would find out by itself, minutes later
	# shellcheck disable=SC2086 # pids
	kill -KILL $script
	sleep 0.3
	as_user scancel "$JOB"
}
