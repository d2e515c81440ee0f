// SPDX-License-Identifier: GPL-2.0-or-later
/* The free end of a heap: of a real process, and of forged ones. */
#include "check.h"

#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "../lib/names/heap.h"

static int open_proc(pid_t pid, const char *file)
{
	char path[48];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	return fd;
}

#if defined(__SANITIZE_ADDRESS__)
/* Its allocator has no heap. */
#define REAL real_heap
START_TEST(real_heap)
{
	printf("skipped: not with this allocator\n");
}
END_TEST
#else
/* A process of ours whose large blocks are in its heap; 0 in it. */
static pid_t start(int to[2], int from[2])
{
	pid_t pid;

	ck_assert_int_eq(pipe(to), 0);
	ck_assert_int_eq(pipe(from), 0);
	pid = fork();
	if (pid)
		return pid;
	(void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL);
	(void)mallopt(M_MMAP_THRESHOLD, 16 << 20);
	(void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
	return 0;
}

/* A large block at the heap's end, that is there and is given back. */
START_TEST(real_heap)
{
	int to[2], from[2];
	uintptr_t block;
	char byte = 0;
	pid_t pid;

	pid = start(to, from);
	if (!pid) {
		for (;;) {
			volatile char *p = malloc(4 << 20);

			block = (uintptr_t)p + (2 << 20);
			(void)!write(from[1], &block, sizeof(block));
			(void)!read(to[0], &byte, 1);
			free((void *)p);
			(void)!write(from[1], &block, sizeof(block));
			(void)!read(to[0], &byte, 1);
		}
	}
	for (int round = 0; round < 3; round++) {
		struct names_heap heap = { .looked = false };
		struct names_maps maps = { .n = 0 };
		int maps_fd = open_proc(pid, "maps"),
		    mem_fd = open_proc(pid, "mem");
		uint64_t top, end;

		ck_assert_int_eq(read(from[0], &block, sizeof(block)),
				 sizeof(block));
		ck_assert_int_eq(names_maps_read(&maps, maps_fd), 0);
		ck_assert(names_heap_end(&heap, &maps, mem_fd, &top, &end));
		ck_assert_uint_gt(top, block);
		ck_assert_int_eq(write(to[1], &byte, 1), 1);
		ck_assert_int_eq(read(from[0], &block, sizeof(block)),
				 sizeof(block));
		ck_assert(names_heap_end(&heap, &maps, mem_fd, &top, &end));
		ck_assert_uint_lt(top, block);
		ck_assert_uint_gt(end, block);
		ck_assert_int_eq(write(to[1], &byte, 1), 1);
		names_maps_free(&maps);
		(void)close(maps_fd);
		(void)close(mem_fd);
	}
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}
END_TEST

/* One between two that stay, large or just freed. */
START_TEST(real_pieces)
{
	int to[2], from[2];
	uintptr_t block[2];
	char byte = 0;
	pid_t pid;

	pid = start(to, from);
	if (!pid) {
		volatile char *p, *q;

		p = malloc(256 << 10);
		q = malloc(256 << 10);
		block[0] = (uintptr_t)p + (64 << 10);
		block[1] = (uintptr_t)q + (64 << 10);
		(void)!write(from[1], block, sizeof(block));
		(void)!read(to[0], &byte, 1);
		free((void *)p); /* just freed */
		(void)!write(from[1], block, sizeof(block));
		(void)!read(to[0], &byte, 1);
		q[0] = 1;
		p = malloc(512 << 10); /* sorted into a list */
		p[0] = 1;
		(void)!write(from[1], block, sizeof(block));
		(void)!read(to[0], &byte, 1);
		_exit(0);
	}
	for (int round = 0; round < 3; round++) {
		struct names_heap real = { .looked = false };
		struct names_maps its_maps = { .n = 0 };
		int maps_fd = open_proc(pid, "maps"),
		    mem_fd = open_proc(pid, "mem");
		uint64_t top_, end_;

		ck_assert_int_eq(read(from[0], block, sizeof(block)),
				 sizeof(block));
		ck_assert_int_eq(names_maps_read(&its_maps, maps_fd), 0);
		ck_assert(
			names_heap_end(&real, &its_maps, mem_fd, &top_, &end_));
		ck_assert_int_eq(names_heap_is_free(&real, mem_fd, block[0]),
				 round > 0);
		ck_assert(!names_heap_is_free(&real, mem_fd, block[1]));
		ck_assert_int_eq(write(to[1], &byte, 1), 1);
		names_maps_free(&its_maps);
		(void)close(maps_fd);
		(void)close(mem_fd);
	}
	(void)waitpid(pid, NULL, 0);
}
END_TEST
#define REAL real_heap, real_pieces
#endif

/* ---- forged: memory of ours that says it is a heap, and libc's data ---- */

#define PAGE 4096

/* In the order of a list of mappings. */
static _Alignas(PAGE) struct {
	uint64_t heap[4 * PAGE / 8], data[PAGE / 8]; /* room for its lists */
} fake;
#define fake_heap fake.heap
#define fake_data fake.data
#define TOP	  100 /* where the pointer is, in words */
static struct names_maps maps;
static struct names_heap heap;
static uint64_t top, end;

static void forge(const char *heap_name, const char *data_name)
{
	char text[512];

	memset(fake_heap, 0, sizeof(fake_heap));
	memset(fake_data, 0, sizeof(fake_data));
	memset(&heap, 0, sizeof(heap));
	(void)snprintf(text, sizeof(text),
		       "1000-2000 r-xp 00000000 08:01 5 /sw/bin/prog\n"
		       "%lx-%lx rw-p 00000000 00:00 0 %s\n"
		       "%lx-%lx rw-p 00000000 08:01 7 %s\n",
		       (unsigned long)fake_heap,
		       (unsigned long)fake_heap + sizeof(fake_heap), heap_name,
		       (unsigned long)fake_data,
		       (unsigned long)fake_data + sizeof(fake_data), data_name);
	ck_assert_int_eq(names_maps_parse(&maps, text, strlen(text)), 0);
	/* The last page and a half are free. */
	fake_data[TOP] = (uint64_t)&fake_heap[5 * PAGE / 2 / 8];
	fake_heap[5 * PAGE / 2 / 8 + 1] = PAGE * 3 / 2 + 1;
}

static bool ask(void)
{
	int mem_fd = open_proc(getpid(), "mem");
	bool known = names_heap_end(&heap, &maps, mem_fd, &top, &end);

	(void)close(mem_fd);
	return known;
}

START_TEST(forged)
{
	forge("[heap]", "/lib/libc.so.6");
	ck_assert(ask());
	ck_assert_uint_eq(top, fake_data[TOP]);
	ck_assert_uint_eq(end, (uint64_t)fake_heap + sizeof(fake_heap));
	/* The heap has grown since. */
	fake_heap[5 * PAGE / 2 / 8 + 1] += (uint64_t)PAGE * 10;
	ck_assert(ask());
	ck_assert_uint_eq(end,
			  (uint64_t)fake_heap + sizeof(fake_heap) + PAGE * 10);
	/* It points nowhere, or at something else. */
	fake_data[TOP] = 16;
	ck_assert(!ask());
	fake_data[TOP] = UINT64_MAX - 15;
	ck_assert(!ask());
	fake_data[TOP] = (uint64_t)&fake_heap[0];
	ck_assert(!ask());
	/* Linked into the program. */
	forge("[heap]", "/sw/bin/prog");
	ck_assert(ask());
}
END_TEST

START_TEST(no_heap)
{
	static const struct {
		const char *heap, *data;
		uint64_t size;
	} cases[] = {
		{ "", "/lib/libc.so.6", PAGE * 3 / 2 + 1 },
		{ "[heap]", "/lib/libm.so.6", PAGE * 3 / 2 + 1 },
		/* Another chunk: it does not end a page, or not the heap. */
		{ "[heap]", "/lib/libc.so.6", PAGE + 1 },
		{ "[heap]", "/lib/libc.so.6", PAGE / 2 + 1 },
		/* Not as the last one is: flags, no size, no end. */
		{ "[heap]", "/lib/libc.so.6", PAGE * 3 / 2 },
		{ "[heap]", "/lib/libc.so.6", PAGE * 3 / 2 + 3 },
		{ "[heap]", "/lib/libc.so.6", 1 },
		{ "[heap]", "/lib/libc.so.6", UINT64_MAX - 6 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		forge(cases[i].heap, cases[i].data);
		fake_heap[5 * PAGE / 2 / 8 + 1] = cases[i].size;
		ck_assert_msg(!ask(), "case %zu", i);
		/* It is not looked for again. */
		fake_heap[5 * PAGE / 2 / 8 + 1] = PAGE * 3 / 2 + 1;
		ck_assert(!ask());
	}
	memset(&heap, 0, sizeof(heap));
	names_maps_free(&maps);
	ck_assert(!ask());
}
END_TEST

/* Lists of the process's own making: whatever they say, an end is found. */
START_TEST(forged_lists)
{
	uint64_t *bins = &fake_data[TOP + 2], *chunk = &fake_heap[64];
	const uint64_t at = (uint64_t)chunk;
	int mem_fd = open_proc(getpid(), "mem");
	unsigned int seed = 1;

	forge("[heap]", "/lib/libc.so.6");
	ck_assert(ask());
	/* The unsorted one, closed by itself; all others point at 0. */
	bins[0] = at;
	chunk[1] = 1024 | 1;
	chunk[2] = (uint64_t)bins - 16;
	ck_assert(names_heap_is_free(&heap, mem_fd, at + 16));
	ck_assert(names_heap_is_free(&heap, mem_fd, at + 1023));
	ck_assert(!names_heap_is_free(&heap, mem_fd, at + 1024));
	ck_assert(!names_heap_is_free(&heap, mem_fd, at + 15));
	/* Round in a circle, of no size, of any. */
	chunk[2] = at;
	ck_assert(!names_heap_is_free(&heap, mem_fd, at + 1024));
	chunk[1] = 0;
	ck_assert(!names_heap_is_free(&heap, mem_fd, at + 16));
	chunk[1] = UINT64_MAX;
	ck_assert(!names_heap_is_free(&heap, mem_fd, at + 16));
	/* Not in the heap, or not where a chunk can be. */
	bins[0] = (uint64_t)fake_heap - 16;
	ck_assert(!names_heap_is_free(&heap, mem_fd, at + 16));
	bins[0] = at + 8;
	ck_assert(!names_heap_is_free(&heap, mem_fd, at + 24));
	/* A large one's list; a small one's is not looked at. */
	chunk[1] = 1024 | 1;
	bins[0] = 0;
	bins[(size_t)2 * 120] = at;
	ck_assert(names_heap_is_free(&heap, mem_fd, at + 16));
	bins[(size_t)2 * 120] = 0;
	bins[(size_t)2 * 60] = at;
	ck_assert(!names_heap_is_free(&heap, mem_fd, at + 16));
	for (int round = 0; round < 5000; round++) {
		for (size_t i = 0; i < 252; i++)
			bins[i] = at - 512 + (uint64_t)(rand_r(&seed) % 4096);
		for (size_t i = 0; i < 512; i++)
			fake_heap[i] =
				rand_r(&seed) % 2
					? at - 512 +
						  (uint64_t)(rand_r(&seed) %
							     4096)
					: (uint64_t)rand_r(&seed);
		(void)names_heap_is_free(&heap, mem_fd, at + 16);
	}
	(void)close(mem_fd);
	names_maps_free(&maps);
}
END_TEST

TESTS("names_heap", REAL, forged, no_heap, forged_lists)
