// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * await FILE TEXT SECONDS: wait until FILE holds TEXT; status 1 when it never did.
 * await -k PID SECONDS: wait, then kill PID.
 *
 * For the lab's scripts: a process costs the guest 50 ms, so no loop of sleeps;
 * and bash's read -t can lose SIGCHLD for good on a slow machine.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_FILE (1 << 20)

static void sleep_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

static int holds(const char *file, const char *text)
{
	static char buf[MAX_FILE];
	size_t len = 0;
	ssize_t n;
	int fd = open(file, O_RDONLY | O_NONBLOCK);

	if (fd < 0)
		return 0;
	while (len < sizeof(buf) && (n = read(fd, buf + len, sizeof(buf) - len)) > 0)
		len += (size_t)n;
	(void)close(fd);
	return memmem(buf, len, text, strlen(text)) != NULL;
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	if (!strcmp(argv[1], "-k")) {
		sleep_ms(atol(argv[3]) * 1000);
		return kill((pid_t)atol(argv[2]), SIGKILL) ? 1 : 0;
	}
	for (long left = atol(argv[3]) * 10; left > 0; left--) {
		if (holds(argv[1], argv[2]))
			return 0;
		sleep_ms(100);
	}
	return 1;
}
