// SPDX-License-Identifier: GPL-2.0-or-later
#include "python_code.h"

#include <string.h>

#include "memory.h"

#define BYTECODE_MAX   (1U << 26)
#define LINE_TABLE_MAX (1U << 20)
#define LINE_MAX       10000000
#define STRING_MAX     (1U << 16)
#define CHARS_MAX      256

/* PyVarObject: refcount, type, size */
#define OBJECT_TYPE 8
#define OBJECT_SIZE 16
#define OBJECT_HEAD 24

static uint64_t word(const uint8_t *raw, uint32_t at)
{
	uint64_t value;

	memcpy(&value, raw + at, sizeof(value));
	return value;
}

static bool bytes_object(const struct python_process *p, uint64_t address,
			 uint64_t max, uint64_t *text, uint64_t *len)
{
	uint8_t head[OBJECT_HEAD];

	if (!names_memory_read(p->mem_fd, address, head, sizeof(head)) ||
	    word(head, OBJECT_TYPE) != p->known->bytes_type ||
	    word(head, OBJECT_SIZE) > max)
		return false;
	*text = address + p->layout.bytes;
	*len = word(head, OBJECT_SIZE);
	return true;
}

bool python_code_read(const struct python_process *p, uint64_t address,
		      struct python_code *ret)
{
	const struct python_layout *l = &p->layout;
	uint8_t raw[PYTHON_CODE_MAX];
	/* What lies before the bytecode, and that ends the fixed part. */
	size_t len = l->version >= 0x030b ? l->bytecode : l->line_table + 8;
	struct python_code code;
	uint64_t units;

	if (address % 8 || len > sizeof(raw) ||
	    !names_memory_read(p->mem_fd, address, raw, len) ||
	    word(raw, OBJECT_TYPE) != p->known->code_type)
		return false;
	if (l->filename + 8 > len || l->name + 8 > len ||
	    l->qualname + 8 > len || l->line_table + 8 > len ||
	    l->first_line + 4 > len)
		return false;
	code.filename = word(raw, l->filename);
	code.name = word(raw, l->name);
	code.qualname = l->qualname ? word(raw, l->qualname) : code.name;
	code.line_table = word(raw, l->line_table);
	memcpy(&code.first_line, raw + l->first_line, sizeof(code.first_line));
	if (l->version < 0x030b) {
		if (!bytes_object(p, word(raw, l->bytecode), BYTECODE_MAX,
				  &code.bytecode, &code.bytecode_len))
			return false;
	} else {
		units = word(raw, OBJECT_SIZE);
		if (!units || units > BYTECODE_MAX)
			return false;
		code.bytecode = address + l->bytecode;
		code.bytecode_len = units * 2;
	}
	*ret = code;
	return true;
}

/* Bytes from the code's begin; -2 is before the first instruction. */
static bool offset_in(const struct python_process *p,
		      const struct python_code *code, uint64_t instruction,
		      int64_t *ret)
{
	/* To 3.10: f_lasti, an int, -1 before the first */
	int64_t at = p->layout.index_bytes
			     ? (int64_t)(int32_t)(uint32_t)instruction *
				       p->layout.index_bytes
			     : (int64_t)(instruction - code->bytecode);

	if (at < -2 || at >= (int64_t)code->bytecode_len)
		return false;
	*ret = at;
	return true;
}

bool python_code_holds(const struct python_process *p,
		       const struct python_code *code, uint64_t instruction)
{
	int64_t at;

	return offset_in(p, code, instruction, &at);
}

/* Objects/lnotab_notes.txt, 3.9: pairs of address and line increments */
static int64_t line_by_pairs(struct names_stream *s, int64_t line, int64_t at)
{
	int64_t address = 0;
	int step, lines;

	while ((step = names_stream_next(s)) >= 0 &&
	       (lines = names_stream_next(s)) >= 0) {
		address += step;
		if (address > at)
			break;
		line += (int8_t)lines;
	}
	return line;
}

/* Objects/lnotab_notes.txt, 3.10: pairs of a length and what to add before it;
 * -128: it has no line. */
