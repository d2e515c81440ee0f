// SPDX-License-Identifier: GPL-2.0-or-later
#include "../lib/names/demangle.h"
#include "check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(as_written)
{
	static const struct {
		const char *symbol, *name;
	} cases[] = {
		{ "main", "main" },
		{ "read_mesh", "read_mesh" },
		{ "_private", "_private" },
		{ "memcpy@@GLIBC_2.14", "memcpy" },
		/* what compilers append */
		{ "assemble.isra.0", "assemble" },
		{ "assemble.constprop.0.isra.0", "assemble" },
		{ "solve.part.3.cold", "solve" },
		{ "by_openmp._omp_fn.0", "by_openmp" },
		{ "by_openmp.omp_outlined", "by_openmp" },
		{ ".omp_outlined.", "{OpenMP region}" },
		{ "_ZN6Server12open_sessionEv.isra.0", "Server::open_session" },
		/* C++ */
		{ "_Z4growv", "grow" },
		{ "_ZN6Server12open_sessionEv", "Server::open_session" },
		{ "_ZN6Server8rememberERKNSt7__cxx1112basic_stringIcSt11char_"
		  "traitsIcESaIcEEEi",
		  "Server::remember" },
		{ "_ZNK4mesh4Cell4sizeEv", "mesh::Cell::size" },
		{ "_ZN12_GLOBAL__N_14helpEi", "help" },
		{ "_ZN4mesh6refineIdEEvRSt6vectorIT_SaIS2_EE",
		  "mesh::refine<double>" },
		{ "_ZN4mesh6refineISt6vectorIdSaIdEEEEvRT_",
		  "mesh::refine<...>" },
		{ "_ZN3MatIdEC2Em", "Mat<double>::Mat" },
		{ "_ZN3MatIdED0Ev", "Mat<double>::~Mat" },
		{ "_ZN3MatIdEixEm", "Mat<double>::operator[]" },
		{ "_ZN3MatclEii", "Mat::operator()" },
		{ "_ZN3MatpLERKS_", "Mat::operator+=" },
		{ "_ZlsRSoRK3Mat", "operator<<" },
		{ "_ZrsRSiR3Mat", "operator>>" },
		{ "_ZN3MatltERKS_", "Mat::operator<" },
		{ "_ZNK3MatptEv", "Mat::operator->" },
		{ "_ZltI3MatEbRKT_S3_", "operator<<Mat>" },
		{ "_ZN3MatcvbEv", "Mat::operator bool" },
		{ "_Znwm", "operator new" },
		{ "_Znam", "operator new[]" },
		{ "_ZZ4mainENKUlmE_clEm", "main::{lambda}" },
		{ "_ZZN6Server3runEiENKUliE0_clEi", "Server::run::{lambda}" },
		{ "_ZZ4mainENK3$_0clEm", "main::{lambda}" },
		{ "_ZNSt6vectorIiSaIiEE17_M_realloc_insertIJRKiEEEvN9__gnu_"
		  "cxx17__normal_iteratorIPiS1_EEDpOT_",
		  "std::vector<...>::_M_realloc_insert<int const&>" },
		{ "_ZN3foo3barB5cxx11Ev", "foo::bar" },
		/* Rust's old scheme */
		{ "_ZN4heat4grow17h0123456789abcdefE", "heat::grow" },
		/* no such thing, though it looks so */
		{ "_Znonsense", "_Znonsense" },
		{ "_Z", "_Z" },
		/* Fortran */
		{ "assemble_", "assemble" },
		{ "read_mesh_", "read_mesh" },
		{ "MAIN__", "main program" },
		{ "__fem_MOD_assemble", "fem::assemble" },
		{ "__my_fem_MOD_read_mesh", "my_fem::read_mesh" },
		{ "fem_mp_assemble_", "fem::assemble" },
		{ "_QMfemPassemble", "fem::assemble" },
		{ "_QPassemble", "assemble" },
		{ "_QQmain", "main program" },
		{ "inner.1234", "inner" },
		{ "_", "_" },
		{ "", "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char name[72];

		names_demangle(cases[i].symbol, name, sizeof(name));
		ck_assert_msg(strcmp(name, cases[i].name) == 0,
			      "%s is \"%s\" and not \"%s\"", cases[i].symbol,
			      name, cases[i].name);
	}
}
END_TEST

/* The inner scopes are what tells; nothing is written behind the end. */
START_TEST(too_long)
{
	char name[16], symbol[9000], longer[72];

	names_demangle("_ZN9namespace5Class6methodEv", name, sizeof(name));
	ck_assert_str_eq(name, "Class::method");
	names_demangle("_ZN9namespace5Class12other_methodEv", name,
		       sizeof(name));
	ck_assert_str_eq(name, "other_method");
	names_demangle("_Z31a_function_with_a_very_long_namev", name,
		       sizeof(name));
	ck_assert_str_eq(name, "a_function_with");
	memset(symbol, 'x', sizeof(symbol));
	symbol[sizeof(symbol) - 1] = '\0';
	for (size_t len = 1; len < sizeof(symbol); len += 97) {
		symbol[len] = '\0';
		names_demangle(symbol, longer, sizeof(longer));
		ck_assert_uint_eq(strlen(longer), len < 71 ? len : 71);
		symbol[len] = 'x';
	}
}
END_TEST

/* Brackets that do not close, and all that a symbol table may hold. */
START_TEST(any_bytes)
{
	static const char *const some[] = {
		"_Z",	   "N",	    "I",  "E",	"L",	    "3foo", "St",
		"6vector", "UlvE_", "(",  "<",	"{",	    "[",    "]",
		")",	   ">",	    "}",  "::", " ",	    ".",    "@",
		"$_",	   "_MOD_", "cl", "i",	"\x80\xff", "_",
	};
	unsigned int seed = 1;

	for (int round = 0; round < 20000; round++) {
		char symbol[256] = "", name[72];

		for (int n = rand_r(&seed) % 12; n; n--)
			strcat(symbol,
			       some[(size_t)rand_r(&seed) % COUNT(some)]);
		names_demangle(symbol, name, sizeof(name));
		ck_assert_uint_lt(strlen(name), sizeof(name));
		(void)names_is_runtime(symbol, round & 1);
	}
}
END_TEST

START_TEST(runtime)
{
	static const char *const anywhere[] = {
		"_Znwm",
		"_Znam",
		"_ZdlPv",
		"_ZNSt6vectorIiSaIiEE9push_backEOi",
		"_ZNKSt6vectorIiSaIiEE4sizeEv",
		"_ZSt4fillIPiiEvT_S1_RKT0_",
		"_ZN9__gnu_cxx13new_allocatorIiE8allocateEmPKv",
		"_ZNSs6appendERKSs",
		"_ZNSt3__16vectorIiE9push_backEOi",
	};
	static const char *const only_static[] = {
		"__memset_avx2_unaligned_erms",
		"_int_malloc",
		"sysmalloc",
		"malloc",
		"_IO_file_read",
		"_gfortran_matmul_r8",
		"memcpy",
		"matmul_r8_avx512f",
		"GOMP_parallel",
		"_dl_map_object",
	};
	static const char *const never[] = {
		"main",
		"assemble_",
		"__fem_MOD_assemble",
		"mallocate",
		"freeze",
		"read_mesh",
		"brkt",
		"_ZN6Server12open_sessionEv",
		"_ZN6StdLib3runEv",
		"_Z5StartRSt6vectorIiSaIiEE",
		"_ZN4mesh6refineIdEEvRSt6vectorIT_SaIS2_EE",
		"matmul_blocked",
	};

	for (size_t i = 0; i < COUNT(anywhere); i++)
		ck_assert_msg(names_is_runtime(anywhere[i], false), "%s",
			      anywhere[i]);
	for (size_t i = 0; i < COUNT(only_static); i++) {
		ck_assert_msg(names_is_runtime(only_static[i], true), "%s",
			      only_static[i]);
		ck_assert_msg(!names_is_runtime(only_static[i], false), "%s",
			      only_static[i]);
	}
	for (size_t i = 0; i < COUNT(never); i++)
		ck_assert_msg(!names_is_runtime(never[i], true), "%s",
			      never[i]);
}
END_TEST

START_TEST(allocators)
{
	ck_assert(names_is_allocator("xmalloc"));
	ck_assert(names_is_allocator("my_calloc"));
	ck_assert(names_is_allocator("util::safe_realloc"));
	ck_assert(!names_is_allocator("malloc_all_tables"));
	ck_assert(!names_is_allocator("allocate"));
	ck_assert(!names_is_allocator(""));
}
END_TEST

TESTS("names_demangle", as_written, too_long, any_bytes, runtime, allocators)
