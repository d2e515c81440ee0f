// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What Slurm gives to a plugin, as strict as Slurm is: an item is known only
 * where Slurm knows it.
 */
#include "host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct world *world;
struct now now;

static void add(char *text, size_t cap, _Atomic unsigned int *len,
		const char *prefix, const char *format, va_list args)
{
	char line[1024];
	int n = snprintf(line, sizeof(line), "%s", prefix);
	unsigned int at;

	(void)vsnprintf(line + n, sizeof(line) - (size_t)n - 1, format, args);
	(void)strcat(line, "\n");
	n = (int)strlen(line);
	at = atomic_fetch_add(len, (unsigned int)n);
	if (at + (unsigned int)n < cap)
		memcpy(text + at, line, (size_t)n);
}

void trouble(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(world->trouble, sizeof(world->trouble), &world->trouble_len, "",
	    format, args);
	va_end(args);
}

unsigned int count_log(const char *what)
{
	unsigned int n = 0;

	for (const char *at = world->log; (at = strstr(at, what)); at++)
		n++;
	return n;
}

void forget_log(void)
{
	memset(world->log, 0, sizeof(world->log));
	atomic_store(&world->log_len, 0);
}

void set_words(unsigned int n, const char *const words[])
{
	world->n_words = n;
	for (unsigned int i = 0; i < n; i++) {
		world->words[i].null = !words[i];
		(void)snprintf(world->words[i].text,
			       sizeof(world->words[i].text), "%s",
			       words[i] ? words[i] : "");
	}
}

static char *find_env(const char *name)
{
	size_t len = strlen(name);

	for (int i = 0; i < ENV_MAX; i++)
		if (!strncmp(world->env[i], name, len) &&
		    world->env[i][len] == '=')
			return world->env[i];
	return NULL;
}

bool has_job_env(const char *name)
{
	return find_env(name) != NULL;
}

void set_job_env(const char *name, const char *value)
{
	char *slot = find_env(name);

	for (int i = 0; i < ENV_MAX && !slot; i++)
		if (!world->env[i][0])
			slot = world->env[i];
	if (!slot)
		trouble("the host's own table is full");
	else
		(void)snprintf(slot, sizeof(world->env[0]), "%s=%s", name,
			       value);
}

/* Counts the calls; the chosen one fails. */
static bool fails(void)
{
	return atomic_fetch_add(&world->calls, 1) + 1 == world->fail_at;
}

#define LOGGER(name, prefix) \
	void name(const char *format, ...) \
	{ \
		va_list args; \
\
		va_start(args, format); \
		add(world->log, sizeof(world->log), &world->log_len, prefix, \
		    format, args); \
		va_end(args); \
	}

LOGGER(slurm_info, "info: ")
LOGGER(slurm_error, "error: ")
LOGGER(slurm_verbose, "verbose: ")
LOGGER(slurm_debug, "debug: ")
LOGGER(slurm_debug2, "debug2: ")
LOGGER(slurm_debug3, "debug3: ")
LOGGER(slurm_spank_log, "user: ")

const char *spank_strerror(spank_err_t err)
{
	return err == ESPANK_SUCCESS ? "Success" : "Some error";
}

int spank_symbol_supported(const char *symbol)
{
	return !strncmp(symbol, "slurm_spank_", 12);
}

int spank_remote(spank_t sp)
{
	(void)sp;
	return now.context == S_CTX_REMOTE;
}

spank_context_t spank_context(void)
{
	return now.context;
}

spank_err_t spank_option_register(spank_t sp, struct spank_option *opt)
{
	if (!sp || !opt || !opt->name || !opt->usage || !opt->cb)
		return ESPANK_BAD_ARG;
	if (now.phase != PHASE_INIT) {
		trouble("an option is registered outside of init");
		return ESPANK_BAD_ARG;
	}
	if (strlen(opt->name) > SPANK_OPTION_MAXLEN)
		trouble("an option's name is too long");
	if (fails() || now.n_options == OPTIONS_MAX)
		return ESPANK_NOSPACE;
	for (unsigned int i = 0; i < now.n_options; i++)
		if (!strcmp(now.options[i].name, opt->name))
			return ESPANK_ERROR;
	now.options[now.n_options++] = *opt;
	atomic_fetch_add(&world->n_options, 1);
	return ESPANK_SUCCESS;
}

spank_err_t spank_option_getopt(spank_t sp, struct spank_option *opt,
				char **optarg)
{
	(void)opt;
	(void)optarg;
	return sp ? ESPANK_NOT_AVAIL : ESPANK_BAD_ARG;
}

static bool in_task(void)
{
	return now.phase == PHASE_TASK_INIT ||
	       now.phase == PHASE_TASK_POST_FORK ||
	       now.phase == PHASE_TASK_EXIT;
}

static spank_err_t may_know(spank_item_t item)
{
	if (now.context == S_CTX_JOB_SCRIPT)
		return item == S_JOB_ID || item == S_JOB_UID ||
				       item == S_JOB_GID
			       ? ESPANK_SUCCESS
			       : ESPANK_NOT_AVAIL;
	if (now.context == S_CTX_LOCAL)
		return item == S_JOB_ID || item == S_JOB_UID ||
				       item == S_JOB_GID ||
				       item == S_JOB_STEPID ||
				       item == S_JOB_ARGV || item == S_JOB_ENV
			       ? ESPANK_SUCCESS
			       : ESPANK_NOT_REMOTE;
	if (now.context != S_CTX_REMOTE)
		return ESPANK_NOT_AVAIL;
	if ((item == S_TASK_ID || item == S_TASK_GLOBAL_ID ||
	     item == S_TASK_PID || item == S_TASK_EXIT_STATUS) &&
	    !in_task())
		return ESPANK_NOT_TASK;
	if (item == S_TASK_EXIT_STATUS && now.phase != PHASE_TASK_EXIT)
		return ESPANK_NOT_EXECD;
	return ESPANK_SUCCESS;
}

