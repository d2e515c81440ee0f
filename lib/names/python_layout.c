// SPDX-License-Identifier: GPL-2.0-or-later
#include "python_layout.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "memory.h"

typedef uint64_t pointer;

/* Include/internal/pycore_gil.h, 3.9 to 3.11 */
struct gil {
	unsigned long interval;
	pointer last_holder;
	int locked;
	unsigned long switch_number;
	pthread_cond_t cond;
	pthread_mutex_t mutex;
	pthread_cond_t switch_cond;
	pthread_mutex_t switch_mutex;
};

/* Include/internal/pycore_runtime.h, 3.9 to 3.11: they differ only in the
 * number of flags at the head, which are padded to a pointer. */
struct runtime_rest {
	pointer finalizing;
	pointer interpreters_mutex, interpreters_head, interpreters_main;
	int64_t interpreters_next_id;
	pointer xid_mutex, xid_head;
	unsigned long main_thread;
	pointer exitfuncs[32];
	int nexitfuncs;
	struct {
		int signals_pending;
		struct gil gil;
	} ceval; /* of its own alignment */
	int check_enabled;
	pointer tstate_current;
};

struct runtime_four {
	int preinitializing, preinitialized, core_initialized, initialized;
	struct runtime_rest rest;
};

struct runtime_five {
	int _initialized, preinitializing, preinitialized, core_initialized;
	int initialized;
	struct runtime_rest rest;
};

/*
 * CPython 3.9: Include/internal/pycore_interp.h, cpython/pystate.h,
 * cpython/frameobject.h, cpython/code.h, cpython/unicodeobject.h.
 */
static const struct python_layout layout_39 = {
	.version = 0x0309,
	.interpreters = offsetof(struct runtime_four, rest.interpreters_head),
	.current = offsetof(struct runtime_four, rest.tstate_current),
	.last = offsetof(struct runtime_four, rest.ceval.gil.last_holder),
	.interpreter_next = 0,
	.threads = 8,
	.thread_next = 8,
	.thread_interpreter = 16,
	.thread_frame = 24,
	.thread_pthread = 176,
	.previous = 24,
	.executable = 32,
	.instruction = 104,
	.index_bytes = 1,
	.executing = 116,
	.executing_is = 1,
	.lines = PYTHON_LINES_PAIRS,
	.filename = 104,
	.name = 112,
	.line_table = 120,
	.first_line = 40,
	.bytecode = 48,
	.length = 16,
	.state = 32,
	.ascii = 48,
	.compact = 72,
	.bytes = 32,
};

/* CPython 3.10: the same; f_state instead of f_executing (FRAME_EXECUTING is
 * 0), and f_lasti counts instructions of two bytes. */
static const struct python_layout layout_310 = {
	.version = 0x030a,
	.interpreters = offsetof(struct runtime_four, rest.interpreters_head),
	.current = offsetof(struct runtime_four, rest.tstate_current),
	.last = offsetof(struct runtime_four, rest.ceval.gil.last_holder),
	.interpreter_next = 0,
	.threads = 8,
	.thread_next = 8,
	.thread_interpreter = 16,
	.thread_frame = 24,
	.thread_pthread = 176,
	.previous = 24,
	.executable = 32,
	.instruction = 96,
	.index_bytes = 2,
	.executing = 108,
	.executing_is = 0,
	.lines = PYTHON_LINES_RANGES,
	.filename = 104,
	.name = 112,
	.line_table = 120,
	.first_line = 40,
	.bytecode = 48,
	.length = 16,
	.state = 32,
	.ascii = 48,
	.compact = 72,
	.bytes = 32,
};

/*
 * CPython 3.11: Include/internal/pycore_interp.h, pycore_frame.h,
 * cpython/pystate.h, cpython/code.h, cpython/unicodeobject.h.
 */
