// SPDX-License-Identifier: GPL-2.0-or-later
/* victim: what the tasks of the fake host run. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void eat(size_t mib)
{
	const size_t len = mib << 20;
	char *memory = mmap(NULL, len, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		_exit(9);
	for (size_t at = 0; at < len; at += 4096)
		memory[at] = 1;
}

static void nap(long ms)
{
	const struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&pause, NULL);
}

/* Slowly, in a function of its own: to be found by its name. */
static void __attribute__((noinline)) creep(char *memory, size_t len)
{
	for (size_t at = 0; at < len; at += 4096) {
		memory[at] = 1;
		if (at % (1 << 18) == 0)
			nap(2);
	}
}

int main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "",
		   *arg = argc > 2 ? argv[2] : "";

	if (!strcmp(what, "hello")) {
		(void)!write(1, "hello\n", 6);
	} else if (!strcmp(what, "half")) {
		/* Last words without an end of line. */
		(void)!write(1, "half a line", 11);
		eat(strtoul(arg, NULL, 10));
	} else if (!strcmp(what, "eat")) {
		eat(strtoul(arg, NULL, 10));
	} else if (!strcmp(what, "creep")) {
		const size_t len = strtoul(arg, NULL, 10) << 20;
		char *memory = mmap(NULL, len, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory != MAP_FAILED) {
			(void)madvise(memory, len, MADV_NOHUGEPAGE);
			creep(memory, len);
		}
	} else if (!strcmp(what, "python")) {
		(void)execl("/usr/bin/python3", "python3", arg, NULL);
		return 9;
	} else if (!strcmp(what, "child")) {
		/* The child is killed, the task itself ends well. */
		pid_t pid = fork();

		if (!pid)
			eat(strtoul(arg, NULL, 10));
		else
			(void)waitpid(pid, NULL, 0);
	} else if (!strcmp(what, "late")) {
		/* Not the first task to end. */
		nap(200);
		eat(strtoul(arg, NULL, 10));
	} else if (!strcmp(what, "until")) {
		char began[4096];

		(void)snprintf(began, sizeof(began), "%s.began", arg);
		(void)close(open(began, O_CREAT | O_WRONLY, 0600));
		while (access(arg, F_OK))
			nap(5);
	} else if (!strcmp(what, "sleep")) {
		nap(strtol(arg, NULL, 10));
	} else if (!strcmp(what, "exit")) {
		return atoi(arg);
	} else if (!strcmp(what, "signal")) {
		(void)signal(atoi(arg), SIG_DFL);
		(void)raise(atoi(arg));
	}
	return 0;
}
