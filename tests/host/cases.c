// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tests.  Each runs in a process of its own, where it can with a /run of
 * its own; what it finds wrong goes to trouble().
 */
#include "host.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LIMIT_MIB    32
#define EAT	     "eat 96"
#define HOLD_MAX_US  50000
#define TEST_SECONDS 150
#define NODE	     "testnode"
#define SPOOL	     "/run/oom-advice"
#define OPTION_LEFT  "SLURM_SPANK__SLURM_SPANK_OPTION_oom_advice_oom_advice"

static char folder[PATH_MAX / 2]; /* of this test */
static char note[256];		  /* a figure to print behind the test's name */

/* Does this test have a /run that nobody else sees? */
static bool own_world;

static bool needs_own_world(void)
{
	if (!own_world)
		world->skipped = 1;
	return own_world;
}

/* ---- files ---- */

static const char *path_of(const char *name)
{
	static char path[2][PATH_MAX];
	static int at;

	at = !at;
	(void)snprintf(path[at], sizeof(path[at]), "%s/%s", folder, name);
	return path[at];
}

/* As slurmstepd opens a job's file: the user's, for appending. */
static int open_out(const char *name)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
		      0600);

	if (fd < 0 || fchown(fd, TEST_UID, TEST_GID))
		trouble("%s: %s", name, strerror(errno));
	return fd;
}

static char *read_all(const char *path)
{
	const size_t cap = 1 << 20;
	char *text = calloc(1, cap);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t len = 0;
	ssize_t got;

	while (fd >= 0 && len < cap - 1 &&
	       (got = read(fd, text + len, cap - 1 - len)) > 0)
		len += (size_t)got;
	if (fd >= 0)
		(void)close(fd);
	return text;
}

/* Plain ASCII, 80 columns, 24 lines; the last line is for programs. */
static void check_shape(const char *text)
{
	unsigned int lines = 0;

	while ((text = strstr(text, "- oom-advice\n"))) {
		text = strchr(text, '\n') + 1;
		for (lines = 1; *text && *text != '#'; lines++) {
			size_t len = strcspn(text, "\n");

			if (len > 80)
				trouble("a line of %zu columns", len);
			for (size_t i = 0; i < len; i++)
				if (text[i] < ' ' || text[i] > '~')
					trouble("a byte %#x in the block",
						(unsigned char)text[i]);
			text += len + (text[len] == '\n');
		}
		if (lines + 1 > 24)
			trouble("a block of %u lines", lines + 1);
	}
}

static unsigned int count_in(const char *name, const char *what)
{
	char *text = read_all(path_of(name));
	unsigned int n = 0;

	for (const char *at = text; (at = strstr(at, what)); at++)
		n++;
	free(text);
	return n;
}

static unsigned int blocks(const char *name, uint32_t step_id)
{
	char mark[80], label[16], *text = read_all(path_of(name));

	check_shape(text);
	free(text);
	(void)snprintf(mark, sizeof(mark), "\n#oom-advice v=1 job=%u step=%s ",
		       world->job_id, step_label(step_id, label));
	return count_in(name, mark);
}

static void want_blocks(const char *name, uint32_t step_id, unsigned int want)
{
	unsigned int n = blocks(name, step_id);
	char label[16];

	if (n != want)
		trouble("%s: %u blocks of step %s, not %u", name, n,
			step_label(step_id, label), want);
}

static void want_text(const char *name, const char *want)
{
	char *text = read_all(path_of(name));

	if (strcmp(text, want) != 0)
		trouble("%s: \"%.60s\", not \"%s\"", name, text, want);
	free(text);
}

#define SLOW "info: oom-advice: writing goes on in the background"

/* On a busy machine the child may need longer than it is waited for. */
static unsigned int count_slow(void)
{
	return count_log(SLOW);
}

/* Lines of the log that hold `what`; "" counts them all. */
static void want_log(const char *what, unsigned int want)
{
	unsigned int n = 0;

	for (const char *at = world->log; *at; at = strchr(at, '\n') + 1) {
		char line[1024];
		size_t len = strcspn(at, "\n");

		(void)snprintf(line, sizeof(line), "%.*s", (int)len, at);
		n += strstr(line, what) && !strstr(line, SLOW);
	}
	if (n != want)
		trouble("\"%s\" is logged %u times, not %u: %.200s", what, n,
			want, world->log);
}

/* How many lines begin with it: the log's levels. */
static unsigned int count_level(const char *level)
{
	unsigned int n = 0;

	for (const char *at = world->log; *at; at = strchr(at, '\n') + 1)
		n += !strncmp(at, level, strlen(level));
	return n;
}

static void want_level(const char *level, unsigned int want)
{
	unsigned int n = count_level(level);

	if (!strcmp(level, "info: ") && !want)
		n -= count_slow();
	if (n != want)
		trouble("%u lines of \"%s\", not %u: %.200s", n, level, want,
			world->log);
}

/* Files of this test's job that are left in the spool. */
static unsigned int spool_files(void)
{
	char prefix[16];
	DIR *dir = opendir(SPOOL);
	struct dirent *entry;
	unsigned int n = 0;

	(void)snprintf(prefix, sizeof(prefix), "%u.", world->job_id);
	while (dir && (entry = readdir(dir)))
		n += !strncmp(entry->d_name, prefix, strlen(prefix));
	if (dir)
		(void)closedir(dir);
	return n;
}

static void want_clean_spool(void)
{
	/* Of a child that came late the epilog takes care. */
	if (count_slow() || world->unreaped)
		epilog_run();
	if (spool_files())
		trouble("%u files are left in " SPOOL, spool_files());
}

static void wait_for_file(const char *name)
{
	for (int i = 0; i < 2000; i++) {
		if (!access(path_of(name), F_OK))
			return;
		(void)usleep(5000);
	}
	trouble("%s does not come", name);
}

/* ---- steps ---- */

/* A step with something to tell: killed if that can be had, else verbose. */
static struct step loud(const char *name)
{
	struct step s = { .step_id = STEP_BATCH,
			  .n_tasks = 1,
			  .args = { "default=on" },
			  .doing = EAT,
			  .limit_mib = LIMIT_MIB };

	s.out_fd = s.err_fd = open_out(name);
	if (!tree_version()) {
		s.args[0] = "default=verbose";
		s.doing = "exit 0";
		s.limit_mib = 0;
	}
	return s;
}

static void run_told(const struct step *s, const char *name, unsigned int want)
{
	step_run(s);
	want_blocks(name, s->step_id, want);
	want_level("user: ", 0);
}

/* ---- outside of slurmstepd ---- */

