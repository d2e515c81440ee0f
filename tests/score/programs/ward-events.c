// SPDX-License-Identifier: GPL-2.0-or-later
// score: ward-events -O2 -g
/* A hospital ward by discrete events. Each day has a scratch calendar; patients who are
 * transferred after the warm-up are logged for "later analysis" and nobody takes them out. */
#include "score.h"

struct transfer {
	struct transfer *next;
	int day, bed;
	float vitals[1200];
};

static struct transfer *transfers;
static long bytes;

OWN static void log_transfer(int day, int bed, const float *now_vitals)
{
	struct transfer *t = malloc(sizeof *t);

	if (!t)
		exit(1);
	t->day = day, t->bed = bed;
	memcpy(t->vitals, now_vitals, sizeof t->vitals);
	t->next = transfers;
	transfers = t;
	bytes += (long)sizeof *t;
}

OWN static double calendar(int day, float *vitals)
{
	size_t slots = (size_t)(40000 + day * 7919 % 11 * 50000);
	double *cal = malloc(slots * sizeof *cal), s = 0;

	for (size_t i = 0; i < slots; i++)
		cal[i] = (double)(i * 2654435761u % 1000) / 1e3;
	for (size_t i = 1; i < slots; i++)
		s += cal[i] * cal[i - 1];
	for (int i = 0; i < 1200; i++)
		vitals[i] = (float)(cal[i * 13] + s * 1e-9);
	free(cal);
	return s / (double)slots;
}

int main(void)
{
	long pace = env("PACE", 30), limit = env("STOP_MB", 660);
	double mean = 0;
	static float vitals[1200];
	int day;

	for (day = 0; bytes < limit * MIB; day++) {
		mean += calendar(day, vitals);
		if (day > 70)
			for (int bed = 0; bed < 60 + day % 7 * 20; bed++)
				if ((day * 31 + bed * 17) % 3 != 0)
					log_transfer(day, bed, vitals);
		nap(pace);
	}
	long n = 0;
	for (struct transfer *t = transfers; t; t = t->next)
		n += t->bed > 3;
	printf("%d days, occupancy %.4f, %ld transfers\n", day, mean / day, n);
	return 0;
}
