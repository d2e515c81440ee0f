// SPDX-License-Identifier: GPL-2.0-or-later
/* The processes that load the plugin, and the tasks of a step. */
#include "host.h"
#include "../../lib/watch.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STACK_SIZE    (1 << 20)
#define NEST_SECONDS  60
#define WARM_UP_LIVES 3
/* The hook gave up waiting, or was about to. */
#define HOLD_US (OOM_HOLD_MS * 1000 - 5000)

const char *plugin_path;
int victim_fd = -1, world_fd = -1;
char host_output[PATH_MAX];

static char handle; /* what spank_t points to is Slurm's own business */
#define SPANK ((spank_t)(void *)&handle)

typedef int hook_fn(spank_t, int, char **);

const char *step_label(uint32_t step_id, char out[16])
{
	if (step_id == STEP_BATCH)
		return "batch";
	if (step_id == STEP_INTERACTIVE)
		return "interactive";
	if (step_id == STEP_EXTERN)
		return "extern";
	(void)snprintf(out, 16, "%u", step_id);
	return out;
}

static uint64_t now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/*
 * This thread's time so far on a CPU, or ready for one that another had.  The
 * rest it slept, however busy the machine is.
 */
static uint64_t awake_us(void)
{
	int fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	char text[96] = "", *ready = text;
	struct timespec cpu;

	if (fd >= 0) {
		(void)!read(fd, text, sizeof(text) - 1);
		(void)close(fd);
	}
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
	(void)strtoull(text, &ready, 10);
	return (uint64_t)cpu.tv_sec * 1000000 + (uint64_t)cpu.tv_nsec / 1000 +
	       strtoull(ready, NULL, 10) / 1000;
}

/* ---- what must not grow ---- */

unsigned int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	unsigned int n = 0;

	while (dir && (entry = readdir(dir)))
		n += entry->d_name[0] != '.';
	if (dir)
		(void)closedir(dir);
	return n - 1; /* the folder itself */
}

static unsigned int count_maps(const char *of)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[PATH_MAX + 128];
	unsigned int n = 0;

	while (maps && fgets(line, sizeof(line), maps))
		n += strstr(line, of) != NULL;
	if (maps)
		(void)fclose(maps);
	return n;
}

/*
 * The plugin gives up waiting for its child's short-lived parent when its time
 * is over, which only a busy machine brings about.  Never otherwise.
 */
static bool was_slow(void)
{
	return world->hook_us > HOLD_US;
}

static void check_children(void)
{
	pid_t pid = waitpid(-1, NULL, was_slow() ? 0 : WNOHANG);

	if (pid > 0 && was_slow()) {
		atomic_fetch_add(&world->unreaped, 1);
		pid = waitpid(-1, NULL, 0);
	}
	if (pid != -1 || errno != ECHILD)
		trouble("a child is left");
}

/*
 * Each process of ours counts.  ASan's search for leaks at exit costs more than
 * all the rest, so only every fourth looks; the first of a test always does.
 */
static unsigned int n_processes;

static void __attribute__((noreturn)) leave(void)
{
	if (UNDER_ASAN && n_processes % 4 != 1)
		_exit(0);
	exit(0);
}

/* ---- hooks ---- */

void *plugin_load(void)
{
	void *plugin = dlopen(plugin_path, RTLD_NOW | RTLD_LOCAL);

	if (!plugin)
		trouble("%s", dlerror());
	return plugin;
}

void plugin_unload(void *plugin)
{
	if (plugin && dlclose(plugin))
		trouble("dlclose: %s", dlerror());
}

struct hook_call {
	hook_fn *fn;
	int argc, rc;
	char *argv[5];
};

static int run_contained(void *arg)
{
	struct hook_call *call = arg;

	call->rc = call->fn(SPANK, call->argc, call->argv);
	_exit(0);
}

/* As SlurmdParameters=contain_spank: our memory, a copy of our descriptors. */
static void run_in_clone(struct hook_call *call, const char *name)
{
	char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	int status = -1;
	pid_t pid;

	if (stack == MAP_FAILED) {
		trouble("no stack");
		return;
	}
	pid = clone(run_contained, stack + STACK_SIZE, CLONE_VM | SIGCHLD,
		    call);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		trouble("%s in a clone: status %#x", name, (unsigned)status);
	(void)munmap(stack, STACK_SIZE);
}

static void mark(const char *what, const char *name)
{
	char text[80];
	int n = snprintf(text, sizeof(text), "%s %s\n", what, name);

	(void)!write(MARK_FD, text, (size_t)n);
}

