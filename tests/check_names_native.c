// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Real programs, real page faults: each fixture grows in one known function,
 * the kernel samples its faults (perf), and each sample is named.  Where the
 * kernel refuses that, only what needs no sample is tested.
 */
#include <linux/perf_event.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../lib/names/demangle.h"
#include "../lib/names/native.h"
#include "../lib/names/object.h"
#include "../lib/names/whose.h"
#include "check.h"

#define CPUS	   64
#define RING_PAGES 64UL
#define WORDS	   40
#define CALLERS	   6

static char folder[64]; /* of what is built; shared by the tests of one run */

static bool has_command(const char *name)
{
	char command[128];

	(void)snprintf(command, sizeof(command),
		       "command -v %s >/dev/null 2>&1", name);
	return system(command) == 0;
}

/* --- the fixture's process and its faults --- */

struct child {
	pid_t pid;
	int to, from;
};

static void start_child(struct child *c, char *const *argv)
{
	int in[2], out[2];
	char ready;

	ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
	c->pid = fork();
	ck_assert_int_ge(c->pid, 0);
	if (!c->pid) {
		(void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		(void)dup2(in[0], 0);
		(void)dup2(out[1], 1);
		(void)execvp(argv[0], argv);
		_exit(127);
	}
	(void)close(in[0]);
	(void)close(out[1]);
	c->to = in[1];
	c->from = out[0];
	ck_assert_msg(read(c->from, &ready, 1) == 1, "%s does not start",
		      argv[0]);
}

static void let_grow(struct child *c)
{
	char grown;

	ck_assert_int_eq(write(c->to, "g", 1), 1);
	ck_assert_int_eq(read(c->from, &grown, 1), 1);
}

static void end_child(struct child *c)
{
	int status;

	(void)kill(c->pid, SIGKILL);
	ck_assert_int_eq(waitpid(c->pid, &status, 0), c->pid);
	(void)close(c->to);
	(void)close(c->from);
}

struct rings {
	int fds[CPUS];
	void *maps[CPUS];
	unsigned int n;
};

static bool open_rings(struct rings *r, pid_t pid)
{
	enum { RBP = 6, RSP = 7 };
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_PAGE_FAULTS,
		.sample_period = 8,
		.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_ADDR |
			       PERF_SAMPLE_CALLCHAIN | PERF_SAMPLE_REGS_USER |
			       PERF_SAMPLE_STACK_USER,
		.sample_regs_user = 1 << RBP | 1 << RSP,
		.sample_stack_user = WORDS * 8,
		.exclude_callchain_kernel = 1,
		.inherit = 1,
	};
	long cpus = sysconf(_SC_NPROCESSORS_CONF);

	r->n = 0;
	for (int cpu = 0; cpu < cpus && cpu < CPUS; cpu++) {
		int fd = (int)syscall(SYS_perf_event_open, &attr, pid, cpu, -1,
				      PERF_FLAG_FD_CLOEXEC);
		void *map;

		if (fd < 0)
			continue;
		map = mmap(NULL, (RING_PAGES + 1) * 4096,
			   PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (map == MAP_FAILED) {
			(void)close(fd);
			continue;
		}
		r->fds[r->n] = fd;
		r->maps[r->n++] = map;
	}
	return r->n != 0;
}

static void close_rings(struct rings *r)
{
	for (unsigned int i = 0; i < r->n; i++) {
		(void)munmap(r->maps[i], (RING_PAGES + 1) * 4096);
		(void)close(r->fds[i]);
	}
}

/* How much of a sample the chain gets. */
enum evidence {
	WITH_REGISTERS,
	WITH_WORDS,
	WITH_CALLERS,
	EVIDENCES,
};

struct sample {
	uint64_t address, ip, rbp, rsp, callers[CALLERS], words[WORDS];
	unsigned int n_callers, n_words;
};

static void read_sample(const uint64_t *at, struct sample *s)
{
	uint64_t n;

	memset(s, 0, sizeof(*s));
	s->ip = *at++;
	s->address = *at++;
	for (n = *at++; n; n--, at++)
		if (*at < (uint64_t)-4096 && *at != s->ip &&
		    s->n_callers < CALLERS) {
			/* In a system call: where that was made. */
			if (s->ip >> 63)
				s->ip = *at;
			else
				s->callers[s->n_callers++] = *at;
		}
	if (*at++) { /* registers */
		s->rbp = *at++;
		s->rsp = *at++;
	}
	n = *at++ / 8;
	for (uint64_t i = 0; i < n && i < WORDS; i++)
		s->words[i] = at[i];
	s->n_words = n < WORDS ? (unsigned int)n : WORDS;
	if (n && at[n] / 8 < s->n_words)
		s->n_words = (unsigned int)(at[n] / 8);
}

static void make_chain(const struct sample *s, enum evidence e,
		       struct names_chain *chain)
{
	memset(chain, 0, sizeof(*chain));
	chain->address[chain->n++] = s->ip;
	for (unsigned int i = 0; i < s->n_callers; i++) {
		chain->kind[chain->n] = NAMES_FRAME_CALLER;
		chain->address[chain->n++] = s->callers[i];
	}
	for (unsigned int i = 0; e != WITH_CALLERS && i < s->n_words; i++) {
		chain->kind[chain->n] = NAMES_FRAME_WORD;
		chain->address[chain->n++] = s->words[i];
	}
	if (e == WITH_REGISTERS) {
		chain->rsp = s->rsp;
		chain->rbp = s->rbp;
	}
}

typedef void each_sample(const struct sample *sample, void *arg);

static void for_each_sample(const struct rings *r, each_sample *f, void *arg)
{
	for (unsigned int i = 0; i < r->n; i++) {
		struct perf_event_mmap_page *page = r->maps[i];
		const char *data = (const char *)page + 4096;
		uint64_t at = 0, head = page->data_head;

		/* Never read before now: what did not fit was left out. */
		__sync_synchronize();
		while (at < head) {
			const struct perf_event_header *h =
				(const void *)(data + at);
			struct sample s;

			if (h->type == PERF_RECORD_SAMPLE) {
				read_sample((const void *)(h + 1), &s);
				f(&s, arg);
			}
			at += h->size;
		}
	}
}

/* --- the table --- */

struct score {
	unsigned int right, another, nothing;
};

struct growth_case {
	const char *mode, *function; /* "a|b": either */
};

struct build {
	const char *name, *compiler, *command; /* $DIR: the folder */
	const char *source;
	bool lines; /* expected, too */
	bool stripped;
};

struct asked {
	const struct build *build;
	const struct growth_case *c;
	struct names_native *native;
	struct names_maps maps;
	uint32_t pid;
	struct score scores[EVIDENCES], callers;
	char last_another[EVIDENCES][NAMES_PLACE_LEN];
	char last_caller[NAMES_PLACE_LEN];
	char last_right[NAMES_PLACE_LEN];
};

/* Lines between the function's head and its end, in either language. */
static bool is_in_function(const char *source, const char *function,
			   unsigned int line)
{
	char path[128], text[256], head[96];
	const char *last = strrchr(function, ':');
	unsigned int n = 0;
	bool inside = false, found = false;
	FILE *file;

	(void)snprintf(path, sizeof(path), "tests/names/%s", source);
	(void)snprintf(head, sizeof(head), "%s(", last ? last + 1 : function);
	if (strchr(head, '<'))
		strcpy(strchr(head, '<'), "(");
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	while (!found && fgets(text, sizeof(text), file)) {
		n++;
		if (text[0] != '\t' && strstr(text, head) &&
		    !strchr(text, ';') && !strstr(text, "call "))
			inside = true;
		if (inside && n == line)
			found = true;
		if (text[0] == '}' || strstr(text, "end subroutine"))
			inside = false;
	}
	(void)fclose(file);
	return found;
}

static bool is_right(const struct asked *a, const struct names_place *p)
{
	const char *want = a->c->function;
	const char *source = strcmp(want, "in_library") == 0 ? "library.c"
							     : a->build->source;
	size_t len = strlen(p->function);

	while (strncmp(want, p->function, len) != 0 ||
	       (want[len] && want[len] != '|')) {
		want = strchr(want, '|');
		if (!want)
			return false;
		want++;
	}
	if (a->build->lines && p->line &&
	    (strcmp(p->file, source) != 0 ||
	     (strcmp(p->function, "heat") != 0 &&
	      strcmp(p->function, "numpy") != 0 && !strchr(p->function, '{') &&
	      !is_in_function(source, p->function, p->line))))
		return false;
	return true;
}

/* Who called what is right: never one that did not. */
static void check_callers(struct asked *a, const struct names_place *p)
{
	static const char *const callers[] = {
		"by main",	  "by heat",
		"by heat < main", "by main program",
		"by main < heat", "by main program < main",
		"by with_lambda", "by with_lambda < main",
		"by by_openmp",	  "by by_openmp < main",
	};

	if (strncmp(p->via, "by ", 3) != 0) {
		a->callers.nothing++;
		return;
	}
	for (size_t i = 0; i < sizeof(callers) / sizeof(callers[0]); i++)
		if (!strcmp(p->via, callers[i])) {
			a->callers.right++;
			return;
		}
	a->callers.another++;
	names_place_text(p, a->last_caller);
}

static void ask(const struct sample *s, void *arg)
{
	struct asked *a = arg;
	const struct names_mapping *m = names_maps_find(&a->maps, s->address);

	/* What grows, and not the program's loading. */
	if (!m || !m->writable || (m->inode && m->path[0] == '/') ||
	    strcmp(m->path, "[stack]") == 0)
		return;
	for (int e = 0; e < EVIDENCES; e++) {
		struct names_chain chain;
		struct names_place place;

		make_chain(s, (enum evidence)e, &chain);
		if (!names_native_place(a->native, &a->maps, a->pid, &chain,
					&place)) {
			a->scores[e].nothing++;
		} else if (is_right(a, &place)) {
			a->scores[e].right++;
			check_callers(a, &place);
			names_place_text(&place, a->last_right);
		} else {
			a->scores[e].another++;
			names_place_text(&place, a->last_another[e]);
		}
	}
}

static void read_maps(struct names_maps *maps, pid_t pid)
{
	char path[32];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(names_maps_read(maps, fd), 0);
	(void)close(fd);
}

static bool no_perf;

/* One process: all its samples, by each kind of evidence. */
static void ask_process(struct asked *a, char *const *argv)
{
	struct child child;
	struct rings rings;

	start_child(&child, argv);
	if (!open_rings(&rings, child.pid)) {
		no_perf = true;
		end_child(&child);
		return;
	}
	let_grow(&child);
	read_maps(&a->maps, child.pid);
	a->pid = (uint32_t)child.pid;
	for_each_sample(&rings, ask, a);
	close_rings(&rings);
	end_child(&child);
	names_maps_free(&a->maps);
}

static void add(struct score *to, const struct score *from)
{
	to->right += from->right;
	to->another += from->another;
	to->nothing += from->nothing;
}

static void print_scores(const char *name, const char *mode,
			 const struct score s[EVIDENCES])
{
	printf("%-26s %-10s", name, mode);
	for (int e = 0; e < EVIDENCES; e++)
		printf(" | %5u %5u %5u", s[e].right, s[e].another,
		       s[e].nothing);
	printf("\n");
}

static void print_head(void)
{
	printf("%-37s | %-17s | %-17s | %s\n",
	       "right, another, nothing by:", "words, registers", "words",
	       "callers alone");
}

static bool verbose(void)
{
	return getenv("NAMES_VERBOSE") != NULL;
}

static struct score called; /* of all that was right */

static void ask_case(const struct build *b, const struct growth_case *c,
		     struct score sum[EVIDENCES])
{
	char program[96], mode[32];
	char *argv[] = { program, mode, NULL };
	struct asked a = { .build = b, .c = c };

	(void)snprintf(program, sizeof(program), "%s/grow", folder);
	(void)snprintf(mode, sizeof(mode), "%s", c->mode);
	a.native = names_native_new();
	ck_assert_ptr_nonnull(a.native);
	ask_process(&a, argv);
	names_native_free(a.native);
	if (verbose()) {
		print_scores(b->name, c->mode, a.scores);
		if (a.last_right[0])
			printf("\t\tright: %s\n", a.last_right);
		for (int e = 0; e < EVIDENCES; e++)
			if (a.last_another[e][0])
				printf("\t\tanother (%d): %s\n", e,
				       a.last_another[e]);
	}
	ck_assert_msg(!a.callers.another, "called by another: %s",
		      a.last_caller);
	add(&called, &a.callers);
	for (int e = 0; e < EVIDENCES; e++)
		add(&sum[e], &a.scores[e]);
}

static void begin_folder(void)
{
	(void)close(make_folder(folder));
	ck_assert_int_eq(setenv("DIR", folder, 1), 0);
}

/* All cases of all builds of a language; false: nothing was measured. */
static bool measure(const struct build *builds, size_t n_builds,
		    const struct growth_case *cases, size_t n_cases)
{
	struct score sum[EVIDENCES] = { { 0 } };
	unsigned int asked;

	memset(&called, 0, sizeof(called));
	begin_folder();
	print_head();
	for (size_t i = 0; i < n_builds && !no_perf; i++) {
		struct score one[EVIDENCES] = { { 0 } };

		if (!has_command(builds[i].compiler) ||
		    system(builds[i].command) != 0) {
			printf("skipped: %s (%s)\n", builds[i].name,
			       builds[i].compiler);
			continue;
		}
		for (size_t j = 0; j < n_cases && !no_perf; j++)
			ask_case(&builds[i], &cases[j], one);
		print_scores(builds[i].name, "all", one);
		for (int e = 0; e < EVIDENCES && !builds[i].stripped; e++)
			add(&sum[e], &one[e]);
	}
	remove_folder(folder, -1);
	if (no_perf) {
		printf("skipped: no perf events of page faults here\n");
		return false;
	}
	print_scores("with symbols", "all", sum);
	asked = sum[0].right + sum[0].another + sum[0].nothing;
	/* No compiler of this language. */
	if (!asked)
		return false;
	for (int e = 0; e < EVIDENCES; e++)
		ck_assert_msg(sum[e].another * 50 <= asked,
			      "another is named: %u of %u, by evidence %d",
			      sum[e].another, asked, e);
	ck_assert_msg(called.right >= called.nothing,
		      "no caller is named: %u of %u", called.nothing,
		      called.nothing + called.right);
	printf("callers: %u right, %u wrong, %u none\n", called.right,
	       called.another, called.nothing);
	for (int e = 0; e < WITH_CALLERS; e++)
		ck_assert_msg(sum[e].right * 10 >= asked * 8,
			      "too few are right: %u of %u, by evidence %d",
			      sum[e].right, asked, e);
	return true;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define WITH_LIB(cc, flags) \
	cc " " flags " -fPIC -shared -o $DIR/libmesh.so tests/names/library.c" \
	   " && " cc " " flags " -rdynamic -DLIBRARY -o $DIR/grow" \
	   " tests/names/grow.c -L$DIR -lmesh -Wl,-rpath,$DIR"

START_TEST(named_c)
{
	static const struct build builds[] = {
		{ "C -O0 -g", "gcc", WITH_LIB("gcc", "-w -fopenmp -O0 -g"),
		  "grow.c", true, false },
		{ "C -O2 -g", "gcc", WITH_LIB("gcc", "-w -fopenmp -O2 -g"),
		  "grow.c", true, false },
		{ "C -O2 -g compressed", "gcc",
		  WITH_LIB("gcc", "-w -fopenmp -O2 -g -gz"), "grow.c", true,
		  false },
		{ "C -O2", "gcc", WITH_LIB("gcc", "-w -fopenmp -O2"), "grow.c",
		  false, false },
		{ "C -O2 frame pointers", "gcc",
		  WITH_LIB("gcc", "-w -fopenmp -O2 -fno-omit-frame-pointer"),
		  "grow.c", false, false },
		{ "C -O2 -g frame pointers", "gcc",
		  WITH_LIB("gcc", "-w -fopenmp -O2 -g -fno-omit-frame-pointer"),
		  "grow.c", true, false },
		{ "C -O2 no-plt no-pie", "gcc",
		  WITH_LIB("gcc", "-w -fopenmp -O2 -fno-plt -no-pie"), "grow.c",
		  false, false },
		{ "C -O2 -g static", "gcc",
		  "gcc -w -fopenmp -O2 -g -static -o $DIR/grow"
		  " tests/names/grow.c",
		  "grow.c", true, false },
		{ "C -O2 static", "gcc",
		  "gcc -w -fopenmp -O2 -static -o $DIR/grow tests/names/grow.c",
		  "grow.c", false, false },
		{ "C -O2 -g clang", "clang", WITH_LIB("clang", "-w -O2 -g"),
		  "grow.c", true, false },
		{ "C -O2 stripped", "gcc",
		  "gcc -w -fopenmp -O2 -s -o $DIR/grow tests/names/grow.c",
		  "grow.c", false, true },
	};
	static const struct growth_case cases[] = {
		{ "touch", "by_touch" },     { "memset", "by_memset" },
		{ "memcpy", "by_memcpy" },   { "malloc", "many_small" },
		{ "calloc", "many_zeroed" }, { "realloc", "ever_larger" },
		{ "wrapper", "by_wrapper" }, { "strdup", "by_strdup" },
		{ "qsort", "by_qsort" },     { "deep", "by_deep" },
		{ "pointer", "by_pointer" }, { "openmp", "by_openmp" },
		{ "library", "in_library" }, { "read", "by_read" },
		{ "fread", "by_fread" },
	};

	(void)measure(builds, COUNT(builds), cases, COUNT(cases));
}
END_TEST

START_TEST(named_cplusplus)
{
	static const struct build builds[] = {
		{ "C++ -O0 -g", "g++",
		  "g++ -w -O0 -g -o $DIR/grow tests/names/grow.cc", "grow.cc",
		  true, false },
		{ "C++ -O2 -g", "g++",
		  "g++ -w -O2 -g -o $DIR/grow tests/names/grow.cc", "grow.cc",
		  true, false },
		{ "C++ -O2", "g++",
		  "g++ -w -O2 -o $DIR/grow tests/names/grow.cc", "grow.cc",
		  false, false },
		{ "C++ -O2 frame pointers", "g++",
		  "g++ -w -O2 -fno-omit-frame-pointer -o $DIR/grow"
		  " tests/names/grow.cc",
		  "grow.cc", false, false },
		{ "C++ -O2 -g clang", "clang++",
		  "clang++ -w -O2 -g -o $DIR/grow tests/names/grow.cc",
		  "grow.cc", true, false },
		{ "C++ -O2 static", "g++",
		  "g++ -w -O2 -static -o $DIR/grow tests/names/grow.cc",
		  "grow.cc", false, false },
	};
	static const struct growth_case cases[] = {
		{ "method", "Server::open_session" },
		{ "map", "Server::fill_table" },
		{ "string", "Server::remember" },
		{ "template", "mesh::refine<double>" },
		{ "array", "with_array" },
		{ "resize", "with_resize" },
		{ "assign", "with_assign" },
		{ "hash", "with_hash" },
		{ "list", "with_list" },
		{ "shared", "with_shared" },
		{ "lambda", "main::{lambda}|{lambda}|with_lambda" },
	};
	/* Only debug information tells that nobody wrote it.  (Without
	 * optimisation the chain ends before the function: nothing is said.) */
	static const struct growth_case implicit[] = { { "copy",
							 "copy_rows" } };

	(void)measure(builds, COUNT(builds), cases, COUNT(cases));
	(void)measure(&builds[1], 1, implicit, COUNT(implicit));
}
END_TEST

START_TEST(named_fortran)
{
#define FORTRAN(flags) \
	"gcc -w -O2 -c -o $DIR/marks.o tests/names/marks.c && gfortran -w " \
	"-J$DIR " flags " -o $DIR/grow tests/names/grow.f90 $DIR/marks.o"
	static const struct build builds[] = {
		{ "Fortran -O0 -g", "gfortran", FORTRAN("-O0 -g"), "grow.f90",
		  true, false },
		{ "Fortran -O2 -g", "gfortran", FORTRAN("-O2 -g -fno-inline"),
		  "grow.f90", true, false },
		{ "Fortran -O2 -g inlined", "gfortran", FORTRAN("-O2 -g"),
		  "grow.f90", true, false },
		{ "Fortran -O2", "gfortran", FORTRAN("-O2 -fno-inline"),
		  "grow.f90", false, false },
		{ "Fortran -O2 static", "gfortran",
		  FORTRAN("-O2 -fno-inline -static"), "grow.f90", false,
		  false },
	};
	static const struct growth_case cases[] = {
		{ "module", "fem::assemble" },	    { "outside", "outside" },
		{ "matmul", "fem::multiply" },	    { "inner", "inner" },
		{ "program", "heat|main program" },
	};

	(void)measure(builds, COUNT(builds), cases, COUNT(cases));
}
END_TEST

TESTS("names_native", named_c, named_cplusplus, named_fortran)
