// SPDX-License-Identifier: GPL-2.0-or-later
#include "regions.h"

#include <stdbool.h>
#include <string.h>

enum {
	REGION_PARTS = 32, /* of the limit, at least */
	REGION_LEAST_KIB = 256,
};

static struct oom_region *find(struct oom_regions *r, uint32_t pid,
			       uint64_t number)
{
	struct oom_region *oldest = &r->of[0];

	for (unsigned int i = 0; i < OOM_REGIONS_MAX; i++) {
		struct oom_region *region = &r->of[i];

		if (region->pid == pid && region->number == number)
			return region;
		if (!region->pid || region->turn < oldest->turn)
			oldest = region;
		if (!oldest->pid)
			break;
	}
	memset(oldest, 0, sizeof(*oldest));
	oldest->pid = pid;
	oldest->number = number;
	return oldest;
}

static bool is_by(const struct oom_region_part *part,
		  const struct oom_toucher *by)
{
	return part->ever_kib && part->by.site == by->site &&
	       part->by.ip == by->ip;
}

/* It becomes the newer of the two; of a third nothing is known any more. */
static void add(struct oom_region *region, const struct oom_toucher *by)
{
	struct oom_region_part *parts = region->parts, now = { .by = *by };

	now.by.kib = 0;
	if (is_by(&parts[0], by)) {
		now = parts[0];
		parts[0] = parts[1];
	} else if (is_by(&parts[1], by)) {
		now = parts[1];
	} else {
		parts[0] = parts[1];
	}
	now.by.kib += by->kib;
	now.ever_kib += by->kib;
	parts[1] = now;
}

unsigned int oom_regions_touch(struct oom_regions *r, uint64_t limit_kib,
			       uint32_t pid, uint64_t addr,
			       const struct oom_toucher *by,
			       struct oom_toucher back[2])
{
	struct oom_region *region;
	uint64_t held, excess;
	unsigned int n = 0, first;

	if (!r->region_kib) {
		r->region_kib = REGION_LEAST_KIB;
		while (r->region_kib < limit_kib / REGION_PARTS)
			r->region_kib *= 2;
	}
	region = find(r, pid, addr / 1024 / r->region_kib);
	region->turn = ++r->turn;
	add(region, by);
	held = (uint64_t)region->parts[0].by.kib + region->parts[1].by.kib;
	excess = held > r->region_kib ? held - r->region_kib : 0;
	first = region->parts[1].ever_kib > region->parts[0].ever_kib;
	for (unsigned int i = 0; i < 2 && excess; i++) {
		struct oom_toucher *old = &region->parts[first ^ i].by;

		if (!old->kib)
			continue;
		back[n] = *old;
		if (back[n].kib > excess)
			back[n].kib = (uint32_t)excess;
		old->kib -= back[n].kib;
		excess -= back[n].kib;
		n++;
	}
	return n;
}
