// SPDX-License-Identifier: GPL-2.0-or-later
/* Moments of growth, questions and answers: this test plays the program. */
#include "check.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "../lib/clock.h"
#include "../lib/places.h"

#define LIMIT_KIB (1 << 20)

/* ---- the program's part: what it was asked last, and what it shall say ---- */

static struct shared {
	_Atomic uint32_t n_asked;
	char asked[256][1200];
	char look[200], name[200]; /* how it answers; %u: the pid */
	bool dies, frees, away;
	_Atomic uint32_t descriptors; /* of the last look */
	char later[200];	      /* behind its answer to a look */
} * shared;

#define SHARED "/tmp/oom-check-places"

static void reply(int fd, const char *format, const char *request)
{
	char text[512];
	unsigned int pid =
		(unsigned int)strtoul(strchr(request, ' ') + 1, NULL, 10);
	const char *leaf = strstr(request, " l");

	if (!format[0])
		return;
		/* The tests' own formats. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	(void)snprintf(text, sizeof(text), format, pid,
		       leaf ? (int)strcspn(leaf + 2, " ") : 0,
		       leaf ? leaf + 2 : "");
#pragma GCC diagnostic pop
	(void)!write(fd, text, strlen(text));
}

static void receive(int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(3 * sizeof(int))];
	} control;
	char text[1200] = "";
	struct iovec part = { text, sizeof(text) - 1 };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	static char looked[sizeof(text)];
	struct cmsghdr *header;
	int fds[3];
	size_t n;

	if (recvmsg(fd, &message, 0) <= 0 || shared->dies)
		_exit(0);
	header = CMSG_FIRSTHDR(&message);
	if (header) {
		n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(header), n * sizeof(int));
		for (size_t i = 0; i < n; i++)
			(void)close(fds[i]);
		shared->descriptors = (uint32_t)n;
	}
	strcpy(shared->asked[shared->n_asked % 256], text);
	if (!strcmp(text, "hurry")) {
		/* First: the answer is what it is ended for. */
		shared->n_asked++;
		reply(fd, shared->later, looked);
		return;
	}
	if (!strncmp(text, "watch ", 6)) {
		/* "watch PID SITE ADDRESS" */
		*strrchr(text, ' ') = '\0';
		memcpy(text + 1, shared->away ? "away" : "free", 4);
		if (shared->frees)
			(void)!write(fd, text + 1, strlen(text + 1));
	} else {
		reply(fd,
		      strncmp(text, "look", 4) ? shared->name : shared->look,
		      text);
		if (!strncmp(text, "look", 4)) {
			strcpy(looked, text);
			reply(fd, shared->later, text);
		}
	}
	shared->n_asked++;
}

static void map_shared(void)
{
	int fd = open(SHARED, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	(void)fchmod(fd, 0666);
	(void)ftruncate(fd, sizeof(*shared));
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED,
		      fd, 0);
	(void)close(fd);
}

static void __attribute__((constructor)) be_program(int argc, char **argv)
{
	if (argc != 2 || strcmp(argv[0], "oom-advice-names") != 0)
		return;
	map_shared();
	if (shared == MAP_FAILED)
		_exit(0);
	for (;;)
		receive(atoi(argv[1]));
}

/* ---- the recorder's part ---- */

static struct oom_places places;
static struct oom_record *record;
static struct oom_faults *faults;
static struct oom_places_view view;
static struct oom_proc procs[4];
static pid_t pids[4];
static volatile char *memory[4]; /* not used by the parent */
static int go[4];
static unsigned int open_before;

#define PROCESSES  2

#define SHARED_MIB 's'

/* A process that grows by a MiB for each byte that it is sent. */
static void start_process(int i)
{
	int pair[2];
	char byte;

	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	pids[i] = fork();
	ck_assert_int_ge(pids[i], 0);
	if (pids[i]) {
		(void)close(pair[1]);
		go[i] = pair[0];
		return;
	}
	(void)close(pair[0]);
	if (!geteuid() &&
	    (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534)))
		_exit(1);
	(void)prctl(PR_SET_DUMPABLE, 1L, 0L, 0L, 0L);
	while (read(pair[1], &byte, 1) == 1) {
		char *more =
			mmap(NULL, MIB, PROT_READ | PROT_WRITE,
			     (byte == SHARED_MIB ? MAP_SHARED : MAP_PRIVATE) |
				     MAP_ANONYMOUS,
			     -1, 0);

		memset(more, 1, MIB);
		memory[0] = more;
		(void)!write(pair[1], "", 1);
	}
	_exit(0);
}

