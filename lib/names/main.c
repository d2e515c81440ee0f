// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oom-advice-names: gives code its names, for the recorder (namer.h has the
 * packets).  Runs as the job's user and trusts nobody: neither the processes
 * that it looks at nor what comes through its socket.
 *
 * usage: oom-advice-names DESCRIPTOR   (of a SOCK_SEQPACKET socket)
 *
 * Ends with its socket.  Says nothing anywhere else.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "heap.h"
#include "java.h"
#include "native.h"
#include "python.h"

#define PACKET_MAX    4096
#define PROCESSES_MAX 16
/* A loop that sleeps between its rounds is waited for, so long... */
#define AWAKE_MS 80
/* ...but in all only so much of the time, and a bit more at first: to wait costs
 * 5% of a core, as each wake-up of ours takes some 20 us. */
#define WAIT_PERCENT	8
#define WAIT_FIRST_MS	400
#define WAKE_POLLS	32
#define WAKE_POLLS_MANY 3 /* of several threads any other may wake first */
#define WAKE_POLL_NS	300000L
/* ...and what it does then is seen at its start and later. */
#define SPREAD_PARTS 4
#define SPREAD_NS    350000L
/* Where memory was first touched is looked at again, soon and later: whether it
 * is free then. */
#define WATCHED_MAX   16
#define WATCH_SOON_MS 3
#define WATCH_SOON    12 /* so many times; then less often */
#define WATCH_AGAIN   4	 /* the same for what it touches next */
#define WATCH_LATE_MS 60
#define WATCH_CHECKS  30
#define WATCH_FREE    3 /* so often seen free, it comes and goes */

struct process {
	uint32_t pid; /* 0: a free slot */
	uint64_t turn;
	int mem_fd;
	struct names_maps maps;
	struct names_python python;
	/* Its first mapping: another one is another program (exec). */
	uint64_t start, inode;
	struct names_lines lines;
	struct names_heap heap;
};

/* What was touched last by one place in the code; the asker's number for that. */
struct watched {
	uint32_t pid; /* 0: a free slot */
	unsigned int checks, free;
	uint64_t site, address;
};

static struct process processes[PROCESSES_MAX];
static struct watched watched[WATCHED_MAX];
static uint64_t turn;
static struct names_native *native;
static int proc_fd;
static unsigned int spread; /* its turn, of SPREAD_PARTS */
static uint64_t start_ms, waited_ms;

/* ---- processes ---- */

static struct process *find_process(uint32_t pid)
{
	for (int i = 0; i < PROCESSES_MAX; i++)
		if (processes[i].pid == pid)
			return &processes[i];
	return NULL;
}

static void forget(struct process *p)
{
	if (p->pid)
		(void)close(p->mem_fd);
	names_maps_free(&p->maps);
	memset(p, 0, sizeof(*p));
}

static struct process *slot_of(uint32_t pid)
{
	struct process *slot = find_process(pid);

	if (slot)
		return slot;
	slot = &processes[0];
	for (int i = 1; i < PROCESSES_MAX; i++)
		if (processes[i].turn < slot->turn)
			slot = &processes[i];
	forget(slot);
	return slot;
}

/* Takes over both descriptors. */
static struct process *renew(uint32_t pid, const int fds[2])
{
	struct process *p = slot_of(pid);

	if (p->pid)
		(void)close(p->mem_fd);
	p->pid = pid;
	p->turn = ++turn;
	p->mem_fd = fds[1];
	/* Of what is gone nothing can be read any more: the old ones stay. */
	if (names_maps_read(&p->maps, fds[0]))
		names_maps_free(&p->maps);
	(void)close(fds[0]);
	if (p->maps.n && (p->maps.list[0].start != p->start ||
			  p->maps.list[0].inode != p->inode)) {
		memset(&p->python, 0, sizeof(p->python));
		memset(&p->lines, 0, sizeof(p->lines));
		memset(&p->heap, 0, sizeof(p->heap));
		p->start = p->maps.list[0].start;
		p->inode = p->maps.list[0].inode;
	}
	return p;
}

/* ---- packets ---- */