static bool marks;

void call_hook(void *plugin, const char *name, enum phase phase,
	       const char *const args[4], bool contained)
{
	struct hook_call call = { .rc = 0 };
	uint64_t begun, awake;

	if (plugin)
		*(void **)&call.fn = dlsym(plugin, name);
	if (!call.fn)
		return;
	/* Slurm hands out its own copy; a plugin may write to it. */
	for (int i = 0; args && i < 4 && args[i]; i++)
		call.argv[call.argc++] = strdup(args[i]);
	now.phase = phase;
	atomic_fetch_add(&world->hooks, 1);
	begun = now_us();
	awake = awake_us();
	if (marks)
		mark("begin", name);
	if (contained)
		run_in_clone(&call, name);
	else
		call.rc = call.fn(SPANK, call.argc, call.argv);
	if (marks)
		mark("end", name);
	awake = awake_us() - awake;
	begun = now_us() - begun;
	if (begun > world->hook_us)
		world->hook_us = begun;
	if (phase == PHASE_TASK_EXIT && begun > world->task_exit_us) {
		world->task_exit_us = begun;
		world->task_exit_asleep_us = begun > awake ? begun - awake : 0;
	}
	now.phase = PHASE_NONE;
	if (call.rc)
		trouble("%s returned %d", name, call.rc);
	for (int i = 0; i < call.argc; i++)
		free(call.argv[i]);
}

static void call_options(int remote)
{
	for (unsigned int i = 0; now.n_options && i < world->n_words; i++) {
		char *word = world->words[i].null ? NULL : world->words[i].text;

		world->option_rc =
			now.options[0].cb(now.options[0].val, word, remote);
		if (remote && world->option_rc)
			trouble("the option's callback failed in the step");
	}
}

/* ---- the tasks ---- */

struct task {
	pid_t pid;
	int go; /* the pipe's end that lets it go on */
};

struct stepd {
	const struct step *step;
	void *plugin;
	struct tree tree;
	struct task tasks[TASKS_MAX];
	bool forked, gone;
};

static void become_user(void)
{
	const gid_t gids[] = { TEST_GID, TEST_GID + 1 };

	if (setgroups(2, gids) || setresgid(TEST_GID, TEST_GID, TEST_GID) ||
	    setresuid(TEST_UID, TEST_UID, TEST_UID))
		_exit(99);
}

static void __attribute__((noreturn))
be_task(struct stepd *d, unsigned int i, int go)
{
	const struct step *s = d->step;
	const char *doing = s->victim_doing && i == s->victim ? s->victim_doing
							      : s->doing;
	char text[PATH_MAX], *argv[4] = { "victim" },
			     *environ_of_it[] = { NULL };
	int n = 1, null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	char byte;

	if (read(go, &byte, 1) < 0)
		_exit(98);
	(void)dup2(null_fd, 0);
	(void)dup2(s->out_fd < 0 ? null_fd : s->out_fd, 1);
	(void)dup2(s->err_fd < 0 ? null_fd : s->err_fd, 2);
	become_user();
	now.task_id = (int)i;
	now.task_pid = -1; /* as in Slurm */
	call_hook(d->plugin, "slurm_spank_task_init", PHASE_TASK_INIT, s->args,
		  false);
	(void)snprintf(text, sizeof(text), "%s", doing ? doing : "hello");
	for (char *word = strtok(text, " "); word && n < 3;
	     word = strtok(NULL, " "))
		argv[n++] = word;
	(void)fexecve(victim_fd, argv, environ_of_it);
	_exit(97);
}

static void fork_tasks(struct stepd *d)
{
	if (d->forked)
		return;
	d->forked = true;
	for (unsigned int i = 0; i < d->step->n_tasks; i++) {
		int fds[2];

		if (pipe2(fds, O_CLOEXEC)) {
			trouble("no pipe");
			return;
		}
		d->tasks[i].pid = fork();
		if (!d->tasks[i].pid) {
			(void)close(fds[1]);
			be_task(d, i, fds[0]);
		}
		(void)close(fds[0]);
		d->tasks[i].go = fds[1];
		if (d->tree.version && tree_enter(&d->tree, i, d->tasks[i].pid))
			trouble("task %u: cannot enter its cgroup", i);
	}
}

static void post_fork(struct stepd *d)
{
	for (unsigned int i = 0; i < d->step->n_tasks; i++) {
		now.task_id = (int)i;
		now.task_pid = d->forked ? d->tasks[i].pid : 0;
		call_hook(d->plugin, "slurm_spank_task_post_fork",
			  PHASE_TASK_POST_FORK, d->step->args,
			  d->step->contained);
	}
}

