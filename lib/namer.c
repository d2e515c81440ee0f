// SPDX-License-Identifier: GPL-2.0-or-later
#include "namer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child.h"

/* ---- the program ---- */

struct start {
	int program_fd, socket_fd;
};

static void run_program(void *arg, void *result)
{
	const struct start *s = arg;
	char number[16];
	char *argv[] = { "oom-advice-names", number, NULL }, *envp[] = { NULL };

	(void)result;
	(void)snprintf(number, sizeof(number), "%d", s->socket_fd);
	(void)fcntl(s->socket_fd, F_SETFD, 0);
	(void)syscall(SYS_execveat, s->program_fd, "", argv, envp,
		      AT_EMPTY_PATH);
}

int oom_namer_start(struct oom_namer *namer, const struct oom_namer_spec *spec)
{
	struct start start = { .program_fd = spec->program_fd };
	struct oom_child child = {
		.uid = spec->uid,
		.gid = spec->gid,
		.n_gids = spec->n_gids,
		.gids = spec->gids,
		.proc_fd = spec->proc_fd,
		.home_fd = spec->home_fd,
		.n_keep = 2,
		.memory_max = OOM_NAMER_MEMORY,
		.work = run_program,
		.arg = &start,
	};
	int pair[2], rc;

	namer->socket_fd = -1;
	namer->program = (struct oom_child_ref){ .pid_fd = -1 };
	if (spec->program_fd < 0)
		return -ENOENT;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	start.socket_fd = pair[1];
	child.keep[0] = pair[1];
	child.keep[1] = spec->program_fd;
	rc = oom_child_start(&child, &namer->program);
	(void)close(pair[1]);
	if (rc)
		(void)close(pair[0]);
	else
		namer->socket_fd = pair[0];
	return rc;
}

void oom_namer_stop(struct oom_namer *namer)
{
	if (namer->socket_fd >= 0)
		(void)close(namer->socket_fd);
	namer->socket_fd = -1;
	oom_child_end(&namer->program);
}

/* ---- with the user's rights ---- */

/* By raw system calls: of this thread alone. */
static bool set_capabilities(const struct __user_cap_data_struct *caps)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};

	return !syscall(SYS_capset, &header, caps);
}

static bool get_capabilities(struct __user_cap_data_struct *caps)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};

	return !syscall(SYS_capget, &header, caps);
}

static void set_fs_ids(uint32_t uid, uint32_t gid)
{
	(void)syscall(SYS_setfsgid, gid);
	(void)syscall(SYS_setfsuid, uid);
}

/* -1: that is not given.  setfsuid(2) says what is so now. */
static bool has_fs_ids(uint32_t uid, uint32_t gid)
{
	return (uint32_t)syscall(SYS_setfsuid, -1L) == uid &&
	       (uint32_t)syscall(SYS_setfsgid, -1L) == gid;
}

static int open_as_user(const struct oom_namer_spec *spec, uint32_t pid,
			int fds[2])
{
	struct __user_cap_data_struct all[2], none[2];
	const uint32_t uid = geteuid(), gid = getegid();
	char name[2][32];
	int rc = 0;

	(void)snprintf(name[0], sizeof(name[0]), "%u/maps", pid);
	(void)snprintf(name[1], sizeof(name[1]), "%u/mem", pid);
	if (!get_capabilities(all))
		return -errno;
	memcpy(none, all, sizeof(none));
	none[0].effective = none[1].effective = 0;
	set_fs_ids(spec->uid, spec->gid);
	if (has_fs_ids(spec->uid, spec->gid) && set_capabilities(none)) {
		for (int i = 0; i < 2 && !rc; i++) {
			fds[i] = openat(spec->proc_fd, name[i],
					O_RDONLY | O_CLOEXEC);
			if (fds[i] < 0)
				rc = -errno;
		}
		(void)set_capabilities(all);
	} else {
		rc = -EPERM;
	}
	set_fs_ids(uid, gid);
	return rc;
}

/* ---- packets ---- */

union control {
	struct cmsghdr header;
	char space[CMSG_SPACE(3 * sizeof(int))];
};

static int send_packet(int socket_fd, char *text, size_t len, const int *fds,
		       size_t n_fds)
{
	struct iovec part = { text, len };
	union control control;
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (n_fds) {
		memset(&control, 0, sizeof(control));
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(&control.header), fds, n_fds * sizeof(int));
	}
	return sendmsg(socket_fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) ==
			       (ssize_t)len
		       ? 0
		       : -errno;
}

int oom_namer_look(const struct oom_namer *namer,
		   const struct oom_namer_spec *spec, uint32_t pid,
		   enum oom_grown by, uint64_t faults, int fault_fd)
{
	static const char *const words[OOM_GROWN_KINDS] = {
		[OOM_GROWN_OWN] = "",
		[OOM_GROWN_MAPPED] = " mapped",
		[OOM_GROWN_WRITTEN] = " written",
	};
	int fds[3] = { -1, -1, fault_fd }, len, rc;
	char text[64];

	if (namer->socket_fd < 0)
		return -ENOTCONN;
	rc = open_as_user(spec, pid, fds);
	if (!rc) {
		len = snprintf(text, sizeof(text), "look %u %llu%s", pid,
			       (unsigned long long)faults, words[by]);
		rc = send_packet(namer->socket_fd, text, (size_t)len, fds,
				 fault_fd < 0 ? 2 : 3);
	}
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
	return rc;
}

int oom_namer_ask(const struct oom_namer *namer, uint32_t pid,
		  const struct oom_namer_frame *frames, size_t n)
{
	char text[32 + (OOM_NAMER_CHAIN + OOM_NAMER_REGISTERS) * 20];
	int len;

	if (namer->socket_fd < 0)
		return -ENOTCONN;
	len = snprintf(text, sizeof(text), "name %u", pid);
	for (size_t i = 0; i < n && i < OOM_NAMER_CHAIN + OOM_NAMER_REGISTERS;
	     i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				" %c%llx", frames[i].kind,
				(unsigned long long)frames[i].address);
	return send_packet(namer->socket_fd, text, (size_t)len, NULL, 0);
}

int oom_namer_watch(const struct oom_namer *namer, uint32_t pid, uint64_t site,
		    uint64_t address)
{
	char text[80];
	int len;

	if (namer->socket_fd < 0)
		return -ENOTCONN;
	len = snprintf(text, sizeof(text), "watch %u %llu %llu", pid,
		       (unsigned long long)site, (unsigned long long)address);
	return send_packet(namer->socket_fd, text, (size_t)len, NULL, 0);
}

int oom_namer_hurry(const struct oom_namer *namer)
{
	char text[] = "hurry";

	if (namer->socket_fd < 0)
		return -ENOTCONN;
	return send_packet(namer->socket_fd, text, strlen(text), NULL, 0);
}

struct oom_span oom_namer_take(struct oom_namer *namer,
			       char buf[OOM_NAMER_PACKET])
{
	ssize_t got;

	if (namer->socket_fd < 0)
		return (struct oom_span){ buf, 0 };
	got = recv(namer->socket_fd, buf, OOM_NAMER_PACKET, MSG_DONTWAIT);
	if (!got || (got < 0 && errno != EAGAIN && errno != EINTR))
		oom_namer_stop(namer);
	return (struct oom_span){ buf, got > 0 ? (size_t)got : 0 };
}
