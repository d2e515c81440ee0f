// SPDX-License-Identifier: GPL-2.0-or-later
#include "python_find.h"

#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

#define SECTIONS_MAX 256
#define SYMBOLS_MAX  (1U << 20)
#define TABLE_MAX    (64U << 20)
#define TRIES_MAX    4

enum symbol { RUNTIME, VERSION, CODE_TYPE, STRING_TYPE, BYTES_TYPE, SYMBOLS };

static const char *const symbols[SYMBOLS] = {
	[RUNTIME] = "_PyRuntime",      [VERSION] = "Py_Version",
	[CODE_TYPE] = "PyCode_Type",   [STRING_TYPE] = "PyUnicode_Type",
	[BYTES_TYPE] = "PyBytes_Type",
};

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* libpython before an executable that may have only copies of its data. */
static int rank(const struct names_mapping *m, bool first)
{
	const char *base = base_name(m->path);

	if (starts(base, "libpython3."))
		return 0;
	if (starts(base, "python"))
		return 1;
	return first ? 2 : -1;
}

/* The beginnings of files that may hold the interpreter, best first. */
static size_t candidates(const struct names_maps *maps,
			 const struct names_mapping *found[TRIES_MAX])
{
	size_t n = 0;

	for (int want = 0; want <= 2; want++) {
		bool first = true;

		for (size_t i = 0; i < maps->n && n < TRIES_MAX; i++) {
			const struct names_mapping *m = &maps->list[i];

			if (!m->inode || m->offset || m->path[0] != '/')
				continue;
			if (rank(m, first) == want)
				found[n++] = m;
			first = false;
		}
	}
	return n;
}

static int open_same(int dir_fd, const char *path,
		     const struct names_mapping *m)
{
	int fd = openat(dir_fd, path,
			O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	/* Its device number is another one on some file systems. */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_ino == m->inode)
		return fd;
	(void)close(fd);
	return -1;
}

/* The path is ours, or (a container) the process's, or it was replaced. */
static int open_mapped(const struct names_mapping *m, int proc_fd, uint32_t pid)
{
	char path[4200];
	int fd = open_same(AT_FDCWD, m->path, m);

	if (fd >= 0)
		return fd;
	if ((size_t)snprintf(path, sizeof(path), "%u/root%s", pid, m->path) <
	    sizeof(path))
		fd = open_same(proc_fd, path, m);
	if (fd >= 0)
		return fd;
	(void)snprintf(path, sizeof(path), "%u/exe", pid);
	return open_same(proc_fd, path, m);
}

static void search_table(Elf *elf, Elf_Scn *scn, const GElf_Shdr *sh,
			 uint64_t value[SYMBOLS])
{
	Elf_Scn *strings = elf_getscn(elf, sh->sh_link);
	GElf_Shdr strings_sh;
	Elf_Data *data;
	size_t n;

	if (!sh->sh_entsize || sh->sh_size > TABLE_MAX ||
	    !gelf_getshdr(strings, &strings_sh) ||
	    strings_sh.sh_size > TABLE_MAX)
		return;
	data = elf_getdata(scn, NULL);
	n = sh->sh_size / sh->sh_entsize;
	for (size_t i = 0; data && i < n && i < SYMBOLS_MAX; i++) {
		const char *name;
		GElf_Sym sym;

		if (!gelf_getsym(data, (int)i, &sym))
			return;
		if (GELF_ST_TYPE(sym.st_info) != STT_OBJECT ||
		    sym.st_shndx == SHN_UNDEF)
			continue;
		name = elf_strptr(elf, sh->sh_link, sym.st_name);
		if (!name || (name[0] != 'P' && name[0] != '_'))
			continue;
		for (int s = 0; s < SYMBOLS; s++)
			if (!value[s] && strcmp(name, symbols[s]) == 0)
				value[s] = sym.st_value;
	}
}

/* What an interpreter shows to its modules; of one that is called so, all. */
static void search_symbols(Elf *elf, bool all, uint64_t value[SYMBOLS])
{
	static const GElf_Word kinds[] = { SHT_DYNSYM, SHT_SYMTAB };

	for (int k = 0; k < (all ? 2 : 1) && !value[RUNTIME]; k++) {
		Elf_Scn *scn = NULL;
		GElf_Shdr sh;
		int n = 0;

		while ((scn = elf_nextscn(elf, scn)) && n++ < SECTIONS_MAX)
			if (gelf_getshdr(scn, &sh) && sh.sh_type == kinds[k])
				search_table(elf, scn, &sh, value);
	}
}

