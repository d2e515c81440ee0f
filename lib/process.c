// SPDX-License-Identifier: GPL-2.0-or-later
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FDS_MAX	   48
#define STATUS_MAX 8192

struct linux_dirent64 {
	uint64_t d_ino;
	int64_t d_off;
	unsigned short d_reclen;
	unsigned char d_type;
	char d_name[];
};

static struct oom_span read_text(int proc_fd, uint32_t pid, const char *file,
				 char *out, size_t cap)
{
	char path[48];
	ssize_t got;
	int fd;

	(void)snprintf(path, sizeof(path), "%u/%s", pid, file);
	fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return (struct oom_span){ 0 };
	got = read(fd, out, cap);
	(void)close(fd);
	return (struct oom_span){ out, got > 0 ? (size_t)got : 0 };
}

static bool next_u64(struct oom_span *rest, uint64_t *ret)
{
	struct oom_span word;

	return oom_next_word(rest, &word) && !oom_parse_u64(word, ret);
}

/* size resident shared text lib data dt, all in pages */
int oom_proc_parse_statm(struct oom_proc *ret, struct oom_span text)
{
	uint64_t page_kib = (uint64_t)sysconf(_SC_PAGESIZE) / 1024, fields[6];

	for (int i = 0; i < 6; i++)
		if (!next_u64(&text, &fields[i]) ||
		    fields[i] > UINT64_MAX / 1024)
			return -EINVAL;
	if (!page_kib || fields[2] > fields[1])
		return -EINVAL;
	ret->virtual_kib = fields[0] * page_kib;
	ret->anon_kib = (fields[1] - fields[2]) * page_kib;
	ret->shared_kib = fields[2] * page_kib;
	ret->data_kib = fields[5] * page_kib;
	return 0;
}

/* pid (comm) state ppid ...; see proc(5) for the numbers */
int oom_proc_parse_stat(struct oom_proc *ret, struct oom_span text)
{
	enum {
		PPID = 4,
		MINFLT = 10,
		UTIME = 14,
		STIME = 15,
		THREADS = 20,
		START = 22
	};
	uint64_t tick_ms = 1000 / (uint64_t)sysconf(_SC_CLK_TCK);
	size_t open = oom_span_find(text, "("), close;
	struct oom_span name, rest, word;
	uint64_t fields[START + 1] = { 0 };

	/* The name may hold anything, a bracket or a blank too. */
	close = oom_span_rfind(text, ")");
	if (close == text.len || open >= close)
		return -EINVAL;
	name = (struct oom_span){ text.ptr + open + 1, close - open - 1 };
	rest = (struct oom_span){ text.ptr + close + 1, text.len - close - 1 };
	if (!oom_next_word(&rest, &word)) /* the state */
		return -EINVAL;
	for (int i = PPID; i <= START; i++) {
		if (!oom_next_word(&rest, &word))
			return -EINVAL;
		/* Some between are signed. */
		if (oom_parse_u64(word, &fields[i]))
			fields[i] = 0;
	}
	oom_span_copy(name, ret->name, sizeof(ret->name));
	ret->ppid = (uint32_t)fields[PPID];
	ret->faults = fields[MINFLT];
	ret->user_ms = fields[UTIME] * tick_ms;
	ret->system_ms = fields[STIME] * tick_ms;
	ret->threads = (uint32_t)fields[THREADS];
	ret->start_ticks = fields[START];
	return 0;
}

int oom_proc_sizes(int proc_fd, uint32_t pid, struct oom_proc *ret)
{
	char text[128];
	struct oom_span span =
		read_text(proc_fd, pid, "statm", text, sizeof(text));

	if (!span.len)
		return -ESRCH;
	ret->pid = pid;
	return oom_proc_parse_statm(ret, span);
}

