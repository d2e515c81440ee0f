/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For Fortran: what grow.h has. */
#include "grow.h"

void grow_ready(void);
void grow_done(void);

void grow_ready(void)
{
	ready();
}

void grow_done(void)
{
	done();
}
