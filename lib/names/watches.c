// SPDX-License-Identifier: GPL-2.0-or-later
#include "watches.h"

#include <string.h>

/* So many looks, each so long after the one before. */
struct pace {
	unsigned int looks;
	uint64_t us;
};

enum { AGAIN = 4 /* soon looks, at what a site touches next */ };

static const struct pace sites[] = { { 12, 3000 }, { 18, 60000 }, { 0, 0 } };

/* A temporary of a fast loop is free for a moment only, until something that is
 * kept takes its place. */
static const struct pace places[] = { { 6, 200 },    { 6, 1000 },  { 8, 3000 },
				      { 10, 10000 }, { 4, 60000 }, { 0, 0 } };

static const struct pace *paces(const struct names_watch *w)
{
	return w->place[0] ? places : sites;
}

/* 0: it was looked at often enough. */
static uint64_t pause_us(const struct names_watch *w)
{
	unsigned int looks = 0;

	for (const struct pace *p = paces(w); p->looks; p++) {
		looks += p->looks;
		if (w->checks < looks)
			return p->us;
	}
	return 0;
}

/* A free slot, or that of who was looked at most. */
static struct names_watch *find_slot(struct names_watches *watches)
{
	struct names_watch *slot = &watches->of[0];

	for (unsigned int i = 0; i < NAMES_WATCHES_MAX && slot->pid; i++) {
		struct names_watch *w = &watches->of[i];

		if (!w->pid || w->checks > slot->checks)
			slot = w;
	}
	return slot;
}

void names_watches_site(struct names_watches *watches, uint32_t pid,
			uint64_t site, uint64_t address, uint64_t now_us)
{
	struct names_watch *slot = NULL;

	for (unsigned int i = 0; i < NAMES_WATCHES_MAX; i++) {
		struct names_watch *w = &watches->of[i];

		if (w->pid != pid || w->place[0] || w->site != site)
			continue;
		w->address = address;
		if (w->checks > sites[0].looks - AGAIN)
			w->checks = sites[0].looks - AGAIN;
		slot = w;
	}
	if (!slot) {
		slot = find_slot(watches);
		*slot = (struct names_watch){ .pid = pid,
					      .site = site,
					      .address = address,
					      .due_us = UINT64_MAX };
	}
	/* Sooner, but not put off by one that touches all the time. */
	if (slot->due_us > now_us + pause_us(slot))
		slot->due_us = now_us + pause_us(slot);
}

void names_watches_place(struct names_watches *watches, uint32_t pid,
			 const char *place, uint64_t address, uint64_t now_us)
{
	struct names_watch *slot = find_slot(watches);

	*slot = (struct names_watch){ .pid = pid, .address = address };
	(void)strncpy(slot->place, place, sizeof(slot->place) - 1);
	slot->due_us = now_us + pause_us(slot);
}

uint64_t names_watches_due(const struct names_watches *watches)
{
	uint64_t due = UINT64_MAX;

	for (unsigned int i = 0; i < NAMES_WATCHES_MAX; i++)
		if (watches->of[i].pid && watches->of[i].due_us < due)
			due = watches->of[i].due_us;
	return due;
}

struct names_watch *names_watches_next(struct names_watches *watches,
				       uint64_t now_us)
{
	for (unsigned int i = 0; i < NAMES_WATCHES_MAX; i++)
		if (watches->of[i].pid && watches->of[i].due_us <= now_us)
			return &watches->of[i];
	return NULL;
}

static bool is_enough(const struct names_watch *w)
{
	return w->place[0] ? w->free + w->unmapped == NAMES_WATCH_GONE
			   : w->free == NAMES_WATCH_FREE ||
				     w->unmapped == NAMES_WATCH_FREE;
}

bool names_watches_seen(struct names_watch *w, enum names_memory_is is,
			uint64_t now_us, struct names_watch *ret)
{
	bool enough;

	w->free += is == NAMES_MEMORY_FREE;
	w->unmapped += is == NAMES_MEMORY_UNMAPPED;
	w->checks++;
	w->due_us = now_us + pause_us(w);
	enough = is_enough(w);
	if (enough)
		*ret = *w;
	if (enough || is == NAMES_MEMORY_UNKNOWN || !pause_us(w))
		w->pid = 0;
	return enough;
}
