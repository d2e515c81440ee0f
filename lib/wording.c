// SPDX-License-Identifier: GPL-2.0-or-later
#include "wording.h"

/* Laid out by hand: one sentence, or one alternative, at a time. */
/* clang-format off */

#define MORE_MEMORY \
	"Ask for more{guess}:" OOM_PASTE "{paste}" OOM_OR "{no_more}"
#define OR_MORE_MEMORY \
	"Or ask for more{guess}:" OOM_PASTE "{paste}" OOM_OR "{no_more}"

const char *const oom_cause_lines[] = {
	[OOM_LOW] = "Possible cause (low confidence): {headline}",
	[OOM_MEDIUM] = "Likely cause (medium confidence): {headline}",
	[OOM_HIGH] = "Likely cause (high confidence): {headline}",
};

const char oom_cause_line_undetermined[] = "Cause: {headline}";

const char oom_where_line[] = "Where it grew: {where}.";

const char *const oom_opening[] = {
	"OUT OF MEMORY: the kernel killed {kills_many} processes of {step_text}, "
	"{first} {victim} (process {pid}{rank_text}) at {time}." OOM_OR
	"OUT OF MEMORY: the kernel killed {victim} (process {pid}{rank_text}) at "
	"{time}." OOM_OR
	"OUT OF MEMORY: the kernel killed {kills_many} processes of {step_text}, "
	"{first} {victim} (process {pid}{rank_text})." OOM_OR
	"OUT OF MEMORY: the kernel killed {victim} (process "
	"{pid}{rank_text})." OOM_OR
	"OUT OF MEMORY: the kernel killed {kills_many} processes of "
	"{step_text}." OOM_OR
	"OUT OF MEMORY: the kernel killed a process of {step_text}.",

	/* Whose limit it was. */
	"The step reached its own limit: {step_limit}{option_text} on {node}, in "
	"{step_text}{elapsed}.{need_unknown}" OOM_OR
	"The job reached its limit: {job_limit}{option_text} on {node}, in "
	"{step_text}{elapsed}.{need_unknown}" OOM_OR
	"Not the job's limit was reached: node {whole_node} itself ran out of "
	"memory{elapsed_of_step}." OOM_OR
	"Not the job's limit was reached: the part of the memory of {numa_node} "
	"that this process may use (its NUMA nodes) ran out{elapsed_of_step}." OOM_OR
	"Not the job's own limit was reached, but one above it: what jobs on "
	"{shared_node} may use together{elapsed_of_step}." OOM_OR
	"It was on {inferred_node}, in {step_text}{elapsed}. Which limit was "
	"reached is not known; the job was not near its own." OOM_OR
	"It was on {node}, in {step_text}{elapsed}. Which limit was reached is "
	"not known.",

	NULL
};

const char *const oom_opening_healthy[] = {
	"No process of {step_text} on {healthy_node} was killed for memory." OOM_OR
	"Whether a process of {step_text} on {node} was killed for memory is not "
	"known: its counters could not be read.",

	"The most that the job had in use there was {peak} of {limit} "
	"({peak_percent} percent), file cache included." OOM_OR
	"The most that the job had in use there was {peak}, file cache "
	"included." OOM_OR
	"The job's limit there is {limit}; the most that it had in use is not "
	"known.",

	"Left at the end of the step: {composition}.",

	NULL
};

const char *const oom_closing[] = {
	"The kernel kills the largest process. The one that grew was {other} "
	"(process {other_pid}), by {other_grown}.",
	"Memory at the kill: {processes}" OOM_OR
	"Memory at the kill, shared pages included: {processes_rss}",
	"More: oom-advice(7)",
	NULL
};

/* Each a line of its own. */
const char *const oom_notice[] = {
	"oom-advice: {time}: {victim} ({pid}) was killed: out of memory." OOM_OR
	"oom-advice: {victim} ({pid}) was killed: out of memory." OOM_OR
	"oom-advice: the kernel killed a process of {step_text}: out of memory.",
	"oom-advice: limit {job_limit}; {step_text} goes on without it." OOM_OR
	"oom-advice: {step_text} goes on without it.",
	"oom-advice: should it wait for ever: scancel {job}. Why: at its end." OOM_OR
	"oom-advice: why: at its end.",
	NULL
};

const char oom_pointer[] =
	"oom-advice: {step_text} ran out of memory on {node}; the explanation is "
	"in the job's output file, {job_output}" OOM_OR
	"oom-advice: {step_text} ran out of memory on {node}; the explanation is "
	"in the job's output file";

