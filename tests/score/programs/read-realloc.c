// SPDX-License-Identifier: GPL-2.0-or-later
/* A whole file into a buffer that doubles: fread and realloc. */
#include "score.h"

OWN static char *read_file(FILE *f, long pace, size_t *length)
{
	size_t len = 0, room = 1 << 16, n;
	char *buf = malloc(room);

	if (!buf)
		exit(1);
	while ((n = fread(buf + len, 1, room - len, f)) > 0) {
		len += n;
		if (len == room) {
			room *= 2;
			buf = realloc(buf, room);
			if (!buf)
				exit(1);
			nap(pace);
		}
	}
	*length = len;
	return buf;
}

int main(int argc, char **argv)
{
	size_t len;
	long lines = 0;
	FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;
	char *buf;

	if (!f)
		return 1;
	buf = read_file(f, env("PACE", 0), &len);
	for (size_t i = 0; i < len; i++)
		lines += buf[i] == '\n';
	printf("%zu bytes, %ld lines\n", len, lines);
	return 0;
}