static void grow_by(int i, unsigned int mib, char kind)
{
	char byte;

	for (; mib; mib--) {
		ck_assert_int_eq(write(go[i], &kind, 1), 1);
		ck_assert_int_eq(read(go[i], &byte, 1), 1);
	}
}

static void grow(int i, unsigned int mib)
{
	grow_by(i, mib, 'p');
}

static const char *const programs[] = { "/nowhere/names", "/proc/self/exe",
					NULL };

static void begin(void)
{
	open_before = count_descriptors();
	map_shared();
	memset(shared, 0, sizeof(*shared));
	strcpy(shared->look, "python %u f\tf.py\t7\tg");
	strcpy(shared->name, "place %u %.*s fill\tfill.c\t9\t");
	record = calloc(1, sizeof(*record));
	faults = calloc(1, sizeof(*faults));
	ck_assert_ptr_nonnull(record);
	ck_assert_ptr_nonnull(faults);
	oom_record_begin(record, LIMIT_KIB);
	for (int i = 0; i < PROCESSES; i++)
		start_process(i);
	memset(&places, 0, sizeof(places));
	places.programs = programs;
	places.spec = (struct oom_namer_spec){
		.program_fd = -1,
		.proc_fd = open("/proc", O_PATH | O_CLOEXEC),
		.home_fd = -1,
		.uid = geteuid() ? geteuid() : 65534,
		.gid = geteuid() ? getegid() : 65534,
	};
	for (int i = 0; i < PROCESSES; i++) {
		grow(i, 1);
		procs[i] = (struct oom_proc){ .pid = (uint32_t)pids[i] };
		ck_assert_int_eq(oom_proc_sizes(places.spec.proc_fd,
						procs[i].pid, &procs[i]),
				 0);
	}
	view = (struct oom_places_view){ .proc_fd = places.spec.proc_fd,
					 .procs = procs,
					 .n = PROCESSES,
					 .limit_kib = LIMIT_KIB,
					 .at_ms = 1000,
					 .worth = true };
}

static void end(void)
{
	oom_places_end(&places, record);
	oom_places_end(&places, record);
	ck_assert_uint_eq(record->names_due, 0);
	/* All first: a later one has inherited its elders' ends. */
	for (int i = 0; i < PROCESSES; i++)
		(void)close(go[i]);
	for (int i = 0; i < PROCESSES; i++)
		(void)waitpid(pids[i], NULL, 0);
	(void)close(places.spec.proc_fd);
	(void)munmap(shared, sizeof(*shared));
	(void)unlink(SHARED);
	ck_assert_uint_eq(count_descriptors(), open_before);
	free(record);
	free(faults);
}

/* A look of the recorder's, `percent` of the limit in use. */
static void follow(unsigned int permille)
{
	view.at_ms += 500;
	view.usage_kib = (uint64_t)LIMIT_KIB * permille / 1000;
	oom_places_follow(&places, record, faults, &view);
}

static void await_asked(uint32_t n)
{
	for (int i = 0; i < 5000 && shared->n_asked < n; i++)
		(void)usleep(2000);
	ck_assert_uint_eq(shared->n_asked, n);
}

static const struct oom_place *place_of(int i, uint32_t kind, const char *text)
{
	for (unsigned int j = 0; j < OOM_PLACES_MAX; j++)
		if (record->places[j].pid == (uint32_t)pids[i] &&
		    record->places[j].kind == kind &&
		    !strcmp(record->places[j].text, text))
			return &record->places[j];
	return NULL;
}

