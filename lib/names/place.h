/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * place: where in a program memory was asked for, as its author would say it.
 *
 * One line of text, in packets, in the record and in captures:
 *   FUNCTION <tab> FILE <tab> LINE <tab> VIA [<tab> MEMORY]
 * FUNCTION as the programmer writes it ("Server::open_session", "collect"),
 * FILE the last component of the source file, or of the module (program or
 * library) where that is all there is, LINE 0 where it is not known, VIA what
 * stands below or above it where that says something ("numpy", or the callers).
 * MEMORY is the kind of mapping that grows there, where that is known: heap,
 * anonymous, file, shared (memory or a file on a tmpfs), stack.
 * Made by the program that runs as the user: the user's bytes for whoever reads
 * them, printable ASCII by this program's word only.
 */
#ifndef NAMES_PLACE_H
#define NAMES_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maps.h"

#define NAMES_PLACE_LEN 160 /* of the text, with its NUL */

struct names_place {
	char function[72];
	char file[40];
	uint32_t line;
	char via[40];
	enum names_mapping_kind memory;
	/* Python: the thread (0: the only one), and whether it sleeps or waits
	 * there and does not compute; ready: it is in native code that lets
	 * others run Python, which may be a sleep that just ended. */
	uint32_t tid;
	bool asleep, ready;
};

/* Always ends in a NUL; what is no printable ASCII becomes '?'. */
void names_place_text(const struct names_place *place,
		      char text[NAMES_PLACE_LEN]);

/*
 * What was seen of the lines of one process, all zero at first.  A thread that
 * is ready at a line where it was seen asleep has just been woken, and may wait
 * long for a CPU: it says nothing of what it does.
 */
struct names_lines {
	struct names_line {
		char function[72];
		uint32_t line;
		unsigned int asleep, looks;
	} of[8];
};

/* Whether it waits, by its thread's state and by what was seen before. */
bool names_lines_asleep(struct names_lines *lines,
			const struct names_place *place);

#endif