static void test_plugstack(void)
{
	static const char *const bad[4] = { "colour=red", "default=maybe",
					    "default=", "default=(null)" };
	static const char *const good[4] = { "default=off", "debug=on",
					     "record=/x" };

	command_run(S_CTX_SLURMD, bad, -1, NULL);
	want_level("error: ", 4);
	want_log("colour", 1);
	want_log("maybe", 1);
	forget_log();
	command_run(S_CTX_SLURMD, good, -1, NULL);
	want_log("", 0);
	/* Users cannot mend it. */
	command_run(S_CTX_ALLOCATOR, bad, -1, NULL);
	command_run(S_CTX_LOCAL, bad, -1, NULL);
	want_log("", 0);
}

static void try_word(enum spank_context context, const char *word, bool right)
{
	const char *const words[] = { word };

	forget_log();
	world->option_rc = 1;
	set_words(1, words);
	command_run(context, NULL, -1, NULL);
	if (right ? world->option_rc != 0 : world->option_rc >= 0)
		trouble("\"%.20s\": %d", word ? word : "NULL",
			world->option_rc);
	want_level("error: ", !right);
	want_log("off", !right);
	for (const char *at = world->log; *at; at++)
		if (*at != '\n' && (*at < ' ' || *at > '~'))
			trouble("a byte %#x in the log", (unsigned char)*at);
}

static void test_option_words(void)
{
	char longest[300];

	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	for (int i = 0; i < 2; i++) {
		enum spank_context context = i ? S_CTX_LOCAL : S_CTX_ALLOCATOR;

		try_word(context, NULL, true);
		try_word(context, "", true);
		try_word(context, "(null)", true);
		try_word(context, "on", true);
		try_word(context, "off", true);
		try_word(context, "verbose", true);
		try_word(context, "maybe", false);
		try_word(context, "ON", false);
		try_word(context, "on ", false);
		try_word(context, "on\n", false);
		try_word(context, "\033[2J%s%n\377", false);
		try_word(context, longest, false);
	}
	if (world->n_options != 24)
		trouble("%u options registered in 24 lives", world->n_options);
}

static void test_option_twice(void)
{
	static const char *const words[] = { "on", "off", "on" };

	set_words(3, words);
	command_run(S_CTX_ALLOCATOR, NULL, -1, NULL);
	want_log("", 0);
	if (world->option_rc)
		trouble("the callback returned %d", world->option_rc);
}

static void test_environment_word(void)
{
	(void)setenv("OOM_ADVICE", "verbose", 1);
	command_run(S_CTX_ALLOCATOR, NULL, -1, NULL);
	want_log("", 0);
	(void)setenv("OOM_ADVICE", "perhaps", 1);
	command_run(S_CTX_ALLOCATOR, NULL, -1, NULL);
	want_level("error: ", 1);
	want_log("perhaps", 1);
	command_run(S_CTX_LOCAL, NULL, -1, NULL);
	want_level("error: ", 2);
	command_run(S_CTX_SLURMD, NULL, -1, NULL);
	want_level("error: ", 2);
}

static void try_sink(const char *const args[4], bool own)
{
	char *argv[8] = { "srun" }, want[128];
	int n = 1, fd = open_out("srun.out");
	struct stat st;

	for (int i = 0; i < 4 && args[i]; i++)
		argv[n++] = (char *)args[i];
	argv[n] = "./solve";
	(void)fstat(fd, &st);
	memset(world->env, 0, sizeof(world->env));
	command_run(S_CTX_LOCAL, NULL, fd, argv);
	(void)snprintf(want, sizeof(want),
		       "SLURM_OOM_ADVICE_SINK=%d %u %llu %llu", own,
		       (unsigned int)st.st_mode, (unsigned long long)st.st_dev,
		       (unsigned long long)st.st_ino);
	if (strcmp(world->env[0], want) != 0)
		trouble("srun %s %s: \"%s\", not \"%s\"", argv[1],
			argv[2] ? argv[2] : "", world->env[0], want);
	(void)close(fd);
}

static void test_srun_sink(void)
{
	static const char *const cases[][4] = {
		{ "-n2" },
		{ "-o", "all" },
		{ "--output=none" },
		{ "-o3" },
		{ "-o", "step.out" },
		{ "-ostep.out" },
		{ "--output=f.%t" },
		{ "--output", "f.%t", "-n", "2" },
	};

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		try_sink(cases[i], i >= 4);
	(void)setenv("SLURM_STDOUTMODE", "env.out", 1);
	try_sink(cases[0], true);
	want_log("", 0);
}

/* ---- a step, in Slurm's order ---- */

static void test_kill_batch(void)
{
	struct step s = loud("out");

	run_told(&s, "out", 1);
	want_level("error: ", 0);
	want_level("info: ", 0);
	/* The batch step's stays for the epilog. */
	epilog_run();
	want_blocks("out", STEP_BATCH, 1);
	want_clean_spool();
}

/*
 * A requeued job finds the cgroups of its first life again, and their counters.
 * What was killed then is not told of now; what is killed now is.
 */
static void test_kill_second_life(void)
{
	struct step s = loud("out");

	s.leaves_tree = true;
	run_told(&s, "out", 1);
	epilog_run();
	s.doing = "exit 0";
	for (int i = 0; i < 3; i++) {
		/* The clocks of the kernel's log and ours may differ a bit. */
		(void)sleep(2);
		run_told(&s, "out", 1);
		epilog_run();
	}
	s.doing = EAT;
	s.leaves_tree = false;
	run_told(&s, "out", 2);
	epilog_run();
	want_clean_spool();
}

static void test_kill_interactive(void)
{
	struct step s = loud("out");

	s.step_id = STEP_INTERACTIVE;
	run_told(&s, "out", 1);
	want_clean_spool();
}

static void test_kill_half_line(void)
{
	struct step s = loud("out");
	char *text;

	s.doing = "half 96";
	run_told(&s, "out", 1);
	text = read_all(path_of("out"));
	if (strncmp(text, "half a line\n", 12) != 0)
		trouble("the block begins within the program's last line");
	free(text);
}

static void test_kill_child_exit_0(void)
{
	struct step s = loud("out");

	s.doing = "child 96";
	run_told(&s, "out", 1);
}

/* ---- where in the code it grew ---- */

/* The program beside the plugin, and a kernel that samples page faults. */
static bool has_names(bool native)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_PAGE_FAULTS,
	};
	char path[PATH_MAX];
	int fd = 0;

	(void)snprintf(path, sizeof(path), "%s", plugin_path);
	*(strrchr(path, '/') ? strrchr(path, '/') : path) = '\0';
	(void)strncat(path, "/oom-advice-names",
		      sizeof(path) - strlen(path) - 1);
	if (native)
		fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
	if (fd > 0)
		(void)close(fd);
	if (fd < 0 || access(path, X_OK)) {
		world->skipped = 1;
		return false;
	}
	return true;
}

