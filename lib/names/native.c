// SPDX-License-Identifier: GPL-2.0-or-later
#include "native.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "demangle.h"
#include "object.h"
#include "whose.h"

#define FILES_MAX  16
#define CODES_MAX  512
#define MEMORY_MAX (256UL << 20) /* of all files, when there is another one */
#define FRAMES_MAX 32
#define DELETED	   " (deleted)"
#define PROC	   "/proc" /* one namespace with the program that asks */

/* A mapped file.  Not opened, or not to be: `object` is NULL. */
struct file {
	char *path; /* NULL: free */
	uint64_t inode;
	uint32_t major, minor;
	uint64_t id, used;
	bool is_own;
	struct names_object *object;
};

struct cached_code {
	uint64_t file_id, address; /* 0: free */
	bool known;
	struct names_code code;
};

struct names_native {
	struct file files[FILES_MAX];
	struct cached_code codes[CODES_MAX];
	uint64_t clock, last_id;
};

/* One process, one chain. */
struct walk {
	struct names_native *native;
	const struct names_maps *maps;
	uint32_t pid;
	char exe[512];
	uint64_t exe_inode;

	const uint64_t *callers, *words;
	unsigned int n_callers, n_words;

	/* Where it is. */
	uint64_t pc;
	bool is_leaf;
	bool at_known; /* words[at] is at the frame's rsp */
	unsigned int at;
	bool rbp_kept; /* still the register of the fault, so `callers` hold */
	bool rbp_known;
	uint64_t rbp, rsp; /* rsp: at words[0]; 0: not known */
	bool cut;	   /* the frame ends beyond the words */
};

/* What one address is. */
struct frame {
	enum names_whose whose;
	char label[24];
	char base[64];
	uint64_t address; /* in the file */
	struct names_code code;
};

struct names_native *names_native_new(void)
{
	return calloc(1, sizeof(struct names_native));
}

static void close_file(struct file *file)
{
	names_object_close(file->object);
	free(file->path);
	memset(file, 0, sizeof(*file));
}

void names_native_free(struct names_native *native)
{
	if (!native)
		return;
	for (unsigned int i = 0; i < FILES_MAX; i++)
		close_file(&native->files[i]);
	free(native);
}

static bool is_deleted(const char *path)
{
	size_t len = strlen(path), tail = strlen(DELETED);

	return len > tail && strcmp(path + len - tail, DELETED) == 0;
}

/* The very file that is mapped.  By inode: several file systems tell another
 * device in maps than in stat. */
static int open_same(const char *path, uint64_t inode, bool *is_own)
{
	struct stat st;
	int fd = names_open_regular(path);

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) || (uint64_t)st.st_ino != inode) {
		(void)close(fd);
		return -1;
	}
	*is_own = st.st_uid == getuid();
	return fd;
}

/* As we see the path, as the process does (a container), or its program. */
static int open_mapped(const struct walk *w, const struct names_mapping *m,
		       bool *is_own)
{
	char path[4200];
	int fd = -1;

	if (!is_deleted(m->path)) {
		fd = open_same(m->path, m->inode, is_own);
		(void)snprintf(path, sizeof(path), PROC "/%u/root%s", w->pid,
			       m->path);
		if (fd < 0)
			fd = open_same(path, m->inode, is_own);
	}
	(void)snprintf(path, sizeof(path), PROC "/%u/exe", w->pid);
	return fd < 0 ? open_same(path, m->inode, is_own) : fd;
}

static size_t held(const struct names_native *native)
{
	size_t sum = 0;

	for (unsigned int i = 0; i < FILES_MAX; i++)
		if (native->files[i].object)
			sum += names_object_size(native->files[i].object);
	return sum;
}

/* A free one, or the one that was not used for longest, emptied. */
static struct file *free_file(struct names_native *native)
{
	struct file *oldest = &native->files[0];

	for (unsigned int i = 0; i < FILES_MAX; i++) {
		if (!native->files[i].path)
			return &native->files[i];
		if (native->files[i].used < oldest->used)
			oldest = &native->files[i];
	}
	close_file(oldest);
	return oldest;
}

