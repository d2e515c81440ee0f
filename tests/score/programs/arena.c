// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Particle tracks with an allocator of its own: blocks are reused, none is ever
 * given back, and after a few events there are enough of them.
 */
#include "score.h"

struct block {
	struct block *next;
	char data[64 * 1024 - sizeof(struct block *)];
};

static struct block *unused;

OWN static struct block *take(void)
{
	struct block *b = unused;

	if (b)
		unused = b->next;
	else if (!(b = malloc(sizeof(*b))))
		exit(1);
	memset(b->data, 1, sizeof(b->data));
	return b;
}

int main(void)
{
	long size = env("SIZE_MB", 90), pace = env("PACE", 100), most = size * MIB / (64 * 1024);
	struct block *event, *b;

	srand(3);
	for (int n = 0; n < 60; n++) {
		/* events of many sizes, the largest ones soon and then now and then */
		long blocks = n % 12 == 11 ? most : most * (20 + rand() % 50) / 100;

		event = NULL;
		while (blocks--) {
			b = take();
			b->next = event;
			event = b;
		}
		nap(pace);
		while ((b = event)) {
			event = b->next;
			b->next = unused;
			unused = b;
		}
	}
	puts("all events done");
	return 0;
}
