// SPDX-License-Identifier: GPL-2.0-or-later
#include "object.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "demangle.h"

#define FILE_MAX     (4ULL << 30)
#define SECTION_MAX  (128ULL << 20) /* of symbols, of unwinding */
#define DEBUG_MAX    (192ULL << 20) /* of all .debug_*, unpacked */
#define SEGMENTS_MAX 16
#define PLTS_MAX     4
#define SYMBOLS_MAX  (1U << 20)
#define UNITS_MAX    100000  /* looked through where there is no index */
#define DIES_MAX     2000000 /* looked at for one address */
#define DEPTH_MAX    32

struct range {
	uint64_t start, end;
};

struct segment {
	uint64_t offset, size, address;
};

struct symbol {
	uint64_t address, size;
	uint32_t name;
	uint8_t rank; /* of several at one address, the lowest */
	bool exported;
};

/* An ELF file, and its DWARF when it has been asked for. */
struct elf_file {
	int fd;
	Elf *elf;
	Dwarf *dwarf;
};

struct names_object {
	struct elf_file main, debug; /* debug: by build-id, elf NULL if none */
	size_t size;
	struct segment segments[SEGMENTS_MAX];
	unsigned int n_segments;
	struct range plts[PLTS_MAX];
	unsigned int n_plts;
	bool is_x86, is_static;
	bool tried_symbols, tried_debug, tried_dwarf, tried_cfi;
	bool exported_only; /* of the symbols no others are left */
	Dwarf_CFI *cfi;
	Elf *names_elf; /* whose string section the names are in */
	size_t names_section;
	struct symbol *symbols;
	size_t n_symbols;
};

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Opened without waiting and without side effects: no FIFO, no device. */
int names_open_regular(const char *path)
{
	char link[40];
	struct stat st;
	int fd = -1, found = open(path, O_PATH | O_CLOEXEC);

	if (found < 0)
		return -1;
	if (fstat(found, &st) == 0 && S_ISREG(st.st_mode)) {
		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", found);
		fd = open(link, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	}
	(void)close(found);
	return fd;
}

static bool open_elf(struct elf_file *file, int fd)
{
	GElf_Ehdr header;
	struct stat st;

	file->fd = fd;
	if (elf_version(EV_CURRENT) == EV_NONE || fstat(fd, &st) ||
	    !S_ISREG(st.st_mode) || (uint64_t)st.st_size > FILE_MAX)
		return false;
	file->elf = elf_begin(fd, ELF_C_READ, NULL);
	return file->elf && elf_kind(file->elf) == ELF_K_ELF &&
	       gelf_getclass(file->elf) == ELFCLASS64 &&
	       gelf_getehdr(file->elf, &header) &&
	       (header.e_type == ET_EXEC || header.e_type == ET_DYN);
}

static void close_elf(struct elf_file *file)
{
	if (file->dwarf)
		(void)dwarf_end(file->dwarf);
	if (file->elf)
		(void)elf_end(file->elf);
	if (file->fd >= 0)
		(void)close(file->fd);
	memset(file, 0, sizeof(*file));
	file->fd = -1;
}

static const char *section_name(Elf *elf, Elf_Scn *section, GElf_Shdr *header)
{
	const char *name;
	size_t names;

	if (!gelf_getshdr(section, header) || elf_getshdrstrndx(elf, &names))
		return "";
	name = elf_strptr(elf, names, header->sh_name);
	return name ? name : "";
}

static void read_segments(struct names_object *o)
{
	size_t n;
	GElf_Phdr p;

	if (elf_getphdrnum(o->main.elf, &n))
		return;
	o->is_static = true;
	for (size_t i = 0;
	     i < n && i < INT_MAX && gelf_getphdr(o->main.elf, (int)i, &p);
	     i++) {
		if (p.p_type == PT_INTERP)
			o->is_static = false;
		if (p.p_type == PT_LOAD && p.p_flags & PF_X &&
		    o->n_segments < SEGMENTS_MAX)
			o->segments[o->n_segments++] =
				(struct segment){ p.p_offset, p.p_filesz,
						  p.p_vaddr };
	}
}

static void read_sections(struct names_object *o)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(o->main.elf, section))) {
		const char *name = section_name(o->main.elf, section, &header);

		if (strcmp(name, ".dynsym") == 0 && o->n_segments) {
			GElf_Ehdr ehdr;

			/* A shared library has no interpreter either. */
			if (gelf_getehdr(o->main.elf, &ehdr) &&
			    ehdr.e_type == ET_DYN &&
			    header.sh_size > 2 * sizeof(Elf64_Sym))
				o->is_static = false;
		}
		if (begins(name, ".plt") && header.sh_flags & SHF_EXECINSTR &&
		    o->n_plts < PLTS_MAX &&
		    header.sh_size <= UINT64_MAX - header.sh_addr)
			o->plts[o->n_plts++] = (struct range){
				header.sh_addr, header.sh_addr + header.sh_size
			};
	}
}

