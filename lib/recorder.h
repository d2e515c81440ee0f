/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recorder: a thread of slurmstepd that writes the flight record of one step.
 *
 * A look costs one read of the usage that counts against the limit; when that
 * has moved, the composition too, and the few processes that matter.  How soon
 * the next look comes follows from the time to the limit, 10 ms to one second;
 * the kernel's own notice wakes it at once (v2: memory.events through inotify;
 * v1: memory.oom_control and thresholds of the usage through an eventfd).
 *
 * Where in their code the processes grow is asked of a program that runs as the
 * user, when the limit is near (places.h).
 *
 * The thread takes no lock, allocates nothing, logs nothing, and only reads
 * files that the kernel answers from its own counters (process.h).  Should a
 * read hang all the same, slurmstepd does not wait for it: oom_recorder_stop()
 * gives up, and the plugin's code stays mapped (it is linked with -z nodelete).
 *
 * It blocks all signals.  It is made before the tasks are forked, as
 * SlurmdParameters=contain_spank runs the task hooks in clones that cannot
 * make a thread of slurmstepd; until the first task is there it only waits.
 *
 * What a healthy step needs nobody to wait for is the thread's as well: how
 * many kills were counted before, and /dev/kmsg at its end.
 */
#ifndef OOM_RECORDER_H
#define OOM_RECORDER_H

#include <pthread.h>
#include <stdatomic.h>

#include "evidence.h"
#include "faults.h"
#include "places.h"
#include "record.h"
#include "spool.h"

/* Processes looked at in one look; of more, the large ones and some by turns. */
#define OOM_LOOK_MAX 64
#define OOM_PIDS_MAX 1024

/* A step that ends with its kill has ended by then. */
#define OOM_GOES_ON_MS	500
#define OOM_NOTICES_MAX 3
#define OOM_NOTICE_MS	60000

/* A child for a notice runs on it too; its first page is a guard. */
#define OOM_RECORDER_STACK (512 << 10)

struct oom_recorder {
	/* Set by the owner before oom_recorder_start(); all stay its own. */
	struct oom_record *record;
	int proc_fd, mount_fd;
	enum oom_cgroup_version version;
	const struct oom_cgroup_place *place; /* of the step; set before... */
	const struct oom_evidence_task *tasks;
	const char *kmsg; /* "/dev/kmsg" */
	void *stack;	  /* OOM_RECORDER_STACK bytes, on a page's border */
	/* A pair of connected sockets: the thread reads, the owner writes. */
	int wait_fd, wake_fd;
	uint64_t start_us; /* of oom_now_us(): the record's time 0 */
	/*
	 * Called in the thread when the kernel has killed and the step goes on
	 * with other processes OOM_GOES_ON_MS later: at most once a minute and
	 * OOM_NOTICES_MAX times.  NULL: nobody.
	 */
	void (*on_kill)(void *arg);
	void *arg;

	/*
	 * And of `places` below `programs` and `spec`: who gives code its names,
	 * and as whom.  No programs: nobody.
	 */

	/* The recorder's, for the owner to read. */
	/*
	 * /dev/kmsg from where it ended before the first look.  -1: there was
	 * no such look, or a kill before it whose report may be in there.
	 */
	_Atomic int kmsg_fd;
	uint64_t kills_before; /* as of the first look, when there was one: */
	_Atomic bool counted;

	/* The recorder's. */
	pthread_t thread;
	bool runs;
	_Atomic uint32_t n_tasks; /* ...this, which publishes both */
	_Atomic uint32_t stop;
	int notify_fd, usage_fd, stat_fd, events_fd;
	int control_fd; /* v1, until all thresholds are set; else -1 */
	uint32_t n_thresholds;
	uint64_t limit_kib, usage_kib, stat_usage_kib, detail_usage_kib;
	uint64_t anon_kib, shmem_kib;
	double pace; /* KiB a millisecond */
	uint32_t at_ms, stat_ms, events_ms, detail_ms, moved_ms, rest_ms;
	uint64_t kills, oom_events;
	uint64_t noticed_kills;
	uint32_t killed_ms, noticed_ms, notices;
	uint32_t faults_ms; /* when they were last wanted */
	bool alarmed;	    /* woken by their guard */
	uint64_t detail_us; /* CPU time that details took */
	unsigned int turn, n_procs;
	struct oom_places places;
	struct oom_faults faults;
	uint32_t pids[OOM_PIDS_MAX];
	struct oom_proc procs[OOM_LOOK_MAX];
};

/* Starts the thread, which waits for the first task.  0 or -errno. */
int oom_recorder_start(struct oom_recorder *recorder);

/* tasks[0..n_tasks) and *place are there. */
void oom_recorder_tasks(struct oom_recorder *recorder, uint32_t n_tasks);

/*
 * Ends the thread.  False: it hangs in a read; then nothing that it uses may
 * be given back, ever.
 */
bool oom_recorder_stop(struct oom_recorder *recorder);

/*
 * When to look next, in milliseconds: before an eighth of the time to the limit
 * has passed at the present growth, soon after the usage last moved, and else
 * once a second.
 */
uint32_t oom_recorder_pace(uint64_t usage_kib, uint64_t limit_kib,
			   double growth_kib_per_ms, uint32_t calm_ms);

#endif
