// SPDX-License-Identifier: GPL-2.0-or-later
/* One assertion for each hostile case: see spool.h on what is believed. */
#include "check.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "../lib/clock.h"
#include "../lib/spool.h"

#define NAME "4711.batch.node0"
#define BOOT "11111111-2222-3333-4444-555555555555"

static char folder[64];
static int dir_fd;
static unsigned int open_before;
static struct oom_spool *spool;

static struct oom_spool_identity identity(void)
{
	struct oom_spool_identity id = {
		.boot_id = BOOT,
		.node = "node0",
		.step = "batch",
		.job_id = 4711,
		.uid = 1000,
		.gid = 100,
	};

	return id;
}

/* A right one, made and unmapped. */
static void begin(void)
{
	struct oom_spool_identity id = identity();

	dir_fd = make_folder(folder);
	open_before = count_descriptors();
	ck_assert_int_eq(
		oom_spool_create(dir_fd, NAME, &id, NULL, &spool, NULL), 0);
	oom_spool_close(spool);
	spool = NULL;
}

static void end(void)
{
	oom_spool_close(spool);
	spool = NULL;
	ck_assert_uint_eq(count_descriptors(), open_before);
	remove_folder(folder, dir_fd);
}

static int reopen(void)
{
	return oom_spool_open(dir_fd, NAME, BOOT, &spool);
}

/* Changes one byte of the file. */
static void spoil(size_t at)
{
	int fd = openat(dir_fd, NAME, O_RDWR);
	unsigned char byte;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pread(fd, &byte, 1, (off_t)at), 1);
	byte ^= 0x5a;
	ck_assert_int_eq(pwrite(fd, &byte, 1, (off_t)at), 1);
	ck_assert_int_eq(close(fd), 0);
}

#define ck_refused(rc) \
	do { \
		ck_assert_int_eq(reopen(), rc); \
		ck_assert_ptr_null(spool); \
	} while (0)

START_TEST(names)
{
	char name[OOM_SPOOL_NAME_MAX], node[300];

	oom_spool_name(4711, "batch", "node0", name);
	ck_assert_str_eq(name, NAME);
	memset(node, 'n', sizeof(node));
	node[299] = '\0';
	oom_spool_name(UINT32_MAX, "interactive", node, name);
	ck_assert_uint_lt(strlen(name), OOM_SPOOL_NAME_MAX);
}
END_TEST

START_TEST(round_trip)
{
	struct stat st;

	begin();
	ck_assert_int_eq(fstatat(dir_fd, NAME, &st, 0), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0600);
	ck_assert_int_eq(st.st_size, OOM_SPOOL_SIZE);
	/* All of it is there: no SIGBUS on a full disk later. */
	ck_assert_int_ge(st.st_blocks * 512, OOM_SPOOL_SIZE);
	ck_assert_int_eq(reopen(), 0);
	ck_assert_uint_eq(spool->identity.job_id, 4711);
	ck_assert_str_eq(spool->identity.node, "node0");
	ck_assert_uint_eq(atomic_load(&spool->state), OOM_SPOOL_OPEN);
	ck_assert_uint_eq(oom_spool_capture(spool).len, 0);
	end();
}
END_TEST

