// SPDX-License-Identifier: GPL-2.0-or-later
#include "whose.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define DELETED " (deleted)"

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

void names_base(const char *path, char base[64])
{
	const char *slash = strrchr(path, '/');
	size_t len;

	path = slash ? slash + 1 : path;
	len = strlen(path);
	if (len > strlen(DELETED) &&
	    strcmp(path + len - strlen(DELETED), DELETED) == 0)
		len -= strlen(DELETED);
	(void)snprintf(base, 64, "%.*s", (int)(len < 63 ? len : 63), path);
}

/*
 * Libraries by the beginning of their files' names, wherever they lie (a site
 * and a user install them anywhere).  What is nowhere here is judged by place.
 */
static const struct {
	const char *file;
	enum names_whose whose;
	const char *label;
} known[] = {
	{ "libc.", NAMES_SILENT, "" },
	{ "libc-2", NAMES_SILENT, "" },
	{ "ld-", NAMES_SILENT, "" },
	{ "ld.so", NAMES_SILENT, "" },
	{ "libm.", NAMES_SILENT, "" },
	{ "libm-2", NAMES_SILENT, "" },
	{ "libmvec", NAMES_SILENT, "" },
	{ "libpthread", NAMES_SILENT, "" },
	{ "libdl.", NAMES_SILENT, "" },
	{ "librt.", NAMES_SILENT, "" },
	{ "libgcc_s", NAMES_SILENT, "" },
	{ "libstdc++", NAMES_SILENT, "" },
	{ "libc++", NAMES_SILENT, "" },
	{ "libgfortran", NAMES_SILENT, "" },
	{ "libquadmath", NAMES_SILENT, "" },
	{ "libgomp", NAMES_SILENT, "" },
	{ "libiomp", NAMES_SILENT, "" },
	{ "libomp.", NAMES_SILENT, "" },
	{ "libifcore", NAMES_SILENT, "" },
	{ "libifport", NAMES_SILENT, "" },
	{ "libimf", NAMES_SILENT, "" },
	{ "libintlc", NAMES_SILENT, "" },
	{ "libirng", NAMES_SILENT, "" },
	{ "libsvml", NAMES_SILENT, "" },
	{ "libflang", NAMES_SILENT, "" },
	{ "libjemalloc", NAMES_SILENT, "" },
	{ "libtcmalloc", NAMES_SILENT, "" },
	{ "libmimalloc", NAMES_SILENT, "" },
	{ "libtbbmalloc", NAMES_SILENT, "" },
	{ "libpython", NAMES_INTERPRETER, "" },
	{ "libR.", NAMES_INTERPRETER, "" },
	{ "libRblas", NAMES_LIBRARY, "BLAS" },
	{ "libperl", NAMES_INTERPRETER, "" },
	{ "libruby", NAMES_INTERPRETER, "" },
	{ "liblua", NAMES_INTERPRETER, "" },
	{ "libjulia", NAMES_INTERPRETER, "" },
	{ "libjvm", NAMES_INTERPRETER, "" },
	{ "libjava", NAMES_INTERPRETER, "" },
	{ "liboctinterp", NAMES_INTERPRETER, "" },
	{ "libopenblas", NAMES_LIBRARY, "BLAS" },
	{ "libscipy_openblas", NAMES_LIBRARY, "BLAS" },
	{ "libblas", NAMES_LIBRARY, "BLAS" },
	{ "libcblas", NAMES_LIBRARY, "BLAS" },
	{ "libblis", NAMES_LIBRARY, "BLAS" },
	{ "libflexiblas", NAMES_LIBRARY, "BLAS" },
	{ "libatlas", NAMES_LIBRARY, "BLAS" },
	{ "libsatlas", NAMES_LIBRARY, "BLAS" },
	{ "libtatlas", NAMES_LIBRARY, "BLAS" },
	{ "libmkl_", NAMES_LIBRARY, "MKL" },
	{ "libsci_", NAMES_LIBRARY, "LibSci" },
	{ "liblapack", NAMES_LIBRARY, "LAPACK" },
	{ "libscalapack", NAMES_LIBRARY, "ScaLAPACK" },
	{ "libfftw3", NAMES_LIBRARY, "FFTW" },
	{ "libmpi", NAMES_TRANSPORT, "MPI" },
	{ "libopen-", NAMES_TRANSPORT, "MPI" },
	{ "libpmi", NAMES_TRANSPORT, "MPI" },
	{ "libprrte", NAMES_TRANSPORT, "MPI" },
	{ "libucp", NAMES_TRANSPORT, "UCX" },
	{ "libucs", NAMES_TRANSPORT, "UCX" },
	{ "libuct", NAMES_TRANSPORT, "UCX" },
	{ "libfabric", NAMES_TRANSPORT, "libfabric" },
	{ "libhdf5", NAMES_LIBRARY, "HDF5" },
	{ "libnetcdf", NAMES_LIBRARY, "NetCDF" },
	{ "libcuda", NAMES_LIBRARY, "CUDA" },
	{ "libcublas", NAMES_LIBRARY, "CUDA" },
	{ "libcufft", NAMES_LIBRARY, "CUDA" },
	{ "libcusolver", NAMES_LIBRARY, "CUDA" },
	{ "libcusparse", NAMES_LIBRARY, "CUDA" },
	{ "libcudnn", NAMES_LIBRARY, "CUDA" },
};

