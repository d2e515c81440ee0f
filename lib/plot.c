// SPDX-License-Identifier: GPL-2.0-or-later
#include "plot.h"

#include <string.h>

#define ROWS	5
#define COLUMNS 54
/* As wide as "1023 bytes"; a blank; the y axis. */
#define LABEL 10
#define FRAME (LABEL + 1)
/* Between two labels of the x axis. */
#define GAP 2

_Static_assert(FRAME + 1 + COLUMNS + sizeof(" limit") - 1 == OOM_PLOT_WIDTH,
	       "a line is as wide as it may be");
_Static_assert(1 + ROWS + 2 == OOM_PLOT_LINES, "the lines are all used");

enum line { LINE_LABELS, LINE_AXIS, LINE_ROWS, LINE_TOP = LINE_ROWS + ROWS };

struct column {
	uint64_t bytes;	   /* the largest in its time */
	unsigned int rows; /* of ROWS */
	bool measured;
	bool drawn; /* measured, or between two that are */
};

struct series {
	struct column column[COLUMNS];
	uint64_t largest_bytes;
};

/* The y axis: where it ends, and where in it the limit is. */
struct scale {
	uint64_t top_bytes;
	uint64_t limit_bytes;	/* 0: none */
	unsigned int limit_row; /* ROWS: the top line */
};

/* Line 0 is the lowest; all are blank and end where blanks only follow. */
struct canvas {
	char cell[OOM_PLOT_LINES][OOM_PLOT_WIDTH];
};

/* whole * part / parts rounded up, exact: part <= parts, both are small. */
static uint64_t share(uint64_t whole, unsigned int part, unsigned int parts)
{
	uint64_t rest = whole % parts * part;

	return whole / parts * part + rest / parts + (rest % parts != 0);
}

static unsigned int column_of(uint64_t at_ms, uint64_t end_ms)
{
	unsigned int c = COLUMNS - 1;

	while (at_ms < share(end_ms, c, COLUMNS))
		c--;
	return c;
}

static unsigned int rows_of(uint64_t bytes, uint64_t top_bytes)
{
	unsigned int rows = 0;

	while (rows < ROWS && bytes >= share(top_bytes, 2 * rows + 1, 2 * ROWS))
		rows++;
	return bytes && !rows ? 1 : rows;
}

/* False when there is too little to show. */
static bool collect(const struct oom_plot *plot, struct series *series)
{
	uint64_t first_ms = 0, last_ms = 0;
	size_t kept = 0;

	memset(series, 0, sizeof(*series));
	for (size_t i = 0; i < plot->n; i++) {
		const struct oom_plot_point *point = &plot->points[i];
		struct column *column;

		if (point->at_ms > plot->end_ms || point->at_ms < last_ms)
			continue;
		last_ms = point->at_ms;
		if (!kept++)
			first_ms = last_ms;
		column = &series->column[column_of(last_ms, plot->end_ms)];
		column->measured = true;
		if (point->bytes > column->bytes)
			column->bytes = point->bytes;
		if (point->bytes > series->largest_bytes)
			series->largest_bytes = point->bytes;
	}
	return kept >= OOM_PLOT_POINTS_MIN && last_ms > first_ms &&
	       series->largest_bytes;
}

static void set_scale(const struct oom_plot *plot, uint64_t largest_bytes,
		      struct scale *scale)
{
	uint64_t limit_bytes =
		oom_limited(plot->limit_bytes) ? plot->limit_bytes.value : 0;

	scale->limit_bytes = limit_bytes;
	scale->limit_row = ROWS;
	if (largest_bytes > limit_bytes &&
	    largest_bytes - limit_bytes > limit_bytes / 100) {
		scale->top_bytes = largest_bytes;
		if (limit_bytes)
			scale->limit_row =
				rows_of(limit_bytes, largest_bytes) - 1;
	} else {
		scale->top_bytes = limit_bytes;
	}
}