static gid_t test_gids[] = { TEST_GID, TEST_GID + 1 };

spank_err_t spank_get_item(spank_t sp, spank_item_t item, ...)
{
	spank_err_t rc = sp ? may_know(item) : ESPANK_BAD_ARG;
	va_list args;

	if (fails())
		rc = ESPANK_ERROR;
	if (rc != ESPANK_SUCCESS)
		return rc;
	va_start(args, item);
	switch (item) {
	case S_JOB_UID:
		*va_arg(args, uid_t *) = TEST_UID;
		break;
	case S_JOB_GID:
		*va_arg(args, gid_t *) = TEST_GID;
		break;
	case S_JOB_ID:
		*va_arg(args, uint32_t *) = world->job_id;
		break;
	case S_JOB_STEPID:
		*va_arg(args, uint32_t *) = now.step_id;
		break;
	case S_JOB_NNODES:
		*va_arg(args, uint32_t *) = 1;
		break;
	case S_JOB_NODEID:
		*va_arg(args, uint32_t *) = 0;
		break;
	case S_JOB_LOCAL_TASK_COUNT:
	case S_JOB_TOTAL_TASK_COUNT:
		*va_arg(args, uint32_t *) = now.n_tasks;
		break;
	case S_JOB_ARGV:
		*va_arg(args, int *) = now.argc;
		*va_arg(args, char ***) = (char **)now.argv;
		break;
	case S_JOB_ALLOC_MEM:
	case S_STEP_ALLOC_MEM:
		*va_arg(args, uint64_t *) = 32;
		break;
	case S_TASK_ID:
		*va_arg(args, int *) = now.task_id;
		break;
	case S_TASK_GLOBAL_ID:
		*va_arg(args, uint32_t *) = (uint32_t)now.task_id;
		break;
	case S_TASK_PID:
		*va_arg(args, pid_t *) = now.task_pid;
		break;
	case S_TASK_EXIT_STATUS:
		*va_arg(args, int *) = now.status;
		break;
	case S_JOB_SUPPLEMENTARY_GIDS:
		*va_arg(args, gid_t **) = world->null_gids ? NULL : test_gids;
		*va_arg(args, int *) = world->null_gids ? 0 : 2;
		break;
	case S_JOB_ARRAY_ID:
	case S_JOB_ARRAY_TASK_ID:
	case S_SLURM_RESTART_COUNT:
		*va_arg(args, uint32_t *) = 0;
		break;
	default:
		trouble("the host does not know item %d", (int)item);
		rc = ESPANK_NOT_AVAIL;
	}
	va_end(args);
	return rc;
}

/* A value that is too long is cut, as Slurm does. */
spank_err_t spank_getenv(spank_t sp, const char *name, char *buf, int len)
{
	const char *entry = name ? find_env(name) : NULL;
	size_t need;

	if (!sp || !name || !buf || len <= 0)
		return ESPANK_BAD_ARG;
	if (fails())
		return ESPANK_ERROR;
	if (now.context != S_CTX_REMOTE)
		return ESPANK_NOT_REMOTE;
	if (!entry)
		return ESPANK_ENV_NOEXIST;
	need = strlen(strchr(entry, '=') + 1);
	(void)snprintf(buf, (size_t)len, "%s", strchr(entry, '=') + 1);
	return need >= (size_t)len ? ESPANK_NOSPACE : ESPANK_SUCCESS;
}

spank_err_t spank_setenv(spank_t sp, const char *name, const char *value,
			 int overwrite)
{
	if (!sp || !name || !value)
		return ESPANK_BAD_ARG;
	if (fails())
		return ESPANK_ERROR;
	if (now.context != S_CTX_REMOTE)
		return ESPANK_NOT_REMOTE;
	if (find_env(name) && !overwrite)
		return ESPANK_ENV_EXISTS;
	set_job_env(name, value);
	return ESPANK_SUCCESS;
}

spank_err_t spank_unsetenv(spank_t sp, const char *name)
{
	char *entry = name ? find_env(name) : NULL;

	if (!sp || !name)
		return ESPANK_BAD_ARG;
	if (fails())
		return ESPANK_ERROR;
	if (now.context != S_CTX_REMOTE)
		return ESPANK_NOT_REMOTE;
	if (entry)
		entry[0] = '\0';
	return ESPANK_SUCCESS;
}

/* For plugins in sbatch that reach for the prolog; ours does not. */
spank_err_t spank_job_control_setenv(spank_t sp, const char *name,
				     const char *value, int overwrite)
{
	(void)name;
	(void)value;
	(void)overwrite;
	return sp && !fails() ? ESPANK_SUCCESS : ESPANK_ERROR;
}

spank_err_t spank_job_control_getenv(spank_t sp, const char *name, char *buf,
				     int len)
{
	(void)name;
	(void)buf;
	(void)len;
	return sp && !fails() ? ESPANK_ENV_NOEXIST : ESPANK_ERROR;
}

spank_err_t spank_job_control_unsetenv(spank_t sp, const char *name)
{
	(void)name;
	return sp && !fails() ? ESPANK_SUCCESS : ESPANK_ERROR;
}
