// SPDX-License-Identifier: GPL-2.0-or-later
// score: station-bins -O2 -g
/* Weather rows into a list for each station, then percentiles for each. */
#include "score.h"

struct row {
	struct row *next;
	double lat, lon, temp, rain;
	char line[];
};

static struct row *station[1000];
static long count[1000];

OWN static long read_table(const char *name)
{
	FILE *f = fopen(name, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t got;
	long rows = 0;

	if (!f) {
		perror(name);
		exit(1);
	}
	while ((got = getline(&line, &room, f)) > 0) {
		int id, st;
		double lat, lon, temp, rain;
		if (sscanf(line, "%d,%lf,%lf,st%d,%*[^,],%lf,%lf", &id, &lat, &lon, &st, &temp, &rain) != 6)
			continue;
		struct row *r = malloc(sizeof *r + (size_t)got + 1);
		memcpy(r->line, line, (size_t)got + 1);
		r->lat = lat, r->lon = lon, r->temp = temp, r->rain = rain;
		r->next = station[st];
		station[st] = r;
		count[st]++;
		rows++;
	}
	free(line);
	fclose(f);
	return rows;
}

static int cmp(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	long rows = read_table(argc > 1 ? argv[1] : "table32.csv");
	double hot = -99;
	int where = 0;

	for (int s = 0; s < 1000; s++) {
		if (!count[s])
			continue;
		double *t = malloc((size_t)count[s] * sizeof *t);
		long k = 0;
		for (struct row *r = station[s]; r; r = r->next)
			t[k++] = r->temp;
		qsort(t, (size_t)k, sizeof *t, cmp);
		if (t[k * 9 / 10] > hot)
			hot = t[k * 9 / 10], where = s;
		free(t);
	}
	printf("%ld rows; station %d has the highest 90%% temperature, %.2f\n", rows, where, hot);
	return 0;
}