static void ck_place(int i, uint32_t kind, const char *text, uint32_t kib,
		     uint32_t looks)
{
	const struct oom_place *p = place_of(i, kind, text);

	ck_assert_ptr_nonnull(p);
	/* What else a process touches meanwhile. */
	ck_assert_uint_ge(p->kib, kib);
	ck_assert_uint_le(p->kib, kib + 512);
	ck_assert_uint_eq(p->looks, looks);
}

START_TEST(not_before_it_is_worth_it)
{
	begin();
	view.worth = false;
	follow(100);
	grow(0, 8);
	follow(400);
	ck_assert(!places.tried);
	ck_assert_int_eq(places.idle, 0);
	/* From now on; what came before is not the reason. */
	view.worth = true;
	follow(400);
	ck_assert(!places.tried);
	end();
}
END_TEST

/* A job that other steps, or a file cache, have filled: nobody grows. */
START_TEST(not_for_a_file_cache)
{
	begin();
	follow(700);
	for (unsigned int i = 0; i < 30; i++)
		follow(700 + i % 2 * 200);
	ck_assert(!places.tried);
	end();
}
END_TEST

START_TEST(python)
{
	const struct oom_place *p;

	begin();
	follow(500);
	grow(0, 8);
	follow(520);
	ck_assert(places.runs);
	await_asked(1);
	grow(0, 16);
	follow(540);
	await_asked(2);
	strcpy(shared->look, "python %u h\th.py\t8\t");
	grow(0, 4);
	follow(800);
	await_asked(3);
	follow(800);
	ck_place(0, OOM_PLACE_PYTHON, "f\tf.py\t7\tg", 24 << 10, 2);
	ck_place(0, OOM_PLACE_PYTHON, "h\th.py\t8\t", 4 << 10, 1);
	p = place_of(0, OOM_PLACE_PYTHON, "f\tf.py\t7\tg");
	ck_assert_uint_eq(p->late_kib, 0);
	ck_assert_uint_lt(p->first_ms, p->last_ms);
	p = place_of(0, OOM_PLACE_PYTHON, "h\th.py\t8\t");
	ck_assert_uint_eq(p->late_kib, p->kib);
	/* The other one has not grown. */
	ck_assert_uint_eq(places.looks, 3);
	end();
}
END_TEST

/* The second too, when it grew at least half as much. */
START_TEST(two_growers)
{
	begin();
	follow(500);
	grow(0, 8);
	grow(1, 5);
	follow(520);
	await_asked(2);
	follow(520);
	ck_place(0, OOM_PLACE_PYTHON, "f\tf.py\t7\tg", 8 << 10, 1);
	ck_place(1, OOM_PLACE_PYTHON, "f\tf.py\t7\tg", 5 << 10, 1);
	grow(0, 8);
	grow(1, 3);
	follow(540);
	await_asked(3);
	(void)usleep(20000);
	ck_assert_uint_eq(shared->n_asked, 3);
	end();
}
END_TEST

START_TEST(asleep_and_torn)
{
	begin();
	strcpy(shared->look, "asleep %u f\tf.py\t7\tg");
	follow(500);
	grow(0, 8);
	follow(520);
	await_asked(1);
	follow(520);
	ck_place(0, OOM_PLACE_ASLEEP, "f\tf.py\t7\tg", 8 << 10, 1);
	/* What could not be read counts, without a name. */
	strcpy(shared->look, "nothing %u");
	grow(0, 8);
	follow(540);
	await_asked(2);
	follow(540);
	ck_place(0, OOM_PLACE_PYTHON, "", 8 << 10, 1);
	end();
}
END_TEST

static void await_place(uint32_t kind)
{
	for (int i = 0; i < 5000 && !place_of(0, kind, "f\tf.py\t7\tg"); i++) {
		(void)usleep(2000);
		oom_places_follow(&places, record, faults, &view);
	}
}

