// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A Krylov solver: the matrix is there from the start, the basis grows by one
 * vector with each iteration up to its restart length. It needs a little more
 * than it was given.
 */
#include "score.h"

OWN static double *extend_basis(long vec, int it)
{
	double *v = vector(vec);

	set(v, vec, it);
	return v;
}

int main(void)
{
	long size = env("SIZE_MB", 100), pace = env("PACE", 50), matrix = size * 7 / 10;
	long vec = (size - matrix) / 15;
	double *m = vector(matrix), *basis[15], *x;

	set(m, matrix, 3);
	puts("matrix ready");
	work(pace * 20);
	for (int it = 0; it < 60; it++) {
		if (it < 15)
			basis[it] = extend_basis(vec, it);
		x = basis[it % 15];
		for (long i = 0; i < vec * MIB / 8; i += 16)
			x[i] = x[i] * 0.9 + m[i];
		work(pace);
	}
	puts("converged");
	return 0;
}