static void answer(int socket_fd, const char *text, int len)
{
	/* Nobody reads: a name less. */
	if (len > 0)
		(void)send(socket_fd, text, (size_t)len,
			   MSG_DONTWAIT | MSG_NOSIGNAL);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void nap(long ns)
{
	const struct timespec t = { .tv_nsec = ns };

	(void)nanosleep(&t, NULL);
}

static bool is_asleep(int stat_fd)
{
	char text[512], *end;
	ssize_t got = pread(stat_fd, text, sizeof(text) - 1, 0);

	text[got > 0 ? got : 0] = '\0';
	/* "PID (NAME) STATE ...": the name may hold anything. */
	end = strrchr(text, ')');
	return end && !strncmp(end, ") S", 3);
}

static bool is_asked(int socket_fd)
{
	struct pollfd fd = { .fd = socket_fd, .events = POLLIN };

	return poll(&fd, 1, 0) != 0;
}

static int open_task(uint32_t pid, uint32_t tid, const char *file)
{
	char path[48];

	(void)snprintf(path, sizeof(path), "%u/task/%u/%s", pid,
		       tid ? tid : pid, file);
	return openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
}

/* What it had of a CPU so far; 0: not known. */
static uint64_t run_ns(uint32_t pid, uint32_t tid)
{
	int fd = open_task(pid, tid, "schedstat");
	char text[64];
	ssize_t got;

	if (fd < 0)
		return 0;
	got = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	text[got > 0 ? got : 0] = '\0';
	return strtoull(text, NULL, 10);
}

/*
 * Looks only whether the thread sleeps, or waits for a CPU, having had `ns` of
 * one: which is cheap; until it does not.
 * False: it is gone, or there is another question, which is not kept waiting.
 */
static bool await_wake(int socket_fd, uint32_t pid,
		       const struct names_place *at, uint64_t ns,
		       unsigned int part)
{
	int fd = open_task(pid, at->tid, "stat");

	if (fd < 0)
		return false;
	if (at->ready)
		nap(WAKE_POLL_NS);
	for (int i = 0; i < (at->tid ? WAKE_POLLS_MANY : WAKE_POLLS) &&
			(is_asleep(fd) ||
			 (at->ready && ns && run_ns(pid, at->tid) == ns)) &&
			!is_asked(socket_fd);
	     i++)
		nap(WAKE_POLL_NS);
	(void)close(fd);
	if (is_asked(socket_fd))
		return false;
	if (part && !at->ready)
		nap(part * SPREAD_NS);
	return true;
}

static bool may_wait(uint64_t waiting_ms)
{
	return waited_ms + waiting_ms <
	       WAIT_FIRST_MS + (now_ms() - start_ms) * WAIT_PERCENT / 100;
}

/*
 * A thread that is ready at the same line as before computes there if it had a
 * CPU meanwhile; else it waits for one, just woken from a sleep, say.
 */
static bool ran_here(uint32_t pid, const struct names_place *before,
		     const struct names_place *now, uint64_t *ns)
{
	uint64_t had = *ns;

	*ns = run_ns(pid, now->tid);
	return before->ready && before->line == now->line &&
	       before->tid == now->tid &&
	       !strcmp(before->function, now->function) &&
	       (!*ns || *ns >= had + WAKE_POLL_NS / 2);
}

static void look(int socket_fd, uint32_t pid, const int fds[2])
{
	const uint64_t from_ms = now_ms();
	struct process *p = renew(pid, fds);
	struct names_place place = { .line = 0 }, now;
	uint64_t ns = 0;
	char text[NAMES_PLACE_LEN], packet[NAMES_PLACE_LEN + 32];
	bool found = false;
	uint64_t heap;

	do {
		bool seen;

		now = (struct names_place){ .line = 0 };
		seen = names_python_place(&p->python, &p->maps, proc_fd,
					  p->mem_fd, pid, &now);
		if (seen) {
			found = true;
			now.asleep = names_lines_asleep(&p->lines, &now);
			if (now.ready && ran_here(pid, &place, &now, &ns))
				now.ready = now.asleep = false;
			place = now;
		}
		if ((seen && !now.asleep && !now.ready) || p->python.state <= 0)
			break;
	} while (
		may_wait(now_ms() - from_ms) &&
		await_wake(socket_fd, pid, &now, ns, spread++ % SPREAD_PARTS) &&
		now_ms() - from_ms < AWAKE_MS);
	waited_ms += now_ms() - from_ms;
	if (!found) {
		static const char *const words[] = {
			[NAMES_JAVA_COMMAND] = "java",
			[NAMES_JAVA_ENVIRONMENT] = "javaenv",
			[NAMES_JAVA_RESERVED] = "javaown",
		};
		enum names_java java =
			p->python.state > 0 ? NAMES_JAVA_NOTHING
					    : names_java_heap(&p->maps, proc_fd,
							      pid, &heap);

		if (java)
			answer(socket_fd, packet,
			       snprintf(packet, sizeof(packet), "%s %u %llu",
					words[java], pid,
					(unsigned long long)heap));
		answer(socket_fd, packet,
		       snprintf(packet, sizeof(packet), "nothing %u", pid));
		return;
	}
	names_place_text(&place, text);
	answer(socket_fd, packet,
	       snprintf(packet, sizeof(packet), "%s %u %s",
			place.asleep ? "asleep" : "python", pid, text));
}

/* ---- what comes and goes ---- */

/* Its own slot, or a free one, or that of who was looked at most. */
static void watch(uint32_t pid, uint64_t site, uint64_t address)
{
	struct watched *slot = &watched[0];

	for (int i = 0; i < WATCHED_MAX; i++) {
		struct watched *w = &watched[i];

		if (w->pid == pid && w->site == site) {
			w->address = address;
			if (w->checks > WATCH_SOON - WATCH_AGAIN)
				w->checks = WATCH_SOON - WATCH_AGAIN;
			return;
		}
		if (slot->pid && (!w->pid || w->checks > slot->checks))
			slot = w;
	}
	*slot = (struct watched){ .pid = pid,
				  .site = site,
				  .address = address };
}

/* The next check is due in so many ms; -1: none. */
static int watch_ms(void)
{
	int ms = -1;

	for (int i = 0; i < WATCHED_MAX; i++) {
		if (!watched[i].pid)
			continue;
		if (watched[i].checks < WATCH_SOON)
			return WATCH_SOON_MS;
		ms = WATCH_LATE_MS;
	}
	return ms;
}

/* Free at this moment: no part of what the program keeps. */
static bool is_free(uint32_t pid, uint64_t address)
{
	struct process *p = find_process(pid);
	uint64_t top, end;

	return p && p->maps.n &&
	       names_heap_end(&p->heap, &p->maps, p->mem_fd, &top, &end) &&
	       address > top + 16 && address < end;
}

static void check_watched(int socket_fd)
{
	for (int i = 0; i < WATCHED_MAX; i++) {
		struct watched *w = &watched[i];
		char packet[64];

		if (!w->pid)
			continue;
		w->free += is_free(w->pid, w->address);
		if (w->free == WATCH_FREE)
			answer(socket_fd, packet,
			       snprintf(packet, sizeof(packet), "free %u %llu",
					w->pid, (unsigned long long)w->site));
		if (w->free == WATCH_FREE || ++w->checks == WATCH_CHECKS)
			w->pid = 0;
	}
}

/* "s7ffe b7fff l55aa c55bb w55cc ...": see namer.h */
static bool parse_chain(char *text, struct names_chain *chain)
{
	static const char kinds[] = {
		[NAMES_FRAME_LEAF] = 'l',
		[NAMES_FRAME_CALLER] = 'c',
		[NAMES_FRAME_WORD] = 'w',
	};
	char *rest = NULL, *word;

	memset(chain, 0, sizeof(*chain));
	for (word = strtok_r(text, " ", &rest);
	     word && chain->n < NAMES_CHAIN_MAX;
	     word = strtok_r(NULL, " ", &rest)) {
		const char *kind = memchr(kinds, word[0], sizeof(kinds));
		uint64_t address;
		char *end;

		if ((!kind && word[0] != 's' && word[0] != 'b') || !word[1])
			return false;
		errno = 0;
		address = strtoull(word + 1, &end, 16);
		if (errno || *end)
			return false;
		if (word[0] == 's')
			chain->rsp = address;
		if (word[0] == 'b')
			chain->rbp = address;
		if (!kind)
			continue;
		chain->address[chain->n] = address;
		chain->kind[chain->n++] = (enum names_frame)(kind - kinds);
	}
	return chain->n && chain->kind[0] == NAMES_FRAME_LEAF;
}

static void name(int socket_fd, uint32_t pid, char *rest)
{
	struct process *p = find_process(pid);
	struct names_chain chain;
	struct names_place place = { .line = 0 };
	char text[NAMES_PLACE_LEN], packet[NAMES_PLACE_LEN + 64];

	if (!parse_chain(rest, &chain))
		return;
	if (p)
		p->turn = ++turn;
	if (p && native && p->maps.n &&
	    names_native_place(native, &p->maps, pid, &chain, &place)) {
		names_place_text(&place, text);
		answer(socket_fd, packet,
		       snprintf(packet, sizeof(packet), "place %u %llx %s", pid,
				(unsigned long long)chain.address[0], text));
		return;
	}
	answer(socket_fd, packet,
	       snprintf(packet, sizeof(packet), "nothing %u %llx", pid,
			(unsigned long long)chain.address[0]));
}

/* The descriptors that came along: two, or none is kept. */
static bool take_descriptors(struct msghdr *message, int fds[2])
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	size_t n;
	int fd;

	if (!header || header->cmsg_level != SOL_SOCKET ||
	    header->cmsg_type != SCM_RIGHTS)
		return false;
	n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	if (n == 2) {
		memcpy(fds, CMSG_DATA(header), 2 * sizeof(int));
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(fd));
		(void)close(fd);
	}
	return false;
}

