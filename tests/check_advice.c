// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The form of the block, whatever the words are: those stand in the golden
 * texts of fixtures/.
 */
#include "check.h"

#include "../lib/advice.h"
#include "../lib/wording.h"

#define UID 1000

static struct oom_findings *f;
static struct oom_diagnosis d;
static struct oom_request r;
static char text[OOM_BLOCK_MAX + 1];
static struct oom_buf out;

/* A step of which all is known. */
static void killed(const char *name)
{
	free(f);
	f = new_findings();
	f->job_id = oom_known(4711);
	f->uid = oom_known(UID);
	strcpy(f->step, "batch");
	strcpy(f->node, "node0");
	f->cgroup_version = OOM_CGROUP_V2;
	f->total_tasks = f->n_local_tasks = oom_known(1);
	f->mem_per_node_mib = f->job_alloc_mib = oom_known(150);
	f->start_mono_us = oom_known(10 * 1000000);
	f->now_real_s = oom_known(1700000000); /* 2023-11-14 22:13:20 UTC */
	f->now_mono_us = oom_known(210 * 1000000);
	f->node_total_bytes = oom_known(16 * GIB);
	strcpy(f->levels[OOM_LEVEL_JOB].path, "/s/job_1");
	strcpy(f->levels[OOM_LEVEL_STEP].path, "/s/job_1/step_batch");
	f->levels[OOM_LEVEL_JOB].limit_bytes = oom_known(150 * MIB);
	f->levels[OOM_LEVEL_JOB].peak_bytes = oom_known(150 * MIB);
	f->levels[OOM_LEVEL_STEP].oom_kill = oom_known(1);
	f->log.n_reports = 1;
	f->log.reports[0] = (struct oom_report){
		.when_us = oom_known(202 * 1000000),
		.constraint = OOM_CONSTRAINT_MEMCG,
		.oom_memcg = "/s/job_1",
		.task_memcg = "/s/job_1/step_batch/user/task_0",
		.complete = true,
		.victim = { .pid = 812,
			    .uid = UID,
			    .rss_bytes = oom_known(142 * MIB),
			    .anon_bytes = oom_known(141 * MIB) },
		.memory = { .limit_bytes = oom_known(150 * MIB),
			    .usage_bytes = oom_known(150 * MIB),
			    .anon_bytes = oom_known(141 * MIB),
			    .shmem_bytes = oom_known(0) },
	};
	oom_span_copy(oom_span(name), f->log.reports[0].victim.name,
		      OOM_NAME_MAX);
}

static void add_rows(unsigned int n, const char *name)
{
	for (unsigned int i = 0; i < n; i++) {
		struct oom_process *p = &f->log.rows[f->log.n_rows++];

		*p = (struct oom_process){
			.pid = UINT32_MAX - i,
			.uid = UID,
			.rss_bytes = oom_known(142 * MIB / n),
			.anon_bytes = oom_known(141 * MIB / n),
		};
		oom_span_copy(oom_span(name), p->name, OOM_NAME_MAX);
		f->log.reports[0].n_rows++;
	}
}

static void render(void)
{
	oom_buf_init(&out, text, sizeof(text));
	oom_advice_block(f, &d, &r, &out);
	ck_assert(!out.truncated);
	ck_assert_uint_eq(strlen(text), out.len);
}

static void block(void)
{
	oom_diagnose(f, &d);
	oom_request(f, &d, &r);
	render();
}

/* What every block has to be. */
static void ck_form(void)
{
	struct oom_span rest = { out.ptr, out.len }, line;
	unsigned int lines = 0, machine_lines = 0;

	ck_assert_uint_le(out.len, OOM_BLOCK_MAX);
	ck_assert_int_eq(text[out.len - 1], '\n');
	while (oom_next_line(&rest, &line)) {
		bool machine = oom_span_starts(line, "#oom-advice ");

		lines++;
		machine_lines += machine;
		ck_assert_msg(machine || line.len <= OOM_BLOCK_WIDTH,
			      "too wide: %.*s", (int)line.len, line.ptr);
		ck_assert_msg(!machine || !rest.len, "not the last line");
		for (size_t i = 0; i < line.len; i++)
			ck_assert_msg(line.ptr[i] >= ' ' && line.ptr[i] <= '~',
				      "character %d in: %.*s", line.ptr[i],
				      (int)line.len, line.ptr);
		ck_assert_msg(!line.len || line.ptr[line.len - 1] != ' ',
			      "blank at the end: %.*s", (int)line.len,
			      line.ptr);
	}
	ck_assert_uint_eq(machine_lines, 1);
	ck_assert_msg(lines <= OOM_BLOCK_LINES, "%u lines:\n%s", lines, text);
	/* A placeholder that was left. */
	ck_lacks(text, "{");
	ck_lacks(text, "}");
}

