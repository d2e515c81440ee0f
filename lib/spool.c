// SPDX-License-Identifier: GPL-2.0-or-later
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC	"oomadv\n"
#define VERSION 4

/* FNV-1a: catches a torn write, and is not meant for more. */
static uint64_t checksum(const struct oom_spool_identity *identity)
{
	const unsigned char *p = (const unsigned char *)identity;
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < sizeof(*identity); i++)
		sum = (sum ^ p[i]) * UINT64_C(0x100000001b3);
	return sum;
}

void oom_spool_name(uint32_t job_id, const char *step, const char *node,
		    char out[OOM_SPOOL_NAME_MAX])
{
	(void)snprintf(out, OOM_SPOOL_NAME_MAX, "%u.%.15s.%.63s", job_id, step,
		       node);
}

static int map_file(int fd, void *room, struct oom_spool **ret)
{
	void *memory = mmap(room, OOM_SPOOL_SIZE, PROT_READ | PROT_WRITE,
			    MAP_SHARED | (room ? MAP_FIXED : 0), fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	*ret = memory;
	return 0;
}

int oom_spool_create(int dir_fd, const char *name,
		     const struct oom_spool_identity *identity, void *room,
		     struct oom_spool **ret, int *ret_fd)
{
	const int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	struct oom_spool *spool = NULL;
	int fd = openat(dir_fd, name, flags, 0600);
	int rc;

	if (fd < 0 && errno == EEXIST) {
		(void)unlinkat(dir_fd, name, 0);
		fd = openat(dir_fd, name, flags, 0600);
	}
	if (fd < 0)
		return -errno;
	/*
	 * All of it now: on a full tmpfs a mapped page that cannot be had
	 * later would be a SIGBUS in slurmstepd.
	 */
	rc = fallocate(fd, 0, 0, OOM_SPOOL_SIZE) ? -errno
						 : map_file(fd, room, &spool);
	if (rc || !ret_fd)
		(void)close(fd);
	if (rc) {
		(void)unlinkat(dir_fd, name, 0);
		return rc;
	}
	memcpy(spool->magic, MAGIC, sizeof(spool->magic));
	spool->version = VERSION;
	spool->size = OOM_SPOOL_SIZE;
	spool->identity = *identity;
	spool->checksum = checksum(&spool->identity);
	*ret = spool;
	if (ret_fd)
		*ret_fd = fd;
	return 0;
}

int oom_spool_open(int dir_fd, const char *name, const char *boot_id,
		   struct oom_spool **ret)
{
	struct oom_spool *spool = NULL;
	struct stat st;
	int fd = openat(dir_fd, name,
			O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		rc = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
		 (st.st_mode & 077) || st.st_nlink != 1)
		rc = -EPERM;
	else if (st.st_size != OOM_SPOOL_SIZE)
		rc = -EBADMSG;
	else
		rc = map_file(fd, NULL, &spool);
	(void)close(fd);
	if (rc)
		return rc;
	if (memcmp(spool->magic, MAGIC, sizeof(spool->magic)) != 0 ||
	    spool->checksum != checksum(&spool->identity))
		rc = -EBADMSG;
	else if (spool->version != VERSION || spool->size != OOM_SPOOL_SIZE)
		rc = -EPROTO;
	else if (strcmp(spool->identity.boot_id, boot_id) != 0)
		rc = -ESTALE;
	if (rc) {
		oom_spool_close(spool);
		return rc;
	}
	*ret = spool;
	return 0;
}

void oom_spool_close(struct oom_spool *spool)
{
	if (spool)
		(void)munmap(spool, OOM_SPOOL_SIZE);
}

int oom_spool_folder(int parent_fd, const char *folder, bool make)
{
	struct stat st;
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(parent_fd, folder, flags);

	if (fd < 0 && errno == ENOENT && make) {
		if (mkdirat(parent_fd, folder, 0700) && errno != EEXIST)
			return -errno;
		fd = openat(parent_fd, folder, flags);
	}
	if (fd < 0)
		return -errno;
	/* Whose we are did not change: no need to ask the kernel each time. */
	if (fstat(fd, &st) || st.st_uid != getauxval(AT_EUID) ||
	    (st.st_mode & 022)) {
		(void)close(fd);
		return -EPERM;
	}
	return fd;
}

bool oom_spool_claim(struct oom_spool *spool, uint32_t *before)
{
	uint32_t state = atomic_load(&spool->state);

	do
		if (state == OOM_SPOOL_DONE || state == OOM_SPOOL_WRITING ||
		    state == OOM_SPOOL_TOLD)
			return false;
	while (!atomic_compare_exchange_weak(&spool->state, &state,
					     OOM_SPOOL_WRITING));
	atomic_store(&spool->writer, (int32_t)getpid());
	*before = state;
	return true;
}

struct oom_span oom_spool_capture(const struct oom_spool *spool)
{
	size_t len = atomic_load(&spool->capture_len);

	if (len > OOM_SPOOL_CAPTURE_MAX)
		len = 0;
	return (struct oom_span){ spool->capture, len };
}

static int read_small(int dir_fd, const char *path, char *out, size_t cap)
{
	int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return -errno;
	got = read(fd, out, cap - 1);
	(void)close(fd);
	if (got <= 0)
		return -EIO;
	out[got] = '\0';
	return 0;
}

int oom_boot_id(int proc_fd, char out[OOM_BOOT_ID_LEN])
{
	char text[OOM_BOOT_ID_LEN] = "";
	int rc = read_small(proc_fd, "sys/kernel/random/boot_id", text,
			    sizeof(text));

	if (rc)
		return rc;
	oom_span_copy(oom_span_trim(oom_span(text)), out, OOM_BOOT_ID_LEN);
	return 0;
}

int oom_process_start(int proc_fd, pid_t pid, uint64_t *ret)
{
	char path[32], text[1024];
	struct oom_span rest, word;
	size_t end;
	int rc;

	(void)snprintf(path, sizeof(path), "%d/stat", (int)pid);
	rc = read_small(proc_fd, path, text, sizeof(text));
	if (rc)
		return rc;
	/* The name in field 2 may hold anything; nothing behind it does. */
	rest = oom_span(text);
	end = oom_span_rfind(rest, ")");
	if (end == rest.len)
		return -EINVAL;
	rest.ptr += end + 1;
	rest.len -= end + 1;
	for (int field = 3; field <= 22; field++)
		if (!oom_next_word(&rest, &word))
			return -EINVAL;
	return oom_parse_u64(word, ret);
}

/* "4711.batch.node0": is it this job's and this node's? */
bool oom_spool_is_of(const char *name, uint32_t job_id, const char *node)
{
	struct oom_span rest = oom_span(name), part;
	uint64_t number;

	part = (struct oom_span){ rest.ptr, oom_span_find(rest, ".") };
	if (part.len == rest.len || oom_parse_u64(part, &number) ||
	    number != job_id)
		return false;
	rest.ptr += part.len + 1;
	rest.len -= part.len + 1;
	part.len = oom_span_find(rest, ".");
	if (part.len == rest.len)
		return false;
	rest.ptr += part.len + 1;
	rest.len -= part.len + 1;
	return !node || oom_span_is(rest, node);
}

bool oom_spool_stepd_lives(const struct oom_spool *spool, int proc_fd)
{
	const uint64_t tick_ns = 1000000000 / (uint64_t)sysconf(_SC_CLK_TCK);
	uint64_t start;

	/* As it made the file it had that pid: nobody older can have it now. */
	return !oom_process_start(proc_fd, spool->identity.stepd_pid, &start) &&
	       start <= spool->identity.created_ns / tick_ns;
}

int oom_roots_proc(const struct oom_roots *roots)
{
	int fd = open(roots->proc, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int oom_roots_spool(const struct oom_roots *roots, bool make)
{
	char path[256];
	int len = snprintf(path, sizeof(path), "%s/" OOM_SPOOL_FOLDER,
			   roots->run);

	if (len < 0 || (size_t)len >= sizeof(path))
		return -ENAMETOOLONG;
	return oom_spool_folder(AT_FDCWD, path, make);
}

DIR *oom_list_folder(int dir_fd)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		(void)close(fd);
	return dir;
}