struct names_object *names_object_open(int fd)
{
	struct names_object *o = calloc(1, sizeof(*o));
	GElf_Ehdr header;

	if (!o) {
		(void)close(fd);
		return NULL;
	}
	o->debug.fd = -1;
	if (!open_elf(&o->main, fd)) {
		names_object_close(o);
		return NULL;
	}
	o->is_x86 = gelf_getehdr(o->main.elf, &header) &&
		    header.e_machine == EM_X86_64;
	read_segments(o);
	read_sections(o);
	return o;
}

void names_object_close(struct names_object *o)
{
	if (!o)
		return;
	if (o->cfi)
		(void)dwarf_cfi_end(o->cfi);
	free(o->symbols);
	close_elf(&o->debug);
	close_elf(&o->main);
	free(o);
}

size_t names_object_size(const struct names_object *o)
{
	return o->size;
}

bool names_object_address(const struct names_object *o, uint64_t offset,
			  uint64_t *address)
{
	for (unsigned int i = 0; i < o->n_segments; i++) {
		const struct segment *s = &o->segments[i];

		if (offset >= s->offset && offset - s->offset < s->size) {
			*address = offset - s->offset + s->address;
			return true;
		}
	}
	return false;
}

/* Into `to` from where this address is loaded from: all of it, or false. */
static bool read_code(const struct names_object *o, uint64_t address, void *to,
		      size_t len)
{
	for (unsigned int i = 0; i < o->n_segments; i++) {
		const struct segment *s = &o->segments[i];
		uint64_t in = address - s->address;

		if (address >= s->address && in < s->size &&
		    len <= s->size - in && s->offset <= FILE_MAX)
			return pread(o->main.fd, to, len,
				     (off_t)(s->offset + in)) == (ssize_t)len;
	}
	return false;
}

/* /usr/lib/debug/.build-id/ab/cdef....debug */
static void open_debug(struct names_object *o)
{
	char path[128];
	const void *id;
	ssize_t len = dwelf_elf_gnu_build_id(o->main.elf, &id);
	const unsigned char *bytes = id;
	int at, fd;

	if (o->tried_debug || len < 3 || len > 32)
		return;
	o->tried_debug = true;
	at = snprintf(path, sizeof(path), "/usr/lib/debug/.build-id/%02x/",
		      bytes[0]);
	for (ssize_t i = 1; i < len; i++)
		at += snprintf(path + at, sizeof(path) - (size_t)at, "%02x",
			       bytes[i]);
	(void)snprintf(path + at, sizeof(path) - (size_t)at, ".debug");
	fd = names_open_regular(path);
	if (fd >= 0 && !open_elf(&o->debug, fd))
		close_elf(&o->debug);
}

static uint64_t unpacked_size(Elf_Scn *section, const GElf_Shdr *header)
{
	GElf_Chdr packed;

	if (header->sh_type == SHT_NOBITS)
		return 0;
	return header->sh_flags & SHF_COMPRESSED &&
			       gelf_getchdr(section, &packed)
		       ? packed.ch_size
		       : header->sh_size;
}

/* Of all debug sections; 0: none that is worth reading, or too much. */
static uint64_t debug_size(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	uint64_t sum = 0;
	bool info = false;

	while ((section = elf_nextscn(elf, section))) {
		const char *name = section_name(elf, section, &header);
		uint64_t size;

		if (begins(name, ".zdebug"))
			return 0; /* its size is not known before unpacking */
		if (!begins(name, ".debug_"))
			continue;
		size = unpacked_size(section, &header);
		if (size > DEBUG_MAX - sum)
			return 0;
		sum += size;
		info = info || (size && strcmp(name, ".debug_info") == 0);
	}
	return info ? sum : 0;
}

