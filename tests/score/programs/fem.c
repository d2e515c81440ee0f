// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Poisson's equation on a triangulated square. The matrix is a CSR made in three
 * passes, as in every code of this kind: count the neighbours, number them, add
 * up the elements. Then conjugate gradients.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
	int n, m, ntri;		/* nodes a side, nodes, triangles */
	double *xy;
	int (*tri)[3];
} Mesh;

typedef struct {
	int rows;
	int *start, *col;
	double *val;
} Csr;

static useconds_t pause_us = 30000;

static void *need(size_t count, size_t each)
{
	void *p = malloc(count * each);

	if (!p) {
		fprintf(stderr, "fem: no memory for %zu x %zu bytes\n", count, each);
		exit(1);
	}
	return p;
}

__attribute__((noinline)) static void triangulate(Mesh *g, int side)
{
	int t = 0;

	g->n = side;
	g->m = side * side;
	g->ntri = 2 * (side - 1) * (side - 1);
	g->xy = need((size_t)g->m * 2, sizeof(double));
	g->tri = need((size_t)g->ntri, sizeof(*g->tri));
	for (int j = 0; j < side; j++) {
		for (int i = 0; i < side; i++) {
			g->xy[2 * (j * side + i)] = (double)i / (side - 1);
			g->xy[2 * (j * side + i) + 1] = (double)j / (side - 1);
		}
		if (j % 100 == 0)
			usleep(pause_us);
	}
	for (int j = 0; j + 1 < side; j++)
		for (int i = 0; i + 1 < side; i++) {
			int a = j * side + i;

			g->tri[t][0] = a, g->tri[t][1] = a + 1, g->tri[t++][2] = a + side + 1;
			g->tri[t][0] = a, g->tri[t][1] = a + side + 1, g->tri[t++][2] = a + side;
		}
}

/* the stencil of a node: itself and six around it */
static int neighbours(const Mesh *g, int node, int *to)
{
	static const int di[] = { 0, 1, -1, 0, 0, 1, -1 }, dj[] = { 0, 0, 0, 1, -1, 1, -1 };
	int i = node % g->n, j = node / g->n, found = 0;

	for (int k = 0; k < 7; k++)
		if (i + di[k] >= 0 && i + di[k] < g->n && j + dj[k] >= 0 && j + dj[k] < g->n)
			to[found++] = (j + dj[k]) * g->n + i + di[k];
	return found;
}

__attribute__((noinline)) static void pattern(const Mesh *g, Csr *a)
{
	int to[7];

	a->rows = g->m;
	a->start = need((size_t)g->m + 1, sizeof(int));
	a->start[0] = 0;
	for (int r = 0; r < g->m; r++)
		a->start[r + 1] = a->start[r] + neighbours(g, r, to);
	usleep(pause_us);
	a->col = need((size_t)a->start[g->m], sizeof(int));
	for (int r = 0; r < g->m; r++) {
		neighbours(g, r, a->col + a->start[r]);
		if (r % 50000 == 0)
			usleep(pause_us);
	}
}

static void add(Csr *a, int row, int col, double v)
{
	for (int k = a->start[row]; k < a->start[row + 1]; k++)
		if (a->col[k] == col) {
			a->val[k] += v;
			return;
		}
}

__attribute__((noinline)) static void assemble(const Mesh *g, Csr *a)
{
	int nnz = a->start[a->rows];

	a->val = need((size_t)nnz, sizeof(double));
	for (int k = 0; k < nnz; k++) {
		a->val[k] = 0;
		if (k % 400000 == 0)
			usleep(pause_us);
	}
	for (int t = 0; t < g->ntri; t++)
		for (int p = 0; p < 3; p++)
			for (int q = 0; q < 3; q++)
				add(a, g->tri[t][p], g->tri[t][q], p == q ? 1.01 : -0.5);
}

static void multiply(const Csr *a, const double *x, double *y)
{
	for (int r = 0; r < a->rows; r++) {
		double s = 0;

		for (int k = a->start[r]; k < a->start[r + 1]; k++)
			s += a->val[k] * x[a->col[k]];
		y[r] = s;
	}
}

__attribute__((noinline)) static double solve(const Csr *a, int iterations)
{
	size_t n = (size_t)a->rows;
	double *x = need(n, 8), *r = need(n, 8), *p = need(n, 8), *q = need(n, 8), rr = 0;

	for (size_t i = 0; i < n; i++) {
		x[i] = 0;
		p[i] = r[i] = (double)(i % 13) / 6 - 1;
		rr += r[i] * r[i];
	}
	for (int it = 0; it < iterations; it++) {
		double pq = 0, alpha, next = 0;

		multiply(a, p, q);
		for (size_t i = 0; i < n; i++)
			pq += p[i] * q[i];
		alpha = rr / pq;
		for (size_t i = 0; i < n; i++) {
			x[i] += alpha * p[i];
			r[i] -= alpha * q[i];
			next += r[i] * r[i];
		}
		for (size_t i = 0; i < n; i++)
			p[i] = r[i] + next / rr * p[i];
		rr = next;
		usleep(pause_us);
	}
	return rr + x[0];
}

int main(void)
{
	const char *mb = getenv("SIZE_MB"), *pace = getenv("PACE");
	long side = 2;
	Mesh g;
	Csr a;

	if (pace)
		pause_us = (useconds_t)atoi(pace) * 1000;
	/* 16 + 24 for the mesh, 4 + 7 * 12 for the matrix, 32 for the vectors */
	while (side * side * 160 < (mb ? atol(mb) : 120) * (1L << 20))
		side++;
	triangulate(&g, (int)side);
	printf("%d nodes, %d triangles\n", g.m, g.ntri);
	pattern(&g, &a);
	printf("%d non-zeros\n", a.start[a.rows]);
	fflush(stdout);
	assemble(&g, &a);
	printf("squared residual %g\n", solve(&a, 30));
	return 0;
}
