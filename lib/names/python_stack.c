// SPDX-License-Identifier: GPL-2.0-or-later
#include "python_stack.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

#define INTERPRETERS_MAX 16
#define THREADS_MAX	 64
#define ATTEMPTS	 16

/* Include/internal/pycore_frame.h: 3.12 FRAME_OWNED_BY_CSTACK; 3.14 that is 4,
 * FRAME_OWNED_BY_INTERPRETER 3.  They have no code of a user. */
#define OWNED_BY_GENERATOR 1
#define OWNED_BY_NONE	   3

struct thread {
	uint64_t address, next, interpreter, frame;
	uint32_t tid; /* 0: not known */
	bool holds;
};

struct threads {
	struct thread list[THREADS_MAX];
	size_t n;
	bool cut; /* there are more */
};

/* Who holds the GIL, or held it last. */
struct holder {
	uint64_t thread;
	bool holds;
};

static uint64_t word(const uint8_t *raw, uint32_t at)
{
	uint64_t value;

	memcpy(&value, raw + at, sizeof(value));
	return value;
}

/* What /proc says of a thread. */
struct task {
	char state;	/* '?': not known */
	uint64_t ticks; /* of CPU time, until now */
};

static struct task read_task(const struct python_process *p, uint32_t tid)
{
	struct task task = { .state = '?' };
	char path[64], text[512], *at, *end;
	ssize_t got;
	int fd;

	(void)snprintf(path, sizeof(path), "%u/task/%u/stat", p->pid, tid);
	fd = openat(p->proc_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return task;
	got = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (got <= 0)
		return task;
	text[got] = '\0';
	/* PID (NAME) STATE ...: the name may hold anything. */
	at = strrchr(text, ')');
	if (!at || at[1] != ' ' || !at[2])
		return task;
	task.state = at[2];
	/* proc(5): utime and stime are the fields 14 and 15; 3 is the state. */
	for (int field = 2; field < 14 && at; field++)
		at = strchr(at + 1, ' ');
	if (at) {
		task.ticks = strtoull(at, &end, 10);
		task.ticks += strtoull(end, NULL, 10);
	}
	return task;
}

/* glibc's struct pthread, nptl/descr.h: at its head tcbhead_t, whose third
 * word is the struct itself; behind its 704 bytes and a list, the tid. */
static uint32_t tid_of_pthread(const struct python_process *p, uint64_t pthread)
{
#ifdef __x86_64__
	uint64_t self;
	uint32_t tid;

	if (names_memory_u64(p->mem_fd, pthread + 16, &self) &&
	    self == pthread &&
	    names_memory_read(p->mem_fd, pthread + 720, &tid, sizeof(tid)))
		return tid;
#else
	(void)p;
	(void)pthread;
#endif
	return 0;
}

static uint64_t current_frame(const struct python_process *p, uint64_t field)
{
	uint64_t frame;

	if (p->layout.has_cframe)
		return names_memory_u64(p->mem_fd,
					field + p->layout.cframe_frame, &frame)
			       ? frame
			       : 0;
	return field;
}

static bool read_thread(const struct python_process *p, uint64_t address,
			struct thread *ret)
{
	const struct python_layout *l = &p->layout;
	uint8_t raw[PYTHON_THREAD_MAX];
	uint32_t last = l->thread_frame;

	if (l->thread_native > last)
		last = l->thread_native;
	if (l->thread_pthread > last)
		last = l->thread_pthread;
	if (l->thread_next > last)
		last = l->thread_next;
	if (l->thread_interpreter > last)
		last = l->thread_interpreter;
	if (last + 8 > sizeof(raw) ||
	    !names_memory_read(p->mem_fd, address, raw, last + 8))
		return false;
	ret->holds = false;
	ret->address = address;
	ret->next = word(raw, l->thread_next);
	ret->interpreter = word(raw, l->thread_interpreter);
	ret->frame = current_frame(p, word(raw, l->thread_frame));
	ret->tid = l->thread_native
			   ? (uint32_t)word(raw, l->thread_native)
			   : tid_of_pthread(p, word(raw, l->thread_pthread));
	return true;
}

static void list_threads(const struct python_process *p, uint64_t interpreter,
			 struct threads *threads)
{
	uint64_t at;