/* What one process writes all see, also when it is gone. */
START_TEST(shared)
{
	pid_t pid;

	begin();
	ck_assert_int_eq(reopen(), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		memcpy(spool->capture, "[step]\n", 7);
		atomic_store(&spool->capture_len, 7);
		atomic_store(&spool->state, OOM_SPOOL_CAPTURED);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_span_eq(oom_spool_capture(spool), "[step]\n");
	oom_spool_close(spool);
	spool = NULL;
	ck_assert_int_eq(reopen(), 0);
	ck_assert_uint_eq(atomic_load(&spool->state), OOM_SPOOL_CAPTURED);
	ck_span_eq(oom_spool_capture(spool), "[step]\n");
	end();
}
END_TEST

START_TEST(length_that_cannot_be)
{
	begin();
	ck_assert_int_eq(reopen(), 0);
	atomic_store(&spool->capture_len, OOM_SPOOL_CAPTURE_MAX);
	ck_assert_uint_eq(oom_spool_capture(spool).len, OOM_SPOOL_CAPTURE_MAX);
	atomic_store(&spool->capture_len, OOM_SPOOL_CAPTURE_MAX + 1);
	ck_assert_uint_eq(oom_spool_capture(spool).len, 0);
	atomic_store(&spool->capture_len, UINT32_MAX);
	ck_assert_uint_eq(oom_spool_capture(spool).len, 0);
	end();
}
END_TEST

/* A requeued job: the file of its first life goes. */
START_TEST(replaces_an_older_one)
{
	struct oom_spool_identity id = identity();

	begin();
	ck_assert_int_eq(reopen(), 0);
	atomic_store(&spool->state, OOM_SPOOL_TOLD);
	oom_spool_close(spool);
	ck_assert_int_eq(
		oom_spool_create(dir_fd, NAME, &id, NULL, &spool, NULL), 0);
	ck_assert_uint_eq(atomic_load(&spool->state), OOM_SPOOL_OPEN);
	end();
}
END_TEST

/* Making one never writes through a link that stands in its place. */
START_TEST(does_not_create_through_a_link)
{
	struct oom_spool_identity id = identity();
	struct stat st;
	int fd;

	begin();
	ck_assert_int_eq(unlinkat(dir_fd, NAME, 0), 0);
	fd = openat(dir_fd, "victim", O_WRONLY | O_CREAT, 0644);
	ck_assert_int_ge(fd, 0);
	(void)close(fd);
	ck_assert_int_eq(symlinkat("victim", dir_fd, NAME), 0);
	ck_assert_int_eq(
		oom_spool_create(dir_fd, NAME, &id, NULL, &spool, NULL), 0);
	ck_assert_int_eq(fstatat(dir_fd, "victim", &st, 0), 0);
	ck_assert_int_eq(st.st_size, 0);
	ck_assert_int_eq(fstatat(dir_fd, NAME, &st, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert(S_ISREG(st.st_mode));
	end();
}
END_TEST

START_TEST(no_file)
{
	begin();
	ck_assert_int_eq(unlinkat(dir_fd, NAME, 0), 0);
	ck_refused(-ENOENT);
	end();
}
END_TEST

START_TEST(torn_magic)
{
	begin();
	spoil(offsetof(struct oom_spool, magic));
	ck_refused(-EBADMSG);
	end();
}
END_TEST

START_TEST(torn_identity)
{
	begin();
	spoil(offsetof(struct oom_spool, identity.uid));
	ck_refused(-EBADMSG);
	end();
}
END_TEST

START_TEST(torn_groups)
{
	begin();
	spoil(offsetof(struct oom_spool, identity.gids[200]));
	ck_refused(-EBADMSG);
	end();
}
END_TEST

START_TEST(torn_checksum)
{
	begin();
	spoil(offsetof(struct oom_spool, checksum));
	ck_refused(-EBADMSG);
	end();
}
END_TEST

START_TEST(another_version)
{
	begin();
	spoil(offsetof(struct oom_spool, version));
	ck_refused(-EPROTO);
	end();
}
END_TEST

START_TEST(another_size_noted)
{
	begin();
	spoil(offsetof(struct oom_spool, size));
	ck_refused(-EPROTO);
	end();
}
END_TEST

START_TEST(another_boot)
{
	begin();
	ck_assert_int_eq(oom_spool_open(dir_fd, NAME,
					"91111111-2222-3333-4444-555555555555",
					&spool),
			 -ESTALE);
	ck_assert_ptr_null(spool);
	end();
}
END_TEST

START_TEST(short_file)
{
	int fd;

	begin();
	fd = openat(dir_fd, NAME, O_WRONLY);
	ck_assert_int_eq(ftruncate(fd, OOM_SPOOL_SIZE - 1), 0);
	(void)close(fd);
	ck_refused(-EBADMSG);
	end();
}
END_TEST

START_TEST(long_file)
{
	int fd;

	begin();
	fd = openat(dir_fd, NAME, O_WRONLY);
	ck_assert_int_eq(ftruncate(fd, OOM_SPOOL_SIZE + 1), 0);
	(void)close(fd);
	ck_refused(-EBADMSG);
	end();
}
END_TEST

START_TEST(empty_file)
{
	int fd;

	begin();
	fd = openat(dir_fd, NAME, O_WRONLY | O_TRUNC);
	ck_assert_int_ge(fd, 0);
	(void)close(fd);
	ck_refused(-EBADMSG);
	end();
}
END_TEST

START_TEST(wrong_owner)
{
	begin();
	if (!geteuid()) {
		ck_assert_int_eq(fchownat(dir_fd, NAME, 1, 0, 0), 0);
		ck_refused(-EPERM);
	}
	end();
}
END_TEST

START_TEST(readable_by_others)
{
	begin();
	ck_assert_int_eq(fchmodat(dir_fd, NAME, 0604, 0), 0);
	ck_refused(-EPERM);
	end();
}
END_TEST

START_TEST(writable_by_the_group)
{
	begin();
	ck_assert_int_eq(fchmodat(dir_fd, NAME, 0620, 0), 0);
	ck_refused(-EPERM);
	end();
}
END_TEST

START_TEST(symbolic_link)
{
	begin();
	ck_assert_int_eq(renameat(dir_fd, NAME, dir_fd, "real"), 0);
	ck_assert_int_eq(symlinkat("real", dir_fd, NAME), 0);
	ck_refused(-ELOOP);
	end();
}
END_TEST

START_TEST(hard_link)
{
	begin();
	ck_assert_int_eq(linkat(dir_fd, NAME, dir_fd, "other", 0), 0);
	ck_refused(-EPERM);
	end();
}
END_TEST

START_TEST(fifo)
{
	begin();
	ck_assert_int_eq(unlinkat(dir_fd, NAME, 0), 0);
	ck_assert_int_eq(mkfifoat(dir_fd, NAME, 0600), 0);
	ck_refused(-EPERM);
	end();
}
END_TEST

START_TEST(directory)
{
	begin();
	ck_assert_int_eq(unlinkat(dir_fd, NAME, 0), 0);
	ck_assert_int_eq(mkdirat(dir_fd, NAME, 0600), 0);
	ck_refused(-EISDIR);
	end();
}
END_TEST

/* ---- its folder ---- */

START_TEST(folder_made_and_found)
{
	struct stat st;
	int fd;

	begin();
	ck_assert_int_eq(oom_spool_folder(dir_fd, "spool", false), -ENOENT);
	fd = oom_spool_folder(dir_fd, "spool", true);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0700);
	(void)close(fd);
	fd = oom_spool_folder(dir_fd, "spool", false);
	ck_assert_int_ge(fd, 0);
	(void)close(fd);
	end();
}
END_TEST

START_TEST(folder_others_may_write_to)
{
	begin();
	ck_assert_int_eq(mkdirat(dir_fd, "spool", 0700), 0);
	ck_assert_int_eq(fchmodat(dir_fd, "spool", 0770, 0), 0);
	ck_assert_int_eq(oom_spool_folder(dir_fd, "spool", true), -EPERM);
	ck_assert_int_eq(fchmodat(dir_fd, "spool", 01777, 0), 0);
	ck_assert_int_eq(oom_spool_folder(dir_fd, "spool", true), -EPERM);
	end();
}
END_TEST

START_TEST(folder_of_another)
{
	begin();
	ck_assert_int_eq(mkdirat(dir_fd, "spool", 0700), 0);
	if (!geteuid()) {
		ck_assert_int_eq(fchownat(dir_fd, "spool", 1, 0, 0), 0);
		ck_assert_int_eq(oom_spool_folder(dir_fd, "spool", true),
				 -EPERM);
	}
	end();
}
END_TEST

START_TEST(folder_that_is_a_link)
{
	int rc;

	begin();
	ck_assert_int_eq(mkdirat(dir_fd, "real", 0700), 0);
	ck_assert_int_eq(symlinkat("real", dir_fd, "spool"), 0);
	rc = oom_spool_folder(dir_fd, "spool", true);
	ck_assert(rc == -ELOOP || rc == -ENOTDIR);
	end();
}
END_TEST

START_TEST(folder_that_is_a_file)
{
	begin();
	ck_assert_int_eq(oom_spool_folder(dir_fd, NAME, true), -ENOTDIR);
	end();
}
END_TEST

/* ---- /proc ---- */

static void put(const char *name, const char *text)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	(void)close(fd);
}

START_TEST(boot_id)
{
	char id[OOM_BOOT_ID_LEN] = "untouched";

	begin();
	ck_assert_int_eq(oom_boot_id(dir_fd, id), -ENOENT);
	ck_assert_str_eq(id, "untouched");
	ck_assert_int_eq(mkdirat(dir_fd, "sys", 0700), 0);
	ck_assert_int_eq(mkdirat(dir_fd, "sys/kernel", 0700), 0);
	ck_assert_int_eq(mkdirat(dir_fd, "sys/kernel/random", 0700), 0);
	put("sys/kernel/random/boot_id", "");
	ck_assert_int_eq(oom_boot_id(dir_fd, id), -EIO);
	ck_assert_str_eq(id, "untouched");
	put("sys/kernel/random/boot_id", BOOT "\n");
	ck_assert_int_eq(oom_boot_id(dir_fd, id), 0);
	ck_assert_str_eq(id, BOOT);
	end();
}
END_TEST

#define STAT_TAIL " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 777 20 21\n"

START_TEST(process_start)
{
	uint64_t start = 5;

	begin();
	ck_assert_int_eq(oom_process_start(dir_fd, 12, &start), -ENOENT);
	ck_assert_int_eq(mkdirat(dir_fd, "12", 0700), 0);
	put("12/stat", "12 (slurmstepd)" STAT_TAIL);
	ck_assert_int_eq(oom_process_start(dir_fd, 12, &start), 0);
	ck_assert_uint_eq(start, 777);
	/* A name that looks like the rest of the line. */
	put("12/stat", "12 (a) S 1 2 3 (b)) S 9 9" STAT_TAIL);
	ck_assert_int_eq(oom_process_start(dir_fd, 12, &start), 0);
	put("12/stat", "12 (a) R 1 (b) c)" STAT_TAIL);
	ck_assert_int_eq(oom_process_start(dir_fd, 12, &start), 0);
	ck_assert_uint_eq(start, 777);
	start = 5;
	put("12/stat", "12 (slurmstepd) S 1 2 3\n");
	ck_assert_int_eq(oom_process_start(dir_fd, 12, &start), -EINVAL);
	put("12/stat", "12 slurmstepd S 1 2 3\n");
	ck_assert_int_eq(oom_process_start(dir_fd, 12, &start), -EINVAL);
	ck_assert_uint_eq(start, 5);
	end();
}
END_TEST

/* Somebody else may have the pid by now, but not since before. */
START_TEST(stepd_lives)
{
	const uint64_t tick_ns = 1000000000 / (uint64_t)sysconf(_SC_CLK_TCK);

	begin();
	ck_assert_int_eq(reopen(), 0);
	spool->identity.stepd_pid = 12;
	spool->identity.created_ns = 777 * tick_ns;
	ck_assert(!oom_spool_stepd_lives(spool, dir_fd));
	ck_assert_int_eq(mkdirat(dir_fd, "12", 0700), 0);
	put("12/stat", "12 (slurmstepd)" STAT_TAIL);
	ck_assert(oom_spool_stepd_lives(spool, dir_fd));
	spool->identity.created_ns = 900 * tick_ns;
	ck_assert(oom_spool_stepd_lives(spool, dir_fd));
	spool->identity.created_ns = 777 * tick_ns - 1;
	ck_assert(!oom_spool_stepd_lives(spool, dir_fd));
	put("12/stat", "12 (slurmstepd) S 1 2 3\n");
	ck_assert(!oom_spool_stepd_lives(spool, dir_fd));
	end();
}
END_TEST

/* The clock of the file and the clock of the processes are one. */
START_TEST(this_one_lives)
{
	pid_t pid;
	int fd;

	begin();
	fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(reopen(), 0);
	spool->identity.stepd_pid = getpid();
	spool->identity.created_ns = oom_boottime_ns();
	ck_assert(oom_spool_stepd_lives(spool, fd));
	(void)usleep(50000);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		(void)pause();
		_exit(0);
	}
	spool->identity.stepd_pid = pid;
	ck_assert(!oom_spool_stepd_lives(spool, fd));
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	(void)close(fd);
	end();
}
END_TEST

