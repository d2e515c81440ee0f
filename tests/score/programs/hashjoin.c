// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * orders JOIN customers: the planner knows the rows of the build side, so the
 * bucket array and the row store are sized once; the join then fills them. The
 * output buffer is as large as the plan said, too.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct row {
	uint64_t key;
	uint32_t next;
	uint32_t amount;
	char name[40];
};

struct join {
	uint32_t *bucket;
	struct row *rows;
	uint64_t *out;
	size_t nbuckets, nrows, nout;
};

static uint64_t rng = 88172645463325252ULL;

static uint64_t draw(void)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return rng;
}

static void plan(struct join *j, size_t bytes)
{
	/* 56 bytes a row, 4 a bucket, 8 for a match */
	j->nrows = bytes / 68;
	j->nbuckets = j->nrows;
	j->nout = j->nrows;
	j->bucket = calloc(j->nbuckets, sizeof(*j->bucket));
	j->rows = malloc((j->nrows + 1) * sizeof(*j->rows));
	j->out = malloc(j->nout * sizeof(*j->out));
	if (!j->bucket || !j->rows || !j->out) {
		fprintf(stderr, "join: out of memory\n");
		exit(2);
	}
	fprintf(stderr, "plan: %zu rows, %zu buckets\n", j->nrows, j->nbuckets);
}

static void build(struct join *j, useconds_t us)
{
	for (size_t i = 1; i <= j->nrows; i++) {
		struct row *r = &j->rows[i];
		uint32_t *head;

		r->key = draw() % (2 * j->nrows);
		head = &j->bucket[r->key % j->nbuckets];
		r->next = *head;
		*head = (uint32_t)i;
		r->amount = (uint32_t)(i * 31);
		snprintf(r->name, sizeof(r->name), "customer-%zu", i);
		if (i % 20000 == 0)
			usleep(us);
	}
}

static size_t probe(struct join *j, useconds_t us)
{
	size_t found = 0;

	for (size_t i = 0; i < 2 * j->nrows && found < j->nout; i++) {
		uint64_t key = draw() % (2 * j->nrows);

		for (uint32_t at = j->bucket[key % j->nbuckets]; at; at = j->rows[at].next)
			if (j->rows[at].key == key && found < j->nout)
				j->out[found++] = key << 20 ^ j->rows[at].amount;
		if (i % 50000 == 0)
			usleep(us);
	}
	return found;
}

int main(void)
{
	const char *mb = getenv("SIZE_MB"), *pace = getenv("PACE");
	struct join j;

	plan(&j, (size_t)(mb ? atoi(mb) : 120) << 20);
	build(&j, (useconds_t)(pace ? atoi(pace) : 40) * 1000);
	fprintf(stderr, "hash table built\n");
	printf("%zu matches\n", probe(&j, (useconds_t)(pace ? atoi(pace) : 40) * 1000));
	return 0;
}
