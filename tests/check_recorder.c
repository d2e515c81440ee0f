// SPDX-License-Identifier: GPL-2.0-or-later
/* When to look; and the thread, on a cgroup made of plain files. */
#include "check.h"

#include <dirent.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "../lib/child.h"
#include "../lib/clock.h"
#include "../lib/recorder.h"

/* ---- when to look next ---- */

#define GIB_KIB (1 << 20)

START_TEST(pace_is_bounded)
{
	static const double growths[] = { -1e9, -1, 0,	 1e-300, 1e-9,
					  1,	7,  1e9, 1e300 };
	static const uint64_t sizes[] = { 0,	   1,	       100,
					  GIB_KIB, UINT32_MAX, UINT64_MAX };
	static const uint32_t calms[] = { 0, 1, 39, 40, 4000, UINT32_MAX };

	for (size_t u = 0; u < 6; u++)
		for (size_t l = 0; l < 6; l++)
			for (size_t g = 0; g < 9; g++)
				for (size_t c = 0; c < 6; c++) {
					uint32_t pace = oom_recorder_pace(
						sizes[u], sizes[l], growths[g],
						calms[c]);

					if (pace < 10 || pace > 1000)
						ck_abort_msg("%u ms", pace);
				}
}
END_TEST

START_TEST(pace_at_rest)
{
	ck_assert_uint_eq(oom_recorder_pace(0, GIB_KIB, 0, UINT32_MAX), 1000);
	ck_assert_uint_eq(oom_recorder_pace(GIB_KIB, GIB_KIB, 0, 4000), 1000);
	/* Full of page cache, and calm: no reason to hurry. */
	ck_assert_uint_eq(oom_recorder_pace(GIB_KIB - 1, GIB_KIB, 0, 60000),
			  1000);
	/* It has just moved. */
	ck_assert_uint_eq(oom_recorder_pace(0, GIB_KIB, 0, 0), 10);
	ck_assert_uint_eq(oom_recorder_pace(0, GIB_KIB, 0, 2000), 500);
}
END_TEST

/* An eighth of the time to the limit. */
START_TEST(pace_on_the_way)
{
	ck_assert_uint_eq(oom_recorder_pace(0, 8000, 10, UINT32_MAX), 100);
	ck_assert_uint_eq(oom_recorder_pace(4000, 8000, 10, UINT32_MAX), 50);
	ck_assert_uint_eq(oom_recorder_pace(7999, 8000, 10, UINT32_MAX), 10);
	ck_assert_uint_eq(oom_recorder_pace(0, 8000, 0.001, UINT32_MAX), 1000);
}
END_TEST

START_TEST(pace_is_monotone)
{
	const uint64_t limit = GIB_KIB;

	for (double growth = 0.01; growth < 1e6; growth *= 3) {
		uint32_t before = 1000, pace;

		for (uint64_t usage = 0; usage < limit; usage += 1021) {
			pace = oom_recorder_pace(usage, limit, growth, 3600);
			if (pace > before)
				ck_abort_msg("nearer, and later");
			if (pace <
			    oom_recorder_pace(usage, limit, growth * 2, 3600))
				ck_abort_msg("faster, and later");
			if (pace >
			    oom_recorder_pace(usage, limit, growth, 4000))
				ck_abort_msg("calmer, and sooner");
			before = pace;
		}
	}
}
END_TEST

/* ---- a step made of plain files ---- */

#define LIMIT	(100 * MIB)
#define V2_JOB	"system.slice/x/job_1"
#define V2_TASK V2_JOB "/step_0/user/task_0"
#define V1_JOB	"slurm/uid_0/job_1"
#define V1_TASK V1_JOB "/step_0/task_0"

static char folder[64];
static int dir_fd, proc_fd;
static unsigned int open_before, threads_before;
static struct oom_record *record;
static struct oom_cgroup_place place;
static struct oom_evidence_task task;
static struct oom_recorder recorder;
static pid_t pid;
static _Atomic uint32_t n_calls;
static _Atomic uint64_t called_ms;

static unsigned int count_threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	unsigned int n = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		n++;
	(void)closedir(dir);
	return n - 2;
}

