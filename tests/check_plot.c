// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include "../lib/plot.h"

#define POINTS_MAX 700
/* Where the drawing begins, between the labels on the left and on the right. */
#define FIRST	12
#define COLUMNS 54
#define ROWS	5

/* A plot under construction, and what became of it. */
struct drawing {
	struct oom_plot plot;
	struct oom_plot_point points[POINTS_MAX];
	char text[OOM_PLOT_MAX];
	struct oom_buf out;
};

static void start(struct drawing *d)
{
	memset(&d->plot, 0, sizeof(d->plot));
	d->plot.points = d->points;
}

static void point(struct drawing *d, uint64_t at_ms, uint64_t bytes)
{
	ck_assert_uint_lt(d->plot.n, POINTS_MAX);
	d->points[d->plot.n++] = (struct oom_plot_point){ at_ms, bytes };
}

static bool draw(struct drawing *d)
{
	bool drawn;

	oom_buf_init(&d->out, d->text, sizeof(d->text));
	drawn = oom_plot(&d->plot, &d->out);
	ck_assert(!d->out.truncated);
	if (!drawn)
		ck_assert_str_eq(d->text, "");
	return drawn;
}

/* A failure shows the picture. */
#define ck_drawing(d, golden) \
	do { \
		ck_assert(draw(d)); \
		ck_assert_msg(!strcmp((d)->text, golden), "got:\n%s", \
			      (d)->text); \
	} while (0)

/* A drawing is wider than a line of code may be. */
/* clang-format off */
static const char linear_golden[] =
	"   150 MiB +-----------------------------------------------------X limit\n"
	"           |                                                ######\n"
	"           |                                     ###########::::::\n"
	"    75 MiB |                           ##########:::::::::::::::::\n"
	"           |                ###########:::::::::::::::::::::::::::\n"
	"           |################::::::::::::::::::::::::::::::::::::::\n"
	"         0 +------------------------------------------------------\n"
	"           0 s                                   X: killed at 12 s\n";

static const char steady_then_jump_golden[] =
	"   150 MiB +-----------------------------------------------------X limit\n"
	"           |                                                     #\n"
	"           |                                                     :\n"
	"    75 MiB |                                                     :\n"
	"           |                                                     :\n"
	"           |#####################################################:\n"
	"         0 +------------------------------------------------------\n"
	"           0 s                              X: killed at 1 min 0 s\n";

static const char sawtooth_golden[] =
	"   150 MiB +------------------------------------------------------ limit\n"
	"           |        #        #        #        #        #        #\n"
	"           |      ##:      ##:      ##:      ##:      ##:      ##:\n"
	"    75 MiB |   ###:::   ###:::   ###:::   ###:::   ###:::   ###:::\n"
	"           | ##:::::: ##:::::: ##:::::: ##:::::: ##:::::: ##::::::\n"
	"           |#::::::::#::::::::#::::::::#::::::::#::::::::#::::::::\n"
	"         0 +------------------------------------------------------\n"
	"           0 s                                          10 min 0 s\n";

static const char two_kills_golden[] =
	"   150 MiB +-----------------X-----------------------------------X limit\n"
	"           |               ###               ###               ###\n"
	"           |           ####:::           ####:::           ####:::\n"
	"    75 MiB |       ####:::::::       ####:::::::       ####:::::::\n"
	"           |   ####:::::::::::   ####:::::::::::   ####:::::::::::\n"
	"           |###:::::::::::::::###:::::::::::::::###:::::::::::::::\n"
	"         0 +------------------------------------------------------\n"
	"           0 s     X: killed at 3 min 19 s, 9 min 59 s  10 min 5 s\n";

static const char look_and_report_golden[] =
	"   150 MiB +-----------------------------------------------------X limit\n"
	"           |                                                    .#\n"
	"           |                                       ..#....#...#.::\n"
	"    75 MiB |                          ..#...#....#.:::::::::::::::\n"
	"           |            ..#....#...#..::::::::::::::::::::::::::::\n"
	"           | #...#....#.::::::::::::::::::::::::::::::::::::::::::\n"
	"         0 +------------------------------------------------------\n"
	"           0 s                                   X: killed at 12 s\n";