static const struct python_layout layout_311 = {
	.version = 0x030b,
	.interpreters = offsetof(struct runtime_five, rest.interpreters_head),
	.current = offsetof(struct runtime_five, rest.tstate_current),
	.last = offsetof(struct runtime_five, rest.ceval.gil.last_holder),
	.interpreter_next = 0,
	.threads = 16,
	.thread_next = 8,
	.thread_interpreter = 16,
	.thread_frame = 56,
	.has_cframe = true,
	.cframe_frame = 8,
	.thread_pthread = 152,
	.thread_native = 160,
	.previous = 48,
	.executable = 32,
	.instruction = 56,
	.owner = 69,
	.lines = PYTHON_LINES_LOCATIONS,
	.filename = 112,
	.name = 120,
	.qualname = 128,
	.line_table = 136,
	.first_line = 72,
	.bytecode = 184,
	.length = 16,
	.state = 32,
	.ascii = 48,
	.compact = 72,
	.bytes = 32,
};

/*
 * CPython 3.12: the same headers; a GIL for each interpreter, `struct
 * _gil_runtime_state` as above.
 */
static const struct python_layout layout_312 = {
	.version = 0x030c,
	.interpreters = offsetof(struct runtime_five, rest.interpreters_head),
	.interpreter_next = 0,
	.threads = 72,
	.gil = 384,
	.gil_locked = offsetof(struct gil, locked),
	.gil_holder = offsetof(struct gil, last_holder),
	.thread_next = 8,
	.thread_interpreter = 16,
	.thread_frame = 56,
	.has_cframe = true,
	.cframe_frame = 0,
	.thread_pthread = 136,
	.thread_native = 144,
	.previous = 8,
	.executable = 0,
	.instruction = 56,
	.owner = 70,
	.lines = PYTHON_LINES_LOCATIONS,
	.filename = 112,
	.name = 120,
	.qualname = 128,
	.line_table = 136,
	.first_line = 68,
	.bytecode = 192,
	.length = 16,
	.state = 32,
	.ascii = 40,
	.compact = 56,
	.bytes = 32,
};

/*
 * _Py_DebugOffsets as words.  3.13: Include/internal/pycore_runtime.h, 3.14:
 * Include/internal/pycore_debug_offsets.h, which has a few more between.
 */
enum field {
	COOKIE,
	VERSION,
	FREE_THREADED,
	RUNTIME_INTERPRETERS,
	INTERPRETER_NEXT,
	INTERPRETER_THREADS,
	INTERPRETER_GIL,
	GIL,
	GIL_LOCKED,
	GIL_HOLDER,
	THREAD_NEXT,
	THREAD_INTERPRETER,
	THREAD_FRAME,
	THREAD_PTHREAD,
	THREAD_NATIVE,
	FRAME_PREVIOUS,
	FRAME_EXECUTABLE,
	FRAME_INSTRUCTION,
	FRAME_OWNER,
	CODE_FILENAME,
	CODE_NAME,
	CODE_QUALNAME,
	CODE_LINE_TABLE,
	CODE_FIRST_LINE,
	CODE_BYTECODE,
	OBJECT_TYPE,
	BYTES_SIZE,
	BYTES_TEXT,
	STRING_STATE,
	STRING_LENGTH,
	STRING_ASCII,
	FIELDS
};

struct words_313 {
	uint64_t cookie, version, free_threaded;
	struct {
		uint64_t size, finalizing, interpreters_head;
	} runtime;
	struct {
		uint64_t size, id, next, threads_head, gc, imports_modules;
		uint64_t sysdict, builtins, ceval_gil, gil, gil_enabled;
		uint64_t gil_locked, gil_holder;
	} interpreter;
	struct {
		uint64_t size, prev, next, interp, current_frame, thread_id;
		uint64_t native_thread_id, datastack_chunk, status;
	} thread;
	struct {
		uint64_t size, previous, executable, instr_ptr, localsplus;
		uint64_t owner;
	} frame;
	struct {
		uint64_t size, filename, name, qualname, linetable, firstlineno;
		uint64_t argcount, localsplusnames, localspluskinds;
		uint64_t co_code_adaptive;
	} code;
	uint64_t object_size, object_type;
	uint64_t type[4], tuple[3], list[3], dict[3], floats[2], longs[3];
	struct {
		uint64_t size, ob_size, ob_sval;
	} bytes;
	struct {
		uint64_t size, state, length, asciiobject_size;
	} unicode;
};

