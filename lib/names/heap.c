// SPDX-License-Identifier: GPL-2.0-or-later
#include "heap.h"

#include <string.h>

#include "memory.h"
#include "whose.h"

#define PAGE	   4096U
#define DATA_MOST  (1U << 20) /* of libc's, or of a static program's */
#define GROWN_MOST (UINT64_C(1) << 36)
#define FLAGS	   7U
#define IN_USE	   1U /* the chunk before */

/* malloc.c: NBINS, the unsorted one, and those of 20 KiB and more; each has two
 * words, its list is closed by itself as if it were a chunk. */
#define BINS	     127
#define BIN_UNSORTED 1
#define BIN_LARGE    115
#define CHUNKS_MOST  32 /* that are looked at */
#define CHUNK_HEAD   16 /* sizes */

/* The last chunk, as far as one can see: it ends with a page, behind `from`. */
static bool is_top(int mem_fd, uint64_t top, uint64_t from, uint64_t *ret_end)
{
	uint64_t size;

	if (top < from || top % 16 ||
	    !names_memory_u64(mem_fd, top + 8, &size) ||
	    (size & FLAGS) != IN_USE || size < 16 || size > INT64_MAX / 2 ||
	    (top + (size & ~(uint64_t)FLAGS)) % PAGE)
		return false;
	*ret_end = top + (size & ~(uint64_t)FLAGS);
	return true;
}

struct range {
	uint64_t start, end; /* 0: none */
};

/* Of a process that was forked: two mappings, what it had and what it got. */
static struct range find_heap(const struct names_maps *maps)
{
	struct range heap = { 0, 0 };

	for (size_t i = 0; i < maps->n; i++) {
		if (strcmp(maps->list[i].path, "[heap]") != 0)
			continue;
		if (!heap.start)
			heap.start = maps->list[i].start;
		heap.end = maps->list[i].end;
	}
	return heap;
}

static uint64_t find_pointer(const struct names_mapping *data,
			     const struct range *heap, int mem_fd)
{
	uint64_t words[512], at = data->start, end;

	for (; at < data->end && at - data->start < DATA_MOST;
	     at += sizeof(words)) {
		size_t len = data->end - at < sizeof(words)
				     ? (size_t)(data->end - at)
				     : sizeof(words);

		if (!names_memory_read(mem_fd, at, words, len))
			return 0;
		for (size_t i = 0; i < len / 8; i++)
			/* Meanwhile it may have grown. */
			if (words[i] >= heap->start &&
			    words[i] - heap->start < GROWN_MOST &&
			    is_top(mem_fd, words[i], heap->start, &end) &&
			    end >= heap->end)
				return at + i * 8;
	}
	return 0;
}

static bool holds_arena(const struct names_maps *maps, size_t i, bool libc)
{
	const struct names_mapping *m = &maps->list[i];
	char base[64];

	if (!m->writable || !m->inode)
		return false;
	if (!libc) /* the program comes first */
		return strcmp(m->path, maps->list[0].path) == 0;
	names_base(m->path, base);
	return strncmp(base, "libc.so", 7) == 0 ||
	       strncmp(base, "libc-2", 6) == 0;
}

/* In libc's data; or, of a program that has it linked in, in its own. */
static void look(struct names_heap *heap, const struct names_maps *maps,
		 int mem_fd)
{
	const struct range where = find_heap(maps);

	heap->start = where.start;
	for (int libc = 1; libc >= 0; libc--)
		for (size_t i = 0; where.start && i < maps->n && !heap->pointer;
		     i++)
			if (holds_arena(maps, i, libc))
				heap->pointer = find_pointer(&maps->list[i],
							     &where, mem_fd);
}

bool names_heap_end(struct names_heap *heap, const struct names_maps *maps,
		    int mem_fd, uint64_t *ret_top, uint64_t *ret_end)
{
	if (!heap->looked && maps->n)
		look(heap, maps, mem_fd);
	heap->looked = true;
	return heap->pointer &&
	       names_memory_u64(mem_fd, heap->pointer, ret_top) &&
	       is_top(mem_fd, *ret_top, heap->start, ret_end);
}

/* The table: behind main_arena.top and last_remainder. */
static uint64_t bin_at(const struct names_heap *heap, unsigned int bin)
{
	return heap->pointer + 16 + (uint64_t)(bin - 1) * 16;
}

bool names_heap_is_free(const struct names_heap *heap, int mem_fd,
			uint64_t address)
{
	enum { SIZE = 1, NEXT = 2, WORDS = 4 };
	uint64_t bins[2 * (BINS - 1)], chunk[WORDS];
	unsigned int left = CHUNKS_MOST, bin = BIN_UNSORTED;

	if (!heap->pointer ||
	    !names_memory_read(mem_fd, bin_at(heap, 1), bins, sizeof(bins)))
		return false;
	for (; bin < BINS; bin = bin < BIN_LARGE ? BIN_LARGE : bin + 1) {
		const uint64_t end = bin_at(heap, bin) - CHUNK_HEAD;
		uint64_t at = bins[2 * (bin - 1)];

		for (; at != end && left; left--) {
			uint64_t size;

			if (at < heap->start || at % 16 ||
			    !names_memory_read(mem_fd, at, chunk,
					       sizeof(chunk)))
				break;
			size = chunk[SIZE] & ~(uint64_t)FLAGS;
			if (size > GROWN_MOST)
				break;
			if (address >= at + CHUNK_HEAD && address < at + size)
				return true;
			at = chunk[NEXT];
		}
	}
	return false;
}