static void let_go(struct stepd *d)
{
	for (unsigned int i = 0; i < d->step->n_tasks; i++) {
		if (d->tasks[i].go > 0)
			(void)close(d->tasks[i].go);
		d->tasks[i].go = 0;
	}
}

static void task_exit(struct stepd *d, unsigned int task, pid_t pid, int status)
{
	now.task_id = (int)task;
	now.task_pid = pid;
	now.status = status;
	call_hook(d->plugin, "slurm_spank_task_exit", PHASE_TASK_EXIT,
		  d->step->args, d->step->contained);
}

static unsigned int find_task(const struct stepd *d, pid_t pid)
{
	for (unsigned int i = 0; i < d->step->n_tasks; i++)
		if (d->tasks[i].pid == pid)
			return i;
	return TASKS_MAX;
}

/* As slurmstepd does: whoever ends next. */
static void wait_tasks(struct stepd *d, bool tell)
{
	unsigned int left = d->forked && !d->gone ? d->step->n_tasks : 0;

	d->gone = d->gone || d->forked;
	while (left) {
		int status;
		pid_t pid = waitpid(-1, &status, 0);
		unsigned int task;

		if (pid < 0) {
			trouble("tasks were reaped by somebody else");
			return;
		}
		task = find_task(d, pid);
		if (task == TASKS_MAX && !status && was_slow()) {
			atomic_fetch_add(&world->unreaped, 1);
			continue;
		}
		if (task == TASKS_MAX) {
			trouble("a child that is no task: status %#x",
				(unsigned int)status);
			continue;
		}
		left--;
		if (WIFEXITED(status) && WEXITSTATUS(status) >= 97 &&
		    WEXITSTATUS(status) <= 99)
			trouble("task %u was not run: %d", task,
				WEXITSTATUS(status));
		if (tell)
			task_exit(d, task, pid, status);
	}
}

static void stray_task_init(struct stepd *d)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		if (d->step->out_fd >= 0)
			(void)dup2(d->step->out_fd, 1);
		if (d->step->err_fd >= 0)
			(void)dup2(d->step->err_fd, 2);
		now.task_id = 0;
		now.task_pid = -1;
		call_hook(d->plugin, "slurm_spank_task_init", PHASE_TASK_INIT,
			  d->step->args, false);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		trouble("task_init: status %#x", (unsigned int)status);
}

/*
 * When the recorder has looked a few times.  Of programs and libraries only what
 * was written to: on a tmpfs all pages of a file count as dirty.
 */
static void measure(void)
{
	unsigned int kib, dirty = 0, resident = 0;
	char line[512], name[8];
	bool code = false;
	FILE *file;

	(void)usleep(1500000);
	file = fopen("/proc/self/smaps", "re");
	if (!file)
		trouble("no smaps");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*x-%*x %7s", name) == 1)
			code = strstr(line, ".so") || strstr(line, "/host\n");
		else if (sscanf(line, "Rss: %u", &kib) == 1)
			resident += kib;
		else if (code && sscanf(line, "Anonymous: %u", &kib) == 1)
			dirty += kib;
		else if (!code &&
			 (sscanf(line, "Private_Dirty: %u", &kib) == 1 ||
			  sscanf(line, "Shared_Dirty: %u", &kib) == 1))
			dirty += kib;
	}
	if (file)
		(void)fclose(file);
	world->dirty_kib = dirty;
	world->resident_kib = resident;
}

static void *nothing(void *arg)
{
	return arg;
}

/* slurmstepd has threads: what glibc does for the first is done. */
static void make_first_thread(void)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, nothing, NULL))
		(void)pthread_join(thread, NULL);
}

