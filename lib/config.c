// SPDX-License-Identifier: GPL-2.0-or-later
#include "config.h"

#include <errno.h>
#include <string.h>

int oom_mode_parse(const char *word, enum oom_mode *ret)
{
	if (!word || !*word || !strcmp(word, "(null)") || !strcmp(word, "on"))
		*ret = OOM_MODE_ON;
	else if (!strcmp(word, "off"))
		*ret = OOM_MODE_OFF;
	else if (!strcmp(word, "verbose"))
		*ret = OOM_MODE_VERBOSE;
	else if (!strcmp(word, "noplot"))
		*ret = OOM_MODE_NOPLOT;
	else if (!strcmp(word, "nocode"))
		*ret = OOM_MODE_NOCODE;
	else
		return -EINVAL;
	return 0;
}

static int bad_value(struct oom_buf *error, const char *key,
		     struct oom_span value, const char *right)
{
	oom_buf_printf(error, "plugstack.conf: %s=", key);
	oom_buf_name(error, value, 60, true);
	oom_buf_printf(error, ": not one of %s; keeping the default", right);
	return -EINVAL;
}

static int apply_switch(bool *to, struct oom_span value, const char *key,
			struct oom_buf *error)
{
	if (oom_span_is(value, "on"))
		*to = true;
	else if (oom_span_is(value, "off"))
		*to = false;
	else
		return bad_value(error, key, value, "on, off");
	return 0;
}

/* The same for what is on unless it is switched off. */
static int apply_unless(bool *off, struct oom_span value, const char *key,
			struct oom_buf *error)
{
	bool on = !*off;
	int rc = apply_switch(&on, value, key, error);

	*off = !on;
	return rc;
}

int oom_config_apply(struct oom_config *config, const char *word,
		     struct oom_buf *error)
{
	struct oom_span value = oom_span(word);

	if (oom_span_skip(&value, "default=")) {
		/* Spelled out: a bare "default=" is a mistake, not "on". */
		if (!value.len || oom_span_is(value, "(null)") ||
		    oom_mode_parse(value.ptr, &config->site))
			return bad_value(error, "default", value,
					 OOM_MODE_WORDS);
		return 0;
	}
	if (oom_span_skip(&value, "debug="))
		return apply_switch(&config->debug, value, "debug", error);
	if (oom_span_skip(&value, "plot="))
		return apply_unless(&config->no_plot, value, "plot", error);
	if (oom_span_skip(&value, "code="))
		return apply_unless(&config->no_code, value, "code", error);
	if (oom_span_skip(&value, "record=")) {
		if (!oom_span_starts(value, "/") ||
		    value.len >= sizeof(config->record_dir))
			return bad_value(error, "record", value,
					 "a folder's full path");
		oom_span_copy(value, config->record_dir,
			      sizeof(config->record_dir));
		return 0;
	}
	oom_buf_puts(error, "plugstack.conf: unknown argument \"");
	oom_buf_name(error, value, 60, false);
	oom_buf_puts(error,
		     "\"; known are default=, plot=, code=, debug=, record=");
	return -EINVAL;
}

enum oom_mode oom_mode_choose(struct oom_choice option,
			      struct oom_choice environment,
			      const struct oom_config *config)
{
	if (option.given)
		return option.mode;
	if (environment.given)
		return environment.mode;
	return config->site;
}
