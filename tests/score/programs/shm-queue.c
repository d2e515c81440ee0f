// SPDX-License-Identifier: GPL-2.0-or-later
/* A queue between programs: POSIX shared memory, one segment for each batch. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "score.h"

int main(void)
{
	long size = env("SIZE_MB", 100), pace = env("PACE", 100), each = env("EACH", 5);
	char name[64];

	for (long n = 0; n < size / each; n++) {
		int fd;
		char *p;

		/* unlinked below: what stays is held by the mapping */
		snprintf(name, sizeof(name), "/batch-%d-%ld", (int)getpid(), n);
		fd = shm_open(name, O_CREAT | O_RDWR, 0600);
		if (fd < 0 || ftruncate(fd, each * MIB))
			return 1;
		p = mmap(NULL, (size_t)(each * MIB), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (p == MAP_FAILED)
			return 1;
		shm_unlink(name);
		close(fd);
		memset(p, (int)n, (size_t)(each * MIB));
		nap(pace);
	}
	puts("all batches queued");
	return 0;
}