static const char sparse_golden[] =
	"   150 MiB +------------------------------------------------X----- limit\n"
	"           |                                            ..#\n"
	"           |                                ..#...#...#.:::\n"
	"    75 MiB |                     ..#...#..#.:::::::::::::::\n"
	"           |             ..#...#.::::::::::::::::::::::::::\n"
	"           |   #...#...#.::::::::::::::::::::::::::::::::::\n"
	"         0 +------------------------------------------------------\n"
	"           0 s                             X: killed at 12 s  14 s\n";

static const char falling_golden[] =
	"    10 GiB +\n"
	"           |#..\n"
	"           |:::......\n"
	"     5 GiB |:::::::::.....\n"
	"           |::::::::::::::.....                            ......#\n"
	"           |:::::::::::::::::::......         .............:::::::\n"
	"         0 +------------------------------------------------------\n"
	"           0 s                                          1 min 40 s\n";

static const char no_limit_golden[] =
	"   288 MiB +                                                     X\n"
	"           |                                             # #######\n"
	"           |                               # ############:#:::::::\n"
	"   144 MiB |                ###############:#:::::::::::::::::::::\n"
	"           | ###############::::::::::::::::::::::::::::::::::::::\n"
	"           |#:::::::::::::::::::::::::::::::::::::::::::::::::::::\n"
	"         0 +------------------------------------------------------\n"
	"           0 s                 X: killed at 3 min 19 s  3 min 20 s\n";

static const char above_the_limit_golden[] =
	"   219 MiB +\n"
	"           |                                                ######\n"
	"   180 MiB |-------------------------------------------#####:::::: limit\n"
	"   109 MiB |                        ###################:::::::::::\n"
	"           |            ############::::::::::::::::::::::::::::::\n"
	"           |############::::::::::::::::::::::::::::::::::::::::::\n"
	"         0 +------------------------------------------------------\n"
	"           0 s                                          3 min 20 s\n";

static const char far_below_the_limit_golden[] =
	"     1 GiB +------------------------------------------------------ limit\n"
	"           |\n"
	"           |\n"
	"   512 MiB |                                                X\n"
	"           |                             #########################\n"
	"           |#############################:::::::::::::::::::::::::\n"
	"         0 +------------------------------------------------------\n"
	"           0 s                  X: killed at 3 min 0 s  3 min 20 s\n";

static const char huge_golden[] =
	" 16383 PiB +-----------------------------------------------------X limit\n"
	"           |                                               ......#\n"
	"           |                                     ...#......:::::::\n"
	"  8191 PiB |                              .......:::::::::::::::::\n"
	"           |                    ......#...::::::::::::::::::::::::\n"
	"           |       ......#......::::::::::::::::::::::::::::::::::\n"
	"         0 +------------------------------------------------------\n"
	"           0 s                    X: killed at 213503982334 d 14 h\n";
/* clang-format on */

START_TEST(linear)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 0; i <= 120; i++)
		point(&d, i * 100, i * 150 * MIB / 120);
	d.plot.limit_bytes = oom_known(150 * MIB);
	d.plot.end_ms = 12000;
	d.plot.kill_at_ms[0] = oom_known(12000);
	ck_drawing(&d, linear_golden);
}
END_TEST

START_TEST(steady_then_jump)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 0; i <= 60; i++)
		point(&d, i * 1000, 12 * MIB);
	point(&d, 60500, 149 * MIB);
	d.plot.limit_bytes = oom_known(150 * MIB);
	d.plot.end_ms = 60500;
	d.plot.kill_at_ms[3] = oom_known(60500);
	ck_drawing(&d, steady_then_jump_golden);
}
END_TEST

START_TEST(sawtooth)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 0; i <= 600; i++)
		point(&d, i * 1000, 20 * MIB + i % 100 * 125 * MIB / 100);
	d.plot.limit_bytes = oom_known(150 * MIB);
	d.plot.end_ms = 600000;
	ck_drawing(&d, sawtooth_golden);
}
END_TEST

/* In any order, with unknown ones; the label begins below the first. */
START_TEST(two_kills)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 0; i <= 600; i++)
		point(&d, i * 1000, 20 * MIB + i % 200 * 130 * MIB / 200);
	d.plot.limit_bytes = oom_known(150 * MIB);
	d.plot.end_ms = 605000;
	d.plot.kill_at_ms[1] = oom_known(599500);
	d.plot.kill_at_ms[2] = oom_known(199500);
	ck_drawing(&d, two_kills_golden);
}
END_TEST

