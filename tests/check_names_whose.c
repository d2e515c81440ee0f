// SPDX-License-Identifier: GPL-2.0-or-later
#include "../lib/names/whose.h"
#include "check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(by_path)
{
	static const struct {
		const char *path;
		struct names_module module;
		enum names_whose whose;
		const char *label;
	} cases[] = {
		{ "/home/u/heat", { .is_exe = true }, NAMES_USER, "" },
		{ "/usr/bin/samtools", { .is_exe = true }, NAMES_USER, "" },
		{ "/home/u/heat (deleted)",
		  { .is_exe = true },
		  NAMES_USER,
		  "" },
		{ "/usr/bin/python3.11",
		  { .is_exe = true },
		  NAMES_INTERPRETER,
		  "" },
		{ "/home/u/conda/bin/python3",
		  { .is_exe = true },
		  NAMES_INTERPRETER,
		  "" },
		{ "/home/u/pythonic", { .is_exe = true }, NAMES_USER, "" },
		{ "/usr/lib/R/bin/exec/R",
		  { .is_exe = true },
		  NAMES_INTERPRETER,
		  "" },
		{ "/home/u/shallow", { .is_exe = true }, NAMES_USER, "" },
		{ "/usr/lib/x86_64-linux-gnu/libc.so.6",
		  { 0 },
		  NAMES_SILENT,
		  "" },
		{ "/usr/lib64/libc-2.28.so", { 0 }, NAMES_SILENT, "" },
		{ "/lib64/ld-linux-x86-64.so.2", { 0 }, NAMES_SILENT, "" },
		/* a user's own allocator is one nevertheless */
		{ "/home/u/lib/libjemalloc.so.2",
		  { .is_own = true },
		  NAMES_SILENT,
		  "" },
		{ "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0",
		  { 0 },
		  NAMES_INTERPRETER,
		  "" },
		{ "/usr/lib/python3.11/lib-dynload/_json.so",
		  { 0 },
		  NAMES_INTERPRETER,
		  "" },
		{ "/opt/intel/lib/libmkl_core.so.2",
		  { 0 },
		  NAMES_LIBRARY,
		  "MKL" },
		{ "/sw/openblas/lib/libopenblas.so.0",
		  { 0 },
		  NAMES_LIBRARY,
		  "BLAS" },
		{ "/usr/lib/libcurl.so.4", { 0 }, NAMES_LIBRARY, "libcurl" },
		{ "/usr/lib/libmpich.so.12", { 0 }, NAMES_TRANSPORT, "MPI" },
		{ "/usr/lib/libuct.so.0", { 0 }, NAMES_TRANSPORT, "UCX" },
		{ "/usr/lib/x86_64-linux-gnu/libxml2.so.2",
		  { 0 },
		  NAMES_LIBRARY,
		  "libxml2" },
		{ "/home/u/venv/lib/python3.11/site-packages/numpy/core/"
		  "_multiarray_umath.so",
		  { .is_own = true },
		  NAMES_LIBRARY,
		  "numpy" },
		{ "/home/u/venv/lib/python3.11/site-packages/pandas.libs/x.so",
		  { .is_own = true },
		  NAMES_LIBRARY,
		  "pandas" },
		{ "/usr/lib/python3/dist-packages/numpy/a.so",
		  { 0 },
		  NAMES_LIBRARY,
		  "numpy" },
		{ "/usr/lib/R/library/stats/libs/stats.so",
		  { 0 },
		  NAMES_LIBRARY,
		  "stats" },
		{ "/home/u/ext/fast.so",
		  { .is_own = true, .exe = "/usr/bin/python3.11" },
		  NAMES_USER,
		  "fast" },
		{ "/project/lib/libmesh.so",
		  { .exe = "/home/u/heat" },
		  NAMES_OTHER,
		  "libmesh" },
		{ "/usr/local/lib/libmesh.so",
		  { .exe = "/home/u/heat" },
		  NAMES_OTHER,
		  "libmesh" },
		{ "/sw/gromacs/lib/libgromacs.so.8",
		  { .exe = "/sw/gromacs/bin/gmx" },
		  NAMES_USER,
		  "libgromacs" },
		{ "/sw/conda/lib/libz.so.1",
		  { .exe = "/sw/conda/bin/python3.11" },
		  NAMES_OTHER,
		  "libz" },
		{ "/usr/lib/libz.so.1",
		  { .exe = "/usr/bin/heat" },
		  NAMES_LIBRARY,
		  "libz" },
		{ "", { 0 }, NAMES_OTHER, "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct names_module module = cases[i].module;
		char label[24];

		if (!module.exe)
			module.exe = "";
		ck_assert_msg(names_whose(cases[i].path, &module, label) ==
				      cases[i].whose,
			      "%s", cases[i].path);
		if (!module.is_exe)
			ck_assert_str_eq(label, cases[i].label);
	}
}
END_TEST

START_TEST(last_component)
{
	char base[64], path[200];

	names_base("/home/u/heat (deleted)", base);
	ck_assert_str_eq(base, "heat");
	names_base("heat", base);
	ck_assert_str_eq(base, "heat");
	names_base("", base);
	ck_assert_str_eq(base, "");
	memset(path, 'x', sizeof(path));
	path[199] = '\0';
	names_base(path, base);
	ck_assert_uint_eq(strlen(base), 63);
}
END_TEST

TESTS("names_whose", by_path, last_component)