/* What a look saw touched is not kept: unmapped, or the heap's again. */
START_TEST(not_kept)
{
	begin();
	strcpy(shared->later, "given %u f\tf.py\t7\tg");
	follow(500);
	grow(0, 8);
	follow(520);
	await_asked(1);
	ck_assert_uint_eq(shared->descriptors, 2);
	await_place(OOM_PLACE_GIVEN);
	ck_place(0, OOM_PLACE_GIVEN, "f\tf.py\t7\tg", 8 << 10, 1);
	ck_assert_uint_eq(place_of(0, OOM_PLACE_PYTHON, "f\tf.py\t7\tg")->kib,
			  0);
	/* An array that moves as it grows is unmapped, too... */
	strcpy(shared->later, "gone %u f\tf.py\t7\tg");
	procs[0].faults = (48 << 20) / 4096;
	grow(0, 8);
	follow(540);
	await_asked(2);
	(void)usleep(20000);
	follow(540);
	ck_place(0, OOM_PLACE_PYTHON, "f\tf.py\t7\tg", 8 << 10, 1);
	/* ...but has not so many faults. */
	procs[0].faults = (100 << 20) / 4096;
	grow(0, 8);
	follow(560);
	await_asked(3);
	await_place(OOM_PLACE_GONE);
	ck_place(0, OOM_PLACE_GONE, "f\tf.py\t7\tg", 8 << 10, 1);
	ck_place(0, OOM_PLACE_PYTHON, "f\tf.py\t7\tg", 8 << 10, 1);
	end();
}
END_TEST

static const char *asked(uint32_t n)
{
	return strchr(strchr(shared->asked[n], ' ') + 1, ' ');
}

/* A look that waits for a page fault: at the end of a step that was killed in it is
 * told what there is; and of one that was not nobody wants to know. */
START_TEST(hurried)
{
	for (uint32_t killed = 0; killed < 2; killed++) {
		begin();
		shared->look[0] = '\0';
		follow(500);
		grow(0, 8);
		follow(520);
		await_asked(1);
		strcpy(shared->later, "asleep %u f\tf.py\t7\tg");
		record->n_moments = killed;
		oom_places_end(&places, record);
		if (killed)
			ck_place(0, OOM_PLACE_ASLEEP, "f\tf.py\t7\tg", 8 << 10,
				 1);
		(void)usleep(20000);
		ck_assert_uint_eq(shared->n_asked, 1 + killed);
		end();
	}
}
END_TEST

/* An answer that is lost: it is asked again some time later. */
START_TEST(lost)
{
	begin();
	shared->look[0] = '\0';
	follow(500);
	grow(0, 8);
	follow(520);
	await_asked(1);
	for (unsigned int i = 1; i < 6; i++) {
		grow(0, 8);
		follow(520 + 20 * i);
	}
	(void)usleep(20000);
	ck_assert_uint_eq(shared->n_asked, 1);
	view.at_ms += 5000;
	grow(0, 8);
	follow(660);
	await_asked(2);
	end();
}
END_TEST

/* By memory that others may map too, seen in the process itself. */
START_TEST(shared_memory)
{
	begin();
	follow(500);
	grow(0, 4);
	follow(520);
	await_asked(1);
	grow_by(0, 8, SHARED_MIB);
	procs[0].faults += 2048;
	follow(540);
	await_asked(2);
	ck_assert_str_eq(asked(1), " 2048 mapped");
	follow(540);
	ck_place(0, OOM_PLACE_PYTHON, "f\tf.py\t7\tg", 12 << 10, 2);
	/* What is mapped, and was there already, is no growth. */
	grow_by(0, 40, SHARED_MIB);
	grow(0, 21);
	follow(560);
	await_asked(3);
	ck_assert_str_eq(asked(2), " 0");
	follow(560);
	ck_place(0, OOM_PLACE_PYTHON, "f\tf.py\t7\tg", 33 << 10, 3);
	end();
}
END_TEST

/* The larger part is asked for. */
START_TEST(shared_and_own)
{
	begin();
	follow(500);
	grow(0, 4);
	follow(520);
	await_asked(1);
	grow_by(0, 2, SHARED_MIB);
	grow(0, 4);
	procs[0].faults += 512;
	follow(540);
	await_asked(2);
	ck_assert_str_eq(asked(1), " 512");
	follow(540);
	ck_place(0, OOM_PLACE_PYTHON, "f\tf.py\t7\tg", 8 << 10, 2);
	end();
}
END_TEST