static void want_where(const char *want)
{
	char *text = read_all(path_of("out"));
	const char *where = strstr(text, " where=");

	if (want && (!where || !strstr(where, want)))
		trouble("not %s: %.900s", want, text);
	if (!want && where)
		trouble("a place: %.900s", where);
	free(text);
}

static void test_code_native(void)
{
	struct step s = loud("out");

	if (!has_names(true))
		return;
	s.doing = "creep 96";
	run_told(&s, "out", 1);
	want_where(" where=creep@victim.c:");
	epilog_run();
	want_clean_spool();
}

static void test_code_python(void)
{
	/* A second or two until it is killed: a busy machine must see it. */
	static const char program[] =
		"kept = []\n"
		"def collect():\n"
		"    while True:\n"
		"        kept.append([*range(1000), sum(range(9999))])\n"
		"collect()\n";
	struct step s = loud("out");
	char doing[PATH_MAX + 16];
	int fd = open(path_of("grow.py"), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, program, sizeof(program) - 1) < 0)
		trouble("grow.py: %s", strerror(errno));
	(void)close(fd);
	if (access("/usr/bin/python3", X_OK)) {
		world->skipped = 1;
		return;
	}
	if (!has_names(false))
		return;
	(void)snprintf(doing, sizeof(doing), "python %s", path_of("grow.py"));
	s.doing = doing;
	s.limit_mib = 256;
	run_told(&s, "out", 1);
	want_where(" where=collect@grow.py:4");
	epilog_run();
	want_clean_spool();
}

static void test_code_off(void)
{
	static const char *const words[] = { "nocode" };
	struct step s = loud("out");

	if (!has_names(true))
		return;
	s.doing = "creep 96";
	s.args[1] = "code=off";
	run_told(&s, "out", 1);
	want_where(NULL);
	s.args[1] = NULL;
	set_words(1, words);
	run_told(&s, "out", 2);
	want_where(NULL);
	epilog_run();
}

static void test_kill_late_task(void)
{
	struct step s = loud("out");

	s.step_id = 0;
	s.n_tasks = 3;
	s.doing = "hello";
	s.victim = 1;
	s.victim_doing = "late 96";
	run_told(&s, "out", 1);
	want_clean_spool();
}

static void test_kill_no_gids(void)
{
	struct step s = loud("out");

	world->null_gids = true;
	run_told(&s, "out", 1);
}

static void test_contained(void)
{
	struct step s = loud("out");

	s.contained = true;
	run_told(&s, "out", 1);
	want_level("error: ", 0);
	s = loud("two");
	s.contained = true;
	s.step_id = 0;
	s.n_tasks = 2;
	s.doing = "hello";
	s.victim_doing = "late 96";
	run_told(&s, "two", 1);
}

static void test_silent(void)
{
	static const char *const doings[] = { "exit 137", "exit 1", "signal 9",
					      "signal 11", "hello" };
	struct step s = loud("out");

	for (unsigned int i = 0; i < sizeof(doings) / sizeof(doings[0]); i++) {
		s.args[0] = "default=on";
		s.doing = doings[i];
		s.step_id = i & 1 ? i : STEP_BATCH;
		step_run(&s);
		/* Without a cgroup of Slurm's as well. */
		s.limit_mib = i & 2 ? LIMIT_MIB * !!tree_version() : 0;
		step_run(&s);
	}
	want_text("out", "hello\nhello\n");
	want_log("", 0);
	epilog_run();
	want_text("out", "hello\nhello\n");
	want_clean_spool();
}

/* Inside a batch step: see begin_batch(). */
static struct step loud_inside(const char *name, uint32_t step_id)
{
	struct step s = loud(name);

	s.step_id = step_id;
	s.roomy_job = true;
	return s;
}

static void test_neighbour_killed(void)
{
	struct step quiet = loud("quiet"), s = loud("out");
	char until[PATH_MAX];
	pid_t pid;

	(void)snprintf(until, sizeof(until), "until %s", path_of("go"));
	quiet.doing = until;
	pid = step_begin(&quiet);
	wait_for_file("go.began");
	world->job_id++;
	run_told(&s, "out", 1);
	world->job_id--;
	(void)close(open_out("go"));
	step_wait(pid);
	want_text("quiet", "");
}

static void test_verbose(void)
{
	struct step s = loud("out");

	s.args[0] = "default=verbose";
	s.doing = "hello";
	run_told(&s, "out", 1);
	if (count_in("out", "cause=none") != 1)
		trouble("no cause=none");
}

static void try_switch(const char *site, const char *word,
		       const char *environment, const char *left, bool on)
{
	struct step s = loud("out");
	const char *const words[] = { "off", word };

	if (!tree_version())
		s.doing = "exit 0";
	s.args[0] = site;
	/* The callback may come twice; the last one counts. */
	set_words(word ? 2 : 0, words);
	memset(world->env, 0, sizeof(world->env));
	if (environment)
		set_job_env("OOM_ADVICE", environment);
	if (left)
		set_job_env(OPTION_LEFT, left);
	(void)truncate(path_of("out"), 0);
	forget_log();
	step_run(&s);
	if (blocks("out", STEP_BATCH) != on)
		trouble("%s, option %s, environment %s, left %s: %u blocks",
			site ? site : "-", word ? word : "-",
			environment ? environment : "-", left ? left : "-",
			blocks("out", STEP_BATCH));
	want_log("", 0);
	(void)close(s.out_fd);
}

static void test_switches(void)
{
	static const char on[] = "default=on", off[] = "default=off";

	try_switch(NULL, NULL, NULL, NULL, false);
	try_switch(off, NULL, NULL, NULL, false);
	try_switch(off, "on", NULL, NULL, true);
	try_switch(off, "", NULL, NULL, true);
	try_switch(off, "(null)", NULL, NULL, true);
	try_switch(on, "off", NULL, NULL, false);
	try_switch(off, "on", "off", NULL, true);
	try_switch(on, "off", "on", NULL, false);
	try_switch(off, NULL, "on", NULL, true);
	try_switch(on, NULL, "off", NULL, false);
	try_switch(on, NULL, "nonsense", NULL, true);
	try_switch(on, NULL, "verbosely, and far too long", NULL, true);
	try_switch(off, NULL, NULL, "on", true);
	try_switch(off, NULL, NULL, "(null)", true);
	try_switch(off, NULL, "off", "on", true);
	try_switch(on, NULL, NULL, "nonsense", true);
	/* Wrong words do not reach the step's log, nor change anything. */
	try_switch(off, "wrong\n", NULL, NULL, false);
}

/* A variable of ours does not go on to the task. */
static void test_sink_unset(void)
{
	struct step s = loud("out");

	set_job_env("SLURM_OOM_ADVICE_SINK", "0 1 2 3");
	run_told(&s, "out", 1);
	if (has_job_env("SLURM_OOM_ADVICE_SINK"))
		trouble("SLURM_OOM_ADVICE_SINK is still set");
	memset(world->env, 0, sizeof(world->env));
	set_job_env("SLURM_OOM_ADVICE_SINK",
		    "1 99999999999999999999 -3 garbage \377");
	run_told(&s, "out", 2);
}

