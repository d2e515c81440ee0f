// SPDX-License-Identifier: GPL-2.0-or-later
/* A sparse matrix with a row pointer that is wrong: SIGSEGV after some work. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct sparse {
	long n;
	long *start;
	double *value;
};

static double row_sum(const struct sparse *m, long row)
{
	double sum = 0;

	for (long k = m->start[row]; k < m->start[row] + 8; k++)
		sum += m->value[k];
	return sum;
}

int main(void)
{
	long mb = getenv("SIZE_MB") ? atol(getenv("SIZE_MB")) : 60;
	struct sparse m = { .n = mb * 1048576 / 72 };
	double total = 0;

	m.start = malloc((size_t)m.n * sizeof(long));
	m.value = malloc((size_t)m.n * 8 * sizeof(double));
	if (!m.start || !m.value)
		return 1;
	for (long r = 0; r < m.n; r++) {
		m.start[r] = r * 8;
		for (int k = 0; k < 8; k++)
			m.value[r * 8 + k] = k;
		if (r % 20000 == 0)
			usleep(40000);
	}
	m.start[m.n / 2] = 1L << 44;
	for (long r = 0; r < m.n; r++)
		total += row_sum(&m, r);
	printf("%f\n", total);
	return 0;
}
