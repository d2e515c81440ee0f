// SPDX-License-Identifier: GPL-2.0-or-later
/* Threads that serve requests; each keeps the log of all that it has served. */
// score: requests -O2 -g
#include <pthread.h>
#include "score.h"

static long pace, each;

struct log {
	struct log *before;
	char text[];
};

OWN static struct log *serve(long id, struct log *before)
{
	struct log *log = malloc((size_t)each);

	if (!log)
		exit(1);
	memset(log->text, (int)id & 127, (size_t)each - sizeof(*log));
	log->before = before;
	return log;
}

static void *run(void *arg)
{
	struct log *last = NULL;

	for (long n = 0; n < 1 << 20; n++) {
		last = serve((long)arg + n, last);
		nap(pace);
	}
	return last;
}

int main(void)
{
	long n = env("THREADS", 3);
	pthread_t t[64];

	pace = env("PACE", 80);
	each = env("EACH", 150000);
	for (long i = 0; i < n; i++)
		if (pthread_create(&t[i], NULL, run, (void *)i))
			return 1;
	for (long i = 0; i < n; i++)
		pthread_join(t[i], NULL);
	return 0;
}