	if (!names_memory_u64(p->mem_fd, interpreter + p->layout.threads, &at))
		return;
	for (; at && threads->n < THREADS_MAX; threads->n++) {
		struct thread *t = &threads->list[threads->n];

		if (!read_thread(p, at, t) || t->interpreter != interpreter)
			return;
		at = t->next;
	}
	threads->cut = threads->cut || at;
}

static void ask_gil(const struct python_process *p, uint64_t interpreter,
		    struct holder *holder)
{
	const struct python_layout *l = &p->layout;
	uint64_t gil, thread;
	int32_t locked;

	if (!names_memory_u64(p->mem_fd, interpreter + l->gil, &gil) ||
	    !names_memory_read(p->mem_fd, gil + l->gil_locked, &locked,
			       sizeof(locked)) ||
	    !names_memory_u64(p->mem_fd, gil + l->gil_holder, &thread))
		return;
	/* The main interpreter comes last in the list. */
	if (locked == 1 || !holder->holds) {
		holder->thread = thread;
		holder->holds = locked == 1;
	}
}

static void find_threads(const struct python_process *p, struct holder *holder,
			 struct threads *threads)
{
	const struct python_layout *l = &p->layout;
	uint64_t at, runtime = p->known->runtime;

	memset(holder, 0, sizeof(*holder));
	threads->n = 0;
	threads->cut = false;
	if (l->current) {
		if (!names_memory_u64(p->mem_fd, runtime + l->current,
				      &holder->thread))
			return;
		holder->holds = holder->thread;
		if (!holder->holds &&
		    !names_memory_u64(p->mem_fd, runtime + l->last,
				      &holder->thread))
			return;
	}
	if (!names_memory_u64(p->mem_fd, runtime + l->interpreters, &at))
		return;
	for (int i = 0; at && i < INTERPRETERS_MAX; i++) {
		if (l->gil)
			ask_gil(p, at, holder);
		list_threads(p, at, threads);
		if (!names_memory_u64(p->mem_fd, at + l->interpreter_next, &at))
			return;
	}
}

static struct task thread_task(const struct python_process *p,
			       const struct thread *t, bool alone)
{
	struct task task = { .state = '?' };

	if (t->tid)
		task = read_task(p, t->tid);
	/* After a fork 3.11 still has the parent's number. */
	return task.state == '?' && alone ? read_task(p, p->pid) : task;
}

/*
 * Nobody has the GIL: the one that runs nevertheless, which is in native code.
 * Of several, the one that ran most: others only woke up.
 */
static const struct thread *choose_running(const struct python_process *p,
					   const struct threads *threads)
{
	const struct thread *running = NULL;
	uint64_t most = 0;

	for (size_t i = 0; i < threads->n; i++) {
		const struct thread *t = &threads->list[i];
		struct task task;

		if (!t->frame)
			continue;
		task = thread_task(p, t, threads->n == 1);
		if ((task.state == 'R' || task.state == 'D') &&
		    (!running || task.ticks > most)) {
			running = t;
			most = task.ticks;
		}
	}
	return running;
}

/* The holder of the GIL; else one that runs; else the one that held it last. */
static bool choose_thread(const struct python_process *p,
			  struct threads *threads, struct thread *ret)
{
	const struct thread *last = NULL, *oldest = NULL, *running = NULL;
	struct holder holder;
	struct thread beyond;

	find_threads(p, &holder, threads);
	for (size_t i = 0; i < threads->n; i++) {
		if (!threads->list[i].frame)
			continue;
		/* New ones are put in front. */
		oldest = &threads->list[i];
		if (threads->list[i].address == holder.thread)
			last = oldest;
	}
	if (!last && holder.thread && threads->cut &&
	    read_thread(p, holder.thread, &beyond) && beyond.frame)
		last = &beyond;
	if (!last || !holder.holds)
		running = choose_running(p, threads);
	if (running)
		last = running;
	if (!last)
		last = oldest;
	if (!last)
		return false;
	*ret = *last;
	ret->holds = holder.holds && last->address == holder.thread;
	return true;
}

/* What a frame is besides its fields. */
enum kind { PLAIN, GENERATOR, SHIM };

static bool read_frame(const struct python_process *p, uint64_t address,
		       struct python_frame *ret, enum kind *kind)
{
	const struct python_layout *l = &p->layout;
	uint8_t raw[PYTHON_FRAME_MAX];
	uint32_t last = l->instruction, index;

