// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * spank_oom: the front door.  SPANK's hooks and the --oom-advice option; what
 * happens behind each is in lib/.
 *
 *	sbatch, salloc, srun	the option is checked; srun notes where its own
 *				standard output goes
 *	slurmstepd		a watch on the step, from init to exit (watch.h)
 *	slurmd's epilog		what slurmstepd could not finish
 *
 * Every hook returns 0: nothing that goes wrong here is the job's concern.
 * Only the option's callback refuses, at submission, a word that is wrong.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <slurm/spank.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/config.h"
#include "lib/job_end.h"
#include "lib/watch.h"

SPANK_PLUGIN(oom_advice, 1)

#ifndef LIBEXECDIR
#define LIBEXECDIR "/usr/libexec/oom-advice" /* as in the Makefile */
#endif
#define NAMES_PROGRAM "oom-advice-names"

/* Not in 22.05's headers; the numbers are Slurm's since 17.11. */
#define STEP_EXTERN	 0xfffffffcU
#define STEP_BATCH	 0xfffffffbU
#define STEP_INTERACTIVE 0xfffffffaU

#define OPTION		 "oom-advice"
#define ENVIRONMENT	 "OOM_ADVICE"
/*
 * What sbatch leaves of the option in the job's environment.  Up to 23.02.4
 * the option itself is lost in a batch step under --export=NONE.
 */
#define OPTION_LEFT "SLURM_SPANK__SLURM_SPANK_OPTION_oom_advice_oom_advice"
/* From srun to slurmstepd; SLURM_* passes --export=NONE. */
#define SINK "SLURM_OOM_ADVICE_SINK"

static struct oom_config config;
static struct oom_choice option;
static struct oom_watch *watch;
static pid_t stepd; /* contain_spank runs some hooks in a clone of it */

static const struct oom_roots roots = {
	.proc = "/proc",
	.run = "/run",
	.kmsg = "/dev/kmsg",
};

static int option_given(int value, const char *word, int remote);

static struct spank_option options[] = {
	{ OPTION, "[on|off|verbose|noplot|nocode]",
	  "explain in the job's output why it was killed for memory", 2, 0,
	  option_given },
};

/* ---- the option ---- */

static void complain(const char *what, const char *word)
{
	char text[160];
	struct oom_buf buf;

	oom_buf_init(&buf, text, sizeof(text));
	oom_buf_puts(&buf, what);
	oom_buf_name(&buf, oom_span(word), 40, true);
	oom_buf_puts(&buf, ": not one of " OOM_MODE_WORDS);
	slurm_error("oom-advice: %s", text);
}

/* May be called more than once for one option. */
static int option_given(int value, const char *word, int remote)
{
	enum oom_mode mode;

	(void)value;
	if (oom_mode_parse(word, &mode)) {
		if (remote)
			return 0;
		complain("--" OPTION "=", word);
		return -1;
	}
	option = (struct oom_choice){ .given = true, .mode = mode };
	return 0;
}

/* An empty variable is one that is not set. */
static struct oom_choice choice_of(const char *word)
{
	struct oom_choice choice = { .given = false };

	if (word && *word && !oom_mode_parse(word, &choice.mode))
		choice.given = true;
	return choice;
}

/* ---- srun: where does our standard output go? ---- */

static bool names_a_file(struct oom_span value)
{
	uint64_t task;

	/* srun(1), --output: "all", "none", a task's number, or a file. */
	return !oom_span_is(value, "all") && !oom_span_is(value, "none") &&
	       oom_parse_u64(value, &task) != 0;
}

/*
 * Looks for -o or --output before the user's command.  Only a hint: where it is
 * missed, the step's file gets the whole block instead of a line that points to
 * the job's output, which gets it all the same.
 */
static bool has_output_option(struct oom_span cmdline, int user_args)
{
	struct oom_span value = { 0 };
	int args = 0, at = 0;
	bool found = false;

	for (size_t i = 0; i < cmdline.len; i++)
		args += !cmdline.ptr[i];
	while (cmdline.len && ++at <= args - user_args) {
		struct oom_span arg = { cmdline.ptr,
					strnlen(cmdline.ptr, cmdline.len) };
		size_t step = arg.len < cmdline.len ? arg.len + 1 : arg.len;
		bool next = oom_span_is(arg, "-o") ||
			    oom_span_is(arg, "--output");

		cmdline.ptr += step;
		cmdline.len -= step;
		if (next) {
			value = (struct oom_span){
				cmdline.ptr, strnlen(cmdline.ptr, cmdline.len)
			};
			found = true;
		} else if (oom_span_skip(&arg, "--output=") ||
			   oom_span_skip(&arg, "-o")) {
			value = arg;
			found = true;
		}
	}
	if (!found) {
		value = oom_span(getenv("SLURM_STDOUTMODE"));
		found = value.len > 0;
	}
	return found && names_a_file(value);
}