const struct oom_wording oom_wordings[OOM_CAUSES] = {
	[OOM_CAUSE_UNDER_ALLOCATION] = {
		.headline = "the program needs more memory than the job asked "
			    "for.",
		.evidence = {
			"{grower} had {grower_bytes} in use, and had asked for "
			"{doubled} more that it had not touched yet. Before, it "
			"had asked for half as much, and for a quarter: a table "
			"that doubles when it is full grows so." OOM_OR
			"{grower} had {grower_bytes} in use, and had asked for "
			"{asked} more that it had not touched yet." OOM_OR
			"Several programs ran at the same time: {several}. They "
			"did not fit together." OOM_OR
			"{ranks} ranks ({grower}) held about {rank_each} each; "
			"none of them stands out." OOM_OR
			"{grower} grew by {grown} in {grow_time}, in requests of "
			"up to {chunk}; more of them may have been to come." OOM_OR
			"{grower} grew by {grown} in {grow_time}, in {stages} "
			"stages; more of them may have been to come." OOM_OR
			"{grower} grew by {grown} in {slow_time}, and more and "
			"more slowly: it may not have needed much more." OOM_OR
			"{grower} grew by {grown} in {steady_time}, without a "
			"pause. A list or table that is being built looks like "
			"this, and so does a loop that never stops." OOM_OR
			"{grower} grew by {grown} in {grow_time}. A list or "
			"table that is being built looks like this, and so does "
			"a loop that never stops." OOM_OR
			"{largest} alone held {largest_bytes} of the {usage} in "
			"use. Whether it needs a little more or would grow "
			"without end does not show in what is left after a "
			"kill.",
		},
		.advice = {
			MORE_MEMORY,
			"Or run them one after the other: {several_names}.",
			"If it fails again at the new size, look for what grows "
			"in {place}: a list that a loop keeps adding to, or a "
			"file that is read whole (read it in pieces)." OOM_OR
			"If it fails again at the new size, look for what grows: "
			"a list that a loop keeps adding to, or a file that is "
			"read whole (read it in pieces).",
		},
	},
	[OOM_CAUSE_WHOLE_FILE_LOAD] = {
		.headline = "a whole file is read into memory.",
		.evidence = {
			"{grower} asked for {request} at once, as much as the "
			"file {twin_file} has ({file_size})." OOM_OR
			"{grower} grew by {grown} while it read {file_read} of "
			"{part_file}, which has {file_size}." OOM_OR
			"{grower} had read all of {whole_file} ({file_size}), and "
			"grew by {grown} from it: data in memory is often several "
			"times larger than its file." OOM_OR
			"{grower} grew by {grown} while it went through {mapped} "
			"of files that it has mapped into its memory." OOM_OR
			"{grower} grew by {grown} while it opened one file after "
			"the other (at {files_opened} looks or more a new one, "
			"at last {file})." OOM_OR
			"{grower} grew by {grown} while it read {read}, the last "
			"of it from {file}." OOM_OR
			"{grower} grew by {grown} while it read {read} of files "
			"or pipes.",
		},
		.advice = {
			"Work on it in pieces, and keep only results, in {place}: "
			"one line or record at a time, or in pandas:" OOM_PASTE
			"for part in pd.read_csv(name, chunksize=100000): ..." OOM_OR
			"Work on it in pieces, and keep only results: one line or "
			"record at a time, or in pandas:" OOM_PASTE
			"for part in pd.read_csv(name, chunksize=100000): ...",
			OR_MORE_MEMORY,
			"Read only the columns that you need (usecols=, dtype=), "
			"or use a tool made for large files (polars, dask, "
			"SQLite).",
		},
	},
	[OOM_CAUSE_WORKER_COPIES] = {
		.headline = "many similar worker processes, each with memory of "
			    "its own.",
		.evidence = {
			"{workers} processes {worker} of one parent held about "
			"{worker_bytes} each. Together they had {workers_own} "
			"that they did not share, {workers_share} percent of all. "
			"They may still have been growing." OOM_OR
			"{workers} processes {worker} held about {worker_bytes} "
			"each, together {workers_bytes}: {workers_share} percent "
			"of what the job's processes held. They may still have "
			"been growing.",
		},
		.advice = {
			"Start fewer workers, at most {workers_fit} with this "
			"limit (Pool({workers_fit}), mc.cores={workers_fit}, "
			"xargs -P {workers_fit}).",
			OR_MORE_MEMORY,
			"Do not give each worker the whole data in {place}: let "
			"it load its own part, or share one copy (numpy.memmap, "
			"multiprocessing.shared_memory). Loading everything "
			"inside each worker does not help." OOM_OR
			"Do not give each worker the whole data: let it load its "
			"own part, or share one copy (numpy.memmap, "
			"multiprocessing.shared_memory). Loading everything "
			"inside each worker does not help.",
		},
	},
	[OOM_CAUSE_LEAK] = {
		.headline = "memory grows without end (a leak).",
		.evidence = {
			"{grower} rose and fell {falls} times, and between that "
			"the least it had rose by {floor}." OOM_OR
			"{grower} grew by {grown} in {grow_time}, about {pace}, in "
			"small pieces and without a pause up to the end{crumbs}. "
			"Data that it is meant to build may grow like that, too." OOM_OR
			"{grower} grew by {grown} in {grow_time}, about {pace}, up "
			"to the end, while it read nothing that explains it." OOM_OR
			"{grower} grew by {grown} in {grow_time}, about {pace}, up "
			"to the end.",
		},
		.advice = {
			"Is it meant to keep all that (a table, a tree)? Then ask "
			"for twice as much{crumbs}. If not, look at {place}: what "
			"does it keep and never give back (a list, a cache; in C: "
			"no free())?" OOM_OR
			"Is it meant to keep all that (a table, a tree)? Then ask "
			"for twice as much{crumbs}. If not, look for what a loop "
			"keeps and never gives back (a list, a cache; in C: no "
			"free())." OOM_OR
			"More memory only delays the end: at this pace twice as "
			"much lasts about {twice_time} instead of {once_time}. "
			"Look at {place}: what does it keep and never give back "
			"(a list, a cache; in C: no free())?" OOM_OR
			"More memory only delays the end. Look at {place}: what "
			"does it keep and never give back (a list, a cache; in "
			"C: no free())?" OOM_OR
			"More memory only delays the end: at this pace twice as "
			"much lasts about {twice_time} instead of {once_time}. "
			"Look for what a loop keeps and never gives back (a list, "
			"a cache; in C: no free())." OOM_OR
			"More memory only delays the end. Look for what a loop "
			"keeps and never gives back (a list, a cache; in C: no "
			"free()).",
			"To see where it grows{no_place}: valgrind --tool=massif "
			"(C, C++, Fortran), tracemalloc (Python).",
			"Write results to a file as they come, and keep only what "
			"is needed next.",
		},
	},
	[OOM_CAUSE_RANK0_BOTTLENECK] = {
		.headline = "rank 0 holds far more than the other ranks.",
		.evidence = {
			"Rank 0 used {rank_bytes}, the {rank_others} others on "
			"this node about {rank_others_bytes} each.",
		},
		.advice = {
			"Let every rank read and hold its own part of the data "
			"(MPI-IO, parallel HDF5 or NetCDF) instead of gathering "
			"it on rank 0, in {place}." OOM_OR
			"Let every rank read and hold its own part of the data "
			"(MPI-IO, parallel HDF5 or NetCDF) instead of gathering "
			"it on rank 0.",
			OR_MORE_MEMORY,
		},
	},
	[OOM_CAUSE_RANK_IMBALANCE] = {
		.headline = "one rank holds far more than the others.",
		.evidence = {
			"Rank {rank} used {rank_bytes}, the {rank_others} others "
			"on this node about {rank_others_bytes} each.",
		},
		.advice = {
			"Give the ranks equal parts: look at how the work is "
			"divided, and what rank {rank} gets in {place}." OOM_OR
			"Give the ranks equal parts: look at how the work is "
			"divided, and what rank {rank} gets.",
			OR_MORE_MEMORY,
		},
	},
	[OOM_CAUSE_TMPFS] = {
		.headline = "files kept in memory (/dev/shm, or another tmpfs).",
		.evidence = {
			"{shmem} of the {usage} in use were files in memory or "
			"memory shared between processes. {shmem_left} of it was "
			"still there after the kill: files stay until they are "
			"deleted." OOM_OR
			"{shmem} of the {usage} in use were files in memory or "
			"memory shared between processes.",
			"At the end of the step {shmem_end} were files in memory "
			"or memory shared between processes.",
			"The largest was {tmpfs_file} ({tmpfs_bytes}), written by "
			"{tmpfs_writer}." OOM_OR
			"The largest that was seen was {tmpfs_file}, written by "
			"{tmpfs_writer}.",
			"Such files count against the job's limit like any other "
			"memory.",
		},
		.advice = {
			"Write them to a disk, not to /dev/shm. For programs "
			"that use TMPDIR, with a folder that has room:" OOM_PASTE
			"export TMPDIR=/path/on/a/disk",
			"Delete each file when it is no longer needed.",
			OR_MORE_MEMORY,
		},
	},
	[OOM_CAUSE_SUDDEN_ALLOCATION] = {
		.headline = "one operation asked for more memory than the job has.",
		.evidence = {
			"{grower} grew by {grown} in {grow_time} in a join of two "
			"tables{joins}: it has a row for each pair that matches, "
			"and may be many times as large as both." OOM_OR
			"{grower} had {grower_bytes} in use, and had asked for "
			"{asked} more that it had not touched yet; the limit is "
			"{limit}.",
		},
		.advice = {
			"Look at how often each key is in both tables in {place}: "
			"a key that is 100 times in each makes 10000 rows{joins}. "
			"Drop what is there twice, or join on more columns." OOM_OR
			"Look at the size of the largest array that it makes, "
			"and at {place}: is it meant to be so large (dimensions, "
			"type, a product of two sizes)?" OOM_OR
			"Look at the size of the largest array that it makes: is "
			"it meant to be so large (dimensions, type, a product of "
			"two sizes)?",
			"If it has to be so large, ask for more{guess}:" OOM_PASTE "{paste}" OOM_OR
			"{no_more}",
		},
	},
	[OOM_CAUSE_JVM] = {
		.headline = "the Java virtual machine (JVM) outgrew the limit.",
		.evidence = {
			"java held {largest_bytes} of the {usage} in use. Its heap "
			"may only grow to {java_small_heap}: {java_beside} "
			"at least are beside it (direct buffers, threads, classes, "
			"native libraries)." OOM_OR
			"java held {largest_bytes} of the {usage} in use; its "
			"heap may grow to {java_heap_argv} (-Xmx), and a JVM "
			"needs more beside its heap." OOM_OR
			"java held {largest_bytes} of the {usage} in use; its "
			"heap may grow to {java_heap_env} (-Xmx in "
			"JAVA_TOOL_OPTIONS, if java's command line says nothing "
			"else), and a JVM needs more beside its heap." OOM_OR
			"java held {largest_bytes} of the {usage} in use; its "
			"heap may grow to {java_heap_own}: so much address space "
			"it set aside for it (no -Xmx was seen: its own choice is "
			"a quarter of the memory that it sees, often the node's)." OOM_OR
			"java held {largest_bytes} of the {usage} in use. A JVM "
			"needs memory beside its heap.",
		},
		.advice = {
			"Keep the heap well below the job's limit: change -Xmx "
			"on java's command line to" OOM_PASTE
			"-Xmx{java_heap_fit_in_argv}" OOM_OR
			"Keep the heap well below the limit (java's own -Xmx "
			"would win):" OOM_PASTE
			"export JAVA_TOOL_OPTIONS=-Xmx{java_heap_fit}" OOM_OR
			"A smaller heap would not help. Bound direct buffers "
			"(-XX:MaxDirectMemorySize=50m, say), start fewer threads, "
			"and look at what native libraries keep. Where {java_beside} "
			"went:" OOM_PASTE "java -XX:NativeMemoryTracking=summary ..." OOM_OR
			"Keep the heap (java's -Xmx) well below the limit.",
			OR_MORE_MEMORY,
			"To let the heap follow the job's memory by itself, start java "
			"with (-XX:MaxRAMPercentage is no help where the JVM does not "
			"see the job's limit, as most before JDK 24):" OOM_PASTE
			"{java_follow}",
		},
	},
	[OOM_CAUSE_NODE_OOM] = {
		.headline = "memory ran out outside of the job's own limit.",
		.evidence = {
			"The kernel looked for a victim among all processes of "
			"{whole_node}; the job had not reached its own limit of "
			"{node_oom_limit}." OOM_OR
			"The kernel looked for a victim among all processes of "
			"{whole_node}." OOM_OR
			"The kernel looked for a victim among the processes that "
			"use the same part of the memory of {numa_node}." OOM_OR
			"The kernel looked for a victim among all jobs that share "
			"the limit on {shared_node}." OOM_OR
			"A process was killed while the job's use was far below "
			"its limit of {node_oom_limit}.",
		},
		.advice = {
			"Look for a binding to NUMA nodes (numactl, --mem-bind) "
			"that leaves less of {numa_node} than the job asked "
			"for." OOM_OR
			"Submit the job again; a larger --mem does not prevent "
			"this.",
			"Tell your administrators: node {node}, {date} {time}, "
			"and that the kernel log has an OOM report." OOM_OR
			"Tell your administrators: on node {node} a process was "
			"killed for memory, and not for the job's limit.",
		},
	},
	[OOM_CAUSE_UNDETERMINED] = {
		.headline = "not known; what is left after the kill fits more "
			    "than one.",
		.evidence = {
			"The largest was {largest} with {largest_bytes} of the "
			"{usage} in use.",
		},
		.advice = {
			MORE_MEMORY,
			"Look at the {n_processes} processes below: programs "
			"that do not fit together may fit one after the other.",
		},
	},
	[OOM_CAUSE_NONE] = { .headline = "none" },
};