static void test_extern(void)
{
	struct step s = loud("out");
	static const char *const lives[] = { LIFE_EXTERN, LIFE, "ipKx", "ix" };

	s.step_id = STEP_EXTERN;
	for (unsigned int i = 0; i < sizeof(lives) / sizeof(lives[0]); i++) {
		s.life = lives[i];
		s.limit_mib = 0;
		s.doing = "exit 0";
		step_run(&s);
		want_clean_spool();
	}
	want_text("out", "");
	want_log("", 0);
}

/* More than the plugin looks at in detail; ASan takes its time to fork. */
#define MANY (UNDER_ASAN ? 140 : 300)

static void try_many(unsigned int victim)
{
	struct step s = loud("out");

	s.step_id = 0;
	s.n_tasks = MANY;
	s.doing = "exit 0";
	s.victim = victim;
	/* Room for all of them, until they have become what they run. */
	s.limit_mib = 4 * LIMIT_MIB;
	s.victim_doing = "eat 256";
	run_told(&s, "out", 1);
	want_clean_spool();
}

static void test_300_tasks(void)
{
	try_many(5);
}

static void test_300_tasks_last_killed(void)
{
	try_many(MANY - 1);
}

static void test_0_tasks(void)
{
	struct step s = loud("out");

	s.n_tasks = 0;
	s.step_id = 0;
	step_run(&s);
	s.life = "iopTKNx";
	step_run(&s);
	want_text("out", "");
	want_clean_spool();
}

#define LIVES (UNDER_ASAN ? 4 : 12)

static void test_repeat(void)
{
	struct step s = loud("out");

	s.repeat = LIVES;
	run_told(&s, "out", LIVES);
	s = loud("contained");
	s.contained = true;
	s.repeat = LIVES;
	run_told(&s, "contained", LIVES);
}

/* ---- slurmstepd dies ---- */

static void try_death(const char *name, const char *life, unsigned int least)
{
	struct step s = loud(name);
	unsigned int n;

	s.life = life;
	step_run(&s);
	if (!tree_version())
		least = 0;
	for (int i = 0; i < 2; i++) {
		epilog_run();
		n = blocks(name, s.step_id);
		if (n < least || n > 1)
			trouble("%s, epilog %d: %u blocks", life, i + 1, n);
	}
	want_clean_spool();
	want_level("error: ", 0);
	world->job_id++;
}

static void test_stepd_killed(void)
{
	try_death("before", "iopufkgqD", 1);
}

static void test_stepd_killed_told(void)
{
	try_death("after", "iopufkgwD", 1);
}

/* The kernel reports but ten kills in five seconds: the counters know. */
static void test_stepd_killed_no_kernel_log(void)
{
	if (!needs_own_world())
		return;
	if (mount("/dev/null", "/dev/kmsg", NULL, MS_BIND, NULL))
		trouble("mount: %s", strerror(errno));
	try_death("before", "iopufkgqD", 1);
}

/* The kernel's log may still know; once at most. */
static void test_stepd_killed_cgroup_gone(void)
{
	try_death("gone", "iopufkgqcD", 0);
}

static void test_stepd_killed_silent(void)
{
	struct step s = loud("out");

	s.args[0] = "default=on";
	s.doing = "signal 9";
	s.life = "iopufkgqD";
	step_run(&s);
	epilog_run();
	want_text("out", "");
	want_clean_spool();
	want_log("", 0);
}

static void test_epilog_alone(void)
{
	unsigned int folders = access(SPOOL, F_OK) == 0;

	epilog_run();
	want_log("", 0);
	if ((access(SPOOL, F_OK) == 0) != folders)
		trouble("the epilog made " SPOOL);
}

/* A step still runs when an epilog comes: not its business. */
static void test_epilog_early(void)
{
	struct step s = loud("out");
	char until[PATH_MAX];
	pid_t pid;

	(void)snprintf(until, sizeof(until), "until %s", path_of("go"));
	/* Nothing is killed: a kill may take both tasks, and so the step. */
	s.step_id = 0;
	s.doing = until;
	pid = step_begin(&s);
	wait_for_file("go.began");
	epilog_run();
	if (spool_files() != 1)
		trouble("the epilog took a live step's file away");
	want_blocks("out", 0, 0);
	(void)close(open_out("go"));
	step_wait(pid);
	want_blocks("out", 0, 0);
	want_clean_spool();
}

/* ---- wrong orders, failing calls ---- */

static void try_order(const char *life)
{
	struct step s = loud("out");
	unsigned int n;

	s.life = life;
	(void)truncate(path_of("out"), 0);
	forget_log();
	world->trouble_len = world->trouble[0] ? world->trouble_len : 0;
	step_run(&s);
	epilog_run();
	n = blocks("out", STEP_BATCH);
	if (n > 1)
		trouble("%s: %u blocks", life, n);
	if (world->trouble[0])
		trouble("(in the order %s)", life);
	want_clean_spool();
	(void)close(s.out_fd);
}

static void test_wrong_orders(void)
{
	static const char *const lives[] = {
		"x",
		"xx",
		"T",
		"K",
		"N",
		"p",
		"TKNx",
		"px",
		"opx",
		"fkgwx",
		"kfgwx",
		"iopTfkgwx",
		"iopufkgwTTx",
		"iopufkgwxx",
		"iopufkgwxTKN",
		"iiopufkgwcx",
		"ioppufkgwcx",
		"iopufkgwcxiopx",
		"iopxiopufkgwx",
		"iopufgwx",
		"iopufgwkx",
		"fgkiopwx",
		"iopufkgqx",
		"iopufkgwx",
		"iopufkgxw",
		"iopTTTTTTTfkgw",
		"iopfkNgNwx",
		"ioKpKfkgwx",
		"iopufkgcwcx",
	};

	for (unsigned int i = 0;
	     i < sizeof(lives) / sizeof(lives[0]) && !world->trouble[0]; i++)
		try_order(lives[i]);
}

/* The same ones in each run: a failure can be repeated. */
static void test_random_orders(void)
{
	static const char letters[] = "iopfkgwqcxTKN";
	uint32_t seed = 4711;
	char life[24];

	for (int i = 0; i < 20 && !world->trouble[0]; i++) {
		unsigned int len = 0, want;

		seed = seed * 1664525 + 1013904223;
		want = 3 + (seed >> 16) % 18;
		/* Half of them begin as Slurm does. */
		if (seed & 0x8000)
			len = (unsigned int)sprintf(life, "iopfk");
		while (len < want) {
			seed = seed * 1664525 + 1013904223;
			life[len++] =
				letters[(seed >> 16) % (sizeof(letters) - 1)];
		}
		life[len] = '\0';
		try_order(life);
	}
}