static void note_sink(spank_t sp)
{
	char text[32768], note[96];
	int user_args = 0,
	    fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	char **user_argv = NULL;
	struct stat st;
	ssize_t got = -1;

	if (fd >= 0) {
		got = read(fd, text, sizeof(text));
		(void)close(fd);
	}
	if (got <= 0 || fstat(STDOUT_FILENO, &st) ||
	    spank_get_item(sp, S_JOB_ARGV, &user_args, &user_argv))
		return;
	(void)snprintf(note, sizeof(note), "%d %u %llu %llu",
		       has_output_option((struct oom_span){ text, (size_t)got },
					 user_args),
		       (unsigned int)st.st_mode, (unsigned long long)st.st_dev,
		       (unsigned long long)st.st_ino);
	(void)setenv(SINK, note, 1);
}

static struct oom_sink parse_sink(const char *note)
{
	struct oom_span rest = oom_span(note), word;
	struct oom_sink sink = { .known = false };
	uint64_t numbers[4];

	for (int i = 0; i < 4; i++)
		if (!oom_next_word(&rest, &word) ||
		    oom_parse_u64(word, &numbers[i]))
			return sink;
	sink.known = true;
	sink.own_file = numbers[0] != 0;
	sink.mode = (uint32_t)numbers[1];
	sink.dev = numbers[2];
	sink.ino = numbers[3];
	return sink;
}

/* ---- slurmstepd: what is this step? ---- */

static bool get_env(spank_t sp, const char *name, char *out, int cap)
{
	return spank_getenv(sp, name, out, cap) == ESPANK_SUCCESS;
}

static void add_env(spank_t sp, struct oom_buf *text, const char *key,
		    const char *name)
{
	char value[32];

	if (get_env(sp, name, value, sizeof(value)))
		oom_buf_printf(text, "%s %s\n", key, value);
}

/* 0 is what a batch step has in place of what it does not know. */
static void add_u32(spank_t sp, struct oom_buf *text, const char *key,
		    spank_item_t item)
{
	uint32_t value;

	if (!spank_get_item(sp, item, &value) && value)
		oom_buf_printf(text, "%s %u\n", key, value);
}

static void add_mib(spank_t sp, struct oom_buf *text, const char *key,
		    spank_item_t item)
{
	uint64_t value;

	if (!spank_get_item(sp, item, &value))
		oom_buf_printf(text, "%s %llu\n", key,
			       (unsigned long long)value);
}

/* The user's own words: a line break in them must not begin a line. */
static void add_words(struct oom_buf *text, const char *key, char **words,
		      int n)
{
	oom_buf_printf(text, "%s", key);
	for (int i = 0; i < n && i < 64; i++) {
		oom_buf_puts(text, " ");
		oom_buf_name(text, oom_span(words[i]), 128, true);
	}
	oom_buf_puts(text, "\n");
}

static void describe_step(spank_t sp, const struct oom_watch_spec *spec,
			  struct oom_buf *text)
{
	char java[512], *java_words[] = { java }, **argv = NULL;
	int argc = 0;

	oom_buf_printf(text, "job %u\nstep %s\nnode %s\nuid %u\nverbose %d\n",
		       spec->identity.job_id, spec->identity.step,
		       spec->identity.node, spec->identity.uid,
		       spec->mode == OOM_MODE_VERBOSE);
	if (config.no_plot || spec->mode == OOM_MODE_NOPLOT)
		oom_buf_puts(text, "no_plot 1\n");
	add_u32(sp, text, "nodes", S_JOB_NNODES);
	add_u32(sp, text, "local_tasks", S_JOB_LOCAL_TASK_COUNT);
	add_u32(sp, text, "total_tasks", S_JOB_TOTAL_TASK_COUNT);
	add_mib(sp, text, "job_alloc_mib", S_JOB_ALLOC_MEM);
	add_mib(sp, text, "step_alloc_mib", S_STEP_ALLOC_MEM);
	add_env(sp, text, "mem_per_node_mib", "SLURM_MEM_PER_NODE");
	add_env(sp, text, "mem_per_cpu_mib", "SLURM_MEM_PER_CPU");
	add_env(sp, text, "mem_per_gpu_mib", "SLURM_MEM_PER_GPU");
	if (get_env(sp, "JAVA_TOOL_OPTIONS", java, sizeof(java)))
		add_words(text, "java_options", java_words, 1);
	if (!spank_get_item(sp, S_JOB_ARGV, &argc, &argv) && argv)
		add_words(text, "argv", argv, argc);
}

