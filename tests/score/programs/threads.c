// SPDX-License-Identifier: GPL-2.0-or-later
/* Threads of one process, each with a work area of its own. */
#include <pthread.h>
#include "score.h"

static long area, pace;

OWN static void *run(void *arg)
{
	double *v = vector(area);

	for (long i = 0; i < area; i++) {
		set(v + i * (MIB / 8), 1, (double)(long)arg);
		nap(pace);
	}
	for (int step = 0; step < 20; step++) {
		v[step] += 1;
		nap(pace * 2);
	}
	free(v);
	return NULL;
}

int main(void)
{
	long n = env("THREADS", 6);
	pthread_t t[64];

	area = env("SIZE_MB", 120) / n;
	pace = env("PACE", 40);
	for (long i = 0; i < n; i++)
		if (pthread_create(&t[i], NULL, run, (void *)i))
			return 1;
	for (long i = 0; i < n; i++)
		pthread_join(t[i], NULL);
	puts("done");
	return 0;
}
