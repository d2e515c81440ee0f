// SPDX-License-Identifier: GPL-2.0-or-later
#include "../lib/names/object.h"
#include "check.h"

static char folder[64];
static int folder_fd;

/* Compiles the text into the folder's "a.so"; false: no such compiler. */
static bool build(const char *compiler, const char *suffix, const char *text)
{
	char path[128], command[512];
	FILE *file;

	folder_fd = make_folder(folder);
	(void)snprintf(path, sizeof(path), "%s/a.%s", folder, suffix);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
	(void)snprintf(command, sizeof(command),
		       "%s -w -shared -o %s/a.so %s 2>%s/log", compiler, folder,
		       path, folder);
	if (system(command) == 0)
		return true;
	printf("skipped: %s builds no library\n", compiler);
	remove_folder(folder, folder_fd);
	return false;
}

static int open_in_folder(const char *name)
{
	int fd = openat(folder_fd, name, O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	return fd;
}

/* Where the file's symbol is, by nm(1). */
static uint64_t symbol(const char *name)
{
	char command[160], line[64];
	FILE *out;
	uint64_t address = 0;

	(void)snprintf(command, sizeof(command),
		       "nm %s/a.so | grep ' %s$' | cut -d ' ' -f 1", folder,
		       name);
	out = popen(command, "r");
	ck_assert_ptr_nonnull(out);
	if (fgets(line, sizeof(line), out))
		address = strtoull(line, NULL, 16);
	(void)pclose(out);
	ck_assert_uint_ne(address, 0);
	return address;
}

/* Each form of a call, and what only ends like one. */
START_TEST(calls)
{
	static const char text[] = ".text\n.globl f\n.type f, @function\n"
				   "f: ret\n.size f, .-f\n"
				   ".globl g\n.type g, @function\n"
				   "g: .skip 8, 0x90\n"
				   "call f\nd1: .globl d1\n"
				   "call *%rax\np1: .globl p1\n"
				   "call *%r11\np2: .globl p2\n"
				   "call *(%rax)\np3: .globl p3\n"
				   "call *8(%rbx)\np4: .globl p4\n"
				   "call *(%rsp)\np5: .globl p5\n"
				   "call *8(%rsp)\np6: .globl p6\n"
				   "call *0x12345(%rdi)\np7: .globl p7\n"
				   "call *0x12345(%rip)\np8: .globl p8\n"
				   "call *0x12345(%rsp)\np9: .globl p9\n"
				   "call *(%rax,%rbx,8)\npa: .globl pa\n"
				   "call *8(%r12,%rbx,8)\npb: .globl pb\n"
				   "call *0x12345(,%rbx,8)\npc: .globl pc\n"
				   "call *0x12345(%rbp)\npd: .globl pd\n"
				   ".skip 8, 0x90\n"
				   "jmp *%rax\nn1: .globl n1\n"
				   ".skip 8, 0x90\nn2: .globl n2\n"
				   "mov %rax, %rbx\nn3: .globl n3\n"
				   "push %rbp\nn4: .globl n4\n"
				   "jmp f\nn5: .globl n5\n"
				   ".skip 8, 0x90\n.size g, .-g\n";
	static const char *const pointers[] = { "p1", "p2", "p3", "p4", "p5",
						"p6", "p7", "p8", "p9", "pa",
						"pb", "pc", "pd" };
	static const char *const none[] = { "n1", "n2", "n3", "n4", "n5" };
	struct names_object *o;
	uint64_t target = 0;

#ifndef __x86_64__
	return;
#endif
	if (!build("gcc -nostdlib -Wl,-Bsymbolic", "s", text))
		return;
	o = names_object_open(open_in_folder("a.so"));
	ck_assert_ptr_nonnull(o);
	ck_assert_int_eq(names_object_call(o, symbol("d1"), &target),
			 NAMES_CALL_DIRECT);
	ck_assert_uint_eq(target, symbol("f"));
	ck_assert(names_object_is_entry(o, target));
	ck_assert(!names_object_is_plt(o, target));
	for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++)
		ck_assert_msg(names_object_call(o, symbol(pointers[i]),
						&target) == NAMES_CALL_POINTER,
			      "%s", pointers[i]);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_msg(names_object_call(o, symbol(none[i]), &target) ==
				      NAMES_CALL_NONE,
			      "%s", none[i]);
	ck_assert_int_eq(names_object_call(o, 0, &target), NAMES_CALL_NONE);
	ck_assert_int_eq(names_object_call(o, UINT64_MAX, &target),
			 NAMES_CALL_NONE);
	names_object_close(o);
	remove_folder(folder, folder_fd);
}
END_TEST