static const char *step_name(uint32_t step_id, char out[16])
{
	if (step_id == STEP_BATCH)
		return "batch";
	if (step_id == STEP_INTERACTIVE)
		return "interactive";
	(void)snprintf(out, 16, "%u", step_id);
	return out;
}

static bool get_identity(spank_t sp, struct oom_spool_identity *id)
{
	char number[16];
	/* In slurmstepd's own environment, 22.05 to 26.05. */
	const char *node = getenv("SLURMD_NODENAME");
	gid_t *gids = NULL;
	int n_gids = 0;
	uid_t uid;
	gid_t gid;

	if (spank_get_item(sp, S_JOB_ID, &id->job_id) ||
	    spank_get_item(sp, S_JOB_STEPID, &id->step_id) ||
	    spank_get_item(sp, S_JOB_UID, &uid) ||
	    spank_get_item(sp, S_JOB_GID, &gid))
		return false;
	id->uid = uid;
	id->gid = gid;
	oom_span_copy(oom_span(step_name(id->step_id, number)), id->step,
		      sizeof(id->step));
	if (node)
		oom_span_copy(oom_span(node), id->node, sizeof(id->node));
	else if (gethostname(id->node, sizeof(id->node) - 1))
		return false;
	/* A file may be readable by such a group only. */
	if (!spank_get_item(sp, S_JOB_SUPPLEMENTARY_GIDS, &gids, &n_gids))
		for (int i = 0; i < n_gids && i < OOM_SPOOL_GIDS_MAX; i++)
			id->gids[id->n_gids++] = gids[i];
	return true;
}

/*
 * The program that gives code its names: beside the plugin, as in a build
 * folder, or where it is installed.  Opened when it is needed, not here.
 */
static const char *const *find_programs(void)
{
	static char beside[512]; /* longer: then it has to be installed */
	static const char *const programs[] = { beside,
						LIBEXECDIR "/" NAMES_PROGRAM,
						NULL };
	struct oom_span path;
	struct oom_buf buf;
	Dl_info info;

	oom_buf_init(&buf, beside, sizeof(beside));
	if (!dladdr(&options, &info) || !info.dli_fname)
		return programs;
	path = oom_span(info.dli_fname);
	path.len = oom_span_rfind(path, "/");
	if (path.len == strlen(info.dli_fname))
		return programs;
	oom_buf_add(&buf, path);
	oom_buf_puts(&buf, "/" NAMES_PROGRAM);
	if (buf.truncated)
		beside[0] = '\0';
	return programs;
}

static void start_watch(spank_t sp)
{
	struct oom_watch_spec spec = { .roots = &roots, .config = config };
	char text[6144], word[16];
	struct oom_buf step_text;
	struct oom_choice left = option, environment = { .given = false };
	uint32_t step_id = STEP_EXTERN, tasks = 0;
	int rc;

	if (spank_get_item(sp, S_JOB_STEPID, &step_id) ||
	    step_id == STEP_EXTERN || watch)
		return;
	if (get_env(sp, SINK, text, sizeof(text))) {
		spec.sink = parse_sink(text);
		(void)spank_unsetenv(sp, SINK);
	}
	/* Here an empty word is what a bare --oom-advice left. */
	if (!left.given && get_env(sp, OPTION_LEFT, word, sizeof(word)))
		left = choice_of(*word ? word : "on");
	if (get_env(sp, ENVIRONMENT, word, sizeof(word)))
		environment = choice_of(word);
	spec.mode = oom_mode_choose(left, environment, &config);
	if (spec.mode == OOM_MODE_OFF || !get_identity(sp, &spec.identity) ||
	    spank_get_item(sp, S_JOB_LOCAL_TASK_COUNT, &tasks) || !tasks)
		return;
	if (!config.no_code && spec.mode != OOM_MODE_NOCODE)
		spec.programs = find_programs();
	spec.is_batch = step_id == STEP_BATCH;
	spec.n_local_tasks = tasks;
	oom_buf_init(&step_text, text, sizeof(text));
	describe_step(sp, &spec, &step_text);
	spec.step_text = (struct oom_span){ step_text.ptr, step_text.len };
	spec.identity.stepd_pid = stepd = getpid();
	rc = oom_watch_open(&watch, &spec);
	if (rc)
		slurm_error("oom-advice: job %u step %s is not watched: %s",
			    spec.identity.job_id, spec.identity.step,
			    strerror(-rc));
}

