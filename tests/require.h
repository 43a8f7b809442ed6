/* SPDX-License-Identifier: MIT */
#ifndef TESTS_REQUIRE_H
#define TESTS_REQUIRE_H

#include <stdbool.h>

_Noreturn void require_failed(const char *what);

/**
 * End the process with a line on stderr unless @holds. For what tests and
 * measuring programs share: it knows nothing of the harness, which takes the
 * abort for a failed test.
 */
static inline void require(bool holds, const char *what)
{
	if (!holds)
		require_failed(what);
}

#endif /* TESTS_REQUIRE_H */