static void trim(struct names_native *native, const struct file *keep)
{
	while (held(native) > MEMORY_MAX) {
		struct file *oldest = NULL;

		for (unsigned int i = 0; i < FILES_MAX; i++) {
			struct file *f = &native->files[i];

			if (f != keep && f->object &&
			    names_object_size(f->object) &&
			    (!oldest || f->used < oldest->used))
				oldest = f;
		}
		if (!oldest)
			return;
		close_file(oldest);
	}
}

static struct file *get_file(const struct walk *w,
			     const struct names_mapping *m)
{
	struct names_native *native = w->native;
	struct file *file;
	int fd;

	for (unsigned int i = 0; i < FILES_MAX; i++) {
		file = &native->files[i];
		if (file->path && file->inode == m->inode &&
		    file->major == m->major && file->minor == m->minor &&
		    strcmp(file->path, m->path) == 0) {
			file->used = ++native->clock;
			trim(native, file);
			return file;
		}
	}
	file = free_file(native);
	file->path = strdup(m->path);
	if (!file->path)
		return NULL;
	file->inode = m->inode;
	file->major = m->major;
	file->minor = m->minor;
	file->id = ++native->last_id;
	file->used = ++native->clock;
	trim(native, file);
	fd = open_mapped(w, m, &file->is_own);
	if (fd >= 0)
		file->object = names_object_open(fd);
	return file;
}

/* The file that holds an address of code, and the address in it. */
static struct file *find_code(const struct walk *w, uint64_t pc,
			      uint64_t *address)
{
	const struct names_mapping *m = names_maps_find(w->maps, pc);
	struct file *file;

	if (!m || !m->executable || !m->inode || m->path[0] != '/')
		return NULL;
	file = get_file(w, m);
	*address = pc - m->start + m->offset;
	if (file && file->object &&
	    !names_object_address(file->object, *address, address))
		return NULL;
	return file;
}

static bool code_of(struct names_native *native, struct file *file,
		    uint64_t address, struct names_code *code)
{
	struct cached_code *c =
		&native->codes[(address ^ address >> 9 ^ file->id * 61) %
			       CODES_MAX];

	if (c->file_id != file->id || c->address != address) {
		c->file_id = file->id;
		c->address = address;
		memset(&c->code, 0, sizeof(c->code));
		c->known = file->object &&
			   names_object_code(file->object, address, &c->code);
	}
	*code = c->code;
	return c->known;
}

/* `back`: 1 for a return address, as what matters is the call before it. */
static bool look(const struct walk *w, uint64_t pc, unsigned int back,
		 struct frame *frame)
{
	struct names_module module = { .exe = w->exe };
	struct file *file = find_code(w, pc - back, &frame->address);

	if (!file)
		return false;
	module.is_own = file->is_own;
	module.is_exe = file->inode == w->exe_inode &&
			strcmp(file->path, w->exe) == 0;
	frame->whose = names_whose(file->path, &module, frame->label);
	names_base(file->path, frame->base);
	(void)code_of(w->native, file, frame->address, &frame->code);
	return true;
}

/* What the address behind a call looks like in the file. */
static enum names_call call_before(const struct walk *w, uint64_t pc,
				   uint64_t *target)
{
	uint64_t address;
	struct file *file = find_code(w, pc - 1, &address);

	return file && file->object
		       ? names_object_call(file->object, address + 1, target)
		       : NAMES_CALL_NONE;
}

static bool ret_at(struct walk *w, int64_t cfa, uint64_t *pc)
{
	if (cfa < 1 || cfa > w->n_words) {
		w->cut = cfa > w->n_words;
		return false;
	}
	*pc = w->words[cfa - 1];
	return true;
}

/* By a rule that gives the CFA as a word's number. */
static bool step_to(struct walk *w, const struct names_rule *rule, int64_t cfa,
		    uint64_t *pc)
{
	int64_t saved = cfa + rule->rbp_offset / 8;

	if (!ret_at(w, cfa, pc))
		return false;
	if (rule->rbp_saved) {
		w->rbp_kept = false;
		w->rbp_known = saved >= 0 && saved < w->n_words;
		if (w->rbp_known)
			w->rbp = w->words[saved];
	}
	w->at_known = true;
	w->at = (unsigned int)cfa;
	return true;
}

