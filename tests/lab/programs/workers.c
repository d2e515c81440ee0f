// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * workers N MIB: N worker processes, each filling a table of MIB MiB, side by
 * side. Ends with status 1 when a worker was lost.
 */
#include "fill.h"
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORKERS 64

static void work(long mib)
{
	for (long i = 0; i < mib; i++) {
		fill(1);
		usleep(10000); /* so that they grow together on one CPU too */
	}
	sleep(2);
	exit(0);
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 0, lost = 0, status;
	long mib = argc > 2 ? atol(argv[2]) : 0;
	pid_t pids[MAX_WORKERS];

	if (n > MAX_WORKERS)
		return 2;
	printf("%d workers, %ld MiB each\n", n, mib);
	fflush(stdout);
	for (int i = 0; i < n; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			work(mib);
	}
	for (int i = 0; i < n && !lost; i++)
		if (wait(&status) > 0 && (!WIFEXITED(status) || WEXITSTATUS(status)))
			lost = 1;
	if (lost) {
		printf("a worker was lost\n");
		for (int i = 0; i < n; i++)
			(void)kill(pids[i], SIGTERM);
	}
	while (wait(NULL) > 0)
		;
	return lost;
}