/* The columns between two measured ones, on a straight line. */
static void bridge(struct column *left, struct column *right)
{
	unsigned int steps = (unsigned int)(right - left);
	bool up = right->rows >= left->rows;
	unsigned int low = up ? left->rows : right->rows;
	unsigned int climb = (up ? right->rows : left->rows) - low;

	for (unsigned int i = 1; i < steps; i++) {
		unsigned int way = up ? i : steps - i;

		left[i].rows = low + (2 * climb * way + steps) / (2 * steps);
		left[i].drawn = true;
	}
}

static void set_rows(struct series *series, const struct scale *scale)
{
	struct column *left = NULL;

	for (unsigned int c = 0; c < COLUMNS; c++) {
		struct column *column = &series->column[c];

		if (!column->measured)
			continue;
		column->rows = rows_of(column->bytes, scale->top_bytes);
		/* A row is coarse; the limit's line is not. */
		if (column->bytes <= scale->limit_bytes &&
		    column->rows > scale->limit_row)
			column->rows = scale->limit_row;
		column->drawn = true;
		if (left)
			bridge(left, column);
		left = column;
	}
}

static void put(struct canvas *canvas, unsigned int line, size_t at,
		const char *text)
{
	size_t len = strlen(text);

	if (at <= OOM_PLOT_WIDTH && len <= OOM_PLOT_WIDTH - at)
		memcpy(&canvas->cell[line][at], text, len);
}

static void put_bytes(struct canvas *canvas, unsigned int line, uint64_t bytes)
{
	char text[OOM_BYTES_LEN];

	(void)oom_format_bytes(bytes, text);
	/* A label of its own replaces the one that stood there. */
	memset(canvas->cell[line], ' ', LABEL);
	put(canvas, line, LABEL - strlen(text), text);
}

static void draw_frame(struct canvas *canvas, uint64_t top_bytes)
{
	for (unsigned int line = LINE_ROWS; line < LINE_TOP; line++)
		put(canvas, line, FRAME, "|");
	memset(&canvas->cell[LINE_AXIS][FRAME], '-', 1 + COLUMNS);
	put(canvas, LINE_AXIS, FRAME, "+");
	put(canvas, LINE_AXIS, LABEL - 1, "0");
	put(canvas, LINE_TOP, FRAME, "+");
	put_bytes(canvas, LINE_TOP, top_bytes);
	/* Half of a few bytes has no name. */
	if (top_bytes >= 1024)
		put_bytes(canvas, LINE_ROWS + ROWS / 2, top_bytes / 2);
}

static void draw_limit(struct canvas *canvas, const struct scale *scale)
{
	unsigned int line = LINE_ROWS + scale->limit_row;

	put_bytes(canvas, line, scale->limit_bytes);
	memset(&canvas->cell[line][FRAME + 1], '-', COLUMNS);
	put(canvas, line, FRAME + 1 + COLUMNS, " limit");
}

static void draw_series(struct canvas *canvas, const struct series *series)
{
	for (unsigned int c = 0; c < COLUMNS; c++) {
		const struct column *column = &series->column[c];
		const char *tip = column->measured ? "#" : ".";

		for (unsigned int row = 0; row < column->rows; row++)
			put(canvas, LINE_ROWS + row, FRAME + 1 + c,
			    row + 1 < column->rows ? ":" : tip);
	}
}

/* The moments that can be shown, in order; returns how many. */
static unsigned int sort_kills(const struct oom_plot *plot,
			       uint64_t at_ms[OOM_PLOT_KILLS])
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < OOM_PLOT_KILLS; i++) {
		const struct oom_reading *kill = &plot->kill_at_ms[i];
		unsigned int place = n;

		if (!kill->known || kill->value > plot->end_ms)
			continue;
		for (; place && at_ms[place - 1] > kill->value; place--)
			at_ms[place] = at_ms[place - 1];
		at_ms[place] = kill->value;
		n++;
	}
	return n;
}