/* The first `max` entries of a folder that are numbers. */
static void each_number(int proc_fd, uint32_t pid, const char *folder,
			unsigned int max,
			void (*take)(int proc_fd, uint32_t pid,
				     struct oom_span number, void *arg),
			void *arg)
{
	/* readdir(3) would allocate. */
	_Alignas(struct linux_dirent64) char entries[2048];
	unsigned int n = 0;
	char path[32];
	long got;
	int fd;

	(void)snprintf(path, sizeof(path), "%u/%s", pid, folder);
	fd = openat(proc_fd, path,
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	while (n < max && (got = syscall(SYS_getdents64, fd, entries,
					 sizeof(entries))) > 0)
		for (long at = 0; at < got && n < max;) {
			const struct linux_dirent64 *entry =
				(const void *)(entries + at);
			struct oom_span name = oom_span(entry->d_name);

			if (!entry->d_reclen)
				break;
			at += entry->d_reclen;
			if (name.ptr[0] < '0' || name.ptr[0] > '9')
				continue;
			n++;
			take(proc_fd, pid, name, arg);
		}
	(void)close(fd);
}

/* Adds what one thread waited and slept; `folder` is "" or "task/TID/". */
static void add_thread(int proc_fd, uint32_t pid, const char *folder,
		       uint64_t *wait_ms, uint64_t *sleeps)
{
	static const char key[] = "voluntary_ctxt_switches:";
	/* status names all groups of the user, hundreds at some sites. */
	char file[40], text[STATUS_MAX];
	struct oom_span span, line;
	uint64_t n;

	(void)snprintf(file, sizeof(file), "%sschedstat", folder);
	span = read_text(proc_fd, pid, file, text, sizeof(text));
	if (next_u64(&span, &n) && next_u64(&span, &n))
		*wait_ms += n / 1000000;
	(void)snprintf(file, sizeof(file), "%sstatus", folder);
	span = read_text(proc_fd, pid, file, text, sizeof(text));
	while (oom_next_line(&span, &line))
		if (oom_span_skip(&line, key) &&
		    !oom_parse_u64(oom_span_trim(line), &n))
			*sleeps += n;
}

static void add_one(int proc_fd, uint32_t pid, struct oom_span number,
		    void *arg)
{
	struct oom_proc *ret = arg;
	char tid[16], folder[32];

	oom_span_copy(number, tid, sizeof(tid));
	(void)snprintf(folder, sizeof(folder), "task/%s/", tid);
	add_thread(proc_fd, pid, folder, &ret->wait_ms, &ret->sleeps);
}

bool oom_proc_shmem(int proc_fd, uint32_t pid, uint64_t *ret_kib)
{
	char text[STATUS_MAX];
	struct oom_span span =
		read_text(proc_fd, pid, "status", text, sizeof(text));
	struct oom_span line;

	while (oom_next_line(&span, &line))
		if (oom_span_skip(&line, "RssShmem:"))
			return next_u64(&line, ret_kib);
	return false;
}

int oom_proc_detail(int proc_fd, uint32_t pid, struct oom_proc *ret)
{
	char text[512];
	struct oom_span span =
		read_text(proc_fd, pid, "stat", text, sizeof(text));
	struct oom_span line;
	uint64_t n;

	if (!span.len)
		return -ESRCH;
	if (oom_proc_parse_stat(ret, span))
		return -EINVAL;
	span = read_text(proc_fd, pid, "io", text, sizeof(text));
	if (oom_next_line(&span, &line) && oom_span_skip(&line, "rchar: ") &&
	    next_u64(&line, &n))
		ret->read_kib = n / 1024;
	if (oom_next_line(&span, &line) && oom_span_skip(&line, "wchar: ") &&
	    next_u64(&line, &n))
		ret->written_kib = n / 1024;
	ret->wait_ms = ret->sleeps = 0;
	if (ret->threads > 1 && ret->threads <= OOM_PROC_THREADS_MAX)
		each_number(proc_fd, pid, "task", OOM_PROC_THREADS_MAX, add_one,
			    ret);
	else
		add_thread(proc_fd, pid, "", &ret->wait_ms, &ret->sleeps);
	return 0;
}

unsigned int oom_proc_parse_list(struct oom_span text, uint32_t *pids,
				 unsigned int max)
{
	struct oom_span line;
	unsigned int n = 0;
	uint64_t pid;

	while (n < max && oom_next_line(&text, &line))
		if (!oom_parse_u64(line, &pid) && pid && pid <= INT32_MAX)
			pids[n++] = (uint32_t)pid;
	return n;
}

/* ---- open files ---- */

static bool is_worth_it(struct oom_span path)
{
	if (oom_span_starts(path, "/dev/shm/"))
		return true;
	return oom_span_starts(path, "/") && !oom_span_starts(path, "/dev/") &&
	       !oom_span_starts(path, "/proc/") &&
	       !oom_span_starts(path, "/sys/") &&
	       !oom_span_starts(path, "/memfd:");
}

/* "pos:\t0\nflags:\t0100000\n..." */
static bool parse_fdinfo(struct oom_span text, struct oom_open_file *file)
{
	struct oom_span line, value;
	bool found = false;

	while (oom_next_line(&text, &line)) {
		value = line;
		if (oom_span_skip(&value, "pos:"))
			found = !oom_parse_u64(oom_span_trim(value),
					       &file->position);
		value = line;
		/* Octal: the last digit holds the access mode, O_ACCMODE. */
		if (oom_span_skip(&value, "flags:")) {
			value = oom_span_trim(value);
			file->writes = value.len &&
				       (value.ptr[value.len - 1] - '0') & 3;
		}
	}
	return found;
}

static bool look_at(int proc_fd, uint32_t pid, struct oom_span number,
		    struct oom_open_file *file)
{
	/* All of a path: its end is what is kept. */
	char name[32], link[64], path[PATH_MAX], text[256];
	struct oom_span span;
	ssize_t len;

	oom_span_copy(number, name, sizeof(name));
	(void)snprintf(link, sizeof(link), "%u/fd/%s", pid, name);
	len = readlinkat(proc_fd, link, path, sizeof(path));
	if (len <= 0)
		return false;
	span = (struct oom_span){ path, (size_t)len };
	if (oom_span_is(number, "0") && oom_span_starts(span, "pipe:")) {
		oom_span_copy(span, file->path, sizeof(file->path));
		return true;
	}
	if (!is_worth_it(span))
		return false;
	if (span.len >= sizeof(file->path)) {
		span.ptr += span.len - (sizeof(file->path) - 1);
		span.len = sizeof(file->path) - 1;
	}
	oom_span_copy(span, file->path, sizeof(file->path));
	(void)snprintf(link, sizeof(link), "fdinfo/%s", name);
	return parse_fdinfo(read_text(proc_fd, pid, link, text, sizeof(text)),
			    file);
}

static void keep(struct oom_open_file *files, unsigned int *n, unsigned int max,
		 const struct oom_open_file *file)
{
	unsigned int at = *n;

	if (*n < max) {
		(*n)++;
	} else {
		at = 0;
		for (unsigned int i = 1; i < max; i++)
			if (files[i].position < files[at].position)
				at = i;
		if (file->position <= files[at].position)
			return;
	}
	files[at] = *file;
}

struct listed {
	struct oom_open_file *files;
	unsigned int n, max;
};

static void list_file(int proc_fd, uint32_t pid, struct oom_span number,
		      void *arg)
{
	struct oom_open_file file = { .position = 0 };
	struct listed *l = arg;

	if (look_at(proc_fd, pid, number, &file))
		keep(l->files, &l->n, l->max, &file);
}

unsigned int oom_proc_files(int proc_fd, uint32_t pid,
			    struct oom_open_file *files, unsigned int max)
{
	struct listed l = { .files = files, .max = max };

	if (max)
		each_number(proc_fd, pid, "fd", FDS_MAX, list_file, &l);
	return l.n;
}

struct thread_list {
	pid_t *tids;
	unsigned int n;
};

static void list_thread(int proc_fd, uint32_t pid, struct oom_span number,
			void *arg)
{
	struct thread_list *list = arg;
	uint64_t tid;

	(void)proc_fd;
	(void)pid;
	if (!oom_parse_u64(number, &tid) && tid && tid <= INT32_MAX)
		list->tids[list->n++] = (pid_t)tid;
}

unsigned int oom_proc_threads(int proc_fd, uint32_t pid, pid_t *tids,
			      unsigned int max)
{
	struct thread_list list = { .tids = tids };

	if (max)
		each_number(proc_fd, pid, "task", max, list_thread, &list);
	return list.n;
}