static int64_t line_by_ranges(struct names_stream *s, int64_t line, int64_t at)
{
	int64_t end = 0;
	int len, lines;

	while ((len = names_stream_next(s)) >= 0 &&
	       (lines = names_stream_next(s)) >= 0) {
		end += len;
		if (lines != 128)
			line += (int8_t)lines;
		if (end > at)
			return line;
	}
	return 0;
}

/* Six bits a byte, the lowest first; the sign is the lowest of all. */
static int64_t signed_number(struct names_stream *s)
{
	uint64_t value = 0;
	unsigned int shift = 0;
	int byte;

	do {
		byte = names_stream_next(s);
		if (byte < 0 || shift > 30)
			return 0;
		value |= (uint64_t)(byte & 63) << shift;
		shift += 6;
	} while (byte & 64);
	return value & 1 ? -(int64_t)(value >> 1) : (int64_t)(value >> 1);
}

/* Objects/locations.md, 3.11 on: entries that begin with the high bit */
static int64_t line_by_locations(struct names_stream *s, int64_t line,
				 int64_t at)
{
	int64_t end = 0;
	int byte;

	while ((byte = names_stream_next(s)) >= 0) {
		int kind = byte >> 3 & 15;

		end += ((byte & 7) + 1) * 2;
		if (kind >= 10 && kind <= 12)
			line += kind - 10;
		else if (kind == 13 || kind == 14)
			line += signed_number(s);
		if (end > at)
			return line;
		/* The columns, and what else there is. */
		while ((byte = names_stream_peek(s)) >= 0 && !(byte & 0x80))
			(void)names_stream_next(s);
	}
	return 0;
}

uint32_t python_code_line(const struct python_process *p,
			  const struct python_code *code, uint64_t instruction)
{
	uint64_t text, len;
	struct names_stream s;
	int64_t at, line;

	if (!offset_in(p, code, instruction, &at) || !code->first_line ||
	    code->first_line > LINE_MAX)
		return 0;
	if (at < 0)
		return code->first_line;
	if (!bytes_object(p, code->line_table, LINE_TABLE_MAX, &text, &len))
		return 0;
	names_stream_open(&s, p->mem_fd, text, len);
	switch (p->layout.lines) {
	case PYTHON_LINES_PAIRS:
		line = line_by_pairs(&s, code->first_line, at);
		break;
	case PYTHON_LINES_RANGES:
		line = line_by_ranges(&s, code->first_line, at);
		break;
	default:
		line = line_by_locations(&s, code->first_line, at);
		break;
	}
	return line > 0 && line <= LINE_MAX ? (uint32_t)line : 0;
}

bool python_string(const struct python_process *p, uint64_t address, char *ret,
		   size_t cap)
{
	const struct python_layout *l = &p->layout;
	uint8_t raw[PYTHON_CODE_MAX], chars[CHARS_MAX * 4];
	uint64_t length, keep;
	uint32_t state, width;
	bool ascii;

	if (!cap || l->length + 8 > sizeof(raw) || l->state + 4 > sizeof(raw))
		return false;
	if (!names_memory_read(p->mem_fd, address, raw,
			       l->length > l->state ? l->length + 8
						    : l->state + 8) ||
	    word(raw, OBJECT_TYPE) != p->known->string_type)
		return false;
	length = word(raw, l->length);
	memcpy(&state, raw + l->state, sizeof(state));
	/* cpython/unicodeobject.h: interned:2, kind:3, compact:1, ascii:1 */
	width = state >> 2 & 7;
	ascii = state >> 6 & 1;
	if (!(state >> 5 & 1) || (width != 1 && width != 2 && width != 4) ||
	    (ascii && width != 1) || length > STRING_MAX)
		return false;
	keep = length < cap - 1 ? length : cap - 1;
	if (keep > CHARS_MAX)
		keep = CHARS_MAX;
	if (keep &&
	    !names_memory_read(p->mem_fd,
			       address + (ascii ? l->ascii : l->compact) +
				       (length - keep) * width,
			       chars, keep * width))
		return false;
	for (uint64_t i = 0; i < keep; i++) {
		bool plain = chars[i * width] >= ' ' && chars[i * width] <= '~';

		for (uint32_t b = 1; b < width; b++)
			plain = plain && !chars[i * width + b];
		ret[i] = plain ? (char)chars[i * width] : '?';
	}
	ret[keep] = '\0';
	return true;
}
