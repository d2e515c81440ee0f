// SPDX-License-Identifier: GPL-2.0-or-later
#include "handover.h"

#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FDS	 2
#define DROP_MAX 32

union control {
	struct cmsghdr header;
	char space[CMSG_SPACE(FDS * sizeof(int))];
};

void oom_handover_send(int socket_fd, uint32_t local_id)
{
	const int fds[FDS] = { STDOUT_FILENO, STDERR_FILENO };
	struct iovec part = { &local_id, sizeof(local_id) };
	union control control;
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };

	memset(&control, 0, sizeof(control));
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(&control.header), fds, sizeof(fds));
	(void)sendmsg(socket_fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void close_pair(int fds[FDS])
{
	for (int i = 0; i < FDS; i++) {
		if (fds[i] >= 0)
			(void)close(fds[i]);
		fds[i] = -1;
	}
}

/* Takes one task's descriptors; false when no message is left. */
static bool receive(int socket_fd, int flags, uint32_t *local_id, int fds[FDS])
{
	struct iovec part = { local_id, sizeof(*local_id) };
	union control control;
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *header;
	size_t n = 0;

	fds[0] = fds[1] = -1;
	if (recvmsg(socket_fd, &message,
		    MSG_DONTWAIT | MSG_CMSG_CLOEXEC | flags) !=
	    (ssize_t)sizeof(*local_id))
		return false;
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_level == SOL_SOCKET &&
	    header->cmsg_type == SCM_RIGHTS)
		n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	if (n > FDS)
		n = FDS;
	if (n)
		memcpy(fds, CMSG_DATA(header), n * sizeof(int));
	/* Near the limit on descriptors the kernel hands over fewer. */
	if (n != FDS)
		close_pair(fds);
	return true;
}

void oom_handover_take(int socket_fd, uint32_t wanted, int ret[FDS])
{
	uint32_t local_id;
	bool right = false;
	int fds[FDS];

	ret[0] = ret[1] = -1;
	while (receive(socket_fd, 0, &local_id, fds)) {
		if (right || (ret[0] >= 0 && local_id != wanted)) {
			close_pair(fds);
			continue;
		}
		close_pair(ret);
		ret[0] = fds[0];
		ret[1] = fds[1];
		right = local_id == wanted && fds[0] >= 0;
	}
}

void oom_handover_peek(int socket_fd, int ret[FDS])
{
	uint32_t local_id;

	ret[0] = ret[1] = -1;
	(void)receive(socket_fd, MSG_PEEK, &local_id, ret);
}

void oom_handover_drop(int socket_fd, unsigned int n)
{
	/* Without room for them the kernel lets go of the descriptors itself. */
	struct mmsghdr messages[DROP_MAX];
	int got;

	do {
		unsigned int want = n < DROP_MAX ? n : DROP_MAX;

		memset(messages, 0, sizeof(messages[0]) * want);
		got = recvmmsg(socket_fd, messages, want, MSG_DONTWAIT, NULL);
		if (got > 0)
			n -= (unsigned int)got;
	} while (n && got == DROP_MAX);
}