static void open_dwarf(struct names_object *o)
{
	struct elf_file *files[] = { &o->main, &o->debug };

	o->tried_dwarf = true;
	for (size_t i = 0; i < 2; i++) {
		uint64_t size;

		if (files[i] == &o->debug)
			open_debug(o);
		size = files[i]->elf ? debug_size(files[i]->elf) : 0;
		if (!size)
			continue;
		files[i]->dwarf =
			dwarf_begin_elf(files[i]->elf, DWARF_C_READ, NULL);
		if (files[i]->dwarf) {
			o->size += size;
			return;
		}
	}
}

static Dwarf *dwarf_of(struct names_object *o)
{
	if (!o->tried_dwarf)
		open_dwarf(o);
	return o->main.dwarf ? o->main.dwarf : o->debug.dwarf;
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (int)x->rank - (int)y->rank;
}

static const char *symbol_name(const struct names_object *o,
			       const struct symbol *symbol)
{
	const char *name =
		elf_strptr(o->names_elf, o->names_section, symbol->name);

	return name ? name : "";
}

/* Several names for one function: the one without underscores, and global. */
static uint8_t rank_of(const char *name, const GElf_Sym *symbol)
{
	bool mangled = begins(name, "_Z");

	return (uint8_t)((name[0] == '_' && !mangled) +
			 2 * (GELF_ST_BIND(symbol->st_info) == STB_LOCAL) +
			 4 * (symbol->st_size == 0));
}

static bool read_symbols(struct names_object *o, Elf *elf, Elf_Scn *section,
			 const GElf_Shdr *header)
{
	Elf_Data *data;
	Elf_Scn *strings = elf_getscn(elf, header->sh_link);
	GElf_Shdr strings_header;
	size_t n;

	if (header->sh_size > SECTION_MAX || !strings ||
	    !gelf_getshdr(strings, &strings_header) ||
	    strings_header.sh_size > SECTION_MAX ||
	    unpacked_size(section, header) > SECTION_MAX ||
	    unpacked_size(strings, &strings_header) > SECTION_MAX)
		return false;
	data = elf_getdata(section, NULL);
	if (!data)
		return false;
	n = data->d_size / sizeof(Elf64_Sym);
	if (n > SYMBOLS_MAX)
		n = SYMBOLS_MAX;
	o->names_elf = elf;
	o->names_section = header->sh_link;
	o->n_symbols = 0;
	free(o->symbols);
	o->symbols = calloc(n + 1, sizeof(*o->symbols));
	for (size_t i = 0; o->symbols && i < n && i < INT_MAX; i++) {
		struct symbol *to = &o->symbols[o->n_symbols];
		GElf_Sym from;
		const char *name;

		if (!gelf_getsym(data, (int)i, &from) ||
		    from.st_shndx == SHN_UNDEF ||
		    (GELF_ST_TYPE(from.st_info) != STT_FUNC &&
		     GELF_ST_TYPE(from.st_info) != STT_GNU_IFUNC))
			continue;
		name = elf_strptr(elf, header->sh_link, from.st_name);
		if (!name || !*name || from.st_name > UINT32_MAX)
			continue;
		to->address = from.st_value;
		to->size = from.st_size;
		to->name = (uint32_t)from.st_name;
		to->rank = rank_of(name, &from);
		to->exported = GELF_ST_BIND(from.st_info) != STB_LOCAL &&
			       GELF_ST_VISIBILITY(from.st_other) == STV_DEFAULT;
		o->n_symbols++;
	}
	if (!o->n_symbols)
		return false;
	qsort(o->symbols, o->n_symbols, sizeof(*o->symbols), by_address);
	o->size += n * sizeof(*o->symbols) + header->sh_size +
		   strings_header.sh_size;
	return true;
}

static bool find_symbols(struct names_object *o, Elf *elf, GElf_Word type)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while (elf && (section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) && header.sh_type == type)
			return read_symbols(o, elf, section, &header);
	return false;
}

