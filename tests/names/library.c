/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A library of the user's own. */
#include <stdlib.h>
#include <string.h>

#include "grow.h"

void in_library(void);
extern void *volatile sink;
extern volatile int one;

void in_library(void)
{
	char *p = malloc(SIZE);

	memset(p, one, SIZE);
	sink = p;
}
