// SPDX-License-Identifier: GPL-2.0-or-later
#include "java.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CMDLINE_MAX (64UL << 10)

/* "600m", "1g", "65536k", "1073741824" */
static bool parse_size(const char *text, uint64_t *bytes)
{
	unsigned long long value;
	unsigned int shift = 0;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 10);
	switch (*end | 0x20) {
	case 't':
		shift += 10; /* fall through */
	case 'g':
		shift += 10; /* fall through */
	case 'm':
		shift += 10; /* fall through */
	case 'k':
		shift += 10;
		end++;
		break;
	default:
		break;
	}
	if (errno || *end || !value || value > UINT64_MAX >> shift)
		return false;
	*bytes = value << shift;
	return true;
}

/* Options whose value is the next word. */
static bool has_value(const char *option)
{
	static const char *const all[] = { "-cp",
					   "-classpath",
					   "--class-path",
					   "-p",
					   "--module-path",
					   "--upgrade-module-path",
					   "--add-modules",
					   "--add-reads",
					   "--add-exports",
					   "--add-opens",
					   "--patch-module",
					   "--limit-modules",
					   "--enable-native-access" };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcmp(option, all[i]))
			return true;
	return false;
}

bool names_java_parse(const char *cmdline, size_t len, uint64_t *bytes)
{
	static const char xmx[] = "-Xmx", size[] = "-XX:MaxHeapSize=";
	const char *at = cmdline, *end = cmdline + len, *next;
	bool found = false, value = true; /* the program itself is none */

	for (; at < end && (next = memchr(at, '\0', (size_t)(end - at)));
	     at = next + 1) {
		if (value) {
			value = false;
			continue;
		}
		if (*at == '@') /* a file of more options */
			continue;
		if (*at != '-' || !strcmp(at, "-jar") || !strcmp(at, "-m") ||
		    !strcmp(at, "--module"))
			break;
		value = has_value(at);
		if (!strncmp(at, xmx, sizeof(xmx) - 1))
			found |= parse_size(at + sizeof(xmx) - 1, bytes);
		else if (!strncmp(at, size, sizeof(size) - 1))
			found |= parse_size(at + sizeof(size) - 1, bytes);
	}
	return found;
}

static bool is_jvm(const struct names_maps *maps)
{
	for (size_t i = 0; i < maps->n; i++) {
		const char *slash = strrchr(maps->list[i].path, '/');

		if (slash && !strcmp(slash, "/libjvm.so"))
			return true;
	}
	return false;
}

bool names_java_heap(const struct names_maps *maps, int proc_fd, uint32_t pid,
		     uint64_t *bytes)
{
	char path[32], *text;
	bool found;
	ssize_t got;
	int fd;

	if (!is_jvm(maps))
		return false;
	(void)snprintf(path, sizeof(path), "%u/cmdline", pid);
	fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	text = malloc(CMDLINE_MAX);
	got = text ? read(fd, text, CMDLINE_MAX) : -1;
	(void)close(fd);
	found = got > 0 && names_java_parse(text, (size_t)got, bytes);
	free(text);
	return found;
}