static void open_symbols(struct names_object *o)
{
	if (o->tried_symbols)
		return;
	o->tried_symbols = true;
	if (find_symbols(o, o->main.elf, SHT_SYMTAB))
		return;
	open_debug(o);
	if (!find_symbols(o, o->debug.elf, SHT_SYMTAB))
		o->exported_only = find_symbols(o, o->main.elf, SHT_DYNSYM);
}

/* The last that begins at or below, the best of those at its address. */
static const struct symbol *symbol_at(struct names_object *o, uint64_t address)
{
	size_t low = 0, high;
	const struct symbol *s;

	open_symbols(o);
	high = o->n_symbols;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (o->symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	s = &o->symbols[low - 1];
	while (s > o->symbols && s[-1].address == s->address)
		s--;
	/* No size: assembler's, up to the next one, but not any distance. */
	if (address - s->address < s->size ||
	    (!s->size && address - s->address < 4096))
		return s;
	return NULL;
}

bool names_object_is_entry(struct names_object *o, uint64_t address)
{
	const struct symbol *s = symbol_at(o, address);

	return s ? s->address == address : !o->n_symbols || o->exported_only;
}

bool names_object_is_plt(const struct names_object *o, uint64_t address)
{
	for (unsigned int i = 0; i < o->n_plts; i++)
		if (address >= o->plts[i].start && address < o->plts[i].end)
			return true;
	return false;
}

/* The bytes of "ff /2" that end at `end`: opcode, ModRM, SIB, displacement. */
static bool is_pointer_call(const uint8_t *end)
{
	for (int len = 2; len <= 7; len++) {
		const uint8_t *at = end - len;
		uint8_t mod = at[1] >> 6, rm = at[1] & 7;
		int want = 2;

		if (at[0] != 0xff || (at[1] >> 3 & 7) != 2)
			continue;
		if (mod != 3 && rm == 4) {
			if (len < 3)
				continue;
			want += 1 + (mod == 0 && (at[2] & 7) == 5 ? 4 : 0);
		} else if (mod == 0 && rm == 5) {
			want += 4;
		}
		want += mod == 1 ? 1 : mod == 2 ? 4 : 0;
		if (want == len)
			return true;
	}
	return false;
}

enum names_call names_object_call(struct names_object *o,
				  uint64_t return_address, uint64_t *target)
{
	uint8_t code[7];
	int32_t relative;

	if (!o->is_x86 || return_address < sizeof(code) ||
	    !read_code(o, return_address - sizeof(code), code, sizeof(code)))
		return NAMES_CALL_NONE;
	if (code[2] == 0xe8) {
		uint8_t byte;

		memcpy(&relative, code + 3, sizeof(relative));
		*target = return_address + (uint64_t)(int64_t)relative;
		if (read_code(o, *target, &byte, 1))
			return NAMES_CALL_DIRECT;
	}
	return is_pointer_call(code + sizeof(code)) ? NAMES_CALL_POINTER
						    : NAMES_CALL_NONE;
}

/* "DW_OP_breg7 8", as libdw has it. */
static bool by_register(const Dwarf_Op *op, unsigned int reg, int64_t *offset)
{
	if (op->atom == DW_OP_breg0 + reg) {
		*offset = (int64_t)op->number;
		return true;
	}
	*offset = (int64_t)op->number2;
	return op->atom == DW_OP_bregx && op->number == reg;
}

static bool read_rule(Dwarf_Frame *frame, struct names_rule *rule)
{
	enum { RBP = 6, RSP = 7 };
	Dwarf_Op memory[3], *ops;
	struct names_rule r = { .by_rbp = false };
	size_t n;

	if (dwarf_frame_cfa(frame, &ops, &n) || !n)
		return false;
	/* A realigned stack: rbp points to copies of rbp and the return. */
	if (n == 2 && ops[0].atom == DW_OP_breg0 + RBP &&
	    ops[1].atom == DW_OP_deref) {
		*rule = (struct names_rule){ .by_rbp = true,
					     .realigned = true };
		return true;
	}
	if (n != 1)
		return false;
	if (by_register(&ops[0], RBP, &r.cfa_offset))
		r.by_rbp = true;
	else if (!by_register(&ops[0], RSP, &r.cfa_offset))
		return false;
	if (dwarf_frame_register(frame, RBP, memory, &ops, &n))
		return false;
	if (n) {
		if (ops[0].atom != DW_OP_call_frame_cfa || n > 2 ||
		    (n == 2 && ops[1].atom != DW_OP_plus_uconst))
			return false;
		r.rbp_saved = true;
		r.rbp_offset = n == 2 ? (int64_t)ops[1].number : 0;
	}
	*rule = r;
	return true;
}

bool names_object_rule(struct names_object *o, uint64_t address,
		       struct names_rule *rule)
{
	Dwarf_Frame *frame = NULL;
	bool ok;

	if (!o->tried_cfi) {
		o->tried_cfi = true;
		if (o->is_x86)
			o->cfi = dwarf_getcfi_elf(o->main.elf);
	}
	if (!o->cfi || dwarf_cfi_addrframe(o->cfi, address, &frame))
		return false;
	ok = read_rule(frame, rule);
	free(frame);
	return ok;
}

/* The functions that hold an address, one inlined in the other. */
struct nest {
	Dwarf_Die dies[DEPTH_MAX]; /* outermost first; [0] is no inlined one */
	unsigned int n;
	unsigned int looked;
};

static bool is_scope(int tag)
{
	return tag == DW_TAG_namespace || tag == DW_TAG_module ||
	       tag == DW_TAG_structure_type || tag == DW_TAG_class_type;
}

static void add_function(struct nest *nest, const Dwarf_Die *die, int tag)
{
	if (tag == DW_TAG_subprogram)
		nest->n = 0;
	if ((tag == DW_TAG_subprogram ||
	     (tag == DW_TAG_inlined_subroutine && nest->n)) &&
	    nest->n < DEPTH_MAX)
		nest->dies[nest->n++] = *die;
}

/*
 * Goes down from `die` along those that hold the address.  `inside`: also into
 * functions that do not hold it, as Fortran's may contain others.
 */
static bool descend(struct nest *nest, Dwarf_Die *die, uint64_t address,
		    unsigned int depth, bool inside)
{
	Dwarf_Die child;

	if (depth > DEPTH_MAX || dwarf_child(die, &child))
		return false;
	do {
		int tag = dwarf_tag(&child);
		bool holds;

		if (++nest->looked > DIES_MAX)
			return false;
		holds = (tag == DW_TAG_subprogram ||
			 tag == DW_TAG_inlined_subroutine ||
			 tag == DW_TAG_lexical_block) &&
			dwarf_haspc(&child, address) > 0;
		if (holds) {
			add_function(nest, &child, tag);
			(void)descend(nest, &child, address, depth + 1, inside);
			return true;
		}
		if ((is_scope(tag) || (inside && tag == DW_TAG_subprogram)) &&
		    descend(nest, &child, address, depth + 1, inside))
			return true;
	} while (dwarf_siblingof(&child, &child) == 0);
	return false;
}

static bool find_unit(Dwarf *dwarf, uint64_t address, Dwarf_Die *unit)
{
	Dwarf_CU *cu = NULL, *next;
	unsigned int n = 0;

	if (dwarf_addrdie(dwarf, address, unit))
		return true;
	/* No index, as Clang makes none. */
	while (n++ < UNITS_MAX &&
	       dwarf_get_units(dwarf, cu, &next, NULL, NULL, unit, NULL) == 0) {
		if (dwarf_tag(unit) == DW_TAG_compile_unit &&
		    dwarf_haspc(unit, address) > 0)
			return true;
		cu = next;
	}
	return false;
}

static const char *linkage_name(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	const char *name = NULL;

	if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attr))
		name = dwarf_formstring(&attr);
	if (!name && dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attr))
		name = dwarf_formstring(&attr);
	return name;
}

