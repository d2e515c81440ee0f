/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handover: a task's standard output and error, from the task to whoever will
 * write the block, as descriptors over a socket pair (SCM_RIGHTS).
 *
 * slurmstepd itself never holds them as descriptors: its close(2) would flush
 * a file on a network file system.  The child takes them out of the queue;
 * what is left there is dropped without being opened.
 */
#ifndef OOM_HANDOVER_H
#define OOM_HANDOVER_H

#include <stdint.h>

/* In the task: sends its descriptors 1 and 2.  Never blocks; may be lost. */
void oom_handover_send(int socket_fd, uint32_t local_id);

/*
 * Empties the queue and keeps the pair of task `wanted`, or another's in its
 * place; -1, -1 when there is none.  The caller closes them.
 */
void oom_handover_take(int socket_fd, uint32_t wanted, int ret[2]);

/*
 * Copies of the first pair in the queue, which stays as it was; -1, -1 when
 * there is none.  The caller closes them.
 */
void oom_handover_peek(int socket_fd, int ret[2]);

/*
 * Drops up to `n` messages: all there are, as each task sends one.  A pipe left
 * in the queue would keep srun waiting for its end.
 */
void oom_handover_drop(int socket_fd, unsigned int n);

#endif
