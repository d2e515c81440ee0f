// SPDX-License-Identifier: GPL-2.0-or-later
#include "place.h"

#include <stdio.h>
#include <string.h>

static void clean(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

void names_place_text(const struct names_place *place,
		      char text[NAMES_PLACE_LEN])
{
	static const char *const memory[] = {
		[NAMES_MAPPING_UNKNOWN] = "",
		[NAMES_MAPPING_HEAP] = "\theap",
		[NAMES_MAPPING_ANONYMOUS] = "\tanonymous",
		[NAMES_MAPPING_FILE] = "\tfile",
		[NAMES_MAPPING_SHARED] = "\tshared",
		[NAMES_MAPPING_STACK] = "\tstack",
	};
	struct names_place p = *place;

	clean(p.function);
	clean(p.file);
	clean(p.via);
	/* Too long for all, it is VIA that is cut. */
	(void)snprintf(text, NAMES_PLACE_LEN - strlen(memory[p.memory]),
		       "%.*s\t%.*s\t%u\t%.*s", (int)sizeof(p.function) - 1,
		       p.function, (int)sizeof(p.file) - 1, p.file, p.line,
		       (int)sizeof(p.via) - 1, p.via);
	strcat(text, memory[p.memory]);
}

/* Its own entry, or that of the line that was seen least. */
static struct names_line *line_of(struct names_lines *lines,
				  const struct names_place *place)
{
	struct names_line *line = &lines->of[0];

	for (size_t i = 0; i < sizeof(lines->of) / sizeof(lines->of[0]); i++) {
		struct names_line *l = &lines->of[i];

		if (l->line == place->line &&
		    !strcmp(l->function, place->function))
			return l;
		if (l->looks < line->looks)
			line = l;
	}
	memset(line, 0, sizeof(*line));
	memcpy(line->function, place->function, sizeof(line->function));
	line->line = place->line;
	return line;
}

bool names_lines_asleep(struct names_lines *lines,
			const struct names_place *place)
{
	struct names_line *line = line_of(lines, place);

	line->looks++;
	line->asleep += place->asleep;
	return place->asleep || (place->ready && line->asleep);
}
