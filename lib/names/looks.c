// SPDX-License-Identifier: GPL-2.0-or-later
#include "looks.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "java.h"

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
/* A write is looked for so often. */
#define WRITE_POLLS 256
/* A fault is waited for: one of so many where nothing is known; of fewer, where
 * it did not come in FAULT_MS; in all FAULTS_MS... */
#define FAULTS_FIRST 16
#define FAULTS_MOST  4096
#define FAULT_TRIES  8
/* At memory that is not what it grew by: tries, each at one of so many. */
#define FAULT_OTHERS  48
#define FAULTS_OTHERS 32
#define FAULT_MS      20
#define FAULTS_MS     1000
/* ...and seen later than that, the next one may be seen sooner. */
#define LATE_US 500

static uint64_t now_ms(void)
{
	return names_now_us() / 1000;
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

static bool is_asked(const struct names_looks *l)
{
	struct pollfd fd = { .fd = l->socket_fd, .events = POLLIN };

	return poll(&fd, 1, 0) != 0;
}

static int open_task(const struct names_looks *l, uint32_t pid, uint32_t tid,
		     const char *file)
{
	char path[48];

	(void)snprintf(path, sizeof(path), "%u/task/%u/%s", pid,
		       tid ? tid : pid, file);
	return openat(l->processes.proc_fd, path, O_RDONLY | O_CLOEXEC);
}

/* What it had of a CPU so far; 0: not known. */
static uint64_t run_ns(const struct names_looks *l, uint32_t pid, uint32_t tid)
{
	int fd = open_task(l, pid, tid, "schedstat");
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
static bool await_wake(const struct names_looks *l, uint32_t pid,
		       const struct names_place *at, uint64_t ns,
		       unsigned int part)
{
	int fd = open_task(l, pid, at->tid, "stat");

	if (fd < 0)
		return false;
	if (at->ready)
		nap(WAKE_POLL_NS);
	for (int i = 0; i < (at->tid ? WAKE_POLLS_MANY : WAKE_POLLS) &&
			(is_asleep(fd) ||
			 (at->ready && ns && run_ns(l, pid, at->tid) == ns)) &&
			!is_asked(l);
	     i++)
		nap(WAKE_POLL_NS);
	(void)close(fd);
	if (is_asked(l))
		return false;
	if (part && !at->ready)
		nap(part * SPREAD_NS);
	return true;
}

static bool may_wait(const struct names_looks *l, uint64_t waiting_ms)
{
	return l->waited_ms + waiting_ms <
	       WAIT_FIRST_MS + (now_ms() - l->start_ms) * WAIT_PERCENT / 100;
}

/*
 * A thread that is ready at the same line as before computes there if it had a
 * CPU meanwhile; else it waits for one, just woken from a sleep, say.
 */
static bool ran_here(const struct names_looks *l, uint32_t pid,
		     const struct names_place *before,
		     const struct names_place *now, uint64_t *ns)
{
	uint64_t had = *ns;

	*ns = run_ns(l, pid, now->tid);
	return before->ready && before->line == now->line &&
	       before->tid == now->tid &&
	       !strcmp(before->function, now->function) &&
	       (!*ns || *ns >= had + WAKE_POLL_NS / 2);
}

/* By the state and by what was seen before; a thread that has just been woken
 * may be at the call that it slept in. */
static bool place_now(const struct names_looks *l, struct names_process *p,
		      struct names_place *ret)
{
	*ret = (struct names_place){ .line = 0 };
	if (!names_python_place(&p->python, &p->maps, l->processes.proc_fd,
				p->mem_fd, p->pid, ret))
		return false;
	ret->asleep = names_lines_asleep(&p->lines, ret);
	return true;
}

/* It may sleep, or wait for a CPU: then it is looked at until it does not. */
static bool look_now(struct names_looks *l, struct names_process *p,
		     struct names_place *place)
{
	const uint64_t from_ms = now_ms();
	struct names_place now;
	uint64_t ns = 0;
	bool found = false;

	*place = (struct names_place){ .line = 0 };
	do {
		bool seen = place_now(l, p, &now);

		if (seen) {
			found = true;
			if (now.ready && ran_here(l, p->pid, place, &now, &ns))
				now.ready = now.asleep = false;
			*place = now;
		}
		if ((seen && !now.asleep && !now.ready) || p->python.state <= 0)
			break;
	} while (may_wait(l, now_ms() - from_ms) &&
		 await_wake(l, p->pid, &now, ns, l->spread++ % SPREAD_PARTS) &&
		 now_ms() - from_ms < AWAKE_MS);
	l->waited_ms += now_ms() - from_ms;
	return found;
}

static void tell_no_python(const struct names_looks *l,
			   const struct names_process *p)
{
	static const char *const words[] = {
		[NAMES_JAVA_COMMAND] = "java",
		[NAMES_JAVA_ENVIRONMENT] = "javaenv",
		[NAMES_JAVA_RESERVED] = "javaown",
	};
	char packet[64];
	uint64_t heap;
	enum names_java java = p->python.state > 0
				       ? NAMES_JAVA_NOTHING
				       : names_java_heap(&p->maps,
							 l->processes.proc_fd,
							 p->pid, &heap);

	if (java)
		names_answer(l, packet,
			     snprintf(packet, sizeof(packet), "%s %u %llu",
				      words[java], p->pid,
				      (unsigned long long)heap));
	names_answer(l, packet,
		     snprintf(packet, sizeof(packet), "nothing %u", p->pid));
}

static void tell_place(const struct names_looks *l,
		       const struct names_process *p, struct names_place *place,
		       enum names_grown by, char text[NAMES_PLACE_LEN])
{
	char packet[NAMES_PLACE_LEN + 32];

	if (by != NAMES_GROWN_OWN)
		place->memory = NAMES_MAPPING_SHARED;
	names_place_text(place, text);
	names_answer(l, packet,
		     snprintf(packet, sizeof(packet), "%s %u %s",
			      place->asleep ? "asleep" : "python", p->pid,
			      text));
}

static uint64_t written(int io_fd)
{
	char text[512], *at;
	ssize_t got = pread(io_fd, text, sizeof(text) - 1, 0);

	text[got > 0 ? got : 0] = '\0';
	at = strstr(text, "\nwchar: ");
	return at ? strtoull(at + strlen("\nwchar: "), NULL, 10) : 0;
}

static bool is_same(const struct names_place *a, const struct names_place *b)
{
	return a->line == b->line && !strcmp(a->function, b->function);
}

/*
 * write(2) is no page fault: it is looked at again and again, until something was
 * written while it was at one line, or in one function.
 */
static bool look_at_write(struct names_looks *l, struct names_process *p,
			  struct names_place *place)
{
	const uint64_t from_ms = now_ms();
	struct names_place before = { .line = 0 }, after;
	bool found = false;
	uint64_t bytes, now;
	char path[32];
	int fd;

	(void)snprintf(path, sizeof(path), "%u/io", p->pid);
	fd = openat(l->processes.proc_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bytes = written(fd);
	for (int i = 0;
	     i < WRITE_POLLS && !found && !is_asked(l) &&
	     may_wait(l, now_ms() - from_ms) && place_now(l, p, place);
	     i++) {
		nap(WAKE_POLL_NS);
		now = written(fd);
		/* One large piece counts at its end. */
		found = now != bytes &&
			(is_same(&before, place) ||
			 (place_now(l, p, &after) &&
			  !strcmp(place->function, after.function)));
		bytes = now;
		before = *place;
	}
	(void)close(fd);
	place->asleep = place->ready = false;
	l->waited_ms += now_ms() - from_ms;
	return found;
}

/* A Python, and nothing is known of where. */
static void tell_nowhere(const struct names_looks *l,
			 const struct names_process *p)
{
	char packet[32];

	names_answer(l, packet,
		     snprintf(packet, sizeof(packet), "python %u ", p->pid));
}

/* By the clock; or where it was `before`, if it is gone. */
static void look_by_clock(struct names_looks *l, struct names_process *p,
			  enum names_grown by, struct names_place *before)
{
	struct names_place place;
	char text[NAMES_PLACE_LEN];

	if (look_now(l, p, &place))
		tell_place(l, p, &place, by, text);
	else if (before->function[0])
		tell_place(l, p, before, by, text);
	else
		tell_no_python(l, p);
}

/* ---- at a page fault: where it is then is where it grows ---- */

/* At one of as many faults as it took to grow, or as come in the time. */
static bool arm(struct names_looks *l, struct names_process *p)
{
	uint64_t most = p->armed.most;

	if (p->faults && most > p->faults)
		most = p->faults;
	p->armed.after = 1 + (uint64_t)rand_r(&l->seed) % most;
	p->armed.until_us = names_now_us() + p->armed.wait_us;
	if (p->armed.until_us > p->armed.last_us)
		p->armed.until_us = p->armed.last_us;
	return !names_faults_arm(&p->armed.faults, p->armed.after);
}

/* False: it cannot be waited for. */
static bool await_fault(struct names_looks *l, struct names_process *p,
			int fault_fd, enum names_grown by, uint64_t faults)
{
	p->armed = (struct names_armed){
		.last_us = names_now_us() + FAULTS_MS * 1000,
		.by = by,
		.most = faults ? faults : FAULTS_FIRST,
		.wait_us = FAULT_MS * 1000,
		.late_us = UINT64_MAX,
	};
	if (!names_faults_open(&p->armed.faults, fault_fd) && arm(l, p)) {
		(void)place_now(l, p, &p->armed.before);
		return true;
	}
	names_process_disarm(p);
	return false;
}

/* Touched there, is it what has grown? */
static bool grows_by(const struct names_looks *l, struct names_process *p,
		     uint64_t address)
{
	const enum names_mapping_kind kind =
		names_process_kind_now(p, l->processes.proc_fd, address);

	if (p->armed.by == NAMES_GROWN_MAPPED)
		return kind == NAMES_MAPPING_SHARED;
	return kind != NAMES_MAPPING_SHARED && kind != NAMES_MAPPING_FILE;
}

/* It has just touched new memory: where is it? */
static void look_at_fault(const struct names_looks *l, struct names_process *p,
			  const struct names_fault *f)
{
	struct names_armed *armed = &p->armed;
	struct names_place place;
	bool found = place_now(l, p, &place);
	const uint64_t at_us = names_now_us(), fault_us = f->time_ns / 1000,
		       late_us = at_us > fault_us ? at_us - fault_us : 0;

	/* Soon again: who touches both is at the other in a moment. */
	if (!grows_by(l, p, f->address)) {
		armed->others++;
		if (armed->most > FAULTS_OTHERS)
			armed->most = FAULTS_OTHERS;
		return;
	}
	armed->tries++;
	if (!found || place.asleep || late_us >= armed->late_us ||
	    (place.tid && place.tid != f->tid))
		return;
	place.ready = false;
	armed->late_us = late_us;
	armed->place = place;
	armed->fault = *f;
}

/* Enough was waited and tried: the best of it, or else what the clock shows, or
 * in a hurry did; but not of somebody who touched other memory each time. */
static void answer_armed(struct names_looks *l, struct names_process *p,
			 bool hurry)
{
	struct names_armed best = p->armed;
	char text[NAMES_PLACE_LEN];

	names_process_disarm(p);
	if (best.late_us != UINT64_MAX) {
		tell_place(l, p, &best.place, best.by, text);
		/* A file in memory stays when it is not mapped any more. */
		if (best.by == NAMES_GROWN_OWN)
			names_watches_place(&l->watches, p->pid, text,
					    best.fault.address, names_now_us());
	} else if (hurry && best.before.function[0]) {
		tell_place(l, p, &best.before, best.by, text);
	} else if (hurry || (best.others && !best.tries)) {
		tell_nowhere(l, p);
	} else {
		look_by_clock(l, p, best.by, &best.before);
	}
}

/* `woke`: its descriptor can be read. */
static void check_armed(struct names_looks *l, struct names_process *p,
			bool woke)
{
	struct names_armed *armed = &p->armed;
	struct names_fault fault;
	uint64_t seen;

	if (!armed->after || (!woke && names_now_us() < armed->until_us))
		return;
	seen = names_faults_take(&armed->faults, armed->after, &fault);
	if (seen >= armed->after && seen != UINT64_MAX) {
		if (p->faults && p->faults < FAULTS_MOST)
			p->faults += p->faults / 2 + 1;
		look_at_fault(l, p, &fault);
	} else if (woke) {
		armed->tries++; /* for nothing: it is gone, say */
	} else if (!seen) {
		armed->wait_us *= 2; /* it sleeps, say */
	} else if (seen != UINT64_MAX) {
		p->faults = seen;
	}
	if (armed->tries < FAULT_TRIES && armed->others < FAULT_OTHERS &&
	    armed->late_us > LATE_US && names_now_us() < armed->last_us &&
	    arm(l, p))
		return;
	answer_armed(l, p, false);
}

/* `fault_fd`: of its page faults, or -1; taken over like the others. */
static void look(struct names_looks *l, uint32_t pid, enum names_grown by,
		 uint64_t faults, const int fds[2], int fault_fd)
{
	struct names_process *p =
		names_processes_renew(&l->processes, pid, fds);
	struct names_place none = { .line = 0 }, place;
	char text[NAMES_PLACE_LEN];
	bool waits;

	if (!p->python.state)
		(void)place_now(l, p, &place);
	waits = p->python.state > 0 && by != NAMES_GROWN_WRITTEN;
	if (waits && await_fault(l, p, fault_fd, by, faults))
		return;
	if (!waits && fault_fd >= 0)
		(void)close(fault_fd);
	if (!waits && p->python.state > 0 && look_at_write(l, p, &place))
		tell_place(l, p, &place, by, text);
	else
		look_by_clock(l, p, by, &none);
}

/* ---- for main() ---- */

void names_answer(const struct names_looks *l, const char *text, int len)
{
	/* Nobody reads: a name less. */
	if (len > 0)
		(void)send(l->socket_fd, text, (size_t)len,
			   MSG_DONTWAIT | MSG_NOSIGNAL);
}

void names_looks_begin(struct names_looks *l, int socket_fd)
{
	memset(l, 0, sizeof(*l));
	l->socket_fd = socket_fd;
	l->processes.proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	l->start_ms = now_ms();
	l->seed = (unsigned int)l->start_ms;
}

bool names_look(struct names_looks *l, uint32_t pid, const char *what,
		const int fds[2], int fault_fd)
{
	static const char *const words[] = {
		[NAMES_GROWN_OWN] = "",
		[NAMES_GROWN_MAPPED] = " mapped",
		[NAMES_GROWN_WRITTEN] = " written",
	};
	char *word;
	uint64_t faults = strtoull(what, &word, 10);

	for (unsigned int by = 0; by < sizeof(words) / sizeof(words[0]); by++)
		if (!strcmp(word, words[by])) {
			look(l, pid, (enum names_grown)by, faults, fds,
			     fault_fd);
			return true;
		}
	return false;
}

uint64_t names_looks_due(const struct names_looks *l)
{
	uint64_t due_us = UINT64_MAX;

	for (int i = 0; i < NAMES_PROCESSES_MAX; i++) {
		const struct names_armed *armed = &l->processes.of[i].armed;

		if (armed->after && armed->until_us < due_us)
			due_us = armed->until_us;
	}
	return due_us;
}

void names_looks_fds(const struct names_looks *l,
		     struct pollfd fds[NAMES_PROCESSES_MAX])
{
	for (int i = 0; i < NAMES_PROCESSES_MAX; i++) {
		const struct names_armed *armed = &l->processes.of[i].armed;

		fds[i] = (struct pollfd){ .fd = armed->after ? armed->faults.fd
							     : -1,
					  .events = POLLIN };
	}
}

void names_looks_check(struct names_looks *l,
		       const struct pollfd fds[NAMES_PROCESSES_MAX])
{
	for (int i = 0; i < NAMES_PROCESSES_MAX; i++)
		check_armed(l, &l->processes.of[i], fds[i].revents);
}

void names_looks_hurry(struct names_looks *l)
{
	for (int i = 0; i < NAMES_PROCESSES_MAX; i++)
		if (l->processes.of[i].armed.after)
			answer_armed(l, &l->processes.of[i], true);
}
