// SPDX-License-Identifier: GPL-2.0-or-later
// score: keel-frame -O2 -g
/* Stiffness of a ship's frame: the band matrix fits, but the load case is
 * singular and the solver gives up with abort(). */
#include "score.h"
#include <assert.h>
#include <math.h>

OWN double *assemble(long rows, long band)
{
	double *k = malloc((size_t)(rows * band) * sizeof *k);

	if (!k)
		exit(1);
	for (long r = 0; r < rows; r++)
		for (long b = 0; b < band; b++)
			k[r * band + b] = b == 0 ? 4.0 : 1.0 / (double)(b + r % 3 + 1);
	return k;
}

OWN double relax(const double *k, double *u, long rows, long band)
{
	double norm = 0;

	for (long r = 0; r < rows; r++) {
		double s = 1;

		for (long b = 1; b < band && r + b < rows; b++)
			s -= k[r * band + b] * u[r + b];
		s /= k[r * band];
		norm += fabs(s - u[r]);
		u[r] = s;
	}
	return norm;
}

int main(void)
{
	long band = 128, rows = env("SIZE_MB", 60) * MIB / (band * 8), pace = env("PACE", 100);
	double *k = assemble(rows, band), *u = calloc((size_t)rows, sizeof *u), norm = 0;

	for (int it = 0; it < 40; it++) {
		norm = relax(k, u, rows, band);
		printf("iteration %d norm %.3e\n", it, norm);
		fflush(stdout);
		nap(pace);
	}
	if (!(norm < 1e-6)) {
		fprintf(stderr, "keel-frame: no convergence: singular load case?\n");
		abort();
	}
	printf("deflection %.4f\n", u[rows / 2]);
	return 0;
}
