// SPDX-License-Identifier: GPL-2.0-or-later
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct oom_span oom_span(const char *text)
{
	return (struct oom_span){ text, text ? strlen(text) : 0 };
}

bool oom_span_is(struct oom_span span, const char *text)
{
	size_t len = strlen(text);

	return span.len == len && (!len || !memcmp(span.ptr, text, len));
}

bool oom_span_starts(struct oom_span span, const char *prefix)
{
	size_t len = strlen(prefix);

	return span.len >= len && (!len || !memcmp(span.ptr, prefix, len));
}

bool oom_span_skip(struct oom_span *span, const char *prefix)
{
	if (!oom_span_starts(*span, prefix))
		return false;
	span->ptr += strlen(prefix);
	span->len -= strlen(prefix);
	return true;
}

size_t oom_span_find(struct oom_span span, const char *needle)
{
	size_t len = strlen(needle);

	for (size_t i = 0; len && i + len <= span.len; i++)
		if (!memcmp(span.ptr + i, needle, len))
			return i;
	return span.len;
}

size_t oom_span_rfind(struct oom_span span, const char *needle)
{
	size_t len = strlen(needle);

	if (!len || len > span.len)
		return span.len;
	for (size_t i = span.len - len + 1; i-- > 0;)
		if (!memcmp(span.ptr + i, needle, len))
			return i;
	return span.len;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct oom_span oom_span_trim(struct oom_span span)
{
	while (span.len && is_blank(span.ptr[0])) {
		span.ptr++;
		span.len--;
	}
	while (span.len && (is_blank(span.ptr[span.len - 1]) ||
			    span.ptr[span.len - 1] == '\n'))
		span.len--;
	return span;
}

bool oom_next_line(struct oom_span *rest, struct oom_span *line)
{
	const char *end;

	if (!rest->len)
		return false;
	end = memchr(rest->ptr, '\n', rest->len);
	line->ptr = rest->ptr;
	line->len = end ? (size_t)(end - rest->ptr) : rest->len;
	rest->ptr += line->len + (end ? 1 : 0);
	rest->len -= line->len + (end ? 1 : 0);
	return true;
}

bool oom_next_word(struct oom_span *rest, struct oom_span *word)
{
	while (rest->len && is_blank(rest->ptr[0])) {
		rest->ptr++;
		rest->len--;
	}
	if (!rest->len)
		return false;
	word->ptr = rest->ptr;
	word->len = 0;
	while (rest->len && !is_blank(rest->ptr[0])) {
		rest->ptr++;
		rest->len--;
		word->len++;
	}
	return true;
}

int oom_parse_u64(struct oom_span span, uint64_t *ret)
{
	uint64_t value = 0;

	if (!span.len)
		return -EINVAL;
	for (size_t i = 0; i < span.len; i++) {
		unsigned int digit = (unsigned char)span.ptr[i] - '0';

		if (digit > 9)
			return -EINVAL;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return -ERANGE;
	}
	*ret = value;
	return 0;
}

int oom_parse_i64(struct oom_span span, int64_t *ret)
{
	bool negative = oom_span_skip(&span, "-");
	uint64_t value;
	int rc = oom_parse_u64(span, &value);

	if (rc)
		return rc;
	if (value > INT64_MAX)
		return -ERANGE;
	*ret = negative ? -(int64_t)value : (int64_t)value;
	return 0;
}

void oom_span_copy(struct oom_span span, char *out, size_t cap)
{
	size_t len = span.len < cap ? span.len : cap - 1;

	if (len)
		memcpy(out, span.ptr, len);
	out[len] = '\0';
}

void oom_buf_init(struct oom_buf *buf, char *memory, size_t cap)
{
	*buf = (struct oom_buf){ .ptr = memory, .cap = cap };
	if (cap)
		memory[0] = '\0';
}

void oom_buf_add(struct oom_buf *buf, struct oom_span span)
{
	size_t room = buf->cap > buf->len ? buf->cap - buf->len - 1 : 0;
	size_t len = span.len;

	if (len > room) {
		len = room;
		buf->truncated = true;
	}
	if (!len)
		return;
	memcpy(buf->ptr + buf->len, span.ptr, len);
	buf->len += len;
	buf->ptr[buf->len] = '\0';
}

void oom_buf_puts(struct oom_buf *buf, const char *text)
{
	oom_buf_add(buf, oom_span(text));
}

void oom_buf_printf(struct oom_buf *buf, const char *format, ...)
{
	size_t room = buf->cap - buf->len;
	va_list args;
	int len;

	if (!room) {
		buf->truncated = true;
		return;
	}
	va_start(args, format);
	len = vsnprintf(buf->ptr + buf->len, room, format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= room) {
		buf->truncated = true;
		len = len < 0 ? 0 : (int)(room - 1);
	}
	buf->len += (size_t)len;
	buf->ptr[buf->len] = '\0';
}

void oom_buf_name(struct oom_buf *buf, struct oom_span name, size_t max,
		  bool no_blanks)
{
	bool cut = name.len > max;
	const char *dots = max < 3 ? "" : "...";
	size_t len = cut ? max - strlen(dots) : name.len;

	for (size_t i = 0; i < len; i++) {
		char c = name.ptr[i];

		if (c < ' ' || c > '~')
			c = '?';
		else if (no_blanks && c == ' ')
			c = '_';
		oom_buf_add(buf, (struct oom_span){ &c, 1 });
	}
	if (cut)
		oom_buf_puts(buf, dots);
}

const char *oom_format_bytes(uint64_t bytes, char out[OOM_BYTES_LEN])
{
	static const char *const units[] = { "bytes", "KiB", "MiB",
					     "GiB",   "TiB", "PiB" };
	size_t unit = 0;
	uint64_t whole = bytes, tenths = 0;

	while (whole >= 1024 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		tenths = (whole % 1024) * 10 / 1024;
		whole /= 1024;
		unit++;
	}
	if (unit >= 3 && whole < 100 && tenths)
		(void)snprintf(out, OOM_BYTES_LEN, "%llu.%llu %s",
			       (unsigned long long)whole,
			       (unsigned long long)tenths, units[unit]);
	else
		(void)snprintf(out, OOM_BYTES_LEN, "%llu %s",
			       (unsigned long long)whole, units[unit]);
	return out;
}

const char *oom_format_duration(uint64_t elapsed_ms, char out[OOM_DURATION_LEN])
{
	unsigned long long s = elapsed_ms / 1000;

	if (s < 10)
		(void)snprintf(out, OOM_DURATION_LEN, "%llu.%llu s", s,
			       (unsigned long long)(elapsed_ms % 1000 / 100));
	else if (s < 60)
		(void)snprintf(out, OOM_DURATION_LEN, "%llu s", s);
	else if (s < 3600)
		(void)snprintf(out, OOM_DURATION_LEN, "%llu min %llu s", s / 60,
			       s % 60);
	else if (s < 86400)
		(void)snprintf(out, OOM_DURATION_LEN, "%llu h %llu min",
			       s / 3600, s % 3600 / 60);
	else
		(void)snprintf(out, OOM_DURATION_LEN, "%llu d %llu h",
			       s / 86400, s % 86400 / 3600);
	return out;
}

const char *oom_format_option(uint64_t bytes, char out[OOM_OPTION_LEN])
{
	static const char units[] = "KMGT";
	uint64_t value = bytes / 1024 + (bytes % 1024 != 0);
	size_t unit = 0;

	while (value && value % 1024 == 0 && unit < 3) {
		value /= 1024;
		unit++;
	}
	(void)snprintf(out, OOM_OPTION_LEN, "%llu%c", (unsigned long long)value,
		       units[unit]);
	return out;
}
