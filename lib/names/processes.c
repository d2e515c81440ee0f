// SPDX-License-Identifier: GPL-2.0-or-later
#include "processes.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "mounts.h"

#define REREAD_REST 4 /* times as long as it took */

struct names_process *names_processes_find(struct names_processes *processes,
					   uint32_t pid)
{
	for (int i = 0; i < NAMES_PROCESSES_MAX; i++)
		if (processes->of[i].pid == pid)
			return &processes->of[i];
	return NULL;
}

void names_process_disarm(struct names_process *p)
{
	names_faults_close(&p->armed.faults);
	p->armed = (struct names_armed){ .after = 0 };
}

static void close_files(struct names_process *p)
{
	names_process_disarm(p);
	if (p->pid) {
		(void)close(p->maps_fd);
		(void)close(p->mem_fd);
	}
}

static struct names_process *slot_of(struct names_processes *processes,
				     uint32_t pid)
{
	struct names_process *slot = names_processes_find(processes, pid);

	if (slot)
		return slot;
	/* Whoever is waited for is owed an answer. */
	slot = &processes->of[0];
	for (int i = 1; i < NAMES_PROCESSES_MAX; i++) {
		struct names_process *p = &processes->of[i];
		bool waits = p->armed.after, slot_waits = slot->armed.after;

		if (waits < slot_waits ||
		    (waits == slot_waits && p->turn < slot->turn))
			slot = p;
	}
	close_files(slot);
	names_maps_free(&slot->maps);
	memset(slot, 0, sizeof(*slot));
	return slot;
}

struct names_process *names_processes_renew(struct names_processes *processes,
					    uint32_t pid, const int fds[2])
{
	struct names_process *p = slot_of(processes, pid);

	close_files(p);
	p->pid = pid;
	names_processes_touch(processes, p);
	p->maps_fd = fds[0];
	p->mem_fd = fds[1];
	if (names_maps_read(&p->maps, p->maps_fd))
		names_maps_free(&p->maps);
	if (p->maps.n && (p->maps.list[0].start != p->start ||
			  p->maps.list[0].inode != p->inode)) {
		memset(&p->python, 0, sizeof(p->python));
		memset(&p->lines, 0, sizeof(p->lines));
		memset(&p->heap, 0, sizeof(p->heap));
		p->faults = 0;
		p->major = p->minor = 0;
		p->is_tmpfs = false;
		p->start = p->maps.list[0].start;
		p->inode = p->maps.list[0].inode;
	}
	return p;
}

void names_processes_touch(struct names_processes *processes,
			   struct names_process *p)
{
	p->turn = ++processes->turn;
}

/* ---- kinds of memory ---- */

static bool is_on_tmpfs(struct names_process *p, int proc_fd,
			const struct names_mapping *m)
{
	char path[32];
	FILE *mounts;
	int fd;

	if (p->major == m->major && p->minor == m->minor)
		return p->is_tmpfs;
	p->major = m->major;
	p->minor = m->minor;
	p->is_tmpfs = false;
	(void)snprintf(path, sizeof(path), "%u/mountinfo", p->pid);
	fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
	mounts = fd < 0 ? NULL : fdopen(fd, "r");
	if (mounts) {
		p->is_tmpfs = names_mounts_is_tmpfs(mounts, m->major, m->minor);
		(void)fclose(mounts);
	} else if (fd >= 0) {
		(void)close(fd);
	}
	return p->is_tmpfs;
}

enum names_mapping_kind names_process_kind(struct names_process *p, int proc_fd,
					   uint64_t address)
{
	const struct names_mapping *m = names_maps_find(&p->maps, address);
	enum names_mapping_kind kind;

	if (!m)
		return NAMES_MAPPING_UNKNOWN;
	kind = names_mapping_kind(m);
	return kind == NAMES_MAPPING_FILE && m->shared &&
			       is_on_tmpfs(p, proc_fd, m)
		       ? NAMES_MAPPING_SHARED
		       : kind;
}

enum names_mapping_kind names_process_kind_now(struct names_process *p,
					       int proc_fd, uint64_t address)
{
	enum names_mapping_kind kind = names_process_kind(p, proc_fd, address);
	struct names_maps now = { .n = 0 };
	uint64_t from_us;

	if (kind != NAMES_MAPPING_UNKNOWN || p->maps.n == NAMES_MAPS_MAX)
		return kind;
	from_us = names_now_us();
	if (from_us < p->reread_us)
		return kind;
	if (names_maps_read(&now, p->maps_fd) || !now.n) {
		names_maps_free(&now);
		return kind;
	}
	/* Of a long list a part of the time only. */
	p->reread_us = names_now_us() + REREAD_REST * (names_now_us() - from_us);
	names_maps_free(&p->maps);
	p->maps = now;
	return names_process_kind(p, proc_fd, address);
}
