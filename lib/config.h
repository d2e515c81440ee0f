/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config: what the site, the user and the environment asked for.
 *
 * Precedence: --oom-advice, then OOM_ADVICE, then plugstack.conf.  A word that
 * is not understood never stops anything: it is reported and has no effect.
 */
#ifndef OOM_CONFIG_H
#define OOM_CONFIG_H

#include "text.h"

enum oom_mode {
	OOM_MODE_OFF,
	OOM_MODE_ON,
	OOM_MODE_VERBOSE, /* tells of steps that were not killed, too */
	OOM_MODE_NOPLOT,  /* on, without the picture */
	OOM_MODE_NOCODE,  /* on, without looking where in the code it grows */
};

#define OOM_MODE_WORDS "on, off, verbose, noplot, nocode"

struct oom_choice {
	bool given;
	enum oom_mode mode;
};

/*
 * One of OOM_MODE_WORDS; 0 or -EINVAL, *ret untouched then.  NULL, "" and
 * "(null)" are what Slurm makes of a bare --oom-advice: on.
 */
int oom_mode_parse(const char *word, enum oom_mode *ret);

struct oom_config {
	enum oom_mode
		site; /* default=one of OOM_MODE_WORDS; off when not said */
	bool no_plot; /* plot=off */
	bool no_code; /* code=off */
	bool debug;   /* debug=on: one line of timing for each kill */
	char record_dir[256]; /* record=DIR: keep captures there (root's) */
};

/*
 * Takes one word of the plugin's line in plugstack.conf ("default=on").  0, or
 * -EINVAL with one sentence in *error that names the key or value.
 */
int oom_config_apply(struct oom_config *config, const char *word,
		     struct oom_buf *error);

enum oom_mode oom_mode_choose(struct oom_choice option,
			      struct oom_choice environment,
			      const struct oom_config *config);

#endif
