// SPDX-License-Identifier: GPL-2.0-or-later
#include "java.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX (256UL << 10) /* of more, the first */
#define GIB	 (UINT64_C(1) << 30)

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

static bool parse_option(const char *option, uint64_t *bytes)
{
	static const char xmx[] = "-Xmx", size[] = "-XX:MaxHeapSize=";

	if (!strncmp(option, xmx, sizeof(xmx) - 1))
		return parse_size(option + sizeof(xmx) - 1, bytes);
	return !strncmp(option, size, sizeof(size) - 1) &&
	       parse_size(option + sizeof(size) - 1, bytes);
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
		found |= parse_option(at, bytes);
	}
	return found;
}

bool names_java_parse_env(const char *environ, size_t len, uint64_t *bytes)
{
	static const char name[] = "JAVA_TOOL_OPTIONS=";
	const char *at = environ, *end = environ + len, *next;
	bool found = false;

	for (; at < end && (next = memchr(at, '\0', (size_t)(end - at)));
	     at = next + 1) {
		char word[64];
		const char *p = at + sizeof(name) - 1;

		if (strncmp(at, name, sizeof(name) - 1) != 0)
			continue;
		while (*(p += strspn(p, " \t\n"))) {
			size_t n = strcspn(p, " \t\n");

			if (n < sizeof(word)) {
				memcpy(word, p, n);
				word[n] = '\0';
				found |= parse_option(word, bytes);
			}
			p += n;
		}
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

uint64_t names_java_reserved(const struct names_maps *maps)
{
	uint64_t start = 0, end = 0, heap = 0;

	for (size_t i = 0; i < maps->n; i++) {
		const struct names_mapping *m = &maps->list[i];

		if (m->start != end)
			start = m->start;
		end = m->end;
		if (end == 4 * GIB || end == 32 * GIB)
			heap = end - start;
	}
	return heap;
}

typedef bool parse_fn(const char *text, size_t len, uint64_t *bytes);

static bool parse_file(int proc_fd, uint32_t pid, const char *name,
		       parse_fn *parse, uint64_t *bytes)
{
	size_t len = 0;
	char path[32], *text;
	bool found;
	ssize_t got = 1;
	int fd;

	(void)snprintf(path, sizeof(path), "%u/%s", pid, name);
	fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	text = malloc(TEXT_MAX);
	while (text && len < TEXT_MAX && got > 0) {
		got = read(fd, text + len, TEXT_MAX - len);
		len += got > 0 ? (size_t)got : 0;
	}
	(void)close(fd);
	found = text && parse(text, len, bytes);
	free(text);
	return found;
}

enum names_java names_java_heap(const struct names_maps *maps, int proc_fd,
				uint32_t pid, uint64_t *bytes)
{
	if (!is_jvm(maps))
		return NAMES_JAVA_NOTHING;
	if (parse_file(proc_fd, pid, "cmdline", names_java_parse, bytes))
		return NAMES_JAVA_COMMAND;
	if (parse_file(proc_fd, pid, "environ", names_java_parse_env, bytes))
		return NAMES_JAVA_ENVIRONMENT;
	*bytes = names_java_reserved(maps);
	return *bytes ? NAMES_JAVA_RESERVED : NAMES_JAVA_NOTHING;
}