/* Files in memory that nobody maps: by who wrote as much. */
START_TEST(written)
{
	begin();
	view.shmem_kib = 4 << 10;
	follow(500);
	/* To a disk. */
	procs[0].written_kib += 100 << 10;
	follow(520);
	view.shmem_kib += 8 << 10;
	procs[0].written_kib += 1 << 10;
	procs[1].written_kib += 9 << 10;
	follow(540);
	await_asked(1);
	ck_assert_uint_eq(strtoul(shared->asked[0] + 5, NULL, 10),
			  (unsigned long)pids[1]);
	ck_assert_str_eq(asked(0), " 0 written");
	follow(540);
	ck_place(1, OOM_PLACE_PYTHON, "f\tf.py\t7\tg", 7 << 10, 1);
	/* What somebody maps was not written. */
	view.shmem_kib += 8 << 10;
	grow_by(0, 8, SHARED_MIB);
	procs[1].written_kib += 9 << 10;
	follow(560);
	await_asked(2);
	ck_assert_str_eq(asked(1), " 0 mapped");
	/* Counted late: it waits for who writes. */
	view.shmem_kib += 8 << 10;
	follow(580);
	procs[1].written_kib += 8 << 10;
	follow(600);
	await_asked(3);
	ck_assert_str_eq(asked(2), " 0 written");
	/* Mapped, and counted late: who writes to a disk meanwhile does not. */
	grow_by(0, 8, SHARED_MIB);
	follow(620);
	await_asked(4);
	ck_assert_str_eq(asked(3), " 0 mapped");
	view.shmem_kib += 8 << 10;
	procs[1].written_kib += 50 << 10;
	follow(640);
	follow(660);
	(void)usleep(20000);
	ck_assert_uint_eq(shared->n_asked, 4);
	end();
}
END_TEST

/* Where page faults are sampled, an event of the process's own goes along. */
START_TEST(with_its_faults)
{
	int fd = oom_growth_open_one(getpid());

	if (fd < 0) {
		printf("skipped: %s\n", oom_growth_why(fd));
		return;
	}
	(void)close(fd);
	begin();
	follow(500);
	faults->attached = true;
	grow(0, 8);
	follow(520);
	await_asked(1);
	ck_assert_uint_eq(shared->descriptors, 3);
	/* No Python: nothing to open for it when its turn comes again. */
	strcpy(shared->look, "nothing %u");
	grow(1, 8);
	follow(540);
	await_asked(2);
	ck_assert_uint_eq(shared->descriptors, 3);
	for (unsigned int i = 3; shared->n_asked < 3 && i < 40; i++) {
		grow(1, 8);
		follow(520 + 10 * i);
		(void)usleep(5000);
	}
	await_asked(3);
	ck_assert_uint_eq(shared->descriptors, 2);
	faults->attached = false;
	end();
}
END_TEST

START_TEST(a_jvm)
{
	begin();
	strcpy(shared->look, "java %u 1073741824");
	follow(500);
	grow(0, 8);
	follow(520);
	await_asked(1);
	for (int i = 0; i < 5000 && !record->java_pid; i++) {
		oom_places_follow(&places, record, faults, &view);
		(void)usleep(2000);
	}
	ck_assert_uint_gt(record->java_pid, 0);
	ck_assert_uint_eq(record->java_heap_kib, 1 << 20);
	ck_assert_uint_eq(record->java_source, OOM_JAVA_COMMAND);
	end();
}
END_TEST

/* No Python: asked again much later only. */
START_TEST(no_python)
{
	begin();
	strcpy(shared->look, "nothing %u");
	follow(500);
	grow(0, 8);
	follow(520);
	await_asked(1);
	for (unsigned int i = 1; i <= 7; i++) {
		grow(0, 8);
		follow(520 + 20 * i);
	}
	(void)usleep(20000);
	ck_assert_uint_eq(shared->n_asked, 1);
	for (unsigned int i = 8; i <= 9; i++) {
		grow(0, 8);
		follow(520 + 20 * i);
	}
	await_asked(2);
	for (unsigned int i = 0; i < OOM_PLACES_MAX; i++)
		ck_assert_uint_eq(record->places[i].pid, 0);
	end();
}
END_TEST