/* In place and at once: a reader sees the old or the new one. */
static void put(const char *name, const char *text)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pwrite(fd, text, strlen(text), 0),
			 (ssize_t)strlen(text));
	ck_assert_int_eq(close(fd), 0);
}

static void make_folders(const char *path)
{
	char part[128];

	for (const char *p = strchr(path, '/'); p; p = strchr(p + 1, '/')) {
		oom_span_copy((struct oom_span){ path, (size_t)(p - path) },
			      part, sizeof(part));
		(void)mkdirat(dir_fd, part, 0700);
	}
	ck_assert_int_eq(mkdirat(dir_fd, path, 0700), 0);
}

/* Of the same length always. */
static void set_usage(uint64_t bytes)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%012llu\n",
		       (unsigned long long)bytes);
	put(recorder.version == OOM_CGROUP_V2 ? V2_JOB "/memory.current"
					      : V1_JOB "/memory.usage_in_bytes",
	    text);
}

static void set_stat(uint64_t anon, uint64_t file)
{
	char text[128];

	(void)snprintf(text, sizeof(text),
		       "anon %012llu\nfile %012llu\nkernel %012u\n"
		       "shmem %012u\n",
		       (unsigned long long)anon, (unsigned long long)file,
		       3 << 20, 2 << 20);
	put(V2_JOB "/step_0/memory.stat", text);
}

#define EVENTS "low 0\nhigh 0\nmax 0\noom 0\noom_kill %u\noom_group_kill 0\n"

static void set_kills(unsigned int kills)
{
	char text[128];

	(void)snprintf(text, sizeof(text), EVENTS, kills);
	put(V2_JOB "/step_0/memory.events", text);
}

static void set_pid(pid_t one)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%010d\n", one);
	put(recorder.version == OOM_CGROUP_V2 ? V2_TASK "/cgroup.procs"
					      : V1_TASK "/cgroup.procs",
	    text);
}

static void on_kill(void *arg)
{
	ck_assert_ptr_eq(arg, &n_calls);
	atomic_store(&called_ms, oom_now_ms());
	atomic_fetch_add(&n_calls, 1);
}

/* A pair that was shut down is of no more use; the number stays the same. */
static int sockets[2] = { -1, -1 };