static void test_failing_calls(void)
{
	unsigned int told = 0, n;

	for (n = 1; n < 200 && !world->trouble[0]; n++) {
		struct step s = loud("out");
		unsigned int found;

		memset(world->env, 0, sizeof(world->env));
		set_job_env("JAVA_TOOL_OPTIONS", "-Xmx4g");
		set_job_env("SLURM_MEM_PER_NODE", "32");
		set_job_env("SLURM_OOM_ADVICE_SINK", "0 1 2 3");
		(void)truncate(path_of("out"), 0);
		forget_log();
		world->calls = 0;
		world->fail_at = n;
		s.contained = n & 1;
		step_run(&s);
		if (world->calls < n)
			n = 1000;
		world->fail_at = 0;
		epilog_run();
		found = blocks("out", STEP_BATCH);
		told += found;
		if (found > 1)
			trouble("%u blocks", found);
		if (count_log("\n") > 3)
			trouble("%u lines are logged", count_log("\n"));
		want_clean_spool();
		if (world->trouble[0])
			trouble("(call %u fails)", n);
		(void)close(s.out_fd);
	}
	if (n < 1000)
		trouble("it does not come to an end");
	(void)snprintf(note, sizeof(note), "%u calls, %u blocks in spite of it",
		       world->calls, told - 1);
}

static void test_failing_calls_outside(void)
{
	static const char *const words[] = { "on" };
	int fd = open_out("out");

	set_words(1, words);
	for (unsigned int n = 1; n < 10; n++) {
		world->calls = 0;
		world->fail_at = n;
		command_run(S_CTX_ALLOCATOR, NULL, fd, NULL);
		world->calls = 0;
		command_run(S_CTX_LOCAL, NULL, fd, NULL);
		world->calls = 0;
		command_run(S_CTX_SLURMD, NULL, fd, NULL);
		world->calls = 0;
		epilog_run();
	}
	want_text("out", "");
}

/* ---- a world that is not as it should be ---- */

static void test_run_full(void)
{
	struct step s = loud("out");

	if (!needs_own_world())
		return;
	if (mount("none", "/run", "tmpfs", 0, "size=16k,mode=755"))
		trouble("mount: %s", strerror(errno));
	run_told(&s, "out", 1);
	epilog_run();
	want_blocks("out", STEP_BATCH, 1);
}

static void test_run_read_only(void)
{
	struct step s = loud("out");

	if (!needs_own_world())
		return;
	if (mount("none", "/run", NULL, MS_REMOUNT | MS_RDONLY, NULL))
		trouble("mount: %s", strerror(errno));
	step_run(&s);
	epilog_run();
	if (blocks("out", STEP_BATCH) > 1)
		trouble("more than one block");
	if (count_level("error: ") > 1)
		trouble("more than one line: %s", world->log);
}

/* Somebody was there first: nothing of ours may be trusted to that folder. */
static void test_spool_not_ours(void)
{
	struct step s = loud("out");

	if (!needs_own_world())
		return;
	if (symlink(folder, SPOOL))
		trouble("symlink: %s", strerror(errno));
	step_run(&s);
	(void)unlink(SPOOL);
	if (mkdir(SPOOL, 0777) || chown(SPOOL, TEST_UID, TEST_GID))
		trouble("mkdir: %s", strerror(errno));
	step_run(&s);
	epilog_run();
	if (blocks("out", STEP_BATCH) > 2)
		trouble("more than one block each");
	want_clean_spool();
	if (!faccessat(AT_FDCWD, path_of(".memory-hierarchy"), F_OK,
		       AT_SYMLINK_NOFOLLOW))
		trouble("a symbolic link was followed");
}

/* Torn, stale and foreign files. */
static void test_spool_garbage(void)
{
	struct step s = loud("out");
	char path[PATH_MAX];
	int fd;

	if (!needs_own_world())
		return;
	(void)mkdir(SPOOL, 0700);
	(void)snprintf(path, sizeof(path), SPOOL "/%u.batch." NODE,
		       world->job_id);
	for (int i = 0; i < 3; i++) {
		fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		(void)ftruncate(fd, i == 0 ? 0 : i == 1 ? 100 : 65536);
		(void)!write(fd, "oomadv\n", i == 2 ? 8 : 0);
		(void)close(fd);
		epilog_run();
		want_clean_spool();
	}
	if (symlink("/etc/passwd", path))
		trouble("symlink: %s", strerror(errno));
	epilog_run();
	run_told(&s, "out", 1);
}

/* What was kept of the memory hierarchy is not so, or no longer. */
static void test_hierarchy_garbage(void)
{
	/* Around the moment of boot, which they all say right but for one. */
	static const char *const texts[][2] = {
		{ "?", "" },	       { "v2", "" },
		{ "v3 b ", " /sys" },  { "v1 b ", " sys" },
		{ "v1 ", " /sys" },    { "v2 b ", " /nowhere" },
		{ "v1 b ", " /proc" }, { "v1 b 9", " /proc" }
	};
	struct step s = loud("out");
	struct timespec real, up;
	char text[128];

	if (!needs_own_world())
		return;
	(void)mkdir(SPOOL, 0700);
	for (unsigned int i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		(void)unlink(SPOOL "/.memory-hierarchy");
		(void)clock_gettime(CLOCK_REALTIME, &real);
		(void)clock_gettime(CLOCK_BOOTTIME, &up);
		(void)snprintf(text, sizeof(text), "%s%lld%s", texts[i][0],
			       (long long)(real.tv_sec - up.tv_sec),
			       texts[i][1]);
		if (symlink(text, SPOOL "/.memory-hierarchy"))
			trouble("symlink: %s", strerror(errno));
		(void)truncate(path_of("out"), 0);
		step_run(&s);
		if (blocks("out", STEP_BATCH) != 1)
			trouble("\"%s\": %u blocks", text,
				blocks("out", STEP_BATCH));
	}
}

static void test_no_kernel_log(void)
{
	struct step s = loud("out");

	if (!needs_own_world())
		return;
	if (mount("/dev/null", "/dev/kmsg", NULL, MS_BIND, NULL))
		trouble("mount: %s", strerror(errno));
	run_told(&s, "out", 1);
}

/* ---- steps inside a batch script ---- */

static pid_t begin_batch(struct step *batch)
{
	static char until[PATH_MAX];
	pid_t pid;

	(void)snprintf(until, sizeof(until), "until %s", path_of("go"));
	*batch = loud("job.out");
	batch->args[0] = "default=on";
	batch->doing = until;
	/* At a limit that both share the kernel may take either. */
	batch->roomy_job = true;
	pid = step_begin(batch);
	/* Its task has said where its output goes, and runs. */
	wait_for_file("go.began");
	return pid;
}