static void touch(int i, uint64_t ip, uint64_t caller, uint32_t kib)
{
	struct oom_site site = {
		.pid = (uint32_t)pids[i],
		.ip = ip,
		.callers = { caller },
		.pages = kib / 4,
		.own_kib = kib,
		.own_samples = 1,
	};

	(void)oom_record_site(record, &site);
}

static void await_names(void)
{
	for (int i = 0; i < 5000 && record->names_due; i++) {
		(void)usleep(2000);
		oom_places_follow(&places, record, faults, &view);
	}
	ck_assert_uint_eq(record->names_due, 0);
}

START_TEST(native)
{
	begin();
	strcpy(shared->look, "nothing %u");
	follow(500);
	touch(0, 0x1000, 0x2000, 400);
	/* Not before its mappings are there. */
	follow(500);
	ck_assert_uint_eq(record->names_due, 0);
	ck_place(0, OOM_PLACE_NATIVE, "", 400, 1);
	/* What was given back, before it has a name and after. */
	oom_record_given_back(record, &record->sites[0], 100);
	ck_place(0, OOM_PLACE_NATIVE, "", 300, 1);
	faults->stacks[0] = (struct oom_stack){
		.pid = (uint32_t)pids[0],
		.ip = 0x1000,
		.callers = { 0x2000 },
		.stack = 0x7ffe,
		.frame = 0x7fff,
		.n_words = 2,
		.words = { 0, 0x3000 },
	};
	faults->touched[0] = 0x7000;
	grow(0, 8);
	follow(520);
	ck_assert_uint_eq(record->names_due, 1);
	await_names();
	ck_assert_str_eq(strchr(strchr(shared->asked[1], ' ') + 1, ' '),
			 " t7000 s7ffe b7fff l1000 c2000 w0 w3000");
	ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 300, 1);
	ck_place(0, OOM_PLACE_NATIVE, "", 0, 0);
	/* From now on it is known. */
	touch(0, 0x1000, 0x2000, 600);
	follow(520);
	ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 900, 2);
	oom_record_given_back(record, &record->sites[0], 50);
	ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 850, 2);
	oom_record_given_back(record, &record->sites[0], UINT64_MAX);
	ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 0, 2);
	touch(0, 0x1000, 0x2000, 1000);
	ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 1000, 3);
	ck_assert_uint_eq(record->names_due, 0);
	/* Another site of the same name; and one without. */
	touch(0, 0x1008, 0x2000, 100);
	follow(520);
	await_names();
	ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 1100, 4);
	strcpy(shared->name, "nothing %u %.*s");
	touch(0, 0x5000, 0, 300);
	follow(520);
	await_names();
	touch(0, 0x5000, 0, 300);
	follow(520);
	ck_assert_uint_eq(record->names_due, 0);
	ck_place(0, OOM_PLACE_NATIVE, "", 600, 2);
	end();
}
END_TEST

/* Two places with one leaf; one touches what is free at other times. */
START_TEST(comes_and_goes)
{
	uint32_t asked;

	begin();
	strcpy(shared->look, "nothing %u");
	follow(500);
	touch(0, 0x1000, 0x2000, 400);
	grow(0, 8);
	follow(520);
	await_names();
	strcpy(shared->name, "place %u %.*s other\to.c\t5\t");
	touch(0, 0x1000, 0x3000, 300);
	follow(520);
	await_names();
	ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 400, 1);
	ck_place(0, OOM_PLACE_NATIVE, "other\to.c\t5\t", 300, 1);
	/* What was touched is told once. */
	asked = shared->n_asked;
	faults->touched[0] = 0x7000;
	for (int i = 0; i < 3; i++)
		follow(520);
	await_asked(asked + 1);
	ck_assert_ptr_nonnull(strstr(shared->asked[asked], "watch "));
	ck_assert_ptr_nonnull(strstr(shared->asked[asked], " 28672"));
	ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 400, 1);
	shared->frees = true;
	faults->touched[0] = 0x8000;
	follow(520);
	await_asked(asked + 2);
	(void)usleep(20000);
	follow(520);
	ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 0, 1);
	ck_place(0, OOM_PLACE_NATIVE, "other\to.c\t5\t", 300, 1);
	ck_place(0, OOM_PLACE_NATIVE, "", 400, 1);
	/* Shared memory does not go with its mapping. */
	strcpy(shared->name, "place %u %.*s fill\tfill.c\t9\t\tshared");
	touch(0, 0x1000, 0x4000, 300);
	follow(520);
	await_names();
	faults->touched[2] = 0x9000;
	follow(520);
	(void)usleep(20000);
	ck_assert_uint_eq(shared->n_asked, ++asked + 2);
	/* It stays so, and nothing is asked of it again. */
	touch(0, 0x1000, 0x2000, 200);
	faults->touched[0] = 0x9000;
	follow(520);
	(void)usleep(20000);
	ck_assert_uint_eq(record->names_due, 0);
	ck_assert_uint_eq(shared->n_asked, asked + 2);
	ck_place(0, OOM_PLACE_NATIVE, "", 600, 2);
	end();
}
END_TEST