/* Mapped: LeakSanitizer reads all of a variable, and would meet the guard. */
static void *make_stack(void)
{
	void *stack = mmap(NULL, OOM_RECORDER_STACK, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(stack, MAP_FAILED);
	return stack;
}

static void new_sockets(int pair[2])
{
	for (int i = 0; i < 2; i++)
		if (pair[i] >= 0)
			(void)close(pair[i]);
	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
}

static void again(void)
{
	enum oom_cgroup_version version = recorder.version;

	free(record);
	record = calloc(1, sizeof(*record));
	ck_assert_ptr_nonnull(record);
	memset(&recorder, 0, sizeof(recorder));
	new_sockets(sockets);
	recorder = (struct oom_recorder){ .record = record,
					  .stack = make_stack(),
					  .wait_fd = sockets[1],
					  .wake_fd = sockets[0],
					  .kmsg = "/nowhere/kmsg",
					  .proc_fd = proc_fd,
					  .mount_fd = dir_fd,
					  .version = version,
					  .place = &place,
					  .tasks = &task,
					  .start_us = oom_now_us(),
					  .on_kill = on_kill,
					  .arg = &n_calls };
	atomic_store(&n_calls, 0);
}

static void begin(enum oom_cgroup_version version)
{
	const char *path = version == OOM_CGROUP_V2 ? "/" V2_TASK : "/" V1_TASK;

	dir_fd = make_folder(folder);
	proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(proc_fd, 0);
	recorder.version = version;
	make_folders(path + 1);
	ck_assert_int_eq(oom_cgroup_place(path, &place), 0);
	task = (struct oom_evidence_task){ .place = place, .placed = true };
	if (version == OOM_CGROUP_V2) {
		put(V2_JOB "/memory.max", "104857600\n");
		set_stat(4 * MIB, MIB);
		set_kills(0);
	} else {
		put(V1_JOB "/memory.limit_in_bytes", "104857600\n");
	}
	set_usage(10 * MIB);
	set_pid(getpid());
	again();
	open_before = count_descriptors();
	threads_before = count_threads();
}

static void end(void)
{
	ck_assert_uint_eq(count_descriptors(), open_before);
	new_sockets(sockets);
	(void)close(sockets[0]);
	(void)close(sockets[1]);
	sockets[0] = sockets[1] = -1;
	ck_assert_uint_eq(count_threads(), threads_before);
	free(record);
	record = NULL;
	(void)close(proc_fd);
	remove_folder(folder, dir_fd);
}

/* Patient with a busy machine; true as soon as it is so. */
#define WITHIN_MS 15000
#define wait_until(what) \
	do { \
		uint64_t until_ = oom_now_ms() + WITHIN_MS; \
\
		atomic_signal_fence(memory_order_seq_cst); \
		while (!(what) && oom_now_ms() < until_) { \
			(void)usleep(2000); \
			atomic_signal_fence(memory_order_seq_cst); \
		} \
		ck_assert_msg((what), "not in time: %s", #what); \
	} while (0)

static void start(void)
{
	ck_assert_int_eq(oom_recorder_start(&recorder), 0);
	oom_recorder_tasks(&recorder, 1);
	wait_until(record->started);
}

/* A machine so busy that the thread did not even run: it will. */
static void let_end(const struct oom_recorder *r, unsigned int threads_after)
{
	(void)r;
	wait_until(count_threads() == threads_after);
}

static void stop_it(struct oom_recorder *r, unsigned int threads_after)
{
	if (!oom_recorder_stop(r))
		let_end(r, threads_after);
}

static void stop(void)
{
	stop_it(&recorder, threads_before);
}

static bool has_usage(uint32_t kib)
{
	for (uint32_t i = 0; i < record->whole.n; i++)
		if (record->whole.points[i].job_kib == kib)
			return true;
	return false;
}

START_TEST(waits_for_a_task)
{
	begin(OOM_CGROUP_V2);
	ck_assert_int_eq(oom_recorder_start(&recorder), 0);
	ck_assert_uint_eq(count_threads(), threads_before + 1);
	ck_assert_uint_eq(count_descriptors(), open_before);
	oom_recorder_tasks(&recorder, 0);
	(void)usleep(100000);
	ck_assert_uint_eq(record->looks, 0);
	ck_assert_uint_eq(record->version, 0);
	/* It has looked at nothing, and opened nothing. */
	ck_assert_uint_eq(count_descriptors(), open_before);
	stop();
	ck_assert_uint_eq(record->looks, 0);
	end();
}
END_TEST

START_TEST(never_started)
{
	begin(OOM_CGROUP_V2);
	oom_recorder_tasks(&recorder, 1);
	ck_assert(oom_recorder_stop(&recorder));
	end();
}
END_TEST

START_TEST(cannot_start)
{
	begin(OOM_CGROUP_V2);
	recorder.wait_fd = -1;
	ck_assert_int_eq(oom_recorder_start(&recorder), -EBADF);
	oom_recorder_tasks(&recorder, 1);
	ck_assert(oom_recorder_stop(&recorder));
	end();
}
END_TEST

START_TEST(records_the_usage)
{
	const struct oom_series_point *p;

	begin(OOM_CGROUP_V2);
	start();
	ck_assert_uint_eq(record->version, OOM_RECORD_VERSION);
	ck_assert_uint_eq(record->limit_kib, LIMIT / 1024);
	ck_assert_uint_gt(record->page_ns, 0);
	p = &record->whole.points[0];
	ck_assert_uint_eq(p->job_kib, 10 << 10);
	ck_assert_uint_eq(p->anon_kib, 4 << 10);
	ck_assert_uint_eq(p->file_kib, 1 << 10);
	ck_assert_uint_eq(p->shmem_kib, 2 << 10);
	ck_assert_uint_eq(p->kernel_kib, 3 << 10);
	set_stat(30 * MIB, MIB);
	set_usage(40 * MIB);
	wait_until(has_usage(40 << 10));
	set_usage(20 * MIB);
	wait_until(has_usage(20 << 10));
	stop();
	for (uint32_t i = 1; i < record->whole.n; i++)
		ck_assert_uint_gt(record->whole.points[i].at_ms,
				  record->whole.points[i - 1].at_ms);
	ck_assert_uint_eq(record->whole.points[record->whole.n - 1].anon_kib,
			  30 << 10);
	ck_assert_uint_eq(record->n_moments, 0);
	ck_assert_uint_eq(atomic_load(&n_calls), 0);
	end();
}
END_TEST

/* ---- processes ---- */

static char data_name[96];

/* Opens a file at a position, fills memory, and stays. */
static void start_process(size_t bytes)
{
	int fds[2];
	char c;

	(void)snprintf(data_name, sizeof(data_name), "%s/data", folder);
	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		for (int fd = 0; fd < 1024; fd++)
			if (fd != fds[1])
				(void)close(fd);
		if (memory == MAP_FAILED)
			_exit(1);
		memset(memory, 1, bytes);
		(void)lseek(open(data_name, O_RDONLY | O_CREAT, 0600), 777,
			    SEEK_SET);
		(void)!write(fds[1], "k", 1);
		for (;;)
			(void)pause();
	}
	(void)close(fds[1]);
	ck_assert_int_eq(read(fds[0], &c, 1), 1);
	(void)close(fds[0]);
}

static void end_process(void)
{
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

static const struct oom_track *track(pid_t one)
{
	for (unsigned int i = 0; i < OOM_TRACKS_MAX; i++)
		if (record->tracks[i].pid == (uint32_t)one)
			return &record->tracks[i];
	return NULL;
}

START_TEST(records_processes)
{
	const struct oom_track *t;

	begin(OOM_CGROUP_V2);
	start_process(32 * MIB);
	set_pid(pid);
	start();
	t = track(pid);
	ck_assert_ptr_nonnull(t);
	ck_assert_str_eq(t->name, "check_recorder");
	ck_assert_uint_eq(t->ppid, (uint32_t)getpid());
	ck_assert_uint_ge(t->peak_kib, 32 << 10);
	ck_assert_uint_ge(t->points[0].data_kib, 32 << 10);
	ck_assert_uint_eq(record->census[0].pid, (uint32_t)pid);
	ck_assert_uint_eq(record->n_processes, 1);
	ck_assert_uint_eq(record->files[0].pid, (uint32_t)pid);
	ck_assert_str_eq(record->files[0].path, data_name);
	ck_assert_uint_eq(record->files[0].position, 777);
	ck_assert_uint_eq(t->gone_ms, 0);
	/* It goes, another comes. */
	end_process();
	set_pid(getpid());
	set_usage(50 * MIB);
	wait_until(track(getpid()));
	stop();
	ck_assert_uint_ne(track(pid)->gone_ms, 0);
	ck_assert_uint_eq(track(getpid())->gone_ms, 0);
	end();
}
END_TEST

/* Nothing is there: neither limit, usage nor processes. */
START_TEST(no_files)
{
	begin(OOM_CGROUP_V2);
	ck_assert_int_eq(
		oom_cgroup_place("/none/job_1/step_0/user/task_0", &place), 0);
	task.place = place;
	start();
	/* This machine's memory. */
	ck_assert_uint_gt(record->limit_kib, 0);
	ck_assert_uint_eq(record->n_processes, 0);
	wait_until(record->looks > 1);
	stop();
	ck_assert_uint_eq(track(0)->n, 0);
	end();
}
END_TEST

/* ---- kills ---- */

START_TEST(notices_a_kill)
{
	begin(OOM_CGROUP_V2);
	/* Those before are somebody else's. */
	set_kills(3);
	start();
	(void)usleep(50000);
	ck_assert_uint_eq(record->n_moments, 0);
	set_kills(4);
	wait_until(record->n_moments == 1);
	set_kills(6);
	wait_until(record->n_moments == 2);
	stop();
	ck_assert_uint_eq(record->moments[0].kills, 1);
	ck_assert_uint_eq(record->moments[1].kills, 3);
	ck_assert_uint_ge(record->moments[1].at_ms, record->moments[0].at_ms);
	/* Each kill has a point of its own. */
	ck_assert_uint_ge(record->whole.n, 3);
	end();
}
END_TEST

/* What is written through a mapping inotify does not tell. */
START_TEST(notices_a_kill_by_itself)
{
	char *events;
	int fd;

	begin(OOM_CGROUP_V2);
	start();
	fd = openat(dir_fd, V2_JOB "/step_0/memory.events", O_RDWR);
	ck_assert_int_ge(fd, 0);
	events = mmap(NULL, 128, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ck_assert(events != MAP_FAILED);
	(void)close(fd);
	strstr(events, "oom_kill ")[strlen("oom_kill ")] = '1';
	wait_until(record->n_moments == 1);
	(void)munmap(events, 128);
	stop();
	end();
}
END_TEST

START_TEST(tells_when_the_step_goes_on)
{
	uint64_t killed_ms;

	begin(OOM_CGROUP_V2);
	start();
	killed_ms = oom_now_ms();
	set_kills(1);
	wait_until(atomic_load(&n_calls) == 1);
	/* Not sooner; a millisecond for the rounding of three clocks. */
	ck_assert_uint_ge(atomic_load(&called_ms) + 2,
			  killed_ms + OOM_GOES_ON_MS);
	/* Not twice, and not once for each kill. */
	set_kills(2);
	(void)usleep((OOM_GOES_ON_MS + 300) * 1000);
	ck_assert_uint_eq(atomic_load(&n_calls), 1);
	stop();
	ck_assert_uint_eq(record->n_moments, 2);
	ck_assert_uint_eq(atomic_load(&n_calls), 1);
	end();
}
END_TEST

START_TEST(silent_when_nobody_is_left)
{
	begin(OOM_CGROUP_V2);
	start();
	/* A list without a pid. */
	set_pid(0);
	set_kills(1);
	wait_until(record->n_moments == 1);
	(void)usleep((OOM_GOES_ON_MS + 300) * 1000);
	ck_assert_uint_eq(atomic_load(&n_calls), 0);
	stop();
	ck_assert_uint_eq(atomic_load(&n_calls), 0);
	end();
}
END_TEST

START_TEST(silent_when_it_was_stopped)
{
	begin(OOM_CGROUP_V2);
	start();
	set_kills(1);
	wait_until(record->n_moments == 1);
	stop();
	ck_assert_uint_eq(atomic_load(&n_calls), 0);
	(void)usleep((OOM_GOES_ON_MS + 100) * 1000);
	ck_assert_uint_eq(atomic_load(&n_calls), 0);
	end();
}
END_TEST

START_TEST(nobody_to_tell)
{
	begin(OOM_CGROUP_V2);
	recorder.on_kill = NULL;
	start();
	set_kills(1);
	wait_until(record->n_moments == 1);
	(void)usleep((OOM_GOES_ON_MS + 100) * 1000);
	stop();
	end();
}
END_TEST

/* ---- its end ---- */

/* Out of a long sleep; the best of some, as the machine may be busy. */
START_TEST(stops_at_once)
{
	bool stopped = false;

	begin(OOM_CGROUP_V2);
	for (int i = 0; i < 5 && !stopped; i++) {
		uint64_t begun;

		again();
		start();
		(void)usleep(300000);
		begun = oom_now_ms();
		if (!oom_recorder_stop(&recorder)) {
			let_end(&recorder, threads_before);
			continue;
		}
		stopped = oom_now_ms() - begun < 100;
		/* Twice is once. */
		ck_assert(oom_recorder_stop(&recorder));
	}
	ck_assert(stopped);
	end();
}
END_TEST

START_TEST(one_after_the_other)
{
	begin(OOM_CGROUP_V2);
	for (int i = 0; i < 5; i++) {
		again();
		start();
		ck_assert_uint_eq(record->whole.points[0].job_kib, 10 << 10);
		stop();
		ck_assert_uint_eq(count_descriptors(), open_before);
		ck_assert_uint_eq(count_threads(), threads_before);
	}
	end();
}
END_TEST

START_TEST(two_at_a_time)
{
	static struct oom_recorder other;
	int pair[2] = { -1, -1 };
	struct oom_record *others = calloc(1, sizeof(*others));

	begin(OOM_CGROUP_V2);
	ck_assert_ptr_nonnull(others);
	other = recorder;
	other.record = others;
	other.stack = make_stack();
	new_sockets(pair);
	other.wait_fd = pair[1];
	other.wake_fd = pair[0];
	start();
	ck_assert_int_eq(oom_recorder_start(&other), 0);
	oom_recorder_tasks(&other, 1);
	wait_until(others->started);
	stop_it(&other, threads_before + 1);
	set_usage(50 * MIB);
	wait_until(has_usage(50 << 10));
	stop();
	free(others);
	(void)close(pair[0]);
	(void)close(pair[1]);
	end();
}
END_TEST

static volatile sig_atomic_t signalled;

static void note_signal(int sig)
{
	(void)sig;
	signalled = gettid() == getpid() ? 1 : 2;
}

/* Signals are slurmstepd's: its own threads get them, and their masks stay. */
START_TEST(takes_no_signals)
{
	sigset_t mask, before;

	begin(OOM_CGROUP_V2);
	(void)signal(SIGUSR1, note_signal);
	(void)pthread_sigmask(SIG_SETMASK, NULL, &before);
	ck_assert(!sigismember(&before, SIGUSR1));
	start();
	(void)pthread_sigmask(SIG_SETMASK, NULL, &mask);
	ck_assert(!sigismember(&mask, SIGUSR1));
	/* While ours is blocked only the recorder's thread could take it. */
	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGUSR1);
	(void)pthread_sigmask(SIG_BLOCK, &mask, NULL);
	ck_assert_int_eq(kill(getpid(), SIGUSR1), 0);
	(void)usleep(100000);
	ck_assert_int_eq(signalled, 0);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	ck_assert_int_eq(signalled, 1);
	stop();
	end();
}
END_TEST

/* ---- v1 ---- */

static void set_v1_kills(unsigned int kills)
{
	char text[96];

	(void)snprintf(text, sizeof(text),
		       "oom_kill_disable 0\nunder_oom 0\noom_kill %u\n", kills);
	put(V1_TASK "/memory.oom_control", text);
}

/* Has the kernel been asked to tell? */
static bool asked_for(const char *words)
{
	char name[128], *control;
	bool found;

	(void)snprintf(name, sizeof(name), "%s/" V1_JOB "/cgroup.event_control",
		       folder);
	control = read_whole(name, NULL);
	found = strstr(control, words);
	free(control);
	return found;
}

START_TEST(v1)
{

	begin(OOM_CGROUP_V1);
	set_v1_kills(2);
	put(V1_JOB "/memory.oom_control", "oom_kill_disable 0\n");
	put(V1_JOB "/cgroup.event_control", "");
	start();
	ck_assert_uint_eq(record->limit_kib, LIMIT / 1024);
	ck_assert_uint_eq(record->whole.points[0].job_kib, 10 << 10);
	ck_assert_ptr_nonnull(track(getpid()));
	/* By and by; this is the last of the thresholds. */
	wait_until(asked_for(" 91750400"));
	/* Near the limit it looks by itself. */
	set_usage(99 * MIB);
	wait_until(has_usage(99 << 10));
	set_v1_kills(3);
	wait_until(record->n_moments == 1);
	ck_assert_uint_eq(record->moments[0].kills, 1);
	wait_until(atomic_load(&n_calls) == 1);
	stop();
	end();
}
END_TEST

/* Where the kernel does not tell (no cgroup.event_control). */
START_TEST(v1_notices_a_kill_by_itself)
{
	begin(OOM_CGROUP_V1);
	set_v1_kills(0);
	start();
	set_v1_kills(1);
	wait_until(record->n_moments == 1);
	stop();
	end();
}
END_TEST

TESTS("recorder", pace_is_bounded, pace_at_rest, pace_on_the_way,
      pace_is_monotone, waits_for_a_task, never_started, cannot_start,
      records_the_usage, records_processes, no_files, notices_a_kill,
      notices_a_kill_by_itself, tells_when_the_step_goes_on,
      silent_when_nobody_is_left, silent_when_it_was_stopped, nobody_to_tell,
      stops_at_once, one_after_the_other, two_at_a_time, takes_no_signals, v1,
      v1_notices_a_kill_by_itself)