/* Over room that the caller has, and keeps. */
START_TEST(created_over_room)
{
	struct oom_spool_identity id = identity();
	char *room = mmap(NULL, OOM_SPOOL_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	begin();
	ck_assert_int_eq(
		oom_spool_create(dir_fd, NAME, &id, room, &spool, NULL), 0);
	ck_assert_ptr_eq(spool, room);
	atomic_store(&spool->state, OOM_SPOOL_TOLD);
	ck_assert_int_eq(munmap(room, OOM_SPOOL_SIZE), 0);
	ck_assert_int_eq(reopen(), 0);
	ck_assert_uint_eq(atomic_load(&spool->state), OOM_SPOOL_TOLD);
	end();
}
END_TEST

START_TEST(process_start_of_this_one)
{
	int fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	uint64_t start = 0, again = 1;

	ck_assert_int_eq(oom_process_start(fd, getpid(), &start), 0);
	ck_assert_int_eq(oom_process_start(fd, getpid(), &again), 0);
	ck_assert_uint_eq(start, again);
	ck_assert_uint_gt(start, 0);
	(void)close(fd);
}
END_TEST

TESTS("spool", names, round_trip, shared, length_that_cannot_be,
      replaces_an_older_one, does_not_create_through_a_link, no_file,
      torn_magic, torn_identity, torn_groups, torn_checksum, another_version,
      another_size_noted, another_boot, short_file, long_file, empty_file,
      wrong_owner, readable_by_others, writable_by_the_group, symbolic_link,
      hard_link, fifo, directory, folder_made_and_found,
      folder_others_may_write_to, folder_of_another, folder_that_is_a_link,
      folder_that_is_a_file, boot_id, process_start, process_start_of_this_one,
      stepd_lives, this_one_lives, created_over_room)