/* Templates and inline functions of headers that come with the system. */
static bool is_system_source(const char *file)
{
	return file &&
	       (begins(file, "/usr/include/") || begins(file, "/usr/lib/") ||
		strstr(file, "/include/c++/"));
}

/*
 * A constructor or an assignment that nobody wrote: DW_AT_artificial; also set
 * for the pieces that GCC makes of a loop for OpenMP, which somebody did write.
 */
static bool is_implicit(Dwarf_Die *die, const char *linkage)
{
	Dwarf_Attribute attr;
	bool set = false;

	return linkage && begins(linkage, "_Z") && !strchr(linkage, '.') &&
	       dwarf_attr_integrate(die, DW_AT_artificial, &attr) &&
	       !dwarf_formflag(&attr, &set) && set;
}

static bool die_is_runtime(const struct names_object *o, Dwarf_Die *die)
{
	const char *name = linkage_name(die);

	if (is_implicit(die, name))
		return true;

	if (!name)
		name = dwarf_diename(die);
	return (name && names_is_runtime(name, o->is_static)) ||
	       is_system_source(dwarf_decl_file(die));
}

static void die_name(Dwarf_Die *die, const char *symbol, char name[72])
{
	const char *linkage = linkage_name(die);
	const char *plain = dwarf_diename(die);

	if (linkage && (begins(linkage, "_Z") || strstr(linkage, "_MOD_") ||
			begins(linkage, "_QM")))
		names_demangle(linkage, name, 72);
	else if (symbol && begins(symbol, "_Z"))
		names_demangle(symbol, name, 72);
	else if (plain && strcmp(plain, "operator()") == 0)
		(void)snprintf(name, 72, "{lambda}");
	else if (plain || linkage)
		names_demangle(plain ? plain : linkage, name, 72);
}

