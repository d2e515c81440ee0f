// SPDX-License-Identifier: GPL-2.0-or-later
#include "demangle.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SYMBOL_MAX    4096 /* a longer one is shown as it is */
#define NAME_MAX_     1024
#define ARGUMENTS_MAX 16 /* longer template arguments: <...> */

/* cxxabi.h is for C++ alone; the function itself is plain C. */
char *__cxa_demangle(const char *mangled, char *buf, size_t *len, int *status);

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

struct out {
	char text[NAME_MAX_];
	size_t n;
};

static void put(struct out *out, const char *text, size_t len)
{
	if (len > sizeof(out->text) - 1 - out->n)
		len = sizeof(out->text) - 1 - out->n;
	memcpy(out->text + out->n, text, len);
	out->n += len;
	out->text[out->n] = '\0';
}

static bool ends(const struct out *out, const char *with)
{
	size_t len = strlen(with);

	return out->n >= len && strcmp(out->text + out->n - len, with) == 0;
}

/* `at` is an opening bracket; behind its partner, or at the end of the text. */
static const char *skip_group(const char *at)
{
	int depth = 0;

	for (; *at; at++) {
		if (strchr("(<{[", *at))
			depth++;
		else if (strchr(")>}]", *at) && at[-1] != '-' && --depth == 0)
			return at + 1;
	}
	return at;
}

static const char *operator_name(const char *at, struct out *out)
{
	size_t len = begins(at, "()") || begins(at, "[]")
			     ? 2
			     : strspn(at, "<>=-+*/%^&|~!,");

	put(out, at, len);
	return at + len;
}

/* "void f<T>(int)::{lambda()#1}::operator()() const" -> "f<T>::{lambda}" */
static void tidy(const char *at, struct out *out)
{
	bool behind = false; /* parameters: qualifiers, or an inner scope */

	while (*at) {
		const char *end;

		if (behind && begins(at, "::")) {
			behind = false;
		} else if (behind && *at == ' ' && !begins(at, " const") &&
			   !begins(at, " volatile") && !begins(at, " [") &&
			   !begins(at, " &")) {
			behind = false; /* "decltype (...) f": a type */
			out->n = 0;
			at++;
		} else if (behind) {
			at++;
		} else if (ends(out, "operator") && ispunct(*at) &&
			   *at != '_' && *at != '(') {
			at = operator_name(at, out);
		} else if (ends(out, "operator") && begins(at, "()")) {
			at = operator_name(at, out);
		} else if (begins(at, "(anonymous namespace)::")) {
			at += strlen("(anonymous namespace)::");
		} else if (*at == '(') {
			at = skip_group(at);
			behind = true;
		} else if (*at == '<') {
			end = skip_group(at);
			if (end - at <= ARGUMENTS_MAX)
				put(out, at, (size_t)(end - at));
			else
				put(out, "<...>", 5);
			at = end;
		} else if (*at == '{') {
			end = skip_group(at);
			if (begins(at, "{lambda"))
				put(out, "{lambda}", 8);
			else
				put(out, at, (size_t)(end - at));
			at = end;
			if (begins(at, "::operator()"))
				at += strlen("::operator()");
		} else if (begins(at, "$_")) { /* Clang's lambda */
			put(out, "{lambda}", 8);
			at += 2 + strspn(at + 2, "0123456789");
			if (begins(at, "::operator()"))
				at += strlen("::operator()");
		} else if (begins(at, "[]")) { /* operator new[] */
			put(out, at, 2);
			at += 2;
		} else if (*at == '[') {
			at = skip_group(at);
		} else if (*at == ' ' && at[1] == '<') {
			at++; /* "operator< <int>" */
		} else if (*at == ' ' && !ends(out, "operator")) {
			out->n = 0; /* that was the result's type */
			at++;
		} else if (begins(at, "__cxx11::")) {
			at += strlen("__cxx11::");
		} else {
			put(out, at++, 1);
		}
	}
	out->text[out->n] = '\0';
}

/* Rust's old scheme is C++'s with a hash behind: "crate::f::h0123456789abcdef" */
static void drop_hash(struct out *out)
{
	enum { LEN = 3 + 16 };
	const char *hash;

	if (out->n <= LEN)
		return;
	hash = out->text + out->n - LEN;
	if (begins(hash, "::h") &&
	    strspn(hash + 3, "0123456789abcdef") == LEN - 3)
		out->n -= LEN;
	out->text[out->n] = '\0';
}

static bool cplusplus(const char *symbol, struct out *out)
{
	char *demangled = NULL;
	int status;

	if (!begins(symbol, "_Z"))
		return false;
	demangled = __cxa_demangle(symbol, NULL, NULL, &status);
	if (!demangled)
		return false;
	tidy(demangled, out);
	free(demangled);
	drop_hash(out);
	return out->n != 0;
}

static void scoped(struct out *out, const char *module, size_t module_len,
		   const char *name, size_t len)
{
	put(out, module, module_len);
	if (module_len)
		put(out, "::", 2);
	put(out, name, len);
}

