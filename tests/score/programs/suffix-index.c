// SPDX-License-Identifier: GPL-2.0-or-later
// score: suffix-index -O3 -fomit-frame-pointer
/* Suffix array of a genome by prefix doubling, then the LCP array (Kasai). */
#include "score.h"
#include <stdint.h>

static char *text;
static int32_t *sa, *rk, *tmp, *cnt, *lcp;

OWN static void genome(long n)
{
	uint32_t s = 12345;

	text = malloc(n + 1);
	for (long i = 0; i < n; i++) {
		s = s * 1664525u + 1013904223u;
		text[i] = "ACGT"[s >> 30];
	}
	text[n] = 0;
}

OWN static long sort_by(long n, long k, long classes)
{
	long p = 0, c = 1;

	/* by the second half: those shorter than k come first */
	for (long i = n - k; i < n; i++)
		tmp[p++] = i;
	for (long i = 0; i < n; i++)
		if (sa[i] >= k)
			tmp[p++] = sa[i] - k;
	memset(cnt, 0, (classes + 1) * sizeof *cnt);
	for (long i = 0; i < n; i++)
		cnt[rk[i] + 1]++;
	for (long i = 0; i < classes; i++)
		cnt[i + 1] += cnt[i];
	for (long i = 0; i < n; i++)
		sa[cnt[rk[tmp[i]]]++] = tmp[i];
	tmp[sa[0]] = 0;
	for (long i = 1; i < n; i++) {
		long a = sa[i - 1], b = sa[i];
		int ra = a + k < n ? rk[a + k] : -1, rb = b + k < n ? rk[b + k] : -1;

		if (rk[a] != rk[b] || ra != rb)
			c++;
		tmp[b] = c - 1;
	}
	memcpy(rk, tmp, n * sizeof *rk);
	return c;
}

OWN static double kasai(long n)
{
	long h = 0;
	double sum = 0;

	lcp = malloc(n * sizeof *lcp);
	for (long i = 0; i < n; i++) {
		if (!rk[i]) {
			h = 0;
			lcp[0] = 0;
			continue;
		}
		long j = sa[rk[i] - 1];

		while (text[i + h] && text[i + h] == text[j + h])
			h++;
		lcp[rk[i]] = h;
		sum += h;
		if (h)
			h--;
	}
	return sum / n;
}

int main(int argc, char **argv)
{
	long n = (argc > 1 ? atof(argv[1]) : 4) * 1e6, k, classes = 4;

	genome(n);
	sa = malloc(n * sizeof *sa);
	rk = malloc(n * sizeof *rk);
	tmp = malloc(n * sizeof *tmp);
	cnt = malloc((n + 8) * sizeof *cnt);
	memset(cnt, 0, 8 * sizeof *cnt);
	for (long i = 0; i < n; i++)
		rk[i] = text[i] == 'A' ? 0 : text[i] == 'C' ? 1 : text[i] == 'G' ? 2 : 3;
	for (long i = 0; i < n; i++)
		cnt[rk[i] + 1]++;
	for (int i = 0; i < 4; i++)
		cnt[i + 1] += cnt[i];
	for (long i = 0; i < n; i++)
		sa[cnt[rk[i]]++] = i;
	for (k = 1; classes < n; k *= 2)
		classes = sort_by(n, k, classes);
	printf("%ld bases, depth %ld, mean lcp %.3f\n", n, k, kasai(n));
	return 0;
}
