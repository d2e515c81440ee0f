// SPDX-License-Identifier: GPL-2.0-or-later
/* What comes and goes, and what stays, by where it was touched. */
#include "check.h"

#include "../lib/regions.h"

#define LIMIT_KIB  (64 * 1024)
#define REGION_KIB 2048 /* a 32nd of it */
#define SAMPLE_KIB 256
#define PID	   812

enum { WORK, KEEP, OTHER, SITES };

static struct oom_regions regions;
static int64_t grown[SITES];

static void begin(void)
{
	memset(&regions, 0, sizeof(regions));
	memset(grown, 0, sizeof(grown));
}

/* From there on, a sample in each of its parts. */
static void touch_as(uint32_t pid, uint32_t site, uint64_t from_kib,
		     uint64_t kib)
{
	for (uint64_t at = from_kib; at < from_kib + kib; at += SAMPLE_KIB) {
		const struct oom_toucher by = { site, SAMPLE_KIB, 4096 + site };
		struct oom_toucher back[2];
		unsigned int n = oom_regions_touch(&regions, LIMIT_KIB, pid,
						   at * 1024, &by, back);

		ck_assert_uint_le(n, 2);
		grown[site] += SAMPLE_KIB;
		for (unsigned int i = 0; i < n; i++) {
			ck_assert_uint_lt(back[i].site, SITES);
			ck_assert_uint_eq(back[i].ip, 4096 + back[i].site);
			ck_assert_uint_gt(back[i].kib, 0);
			grown[back[i].site] -= back[i].kib;
		}
	}
}

static void touch(uint32_t site, uint64_t from_kib, uint64_t kib)
{
	touch_as(PID, site, from_kib, kib);
}

START_TEST(once)
{
	begin();
	touch(WORK, 0, 3 * REGION_KIB);
	touch(KEEP, 3 * REGION_KIB, REGION_KIB);
	ck_assert_int_eq(grown[WORK], 3 * REGION_KIB);
	ck_assert_int_eq(grown[KEEP], REGION_KIB);
	ck_assert_uint_eq(regions.region_kib, REGION_KIB);
}
END_TEST

/* The same array in each round. */
START_TEST(comes_and_goes)
{
	begin();
	for (int i = 0; i < 100; i++)
		touch(WORK, 0, 4 * REGION_KIB);
	ck_assert_int_eq(grown[WORK], 4 * REGION_KIB);
	/* A near miss: as much in another process, or elsewhere. */
	touch_as(PID + 1, OTHER, 0, 4 * REGION_KIB);
	ck_assert_int_eq(grown[WORK], 4 * REGION_KIB);
	ck_assert_int_eq(grown[OTHER], 4 * REGION_KIB);
	touch(KEEP, 8 * REGION_KIB, 4 * REGION_KIB);
	ck_assert_int_eq(grown[WORK], 4 * REGION_KIB);
	ck_assert_int_eq(grown[KEEP], 4 * REGION_KIB);
}
END_TEST

/* What is kept takes a bit of its place each time: the array moves on. */
START_TEST(kept_in_its_place)
{
	const int64_t rounds = 40;

	begin();
	for (int64_t i = 0; i < rounds; i++) {
		touch(KEEP, (uint64_t)i * SAMPLE_KIB, SAMPLE_KIB);
		touch(WORK, (uint64_t)(i + 1) * SAMPLE_KIB, 4 * REGION_KIB);
	}
	/* All that is kept, and the array once. */
	ck_assert_int_eq(grown[KEEP], rounds * SAMPLE_KIB);
	ck_assert_int_ge(grown[WORK], 4 * REGION_KIB);
	ck_assert_int_le(grown[WORK], 5 * REGION_KIB);
}
END_TEST

/* Given back for good, and touched by another then. */
START_TEST(taken_over)
{
	begin();
	touch(WORK, 0, 2 * REGION_KIB);
	touch(KEEP, 0, 2 * REGION_KIB);
	ck_assert_int_eq(grown[WORK], 0);
	ck_assert_int_eq(grown[KEEP], 2 * REGION_KIB);
}
END_TEST

/* Two that fill it by turns, each as much as it has room for. */
START_TEST(side_by_side)
{
	begin();
	for (uint64_t at = 0; at < 4 * REGION_KIB; at += 2 * SAMPLE_KIB) {
		touch(WORK, at, SAMPLE_KIB);
		touch(KEEP, at + SAMPLE_KIB, SAMPLE_KIB);
	}
	ck_assert_int_eq(grown[WORK], 2 * REGION_KIB);
	ck_assert_int_eq(grown[KEEP], 2 * REGION_KIB);
}
END_TEST

/* More than there is room for: the oldest are forgotten, and nothing is taken. */
START_TEST(many)
{
	begin();
	for (int round = 0; round < 2; round++)
		for (uint64_t i = 0; i < 2 * OOM_REGIONS_MAX; i++)
			touch(WORK, i * REGION_KIB, SAMPLE_KIB);
	ck_assert_int_eq(grown[WORK],
			 4 * OOM_REGIONS_MAX * (int64_t)SAMPLE_KIB);
}
END_TEST

/* Any addresses, sizes and limits: never more is taken than was touched. */
START_TEST(anything)
{
	static const uint64_t values[] = { 0, 1, 4096, 1 << 20, UINT64_MAX };

	for (int i = 0; i < 5; i++) {
		uint64_t touched = 0, taken = 0;

		begin();
		for (int k = 0; k < 200; k++) {
			const struct oom_toucher by = {
				.site = (uint32_t)(k % 3),
				.kib = k % 7 ? 1000 : UINT32_MAX / 256,
			};
			struct oom_toucher back[2];
			unsigned int n = oom_regions_touch(
				&regions, values[i] / 2, 1,
				values[k % 5] - (uint64_t)k % 2, &by, back);

			touched += by.kib;
			while (n--)
				taken += back[n].kib;
		}
		ck_assert_uint_le(taken, touched);
	}
}
END_TEST

TESTS("regions", once, comes_and_goes, kept_in_its_place, taken_over,
      side_by_side, many, anything)
