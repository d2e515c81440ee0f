// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Linkage disequilibrium. Windows of 50 variants are scanned in small memory;
 * at the end comes the matrix of all against all, since --all was given.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct panel {
	size_t variants, samples;
	signed char *genotype;
};

static float r2(const struct panel *p, size_t a, size_t b)
{
	int dot = 0;

	for (size_t s = 0; s < p->samples; s++)
		dot += p->genotype[a * p->samples + s] * p->genotype[b * p->samples + s];
	return (float)dot / (float)p->samples;
}

static double windows(const struct panel *p, int ms)
{
	double sum = 0;

	for (size_t w = 0; w + 50 < p->variants; w += 250) {
		float local[50][50];

		for (size_t i = 0; i < 50; i++)
			for (size_t j = 0; j < 50; j++)
				local[i][j] = r2(p, w + i, w + j);
		sum += local[0][49];
		usleep((useconds_t)ms * 1000);
	}
	return sum;
}

static float *all_pairs(const struct panel *p)
{
	float *m = malloc(p->variants * p->variants * sizeof(*m));

	if (!m) {
		perror("all pairs");
		exit(1);
	}
	for (size_t i = 0; i < p->variants; i++)
		for (size_t j = 0; j < p->variants; j++)
			m[i * p->variants + j] = p->genotype[i * p->samples] == p->genotype[j * p->samples];
	return m;
}

int main(int argc, char **argv)
{
	struct panel p = { .variants = 9000, .samples = 60 };
	float *m;

	if (getenv("VARIANTS"))
		p.variants = (size_t)atol(getenv("VARIANTS"));
	p.genotype = malloc(p.variants * p.samples);
	for (size_t i = 0; i < p.variants * p.samples; i++)
		p.genotype[i] = (signed char)(i * 7919 % 3 - 1);
	printf("windows: %.4f\n", windows(&p, getenv("PACE") ? atoi(getenv("PACE")) : 100));
	fflush(stdout);
	if (argc > 1 && !strcmp(argv[1], "--all")) {
		m = all_pairs(&p);
		printf("corner: %f\n", (double)m[p.variants * p.variants - 1]);
		free(m);
	}
	free(p.genotype);
	return 0;
}
