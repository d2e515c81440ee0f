// SPDX-License-Identifier: GPL-2.0-or-later
/* Events on a graph; each path that was found is remembered, for no use. */
// score: graph -O2 -g
// score: graph-bare -O2 -fomit-frame-pointer
// score: graph-frames -O2 -fno-omit-frame-pointer
#include "score.h"

struct path {
	struct path *next;
	int n, node[1000];
};

static struct path *paths;

OWN static void remember(const int *node, int n)
{
	struct path *p = malloc(sizeof(*p));

	if (!p)
		exit(1);
	p->n = n;
	memcpy(p->node, node, sizeof(p->node));
	p->next = paths;
	paths = p;
}

OWN static int walk(int from)
{
	int node[1000], n;

	for (n = 0; n < 1000; n++)
		node[n] = from = (from * 1103515245 + 12345) & 0xffff;
	remember(node, n);
	return from;
}

int main(void)
{
	long pace = env("PACE", 20), each = env("EACH", 60);

	for (int from = 1;;) {
		for (long i = 0; i < each; i++)
			from = walk(from);
		nap(pace);
	}
}