static void draw_kill(struct canvas *canvas, const struct series *series,
		      unsigned int c)
{
	const struct column *known = &series->column[c];
	unsigned int line = LINE_AXIS;

	while (known > series->column && !known->drawn)
		known--;
	if (known->drawn)
		line = LINE_ROWS + known->rows;
	put(canvas, line, FRAME + 1 + c, "X");
}

/* "X: killed at 3.0 s, 12 s": `shown` of n moments, alike ones said once. */
static void say_kills(const uint64_t *at_ms, unsigned int n, unsigned int shown,
		      struct oom_buf *out)
{
	char said[OOM_DURATION_LEN] = "", text[OOM_DURATION_LEN];

	oom_buf_puts(out, "X: killed");
	for (unsigned int i = 0; i < shown; i++) {
		(void)oom_format_duration(at_ms[i], text);
		if (!strcmp(said, text))
			continue;
		oom_buf_printf(out, "%s%s", i ? ", " : " at ", text);
		memcpy(said, text, sizeof(said));
	}
	if (shown && shown < n)
		oom_buf_puts(out, ", ...");
}

/*
 * "0 s", the kills as near below the first as there is room, the end; the end
 * is left out when the last kill's label says the same.
 */
static void draw_labels(struct canvas *canvas, const uint64_t *at_ms,
			unsigned int n, uint64_t end_ms)
{
	static const char origin[] = "0 s";
	const size_t left = FRAME + sizeof(origin) - 1 + GAP;
	size_t right = FRAME + 1 + COLUMNS, end_at;
	char end[OOM_DURATION_LEN], last[OOM_DURATION_LEN];
	char memory[OOM_PLOT_WIDTH];
	struct oom_buf kills;

	put(canvas, LINE_LABELS, FRAME, origin);
	(void)oom_format_duration(end_ms, end);
	end_at = right - strlen(end);
	if (!n) {
		put(canvas, LINE_LABELS, end_at, end);
		return;
	}
	(void)oom_format_duration(at_ms[n - 1], last);
	/* All moments when there is room for them, else the first ones. */
	for (unsigned int shown = n + 1; shown-- > 0;) {
		bool ends = shown == n && !strcmp(last, end);
		size_t room = ends ? right : end_at - GAP;
		size_t at = FRAME + 1 + column_of(at_ms[0], end_ms);

		oom_buf_init(&kills, memory, sizeof(memory));
		say_kills(at_ms, n, shown, &kills);
		if (kills.truncated || left + kills.len > room)
			continue;
		if (at < left)
			at = left;
		if (at + kills.len > room || ends)
			at = room - kills.len;
		put(canvas, LINE_LABELS, at, memory);
		if (!ends)
			put(canvas, LINE_LABELS, end_at, end);
		return;
	}
}

static void write_out(const struct canvas *canvas, struct oom_buf *out)
{
	for (unsigned int line = OOM_PLOT_LINES; line-- > 0;) {
		const char *cells = canvas->cell[line];
		size_t len = OOM_PLOT_WIDTH;

		while (len && cells[len - 1] == ' ')
			len--;
		oom_buf_add(out, (struct oom_span){ cells, len });
		oom_buf_puts(out, "\n");
	}
}

bool oom_plot(const struct oom_plot *plot, struct oom_buf *out)
{
	uint64_t kill_at_ms[OOM_PLOT_KILLS];
	struct series series;
	struct scale scale;
	struct canvas canvas;
	unsigned int kills;

	if (!collect(plot, &series))
		return false;
	set_scale(plot, series.largest_bytes, &scale);
	set_rows(&series, &scale);
	kills = sort_kills(plot, kill_at_ms);

	memset(&canvas, ' ', sizeof(canvas));
	draw_frame(&canvas, scale.top_bytes);
	if (scale.limit_bytes)
		draw_limit(&canvas, &scale);
	draw_series(&canvas, &series);
	for (unsigned int i = 0; i < kills; i++)
		draw_kill(&canvas, &series,
			  column_of(kill_at_ms[i], plot->end_ms));
	draw_labels(&canvas, kill_at_ms, kills, plot->end_ms);
	write_out(&canvas, out);
	return true;
}