/* One look a second; what the kernel said about the kill; lib/plot.h's. */
START_TEST(look_and_report)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 0; i < 12; i++)
		point(&d, 300 + i * 1000, (20 + i * 10) * MIB);
	point(&d, 12000, 150 * MIB);
	d.plot.limit_bytes = oom_known(150 * MIB);
	d.plot.end_ms = 12000;
	d.plot.kill_at_ms[0] = oom_known(12000);
	ck_drawing(&d, look_and_report_golden);
}
END_TEST

/* One look a second, the last one a little before the kill. */
START_TEST(sparse)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 0; i < 12; i++)
		point(&d, 1000 + i * 1000, (20 + i * 11) * MIB);
	d.plot.limit_bytes = oom_known(150 * MIB);
	d.plot.end_ms = 14000;
	d.plot.kill_at_ms[0] = oom_known(12700);
	ck_drawing(&d, sparse_golden);
}
END_TEST

/* A straight line down, too. */
START_TEST(falling)
{
	static struct drawing d;

	start(&d);
	point(&d, 0, 10 * GIB);
	point(&d, 1000, 10 * GIB);
	point(&d, 50000, 0);
	point(&d, 100000, 3 * GIB);
	d.plot.end_ms = 100000;
	ck_drawing(&d, falling_golden);
}
END_TEST

START_TEST(no_limit)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 0; i < 200; i++)
		point(&d, i * 1000, (40 + i * 37 % 53 + i) * MIB);
	d.plot.end_ms = 200000;
	d.plot.kill_at_ms[0] = oom_known(199000);
	ck_drawing(&d, no_limit_golden);
	d.plot.limit_bytes = oom_known(OOM_UNLIMITED);
	ck_drawing(&d, no_limit_golden);
	d.plot.limit_bytes = oom_known(0);
	ck_drawing(&d, no_limit_golden);
}
END_TEST

START_TEST(above_the_limit)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 0; i < 200; i++)
		point(&d, i * 1000, (20 + i) * MIB);
	d.plot.limit_bytes = oom_known(180 * MIB);
	d.plot.end_ms = 200000;
	ck_drawing(&d, above_the_limit_golden);
	/* The middle row has one label. */
	d.plot.limit_bytes = oom_known(110 * MIB);
	ck_assert(draw(&d));
	ck_contains(d.text, "\n   110 MiB |-");
	ck_lacks(d.text, "109 MiB");
	/* A limit of next to nothing is not below the axis. */
	d.plot.limit_bytes = oom_known(1);
	ck_assert(draw(&d));
	ck_contains(d.text, "\n   1 bytes |#");
	/* A shorter label leaves nothing of the one before it. */
	d.points[199].bytes = 2000 * MIB;
	ck_assert(draw(&d));
	ck_contains(d.text, "\n  1000 MiB |");
	d.plot.limit_bytes = oom_known(GIB);
	ck_assert(draw(&d));
	ck_contains(d.text, "\n     1 GiB |-");
}
END_TEST

START_TEST(a_few_bytes)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 0; i < 4; i++)
		point(&d, i * 1000, i);
	d.plot.end_ms = 3000;
	ck_assert(draw(&d));
	ck_contains(d.text, "   3 bytes +");
	ck_lacks(d.text, "1 bytes");
}
END_TEST

/* A charge beyond the limit is the kernel's business; more is a finding. */
START_TEST(a_hair_above_the_limit)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 0; i <= 100; i++)
		point(&d, i * 1000, i * MIB);
	d.plot.end_ms = 100000;
	d.plot.limit_bytes = oom_known(100 * MIB);
	ck_assert(draw(&d));
	ck_contains(d.text, "   100 MiB +----");
	d.points[100].bytes = 101 * MIB;
	ck_assert(draw(&d));
	ck_contains(d.text, "   100 MiB +----");
	d.points[100].bytes = 101 * MIB + 1;
	ck_assert(draw(&d));
	ck_contains(d.text, "   101 MiB +\n   100 MiB |----");
}
END_TEST

