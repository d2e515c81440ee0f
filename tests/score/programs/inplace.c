// SPDX-License-Identifier: GPL-2.0-or-later
// score: inplace -O1 -g -fno-omit-frame-pointer
/* Station table -> per station means. Splits the file where it lies: the
 * separators become \0 (private mapping, so the file on disk stays good!!).
 * Fields are kept as pointers into it. usage: inplace FILE [PASSES] */
#include "score.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct acc { double t, r; long n; char *first, *last; } st[1000];
static char *base, *end_;

OWN static char *split_row(char *p, char **f)
{
	int k = 0;

	f[k++] = p;
	for (; p < end_; p++) {
		if (*p == ',') {
			*p = 0;
			if (k < 9)
				f[k++] = p + 1;
		} else if (*p == '\n') {
			*p++ = 0;
			break;
		}
	}
	while (k < 9)
		f[k++] = "";
	return p;
}

static void account(char **f)
{
	int s = f[3][0] == 's' ? atoi(f[3] + 2) : 999;
	struct acc *a = &st[s];

	a->t += atof(f[5]);
	a->r += atof(f[6]);
	if (!a->n++)
		a->first = f[4];
	a->last = f[4];
}

int main(int argc, char **argv)
{
	struct stat sb;
	char *f[9], *p;
	long rows = 0;
	int fd = open(argc > 1 ? argv[1] : "table.csv", O_RDONLY);

	if (fd < 0 || fstat(fd, &sb)) {
		perror("open");
		return 2;
	}
	base = mmap(NULL, sb.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (base == MAP_FAILED) {
		perror("mmap");
		return 2;
	}
	end_ = base + sb.st_size;
	for (p = base; p < end_; rows++) {
		p = split_row(p, f);
		if (rows)
			account(f);
	}
	for (int i = 0; i < 1000; i += 50)
		if (st[i].n)
			printf("st%03d %8ld rows %6.2f deg %5.2f mm  %s .. %s\n", i, st[i].n,
			       st[i].t / st[i].n, st[i].r / st[i].n, st[i].first, st[i].last);
	printf("%ld rows\n", rows);
	return 0;
}