static const char source[] =
	"#include <vector>\n"
	"struct Server { void open(std::vector<int> &v); int n; };\n"
	"static inline int twice(int n) { return n * 2; }\n"
	"void Server::open(std::vector<int> &v)\n"
	"{\n"
	"	for (int i = 0; i < n; i++)\n"
	"		v.push_back(twice(i));\n"
	"}\n"
	"extern \"C\" double plain(double *p, int n)\n"
	"{\n"
	"	double s = 0;\n"
	"	for (int i = 0; i < n; i++)\n"
	"		s += p[i];\n"
	"	return s;\n"
	"}\n";

/*
 * libdw 0.188 itself looks for a string's end beyond a line table that is torn,
 * and forgets what it has inflated of a section that is.  That costs the naming
 * program, which is the user's own process, at worst its life; what is wanted
 * here is that our own code does no such thing.
 */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#define FORGIVE()  __lsan_disable()
#define CONTINUE() __lsan_enable()
const char *__asan_default_suppressions(void);
const char *__asan_default_suppressions(void)
{
	return "interceptor_via_lib:libdw.so\ninterceptor_via_lib:libelf.so\n";
}
#else
#define FORGIVE()
#define CONTINUE()
#endif

/* All that can be asked of one file, at its every function. */
static void ask_all(int fd, uint64_t from, uint64_t to)
{
	struct names_object *o = names_object_open(fd);

	if (!o)
		return;
	for (uint64_t at = from; at < to; at += 37) {
		struct names_code code;
		struct names_rule rule;
		uint64_t target;

		if (names_object_code(o, at, &code)) {
			ck_assert_uint_lt(strlen(code.function), 72);
			ck_assert_uint_lt(strlen(code.file), 40);
		}
		(void)names_object_rule(o, at, &rule);
		if (names_object_call(o, at, &target) == NAMES_CALL_DIRECT) {
			(void)names_object_is_entry(o, target);
			(void)names_object_is_plt(o, target);
		}
		(void)names_object_address(o, at, &target);
	}
	names_object_close(o);
}