struct words_314 {
	uint64_t cookie, version, free_threaded;
	struct {
		uint64_t size, finalizing, interpreters_head;
	} runtime;
	struct {
		uint64_t size, id, next, threads_head, threads_main, gc;
		uint64_t imports_modules, sysdict, builtins, ceval_gil, gil;
		uint64_t gil_enabled, gil_locked, gil_holder;
		uint64_t code_object_generation, tlbc_generation;
	} interpreter;
	struct {
		uint64_t size, prev, next, interp, current_frame, thread_id;
		uint64_t native_thread_id, datastack_chunk, status;
	} thread;
	struct {
		uint64_t size, previous, executable, instr_ptr, localsplus;
		uint64_t owner, stackpointer, tlbc_index;
	} frame;
	struct {
		uint64_t size, filename, name, qualname, linetable, firstlineno;
		uint64_t argcount, localsplusnames, localspluskinds;
		uint64_t co_code_adaptive, co_tlbc;
	} code;
	uint64_t object_size, object_type;
	uint64_t type[4], tuple[3], list[3], set[4], dict[3], floats[2];
	uint64_t longs[3];
	struct {
		uint64_t size, ob_size, ob_sval;
	} bytes;
	struct {
		uint64_t size, state, length, asciiobject_size;
	} unicode;
};

#define WORDS(type) \
	{ \
		[COOKIE] = offsetof(type, cookie), \
		[VERSION] = offsetof(type, version), \
		[FREE_THREADED] = offsetof(type, free_threaded), \
		[RUNTIME_INTERPRETERS] = \
			offsetof(type, runtime.interpreters_head), \
		[INTERPRETER_NEXT] = offsetof(type, interpreter.next), \
		[INTERPRETER_THREADS] = \
			offsetof(type, interpreter.threads_head), \
		[INTERPRETER_GIL] = offsetof(type, interpreter.ceval_gil), \
		[GIL] = offsetof(type, interpreter.gil), \
		[GIL_LOCKED] = offsetof(type, interpreter.gil_locked), \
		[GIL_HOLDER] = offsetof(type, interpreter.gil_holder), \
		[THREAD_NEXT] = offsetof(type, thread.next), \
		[THREAD_INTERPRETER] = offsetof(type, thread.interp), \
		[THREAD_FRAME] = offsetof(type, thread.current_frame), \
		[THREAD_PTHREAD] = offsetof(type, thread.thread_id), \
		[THREAD_NATIVE] = offsetof(type, thread.native_thread_id), \
		[FRAME_PREVIOUS] = offsetof(type, frame.previous), \
		[FRAME_EXECUTABLE] = offsetof(type, frame.executable), \
		[FRAME_INSTRUCTION] = offsetof(type, frame.instr_ptr), \
		[FRAME_OWNER] = offsetof(type, frame.owner), \
		[CODE_FILENAME] = offsetof(type, code.filename), \
		[CODE_NAME] = offsetof(type, code.name), \
		[CODE_QUALNAME] = offsetof(type, code.qualname), \
		[CODE_LINE_TABLE] = offsetof(type, code.linetable), \
		[CODE_FIRST_LINE] = offsetof(type, code.firstlineno), \
		[CODE_BYTECODE] = offsetof(type, code.co_code_adaptive), \
		[OBJECT_TYPE] = offsetof(type, object_type), \
		[BYTES_SIZE] = offsetof(type, bytes.ob_size), \
		[BYTES_TEXT] = offsetof(type, bytes.ob_sval), \
		[STRING_STATE] = offsetof(type, unicode.state), \
		[STRING_LENGTH] = offsetof(type, unicode.length), \
		[STRING_ASCII] = offsetof(type, unicode.asciiobject_size), \
	}

static const uint16_t words_313[FIELDS] = WORDS(struct words_313);
static const uint16_t words_314[FIELDS] = WORDS(struct words_314);

/* What all of them must be below: a struct of an unknown build is none. */
static uint64_t bound(enum field field)
{
	switch (field) {
	case RUNTIME_INTERPRETERS:
	case INTERPRETER_NEXT:
	case INTERPRETER_THREADS:
	case INTERPRETER_GIL:
	case GIL:
	case GIL_LOCKED:
	case GIL_HOLDER:
		return 1U << 24;
	case THREAD_NEXT:
	case THREAD_INTERPRETER:
	case THREAD_FRAME:
	case THREAD_PTHREAD:
	case THREAD_NATIVE:
		return PYTHON_THREAD_MAX - 8;
	case FRAME_PREVIOUS:
	case FRAME_EXECUTABLE:
	case FRAME_INSTRUCTION:
	case FRAME_OWNER:
		return PYTHON_FRAME_MAX - 8;
	default:
		return PYTHON_CODE_MAX - 8;
	}
}

