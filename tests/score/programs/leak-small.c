// SPDX-License-Identifier: GPL-2.0-or-later
/* A list of small events: each is taken in and never taken out. */
#include "score.h"

struct event {
	struct event *next;
	long id, when, what[3];
};

static struct event *list;

OWN static void take_in(long id, long when)
{
	struct event *e = malloc(sizeof(*e));

	if (!e)
		exit(1);
	*e = (struct event){ .next = list, .id = id, .when = when };
	list = e;
}

int main(void)
{
	long pace = env("PACE", 10), each = env("EACH", 3000), n = 0;

	for (;;) {
		for (long i = 0; i < each; i++)
			take_in(n++, i);
		nap(pace);
	}
}