static void write_whole(const char *name, const char *bytes, size_t len)
{
	int fd = openat(folder_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
	ck_assert_int_eq(close(fd), 0);
}

static void ask_changed(const char *bytes, size_t len, uint64_t from,
			uint64_t to)
{
	write_whole("b.so", bytes, len);
	FORGIVE();
	ask_all(open_in_folder("b.so"), from, to);
	CONTINUE();
}

START_TEST(what_it_says)
{
	struct names_object *o;
	struct names_code code;
	struct names_rule rule;
	uint64_t at;

	if (!build("g++ -g -O0 -fPIC", "cc", source))
		return;
	o = names_object_open(open_in_folder("a.so"));
	ck_assert_ptr_nonnull(o);
	at = symbol("plain");
	ck_assert(names_object_code(o, at + 8, &code));
	ck_assert_str_eq(code.function, "plain");
	ck_assert_str_eq(code.file, "a.cc");
	ck_assert_uint_ge(code.line, 9);
	ck_assert_uint_le(code.line, 15);
	ck_assert(code.exported && !code.runtime);
	ck_assert(names_object_rule(o, at, &rule));
	ck_assert(!rule.by_rbp);
	ck_assert_int_eq(rule.cfa_offset, 8);
	ck_assert(names_object_rule(o, at + 8, &rule));
	ck_assert(rule.by_rbp && rule.rbp_saved);
	ck_assert_int_eq(rule.cfa_offset, 16);
	ck_assert_int_eq(rule.rbp_offset, -16);
	ck_assert(names_object_code(
		o, symbol("_ZN6Server4openERSt6vectorIiSaIiEE") + 8, &code));
	ck_assert_str_eq(code.function, "Server::open");
	ck_assert(names_object_code(
		o, symbol("_ZNSt6vectorIiSaIiEE9push_backEOi") + 8, &code));
	ck_assert(code.runtime);
	ck_assert(!names_object_code(o, UINT64_MAX, &code));
	ck_assert(!names_object_code(o, 1, &code));
	ck_assert(!names_object_rule(o, UINT64_MAX, &rule));
	names_object_close(o);
	remove_folder(folder, folder_fd);
}
END_TEST

/* Bytes changed here and there, and long runs of them; and the end missing. */
START_TEST(corrupt)
{
	static const unsigned char values[] = { 0x00, 0xff, 0x7f, 0x80, 0x01 };
	uint64_t from, to;
	unsigned int seed = 1;
	char *bytes, *copy;
	size_t len;
	char path[96];

	if (!build("g++ -g -O1 -fPIC", "cc", source))
		return;
	from = symbol("plain") - 64;
	to = symbol("_ZN6Server4openERSt6vectorIiSaIiEE") + 64;
	if (from > to) {
		uint64_t swap = from;

		from = to - 128;
		to = swap + 128;
	}
	(void)snprintf(path, sizeof(path), "%s/a.so", folder);
	bytes = read_whole(path, &len);
	copy = malloc(len);
	ck_assert_ptr_nonnull(copy);
	/* Every byte of the headers, each with what overflows. */
	for (size_t at = 0; at < 64 + 56 * 9; at++) {
		memcpy(copy, bytes, len);
		copy[at] = (char)values[at % sizeof(values)];
		ask_changed(copy, len, from, to);
	}
	for (int round = 0; round < 600; round++) {
		memcpy(copy, bytes, len);
		for (int n = 1 + rand_r(&seed) % 200; n; n--)
			copy[64 + (size_t)rand_r(&seed) % (len - 64)] =
				(char)(rand_r(&seed) % 3
					       ? (int)values[rand_r(&seed) % 5]
					       : rand_r(&seed));
		if (round % 4 == 0)
			memset(copy + 600 +
				       (size_t)rand_r(&seed) % (len - 2000),
			       rand_r(&seed), 1 + (size_t)rand_r(&seed) % 900);
		ask_changed(copy, len, from, to);
	}
	for (size_t cut = 0; cut < len; cut += 1 + len / 150)
		ask_changed(bytes, cut, from, to);
	free(copy);
	free(bytes);
	remove_folder(folder, folder_fd);
}
END_TEST

/* What is no file, or no ELF, or too much. */
START_TEST(not_one)
{
	char path[96], target[96];
	int fd;

	folder_fd = make_folder(folder);
	(void)snprintf(path, sizeof(path), "%s/x", folder);
	(void)snprintf(target, sizeof(target), "%s/link", folder);
	ck_assert_int_eq(names_open_regular(path), -1);
	/* Nobody writes to it: an open() would wait. */
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(names_open_regular(path), -1);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(names_open_regular("/dev/null"), -1);
	ck_assert_int_eq(names_open_regular(folder), -1);
	ck_assert_int_eq(names_open_regular(""), -1);

	write_whole("x", "#!/bin/sh\n", 10);
	fd = names_open_regular(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_ptr_null(names_object_open(fd));
	write_whole("x", "", 0);
	ck_assert_ptr_null(names_object_open(names_open_regular(path)));
	/* An installed library is often a link. */
	ck_assert_int_eq(symlink(path, target), 0);
	fd = names_open_regular(target);
	ck_assert_int_ge(fd, 0);
	(void)close(fd);
	/* Sparse: its size is a lie. */
	write_whole("x", "\177ELF\2\1\1", 7);
	ck_assert_int_eq(truncate(path, (off_t)5 << 30), 0);
	ck_assert_ptr_null(names_object_open(names_open_regular(path)));
	ck_assert_int_eq(truncate(path, (off_t)3 << 30), 0);
	ck_assert_ptr_null(names_object_open(names_open_regular(path)));
	remove_folder(folder, folder_fd);
}
END_TEST

TESTS("names_object", calls, what_it_says, corrupt, not_one)