static void end_batch(pid_t pid)
{
	(void)close(open_out("go"));
	step_wait(pid);
	epilog_run();
	want_clean_spool();
}

static void test_step_same_file(void)
{
	struct step batch, s;
	pid_t pid = begin_batch(&batch);

	s = loud_inside("job.out", 0);
	run_told(&s, "job.out", 1);
	end_batch(pid);
	want_blocks("job.out", 0, 1);
	want_blocks("job.out", STEP_BATCH, 0);
}

static void test_step_own_file(void)
{
	struct step batch, s;
	pid_t pid = begin_batch(&batch);

	s = loud_inside("step.out", 0);
	set_job_env("SLURM_OOM_ADVICE_SINK", "1 33152 1 1");
	step_run(&s);
	end_batch(pid);
	want_blocks("job.out", 0, 1);
	want_blocks("step.out", 0, 0);
	if (count_in("step.out", "job.out") != 1)
		trouble("step.out does not point to job.out");
}

/* What srun copies is there before the batch step ends, or never comes. */
static void try_step_pipe(bool copied)
{
	struct step batch, s;
	pid_t pid = begin_batch(&batch);
	char text[8192];
	ssize_t got;
	int fds[2];

	s = loud_inside("unused", 3);
	if (pipe2(fds, O_CLOEXEC))
		trouble("no pipe");
	s.out_fd = s.err_fd = fds[1];
	step_run(&s);
	(void)close(fds[1]);
	got = read(fds[0], text, sizeof(text));
	if (got <= 0)
		trouble("nothing came through the pipe");
	else if (copied && write(batch.out_fd, text, (size_t)got) != got)
		trouble("cannot copy");
	/* A descriptor that somebody keeps would hold srun up. */
	if (read(fds[0], text, sizeof(text)) != 0)
		trouble("no end of file");
	end_batch(pid);
	want_blocks("job.out", 3, 1);
}

static void test_step_pipe_copied(void)
{
	try_step_pipe(true);
}

static void test_step_pipe_lost(void)
{
	try_step_pipe(false);
}

static void test_two_steps(void)
{
	struct step batch, s;
	pid_t pid = begin_batch(&batch);

	s = loud_inside("a.out", 0);
	step_run(&s);
	s = loud_inside("b.out", 1);
	s.contained = true;
	step_run(&s);
	s = loud_inside("job.out", 2);
	step_run(&s);
	end_batch(pid);
	for (uint32_t i = 0; i < 3; i++)
		want_blocks("job.out", i, 1);
}

/* ---- whatever standard output is ---- */

struct hold {
	int out, err, reader;
	const char *block_in; /* NULL: see the reader */
	unsigned int logged;
};

/* Takes the line of debug=on out of the log. */
static void cut_held(void)
{
	static const char begin[] = "info: oom-advice: held ";

	for (char *at = world->log; *at; at = strchr(at, '\n') + 1)
		if (!strncmp(at, begin, strlen(begin))) {
			char *end = strchr(at, '\n') + 1;

			memmove(at, end, strlen(end) + 1);
			return;
		}
	trouble("no line says how long it was held: %.200s", world->log);
}

static void try_hold(const struct hold *h)
{
	struct step s = loud("unused");

	s.args[1] = "debug=on";
	s.out_fd = h->out;
	s.err_fd = h->err;
	step_run(&s);
	cut_held();
	if (h->block_in)
		want_blocks(h->block_in, STEP_BATCH, 1);
	want_level("error: ", 0);
	want_level("user: ", 0);
	want_level("info: ", h->logged);
	/* A shared machine stutters, ASan forks slowly: neither is sleep. */
	if (world->task_exit_asleep_us > HOLD_MAX_US)
		trouble("task_exit slept for %llu us",
			(unsigned long long)world->task_exit_asleep_us);
	(void)snprintf(note, sizeof(note), "task_exit %.1f ms, %.1f asleep",
		       (double)world->task_exit_us / 1000,
		       (double)world->task_exit_asleep_us / 1000);
	epilog_run();
	if (h->block_in)
		want_blocks(h->block_in, STEP_BATCH, 1);
	want_clean_spool();
}

static void test_hold_file(void)
{
	try_hold(&(struct hold){ .out = open_out("out"),
				 .err = open_out("err"),
				 .block_in = "out" });
	want_text("err", "");
}

static void test_hold_dev_full(void)
{
	try_hold(&(struct hold){ .out = open("/dev/full", O_WRONLY | O_CLOEXEC),
				 .err = open_out("err"),
				 .block_in = "err",
				 .logged = 1 });
}

static void test_hold_dev_full_both(void)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	try_hold(&(struct hold){ .out = fd, .err = fd, .logged = 1 });
}

static void test_hold_dev_null(void)
{
	try_hold(&(struct hold){ .out = open("/dev/null", O_WRONLY | O_CLOEXEC),
				 .err = open_out("err"),
				 .block_in = "err",
				 .logged = 1 });
}

static void test_hold_deleted(void)
{
	int fd = open_out("out");

	(void)unlink(path_of("out"));
	try_hold(&(struct hold){ .out = fd,
				 .err = open_out("err"),
				 .block_in = "err",
				 .logged = 1 });
}

static void fill(int fd)
{
	static const char bytes[4096];
	int flags = fcntl(fd, F_GETFL);

	(void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	while (write(fd, bytes, sizeof(bytes)) > 0)
		;
	while (write(fd, bytes, 1) > 0)
		;
	(void)fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

static int open_full_fifo(void)
{
	int fd;

	(void)mkfifo(path_of("fifo"), 0600);
	(void)chown(path_of("fifo"), TEST_UID, TEST_GID);
	fd = open(path_of("fifo"), O_RDWR | O_CLOEXEC);
	fill(fd);
	return fd;
}

static void test_hold_fifo_unread(void)
{
	try_hold(&(struct hold){ .out = open_full_fifo(),
				 .err = open_out("err"),
				 .block_in = "err",
				 .logged = 1 });
}

static void test_hold_pipe_full(void)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		trouble("no pipe");
	fill(fds[1]);
	try_hold(&(struct hold){ .out = fds[1],
				 .err = open_out("err"),
				 .block_in = "err",
				 .logged = 1 });
}

static void test_hold_pipe_broken(void)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		trouble("no pipe");
	(void)close(fds[0]);
	try_hold(&(struct hold){ .out = fds[1],
				 .err = open_out("err"),
				 .block_in = "err",
				 .logged = 1 });
}

