/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wording: every sentence that a user reads, in one table.
 *
 * A sentence is a template with {names} in it (values.h lists them).  It is
 * left out when a name in it has no value: so each sentence may be written as
 * if everything were known, and only those that are true are printed.  Of
 * sentences joined by OOM_OR the first that can be said is said.
 *
 *	"text"			wrapped to the width, indented by its place
 *	OOM_PASTE "text"	a line to paste: never wrapped, indented further
 *
 * Plain ASCII, no tabs; a term of the trade comes with its gloss.
 */
#ifndef OOM_WORDING_H
#define OOM_WORDING_H

#include "diagnose.h"

#define OOM_OR	  "\001"
#define OOM_PASTE "\n" OOM_CODE
#define OOM_CODE  "\002" /* no name can hold it: it would be printed as '?' */

struct oom_wording {
	const char *headline; /* completes "Likely cause (...): " */
	const char *evidence[4];
	const char *advice[5]; /* numbered; the most useful first */
};

/* Indexed by cause; OOM_CAUSE_NONE has no advice. */
extern const struct oom_wording oom_wordings[OOM_CAUSES];

/* "Likely cause (high confidence): {headline}" and so on, by confidence. */
extern const char *const oom_cause_lines[];
extern const char oom_cause_line_undetermined[];

/* What happened; one paragraph each. */
extern const char *const oom_opening[];
extern const char *const oom_opening_healthy[];

/* Below the evidence. */
extern const char oom_where_line[];

/* Below the advice. */
extern const char *const oom_closing[];

/* At once, while the step goes on. */
extern const char *const oom_notice[];

/* In the file of a step whose block stands elsewhere. */
extern const char oom_pointer[];

#endif
