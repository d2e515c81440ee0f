// SPDX-License-Identifier: GPL-2.0-or-later
// score: frame-dump -O2 -g
/* Reaction and diffusion; a frame each few steps to the scratch folder, for the movie. */
#include "score.h"
#include <math.h>

#define N 512

static double a[2][N][N], b[2][N][N];

OWN static void frame(const char *folder, int k, double u[N][N])
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/frame-%05d.raw", folder, k);
	f = fopen(path, "wb");
	if (!f || fwrite(u, sizeof(double), N * N, f) != N * N || fclose(f)) {
		perror(path);
		exit(1);
	}
}

static void step(int from)
{
	int to = !from;

	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			int n = (i + N - 1) % N, s = (i + 1) % N, w = (j + N - 1) % N, e = (j + 1) % N;
			double x = a[from][i][j], y = b[from][i][j], r = x * y * y;

			a[to][i][j] = x + 0.2 * (a[from][n][j] + a[from][s][j] + a[from][i][w] + a[from][i][e] - 4 * x)
				- r + 0.037 * (1 - x);
			b[to][i][j] = y + 0.1 * (b[from][n][j] + b[from][s][j] + b[from][i][w] + b[from][i][e] - 4 * y)
				+ r - 0.097 * y;
		}
}

int main(int argc, char **argv)
{
	int frames = argc > 2 ? atoi(argv[2]) : 60, now = 0;
	double sum = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: %s SCRATCH [FRAMES]\n", argv[0]);
		return 2;
	}
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			a[0][i][j] = 1;
			b[0][i][j] = (i - 250) * (i - 250) + (j - 250) * (j - 250) < 400 ? 0.5 : 0;
		}
	for (int k = 0; k < frames; k++) {
		for (int s = 0; s < 10; s++, now = !now)
			step(now);
		frame(argv[1], k, b[now]);
	}
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++)
			sum += b[now][i][j];
	printf("%d frames in %s, amount %.4f\n", frames, argv[1], sum);
	return 0;
}
