// SPDX-License-Identifier: GPL-2.0-or-later
#include "hierarchy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"

#define CHILD_LIFE_S	 10
#define DISCOVER_WAIT_MS 2000
#define HIERARCHY_LINK	 ".memory-hierarchy"
#define ANSWER_MAX	 (OOM_CGROUP_PATH_MAX + OOM_BOOT_ID_LEN + 40)
/* More than a clock drifts, less than the shortest life of a machine. */
#define BOOT_SLACK_S 10

static const struct {
	const char *word;
	enum oom_cgroup_version version;
	bool local_events;
} kinds[] = {
	{ "v1", OOM_CGROUP_V1, false },
	{ "v2", OOM_CGROUP_V2, false },
	{ "v2-local", OOM_CGROUP_V2, true },
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* "v2 BOOT_ID BOOTED_S /sys/fs/cgroup" */
static int parse_answer(struct oom_span text, struct oom_node *ret,
			int64_t *booted_s)
{
	struct oom_span word;
	size_t kind = 0;

	if (!oom_next_word(&text, &word))
		return -EINVAL;
	while (kind < N_KINDS && !oom_span_is(word, kinds[kind].word))
		kind++;
	if (kind == N_KINDS || !oom_next_word(&text, &word) ||
	    word.len >= sizeof(ret->boot_id))
		return -EINVAL;
	oom_span_copy(word, ret->boot_id, sizeof(ret->boot_id));
	if (!oom_next_word(&text, &word) || oom_parse_i64(word, booted_s))
		return -EINVAL;
	text = oom_span_trim(text);
	if (!oom_span_starts(text, "/") ||
	    text.len >= sizeof(ret->hierarchy.mount))
		return -EINVAL;
	oom_span_copy(text, ret->hierarchy.mount, sizeof(ret->hierarchy.mount));
	ret->hierarchy.version = kinds[kind].version;
	ret->hierarchy.local_events = kinds[kind].local_events;
	return 0;
}

static void keep_answer(int dir_fd, const struct oom_node *node)
{
	const struct oom_hierarchy *h = &node->hierarchy;
	char text[ANSWER_MAX], name[48];
	size_t kind = 0;

	while (kind < N_KINDS && (kinds[kind].version != h->version ||
				  kinds[kind].local_events != h->local_events))
		kind++;
	if (kind == N_KINDS)
		return;
	(void)snprintf(text, sizeof(text), "%s %s %lld %s", kinds[kind].word,
		       node->boot_id, (long long)oom_boot_moment_s(), h->mount);
	(void)snprintf(name, sizeof(name), HIERARCHY_LINK ".%d", (int)getpid());
	(void)unlinkat(dir_fd, name, 0);
	/* Another step may read it right now. */
	if (symlinkat(text, dir_fd, name) ||
	    renameat(dir_fd, name, dir_fd, HIERARCHY_LINK))
		(void)unlinkat(dir_fd, name, 0);
}

static int read_answer(int dir_fd, int proc_fd, struct oom_node *ret)
{
	char text[ANSWER_MAX];
	int64_t booted_s, off_s;
	ssize_t got = readlinkat(dir_fd, HIERARCHY_LINK, text, sizeof(text));
	int rc;

	if (got < 0)
		return -errno;
	rc = parse_answer((struct oom_span){ text, (size_t)got }, ret,
			  &booted_s);
	if (rc || __builtin_sub_overflow(oom_boot_moment_s(), booted_s, &off_s))
		return rc ? rc : -EINVAL;
	if (off_s >= -BOOT_SLACK_S && off_s <= BOOT_SLACK_S)
		return 0;
	rc = oom_boot_id(proc_fd, text);
	if (rc)
		return rc;
	/* Another boot may have another hierarchy. */
	if (strcmp(text, ret->boot_id) != 0)
		return -ESTALE;
	keep_answer(dir_fd, ret);
	return 0;
}

struct question {
	int dir_fd, proc_fd;
};

/* A late answer counts as well: the next step finds it kept. */
static void discover(void *arg, void *result)
{
	const struct question *q = arg;
	struct oom_node *found = result;
	struct oom_node node = { .boot_id = "" };

	if (oom_boot_id(q->proc_fd, node.boot_id) ||
	    oom_hierarchy_discover(&node.hierarchy))
		return;
	*found = node;
	keep_answer(q->dir_fd, found);
}

int oom_hierarchy_find(int dir_fd, int proc_fd, bool anew, struct oom_node *ret,
		       int *mount_fd)
{
	struct oom_node found = { .boot_id = "" };
	struct question question = { dir_fd, proc_fd };
	struct oom_child child = {
		.proc_fd = proc_fd,
		.home_fd = -1,
		.life_s = CHILD_LIFE_S,
		.may_allocate = true,
		.keep = { dir_fd },
		.n_keep = 1,
		.work = discover,
		.arg = &question,
		.result_len = sizeof(found),
	};
	int rc = anew ? -ENOENT : read_answer(dir_fd, proc_fd, &found), fd = -1;

	if (!rc)
		fd = oom_hierarchy_open(&found.hierarchy);
	if (fd < 0) {
		child.uid = geteuid();
		child.gid = getegid();
		memset(&found, 0, sizeof(found));
		rc = oom_child_run(&child, DISCOVER_WAIT_MS, &found, NULL);
		if (rc)
			return rc;
		if (found.hierarchy.version == OOM_CGROUP_NONE)
			return -ENOENT;
		fd = oom_hierarchy_open(&found.hierarchy);
		if (fd < 0)
			return fd;
	}
	*mount_fd = fd;
	*ret = found;
	return 0;
}
