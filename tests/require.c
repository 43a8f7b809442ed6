/* SPDX-License-Identifier: MIT */
#include "tests/require.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void require_failed(const char *what)
{
	fprintf(stderr, "cannot go on: %s (errno: %s)\n", what,
		strerrordesc_np(errno));
	abort();
}
