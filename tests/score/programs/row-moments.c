// SPDX-License-Identifier: GPL-2.0-or-later
// score: row-moments -O2 -g
/* Moments of every numeric column of a large table, three passes, a line at a time. */
#include "score.h"
#include <math.h>

static double pass(const char *name, int power, const double *about, double *out, long *rows)
{
	FILE *f = fopen(name, "r");
	char line[512];
	double v[4], worst = 0;

	if (!f) {
		perror(name);
		exit(2);
	}
	*rows = 0;
	memset(out, 0, 4 * sizeof *out);
	while (fgets(line, sizeof line, f)) {
		if (sscanf(line, "%*d,%lf,%lf,%*[^,],%*[^,],%lf,%lf", v, v + 1, v + 2, v + 3) != 4)
			continue;
		for (int k = 0; k < 4; k++)
			out[k] += pow(v[k] - about[k], power);
		if (fabs(v[2]) > worst)
			worst = fabs(v[2]);
		++*rows;
	}
	for (int k = 0; k < 4; k++)
		out[k] /= (double)*rows;
	fclose(f);
	return worst;
}

int main(int argc, char **argv)
{
	double zero[4] = { 0 }, mean[4], var[4], skew[4];
	long rows = 0;

	if (argc < 2)
		return 2;
	pass(argv[1], 1, zero, mean, &rows);
	pass(argv[1], 2, mean, var, &rows);
	double worst = pass(argv[1], 3, mean, skew, &rows);
	printf("%ld rows; temp mean %.4f sd %.4f skew %.4f, largest %.2f\n", rows, mean[2], sqrt(var[2]),
	       skew[2] / pow(var[2], 1.5), worst);
	return 0;
}