static bool published(struct python_layout *l, uint16_t version, int mem_fd,
		      uint64_t runtime)
{
	const uint16_t *at = version == 0x030d ? words_313 : words_314;
	uint8_t raw[sizeof(struct words_314)];
	uint64_t v[FIELDS];

	if (!names_memory_read(mem_fd, runtime, raw, sizeof(raw)))
		return false;
	for (int i = 0; i < FIELDS; i++)
		memcpy(&v[i], raw + at[i], sizeof(v[i]));
	/* Of a build without a GIL the bytecode is elsewhere. */
	if (memcmp(&v[COOKIE], "xdebugpy", 8) != 0 ||
	    v[VERSION] >> 16 != version || v[FREE_THREADED])
		return false;
	for (int i = RUNTIME_INTERPRETERS; i < FIELDS; i++)
		if (v[i] >= bound(i))
			return false;
	/* Objects are refcount, type, size; else it is another's build. */
	if (v[OBJECT_TYPE] != 8 || v[BYTES_SIZE] != 16 ||
	    v[GIL_LOCKED] < v[GIL] || v[GIL_HOLDER] < v[GIL])
		return false;
	*l = (struct python_layout){
		.version = version,
		.interpreters = (uint32_t)v[RUNTIME_INTERPRETERS],
		.interpreter_next = (uint32_t)v[INTERPRETER_NEXT],
		.threads = (uint32_t)v[INTERPRETER_THREADS],
		.gil = (uint32_t)v[INTERPRETER_GIL],
		/* Both are from the interpreter that owns its GIL. */
		.gil_locked = (uint32_t)(v[GIL_LOCKED] - v[GIL]),
		.gil_holder = (uint32_t)(v[GIL_HOLDER] - v[GIL]),
		.thread_next = (uint32_t)v[THREAD_NEXT],
		.thread_interpreter = (uint32_t)v[THREAD_INTERPRETER],
		.thread_frame = (uint32_t)v[THREAD_FRAME],
		.thread_pthread = (uint32_t)v[THREAD_PTHREAD],
		.thread_native = (uint32_t)v[THREAD_NATIVE],
		.previous = (uint32_t)v[FRAME_PREVIOUS],
		.executable = (uint32_t)v[FRAME_EXECUTABLE],
		.instruction = (uint32_t)v[FRAME_INSTRUCTION],
		.owner = (uint32_t)v[FRAME_OWNER],
		.lines = PYTHON_LINES_LOCATIONS,
		.filename = (uint32_t)v[CODE_FILENAME],
		.name = (uint32_t)v[CODE_NAME],
		.qualname = (uint32_t)v[CODE_QUALNAME],
		.line_table = (uint32_t)v[CODE_LINE_TABLE],
		.first_line = (uint32_t)v[CODE_FIRST_LINE],
		.bytecode = (uint32_t)v[CODE_BYTECODE],
		.length = (uint32_t)v[STRING_LENGTH],
		.state = (uint32_t)v[STRING_STATE],
		.ascii = (uint32_t)v[STRING_ASCII],
		/* PyCompactUnicodeObject: the length and pointer of UTF-8 */
		.compact = (uint32_t)v[STRING_ASCII] + 16,
		.bytes = (uint32_t)v[BYTES_TEXT],
	};
	return true;
}

bool python_layout(struct python_layout *layout, uint16_t version, int mem_fd,
		   uint64_t runtime)
{
	switch (version) {
	case 0x0309:
		*layout = layout_39;
		return true;
	case 0x030a:
		*layout = layout_310;
		return true;
	case 0x030b:
		*layout = layout_311;
		return true;
	case 0x030c:
		*layout = layout_312;
		return true;
	case 0x030d:
	case 0x030e:
		return published(layout, version, mem_fd, runtime);
	default:
		return false;
	}
}