static void set_file(struct names_code *code, const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	if (path)
		(void)snprintf(code->file, sizeof(code->file), "%s",
			       slash ? slash + 1 : path);
}

/* Where the function of `die` was inlined: a line of the one around it. */
static void call_line(Dwarf_Die *unit, Dwarf_Die *die, struct names_code *code)
{
	Dwarf_Attribute attr;
	Dwarf_Word file, line;
	Dwarf_Files *files;
	size_t n;

	if (!dwarf_attr(die, DW_AT_call_line, &attr) ||
	    dwarf_formudata(&attr, &line) || line > INT32_MAX ||
	    !dwarf_attr(die, DW_AT_call_file, &attr) ||
	    dwarf_formudata(&attr, &file) ||
	    dwarf_getsrcfiles(unit, &files, &n) || file >= n)
		return;
	set_file(code, dwarf_filesrc(files, file, NULL, NULL));
	code->line = (uint32_t)line;
}

static void table_line(Dwarf_Die *unit, uint64_t address,
		       struct names_code *code)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, address);
	int number;

	if (!line || dwarf_lineno(line, &number) || number <= 0)
		return;
	set_file(code, dwarf_linesrc(line, NULL, NULL));
	code->line = (uint32_t)number;
}

/* What a programmer has written: the innermost that is not the library's. */
static void code_of_nest(const struct names_object *o, struct nest *nest,
			 Dwarf_Die *unit, uint64_t address, const char *symbol,
			 struct names_code *code)
{
	unsigned int i = nest->n - 1;

	while (i > 0 && die_is_runtime(o, &nest->dies[i]))
		i--;
	code->runtime = die_is_runtime(o, &nest->dies[i]);
	die_name(&nest->dies[i], i == 0 ? symbol : NULL, code->function);
	if (i > 0)
		die_name(&nest->dies[0], symbol, code->within);
	if (i == nest->n - 1)
		table_line(unit, address, code);
	else
		call_line(unit, &nest->dies[i + 1], code);
	if (!code->file[0])
		set_file(code, dwarf_decl_file(&nest->dies[i]));
}

static void code_by_dwarf(struct names_object *o, uint64_t address,
			  const char *symbol, struct names_code *code)
{
	Dwarf *dwarf = dwarf_of(o);
	struct nest nest = { .n = 0 };
	Dwarf_Die unit;

	if (!dwarf || !find_unit(dwarf, address, &unit))
		return;
	if (!descend(&nest, &unit, address, 0, false))
		(void)descend(&nest, &unit, address, 0, true);
	if (nest.n)
		code_of_nest(o, &nest, &unit, address, symbol, code);
	else
		table_line(&unit, address, code);
}

bool names_object_code(struct names_object *o, uint64_t address,
		       struct names_code *code)
{
	const struct symbol *s = symbol_at(o, address);
	const char *name = s ? symbol_name(o, s) : NULL;

	memset(code, 0, sizeof(*code));
	code_by_dwarf(o, address, name, code);
	if (name) {
		code->exported = s->exported;
		if (!code->function[0]) {
			names_demangle(name, code->function,
				       sizeof(code->function));
			code->runtime = names_is_runtime(name, o->is_static);
		}
	}
	return code->function[0] || code->file[0];
}