/* The last line. */
static const char *machine_line(void)
{
	size_t at =
		oom_span_rfind((struct oom_span){ text, out.len - 1 }, "\n");

	ck_assert_uint_lt(at, out.len - 1);
	ck_assert(!strncmp(text + at + 1, "#oom-advice ", 12));
	return text + at + 1;
}

/* A phrase, wherever its lines are broken. */
static void ck_says(const char *phrase)
{
	char flat[OOM_BLOCK_MAX + 1];
	struct oom_span rest = { text, out.len }, line, word;
	struct oom_buf buf;

	oom_buf_init(&buf, flat, sizeof(flat));
	while (oom_next_line(&rest, &line))
		while (oom_next_word(&line, &word)) {
			oom_buf_add(&buf, word);
			oom_buf_puts(&buf, " ");
		}
	ck_contains(flat, phrase);
}

START_TEST(machine)
{
	killed("python3");
	block();
	ck_form();
	ck_assert_str_eq(machine_line(),
			 "#oom-advice v=1 job=4711 step=batch node=node0 "
			 "cause=under-allocation confidence=low "
			 "limit_bytes=157286400 peak_bytes=157286400 "
			 "next_mem=300M kills=1 pid=812 comm=python3\n");
}
END_TEST

START_TEST(machine_of_unknowns)
{
	free(f);
	f = new_findings();
	f->levels[OOM_LEVEL_STEP].oom_kill = oom_known(1);
	block();
	ck_form();
	ck_assert_str_eq(machine_line(),
			 "#oom-advice v=1 job=- step=- node=- "
			 "cause=undetermined confidence=low limit_bytes=- "
			 "peak_bytes=- next_mem=- kills=1\n");
	ck_lacks(text, "0 bytes");
}
END_TEST

START_TEST(marker)
{
	char other[OOM_MARKER_MAX];
	struct oom_buf mark;

	killed("python3");
	oom_buf_init(&mark, other, sizeof(other));
	oom_advice_marker(f, &mark);
	block();
	ck_assert_str_eq(other, "#oom-advice v=1 job=4711 step=batch "
				"node=node0 cause=");
	ck_contains(text, other);
	/* Step 1's is not the beginning of step 10's. */
	strcpy(f->step, "1");
	oom_buf_init(&mark, other, sizeof(other));
	oom_advice_marker(f, &mark);
	strcpy(f->step, "10");
	block();
	ck_lacks(text, other);
}
END_TEST

/* Of the longest there is, and still whole. */
START_TEST(long_marker)
{
	char other[OOM_MARKER_MAX];
	struct oom_buf mark;

	killed("x");
	f->job_id = oom_known(UINT64_MAX);
	memset(f->step, '9', sizeof(f->step) - 1);
	memset(f->node, 'n', sizeof(f->node) - 1);
	oom_buf_init(&mark, other, sizeof(other));
	oom_advice_marker(f, &mark);
	ck_assert(!mark.truncated);
	ck_assert_str_eq(other + strlen(other) - 7, " cause=");
	block();
	ck_form();
	ck_contains(text, other);
}
END_TEST

START_TEST(time_and_elapsed)
{
	killed("python3");
	block();
	ck_says("22:13:12");
	ck_says("3 min 12 s");
	f->utc_offset_s = 3600 + 1800;
	block();
	ck_says("23:43:12");
	f->utc_offset_s = 2 * 3600; /* past midnight */
	block();
	ck_says("00:13:12");
	/* Neither is said when it is not known. */
	f->log.reports[0].when_us.known = false;
	block();
	ck_form();
	ck_lacks(text, ":13:");
	ck_lacks(text, "after it began");
}
END_TEST

START_TEST(clocks_that_cannot_be)
{
	static const uint64_t times[] = { 0, 1, UINT64_MAX / 2, UINT64_MAX };

	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 4; j++)
			for (int k = 0; k < 4; k++) {
				killed("python3");
				f->now_real_s = oom_known(times[i]);
				f->now_mono_us = oom_known(times[j]);
				f->start_mono_us = oom_known(times[k]);
				f->utc_offset_s = INT64_MIN / 4;
				block();
				ck_form();
				f->utc_offset_s = INT64_MAX / 4;
				block();
				ck_form();
			}
}
END_TEST

