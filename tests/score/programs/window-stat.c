// SPDX-License-Identifier: GPL-2.0-or-later
// score: window-stat -O2
/* Moving mean and extremes of the temperatures in large tables, over and over for each window. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 20000

static double ring[MOST];

static long pass(const char *name, int window, double *low, double *high)
{
	char *line = NULL;
	size_t room = 0;
	FILE *f = fopen(name, "r");
	double sum = 0;
	long n = 0;

	if (!f) {
		perror(name);
		exit(1);
	}
	memset(ring, 0, sizeof ring);
	while (getline(&line, &room, f) > 0) {
		char *s = line;

		for (int comma = 0; s && comma < 5; comma++)
			s = (s = strchr(s, ',')) ? s + 1 : NULL;
		if (!s || (*s != '-' && (*s < '0' || *s > '9')))
			continue;
		double t = atof(s);

		sum += t - ring[n % window];
		ring[n++ % window] = t;
		if (n >= window) {
			double m = sum / window;

			*low = m < *low ? m : *low;
			*high = m > *high ? m : *high;
		}
	}
	free(line);
	fclose(f);
	return n;
}

int main(int argc, char **argv)
{
	long rows = 0;

	for (int i = 1; i < argc; i++)
		for (int w = 1501; w <= MOST; w += 9000) {
			double low = 1e9, high = -1e9;

			rows += pass(argv[i], w, &low, &high);
			printf("window %d: %.4f to %.4f\n", w, low, high);
		}
	printf("%ld rows read\n", rows);
	return 0;
}
