/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page: sentences laid out in lines of OOM_PAGE_WIDTH columns.  Pure.
 */
#ifndef OOM_PAGE_H
#define OOM_PAGE_H

#include "text.h"

#define OOM_PAGE_WIDTH 80

struct oom_page {
	struct oom_buf text;
	unsigned int lines;
};

/* As it is. */
void oom_page_line(struct oom_page *page, unsigned int indent,
		   struct oom_span line);

/*
 * Prose is wrapped, somewhat narrower; lines to paste (OOM_CODE) stay whole.
 * `hang` indents all lines but the first.
 */
void oom_page_text(struct oom_page *page, struct oom_span text,
		   unsigned int indent, unsigned int hang);

#endif
