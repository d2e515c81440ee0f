// SPDX-License-Identifier: GPL-2.0-or-later
/* A whole file into a buffer that doubles: fread and realloc. */
#include "score.h"

int main(int argc, char **argv)
{
	size_t len = 0, room = 1 << 16, n;
	long pace = env("PACE", 0), lines = 0;
	char *buf = malloc(room);
	FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;

	if (!f || !buf)
		return 1;
	while ((n = fread(buf + len, 1, room - len, f)) > 0) {
		len += n;
		if (len == room) {
			room *= 2;
			buf = realloc(buf, room);
			if (!buf)
				return 1;
			nap(pace);
		}
	}
	for (size_t i = 0; i < len; i++)
		lines += buf[i] == '\n';
	printf("%zu bytes, %ld lines\n", len, lines);
	return 0;
}
