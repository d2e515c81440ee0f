/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text: the few string tools that everything here shares.
 *
 * A span is a piece of somebody else's memory: never NUL-terminated, never
 * owned.  All functions are pure: no locale, no allocation, no global state;
 * they are safe in a forked child and in any thread.
 */
#ifndef OOM_TEXT_H
#define OOM_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct oom_span {
	const char *ptr;
	size_t len;
};

/* A span over a C string; NULL gives an empty span. */
struct oom_span oom_span(const char *text);
bool oom_span_is(struct oom_span span, const char *text);
bool oom_span_starts(struct oom_span span, const char *prefix);

/* Cuts `prefix` off the front; false (and no change) when it is not there. */
bool oom_span_skip(struct oom_span *span, const char *prefix);

/*
 * Where `needle` occurs first or last in `span`; span.len when it does not.
 * An empty needle does not occur.
 */
size_t oom_span_find(struct oom_span span, const char *needle);
size_t oom_span_rfind(struct oom_span span, const char *needle);
struct oom_span oom_span_trim(struct oom_span span);

/*
 * Take the next line (without its newline) or the next blank-separated word
 * off the front of *rest.  False when nothing is left.
 */
bool oom_next_line(struct oom_span *rest, struct oom_span *line);
bool oom_next_word(struct oom_span *rest, struct oom_span *word);

/*
 * Decimal digits and nothing else.  0, -EINVAL (empty, sign, junk) or -ERANGE;
 * *ret is untouched on failure.
 */
int oom_parse_u64(struct oom_span span, uint64_t *ret);
/* The same with an optional '-' in front. */
int oom_parse_i64(struct oom_span span, int64_t *ret);

/* Copies, cuts to fit and terminates; cap must be at least 1. */
void oom_span_copy(struct oom_span span, char *out, size_t cap);

/*
 * A bounded text under construction.  ptr is the caller's; what does not fit
 * is left out and `truncated` is set.  ptr[len] is always NUL when cap > 0.
 */
struct oom_buf {
	char *ptr;
	size_t cap, len;
	bool truncated;
};

void oom_buf_init(struct oom_buf *buf, char *memory, size_t cap);
void oom_buf_add(struct oom_buf *buf, struct oom_span span);
void oom_buf_puts(struct oom_buf *buf, const char *text);
void oom_buf_printf(struct oom_buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Names that a user controls, made harmless: printable ASCII stays, all else
 * becomes '?'; at most `max` characters, a cut is marked with "...".  With
 * no_blanks a blank becomes '_', so that key=value lines keep their shape.
 */
void oom_buf_name(struct oom_buf *buf, struct oom_span name, size_t max,
		  bool no_blanks);

/* For people: "812 KiB", "150 MiB", "1.5 GiB"; three figures are enough. */
#define OOM_BYTES_LEN 24
const char *oom_format_bytes(uint64_t bytes, char out[OOM_BYTES_LEN]);

/* "0.4 s", "12 s", "3 min 12 s", "5 h 2 min", "3 d 4 h". */
#define OOM_DURATION_LEN 32
const char *oom_format_duration(uint64_t elapsed_ms,
				char out[OOM_DURATION_LEN]);

/*
 * A memory option's value as Slurm takes it (--mem: K, M, G, T are powers of
 * 1024, sbatch(1)): the largest unit that loses nothing, rounded up to 1K.
 */
#define OOM_OPTION_LEN 24
const char *oom_format_option(uint64_t bytes, char out[OOM_OPTION_LEN]);

#endif
