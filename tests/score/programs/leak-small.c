// SPDX-License-Identifier: GPL-2.0-or-later
/* A list of small events: each is taken in and never taken out. */
#include "score.h"

struct event {
	struct event *next;
	long id, when, what[3];
};

int main(void)
{
	long pace = env("PACE", 10), each = env("EACH", 3000), n = 0;
	struct event *list = NULL, *e;

	for (;;) {
		for (long i = 0; i < each; i++) {
			e = malloc(sizeof(*e));
			if (!e)
				return 1;
			*e = (struct event){ .next = list, .id = n++, .when = i };
			list = e;
		}
		nap(pace);
	}
}