/* The node was full, not the step: 'X' is where the step was. */
START_TEST(far_below_the_limit)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 0; i < 200; i++)
		point(&d, i * 1000, (200 + i) * MIB);
	d.plot.limit_bytes = oom_known(GIB);
	d.plot.end_ms = 200000;
	d.plot.kill_at_ms[0] = oom_known(180000);
	ck_drawing(&d, far_below_the_limit_golden);
}
END_TEST

START_TEST(too_little)
{
	static struct drawing d;
	struct oom_plot none = { .end_ms = 1000 };

	start(&d);
	d.plot.end_ms = 1000;
	d.plot.limit_bytes = oom_known(150 * MIB);
	d.plot.kill_at_ms[0] = oom_known(1000);
	ck_assert(!draw(&d));
	oom_buf_init(&d.out, d.text, sizeof(d.text));
	oom_buf_puts(&d.out, "before");
	ck_assert(!oom_plot(&none, &d.out));
	ck_assert_str_eq(d.text, "before");

	for (unsigned int i = 0; i < OOM_PLOT_POINTS_MIN; i++) {
		ck_assert(!draw(&d));
		point(&d, i * 300, MIB);
	}
	ck_assert(draw(&d));
	/* One of the four is beyond the end. */
	d.plot.end_ms = 899;
	ck_assert(!draw(&d));
	d.plot.end_ms = 900;
	ck_assert(draw(&d));
	/* One of the four is out of order. */
	d.points[2].at_ms = 299;
	ck_assert(!draw(&d));
	d.points[2].at_ms = 300;
	ck_assert(draw(&d));
	/* Nothing but zeros. */
	for (unsigned int i = 0; i < 4; i++)
		d.points[i].bytes = 0;
	ck_assert(!draw(&d));
	d.points[2].bytes = 1;
	ck_assert(draw(&d));
	/* All at one moment. */
	for (unsigned int i = 0; i < 4; i++)
		d.points[i].at_ms = 500;
	ck_assert(!draw(&d));
	/* No time at all. */
	for (unsigned int i = 0; i < 4; i++)
		d.points[i].at_ms = 0;
	d.plot.end_ms = 0;
	ck_assert(!draw(&d));
}
END_TEST

/* What is dropped leaves no trace in the scale either. */
START_TEST(dropped)
{
	static struct drawing clean, d;

	start(&clean);
	start(&d);
	for (unsigned int i = 0; i < 50; i++) {
		point(&clean, i * 1000, i * MIB);
		point(&d, i * 1000, i * MIB);
		if (i)
			point(&d, i * 1000 - 1, i * GIB);
		if (i % 7 == 0)
			point(&d, 50001 + i, i * GIB);
	}
	clean.plot.end_ms = 50000;
	d.plot.end_ms = 50000;
	d.plot.kill_at_ms[2] = oom_known(50001);
	ck_assert(draw(&clean));
	ck_drawing(&d, clean.text);
	ck_lacks(d.text, "X");
}
END_TEST

/* The last line of a drawing of 100 seconds or so. */
static const char *labels(uint64_t end_ms, size_t n, const uint64_t *kill_at_ms)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 0; i < 4; i++)
		point(&d, i * (end_ms / 3), MIB);
	d.plot.end_ms = end_ms;
	for (size_t i = 0; i < n; i++)
		d.plot.kill_at_ms[i] = oom_known(kill_at_ms[i]);
	ck_assert(draw(&d));
	d.text[d.out.len - 1] = '\0';
	return strrchr(d.text, '\n') + 1;
}