/* An array that moves as it grows is unmapped, too; so is what comes and goes,
 * which has many more faults than what it grows by. */
START_TEST(unmapped)
{
	begin();
	strcpy(shared->look, "nothing %u");
	shared->frees = shared->away = true;
	follow(500);
	touch(0, 0x1000, 0x2000, 400);
	grow(0, 8);
	procs[0].faults = 100;
	follow(520);
	await_names();
	for (unsigned int i = 0; i < 2; i++) {
		uint32_t asked = shared->n_asked;

		/* Of 16 MiB: 48 MiB, and more. */
		grow(0, i ? 0 : 8);
		procs[0].faults = 100 + (48 << 20) / 4096 + i * 1024;
		follow(540 + 20 * i);
		await_asked(asked);
		faults->touched[0] = 0x7000 + i;
		follow(540 + 20 * i);
		await_asked(asked + 1);
		(void)usleep(20000);
		follow(540 + 20 * i);
		if (!i)
			ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 400,
				 1);
	}
	ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 0, 1);
	/* Nor does it grow by what it touches next; others do. */
	touch(0, 0x1000, 0x2000, 200);
	follow(560);
	ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 0, 1);
	ck_assert_uint_eq(place_of(0, OOM_PLACE_NATIVE, "")->kib, 0);
	touch(0, 0x1000, 0x3000, 300);
	ck_assert_uint_eq(place_of(0, OOM_PLACE_NATIVE, "")->kib, 300);
	end();
}
END_TEST

START_TEST(the_interpreter_says_nothing)
{
	begin();
	follow(500);
	touch(0, 0x1000, 0, 400);
	grow(0, 8);
	follow(520);
	await_names();
	follow(520);
	ck_place(0, OOM_PLACE_PYTHON, "f\tf.py\t7\tg", 8 << 10, 1);
	ck_assert_ptr_null(place_of(0, OOM_PLACE_NATIVE, ""));
	touch(0, 0x1000, 0, 400);
	touch(0, 0x1001, 0, 400);
	follow(520);
	ck_assert_uint_eq(record->names_due, 0);
	ck_assert_ptr_null(place_of(0, OOM_PLACE_NATIVE, ""));
	end();
}
END_TEST

/* So many at one time, in any number. */
START_TEST(many_sites)
{
	begin();
	strcpy(shared->look, "nothing %u");
	follow(500);
	for (uint32_t i = 0; i < 10; i++)
		touch(0, 0x1000 + i, 0, 100);
	grow(0, 8);
	follow(520);
	ck_assert_uint_le(record->names_due, OOM_PLACES_DUE);
	for (int i = 0; i < 5000; i++) {
		const struct oom_place *p =
			place_of(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t");

		oom_places_follow(&places, record, faults, &view);
		if (p && p->looks == 10)
			break;
		(void)usleep(2000);
	}
	ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 1000, 10);
	end();
}
END_TEST

