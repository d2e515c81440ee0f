/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * request: the memory to ask for at the next try, or why no amount is the
 * answer.
 *
 * At a kill the peak equals the limit: the true need is unknown.  So "MaxRSS
 * plus 20%" is the limit plus 20%, whatever the program needs.  What tells more
 * is what the processes had asked for and not touched, how far they had read
 * their files, and how they grew.  Where nothing better is known the limit is
 * doubled, which is a guess and is called one.
 */
#ifndef OOM_REQUEST_H
#define OOM_REQUEST_H

#include "diagnose.h"

enum oom_request_reason {
	OOM_REQUEST_GUESS,  /* a factor on the limit, nothing better is known */
	OOM_REQUEST_ASKED,  /* in use, and asked for but not touched yet */
	OOM_REQUEST_FILE,   /* how far a file was read against its size */
	OOM_REQUEST_COPIES, /* each worker gets the shared pages as its own */
	OOM_REQUEST_LEVELS, /* growth that was coming to its end */
	OOM_REQUEST_JAVA_HEAP,	/* -Xmx and what a JVM needs beside its heap */
	OOM_REQUEST_NOT_NEEDED, /* nothing was killed */
	OOM_REQUEST_NO_LIMIT,	/* the limit that was reached is not known */
	OOM_REQUEST_NODE_OOM,	/* more memory for the job is not the answer */
	OOM_REQUEST_LEAK,	/* no size is the answer to it */
	OOM_REQUEST_NODE_FULL,	/* the node has no more */
};

/* The option that the limit came from, and that the line to paste uses. */
enum oom_memory_option { OOM_MEM, OOM_MEM_PER_CPU, OOM_MEM_PER_GPU };

/* As on a command line: "--mem", ... */
extern const char *const oom_option_names[];

struct oom_request {
	enum oom_request_reason reason;
	struct oom_reading node_bytes; /* next time, on each node; or unknown */
	enum oom_memory_option option;
	uint64_t
		option_parts; /* CPUs or GPUs that share the node's memory; or 1 */
	uint64_t option_bytes; /* node_bytes in terms of that option */
	bool step;	       /* the step's own limit: an option of its srun */
	bool step_fits;	       /* ...and the job's memory is enough for it */
	bool capped;	       /* by what the node has */
};

void oom_request(const struct oom_findings *findings,
		 const struct oom_diagnosis *diagnosis,
		 struct oom_request *ret);

/*
 * Rounds up to what people type: 10 MiB steps below 300 MiB, 50 MiB below
 * 1 GiB, 500 MiB below 4 GiB (in MiB), then whole GiB.
 */
uint64_t oom_round_up_request(uint64_t bytes);

#endif
