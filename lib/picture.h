/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * picture: the job's usage up to the end of the step, as the recorder saw it,
 * and what the kernel's report says of the moment of the kill.  Pure.
 */
#ifndef OOM_PICTURE_H
#define OOM_PICTURE_H

#include "diagnose.h"

/* Adds it to *out; false, with *out untouched, as oom_plot(). */
bool oom_picture(const struct oom_findings *findings,
		 const struct oom_diagnosis *diagnosis, struct oom_buf *out);

#endif
