// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An ensemble forecast. The analysis is read by the parent; then a process is
 * forked for each member, and perturbs "its" state in place: copy on write makes
 * a copy of it for every member.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static float *state;
static size_t cells;

static void delay(long ms)
{
	struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000L };

	nanosleep(&ts, NULL);
}

static int forecast(int member, long ms)
{
	const size_t level = cells / 24;
	double mean = 0;

	for (int hour = 0; hour < 48; hour++) {
		float *slab = state + (size_t)(hour % 24) * level;

		for (size_t i = 1; i < level; i++)
			slab[i] += 0.01f * (slab[i - 1] - slab[i]) + 1e-4f * (float)member;
		mean += slab[level / 2];
		delay(ms);
	}
	printf("member %d: %.3f\n", member, mean / 48);
	fflush(stdout);
	return 0;
}

int main(int argc, char **argv)
{
	int members = argc > 1 ? atoi(argv[1]) : 5, failed = 0, status;
	long mb = getenv("SIZE_MB") ? atol(getenv("SIZE_MB")) : 22;
	long ms = getenv("PACE") ? atol(getenv("PACE")) : 80;

	cells = (size_t)mb * 1048576 / sizeof(*state);
	state = malloc(cells * sizeof(*state));
	if (!state)
		return 1;
	for (size_t i = 0; i < cells; i++)
		state[i] = 270.0f + (float)(i % 40);
	puts("analysis read");
	fflush(stdout);
	for (int m = 1; m <= members; m++) {
		pid_t pid = fork();

		if (pid < 0) {
			perror("fork");
			return 1;
		}
		if (pid == 0)
			_exit(forecast(m, ms));
	}
	while (wait(&status) > 0)
		failed += status != 0;
	printf("%d of %d members failed\n", failed, members);
	return failed != 0;
}
