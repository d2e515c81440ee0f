// SPDX-License-Identifier: GPL-2.0-or-later
/* mapscan FILE: counts lines and digits in a file that is mapped, not read. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;
	long lines = 0, digits = 0;
	const char *text;
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		perror("mapscan");
		return 1;
	}
	text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	for (long i = 0; i < st.st_size; i++) {
		lines += text[i] == '\n';
		digits += text[i] >= '0' && text[i] <= '9';
	}
	printf("%ld lines, %ld digits\n", lines, digits);
	return 0;
}
