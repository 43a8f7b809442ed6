/* SPDX-License-Identifier: MIT */
#ifndef TESTS_WHOLE_THREADS_H
#define TESTS_WHOLE_THREADS_H

/*
 * Stands between this program and pthread_create(3), so that a test can let a
 * thread's creation fail or wait.
 */

#include <stdint.h>

#include "tests/gate.h"

/** The @number-th creation from now fails with EAGAIN; 0: none does. */
void threads_fail_at(uint64_t number);
/** From the @number-th on they pass this gate first; NULL: none does. */
void threads_wait_at(struct gate *gate, uint64_t number);
/** How many were asked for since the last of the two calls above. */
uint64_t threads_asked_for(void);

#endif /* TESTS_WHOLE_THREADS_H */
