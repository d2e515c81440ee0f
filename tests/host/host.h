/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host: a fake SPANK host.  Loads the real spank_oom.so and calls its hooks as
 * slurmd, sbatch, srun, slurmstepd and the job epilog do, with real tasks and,
 * where this machine has a memory cgroup to write to, real kills.
 *
 *	spank.c		the symbols that Slurm gives to a plugin
 *	step.c		the processes: slurmstepd and its tasks, the others
 *	tree.c		a memory cgroup tree in Slurm's layout
 *	cases.c		the tests
 *	victim.c	what the tasks run
 *	run		builds and runs it all
 */
#ifndef HOST_H
#define HOST_H

#include <limits.h>
#include <slurm/spank.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define STEP_EXTERN	 0xfffffffcU
#define STEP_BATCH	 0xfffffffbU
#define STEP_INTERACTIVE 0xfffffffaU

#ifdef __SANITIZE_ADDRESS__
#define UNDER_ASAN 1
#else
#define UNDER_ASAN 0
#endif

#define TASKS_MAX   320
#define ENV_MAX	    16
#define OPTIONS_MAX 8
#define MARK_FD	    900 /* hook boundaries for strace, when asked for */

/* A user whose processes are all ours. */
#define TEST_UID 61234
#define TEST_GID 61235

/* Which hook runs right now: decides what spank_get_item() knows. */
enum phase {
	PHASE_NONE,
	PHASE_INIT,
	PHASE_STEP,
	PHASE_TASK_INIT,
	PHASE_TASK_POST_FORK,
	PHASE_TASK_EXIT,
	PHASE_JOB_SCRIPT,
};

/* Shared by all processes of one test. */
struct world {
	uint32_t job_id;
	char env[ENV_MAX][256]; /* the job's: NAME=value; "" is free */
	/* Arguments of the option's callback, one call after the other. */
	struct {
		bool null;
		char text[320];
	} words[4];
	unsigned int n_words;
	bool null_gids;

	/* The fail_at-th call of SPANK fails; 0: none does. */
	unsigned int fail_at;
	_Atomic unsigned int calls;

	/* What the plugin logged: "error: ...\n", "info: ...\n". */
	_Atomic unsigned int log_len;
	char log[32768];

	/* What went wrong, for the test's line; "" when nothing did. */
	_Atomic unsigned int trouble_len;
	char trouble[4096];

	_Atomic unsigned int hooks;	      /* calls of hooks */
	_Atomic uint64_t task_exit_us;	      /* the longest one */
	_Atomic uint64_t task_exit_asleep_us; /* in that one */
	_Atomic uint64_t hook_us;	      /* the longest of all */
	_Atomic unsigned int unreaped;	      /* children that came late */
	_Atomic int option_rc;		      /* of the last callback */
	_Atomic unsigned int n_options;
	_Atomic unsigned int skipped; /* the test could not be done here */
	/* Of slurmstepd, at the letter m. */
	_Atomic unsigned int dirty_kib, resident_kib;
};

extern struct world *world;

void trouble(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- spank.c ---- */

/* Of this process alone. */
struct now {
	enum spank_context context;
	enum phase phase;
	uint32_t step_id;
	unsigned int n_tasks;
	int task_id;
	pid_t task_pid;
	int status;
	char *const *argv;
	int argc;
	struct spank_option options[OPTIONS_MAX];
	unsigned int n_options;
};

extern struct now now;

unsigned int count_log(const char *what);
void forget_log(void);
void set_words(unsigned int n, const char *const words[]);
void set_job_env(const char *name, const char *value);
bool has_job_env(const char *name);

/* ---- tree.c ---- */

struct tree {
	int version;
	char job[PATH_MAX / 2], step[PATH_MAX / 2], leaf[PATH_MAX / 2];
	unsigned int n_tasks;
};

/* 1, 2, or 0 when there is no memory hierarchy that we may write to. */
int tree_version(void);
/* Is there one at all, for the plugin to find? */
bool tree_mounted(void);
int tree_make(struct tree *tree, uint32_t job_id, const char *step,
	      unsigned int n_tasks, unsigned int limit_mib,
	      unsigned int job_limit_mib);
int tree_enter(const struct tree *tree, unsigned int task, pid_t pid);
void tree_remove(const struct tree *tree);
/* All that this run of the tests may have left. */
void tree_sweep(pid_t owner);
extern pid_t tree_owner;

/* ---- step.c ---- */

extern const char *plugin_path;
extern int victim_fd, world_fd;
/* Several programs are under way in one process: dlopen() and dlclose(). */
void *plugin_load(void);
void plugin_unload(void *plugin);
/* Calls a hook, when there is one; checks that it returns 0. */
void call_hook(void *plugin, const char *name, enum phase phase,
	       const char *const args[4], bool contained);
unsigned int count_fds(void);

/*
 * A life of slurmstepd, one letter for each thing that happens:
 *	i init	o the option's callback	p init_post_opt	u user_init
 *	f fork the tasks	k task_post_fork for each	g let them go on
 *	w wait, task_exit for each	q wait, no task_exit	x exit
 *	c the step's cgroups go away	D slurmstepd is killed
 *	m look after a while how much memory slurmstepd has
 * and what never happens in Slurm:
 *	K task_post_fork of a process that is not there
 *	T task_exit for no task	N task_init in a process that is no task
 */
#define LIFE	    "iopufkgwcx"
#define LIFE_EXTERN "ipkx"

struct step {
	uint32_t step_id;
	unsigned int n_tasks;
	const char *life;	  /* NULL: LIFE */
	const char *args[4];	  /* of the plugstack.conf line */
	const char *doing;	  /* what the tasks run: words for victim */
	const char *victim_doing; /* what the task `victim` runs instead */
	unsigned int victim;
	int out_fd, err_fd;	/* of all tasks; -1: /dev/null */
	unsigned int limit_mib; /* 0: no cgroups */
	bool roomy_job;		/* the job's limit is twice the step's */
	unsigned int repeat;	/* lives in one process; 0 is 1 */
	bool contained;		/* SlurmdParameters=contain_spank */
	bool leaves_tree;	/* the step's cgroups stay for another life */
	bool bare;		/* there is no plugin */
	bool mark;
};

/* Starts it in the background; step_wait() ends when all it left has ended. */
pid_t step_begin(const struct step *step);
void step_wait(pid_t pid);
void step_run(const struct step *step);

/* The job epilog on this node, from SPANK. */
void epilog_run(void);

/*
 * slurmd, sbatch or salloc, srun: from load to unload.  With `argv` as a
 * program of its own that has this command line.
 */
void command_run(enum spank_context context, const char *const args[4],
		 int out_fd, char *const argv[]);
/* In that program: never returns. */
void command_resume(void);

const char *step_label(uint32_t step_id, char out[16]);

/* Where fd 1 and 2 of the host go: must stay empty. */
extern char host_output[PATH_MAX];

#endif
