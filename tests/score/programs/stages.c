// SPDX-License-Identifier: GPL-2.0-or-later
/* Finite elements: mesh, then matrix, then factor; compute between the stages. */
#include "score.h"

/* row by row, as a factorisation fills it */
OWN static void factorise(double *c, long rows, const double *a, const double *b, long pace)
{
	for (long row = 0; row < rows; row++) {
		for (long i = 0; i < MIB / 8; i++)
			c[row * (MIB / 8) + i] = b[i] * 0.5 + a[i & 1023];
		work(pace / 4);
	}
}

int main(void)
{
	long size = env("SIZE_MB", 120), pace = env("PACE", 100);
	long mesh = size / 6, matrix = size / 3, factor = size - mesh - matrix;
	double *a, *b, *c;

	a = vector(mesh);
	set(a, mesh, 1);
	puts("mesh read and refined");
	work(pace * 10);
	b = vector(matrix);
	set(b, matrix, 2);
	puts("matrix assembled");
	work(pace * 10);
	c = vector(factor);
	factorise(c, factor, a, b, pace);
	puts("solved");
	return 0;
}
