/* SPDX-License-Identifier: MIT */
#ifndef DTI_CLOCK_H
#define DTI_CLOCK_H

/*
 * Any thread, wait-free, no system call where the vDSO has the clock. Time does
 * not pass while the machine is suspended, and it never goes back; but for the
 * last two, which is what somebody else's clock is compared with.
 */

#include <stdint.h>

#define DTI_NS_PER_MS INT64_C(1000000)

/** CLOCK_MONOTONIC in nanoseconds; this file alone reads clocks. */
int64_t dti_clock_ns(void);

/** The same in whole milliseconds, rounded down. */
int64_t dti_clock_ms(void);

/** The wall clock: milliseconds since 1970 (UNIX time). */
int64_t dti_clock_unix_ms(void);
/** The same in whole seconds, rounded down. */
int64_t dti_clock_unix_s(void);

#endif /* DTI_CLOCK_H */
