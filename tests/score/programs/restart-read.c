// SPDX-License-Identifier: GPL-2.0-or-later
// score: restart-read -O2 -g
/* Heat conduction; every 200 steps the forcing of the next period is read from a
 * file.       usage: restart-read SIDE FORCING_PREFIX */
#include <stdio.h>
#include <stdlib.h>

struct field {
	int n;
	double *now, *next, *source;
};

static double forcing(const char *prefix, int period)
{
	char name[300];
	double value = 0;
	FILE *f;

	if (period == 0)
		return 1;
	snprintf(name, sizeof name, "%s-%03d.txt", prefix, period);
	f = fopen(name, "r");           /* not asked whether it is there */
	if (fscanf(f, "%lf", &value) != 1)
		value = 0;
	fclose(f);
	return value;
}

static void step(struct field *t, double force)
{
	int n = t->n;
	double *swap;

	for (int i = 1; i < n - 1; i++)
		for (int j = 1; j < n - 1; j++) {
			double *c = t->now + (size_t)i * n + j;

			t->next[(size_t)i * n + j] = *c + 0.2 * (c[1] + c[-1] + c[n] + c[-n] - 4 * *c)
						   + force * t->source[(size_t)i * n + j];
		}
	swap = t->now;
	t->now = t->next;
	t->next = swap;
}

int main(int argc, char **argv)
{
	struct field t = { .n = argc > 1 ? atoi(argv[1]) : 1200 };
	size_t cells = (size_t)t.n * t.n;
	double force = 0, sum = 0;

	t.now = malloc(cells * sizeof *t.now);
	t.next = malloc(cells * sizeof *t.next);
	t.source = malloc(cells * sizeof *t.source);
	if (!t.now || !t.next || !t.source)
		return 1;
	for (size_t i = 0; i < cells; i++) {
		t.now[i] = t.next[i] = 280;
		t.source[i] = 1e-3 * (double)(i % 7);
	}
	for (int n = 0; n < 1000; n++) {
		if (n % 200 == 0)
			force = forcing(argc > 2 ? argv[2] : "forcing", n / 200);
		step(&t, force);
	}
	for (size_t i = 0; i < cells; i++)
		sum += t.now[i];
	printf("mean temperature %.4f\n", sum / (double)cells);
	return 0;
}