static void want_one_from(int fd, const char *what)
{
	char text[8192];
	size_t len = 0;
	ssize_t got;
	const char *first;

	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	while (len < sizeof(text) - 1 &&
	       (got = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	first = strstr(text, "#oom-advice v=1 ");
	if (!first || strstr(first + 1, "#oom-advice v=1 "))
		trouble("%s: not one block: %.60s", what, text);
}

static void test_hold_pipe_read(void)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		trouble("no pipe");
	try_hold(&(struct hold){ .out = fds[1], .err = open_out("err") });
	want_one_from(fds[0], "the pipe");
	want_text("err", "");
}

static void test_hold_pty(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), fd;
	char name[64];

	if (master < 0 || grantpt(master) || unlockpt(master) ||
	    ptsname_r(master, name, sizeof(name))) {
		world->skipped = 1;
		return;
	}
	(void)chown(name, TEST_UID, TEST_GID);
	fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	try_hold(&(struct hold){ .out = fd, .err = fd });
	want_one_from(master, "the terminal");
}

/* ---- all of them ---- */

enum needs { NOTHING, HIERARCHY, KILLS };

static const struct test {
	const char *name;
	void (*run)(void);
	enum needs needs;
} tests[] = {
	/* The longest ones first. */
	{ "hold_fifo_unread", test_hold_fifo_unread, HIERARCHY },
	{ "hold_pipe_full", test_hold_pipe_full, HIERARCHY },
	{ "random_orders", test_random_orders, NOTHING },
	{ "failing_calls", test_failing_calls, NOTHING },
	{ "wrong_orders", test_wrong_orders, NOTHING },
	{ "switches", test_switches, HIERARCHY },
	{ "tasks_300", test_300_tasks, KILLS },
	{ "tasks_300_last_killed", test_300_tasks_last_killed, KILLS },
	{ "tasks_0", test_0_tasks, NOTHING },
	{ "plugstack", test_plugstack, NOTHING },
	{ "option_words", test_option_words, NOTHING },
	{ "option_twice", test_option_twice, NOTHING },
	{ "environment_word", test_environment_word, NOTHING },
	{ "srun_sink", test_srun_sink, NOTHING },
	{ "kill_batch", test_kill_batch, KILLS },
	{ "kill_second_life", test_kill_second_life, KILLS },
	{ "kill_interactive", test_kill_interactive, KILLS },
	{ "kill_half_line", test_kill_half_line, KILLS },
	{ "kill_child_exit_0", test_kill_child_exit_0, KILLS },
	{ "kill_late_task", test_kill_late_task, KILLS },
	{ "kill_no_gids", test_kill_no_gids, KILLS },
	{ "code_native", test_code_native, KILLS },
	{ "code_python", test_code_python, KILLS },
	{ "code_off", test_code_off, KILLS },
	{ "contained", test_contained, KILLS },
	{ "silent", test_silent, NOTHING },
	{ "neighbour_killed", test_neighbour_killed, KILLS },
	{ "verbose", test_verbose, HIERARCHY },
	{ "sink_unset", test_sink_unset, HIERARCHY },
	{ "extern", test_extern, NOTHING },
	{ "repeat", test_repeat, HIERARCHY },
	{ "stepd_killed", test_stepd_killed, KILLS },
	{ "stepd_killed_no_kernel_log", test_stepd_killed_no_kernel_log,
	  KILLS },
	{ "stepd_killed_told", test_stepd_killed_told, KILLS },
	{ "stepd_killed_cgroup_gone", test_stepd_killed_cgroup_gone, KILLS },
	{ "stepd_killed_silent", test_stepd_killed_silent, NOTHING },
	{ "epilog_alone", test_epilog_alone, NOTHING },
	{ "epilog_early", test_epilog_early, KILLS },
	{ "failing_calls_outside", test_failing_calls_outside, NOTHING },
	{ "run_full", test_run_full, HIERARCHY },
	{ "run_read_only", test_run_read_only, NOTHING },
	{ "spool_not_ours", test_spool_not_ours, NOTHING },
	{ "spool_garbage", test_spool_garbage, HIERARCHY },
	{ "hierarchy_garbage", test_hierarchy_garbage, HIERARCHY },
	{ "no_kernel_log", test_no_kernel_log, KILLS },
	{ "step_same_file", test_step_same_file, KILLS },
	{ "step_own_file", test_step_own_file, KILLS },
	{ "step_pipe_copied", test_step_pipe_copied, KILLS },
	{ "step_pipe_lost", test_step_pipe_lost, KILLS },
	{ "two_steps", test_two_steps, KILLS },
	{ "hold_file", test_hold_file, HIERARCHY },
	{ "hold_dev_full", test_hold_dev_full, HIERARCHY },
	{ "hold_dev_full_both", test_hold_dev_full_both, HIERARCHY },
	{ "hold_dev_null", test_hold_dev_null, HIERARCHY },
	{ "hold_deleted", test_hold_deleted, HIERARCHY },
	{ "hold_pipe_broken", test_hold_pipe_broken, HIERARCHY },
	{ "hold_pipe_read", test_hold_pipe_read, HIERARCHY },
	{ "hold_pty", test_hold_pty, HIERARCHY },
};

#define N_TESTS (sizeof(tests) / sizeof(tests[0]))

/* A /run of our own, so that nothing is shared with the machine's. */
static void make_own_world(void)
{
	own_world = !unshare(CLONE_NEWNS) &&
		    !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
		    !mount("none", "/run", "tmpfs", 0, "mode=755");
}

static void make_world(void)
{
	world_fd = memfd_create("world", MFD_CLOEXEC);
	if (world_fd < 0 || ftruncate(world_fd, sizeof(*world)))
		_exit(94);
	world = mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE, MAP_SHARED,
		     world_fd, 0);
	if (world == MAP_FAILED)
		_exit(94);
}

/* Exits 0: passed, 1: failed, 2: skipped; one line of reason on `report`. */
static void be_test(const struct test *test, unsigned int number,
		    const char *parent, int report)
{
	char line[512];

	make_world();
	make_own_world();
	/* High, and apart from those of another run on this machine. */
	world->job_id =
		50000000 + (uint32_t)tree_owner % 10000 * 1000 + number * 10;
	(void)snprintf(folder, sizeof(folder), "%.500s/%s", parent, test->name);
	(void)snprintf(host_output, sizeof(host_output), "%.1000s/host.output",
		       folder);
	if (mkdir(folder, 0755) || chown(folder, TEST_UID, TEST_GID))
		trouble("%s: %s", folder, strerror(errno));
	(void)alarm(TEST_SECONDS);
	test->run();
	if (!world->skipped) {
		char *text = read_all(host_output);

		if (text[0])
			trouble("the host's own output got \"%.200s\"", text);
		free(text);
		if (world->log_len > sizeof(world->log))
			trouble("too much was logged");
	}
	if (world->trouble[0])
		(void)snprintf(line, sizeof(line), "%.500s", world->trouble);
	else
		(void)snprintf(line, sizeof(line), "%s%s",
			       world->skipped ? "needs a mount namespace"
					      : note,
			       world->unreaped ? " (a child was left)"
			       : count_slow()  ? " (slow child)"
					       : "");
	for (char *at = line; *at; at++)
		if (!isprint((unsigned char)*at))
			*at = *at == '\n' && at[1] ? ';' : ' ';
	(void)!write(report, line, strlen(line));
	_exit(world->trouble[0] ? 1 : world->skipped ? 2 : 0);
}

