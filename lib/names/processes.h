/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * processes: those that the program was asked to look at, the latest ones.
 *
 * For one thread.
 */
#ifndef NAMES_PROCESSES_H
#define NAMES_PROCESSES_H

#include "faults.h"
#include "heap.h"
#include "maps.h"
#include "place.h"
#include "python.h"

#define NAMES_PROCESSES_MAX 16

/* What a process has grown by: the packet's word. */
enum names_grown { NAMES_GROWN_OWN, NAMES_GROWN_MAPPED, NAMES_GROWN_WRITTEN };

/* A Python that is waited for, until it touches new memory. */
struct names_armed {
	struct names_faults faults;
	uint64_t after; /* the fault to wait for; 0: nobody waits */
	uint64_t wait_us, until_us, last_us; /* for this one; any */
	unsigned int tries, others;
	enum names_grown by;
	uint64_t most; /* of so many faults one is waited for */
	/* Where it was: before it was waited for, and by the best try so far, so
	 * long after the fault; UINT64_MAX: none. */
	struct names_place before;
	uint64_t late_us;
	struct names_place place;
	struct names_fault fault;
};

struct names_process {
	uint32_t pid; /* 0: a free slot */
	uint64_t turn;
	int maps_fd, mem_fd;
	struct names_maps maps;
	uint64_t reread_us; /* not before then */
	/* The device whose mounts were looked for last. */
	uint32_t major, minor;
	bool is_tmpfs;
	struct names_python python;
	/* Its first mapping: another one is another program (exec). */
	uint64_t start, inode;
	struct names_lines lines;
	struct names_heap heap;
	uint64_t faults; /* at most, that come in some ms; 0: not known */
	struct names_armed armed;
};

/* All zero, but for `proc_fd`: none. */
struct names_processes {
	struct names_process of[NAMES_PROCESSES_MAX];
	uint64_t turn;
	int proc_fd;
};

struct names_process *names_processes_find(struct names_processes *processes,
					   uint32_t pid);

/*
 * The process whose maps and mem these descriptors are, taking both over; a new
 * one takes the slot of who was asked for longest ago.
 */
struct names_process *names_processes_renew(struct names_processes *processes,
					    uint32_t pid, const int fds[2]);

/* It was asked for. */
void names_processes_touch(struct names_processes *processes,
			   struct names_process *process);

/* Nobody waits for it any more. */
void names_process_disarm(struct names_process *process);

/* What an address is, by the list of mappings that was read last. */
enum names_mapping_kind names_process_kind(struct names_process *process,
					   int proc_fd, uint64_t address);

/* The same, and if it is not in there the list is read anew, now and then. */
enum names_mapping_kind names_process_kind_now(struct names_process *process,
					       int proc_fd, uint64_t address);

#endif