static void do_letter(struct stepd *d, char letter)
{
	const char *const *args = d->step->args;

	switch (letter) {
	case 'i':
		call_hook(d->plugin, "slurm_spank_init", PHASE_INIT, args,
			  false);
		break;
	case 'o':
		call_options(1);
		break;
	case 'p':
		call_hook(d->plugin, "slurm_spank_init_post_opt", PHASE_STEP,
			  args, false);
		break;
	case 'u':
		call_hook(d->plugin, "slurm_spank_user_init", PHASE_STEP, args,
			  d->step->contained);
		break;
	case 'f':
		fork_tasks(d);
		break;
	case 'k':
		post_fork(d);
		break;
	case 'g':
		let_go(d);
		break;
	case 'w':
	case 'q':
		/* Blocked tasks would be waited for until the end of time. */
		let_go(d);
		wait_tasks(d, letter == 'w');
		break;
	case 'c':
		if (d->gone && !d->step->leaves_tree)
			tree_remove(&d->tree);
		break;
	case 'm':
		measure();
		break;
	case 'x':
		call_hook(d->plugin, "slurm_spank_exit", PHASE_STEP, args,
			  false);
		break;
	case 'D':
		(void)raise(SIGKILL);
		break;
	case 'K':
		now.task_id = 0;
		now.task_pid = 0x3fffffff;
		call_hook(d->plugin, "slurm_spank_task_post_fork",
			  PHASE_TASK_POST_FORK, args, false);
		break;
	case 'T':
		task_exit(d, 0, 0x3fffffff, SIGKILL);
		break;
	case 'N':
		stray_task_init(d);
		break;
	default:
		trouble("no such letter: %c", letter);
	}
}

static void live(const struct step *s, void *plugin)
{
	static struct stepd d;
	char label[16];

	memset(&d, 0, sizeof(d));
	d.step = s;
	d.plugin = plugin;
	now.n_options = 0;
	if (s->limit_mib &&
	    tree_make(&d.tree, world->job_id, step_label(s->step_id, label),
		      s->n_tasks, s->limit_mib, s->limit_mib << s->roomy_job))
		trouble("cannot make the cgroups: %s", strerror(errno));
	for (const char *at = s->life ? s->life : LIFE; *at; at++)
		do_letter(&d, *at);
	/* Whatever order it was: no task stays. */
	let_go(&d);
	wait_tasks(&d, false);
	if (!s->leaves_tree)
		tree_remove(&d.tree);
}

static void be_quiet_host(void)
{
	int fd = open(host_output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
		      0600);
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)dup2(null_fd, 0);
	(void)dup2(fd, 1);
	(void)dup2(fd, 2);
	(void)close(fd);
	(void)close(null_fd);
}

static void be_stepd(const struct step *s)
{
	static char *argv[] = { "./solve", "in put.csv", "--x=\n#oom", NULL };
	unsigned int fds, maps = 0, lives = s->repeat ? s->repeat : 1;
	void *plugin;

	be_quiet_host();
	now.context = S_CTX_REMOTE;
	now.step_id = s->step_id;
	now.n_tasks = s->n_tasks;
	now.argv = argv;
	now.argc = 3;
	marks = s->mark;
	if (marks) {
		int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

		(void)dup3(fd, MARK_FD, O_CLOEXEC);
		(void)close(fd);
	}
	make_first_thread();
	plugin = s->bare ? NULL : plugin_load();
	if (!plugin && !s->bare)
		return;
	fds = count_fds();
	for (unsigned int i = 1; i <= lives; i++) {
		live(s, plugin);
		if (i == WARM_UP_LIVES)
			maps = count_maps("");
	}
	/* ASan's own allocator may map what it likes. */
	if (!UNDER_ASAN && lives > WARM_UP_LIVES && count_maps("") != maps)
		trouble("mappings: %u, then %u", maps, count_maps(""));
	if (!s->life || s->life[strlen(s->life) - 1] == 'x') {
		if (count_maps("oom-advice/"))
			trouble("the spool file is still mapped");
		if (count_fds() != fds)
			trouble("descriptors: %u, then %u", fds, count_fds());
	}
	check_children();
	plugin_unload(plugin);
}

/*
 * Between the test and slurmstepd: takes the orphans that slurmstepd leaves
 * (the plugin's child), so that the test can wait for all of them.
 */
static int be_nest(const struct step *s)
{
	pid_t pid, stepd;
	int status, rc = 0;
	bool dies = s->life && strchr(s->life, 'D');

	(void)prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
	/* SIGALRM's default ends it, the test sees the status. */
	(void)alarm(NEST_SECONDS);
	stepd = fork();
	if (!stepd) {
		(void)alarm(0);
		be_stepd(s);
		leave();
	}
	while ((pid = waitpid(-1, &status, 0)) > 0) {
		/* The naming program is killed by whoever stops it. */
		if (pid != stepd && WIFSIGNALED(status) &&
		    WTERMSIG(status) == SIGKILL)
			continue;
		if (pid == stepd && dies && WIFSIGNALED(status))
			continue;
		if (status) {
			trouble("%s ended with status %#x",
				pid == stepd ? "the host" : "an orphan",
				(unsigned int)status);
			rc = 1;
		}
	}
	return rc;
}

