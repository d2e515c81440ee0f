// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * replay: captures in, the blocks that their users would read out.
 *
 *	replay FILE.capture...		prints each block
 *	replay --update FILE.capture...	writes each to FILE.golden beside it
 *
 * After a change of words: run it with --update over the captures in
 * tests/fixtures and look at "git diff".
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/advice.h"

#define CAPTURE_MAX (1 << 20)

static int read_file(const char *path, char *text, size_t *len)
{
	FILE *file = fopen(path, "re");

	if (!file)
		return -errno;
	*len = fread(text, 1, CAPTURE_MAX, file);
	if (ferror(file) || *len == CAPTURE_MAX) {
		(void)fclose(file);
		return -EIO;
	}
	return fclose(file) ? -errno : 0;
}

static int make_block(struct oom_span capture, struct oom_buf *out)
{
	struct oom_findings *findings = calloc(1, sizeof(*findings));
	struct oom_diagnosis diagnosis;
	struct oom_request request;

	if (!findings)
		return -ENOMEM;
	oom_findings_parse(findings, capture);
	oom_diagnose(findings, &diagnosis);
	oom_request(findings, &diagnosis, &request);
	oom_advice_block(findings, &diagnosis, &request, out);
	free(findings);
	return 0;
}

/* "a/b.capture" -> "a/b.golden" */
static int write_golden(const char *path, struct oom_span block)
{
	static const char from[] = ".capture", to[] = ".golden";
	char name[4096];
	size_t len = strlen(path);
	FILE *file;

	if (len + sizeof(to) > sizeof(name) || len < sizeof(from) ||
	    strcmp(path + len - (sizeof(from) - 1), from) != 0)
		return -EINVAL;
	len -= sizeof(from) - 1;
	memcpy(name, path, len);
	memcpy(name + len, to, sizeof(to));
	file = fopen(name, "we");
	if (!file)
		return -errno;
	(void)fwrite(block.ptr, 1, block.len, file);
	return fclose(file) ? -errno : 0;
}

int main(int argc, char **argv)
{
	static char capture[CAPTURE_MAX];
	int first = 1, failed = 0;

	if (argc > 1 && !strcmp(argv[1], "--update"))
		first = 2;
	if (argc <= first) {
		(void)fprintf(stderr, "usage: replay [--update] FILE...\n");
		return 2;
	}
	for (int i = first; i < argc; i++) {
		char text[OOM_BLOCK_MAX + 1];
		struct oom_buf block;
		size_t len = 0;
		int rc = read_file(argv[i], capture, &len);

		oom_buf_init(&block, text, sizeof(text));
		if (!rc)
			rc = make_block((struct oom_span){ capture, len },
					&block);
		if (!rc && first == 2)
			rc = write_golden(argv[i],
					  (struct oom_span){ block.ptr,
							     block.len });
		else if (!rc)
			(void)fputs(text, stdout);
		if (rc) {
			(void)fprintf(stderr, "replay: %s: %s\n", argv[i],
				      strerror(-rc));
			failed = 1;
		}
	}
	return failed;
}
