// SPDX-License-Identifier: GPL-2.0-or-later
#include "mounts.h"

#include <string.h>

#define LINES_MAX 4096

bool names_mounts_is_tmpfs(FILE *mountinfo, uint32_t major, uint32_t minor)
{
	bool found = false, whole = true;
	char line[1024];

	for (int i = 0;
	     i < LINES_MAX && !found && fgets(line, sizeof(line), mountinfo);
	     i++) {
		unsigned int at_major, at_minor;
		const char *type = strstr(line, " - ");

		/* "ID PARENT MAJOR:MINOR ROOT ON OPTIONS... - TYPE ..."; of a
		 * line that is too long the rest is none. */
		found = whole && type && !strncmp(type, " - tmpfs ", 9) &&
			sscanf(line, "%*u %*u %8u:%8u", &at_major, &at_minor) ==
				2 &&
			at_major == major && at_minor == minor;
		whole = strchr(line, '\n') != NULL;
	}
	return found;
}