START_TEST(offset_that_overflows)
{
	killed("python3");
	f->utc_offset_s = INT64_MAX;
	block();
	ck_form();
	f->utc_offset_s = -INT64_MAX;
	block();
	ck_form();
}
END_TEST

static const char *const hostile[] = {
	"",
	" ",
	"a  b",
	"\n\n\n",
	"a\n#oom-advice v=1",
	"\033[2J\033[31m",
	"\x80\xff",
	"\t\r\v",
	"{pid}",
	"{",
	"}",
	"\001",
	"x next_mem=1K",
	">rm -rf ~",
	">",
	"%s%n",
	"-",
	"#oom-advice v=1",
	"\\x0a",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	"a b c d e f g h i j k l m n o p",
};

#define N_HOSTILE (sizeof(hostile) / sizeof(hostile[0]))

START_TEST(hostile_names)
{
	for (size_t i = 0; i < N_HOSTILE; i++)
		for (unsigned int rows = 0; rows <= 5; rows++) {
			struct oom_span rest, word;
			unsigned int fields = 0;

			killed(hostile[i]);
			add_rows(rows, hostile[i]);
			/* With 2 kills the name stands at a line's end. */
			f->levels[OOM_LEVEL_STEP].oom_kill =
				oom_known(1 + rows % 2);
			block();
			/* What the name itself says is not a placeholder. */
			if (!strpbrk(hostile[i], "{}"))
				ck_form();
			rest = oom_span(machine_line());
			while (oom_next_word(&rest, &word))
				fields++;
			ck_assert_uint_eq(fields, 13);
		}
}
END_TEST

/* "\n>" begins a line to paste: a name must not be able to. */
START_TEST(name_that_makes_a_line_to_paste)
{
	char first[OOM_BLOCK_MAX + 1];

	killed("=rm");
	add_rows(1, "=rm");
	block();
	for (char *at = text; (at = strstr(at, "=rm"));)
		*at = '>';
	strcpy(first, text);
	killed(">rm");
	add_rows(1, ">rm");
	block();
	ck_assert_str_eq(text, first);
}
END_TEST

START_TEST(hostile_node_and_step)
{
	for (size_t i = 0; i < N_HOSTILE; i++) {
		killed("python3");
		oom_span_copy(oom_span(hostile[i]), f->node, sizeof(f->node));
		block();
		if (!strpbrk(hostile[i], "{}"))
			ck_form();
	}
	for (size_t i = 0; i < N_HOSTILE; i++) {
		killed("python3");
		oom_span_copy(oom_span(hostile[i]), f->step, sizeof(f->step));
		block();
		if (!strpbrk(hostile[i], "{}"))
			ck_form();
	}
}
END_TEST