/*
 * A frame by rbp: by its value, else by the kernel's own walk, which is then
 * right for this frame.  Behind it rsp is known where the words hold the same.
 */
static bool step_by_rbp(struct walk *w, const struct names_rule *rule,
			uint64_t *pc)
{
	bool known = w->rsp && w->rbp_known && w->rbp >= w->rsp &&
		     w->rbp % 8 == 0 && rule->cfa_offset % 8 == 0 &&
		     !rule->realigned;
	int64_t cfa =
		known ? (int64_t)((w->rbp - w->rsp) / 8) + rule->cfa_offset / 8
		      : 0;
	unsigned int from = w->at;

	if (known && step_to(w, rule, cfa, pc)) {
		/* The kernel's walk went the same way. */
		if (w->n_callers && *w->callers == *pc) {
			w->callers++;
			w->n_callers--;
			w->rbp_kept = true;
		}
		return true;
	}
	if (!w->rbp_kept || !w->n_callers)
		return false;
	*pc = *w->callers++;
	w->n_callers--;
	w->rbp_known = false;
	while (w->at_known && from < w->n_words && w->words[from] != *pc)
		from++;
	w->at_known = w->at_known && from < w->n_words;
	w->at = from + 1;
	return true;
}

/* To the caller's frame, by the code's own tables. */
static bool step(struct walk *w)
{
	struct names_rule rule;
	uint64_t address, pc, target;
	struct file *file = find_code(w, w->pc - !w->is_leaf, &address);

	if (!file || !file->object ||
	    !names_object_rule(file->object, address, &rule))
		return false;
	if (rule.by_rbp) {
		if (!step_by_rbp(w, &rule, &pc))
			return false;
	} else if (!w->at_known || rule.cfa_offset % 8 ||
		   !step_to(w, &rule, w->at + rule.cfa_offset / 8, &pc)) {
		return false;
	}
	if (call_before(w, pc, &target) == NAMES_CALL_NONE)
		return false;
	w->pc = pc;
	w->is_leaf = false;
	return true;
}

static bool same_file(const struct walk *w, uint64_t a, uint64_t b)
{
	const struct names_mapping *m = names_maps_find(w->maps, a);
	const struct names_mapping *n = names_maps_find(w->maps, b);

	return m && n && m->inode == n->inode && m->major == n->major &&
	       m->minor == n->minor && strcmp(m->path, n->path) == 0;
}

/*
 * Could the call before `pc` have led to the frame where the walk is?  Into
 * another file only through a linkage table or a pointer, and in the same one
 * to where a function begins.
 */
static bool leads_here(const struct walk *w, uint64_t pc)
{
	uint64_t target, address;
	enum names_call call = call_before(w, pc, &target);
	struct file *file = find_code(w, pc - 1, &address);

	if (call != NAMES_CALL_DIRECT || !file || !file->object)
		return call == NAMES_CALL_POINTER;
	if (same_file(w, pc - 1, w->pc - !w->is_leaf))
		return names_object_is_entry(file->object, target);
	return names_object_is_plt(file->object, target);
}

static bool is_place(const struct frame *f)
{
	return f->whose == NAMES_USER && !f->code.runtime &&
	       !names_is_allocator(f->code.function);
}

/* The function that the call before `pc` names, when that is a place. */
static bool callee(const struct walk *w, uint64_t pc, struct frame *frame)
{
	uint64_t target, address;
	struct file *file;
	struct frame to;

	if (call_before(w, pc, &target) != NAMES_CALL_DIRECT)
		return false;
	file = find_code(w, pc - 1, &address);
	if (!file || !file->object ||
	    names_object_is_plt(file->object, target) ||
	    !names_object_is_entry(file->object, target) ||
	    !look(w, pc, 1, &to))
		return false;
	to.address = target;
	if (!code_of(w->native, file, target, &to.code) ||
	    !to.code.function[0] || !is_place(&to))
		return false;
	*frame = to;
	return true;
}

