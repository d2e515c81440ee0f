// SPDX-License-Identifier: GPL-2.0-or-later
// score: segy-read -O2 -g
/* Seismic traces of a survey, one file per shot: every trace goes into a list
 * of its own for the common-midpoint sort. */
#include "score.h"
#include <dirent.h>
#include <math.h>

#define NS 1020			/* samples per trace, as 16 bits */

struct trace {
	int shot, offset;
	float energy;
	struct trace *next;
	short sample[NS];
};

static struct trace *bin[512];
static long ntraces;

OWN static int read_shot(const char *path, int shot)
{
	FILE *f = fopen(path, "rb");
	int k = 0;

	if (!f)
		return -1;
	for (;;) {
		struct trace *t = malloc(sizeof *t);

		if (!t)
			exit(1);
		if (fread(t->sample, sizeof(short), NS, f) < NS) {
			free(t);
			break;
		}
		t->shot = shot;
		t->offset = k++;
		t->energy = 0;
		for (int i = 0; i < NS; i++)
			t->energy += (float)t->sample[i] * (float)t->sample[i] * 1e-9f;
		int cmp = (2 * shot + t->offset) % 512;
		t->next = bin[cmp];
		bin[cmp] = t;
		ntraces++;
	}
	fclose(f);
	return k;
}

static double stack(void)
{
	double best = 0;

	for (int c = 0; c < 512; c++) {
		double sum = 0;
		for (struct trace *t = bin[c]; t; t = t->next)
			sum += t->energy;
		if (sum > best)
			best = sum;
	}
	return best;
}

int main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : ".";
	struct dirent **names;
	int n = scandir(dir, &names, NULL, alphasort);
	char path[4096];

	if (n < 0) {
		perror(dir);
		return 1;
	}
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.') {
			snprintf(path, sizeof path, "%s/%s", dir, names[i]->d_name);
			read_shot(path, i);
			nap(env("PACE", 20));
		}
		free(names[i]);
	}
	free(names);
	printf("%ld traces, strongest bin %g\n", ntraces, stack());
	return 0;
}
