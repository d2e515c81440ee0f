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

#include "faults.h"
#include "heap.h"
#include "java.h"
#include "memory.h"
#include "native.h"
#include "python.h"
#include "watches.h"

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
/* A fault of so many is waited for: as many as there were in such a time, so that
 * each of a burst's has its turn. */
#define FAULTS_FIRST   16
#define FAULTS_MOST    4096
#define FAULT_TRIES    8
#define FAULT_MS       250

#define HEAP_FELL_MOST (UINT64_C(1) << 32) /* mappings are farther off */

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
	uint64_t faults; /* that come in some ms; 0: not known */
};

static struct process processes[PROCESSES_MAX];
static struct names_watches watches;
static uint64_t turn;
static struct names_native *native;
static int proc_fd;
static unsigned int spread; /* its turn, of SPREAD_PARTS */
static unsigned int seed;
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

static uint64_t now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint64_t now_ms(void)
{
	return now_us() / 1000;
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

/* By the state and by what was seen before; a thread that has just been woken
 * may be at the call that it slept in. */
static bool place_now(struct process *p, uint32_t pid, struct names_place *ret)
{
	*ret = (struct names_place){ .line = 0 };
	if (!names_python_place(&p->python, &p->maps, proc_fd, p->mem_fd, pid,
				ret))
		return false;
	ret->asleep = names_lines_asleep(&p->lines, ret);
	return true;
}

/*
 * At one of the next page faults: then it is where it grows.  False: none came,
 * it was past it, or there is another question.
 */
static bool look_at_fault(int socket_fd, struct process *p, uint32_t pid,
			  int fd, struct names_place *place,
			  struct names_fault *fault)
{
	const uint64_t until_ms = now_ms() + FAULT_MS;
	struct names_faults faults;
	bool found = false;

	if (!p->faults)
		p->faults = FAULTS_FIRST;
	if (names_faults_open(&faults, fd))
		return false;
	for (int i = 0; i < FAULT_TRIES && !found; i++) {
		uint64_t at_ms = now_ms(), seen,
			 after = 1 + (uint64_t)rand_r(&seed) % p->faults;
		int rc;

		if (at_ms >= until_ms)
			break;
		rc = names_faults_await(&faults, after, socket_fd,
					(int)(until_ms - at_ms), fault, &seen);
		if (rc <= 0) {
			if (!rc)
				p->faults = seen ? seen : 1;
			break;
		}
		if (p->faults < FAULTS_MOST)
			p->faults += p->faults / 2 + 1;
		found = place_now(p, pid, place) && !place->asleep &&
			(!place->tid || place->tid == fault->tid);
		if (found)
			place->ready = false;
	}
	names_faults_close(&faults);
	return found;
}

/* It may sleep, or wait for a CPU: then it is looked at until it does not. */
static bool look_now(int socket_fd, struct process *p, uint32_t pid,
		     struct names_place *place)
{
	const uint64_t from_ms = now_ms();
	struct names_place now;
	uint64_t ns = 0;
	bool found = false;

	*place = (struct names_place){ .line = 0 };
	do {
		bool seen = place_now(p, pid, &now);

		if (seen) {
			found = true;
			if (now.ready && ran_here(pid, place, &now, &ns))
				now.ready = now.asleep = false;
			*place = now;
		}
		if ((seen && !now.asleep && !now.ready) || p->python.state <= 0)
			break;
	} while (
		may_wait(now_ms() - from_ms) &&
		await_wake(socket_fd, pid, &now, ns, spread++ % SPREAD_PARTS) &&
		now_ms() - from_ms < AWAKE_MS);
	waited_ms += now_ms() - from_ms;
	return found;
}

static void tell_no_python(int socket_fd, struct process *p, uint32_t pid)
{
	static const char *const words[] = {
		[NAMES_JAVA_COMMAND] = "java",
		[NAMES_JAVA_ENVIRONMENT] = "javaenv",
		[NAMES_JAVA_RESERVED] = "javaown",
	};
	char packet[64];
	uint64_t heap;
	enum names_java java =
		p->python.state > 0
			? NAMES_JAVA_NOTHING
			: names_java_heap(&p->maps, proc_fd, pid, &heap);

	if (java)
		answer(socket_fd, packet,
		       snprintf(packet, sizeof(packet), "%s %u %llu",
				words[java], pid, (unsigned long long)heap));
	answer(socket_fd, packet,
	       snprintf(packet, sizeof(packet), "nothing %u", pid));
}

/* `fault_fd`: of its page faults, or -1; taken over like the others. */
static void look(int socket_fd, uint32_t pid, const int fds[2], int fault_fd)
{
	struct process *p = renew(pid, fds);
	struct names_place place = { .line = 0 };
	struct names_fault fault = { .address = 0 };
	char text[NAMES_PLACE_LEN], packet[NAMES_PLACE_LEN + 32];

	if (!p->python.state)
		(void)place_now(p, pid, &place);
	if (p->python.state <= 0 && fault_fd >= 0)
		(void)close(fault_fd);
	if (p->python.state > 0 &&
	    look_at_fault(socket_fd, p, pid, fault_fd, &place, &fault)) {
		names_place_text(&place, text);
		names_watches_place(&watches, pid, text, fault.address,
				    now_us());
	} else if (look_now(socket_fd, p, pid, &place)) {
		names_place_text(&place, text);
	} else {
		tell_no_python(socket_fd, p, pid);
		return;
	}
	answer(socket_fd, packet,
	       snprintf(packet, sizeof(packet), "%s %u %s",
			place.asleep ? "asleep" : "python", pid, text));
}

/* ---- what comes and goes ---- */

/*
 * What is at a watched address.  Of a native site only the heap's free end tells:
 * a table that grows leaves pieces behind, and its heap is trimmed.
 */
static enum names_memory_is memory_at(const struct names_watch *w)
{
	struct process *p = find_process(w->pid);
	const uint64_t address = w->address;
	const bool python = w->place[0];
	uint64_t top, end;
	bool unmapped;
	char byte;

	if (!p || !p->maps.n)
		return NAMES_MEMORY_UNKNOWN;
	errno = 0;
	unmapped = !names_memory_read(p->mem_fd, address, &byte, 1);
	/* Of a process that has ended it reads nothing (mem_rw()). */
	if (unmapped && errno != EIO)
		return NAMES_MEMORY_UNKNOWN;
	if (names_heap_end(&p->heap, &p->maps, p->mem_fd, &top, &end)) {
		if (address > top + 16 &&
		    (address < end ||
		     (python && unmapped && address - top < HEAP_FELL_MOST)))
			return NAMES_MEMORY_FREE;
		if (python && address < top &&
		    names_heap_is_free(&p->heap, p->mem_fd, address))
			return NAMES_MEMORY_FREE;
	}
	return unmapped ? NAMES_MEMORY_UNMAPPED : NAMES_MEMORY_KEPT;
}

static void tell_watched(int socket_fd, const struct names_watch *w)
{
	char packet[NAMES_PLACE_LEN + 32];

	if (w->place[0])
		answer(socket_fd, packet,
		       snprintf(packet, sizeof(packet), "%s %u %s",
				w->free ? "given" : "gone", w->pid, w->place));
	else
		answer(socket_fd, packet,
		       snprintf(packet, sizeof(packet), "%s %u %llu",
				w->free == NAMES_WATCH_FREE ? "free" : "away",
				w->pid, (unsigned long long)w->site));
}

static void check_watched(int socket_fd)
{
	const uint64_t at_us = now_us();
	struct names_watch *w, told;

	while ((w = names_watches_next(&watches, at_us)))
		if (names_watches_seen(w, memory_at(w), at_us, &told))
			tell_watched(socket_fd, &told);
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

/* The descriptors that came along: two, or three; else none is kept. */
static size_t take_descriptors(struct msghdr *message, int fds[3])
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	size_t n;
	int fd;

	if (!header || header->cmsg_level != SOL_SOCKET ||
	    header->cmsg_type != SCM_RIGHTS)
		return 0;
	n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	if (n == 2 || n == 3) {
		memcpy(fds, CMSG_DATA(header), n * sizeof(int));
		return n;
	}
	for (size_t i = 0; i < n; i++) {
		memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(fd));
		(void)close(fd);
	}
	return 0;
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
	uint64_t due_us;

	while ((due_us = names_watches_due(&watches)) != UINT64_MAX) {
		const uint64_t at_us = now_us(),
			       us = due_us > at_us ? due_us - at_us : 0;
		const struct timespec wait = { .tv_sec = (time_t)(us / 1000000),
					       .tv_nsec = (long)(us % 1000000) *
							  1000 };
		int rc = ppoll(&fd, 1, &wait, NULL);

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
	int fds[3] = { -1, -1, -1 };
	size_t n_fds;
	uint32_t pid;
	ssize_t got;

	do
		got = recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return false;
	text[got] = '\0';
	n_fds = take_descriptors(&message, fds);
	if (n_fds && parse_head(text, "look", &pid, &rest) && !*rest) {
		look(socket_fd, pid, fds, fds[2]);
		return true;
	}
	if (n_fds) {
		for (size_t i = 0; i < n_fds; i++)
			(void)close(fds[i]);
	} else if (parse_head(text, "name", &pid, &rest)) {
		name(socket_fd, pid, rest);
	} else if (parse_head(text, "watch", &pid, &rest)) {
		uint64_t site = strtoull(rest, &rest, 10);

		names_watches_site(&watches, pid, site,
				   strtoull(rest, NULL, 10), now_us());
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
	seed = (unsigned int)start_ms;
	do
		await_question((int)socket_fd);
	while (serve((int)socket_fd));
	return 0;
}
