/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "lib/dialtone.h"

#include "tests/harness.h"

Test(lib_version, is_made_of_the_three_numbers)
{
	char expected[32];

	snprintf(expected, sizeof(expected), "%d.%d.%d", DIALTONE_VERSION_MAJOR,
		 DIALTONE_VERSION_MINOR, DIALTONE_VERSION_PATCH);

	cr_assert_str_eq(dt_version(), expected);
	cr_assert_str_eq(dt_version(), DIALTONE_VERSION);
}