/* Names come that nobody asked for, in any shape: nothing breaks. */
START_TEST(hostile_answers)
{
	static const char *const answers[] = {
		"python",
		"python %u",
		"python x f",
		"java",
		"java %u",
		"java %u x",
		"java %u 99999999999999999999",
		"java -1 1",
		"place",
		"place %u",
		"place %u 1",
		"place %u zz f\tf.c\t1\t",
		"nothing",
		"nothing x",
		"asleep %u \t\t\t\t\t\t",
		"\n\n",
		"python 4294967297 f\tf.py\t1\t",
		"what %u is",
		"python %u \x01\xff#oom-advice v=1\nname\t[usage]\t7\t{place}"
	};

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		begin();
		strcpy(shared->look, answers[i]);
		strcpy(shared->name, answers[i]);
		follow(500);
		touch(0, 0x1000, 0, 400);
		grow(0, 8);
		follow(520);
		await_asked(2);
		for (int j = 0; j < 5; j++)
			follow(520);
		/* Nobody else's, whatever it says. */
		for (unsigned int j = 0; j < OOM_PLACES_MAX; j++)
			ck_assert(!record->places[j].pid ||
				  record->places[j].pid == (uint32_t)pids[0]);
		end();
	}
}
END_TEST

START_TEST(program_dies)
{
	begin();
	shared->dies = true;
	follow(500);
	touch(0, 0x1000, 0, 400);
	grow(0, 8);
	follow(520);
	for (int i = 0; i < 5000 && places.runs; i++) {
		(void)usleep(2000);
		follow(520);
	}
	ck_assert(!places.runs);
	ck_assert_uint_eq(record->names_due, 0);
	/* Once is enough. */
	grow(0, 8);
	follow(600);
	ck_assert(!places.runs);
	end();
}
END_TEST

START_TEST(no_program)
{
	static const char *const none[] = { "", "/nowhere", NULL };

	begin();
	places.programs = none;
	follow(500);
	grow(0, 8);
	follow(520);
	ck_assert(places.tried && !places.runs);
	grow(0, 8);
	follow(540);
	end();
}
END_TEST

/* Behind the first kill nothing is asked for; what is due is waited for. */
START_TEST(the_first_kill)
{
	uint64_t begun_ms;

	begin();
	strcpy(shared->look, "nothing %u");
	follow(500);
	touch(0, 0x1000, 0, 400);
	grow(0, 8);
	follow(520);
	ck_assert_uint_eq(record->names_due, 1);
	oom_record_kills(record, 1, view.at_ms);
	grow(0, 8);
	follow(600);
	ck_assert_uint_eq(places.looks, 1);
	/* Sooner or later: how late the program is nobody knows. */
	await_asked(2);
	(void)usleep(10000);
	oom_places_end(&places, record);
	ck_place(0, OOM_PLACE_NATIVE, "fill\tfill.c\t9\t", 400, 1);
	end();
	/* It never answers: not for long. */
	begin();
	strcpy(shared->name, "");
	follow(500);
	touch(0, 0x1000, 0, 400);
	grow(0, 8);
	follow(520);
	oom_record_kills(record, 1, view.at_ms);
	begun_ms = oom_now_ms();
	oom_places_end(&places, record);
	ck_assert_uint_ge(oom_now_ms() + 2, begun_ms + OOM_PLACES_WAIT_MS);
	end();
}
END_TEST

/* However long it goes up and down. */
START_TEST(looks_are_bounded)
{
	begin();
	follow(500);
	for (unsigned int i = 0; i < 200; i++) {
		grow(0, 4);
		follow(i % 2 ? 500 : 550);
		(void)usleep(500);
	}
	ck_assert_uint_gt(places.looks, 10);
	ck_assert_uint_le(places.looks, OOM_PLACES_EARLY + 1);
	end();
}
END_TEST

TESTS("places", lost, shared_and_own, hurried, shared_memory, written,
      not_before_it_is_worth_it, not_for_a_file_cache, python, two_growers,
      asleep_and_torn, not_kept, with_its_faults, a_jvm, no_python, native,
      comes_and_goes, unmapped, the_interpreter_says_nothing, many_sites,
      hostile_answers, program_dies, no_program, the_first_kill,
      looks_are_bounded)
