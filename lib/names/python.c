// SPDX-License-Identifier: GPL-2.0-or-later
#include "python.h"

#include <stdio.h>
#include <string.h>

#include "python_find.h"
#include "python_stack.h"

#define NAME_LEN 128
#define FILE_LEN 256
#define WORD_LEN 64

/* A frame as its author knows it. */
struct known {
	bool library, nested;
	char package[WORD_LEN]; /* of a library */
	char name[NAME_LEN];	/* without what it is nested in */
	char within[NAME_LEN];	/* a comprehension's function, or "" */
	char file[FILE_LEN];
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static const char *after(const char *text, const char *what)
{
	const char *p = strstr(text, what);

	return p ? p + strlen(what) : NULL;
}

static void copy(char *ret, size_t cap, const char *text, size_t len)
{
	if (len > cap - 1)
		len = cap - 1;
	memcpy(ret, text, len);
	ret[len] = '\0';
}

/* "json/decoder.py": json; "heapq.py": heapq; "importlib._bootstrap>" */
static void first_part(char ret[WORD_LEN], const char *path)
{
	copy(ret, WORD_LEN, path, strcspn(path, "/.>"));
}

/* The package of a file that is not the user's own; false: it is. */
static bool library_of(uint16_t version, const char *file, char ret[WORD_LEN])
{
	char zip[24], lib[24];
	const char *p;

	(void)snprintf(lib, sizeof(lib), "/python3.%u/", version & 0xffU);
	(void)snprintf(zip, sizeof(zip), "/python3%u.zip/", version & 0xffU);
	if (strncmp(file, "<frozen ", 8) == 0) {
		first_part(ret, file + 8);
		return true;
	}
	/* What numpy before 1.25 generates around its functions. */
	if (strncmp(file, "<__array_function__", 19) == 0) {
		copy(ret, WORD_LEN, "numpy", 5);
		return true;
	}
	p = after(file, "/site-packages/");
	if (!p)
		p = after(file, "/dist-packages/");
	/* lib/python3.N, lib64/python3.N: the standard library */
	if (!p && (strstr(file, "/lib/") || strstr(file, "/lib64/")))
		p = after(file, lib);
	if (!p)
		p = after(file, zip);
	if (!p)
		return false;
	first_part(ret, p);
	return true;
}

static bool comprehension(const char *name)
{
	static const char *const names[] = { "<listcomp>", "<dictcomp>",
					     "<setcomp>", "<genexpr>" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* "make.<locals>.Server.open": Server.open, which is in make */
static void split_name(struct known *k, const char *qualified)
{
	static const char locals[] = ".<locals>.";
	const char *name = qualified, *before = qualified, *p;

	while ((p = after(name, locals))) {
		before = name;
		name = p;
	}
	k->nested = name != qualified;
	k->within[0] = '\0';
	if (comprehension(name) && name != qualified)
		copy(k->within, sizeof(k->within), before,
		     (size_t)(name - before) - strlen(locals));
	copy(k->name, sizeof(k->name), name, strlen(name));
}

static bool know(const struct python_process *p, const struct python_frame *f,
		 struct known *ret)
{
	char text[FILE_LEN];
	size_t len, end;

	if (!python_string(p, f->code.filename, ret->file, sizeof(ret->file)) ||
	    !python_string(p, f->code.qualname, text, sizeof(text)))
		return false;
	split_name(ret, text);
	ret->package[0] = '\0';
	ret->library = library_of(p->layout.version, ret->file, ret->package);
	if (!ret->library || !ret->nested)
		return true;
	/* A wrapper may go by the name of what it wraps, as numpy's do. */
	if (!python_string(p, f->code.name, text, sizeof(text)))
		return false;
	len = strlen(text);
	end = strlen(ret->name);
	if (len > end || strcmp(ret->name + (end - len), text) != 0) {
		copy(ret->name, sizeof(ret->name), text, len);
		ret->nested = false;
	}
	return true;
}

/* What 3.12 on calls __init__ by, Python/specialize.c: nobody's code. */
static bool trampoline(const struct known *k)
{
	return strcmp(k->file, "__init__") == 0 &&
	       strcmp(k->name, "__init__") == 0;
}

/* "train" for the module level of train.py */
static void caller_name(const struct known *k, char ret[WORD_LEN])
{
	const char *base = base_name(k->file);

	if (strcmp(k->name, "<module>") != 0)
		copy(ret, WORD_LEN, k->name, strlen(k->name));
	else
		copy(ret, WORD_LEN, base,
		     base[0] == '<' ? strlen(base) : strcspn(base, "."));
}

/* One that wraps another function says nothing of what was called. */
static bool wrapper(const struct known *k)
{
	return k->nested ||
	       (k->name[0] == '<' && strcmp(k->name, "<module>") != 0) ||
	       strcmp(k->name, "wrapper") == 0;
}

/* "in pandas read_csv": what the user called, of `n` frames inner to outer. */
static void via_library(const struct known *k, size_t n,
			char via[sizeof(((struct names_place *)0)->via)])
{
	const struct known *shown = NULL, *outer;
	char text[WORD_LEN * 3];
	const char *name;

	/* The machinery of an import, then what is imported. */
	while (n > 1 && strcmp(k[n - 1].package, "importlib") == 0)
		n--;
	outer = &k[n - 1];
	for (size_t i = n; i-- > 0 && !shown;) {
		if (strcmp(k[i].package, outer->package) != 0)
			break;
		if (!wrapper(&k[i]))
			shown = &k[i];
	}
	name = shown ? shown->name : outer->name;
	if (strcmp(name, "<module>") == 0)
		(void)snprintf(text, sizeof(text), "in import %s",
			       outer->package);
	else if (strcmp(outer->package, "importlib") == 0)
		(void)snprintf(text, sizeof(text), "in import");
	else
		(void)snprintf(text, sizeof(text), "in %s %.64s",
			       outer->package, name);
	copy(via, sizeof(((struct names_place *)0)->via), text, strlen(text));
}

/* "by f < g": who called k[0], as far as they are the user's (or all are not). */
static void via_callers(const struct known *k, size_t n, const char *function,
			char via[sizeof(((struct names_place *)0)->via)])
{
	char names[2][WORD_LEN], text[WORD_LEN * 3] = "";
	const char *below = function, *file = k[0].file;
	size_t found = 0;

	for (size_t i = 1; i < n && found < 2; i++) {
		if (k[i].library != k[0].library || trampoline(&k[i]) ||
		    comprehension(k[i].name))
			continue;
		/* It calls itself, or is what a comprehension is in. */
		if (strcmp(k[i].name, below) == 0 &&
		    strcmp(k[i].file, file) == 0)
			continue;
		caller_name(&k[i], names[found++]);
		below = k[i].name;
		file = k[i].file;
	}
	if (found)
		(void)snprintf(text, sizeof(text), "by %s%s%s", names[0],
			       found > 1 ? " < " : "",
			       found > 1 ? names[1] : "");
	copy(via, sizeof(((struct names_place *)0)->via), text, strlen(text));
}

static void tell(const struct python_process *p,
		 const struct python_stack *stack, const struct known *k,
		 size_t n, struct names_place *ret)
{
	size_t user = 0, inner = 0;
	const char *function, *base;

	/* Without one that is the user's: the innermost. */
	while (user < n && (k[user].library || trampoline(&k[user])))
		user++;
	if (user == n)
		for (user = 0; user < n - 1 && trampoline(&k[user]);)
			user++;
	function = k[user].name;
	if (comprehension(function)) {
		/* 3.9 has no qualified names, but its caller. */
		if (k[user].within[0])
			function = k[user].within;
		else if (user + 1 < n &&
			 strcmp(k[user].file, k[user + 1].file) == 0)
			function = k[user + 1].name;
	}
	base = base_name(k[user].file);
	copy(ret->function, sizeof(ret->function), function, strlen(function));
	copy(ret->file, sizeof(ret->file), base, strlen(base));
	ret->line = python_code_line(p, &stack->frames[user].code,
				     stack->frames[user].instruction);
	while (inner < user && !k[inner].library)
		inner++;
	if (user > inner && !k[user].library)
		via_library(k + inner, user - inner, ret->via);
	else
		via_callers(k + user, n - user, function, ret->via);
	ret->asleep = stack->asleep;
	ret->ready = !stack->asleep && !stack->holds;
	ret->tid = stack->tid;
}

bool names_python_place(struct names_python *python,
			const struct names_maps *maps, int proc_fd, int mem_fd,
			uint32_t pid, struct names_place *place)
{
	struct python_process p = { .known = python,
				    .proc_fd = proc_fd,
				    .mem_fd = mem_fd,
				    .pid = pid };
	struct known known[PYTHON_FRAMES_MAX];
	struct names_place found = { 0 };
	struct python_stack stack;

	if (!python_find(python, maps, proc_fd, mem_fd, pid) ||
	    !python_layout(&p.layout, python->version, mem_fd,
			   python->runtime) ||
	    !python_stack_read(&p, &stack))
		return false;
	for (size_t i = 0; i < stack.n; i++)
		if (!know(&p, &stack.frames[i], &known[i]))
			return false;
	tell(&p, &stack, known, stack.n, &found);
	*place = found;
	return true;
}