/* For the admin: slurm_info() never reaches a user. */
static void log_telling(const struct oom_told *told, int error)
{
	if (error == -ETIMEDOUT)
		slurm_info(
			"oom-advice: writing goes on in the background after "
			"%d ms",
			OOM_HOLD_MS);
	else if (error)
		slurm_info("oom-advice: no explanation written: %s; the epilog "
			   "hook will try again",
			   strerror(-error));
	else if (told->where == OOM_TOLD_STDERR)
		slurm_info("oom-advice: cause=%s, written to standard error: "
			   "standard output: %s",
			   told->cause, strerror(-told->error));
	else if (told->where == OOM_TOLD_NOWHERE)
		slurm_info(
			"oom-advice: cause=%s confidence=%s, and no place to "
			"write it: standard output: %s",
			told->cause, told->confidence, strerror(-told->error));
}

static void log_held(void)
{
	struct oom_held held = oom_watch_held(watch);

	slurm_info("oom-advice: held %llu us: %llu us waiting for the child, "
		   "%llu other sleeps%s",
		   (unsigned long long)held.us,
		   (unsigned long long)held.wait_us,
		   (unsigned long long)held.other_sleeps,
		   getpid() == stepd ? "" : ", in a clone");
}

/* ---- the hooks ---- */

int slurm_spank_init(spank_t sp, int argc, char *argv[])
{
	spank_context_t context = spank_context();
	char text[256];
	struct oom_buf error;

	for (int i = 0; i < argc; i++) {
		oom_buf_init(&error, text, sizeof(text));
		/* Users cannot mend it: only where admins look. */
		if (oom_config_apply(&config, argv[i], &error) &&
		    (context == S_CTX_REMOTE || context == S_CTX_SLURMD))
			slurm_error("oom-advice: %s", text);
	}
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		(void)spank_option_register(sp, &options[i]);
	if (context == S_CTX_SLURMD) {
		int rc = oom_watch_prepare(&roots);

		if (rc)
			slurm_error("oom-advice: no memory cgroup hierarchy "
				    "found: %s",
				    strerror(-rc));
	}
	return 0;
}

int slurm_spank_init_post_opt(spank_t sp, int argc, char *argv[])
{
	spank_context_t context = spank_context();
	const char *word = getenv(ENVIRONMENT);
	enum oom_mode mode;

	(void)argc;
	(void)argv;
	if (context == S_CTX_REMOTE)
		start_watch(sp);
	else if ((context == S_CTX_LOCAL || context == S_CTX_ALLOCATOR) &&
		 word && oom_mode_parse(word, &mode))
		complain("ignored: " ENVIRONMENT "=", word);
	return 0;
}

int slurm_spank_local_user_init(spank_t sp, int argc, char *argv[])
{
	(void)argc;
	(void)argv;
	note_sink(sp);
	return 0;
}

int slurm_spank_task_init(spank_t sp, int argc, char *argv[])
{
	int local_id;

	(void)argc;
	(void)argv;
	if (watch && !spank_get_item(sp, S_TASK_ID, &local_id) && local_id >= 0)
		oom_watch_task_init(watch, (unsigned int)local_id);
	return 0;
}

int slurm_spank_task_post_fork(spank_t sp, int argc, char *argv[])
{
	uint32_t rank;
	int local_id;
	pid_t pid;

	(void)argc;
	(void)argv;
	if (watch && !spank_get_item(sp, S_TASK_ID, &local_id) &&
	    local_id >= 0 && !spank_get_item(sp, S_TASK_GLOBAL_ID, &rank) &&
	    !spank_get_item(sp, S_TASK_PID, &pid))
		oom_watch_task_started(watch, (unsigned int)local_id, rank,
				       pid);
	return 0;
}

int slurm_spank_task_exit(spank_t sp, int argc, char *argv[])
{
	struct oom_told told;
	int local_id, status, error = 0;

	(void)argc;
	(void)argv;
	if (!watch || spank_get_item(sp, S_TASK_ID, &local_id) ||
	    local_id < 0 || spank_get_item(sp, S_TASK_EXIT_STATUS, &status))
		return 0;
	if (!oom_watch_task_ended(watch, (unsigned int)local_id, status, &told,
				  &error))
		return 0;
	log_telling(&told, error);
	if (config.debug)
		log_held();
	return 0;
}

int slurm_spank_exit(spank_t sp, int argc, char *argv[])
{
	(void)sp;
	(void)argc;
	(void)argv;
	oom_watch_close(watch);
	watch = NULL;
	return 0;
}

int slurm_spank_job_epilog(spank_t sp, int argc, char *argv[])
{
	uint32_t job_id;
	int rc;

	(void)argc;
	(void)argv;
	if (spank_get_item(sp, S_JOB_ID, &job_id))
		return 0;
	rc = oom_job_ended(&roots, job_id, getenv("SLURMD_NODENAME"));
	if (rc < 0)
		slurm_error("oom-advice: epilog of job %u: %s", job_id,
			    rc == -ENOSPC ? "no place to write an explanation"
					  : strerror(-rc));
	return 0;
}
