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
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "looks.h"
#include "memory.h"
#include "native.h"

#define PACKET_MAX     4096
#define HEAP_FELL_MOST (UINT64_C(1) << 32) /* mappings are farther off */

static struct names_looks looks;
static struct names_native *native;

/* ---- what comes and goes ---- */

/*
 * What is at a watched address.  Of a native site only the heap's free end tells:
 * a table that grows leaves pieces behind, and its heap is trimmed.
 */
static enum names_memory_is memory_at(const struct names_watch *w)
{
	struct names_process *p =
		names_processes_find(&looks.processes, w->pid);
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

static void tell_watched(const struct names_watch *w)
{
	char packet[NAMES_PLACE_LEN + 32];

	if (w->place[0])
		names_answer(&looks, packet,
			     snprintf(packet, sizeof(packet), "%s %u %s",
				      w->free ? "given" : "gone", w->pid,
				      w->place));
	else
		names_answer(&looks, packet,
			     snprintf(packet, sizeof(packet), "%s %u %llu",
				      w->free == NAMES_WATCH_FREE ? "free"
								  : "away",
				      w->pid, (unsigned long long)w->site));
}

static void check_watched(void)
{
	const uint64_t at_us = names_now_us();
	struct names_watch *w, told;

	while ((w = names_watches_next(&looks.watches, at_us)))
		if (names_watches_seen(w, memory_at(w), at_us, &told))
			tell_watched(&told);
}

/* "t7f12 s7ffe b7fff l55aa c55bb w55cc ...": see namer.h */
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

		if ((!kind && !strchr("tsb", word[0])) || !word[1])
			return false;
		errno = 0;
		address = strtoull(word + 1, &end, 16);
		if (errno || *end)
			return false;
		if (word[0] == 't')
			chain->touched = address;
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

static void name(uint32_t pid, char *rest)
{
	struct names_process *p = names_processes_find(&looks.processes, pid);
	struct names_chain chain;
	struct names_place place = { .line = 0 };
	char text[NAMES_PLACE_LEN], packet[NAMES_PLACE_LEN + 64];

	if (!parse_chain(rest, &chain))
		return;
	if (p)
		names_processes_touch(&looks.processes, p);
	/* Of what is below Python only code with a line is the user's: not the
	 * interpreter, nor its libraries. */
	if (p && native && p->maps.n &&
	    names_native_place(native, &p->maps, pid, &chain, &place) &&
	    (place.line || p->python.state <= 0)) {
		if (chain.touched)
			place.memory = names_process_kind_now(
				p, looks.processes.proc_fd, chain.touched);
		names_place_text(&place, text);
		names_answer(&looks, packet,
			     snprintf(packet, sizeof(packet),
				      "place %u %llx %s", pid,
				      (unsigned long long)chain.address[0],
				      text));
		return;
	}
	names_answer(&looks, packet,
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

/* Sees to what is waited for and watched until there is a question. */
static void await_question(void)
{
	struct pollfd fds[1 + NAMES_PROCESSES_MAX];

	do {
		const uint64_t watch_us = names_watches_due(&looks.watches),
			       look_us = names_looks_due(&looks),
			       due_us = watch_us < look_us ? watch_us : look_us,
			       at_us = names_now_us(),
			       us = due_us > at_us ? due_us - at_us : 0;
		const struct timespec wait = { .tv_sec = (time_t)(us / 1000000),
					       .tv_nsec = (long)(us % 1000000) *
							  1000 };

		fds[0] = (struct pollfd){ .fd = looks.socket_fd,
					  .events = POLLIN };
		names_looks_fds(&looks, &fds[1]);
		if (ppoll(fds, 1 + NAMES_PROCESSES_MAX,
			  due_us == UINT64_MAX ? NULL : &wait, NULL) < 0) {
			if (errno != EINTR)
				return;
			continue;
		}
		names_looks_check(&looks, &fds[1]);
		check_watched();
	} while (!fds[0].revents);
}

/* False: the socket is no more. */
static bool serve(void)
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
		got = recvmsg(looks.socket_fd, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return false;
	text[got] = '\0';
	n_fds = take_descriptors(&message, fds);
	if (!n_fds && !strcmp(text, "hurry"))
		names_looks_hurry(&looks);
	if (n_fds && parse_head(text, "look", &pid, &rest) &&
	    names_look(&looks, pid, rest, fds, fds[2]))
		return true;
	if (n_fds) {
		for (size_t i = 0; i < n_fds; i++)
			(void)close(fds[i]);
	} else if (parse_head(text, "name", &pid, &rest)) {
		name(pid, rest);
	} else if (parse_head(text, "watch", &pid, &rest)) {
		uint64_t site = strtoull(rest, &rest, 10);

		names_watches_site(&looks.watches, pid, site,
				   strtoull(rest, NULL, 10), names_now_us());
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
	names_looks_begin(&looks, (int)socket_fd);
	native = names_native_new();
	do
		await_question();
	while (serve());
	return 0;
}