#define LABELS(end_ms, ...) \
	labels(end_ms, sizeof((uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t), \
	       (uint64_t[]){ __VA_ARGS__ })

START_TEST(labels_of_time)
{
	ck_assert_str_eq(labels(100000, 0, NULL),
			 "           0 s                                       "
			 "   1 min 40 s");
	ck_assert_str_eq(LABELS(100000, 0),
			 "           0 s  X: killed at 0.0 s                   "
			 "   1 min 40 s");
	ck_assert_str_eq(LABELS(100000, 40000),
			 "           0 s                   X: killed at 40 s   "
			 "   1 min 40 s");
	ck_assert_str_eq(LABELS(100000, 90000),
			 "           0 s                 X: killed at 1 min 30 "
			 "s  1 min 40 s");
	/* The end is said once. */
	ck_assert_str_eq(LABELS(100000, 100000),
			 "           0 s                             X: killed "
			 "at 1 min 40 s");
	ck_assert_str_eq(LABELS(50000, 20100, 20900, 50000),
			 "           0 s                             X: killed "
			 "at 20 s, 50 s");
	/* What there is no room for. */
	ck_assert_str_eq(LABELS(800000, 100000, 201000, 302000, 403000),
			 "           0 s    X: killed at 1 min 40 s, ...       "
			 "  13 min 20 s");
	ck_assert_str_eq(LABELS(UINT64_MAX, 1, UINT64_MAX / 2, UINT64_MAX / 3),
			 "           0 s  X: killed at 0.0 s, ...        "
			 "213503982334 d 14 h");
	ck_assert_str_eq(LABELS(UINT64_MAX, UINT64_MAX / 2),
			 "           0 s                      X: killed  "
			 "213503982334 d 14 h");
	ck_assert_str_eq(LABELS(UINT64_MAX, UINT64_MAX),
			 "           0 s                    X: killed at "
			 "213503982334 d 14 h");
}
END_TEST

/* A kill before anything was measured says nothing about memory. */
START_TEST(kill_without_memory)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 50; i < 100; i++)
		point(&d, i * 1000, i * MIB);
	d.plot.end_ms = 100000;
	d.plot.kill_at_ms[0] = oom_known(1000);
	ck_assert(draw(&d));
	ck_contains(d.text, "\n         0 +X-----");
}
END_TEST

START_TEST(huge)
{
	static struct drawing d;

	start(&d);
	for (unsigned int i = 0; i <= 4; i++)
		point(&d, UINT64_MAX / 4 * i, UINT64_MAX / 4 * i);
	point(&d, UINT64_MAX, UINT64_MAX);
	d.plot.limit_bytes = oom_known(UINT64_MAX - 1);
	d.plot.end_ms = UINT64_MAX;
	d.plot.kill_at_ms[0] = oom_known(UINT64_MAX);
	ck_drawing(&d, huge_golden);
}
END_TEST

/* ---- properties ---- */

#define ROUNDS 1500

static uint64_t random_u64(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Of any magnitude up to `max`. */
static uint64_t random_to(uint64_t *state, uint64_t max)
{
	uint64_t number = random_u64(state) >> random_u64(state) % 64;

	return max == UINT64_MAX ? number : number % (max + 1);
}

/* Anything; times up to max_ms, sizes up to max_bytes. */
static void make_up(struct drawing *d, uint64_t *state, uint64_t max_ms,
		    uint64_t max_bytes)
{
	size_t n = random_u64(state) % (random_u64(state) % 3 ? 20 : 200);
	uint64_t largest = 1 + random_to(state, max_bytes - 1), at_ms = 0;
	unsigned int kind = random_u64(state) % 4;

	start(d);
	d->plot.end_ms = random_to(state, max_ms);
	for (size_t i = 0; i < n; i++) {
		uint64_t step_ms = d->plot.end_ms / n;

		if (kind == 0)
			at_ms = random_to(state, max_ms);
		else if (kind == 1)
			at_ms = step_ms * i;
		else if (kind == 2)
			at_ms += step_ms ? random_u64(state) % step_ms : 0;
		else
			at_ms += (d->plot.end_ms - at_ms) / 8;
		point(d, at_ms, random_u64(state) % largest);
	}
	if (random_u64(state) % 4)
		d->plot.limit_bytes = oom_known(
			random_u64(state) % 3
				? largest / 8 * (random_u64(state) % 9)
				: random_to(state, max_bytes));
	for (unsigned int i = 0; i < OOM_PLOT_KILLS; i++)
		if (random_u64(state) % 3 == 0)
			d->plot.kill_at_ms[i] = oom_known(random_to(
				state, random_u64(state) % 2 ? d->plot.end_ms
							     : max_ms));
}

/* Lines without their labels; the last line is nothing else. */
static void pictures_are_equal(const char *a, const char *b)
{
	struct oom_span rest_a = oom_span(a), rest_b = oom_span(b);
	struct oom_span line_a, line_b;

	for (unsigned int i = 0; i + 1 < OOM_PLOT_LINES; i++) {
		ck_assert(oom_next_line(&rest_a, &line_a));
		ck_assert(oom_next_line(&rest_b, &line_b));
		ck_assert_msg(line_a.len == line_b.len &&
				      !memcmp(line_a.ptr + FIRST - 1,
					      line_b.ptr + FIRST - 1,
					      line_a.len - FIRST + 1),
			      "not the same:\n%s\n%s", a, b);
	}
}

START_TEST(shape)
{
	static struct drawing d;
	uint64_t state = 20260101;
	unsigned int drawn = 0;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct oom_span rest, line;
		unsigned int lines = 0;
		bool ascii = true;

		make_up(&d, &state, UINT64_MAX, UINT64_MAX);
		if (!draw(&d))
			continue;
		drawn++;
		rest = (struct oom_span){ d.text, d.out.len };
		ck_assert_int_eq(d.text[d.out.len - 1], '\n');
		while (oom_next_line(&rest, &line)) {
			lines++;
			ck_assert_uint_ge(line.len, FIRST);
			ck_assert_uint_le(line.len, OOM_PLOT_WIDTH);
			ck_assert_int_ne(line.ptr[line.len - 1], ' ');
			for (size_t c = 0; c < line.len; c++)
				ascii &= line.ptr[c] >= ' ' &&
					 line.ptr[c] <= '~';
		}
		ck_assert(ascii);
		ck_assert_uint_eq(lines, OOM_PLOT_LINES);
	}
	ck_assert_uint_gt(drawn, ROUNDS / 4);
}
END_TEST