/* What to add to the file's addresses. */
static bool load_bias(Elf *elf, const struct names_mapping *m, uint64_t *ret)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	size_t n;

	if (elf_getphdrnum(elf, &n) != 0)
		return false;
	for (size_t i = 0; i < n && i < 64; i++) {
		GElf_Phdr ph;

		if (!gelf_getphdr(elf, (int)i, &ph))
			return false;
		if (ph.p_type == PT_LOAD &&
		    (ph.p_offset & ~(page - 1)) == m->offset) {
			*ret = m->start - (ph.p_vaddr & ~(page - 1));
			return true;
		}
	}
	return false;
}

/* The file's symbols, where the process has them. */
static bool read_file(int fd, const struct names_mapping *m,
		      uint64_t value[SYMBOLS])
{
	/* Read, not mapped: a file that is cut meanwhile must not kill. */
	Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
	uint64_t bias;
	bool ok;

	if (!elf)
		return false;
	ok = elf_kind(elf) == ELF_K_ELF && gelf_getclass(elf) == ELFCLASS64 &&
	     load_bias(elf, m, &bias);
	if (ok)
		search_symbols(elf, rank(m, true) < 2, value);
	(void)elf_end(elf);
	if (!ok)
		return false;
	for (int s = 0; s < SYMBOLS; s++)
		if (value[s])
			value[s] += bias;
	return value[RUNTIME] && value[CODE_TYPE] && value[STRING_TYPE] &&
	       value[BYTES_TYPE];
}

/* "python3.9", "libpython3.9.so.1.0": 3.9 */
static uint16_t version_in(const char *text, const char *before)
{
	const char *p = strstr(text, before);
	unsigned int minor = 0;

	if (!p)
		return 0;
	for (p += strlen(before); *p >= '0' && *p <= '9' && minor < 100; p++)
		minor = minor * 10 + (unsigned int)(*p - '0');
	return minor && minor < 100 ? (uint16_t)(0x0300 | minor) : 0;
}

static uint16_t find_version(const struct names_maps *maps,
			     const struct names_mapping *m, int mem_fd,
			     const uint64_t value[SYMBOLS])
{
	uint64_t hex;
	uint16_t version;

	/* Include/pylifecycle.h, 3.11 on: PY_VERSION_HEX */
	if (value[VERSION])
		return names_memory_u64(mem_fd, value[VERSION], &hex) &&
				       hex >> 24 == 3
			       ? (uint16_t)(hex >> 16)
			       : 0;
	version = version_in(base_name(m->path), "python3.");
	/* An interpreter within another program: by what it has loaded. */
	for (size_t i = 0; i < maps->n && !version; i++)
		version = version_in(maps->list[i].path, "/python3.");
	/* These would have told themselves. */
	return version < 0x030b ? version : 0;
}

static int look(struct names_python *python, const struct names_maps *maps,
		int proc_fd, int mem_fd, uint32_t pid,
		const struct names_mapping *m)
{
	uint64_t value[SYMBOLS] = { 0 };
	int fd = open_mapped(m, proc_fd, pid);
	bool found;

	if (fd < 0)
		return -1;
	found = read_file(fd, m, value);
	(void)close(fd);
	if (!found)
		return -1;
	python->version = find_version(maps, m, mem_fd, value);
	python->runtime = value[RUNTIME];
	python->code_type = value[CODE_TYPE];
	python->string_type = value[STRING_TYPE];
	python->bytes_type = value[BYTES_TYPE];
	return python->version ? 1 : -1;
}

bool python_find(struct names_python *python, const struct names_maps *maps,
		 int proc_fd, int mem_fd, uint32_t pid)
{
	const struct names_mapping *m[TRIES_MAX];
	size_t n = candidates(maps, m);

	if (!n)
		return false;
	/* After an exec it is another program. */
	if (python->state && python->start == m[0]->start &&
	    python->inode == m[0]->inode)
		return python->state > 0;
	if (elf_version(EV_CURRENT) == EV_NONE)
		return false;
	memset(python, 0, sizeof(*python));
	python->start = m[0]->start;
	python->inode = m[0]->inode;
	python->state = -1;
	for (size_t i = 0; i < n && python->state < 0; i++)
		python->state = look(python, maps, proc_fd, mem_fd, pid, m[i]);
	return python->state > 0;
}