struct run {
	pid_t pid;
	int report;
	unsigned int test;
};

static unsigned int counts[3];

static void end_test(const char *prefix, struct run *r, int status)
{
	static const char *const words[] = { "ok", "not ok", "ok" };
	char line[513];
	ssize_t got = read(r->report, line, sizeof(line) - 1);
	int how = WIFEXITED(status) ? WEXITSTATUS(status) : 1;

	if (WIFSIGNALED(status))
		got = snprintf(line, sizeof(line), "%s",
			       strsignal(WTERMSIG(status)));
	line[got > 0 ? got : 0] = '\0';
	how = how > 2 ? 1 : how;
	counts[how]++;
	(void)printf("%s %s/%s%s%s\n", words[how], prefix, tests[r->test].name,
		     how == 1	? ": "
		     : how == 2 ? " # skipped: "
		     : line[0]	? " # "
				: "",
		     line);
	(void)fflush(stdout);
	(void)close(r->report);
	r->pid = 0;
}

static const char *why_not(const struct test *test)
{
	if (test->needs == KILLS && !tree_version())
		return "no memory cgroup to write to on this machine";
	if (test->needs == HIERARCHY && !tree_mounted())
		return "no memory cgroup on this machine";
	return NULL;
}

static bool chosen(const char *name, int argc, char *argv[])
{
	for (int i = 0; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return !argc;
}

#define AT_ONCE 4

static void run_tests(const char *prefix, const char *parent, int argc,
		      char *argv[])
{
	struct run runs[AT_ONCE] = { 0 };
	unsigned int next = 0, running = 0;

	while (next < N_TESTS || running) {
		int status, fds[2], i = 0;
		pid_t pid;

		if (next < N_TESTS && !chosen(tests[next].name, argc, argv)) {
			next++;
			continue;
		}
		if (next < N_TESTS && why_not(&tests[next])) {
			(void)printf("ok %s/%s # skipped: %s\n", prefix,
				     tests[next].name, why_not(&tests[next]));
			counts[2]++;
			next++;
			continue;
		}
		while (i < AT_ONCE && runs[i].pid)
			i++;
		if (next < N_TESTS && i < AT_ONCE) {
			if (pipe2(fds, O_CLOEXEC))
				exit(1);
			pid = fork();
			if (!pid)
				be_test(&tests[next], next, parent, fds[1]);
			(void)close(fds[1]);
			runs[i] = (struct run){ pid, fds[0], next };
			next++;
			running++;
			continue;
		}
		pid = waitpid(-1, &status, 0);
		for (i = 0; i < AT_ONCE; i++)
			if (runs[i].pid && runs[i].pid == pid) {
				end_test(prefix, &runs[i], status);
				running--;
			}
	}
}

#define NOT_HERE 77

/*
 * For strace and valgrind to look at: one healthy step, then another.  "hold":
 * one that has something to tell to a full FIFO.  "rest": one that sits there.
 * "memory": how much of it a healthy step keeps, without the plugin and with.
 */
static int run_traced(const char *parent, const char *what)
{
	struct step s = { .step_id = STEP_BATCH,
			  .n_tasks = 1,
			  .args = { "default=on" },
			  .doing = "sleep 300",
			  .mark = true };
	bool hold = !strcmp(what, "-hold"), memory = !strcmp(what, "-memory");
	char path[PATH_MAX];
	struct stat st;

	if ((hold || memory || !strcmp(what, "-rest")) && !tree_mounted())
		return NOT_HERE;
	make_world();
	make_own_world();
	world->job_id = 50000000 + (uint32_t)tree_owner % 10000 * 1000 + 999;
	(void)snprintf(folder, sizeof(folder), "%.500s", parent);
	(void)snprintf(host_output, sizeof(host_output), "%.1000s/host.output",
		       folder);
	if (hold) {
		s = loud("user.err");
		s.out_fd = open_full_fifo();
		s.mark = true;
	} else {
		s.out_fd = s.err_fd = open_out("traced");
		s.limit_mib = tree_version() ? LIMIT_MIB : 0;
	}
	if (!strcmp(what, "-rest")) {
		s.doing = "sleep 11000";
		/* What the kernel sets aside for each CPU is no movement. */
		s.limit_mib = s.limit_mib ? 1024 : 0;
		/* No second one, and this one on a node that knows itself. */
		command_run(S_CTX_SLURMD, s.args, -1, NULL);
	}
	if (memory) {
		s.doing = "sleep 3000";
		s.life = "iopufkgmwcx";
		command_run(S_CTX_SLURMD, s.args, -1, NULL);
		s.bare = true;
	}
	for (int i = 0; i < 2 - (hold || !strcmp(what, "-rest")); i++) {
		step_run(&s);
		(void)snprintf(path, sizeof(path), SPOOL "/%u.batch." NODE,
			       world->job_id);
		if (memory)
			(void)printf("dirty %u resident %u file %lld\n",
				     world->dirty_kib, world->resident_kib,
				     stat(path, &st) ? 0LL
						     : (long long)st.st_size);
		epilog_run();
		s.bare = false;
	}
	tree_sweep(tree_owner);
	(void)fprintf(stderr, "%s", world->trouble);
	return world->trouble[0] != '\0';
}

/*
 * host PLUGIN VICTIM FOLDER PREFIX [TEST...]; for strace and the like PREFIX is
 * "traced" and what run_traced() knows
 */
int main(int argc, char *argv[])
{
	command_resume();
	if (argc < 5) {
		(void)fprintf(stderr, "usage: host PLUGIN VICTIM FOLDER PREFIX "
				      "[TEST...]\n");
		return 2;
	}
	plugin_path = argv[1];
	victim_fd = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (victim_fd < 0) {
		perror(argv[2]);
		return 2;
	}
	tree_owner = getpid();
	(void)umask(022);
	(void)setenv("SLURMD_NODENAME", NODE, 1);
	(void)unsetenv("OOM_ADVICE");
	(void)unsetenv("SLURM_STDOUTMODE");
	(void)unsetenv("SLURM_OOM_ADVICE_SINK");
	if (!strncmp(argv[4], "traced", 6))
		return run_traced(argv[3], argv[4] + 6);
	run_tests(argv[4], argv[3], argc - 5, argv + 5);
	tree_sweep(tree_owner);
	(void)printf("# %s: %u passed, %u failed, %u skipped\n", argv[4],
		     counts[0], counts[1], counts[2]);
	return counts[1] != 0;
}
