/* SPDX-License-Identifier: MIT */
#ifndef DTI_CLOCK_H
#define DTI_CLOCK_H

/*
 * Any thread, wait-free, no system call where the vDSO has the clock. Time does
 * not pass while the machine is suspended, and it never goes back.
 */

#include <stdint.h>

#define DTI_NS_PER_MS INT64_C(1000000)

/** CLOCK_MONOTONIC in nanoseconds; the one place that reads a clock. */
int64_t dti_clock_ns(void);

/** The same in whole milliseconds, rounded down. */
int64_t dti_clock_ms(void);

#endif /* DTI_CLOCK_H */
