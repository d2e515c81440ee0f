// SPDX-License-Identifier: GPL-2.0-or-later
/* A server that keeps each request; it waits between them. */
#include "score.h"

int main(void)
{
	long each = env("SIZE_MB", 1), pace = env("PACE", 60);
	char *request;

	for (long n = 0; n < 100000; n++) {
		request = malloc((size_t)(each * MIB / 2));
		if (!request)
			return 1;
		memset(request, (int)n, (size_t)(each * MIB / 2));
		nap(pace);
	}
	return 0;
}