/* "WORD PID", and what stands behind it. */
static bool parse_head(char *text, const char *word, uint32_t *pid, char **rest)
{
	size_t len = strlen(word);
	unsigned long number;

	if (strncmp(text, word, len) != 0 || text[len] != ' ' ||
	    text[len + 1] < '0' || text[len + 1] > '9')
		return false;
	number = strtoul(text + len + 1, rest, 10);
	*pid = (uint32_t)number;
	return number && number <= INT32_MAX && (!**rest || **rest == ' ');
}

/* Checks what is watched until there is a question. */
static void await_question(int socket_fd)
{
	struct pollfd fd = { .fd = socket_fd, .events = POLLIN };
	int ms;

	while ((ms = watch_ms()) >= 0) {
		int rc = poll(&fd, 1, ms);

		if (rc > 0 || (rc < 0 && errno != EINTR))
			return;
		check_watched(socket_fd);
	}
}

/* False: the socket is no more. */
static bool serve(int socket_fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(4 * sizeof(int))];
	} control;
	char text[PACKET_MAX + 1], *rest;
	struct iovec part = { text, PACKET_MAX };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	int fds[2] = { -1, -1 };
	bool has_fds;
	uint32_t pid;
	ssize_t got;

	do
		got = recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return false;
	text[got] = '\0';
	has_fds = take_descriptors(&message, fds);
	if (has_fds && parse_head(text, "look", &pid, &rest) && !*rest) {
		look(socket_fd, pid, fds);
		return true;
	}
	if (has_fds) {
		(void)close(fds[0]);
		(void)close(fds[1]);
	} else if (parse_head(text, "name", &pid, &rest)) {
		name(socket_fd, pid, rest);
	} else if (parse_head(text, "watch", &pid, &rest)) {
		uint64_t site = strtoull(rest, &rest, 10);

		watch(pid, site, strtoull(rest, NULL, 10));
	}
	return true;
}

int main(int argc, char **argv)
{
	char *end;
	long socket_fd;

	if (argc != 2)
		return 1;
	socket_fd = strtol(argv[1], &end, 10);
	if (end == argv[1] || *end || socket_fd < 0 || socket_fd > INT32_MAX)
		return 1;
	proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	native = names_native_new();
	start_ms = now_ms();
	do
		await_question((int)socket_fd);
	while (serve((int)socket_fd));
	return 0;
}
