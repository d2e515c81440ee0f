// SPDX-License-Identifier: GPL-2.0-or-later
#include "page.h"

#include "wording.h"

#define TEXT_WIDTH 76

void oom_page_line(struct oom_page *page, unsigned int indent,
		   struct oom_span line)
{
	for (; indent; indent--)
		oom_buf_puts(&page->text, " ");
	oom_buf_add(&page->text, line);
	oom_buf_puts(&page->text, "\n");
	page->lines++;
}

/* Wraps one paragraph; `hang` indents all its lines but the first. */
static void put_wrapped(struct oom_page *page, struct oom_span text,
			unsigned int indent, unsigned int hang)
{
	char line[OOM_PAGE_WIDTH + 1];
	struct oom_span word;
	struct oom_buf buf;

	oom_buf_init(&buf, line, sizeof(line));
	while (oom_next_word(&text, &word)) {
		if (buf.len && indent + buf.len + 1 + word.len > TEXT_WIDTH) {
			oom_page_line(page, indent,
				      (struct oom_span){ buf.ptr, buf.len });
			oom_buf_init(&buf, line, sizeof(line));
			indent = hang;
		}
		if (indent + word.len > TEXT_WIDTH)
			word.len = TEXT_WIDTH - indent;
		oom_buf_puts(&buf, buf.len ? " " : "");
		oom_buf_add(&buf, word);
	}
	if (buf.len)
		oom_page_line(page, indent,
			      (struct oom_span){ buf.ptr, buf.len });
}

void oom_page_text(struct oom_page *page, struct oom_span text,
		   unsigned int indent, unsigned int hang)
{
	struct oom_span line;

	while (oom_next_line(&text, &line)) {
		if (oom_span_skip(&line, OOM_CODE)) {
			if (line.len > OOM_PAGE_WIDTH - hang - 2)
				line.len = OOM_PAGE_WIDTH - hang - 2;
			oom_page_line(page, hang + 2, line);
		} else {
			put_wrapped(page, line, indent, hang);
		}
	}
}