/* "python3.11" is python, "pythonic" is not. */
static bool is_interpreter(const char *base)
{
	static const char *const programs[] = {
		"python", "pypy",  "R",	     "perl",   "ruby",
		"java",	  "julia", "node",   "lua",    "bash",
		"sh",	  "dash",  "MATLAB", "octave", "luajit",
		"tclsh",  "zsh",   "ksh",    "php",    "octave-cli",
	};

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		const char *rest = base + strlen(programs[i]);

		if (begins(base, programs[i]) &&
		    !rest[strspn(rest, "0123456789.-dt")])
			return true;
	}
	return false;
}

/* The component behind `folder`: "numpy" of ".../site-packages/numpy/x.so". */
static bool package(const char *path, const char *folder, char label[24])
{
	const char *at = strstr(path, folder);
	size_t len;

	if (!at)
		return false;
	at += strlen(folder);
	len = strcspn(at, "/.");
	if (!len || len > 23)
		len = len ? 23 : 0;
	(void)snprintf(label, 24, "%.*s", (int)len, at);
	return len != 0;
}

/* ".../library/stats/libs/stats.so" -> "stats" */
static bool is_of_r(const char *path, char label[24])
{
	return strstr(path, "/libs/") && package(path, "/library/", label);
}

static bool is_system(const char *path)
{
	static const char *const folders[] = {
		"/usr/", "/lib/",  "/lib64/",	  "/lib32/",
		"/bin/", "/sbin/", "/nix/store/", "/gnu/store/",
	};

	if (begins(path, "/usr/local/"))
		return false;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (begins(path, folders[i]))
			return true;
	return false;
}

/* Installed with the program: /sw/gromacs/bin/gmx, /sw/gromacs/lib/libgmx.so. */
static bool with_exe(const char *path, const char *exe)
{
	const char *bin = strrchr(exe, '/');

	if (!bin || is_system(exe))
		return false;
	if (bin - exe >= 4 && begins(bin - 4, "/bin/"))
		bin -= 4;
	return bin - exe > 1 &&
	       strncmp(path, exe, (size_t)(bin - exe) + 1) == 0;
}

enum names_whose names_whose(const char *path,
			     const struct names_module *module, char label[24])
{
	char base[64], exe[64];

	names_base(path, base);
	names_base(module->exe, exe);
	label[0] = '\0';
	if (module->is_exe)
		return is_interpreter(base) ? NAMES_INTERPRETER : NAMES_USER;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (begins(base, known[i].file)) {
			(void)snprintf(label, 24, "%s", known[i].label);
			return known[i].whose;
		}
	if (strstr(path, "/lib-dynload/"))
		return NAMES_INTERPRETER;
	if (package(path, "/site-packages/", label) ||
	    package(path, "/dist-packages/", label) || is_of_r(path, label))
		return NAMES_LIBRARY;
	(void)snprintf(label, 24, "%.*s", (int)strcspn(base, "."), base);
	if (is_system(path))
		return NAMES_LIBRARY;
	if (module->is_own ||
	    (!is_interpreter(exe) && with_exe(path, module->exe)))
		return NAMES_USER;
	return NAMES_OTHER;
}
