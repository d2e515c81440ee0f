// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Time steps over a field of fixed size; each step's work array is not given
 * back. With LATE, only after that many steps (when the contact starts).
 */
#include "score.h"

OWN static void advance(double *field, long n, int contact)
{
	double *tmp;

	for (long i = 1; i < n - 1; i += 8)
		field[i] = 0.5 * (field[i - 1] + field[i + 1]);
	if (!contact)
		return;
	tmp = malloc(MIB / 2);
	if (!tmp)
		exit(1);
	memcpy(tmp, field, MIB / 2);
	keep(tmp);
}

int main(void)
{
	long pace = env("PACE", 60), late = env("LATE", 0), size = env("SIZE_MB", 20);
	double *field = vector(size);

	set(field, size, 1);
	for (long step = 0; step < 100000; step++) {
		advance(field, size * MIB / 8, step >= late);
		work(pace);
	}
	return 0;
}
