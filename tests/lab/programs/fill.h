// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fill(MIB): MIB MiB more of memory in use. The kernel fills them in one go:
 * touching page by page, the guest would manage 20 MB/s, no speed of a real
 * machine.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static inline void fill(long mib)
{
	for (long i = 0; i < mib; i++) {
		char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

		if (p == MAP_FAILED)
			exit(1);
		memset(p, 'x', 64);
	}
}