/* Every cause, certain or not, with everything that a block can say. */
START_TEST(all_causes)
{
	for (int cause = 0; cause < OOM_CAUSES; cause++)
		for (int sure = OOM_LOW; sure <= OOM_HIGH; sure++)
			for (int rows = 0; rows <= 4; rows += 2) {
				killed("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
				add_rows(rows, "bbbbbbbbbbbbbbbbbbbbbbbbbbb");
				memset(f->node, 'n', sizeof(f->node) - 1);
				f->mem_per_cpu_mib = oom_known(75);
				f->levels[OOM_LEVEL_STEP].oom_kill =
					oom_known(1000000);
				oom_diagnose(f, &d);
				d.cause = (enum oom_cause)cause;
				d.confidence = (enum oom_confidence)sure;
				strcpy(d.group.name,
				       "ccccccccccccccccccccccccccccccc");
				d.group.count = 1000;
				d.group.each_bytes = 1023 * MIB;
				d.group.largest_bytes = MIB;
				d.group.total_bytes = 1023 * GIB;
				d.group.share_percent = 100;
				d.rank = (struct oom_rank){
					.rank = UINT64_MAX,
					.bytes = 1023 * GIB,
					.others_bytes = 1023 * MIB,
					.n_others = 1000000,
				};
				d.shmem_bytes = oom_known(1023 * GIB);
				d.shmem_left_bytes = oom_known(1023 * GIB);
				d.java_heap_bytes = oom_known(1023 * GIB);
				oom_request(f, &d, &r);
				render();
				ck_form();
				ck_contains(machine_line(),
					    oom_cause_names[cause]);
			}
}
END_TEST

/* What a cause can only advise with a number is not said without it. */
START_TEST(nothing_known_of_any_cause)
{
	for (int cause = 0; cause < OOM_CAUSES; cause++) {
		free(f);
		f = new_findings();
		f->levels[OOM_LEVEL_STEP].oom_kill = oom_known(1);
		oom_diagnose(f, &d);
		d.cause = (enum oom_cause)cause;
		oom_request(f, &d, &r);
		render();
		ck_form();
		ck_lacks(text, " of the  ");
		ck_lacks(text, "(process ");
	}
}
END_TEST

START_TEST(every_cause_has_its_words)
{
	for (int cause = 0; cause < OOM_CAUSES; cause++) {
		const struct oom_wording *w = &oom_wordings[cause];

		ck_assert_ptr_nonnull(oom_cause_names[cause]);
		ck_assert_ptr_nonnull(w->headline);
		if (cause != OOM_CAUSE_NONE)
			ck_assert_ptr_nonnull(w->advice[0]);
		for (const char *at = w->headline; *at; at++)
			ck_assert(*at >= ' ' && *at <= '~');
	}
}
END_TEST

/* More memory is no answer to the node's own lack, nor to a leak. */
START_TEST(no_amount_where_none_helps)
{
	killed("python3");
	f->log.reports[0].constraint = OOM_CONSTRAINT_NONE;
	f->log.reports[0].oom_memcg[0] = '\0';
	block();
	ck_form();
	ck_contains(machine_line(), " cause=node-oom ");
	ck_contains(machine_line(), " next_mem=- ");
	ck_lacks(text, "--mem=");
}
END_TEST

/* The option stands there with this value and no other, whatever is around. */
static void ck_pastes(const char *option)
{
	const char *at = strstr(text, option);

	ck_contains(text, option);
	ck_assert_msg(strchr(" \n", at[strlen(option)]) != NULL,
		      "more behind %s in:\n%s", option, text);
}

START_TEST(line_to_paste)
{
	killed("python3");
	block();
	ck_pastes("--mem=300M");
	ck_lacks(text, "--mem-per");
	f->mem_per_node_mib.known = false;
	f->mem_per_cpu_mib = oom_known(75);
	block();
	ck_form();
	ck_pastes("--mem-per-cpu=150M");
	/* Per node here as always. */
	ck_contains(machine_line(), " next_mem=300M ");
	f->mem_per_gpu_mib = oom_known(150);
	block();
	ck_pastes("--mem-per-gpu=300M");
}
END_TEST

START_TEST(step_to_paste)
{
	killed("python3");
	strcpy(f->step, "0");
	strcpy(f->log.reports[0].oom_memcg, "/s/job_1/step_batch");
	f->levels[OOM_LEVEL_STEP].limit_bytes = oom_known(150 * MIB);
	f->levels[OOM_LEVEL_JOB].limit_bytes = oom_known(GIB);
	block();
	ck_form();
	ck_contains(text, "srun --mem=300M");
	ck_lacks(text, "#SBATCH");
}
END_TEST

START_TEST(healthy)
{
	killed("python3");
	f->log.n_reports = 0;
	f->verbose = true;
	f->levels[OOM_LEVEL_STEP].oom_kill = oom_known(0);
	f->levels[OOM_LEVEL_JOB].peak_bytes = oom_known(60 * MIB);
	f->levels[OOM_LEVEL_JOB].anon_bytes = oom_known(5 * MIB);
	f->levels[OOM_LEVEL_JOB].file_bytes = oom_known(9 * MIB);
	f->levels[OOM_LEVEL_JOB].shmem_bytes = oom_known(2 * MIB);
	block();
	ck_form();
	ck_contains(machine_line(), " cause=none ");
	ck_contains(machine_line(), " next_mem=- kills=0");
	ck_says("60 MiB of 150 MiB");
	ck_says("40 percent");
	/* "file" holds shmem as well: not counted twice. */
	ck_says("7 MiB of file cache");
	ck_says("2 MiB of files in memory");
	ck_lacks(text, "OUT OF MEMORY");
	ck_lacks(text, "--mem=");
}
END_TEST

START_TEST(ranks_are_named)
{
	killed("python3");
	f->total_tasks = oom_known(4);
	f->n_tasks = 2;
	f->tasks[0] = (struct oom_task){ .rank = oom_known(2),
					 .pid = oom_known(811) };
	f->tasks[1] = (struct oom_task){ .rank = oom_known(3),
					 .pid = oom_known(812) };
	block();
	ck_says("rank 3");
	/* Its child, by the count of its cgroup. */
	f->tasks[1].pid = oom_known(700);
	f->tasks[0].kills = oom_known(1);
	block();
	ck_says("rank 2");
	/* Either: none is named. */
	f->tasks[1].kills = oom_known(1);
	block();
	ck_lacks(text, "rank");
	/* One task alone has no rank to speak of. */
	f->tasks[1].kills.known = false;
	f->total_tasks = oom_known(1);
	block();
	ck_lacks(text, "rank");
}
END_TEST

/* No word of processes "below" where none are listed. */
START_TEST(points_only_to_what_is_there)
{
	killed("python3");
	memset(&f->log, 0, sizeof(f->log));
	block();
	ck_form();
	ck_lacks(text, "Memory at the kill");
	ck_lacks(text, "below");
}
END_TEST

/* A command line's -Xmx beats JAVA_TOOL_OPTIONS: that would change nothing. */
START_TEST(heap_given_on_the_command_line)
{
	killed("java");
	strcpy(f->argv, "java -Xmx140m -jar a.jar");
	block();
	ck_form();
	ck_contains(machine_line(), " cause=jvm ");
	ck_contains(text, "-Xmx");
	ck_lacks(text, "JAVA_TOOL_OPTIONS=-Xmx");
	ck_contains(text, "       -Xmx$((SLURM_MEM_PER_NODE * 2 / 3))m\n");
	/* By CPU: */
	f->mem_per_cpu_mib = oom_known(75);
	block();
	ck_contains(text, "-Xmx$((SLURM_MEM_PER_CPU * SLURM_CPUS_ON_NODE "
			  "* 2 / 3))m\n");
	f->mem_per_cpu_mib = (struct oom_reading){ 0 };
	/* There it helps. */
	f->argv[0] = '\0';
	strcpy(f->java_options, "-Xmx140m");
	block();
	ck_contains(text, "JAVA_TOOL_OPTIONS=-Xmx100m");
	/* Seen running, without any: */
	f->java_options[0] = '\0';
	f->history.record.java_pid = 812;
	f->history.record.java_heap_kib = 300 << 10;
	f->history.record.java_source = OOM_JAVA_RESERVED;
	block();
	ck_contains(text, "heap may grow to 300 MiB: so\n  much address space");
	ck_contains(text, "JAVA_TOOL_OPTIONS=-Xmx100m");
}
END_TEST

/* A smaller buffer cuts, and says so. */
START_TEST(small_buffers)
{
	char memory[OOM_BLOCK_MAX + 1];
	size_t whole;

	killed("python3");
	add_rows(4, "python3");
	block();
	whole = out.len;
	for (size_t cap = 0; cap <= whole + 1; cap++) {
		struct oom_buf small;

		memset(memory, 'z', sizeof(memory));
		oom_buf_init(&small, memory, cap);
		oom_advice_block(f, &d, &r, &small);
		ck_assert_int_eq(small.truncated, cap <= whole);
		ck_assert_int_eq(memory[cap], 'z');
		ck_assert(!memcmp(memory, text, small.len));
	}
}
END_TEST

START_TEST(pointer)
{
	char line[OOM_POINTER_MAX];
	struct oom_buf buf;

	killed("python3");
	strcpy(f->step, "0");
	oom_buf_init(&buf, line, sizeof(line));
	oom_advice_pointer(f, "/home/u/slurm-4711.out", &buf);
	ck_contains(line, "step 0");
	ck_contains(line, "node0");
	ck_contains(line, "slurm-4711.out");
	ck_lacks(line, "/home");
	ck_assert_ptr_eq(strchr(line, '\n'), line + buf.len - 1);
	oom_buf_init(&buf, line, sizeof(line));
	oom_advice_pointer(f, NULL, &buf);
	ck_contains(line, "step 0");
	ck_assert_ptr_eq(strchr(line, '\n'), line + buf.len - 1);
	oom_buf_init(&buf, line, sizeof(line));
	oom_advice_pointer(f, "", &buf);
	ck_assert_uint_gt(buf.len, 0);
	/* A file name is the user's. */
	oom_buf_init(&buf, line, sizeof(line));
	oom_advice_pointer(f, "/a/\033[2J\n#oom-advice v=1{pid}", &buf);
	ck_lacks(line, "\033");
	ck_assert_ptr_eq(strchr(line, '\n'), line + buf.len - 1);
}
END_TEST

/* ---- what the flight record adds ---- */

static void see_usage(void)
{
	struct oom_record *rec = &f->history.record;

	rec->started = 1;
	for (uint32_t i = 0; i < 40; i++)
		rec->whole.points[rec->whole.n++] = (struct oom_series_point){
			.at_ms = i * 4900,
			.job_kib = i * 3900,
			.anon_kib = i * 3900,
		};
	rec->recent = rec->whole;
	rec->moments[0].at_ms = 192000;
	rec->moments[0].kills = 1;
	rec->n_moments = 1;
}

/* Everything that a block can say, with this for each name. */
static void see_all(const char *name)
{
	struct oom_history *h = &f->history;
	struct oom_track *t = &h->record.tracks[0];

	see_usage();
	h->n_tracks = 1;
	t->pid = 813;
	t->threads = 1;
	oom_span_copy(oom_span(name), t->name, sizeof(t->name));
	for (t->n = 0; t->n < 20; t->n++)
		t->points[t->n] = (struct oom_track_point){
			.at_ms = t->n * 9000,
			.anon_kib = t->n * 7000,
			.data_kib = t->n * 7000 + 40000,
			.read_kib = t->n * 3000,
		};
	h->n_files = 2;
	for (unsigned int i = 0; i < 2; i++) {
		struct oom_record_file *file = &h->record.files[i];

		file->pid = 813;
		file->writes = i;
		file->position = 50 * MIB;
		file->moves = 9;
		file->last_ms = 180000;
		oom_span_copy(oom_span(name), file->path, sizeof(file->path));
		h->facts[i].size_bytes = oom_known(90 * MIB);
		h->facts[i].stored_bytes = oom_known(50 * MIB);
	}
}

/* As this cause, whatever the rules say. */
static void say(enum oom_cause cause, const char *name)
{
	oom_diagnose(f, &d);
	d.cause = cause;
	d.grower = &f->history.record.tracks[0];
	d.grower_percent = 100;
	d.shape_known = oom_history_shape(f, d.report, d.grower, &d.shape);
	d.file = 0;
	d.gets_on = true;
	d.tmpfs_file = 1;
	oom_span_copy(oom_span(name), d.group.name, sizeof(d.group.name));
	d.group.count = cause == OOM_CAUSE_WORKER_COPIES ? 4 : 0;
	d.group.each_bytes = d.group.largest_bytes = 30 * MIB;
	d.group.total_bytes = d.group.own_bytes = 120 * MIB;
	d.rank = (struct oom_rank){ 1, 90 * MIB, 10 * MIB, 3 };
	d.members.n = 2;
	d.members.total_bytes = 200 * MIB;
	for (unsigned int i = 0; i < 2; i++) {
		d.members.of[i].bytes = 100 * MIB;
		oom_span_copy(oom_span(name), d.members.of[i].name,
			      OOM_NAME_MAX);
	}
	oom_request(f, &d, &r);
	render();
}

START_TEST(sentences_with_hostile_names)
{
	for (size_t i = 0; i < N_HOSTILE; i++)
		for (int cause = 0; cause < OOM_CAUSES; cause++)
			for (int round = 0; round < 8; round++) {
				struct oom_span rest, word;
				unsigned int fields = 0;

				/* A third of them, each with all others. */
				if (((int)i + cause + round) % 3)
					continue;
				killed(hostile[i]);
				add_rows(3, hostile[i]);
				see_all(hostile[i]);
				f->no_plot = round & 4;
				say((enum oom_cause)cause, hostile[i]);
				d.several = round == 1;
				d.slows = round == 2;
				d.sawtooth = round == 3;
				d.planned_stages = round == 4;
				d.planned_requests = round == 5;
				if (round >= 2)
					d.shape.untouched_kib = 0;
				if (round >= 4)
					d.file = -1;
				render();
				if (!strpbrk(hostile[i], "{}"))
					ck_form();
				rest = oom_span(machine_line());
				while (oom_next_word(&rest, &word))
					fields++;
				ck_assert_uint_eq(fields, 13);
			}
}
END_TEST

static bool has_plot(void)
{
	return strstr(text, " X: killed at ") != NULL;
}

START_TEST(picture)
{
	killed("python3");
	add_rows(2, "python3");
	block();
	ck_assert(!has_plot());
	see_usage();
	block();
	ck_form();
	ck_assert(has_plot());
	ck_contains(text, "150 MiB +-");
	ck_contains(text, "X: killed at 3 min 12 s");
	f->no_plot = true;
	block();
	ck_form();
	ck_assert(!has_plot());
	/* Too little to show. */
	f->no_plot = false;
	f->history.record.whole.n = f->history.record.recent.n = 2;
	block();
	ck_form();
	ck_assert(!has_plot() || f->history.record.recent.n + 1 >= 4);
}
END_TEST

/* It may cost words, never the first thing to do or the machine's line. */
START_TEST(picture_in_each_block)
{
	unsigned int seen = 0;

	for (int cause = 1; cause < OOM_CAUSES; cause++)
		for (int rows = 0; rows <= 4; rows += 2) {
			killed("python3");
			add_rows((unsigned int)rows, "a-long-name-of-");
			see_all("/data/a-long-name-of-a-file");
			say((enum oom_cause)cause, "python3");
			ck_form();
			seen += has_plot();
			ck_contains(text, "cause");
			ck_contains(text, "What to do:\n  1. ");
			ck_contains(machine_line(), oom_cause_names[cause]);
		}
	ck_assert_uint_gt(seen, 0);
}
END_TEST

/* ---- at once ---- */

static char said[OOM_NOTICE_MAX + 1];

static unsigned int notice(void)
{
	struct oom_span rest, line;
	struct oom_buf buf;
	unsigned int lines = 0;

	oom_diagnose(f, &d);
	oom_buf_init(&buf, said, sizeof(said));
	oom_advice_notice(f, &d, &buf);
	ck_assert(!buf.truncated);
	ck_assert_uint_le(buf.len, OOM_NOTICE_MAX);
	rest = (struct oom_span){ buf.ptr, buf.len };
	while (oom_next_line(&rest, &line)) {
		lines++;
		ck_assert_uint_le(line.len, OOM_BLOCK_WIDTH);
		for (size_t i = 0; i < line.len; i++)
			ck_assert(line.ptr[i] >= ' ' && line.ptr[i] <= '~');
	}
	ck_assert_uint_ge(lines, 1);
	ck_assert_uint_le(lines, 3);
	ck_lacks(said, "#oom-advice");
	ck_assert_int_eq(buf.ptr[buf.len - 1], '\n');
	return lines;
}

START_TEST(notices)
{
	struct oom_span rest, line;

	killed("python3");
	ck_assert_uint_eq(notice(), 3);
	ck_contains(said, "22:13:12");
	ck_contains(said, "python3 (812)");
	ck_contains(said, "limit 150 MiB");
	ck_contains(said, "the batch step goes on");
	ck_contains(said, "scancel 4711");
	/* The longest there is of each. */
	killed("aaaaaaaaaaaaaaa");
	f->job_id = oom_known(4294967295);
	f->log.reports[0].victim.pid = 4194304;
	strcpy(f->step, "4294967290");
	ck_assert_uint_eq(notice(), 3);
	rest = oom_span(said);
	while (oom_next_line(&rest, &line))
		ck_assert_msg(oom_span_starts(line, "oom-advice: "),
			      "what goes on from another line:\n%s", said);
	ck_contains(said, "at its end");
	/* Nothing but a kill. */
	free(f);
	f = new_findings();
	f->levels[OOM_LEVEL_STEP].oom_kill = oom_known(1);
	(void)notice();
	ck_lacks(said, "{");
	ck_lacks(said, "scancel");
}
END_TEST

START_TEST(notices_with_hostile_names)
{
	for (size_t i = 0; i < N_HOSTILE; i++) {
		killed(hostile[i]);
		(void)notice();
		oom_span_copy(oom_span(hostile[i]), f->step, sizeof(f->step));
		oom_span_copy(oom_span(hostile[i]), f->node, sizeof(f->node));
		f->job_id = oom_known(UINT64_MAX);
		f->log.reports[0].victim.pid = UINT32_MAX;
		(void)notice();
	}
}
END_TEST

/* ---- true sentences ---- */

/* An estimate below does not agree with "how much more is not known". */
START_TEST(need_is_unknown_or_estimated)
{
	killed("python3");
	block();
	ck_says("how much more is not known");
	ck_assert_int_eq(r.reason, OOM_REQUEST_GUESS);
	for (int reason = OOM_REQUEST_ASKED; reason <= OOM_REQUEST_JAVA_HEAP;
	     reason++) {
		r.reason = (enum oom_request_reason)reason;
		render();
		ck_form();
		ck_lacks(text, "is not known");
	}
	/* No amount is what a leak needs. */
	r.reason = OOM_REQUEST_LEAK;
	render();
	ck_lacks(text, "It needed more");
}
END_TEST

START_TEST(files_that_were_deleted)
{
	killed("cp");
	f->log.reports[0].memory.shmem_bytes = oom_known(140 * MIB);
	f->log.reports[0].memory.anon_bytes = oom_known(MIB);
	f->levels[OOM_LEVEL_JOB].shmem_bytes = oom_known(140 * MIB);
	block();
	ck_says("140 MiB of the 150 MiB in use were files in memory");
	ck_says("still there after the kill");
	f->levels[OOM_LEVEL_JOB].shmem_bytes = oom_known(0);
	block();
	ck_form();
	ck_says("140 MiB of the 150 MiB in use were files in memory");
	ck_lacks(text, "still there");
	ck_lacks(text, "0 bytes");
}
END_TEST

/* A shell that has next to nothing is not worth its place. */
START_TEST(processes_with_nothing)
{
	killed("python3");
	add_rows(2, "python3");
	f->log.rows[1].anon_bytes = oom_known(0);
	strcpy(f->log.rows[1].name, "dash");
	block();
	ck_form();
	ck_says("Memory at the kill: python3");
	ck_lacks(text, "dash");
	ck_lacks(text, "0 bytes");
}
END_TEST

/* The last of many small files does not explain it. */
START_TEST(one_file_of_many)
{
	killed("python3");
	see_all("/data/part-0446");
	say(OOM_CAUSE_WHOLE_FILE_LOAD, "python3");
	ck_form();
	ck_says("of part-0446, which has 90 MiB");
	f->history.record.files[0].position = 87 * 1024;
	f->history.facts[0].size_bytes = oom_known(87 * 1024);
	say(OOM_CAUSE_WHOLE_FILE_LOAD, "python3");
	ck_form();
	ck_says("the last of it from part-0446");
	ck_lacks(text, "had read all of");
}
END_TEST

/* Twice the memory lasts as long as all that grow leave of it. */
START_TEST(others_grow_as_well)
{
	double seconds[2];

	killed("python3");
	see_all("python3");
	say(OOM_CAUSE_LEAK, "python3");
	for (int i = 0; i < 2; i++) {
		d.grower_percent = i ? 50 : 100;
		render();
		ck_assert_ptr_nonnull(strstr(text, "lasts about"));
		seconds[i] = atof(strstr(text, "lasts about") + 11);
	}
	ck_assert_double_gt(seconds[1], 0);
	ck_assert_double_lt(seconds[1], seconds[0]);
}
END_TEST

/* More stages than a plan has are still no growth without a pause. */
START_TEST(growth_with_pauses)
{
	killed("python3");
	see_all("python3");
	say(OOM_CAUSE_UNDER_ALLOCATION, "python3");
	d.shape.untouched_kib = 0;
	d.planned_requests = d.planned_stages = d.slows = false;
	d.shape.stages = 1;
	render();
	ck_says("without a pause");
	d.rests = true;
	render();
	ck_form();
	ck_lacks(text, "without a pause");
	d.rests = false;
	d.shape.stages = 9;
	render();
	ck_form();
	ck_lacks(text, "without a pause");
	ck_says("python3 grew by");
}
END_TEST

/* Of two with one name, which? */
START_TEST(who_grew)
{
	killed("python3");
	see_all("python3");
	f->history.n_tracks = 2;
	f->history.record.tracks[1] = f->history.record.tracks[0];
	f->history.record.tracks[1].pid = 812;
	for (uint32_t i = 0; i < 20; i++)
		f->history.record.tracks[1].points[i].anon_kib = 100000;
	f->log.reports[0].victim.rss_bytes.known = false;
	say(OOM_CAUSE_LEAK, "python3");
	ck_form();
	ck_says("The one that grew was python3 (process 813)");
}
END_TEST

TESTS("advice", machine, machine_of_unknowns, marker, long_marker,
      time_and_elapsed, clocks_that_cannot_be, offset_that_overflows,
      hostile_names, name_that_makes_a_line_to_paste, hostile_node_and_step,
      all_causes, nothing_known_of_any_cause, every_cause_has_its_words,
      no_amount_where_none_helps, line_to_paste, step_to_paste, healthy,
      ranks_are_named, points_only_to_what_is_there,
      heap_given_on_the_command_line, small_buffers, pointer,
      sentences_with_hostile_names, picture, picture_in_each_block, notices,
      notices_with_hostile_names, need_is_unknown_or_estimated,
      files_that_were_deleted, processes_with_nothing, one_file_of_many,
      growth_with_pauses, others_grow_as_well, who_grew)
