// SPDX-License-Identifier: GPL-2.0-or-later
#include "place.h"

#include <stdio.h>

static void clean(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

void names_place_text(const struct names_place *place,
		      char text[NAMES_PLACE_LEN])
{
	struct names_place p = *place;

	clean(p.function);
	clean(p.file);
	clean(p.via);
	(void)snprintf(text, NAMES_PLACE_LEN, "%.*s\t%.*s\t%u\t%.*s",
		       (int)sizeof(p.function) - 1, p.function,
		       (int)sizeof(p.file) - 1, p.file, p.line,
		       (int)sizeof(p.via) - 1, p.via);
}