/* What is no certain frame: only where the tables say nothing at all. */
static bool guess_by_words(const struct walk *w, struct frame *frame)
{
	for (unsigned int i = w->at; w->at_known && i < w->n_words; i++)
		if (leads_here(w, w->words[i]) &&
		    look(w, w->words[i], 1, frame) && is_place(frame)) {
			(void)callee(w, w->words[i], frame);
			return true;
		}
	return false;
}

/*
 * rbp belongs to the frame of a function that is not in the chain: the one that
 * was called before the first caller.  When that call names its target, and
 * that keeps frame pointers, it is the one; its first line then.
 */
static bool guess_by_caller(const struct walk *w, struct frame *frame)
{
	enum { PROLOGUE = 8 }; /* endbr64; push %rbp; mov %rsp, %rbp */
	struct names_rule rule;
	uint64_t address;
	struct file *file;

	if (!w->rbp_kept || !w->n_callers || !callee(w, w->callers[0], frame))
		return false;
	file = find_code(w, w->callers[0] - 1, &address);
	return file && file->object &&
	       names_object_rule(file->object, frame->address + PROLOGUE,
				 &rule) &&
	       rule.by_rbp;
}

static void begin(struct walk *w, const struct names_chain *chain)
{
	unsigned int n = chain->n < NAMES_CHAIN_MAX ? chain->n
						    : NAMES_CHAIN_MAX;
	unsigned int i = 1;

	w->pc = chain->address[0];
	w->is_leaf = true;
	w->callers = &chain->address[i];
	while (i < n && chain->kind[i] == NAMES_FRAME_CALLER)
		i++;
	w->n_callers = i - 1;
	w->words = &chain->address[i];
	while (i < n && chain->kind[i] == NAMES_FRAME_WORD)
		i++;
	w->n_words = (unsigned int)(&chain->address[i] - w->words);
	w->at_known = true;
	w->rbp_kept = true;
	w->rsp = chain->rsp;
	w->rbp = chain->rbp;
	w->rbp_known = chain->rsp != 0;
}

static void find_exe(struct walk *w)
{
	char path[32];
	struct stat st;
	ssize_t len;

	(void)snprintf(path, sizeof(path), PROC "/%u/exe", w->pid);
	len = readlink(path, w->exe, sizeof(w->exe) - 1);
	if (len > 0 && stat(path, &st) == 0) {
		w->exe[len] = '\0';
		w->exe_inode = (uint64_t)st.st_ino;
		return;
	}
	/* The program lies lowest. */
	w->exe[0] = '\0';
	for (size_t i = 0; i < w->maps->n; i++)
		if (w->maps->list[i].inode) {
			(void)snprintf(w->exe, sizeof(w->exe), "%s",
				       w->maps->list[i].path);
			w->exe_inode = w->maps->list[i].inode;
			return;
		}
}

static void set_via(struct names_place *place, const struct frame *f)
{
	bool named = f->code.exported && f->code.function[0];
	char text[100];

	(void)snprintf(text, sizeof(text), "%s%s%s", f->label,
		       named && f->label[0] ? " " : "",
		       named || !f->label[0] ? f->code.function : "");
	(void)snprintf(place->via, sizeof(place->via), "through %.31s", text);
}

/* Of what is linked into a program in front of main, and between functions. */
static bool is_caller(const char *function)
{
	return function[0] && function[0] != '_' &&
	       strncmp(function, "std::", 5) != 0 &&
	       strncmp(function, "clone", 5) != 0 &&
	       strcmp(function, "start_thread") != 0;
}

/* "by f < g": the user's functions that called `from`, as far as they show. */
static void set_callers(struct walk *w, const struct frame *from,
			struct names_place *place)
{
	char text[2 * sizeof(from->code.function)] = "";
	const char *last = from->code.function;
	unsigned int n = 0;
	struct frame f;