/* Fortran's compilers write all in small letters, and their own in capitals. */
static bool fortran(const char *symbol, size_t len, struct out *out)
{
	const char *sep;

	if (strcmp(symbol, "MAIN__") == 0 || strcmp(symbol, "_QQmain") == 0) {
		put(out, "main program", 12);
	} else if (begins(symbol, "__") && (sep = strstr(symbol, "_MOD_"))) {
		scoped(out, symbol + 2, (size_t)(sep - symbol - 2), sep + 5,
		       strlen(sep + 5));
	} else if (begins(symbol, "_QM") && (sep = strchr(symbol, 'P'))) {
		scoped(out, symbol + 3, (size_t)(sep - symbol - 3), sep + 1,
		       strlen(sep + 1));
	} else if (begins(symbol, "_QP")) {
		put(out, symbol + 3, len - 3);
	} else if (len > 1 && symbol[len - 1] == '_' && symbol[0] != '_') {
		sep = strstr(symbol, "_mp_");
		if (sep && sep != symbol)
			scoped(out, symbol, (size_t)(sep - symbol), sep + 4,
			       strlen(sep + 4) - 1);
		else
			put(out, symbol, len - 1);
	} else {
		return false;
	}
	return out->n != 0;
}

/* The longest tail of whole scopes that fits, else the beginning. */
static void shorten(const char *text, char *name, size_t cap)
{
	const char *from = text;

	for (const char *at = text; strlen(from) >= cap && *at;) {
		if (*at == '<' && !(at > text && at[-1] == 'r')) {
			at = skip_group(at);
		} else if (begins(at, "::")) {
			at += 2;
			from = at;
		} else {
			at++;
		}
	}
	(void)snprintf(name, cap, "%s", from);
}

void names_demangle(const char *symbol, char *name, size_t cap)
{
	char plain[SYMBOL_MAX];
	struct out out = { .n = 0 };
	size_t len = strcspn(symbol, ".@"); /* .isra.0, ._omp_fn.1, @@GLIBC */

	if (!len && begins(symbol, ".omp_outlined")) {
		shorten("{OpenMP region}", name, cap);
		return;
	}
	if (!len || len >= sizeof(plain)) {
		shorten(symbol, name, cap);
		return;
	}
	memcpy(plain, symbol, len);
	plain[len] = '\0';
	if (!cplusplus(plain, &out)) {
		out.n = 0;
		if (!fortran(plain, len, &out))
			put(&out, plain, len);
	}
	shorten(out.text, name, cap);
}

static bool is_cplusplus_runtime(const char *at)
{
	static const char *const scopes[] = {
		"St", "Sa", "Ss",	  "Sb",		  "Si",
		"So", "Sd", "9__gnu_cxx", "10__cxxabiv1",
	};

	while (*at == 'Z') /* something inside a function of */
		at++;
	if (begins(at, "nw") || begins(at, "na") || begins(at, "dl") ||
	    begins(at, "da"))
		return true;
	if (*at == 'N') {
		at++;
		while (*at == 'K' || *at == 'V' || *at == 'R' || *at == 'O')
			at++;
	}
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
		if (begins(at, scopes[i]))
			return true;
	return false;
}

bool names_is_runtime(const char *symbol, bool is_static)
{
	/* What the C library has that no rule of naming tells. */
	static const char *const c[] = {
		"_int_",	 "_IO_",     "_gfortran", "GOMP_",
		"gomp_",	 "je_",	     "malloc",	  "calloc",
		"realloc",	 "free",     "memcpy",	  "memmove",
		"memset",	 "mempcpy",  "memalign",  "posix_memalign",
		"aligned_alloc", "valloc",   "sysmalloc", "systrim",
		"alloc_perturb", "tcache_",  "ptmalloc_", "new_heap",
		"sbrk",		 "brk",	     "mmap",	  "mremap",
		"read",		 "pread64",  "fread",	  "fgets",
		"getline",	 "getdelim", "strdup",	  "strndup",
		"strcpy",	 "strcat",   "_start",	  "_dl_",
	};

	if (begins(symbol, "_Z"))
		return is_cplusplus_runtime(symbol + 2);
	if (!is_static)
		return false;
	/* Names that C reserves, but for those of Fortran's modules. */
	if (begins(symbol, "__") && !strstr(symbol, "_MOD_"))
		return true;
	if (begins(symbol, "matmul_") && strspn(symbol + 7, "rci") == 1 &&
	    isdigit((unsigned char)symbol[8])) /* libgfortran's */
		return true;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		size_t len = strlen(c[i]);

		if (c[i][len - 1] == '_' || begins(c[i], "_gfortran")
			    ? begins(symbol, c[i])
			    : strlen(symbol) >= len && begins(symbol, c[i]) &&
				      (!symbol[len] || symbol[len] == '.'))
			return true;
	}
	return false;
}

bool names_is_allocator(const char *name)
{
	static const char *const ends_of[] = { "malloc", "calloc", "realloc" };
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof(ends_of) / sizeof(ends_of[0]); i++) {
		size_t tail = strlen(ends_of[i]);

		if (len >= tail && strcmp(name + len - tail, ends_of[i]) == 0)
			return true;
	}
	return false;
}