	if (l->owner > last)
		last = l->owner;
	if (l->executing > last)
		last = l->executing;
	if (l->previous > last)
		last = l->previous;
	if (l->executable > last)
		last = l->executable;
	if (address % 8 || last + 8 > sizeof(raw) ||
	    !names_memory_read(p->mem_fd, address, raw, last + 8))
		return false;
	ret->address = address;
	ret->previous = word(raw, l->previous);
	/* 3.14: a _PyStackRef, with two bits of tag */
	ret->executable = word(raw, l->executable) & ~UINT64_C(3);
	ret->instruction = word(raw, l->instruction);
	if (l->index_bytes) {
		memcpy(&index, raw + l->instruction, sizeof(index));
		ret->instruction = index;
	}
	*kind = PLAIN;
	if (l->executing && raw[l->executing] != l->executing_is)
		return false;
	if (l->owner)
		*kind = raw[l->owner] >= OWNED_BY_NONE	      ? SHIM
			: raw[l->owner] == OWNED_BY_GENERATOR ? GENERATOR
							      : PLAIN;
	return true;
}

/* The frames from this one out.  False: one was none. */
static bool walk(const struct python_process *p, uint64_t address,
		 struct python_stack *stack)
{
	enum kind kind = PLAIN;

	stack->n = 0;
	/* Shims count, too: what is a circle of them must end. */
	for (int i = 0; address && i < 2 * PYTHON_FRAMES_MAX; i++) {
		struct python_frame *f = &stack->frames[stack->n];

		if (stack->n == PYTHON_FRAMES_MAX)
			return true;
		if (!read_frame(p, address, f, &kind))
			return false;
		if (kind != SHIM)
			stack->n++;
		address = f->previous;
	}
	/* A generator that nobody calls is not running any more. */
	return stack->n && !address && kind != GENERATOR;
}

static bool read_codes(const struct python_process *p,
		       struct python_stack *stack)
{
	for (size_t i = 0; i < stack->n; i++) {
		struct python_frame *f = &stack->frames[i];

		if (!python_code_read(p, f->executable, &f->code) ||
		    !python_code_holds(p, &f->code, f->instruction))
			return false;
	}
	return true;
}

static bool same(const struct python_frame *a, const struct python_frame *b)
{
	return a->address == b->address && a->previous == b->previous &&
	       a->executable == b->executable;
}

/*
 * How many of the outer frames are in both, and whether all of them are, to the
 * instruction (the innermost one's may go on).
 */
static size_t in_both(const struct python_stack *a,
		      const struct python_stack *b, bool *exact)
{
	size_t n = 0;

	*exact = false;
	/* Where the outer end was cut off, that is no place to begin. */
	if ((a->n == PYTHON_FRAMES_MAX || b->n == PYTHON_FRAMES_MAX) &&
	    (a->n != b->n || !same(&a->frames[a->n - 1], &b->frames[b->n - 1])))
		return 0;
	while (n < a->n && n < b->n &&
	       same(&a->frames[a->n - 1 - n], &b->frames[b->n - 1 - n]))
		n++;
	if (n < a->n || n < b->n)
		return n;
	for (size_t i = 1; i < n; i++)
		if (a->frames[i].instruction != b->frames[i].instruction)
			return n;
	*exact = true;
	return n;
}

/* Twice, as it goes on meanwhile: what was there both times is believed. */
static size_t read_twice(const struct python_process *p,
			 const struct thread *thread,
			 struct python_stack *stack, bool *exact)
{
	struct python_stack again;
	struct thread now;

	*exact = false;
	if (!read_thread(p, thread->address, &now) ||
	    !walk(p, now.frame, stack) || !read_codes(p, stack) ||
	    !read_thread(p, thread->address, &now) ||
	    !walk(p, now.frame, &again))
		return 0;
	return in_both(stack, &again, exact);
}

bool python_stack_read(const struct python_process *p,
		       struct python_stack *stack)
{
	struct threads threads;
	struct python_stack now;
	struct thread thread, kept = { 0 };
	bool exact = false, alone = false;

	stack->n = 0;
	for (int i = 0; i < ATTEMPTS && !exact; i++) {
		size_t n;

		if (!choose_thread(p, &threads, &thread))
			continue;
		n = read_twice(p, &thread, &now, &exact);
		if (!exact && n <= stack->n)
			continue;
		/* The inner ones were torn in the reading. */
		stack->n = n;
		memcpy(stack->frames, now.frames + (now.n - n),
		       n * sizeof(now.frames[0]));
		kept = thread;
		alone = threads.n == 1;
	}
	if (!stack->n)
		return false;
	stack->tid = alone ? 0 : kept.tid;
	stack->holds = kept.holds;
	stack->asleep = thread_task(p, &kept, alone).state == 'S';
	return true;
}
