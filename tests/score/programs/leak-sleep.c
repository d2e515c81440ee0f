// SPDX-License-Identifier: GPL-2.0-or-later
/* A server that keeps each request; it waits between them. */
#include "score.h"

OWN static char *read_request(long n, long each)
{
	char *request = malloc((size_t)each);

	if (!request)
		exit(1);
	memset(request, (int)n, (size_t)each);
	keep(request);
	return request;
}

int main(void)
{
	long each = env("SIZE_MB", 1), pace = env("PACE", 60);

	for (long n = 0; n < 100000; n++) {
		(void)read_request(n, each * MIB / 2);
		nap(pace);
	}
	return 0;
}