pid_t step_begin(const struct step *s)
{
	pid_t pid;

	n_processes++;
	pid = fork();

	if (!pid)
		_exit(be_nest(s));
	return pid;
}

void step_wait(pid_t pid)
{
	int status = -1;

	if (waitpid(pid, &status, 0) != pid)
		trouble("nobody to wait for");
	else if (WIFSIGNALED(status))
		trouble("something was still running after %d s", NEST_SECONDS);
}

void step_run(const struct step *s)
{
	step_wait(step_begin(s));
}

/* ---- the others ---- */

static void be_epilog(void)
{
	static const char *const args[4] = { "default=on" };
	void *plugin;
	unsigned int fds;

	be_quiet_host();
	now.context = S_CTX_JOB_SCRIPT;
	plugin = plugin_load();
	if (!plugin)
		return;
	fds = count_fds();
	/* init is not called in this context. */
	call_hook(plugin, "slurm_spank_job_epilog", PHASE_JOB_SCRIPT, args,
		  false);
	if (count_fds() != fds)
		trouble("epilog: descriptors: %u, then %u", fds, count_fds());
	if (count_maps("oom-advice/"))
		trouble("epilog: a spool file is still mapped");
	check_children();
	plugin_unload(plugin);
}

static void be_command(enum spank_context context, const char *const args[4])
{
	void *plugin = plugin_load();
	unsigned int fds;

	if (!plugin)
		return;
	now.context = context;
	fds = count_fds();
	call_hook(plugin, "slurm_spank_init", PHASE_INIT, args, false);
	if (context == S_CTX_SLURMD) {
		call_hook(plugin, "slurm_spank_slurmd_exit", PHASE_STEP, args,
			  false);
	} else {
		call_options(0);
		call_hook(plugin, "slurm_spank_init_post_opt", PHASE_STEP, args,
			  false);
		if (context == S_CTX_LOCAL)
			call_hook(plugin, "slurm_spank_local_user_init",
				  PHASE_STEP, args, false);
		/* srun and sbatch hand their environment on. */
		if (getenv("SLURM_OOM_ADVICE_SINK"))
			set_job_env("SLURM_OOM_ADVICE_SINK",
				    getenv("SLURM_OOM_ADVICE_SINK"));
		call_hook(plugin, "slurm_spank_exit", PHASE_STEP, args, false);
	}
	if (count_fds() != fds)
		trouble("descriptors: %u, then %u", fds, count_fds());
	plugin_unload(plugin);
}

static int wait_for(pid_t pid, const char *what)
{
	int status = -1;

	if (waitpid(pid, &status, 0) != pid || status)
		trouble("%s ended with status %#x", what, (unsigned int)status);
	return status;
}

void epilog_run(void)
{
	pid_t pid;

	n_processes++;
	pid = fork();

	if (!pid) {
		(void)prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
		pid = fork();
		if (!pid) {
			be_epilog();
			leave();
		}
		(void)wait_for(pid, "the epilog");
		while (waitpid(-1, NULL, 0) > 0)
			;
		_exit(0);
	}
	(void)wait_for(pid, "the epilog's nest");
}

#define COMMAND_ENV "OOM_HOST_COMMAND"

void command_resume(void)
{
	const char *note = getenv(COMMAND_ENV);
	char *end;

	if (!note)
		return;
	world = mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE, MAP_SHARED,
		     (int)strtol(note, &end, 10), 0);
	if (world == MAP_FAILED || *end != ' ')
		_exit(96);
	plugin_path = end + 1;
	/* As srun has it: all of its own command line but its options. */
	now.argc = 1;
	now.argv = (char *[]){ "./solve", NULL };
	be_command(S_CTX_LOCAL, NULL);
	exit(0);
}

void command_run(enum spank_context context, const char *const args[4],
		 int out_fd, char *const argv[])
{
	pid_t pid;

	n_processes++;
	pid = fork();

	if (!pid) {
		static char *const none[] = { NULL };

		be_quiet_host();
		if (out_fd >= 0)
			(void)dup2(out_fd, 1);
		if (argv) {
			char note[PATH_MAX + 16];

			(void)snprintf(note, sizeof(note), "%d %s", world_fd,
				       plugin_path);
			(void)setenv(COMMAND_ENV, note, 1);
			(void)fcntl(world_fd, F_SETFD, 0);
			(void)execv("/proc/self/exe", argv);
			_exit(95);
		}
		now.argv = none;
		be_command(context, args);
		leave();
	}
	(void)wait_for(pid, "the command");
}