	if (is_caller(from->code.within)) {
		(void)snprintf(text, sizeof(text), "%s", from->code.within);
		last = from->code.within;
		n++;
	}
	for (unsigned int i = 0; n < 2 && i < FRAMES_MAX; i++) {
		size_t len = strlen(text);

		if (!strcmp(last, "main") || !step(w))
			break;

		if (!look(w, w->pc, 1, &f))
			break;
		if (!is_place(&f) || !is_caller(f.code.function) ||
		    !strcmp(f.code.function, last))
			continue;
		(void)snprintf(text + len, sizeof(text) - len, "%s%s",
			       n ? " < " : "", f.code.function);
		last = f.code.function;
		n++;
	}
	if (n)
		(void)snprintf(place->via, sizeof(place->via), "by %.36s",
			       text);
}

static void set_place(struct names_place *place, const struct frame *f)
{
	const struct names_code *c = &f->code;

	if (c->function[0])
		(void)snprintf(place->function, sizeof(place->function), "%s",
			       c->function);
	else if (f->whose == NAMES_LIBRARY)
		(void)snprintf(place->function, sizeof(place->function), "%s",
			       f->label);
	else
		(void)snprintf(place->function, sizeof(place->function),
			       "0x%llx", (unsigned long long)f->address);
	(void)snprintf(place->file, sizeof(place->file), "%.39s",
		       c->file[0] ? c->file : f->base);
	place->line = c->line;
}

/* What is nothing better than: each the innermost of its kind. */
struct second {
	bool has_wrapper, has_other, has_library;
	struct frame wrapper, other, library;
};

static void keep(struct second *second, const struct frame *f,
		 struct names_place *place)
{
	bool *has = NULL;
	struct frame *to = NULL;

	if (f->whose == NAMES_USER && !f->code.runtime) {
		has = &second->has_wrapper;
		to = &second->wrapper;
	} else if (f->whose == NAMES_OTHER && !f->code.runtime) {
		has = &second->has_other;
		to = &second->other;
	} else if (f->whose == NAMES_LIBRARY) {
		has = &second->has_library;
		to = &second->library;
	}
	if (!has)
		return;
	if (!*has)
		*to = *f;
	*has = true;
	if (f->whose == NAMES_USER)
		(void)snprintf(place->via, sizeof(place->via), "through %.31s",
			       f->code.function);
	else
		set_via(place, f);
}

static bool take_second(const struct second *second, struct names_place *place)
{
	const struct frame *f = second->has_wrapper   ? &second->wrapper
				: second->has_other   ? &second->other
				: second->has_library ? &second->library
						      : NULL;

	if (!f)
		return false;
	place->via[0] = '\0';
	if (f->whose == NAMES_LIBRARY && f->code.function[0] &&
	    !f->code.exported)
		return false;
	if (f->whose == NAMES_LIBRARY && f->code.function[0])
		(void)snprintf(place->via, sizeof(place->via), "through %s",
			       f->label);
	set_place(place, f);
	return true;
}

bool names_native_place(struct names_native *native,
			const struct names_maps *maps, uint32_t pid,
			const struct names_chain *chain,
			struct names_place *place)
{
	struct walk w = { .native = native, .maps = maps, .pid = pid };
	struct names_place found = { .line = 0 };
	struct second second = { .has_other = false };
	bool ok = false, walked;
	struct frame f;

	if (!chain->n || chain->kind[0] != NAMES_FRAME_LEAF)
		return false;
	find_exe(&w);
	begin(&w, chain);
	for (unsigned int i = 0; !ok && i < FRAMES_MAX; i++) {
		if (!look(&w, w.pc, !w.is_leaf, &f))
			break;
		ok = is_place(&f);
		/* A tail call has left no frame of the function between. */
		if (ok && !w.is_leaf)
			(void)callee(&w, w.pc, &f);
		if (!ok) {
			keep(&second, &f, &found);
			if (!step(&w))
				break;
		}
	}
	walked = ok;
	/* Beyond the words there is no guessing: what they hold is stale. */
	if (!ok && !w.cut)
		ok = guess_by_words(&w, &f);
	if (!ok)
		ok = guess_by_caller(&w, &f);
	if (ok)
		set_place(&found, &f);
	else if (!take_second(&second, &found))
		return false;
	if (walked && !found.via[0])
		set_callers(&w, &f, &found);
	*place = found;
	return true;
}
