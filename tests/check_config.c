// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include "../lib/config.h"

START_TEST(words)
{
	static const char *const wrong[] = {
		"ON", "yes", "1", "on ", " off", "of", "offf", "verbose=1"
	};
	enum oom_mode mode = OOM_MODE_OFF;

	ck_assert_int_eq(oom_mode_parse("on", &mode), 0);
	ck_assert_int_eq(mode, OOM_MODE_ON);
	ck_assert_int_eq(oom_mode_parse("verbose", &mode), 0);
	ck_assert_int_eq(mode, OOM_MODE_VERBOSE);
	ck_assert_int_eq(oom_mode_parse("off", &mode), 0);
	ck_assert_int_eq(mode, OOM_MODE_OFF);
	mode = OOM_MODE_VERBOSE;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ck_assert_int_eq(oom_mode_parse(wrong[i], &mode), -EINVAL);
		ck_assert_int_eq(mode, OOM_MODE_VERBOSE);
	}
}
END_TEST

/* What Slurm makes of an option without its value. */
START_TEST(bare_option)
{
	static const char *const bare[] = { NULL, "", "(null)" };

	for (size_t i = 0; i < 3; i++) {
		enum oom_mode mode = OOM_MODE_OFF;

		ck_assert_int_eq(oom_mode_parse(bare[i], &mode), 0);
		ck_assert_int_eq(mode, OOM_MODE_ON);
	}
}
END_TEST

START_TEST(plugstack)
{
	struct oom_config config = { .site = OOM_MODE_OFF };
	char text[256];
	struct oom_buf error;

	oom_buf_init(&error, text, sizeof(text));
	ck_assert_int_eq(oom_config_apply(&config, "default=on", &error), 0);
	ck_assert_int_eq(config.site, OOM_MODE_ON);
	ck_assert_int_eq(oom_config_apply(&config, "default=verbose", &error),
			 0);
	ck_assert_int_eq(config.site, OOM_MODE_VERBOSE);
	ck_assert_int_eq(oom_config_apply(&config, "debug=on", &error), 0);
	ck_assert(config.debug);
	ck_assert_int_eq(oom_config_apply(&config, "debug=off", &error), 0);
	ck_assert(!config.debug);
	ck_assert_int_eq(oom_config_apply(&config, "record=/tmp/x", &error), 0);
	ck_assert_str_eq(config.record_dir, "/tmp/x");
	ck_assert_str_eq(text, "");
}
END_TEST

/* One sentence that names what was wrong; the rest stays as it was. */
START_TEST(wrong_plugstack)
{
	static const struct {
		const char *word, *named;
	} wrong[] = {
		{ "default=sometimes", "sometimes" },
		{ "default=", "default=" },
		{ "default=(null)", "(null)" },
		{ "default=ON", "ON" },
		{ "defalt=on", "defalt=on" },
		{ "default", "default" },
		{ "debug=yes", "debug=yes" },
		{ "record=tmp", "record=tmp" },
		{ "record=", "record=" },
		{ "", "unknown argument" },
		{ " default=on", "unknown argument" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct oom_config config = { .site = OOM_MODE_VERBOSE,
					     .debug = true,
					     .record_dir = "/r" };
		char text[256];
		struct oom_buf error;

		oom_buf_init(&error, text, sizeof(text));
		ck_assert_int_eq(oom_config_apply(&config, wrong[i].word,
						  &error),
				 -EINVAL);
		ck_assert_int_eq(config.site, OOM_MODE_VERBOSE);
		ck_assert(config.debug);
		ck_assert_str_eq(config.record_dir, "/r");
		ck_contains(text, wrong[i].named);
		ck_lacks(text, "\n");
	}
}
END_TEST

START_TEST(hostile_plugstack)
{
	struct oom_config config = { .site = OOM_MODE_OFF };
	char text[512], word[1024];
	struct oom_buf error;

	oom_buf_init(&error, text, sizeof(text));
	ck_assert_int_eq(oom_config_apply(&config, "default=\033[2J\n", &error),
			 -EINVAL);
	ck_lacks(text, "\033");
	ck_lacks(text, "\n");
	/* A path that does not fit is refused, not cut. */
	memset(word, 'x', sizeof(word));
	memcpy(word, "record=/", 8);
	word[8 + sizeof(config.record_dir) - 1] = '\0';
	ck_assert_int_eq(oom_config_apply(&config, word, &error), -EINVAL);
	ck_assert_str_eq(config.record_dir, "");
	word[8 + sizeof(config.record_dir) - 2] = '\0';
	ck_assert_int_eq(oom_config_apply(&config, word, &error), 0);
	ck_assert_uint_eq(strlen(config.record_dir),
			  sizeof(config.record_dir) - 1);
}
END_TEST

START_TEST(precedence)
{
	const struct oom_choice none = { .given = false,
					 .mode = OOM_MODE_VERBOSE };
	const struct oom_choice off = { .given = true, .mode = OOM_MODE_OFF };
	const struct oom_choice verbose = { .given = true,
					    .mode = OOM_MODE_VERBOSE };
	const struct oom_config site = { .site = OOM_MODE_ON };

	ck_assert_int_eq(oom_mode_choose(none, none, &site), OOM_MODE_ON);
	ck_assert_int_eq(oom_mode_choose(none, off, &site), OOM_MODE_OFF);
	ck_assert_int_eq(oom_mode_choose(verbose, off, &site),
			 OOM_MODE_VERBOSE);
	ck_assert_int_eq(oom_mode_choose(off, verbose, &site), OOM_MODE_OFF);
	ck_assert_int_eq(oom_mode_choose(off, none, &site), OOM_MODE_OFF);
}
END_TEST

TESTS("config", words, bare_option, plugstack, wrong_plugstack,
      hostile_plugstack, precedence)
