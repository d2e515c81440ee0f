/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into the guest's kernel: linux.uml writes its processes' registers
 * back in the size that it knows, up to AVX-512.  Where the CPU has more (AMX),
 * the host takes the whole or nothing (EFAULT: xstateregs_set() in Linux), and
 * no guest would boot.  What is missing is added from what the host gave: no
 * process of the guest uses it.
 */
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define XSTATE_MAX 16384

long ptrace(enum __ptrace_request request, ...);

static long write_whole(long pid, const struct iovec *given)
{
	static char whole[XSTATE_MAX] __attribute__((aligned(64)));
	static size_t len;
	struct iovec iov = { whole, sizeof(whole) };

	if (!len) {
		if (syscall(SYS_ptrace, PTRACE_GETREGSET, pid, NT_X86_XSTATE,
			    &iov))
			return -1;
		len = iov.iov_len;
	}
	if (given->iov_len >= len)
		return syscall(SYS_ptrace, PTRACE_SETREGSET, pid,
			       NT_X86_XSTATE, given);
	memcpy(whole, given->iov_base, given->iov_len);
	iov.iov_len = len;
	return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, NT_X86_XSTATE, &iov);
}

/* As glibc's: what is read comes back as the result. */
long ptrace(enum __ptrace_request request, ...)
{
	long pid, word = 0, rc;
	void *addr, *data;
	va_list args;

	va_start(args, request);
	pid = va_arg(args, int);
	addr = va_arg(args, void *);
	data = va_arg(args, void *);
	va_end(args);
	if (request == PTRACE_SETREGSET && addr == (void *)NT_X86_XSTATE)
		return write_whole(pid, data);
	if (request != PTRACE_PEEKTEXT && request != PTRACE_PEEKDATA &&
	    request != PTRACE_PEEKUSER)
		return syscall(SYS_ptrace, request, pid, addr, data);
	rc = syscall(SYS_ptrace, request, pid, addr, &word);
	return rc < 0 ? rc : word;
}
