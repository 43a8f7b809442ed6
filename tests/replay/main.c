/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/replay/replay.h"

static void print_failure(const char *why)
{
	(void)puts(why);
}

int main(int argc, char **argv)
{
	struct replay_totals totals = {0};

	if (argc < 2) {
		(void)fputs("usage: dialtone-replay FILE-OR-FOLDER...\n",
			    stderr);
		return EXIT_FAILURE;
	}
	for (int i = 1; i < argc; i++)
		replay_path(&totals, argv[i], print_failure);
	(void)printf("%" PRIu64 " passed, %" PRIu64 " failed\n", totals.passed,
		     totals.failed);
	return totals.failed == 0 && totals.passed > 0 ? EXIT_SUCCESS
						       : EXIT_FAILURE;
}
