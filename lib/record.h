/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record: the flight record of one step, as it lies in the spool file.
 *
 * Of fixed size however long the step runs: each series keeps every point until
 * it is full, then every second one, and from then on takes points half as
 * often.  One writer (the recorder's thread); readers may look at any moment,
 * also after the writer was killed in the middle of a write: each entry has its
 * own check, and one that is torn is not there.  Nothing in it is a pointer.
 *
 * Times are milliseconds since the step's watch began (CLOCK_MONOTONIC_RAW),
 * sizes KiB; both stop at their 32 bits (49 days, 4 TiB).
 */
#ifndef OOM_RECORD_H
#define OOM_RECORD_H

#include <stdatomic.h>

#include "process.h"

#define OOM_SERIES_MAX	 96
#define OOM_TRACKS_MAX	 12 /* processes seen in detail */
#define OOM_TRACK_POINTS 40
#define OOM_CENSUS_MAX	 48 /* processes at the last look, by size */
#define OOM_FILES_MAX	 12
#define OOM_MOMENTS_MAX	 8  /* at which the kernel killed */
#define OOM_SITES_MAX	 16 /* places in code that touched new memory */
#define OOM_SITE_CALLERS 6
#define OOM_PLACES_MAX	 16 /* such places, by name */
#define OOM_PLACE_LEN	 160

/* The step's memory, and the usage that counts against the job's limit. */
struct oom_series_point {
	uint32_t at_ms;
	uint32_t job_kib;
	uint32_t anon_kib, file_kib, shmem_kib, kernel_kib;
	uint32_t check;
};

/* The oldest is points[0]. */
struct oom_series {
	uint32_t n;
	uint32_t every_ms;  /* a point at least this often... */
	uint32_t every_kib; /* ...or when the usage moved by so much */
	struct oom_series_point points[OOM_SERIES_MAX];
};

struct oom_track_point {
	uint32_t at_ms;
	uint32_t anon_kib, shared_kib, data_kib;
	uint32_t read_kib;
	uint32_t user_ms, system_ms, wait_ms, sleeps;
	uint32_t check;
};

struct oom_track {
	uint32_t pid, ppid; /* pid 0: a free slot */
	uint64_t start_ticks;
	char name[OOM_COMM_LEN]; /* the user's own bytes */
	uint32_t threads;
	uint32_t virtual_kib; /* at the last look */
	uint32_t peak_kib;    /* anon, of all looks */
	uint32_t gone_ms;     /* when it was first missed; 0: it lives */
	uint32_t every_ms, every_kib;
	uint32_t n;
	struct oom_track_point points[OOM_TRACK_POINTS];
};

struct oom_census_entry {
	uint32_t pid, ppid, anon_kib, shared_kib;
	char name[OOM_COMM_LEN];
	uint32_t check;
};

struct oom_record_file {
	uint32_t pid; /* 0: a free slot */
	uint32_t writes;
	uint64_t first_position, position;
	uint32_t first_ms, last_ms; /* when the position was seen to move */
	uint32_t moves;		    /* looks at which it had moved */
	char path[OOM_FILE_PATH_LEN];
	uint32_t check;
};

/*
 * One place in the code of one process, from sampled page faults (growth.h).
 * Addresses are those of the process, as long as its growth has no name.
 */
struct oom_site {
	uint32_t pid; /* 0: a free slot */
	uint32_t in_syscall;
	uint64_t ip, callers[OOM_SITE_CALLERS]; /* 0 behind the last */
	uint64_t pages; /* about: samples times period */
	uint32_t first_ms, last_ms;
	/* Since it took this slot, whose count it goes on with. */
	uint32_t own_kib, own_late_kib, own_samples;
	uint32_t named; /* 0: not yet; else which of the places below */
	uint32_t spare, check;
};

enum oom_place_kind {
	OOM_PLACE_NATIVE = 1, /* by sampled faults */
	OOM_PLACE_PYTHON,     /* by looks at the interpreter */
	OOM_PLACE_ASLEEP,     /* the same, while it slept or waited */
	OOM_PLACE_GONE,	      /* as PYTHON, but unmapped soon; */
	OOM_PLACE_GIVEN,      /* free soon, and a part of the heap still */
};

/*
 * How much one process grew at one place that has a name; of each process and
 * kind, what has none is in the entry with an empty one: so all entries
 * together are all growth of it that was seen in this way.
 */
struct oom_place {
	uint32_t pid; /* 0: a free slot */
	uint32_t kind;
	uint32_t kib, late_kib; /* late: the last quarter of the limit */
	uint32_t first_ms, last_ms;
	uint32_t looks;		  /* or samples */
	char text[OOM_PLACE_LEN]; /* names/place.h; the user's own bytes */
	uint32_t check;
};

/* Who tells what a JVM's heap may become. */
enum oom_java_source {
	OOM_JAVA_COMMAND,     /* -Xmx on its command line */
	OOM_JAVA_ENVIRONMENT, /* -Xmx in JAVA_TOOL_OPTIONS */
	OOM_JAVA_RESERVED,    /* neither: the address space set aside */
};

struct oom_record {
	uint32_t version;
	uint32_t started; /* the recorder has looked at least once */
	uint64_t limit_kib;
	struct oom_series whole, recent;
	struct oom_track tracks[OOM_TRACKS_MAX];
	struct oom_place places[OOM_PLACES_MAX];
	uint32_t census_ms, n_processes; /* of the last look; all there were */
	struct oom_census_entry census[OOM_CENSUS_MAX];
	struct oom_record_file files[OOM_FILES_MAX];
	struct {
		uint32_t at_ms, kills; /* kills: in all so far */
	} moments[OOM_MOMENTS_MAX];
	uint32_t n_moments;
	struct oom_site sites[OOM_SITES_MAX];
	_Atomic uint32_t names_due; /* asked for, and not there yet */
	uint64_t fault_pages;	    /* of all samples, kept or not */
	uint32_t faults_since_ms;   /* attached; 0: never, polling alone */
	int32_t faults_error;	    /* why not: -errno, or 0 */
	uint32_t looks, details;
	/* What a new page costs here (the median of a few): a yardstick for
	 * how fast a program could fill memory if it did nothing else. */
	uint32_t page_ns;
	/* What a JVM's heap may become (names/java.h), and who says so, of
	 * enum oom_java_source; PID 0: nothing is known of one. */
	uint32_t java_pid, java_heap_kib, java_source;
};

#define OOM_RECORD_VERSION 3

/* `limit_kib` sets what a change worth a point is; 0: unknown. */
void oom_record_begin(struct oom_record *record, uint64_t limit_kib);

/* Adds the point, when it says something new or `always`. */
void oom_record_usage(struct oom_record *record,
		      const struct oom_series_point *point, bool always);

/* One look at one process; takes a slot of somebody less interesting. */
void oom_record_process(struct oom_record *record, const struct oom_proc *proc,
			uint32_t at_ms, bool always);

/* A tracked process was not found any more. */
void oom_record_gone(struct oom_record *record, uint32_t pid, uint32_t at_ms);

/* The processes of one look, largest first. */
void oom_record_census(struct oom_record *record, const struct oom_proc *procs,
		       unsigned int n, uint32_t n_processes, uint32_t at_ms);

void oom_record_file(struct oom_record *record, uint32_t pid,
		     const struct oom_open_file *file, uint32_t at_ms);

void oom_record_kills(struct oom_record *record, uint64_t kills,
		      uint32_t at_ms);

/*
 * Adds to the place that it names, or takes the slot of the smallest; its own_*
 * are what it adds, to the place with its name as well.  The slot, which is the
 * record's.
 */
struct oom_site *oom_record_site(struct oom_record *record,
				 const struct oom_site *site);

/*
 * Adds to the place of that process, kind and name, or takes a slot.  Where
 * Python shows itself, the code of its interpreter says nothing: such entries
 * go, and are not made.
 */
void oom_record_place(struct oom_record *record, const struct oom_place *place);

/* "java", "javaenv", "javaown": the words of the capture and of namer.h. */
bool oom_record_java_source(struct oom_span word, enum oom_java_source *ret);
const char *oom_record_java_word(uint32_t source);

/* The site has a name now (empty: none to be had): its growth goes there. */
void oom_record_named(struct oom_record *record, struct oom_site *site,
		      const char *text);

/* It has one, that says something. */
bool oom_record_has_name(const struct oom_site *site);

/* It has, and says that it touches shared memory, or files in memory. */
bool oom_record_is_shared(const struct oom_record *record,
			  const struct oom_site *site);

/* Its name does not say who keeps what it touched: that has none then. */
void oom_record_unnamed(struct oom_record *record, struct oom_site *site);

/* What it touches is unmapped again, now and from now on: it does not grow. */
void oom_record_no_growth(struct oom_record *record, struct oom_site *site);

/*
 * One look's part of what grew at a line of Python is not kept there: it was
 * unmapped, or else given back to the heap.
 */
void oom_record_not_kept(struct oom_record *record, uint32_t pid,
			 const char *text, bool unmapped);

/* So much of what the site touched is there no more: it has not grown by it. */
void oom_record_given_back(struct oom_record *record, struct oom_site *site,
			   uint64_t kib);

/*
 * What sampled faults tell of a process between two looks: it grew to about so
 * much.  Nothing for a process that is not tracked.
 */
void oom_record_grown(struct oom_record *record, uint32_t pid, uint32_t at_ms,
		      uint64_t more_kib);

/* Saturating, for the 32 bits above. */
uint32_t oom_u32(uint64_t value);

/*
 * What the last word of an entry holds: FNV-1a over all of it before that, so
 * that zero bytes do not pass for an entry.
 */
uint32_t oom_record_check(const void *entry, size_t size);

#endif