START_TEST(same_picture_when_scaled)
{
	static struct drawing d, more, longer;
	uint64_t state = 20260202;
	unsigned int drawn = 0;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		make_up(&d, &state, UINT64_MAX / 100, UINT64_MAX / 10);
		more = d;
		more.plot.points = more.points;
		more.plot.limit_bytes.value *= 10;
		longer = d;
		longer.plot.points = longer.points;
		longer.plot.end_ms *= 100;
		for (size_t p = 0; p < d.plot.n; p++) {
			more.points[p].bytes *= 10;
			longer.points[p].at_ms *= 100;
		}
		for (unsigned int k = 0; k < OOM_PLOT_KILLS; k++)
			longer.plot.kill_at_ms[k].value *= 100;
		if (!draw(&d)) {
			ck_assert(!draw(&more));
			ck_assert(!draw(&longer));
			continue;
		}
		drawn++;
		ck_assert(draw(&more));
		ck_assert(draw(&longer));
		pictures_are_equal(d.text, more.text);
		pictures_are_equal(d.text, longer.text);
	}
	ck_assert_uint_gt(drawn, ROUNDS / 4);
}
END_TEST

static unsigned int rows_of(uint64_t bytes, uint64_t top)
{
	unsigned int rows = 0;

	while (rows < ROWS && (unsigned __int128)bytes * 2 * ROWS >=
				      (unsigned __int128)top * (2 * rows + 1))
		rows++;
	return bytes && !rows ? 1 : rows;
}

/* Neither '#' nor, outside of what was measured, anything at all. */
static bool is_unmeasured(char line[OOM_PLOT_LINES][OOM_PLOT_WIDTH + 1],
			  size_t c, const bool measured[COLUMNS])
{
	bool before = false, after = false, good = true;

	for (size_t i = 0; i < COLUMNS; i++) {
		before |= measured[i] && i < c;
		after |= measured[i] && i > c;
	}
	for (unsigned int row = 0; row < ROWS; row++) {
		char cell = line[ROWS - row][FIRST + c];

		good &= cell != '#';
		if (!before || !after)
			good &= !cell || cell == ' ' || cell == '-';
	}
	return good;
}

static bool is_bar(char line[OOM_PLOT_LINES][OOM_PLOT_WIDTH + 1], size_t c,
		   unsigned int rows, unsigned int limit_row)
{
	bool good = true;

	for (unsigned int row = 0; row < ROWS; row++) {
		char cell = line[ROWS - row][FIRST + c];
		char blank = row == limit_row ? '-' : ' ';

		if (row < rows)
			good &= cell == (row + 1 < rows ? ':' : '#');
		else
			good &= (cell ? cell : ' ') == blank;
	}
	return good;
}

/* Each measured column is as high as plain 128-bit arithmetic says. */
START_TEST(true_to_the_points)
{
	static struct drawing d;
	uint64_t state = 20260303;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		const struct oom_plot *plot = &d.plot;
		uint64_t largest[COLUMNS] = { 0 }, last_ms = 0, top = 0;
		bool measured[COLUMNS] = { false };
		char line[OOM_PLOT_LINES][OOM_PLOT_WIDTH + 1] = { 0 };
		struct oom_span rest, span;
		unsigned int limit_row = ROWS;
		bool good = true;
		uint64_t limit;

		make_up(&d, &state, UINT64_MAX, UINT64_MAX);
		memset(d.plot.kill_at_ms, 0, sizeof(d.plot.kill_at_ms));
		if (!draw(&d))
			continue;
		for (size_t p = 0; p < plot->n; p++) {
			uint64_t at_ms = d.points[p].at_ms;
			size_t c;

			if (at_ms < last_ms || at_ms > plot->end_ms)
				continue;
			last_ms = at_ms;
			c = (size_t)((unsigned __int128)at_ms * COLUMNS /
				     plot->end_ms);
			c = c < COLUMNS ? c : COLUMNS - 1;
			measured[c] = true;
			if (d.points[p].bytes > largest[c])
				largest[c] = d.points[p].bytes;
			if (d.points[p].bytes > top)
				top = d.points[p].bytes;
		}
		limit = oom_limited(plot->limit_bytes) ? plot->limit_bytes.value
						       : 0;
		if ((unsigned __int128)top * 100 <=
		    (unsigned __int128)limit * 101)
			top = limit;
		else if (limit)
			limit_row = rows_of(limit, top) - 1;
		rest = oom_span(d.text);
		for (size_t l = 0; oom_next_line(&rest, &span); l++)
			oom_span_copy(span, line[l], sizeof(line[l]));
		for (size_t c = 0; c < COLUMNS; c++) {
			unsigned int rows;

			if (!measured[c]) {
				good &= is_unmeasured(line, c, measured);
				continue;
			}
			rows = rows_of(largest[c], top);
			if (largest[c] <= limit && rows > limit_row)
				rows = limit_row;
			good &= is_bar(line, c, rows, limit_row);
		}
		ck_assert_msg(good, "not true:\n%s", d.text);
	}
}
END_TEST

START_TEST(small_buffers)
{
	static struct drawing d;
	char memory[OOM_PLOT_MAX + 1];
	struct oom_buf out;

	start(&d);
	for (unsigned int i = 0; i < 100; i++)
		point(&d, i * 1000, i * MIB);
	d.plot.limit_bytes = oom_known(120 * MIB);
	d.plot.end_ms = 100000;
	ck_assert(draw(&d));
	for (size_t cap = 0; cap <= OOM_PLOT_MAX; cap++) {
		memset(memory, 'z', sizeof(memory));
		oom_buf_init(&out, memory, cap);
		ck_assert(oom_plot(&d.plot, &out));
		ck_assert_int_eq(memory[cap], 'z');
		ck_assert(out.truncated == (cap < d.out.len + 1));
		ck_assert_uint_eq(out.len, !cap		      ? 0
					   : cap <= d.out.len ? cap - 1
							      : d.out.len);
		ck_assert(!memcmp(memory, d.text, out.len));
	}
	/* It is added to what stands there. */
	oom_buf_init(&out, memory, sizeof(memory));
	oom_buf_puts(&out, "before\n");
	ck_assert(oom_plot(&d.plot, &out));
	ck_assert(!strncmp(memory, "before\n   120 MiB +---", 20));
}
END_TEST

TESTS("plot", linear, steady_then_jump, sawtooth, two_kills, look_and_report,
      sparse, falling, no_limit, above_the_limit, a_hair_above_the_limit,
      far_below_the_limit, too_little, a_few_bytes, dropped, labels_of_time,
      kill_without_memory, huge, shape, same_picture_when_scaled,
      true_to_the_points, small_buffers)
