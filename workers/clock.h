/* SPDX-License-Identifier: MIT */
#ifndef DTI_CLOCK_H
#define DTI_CLOCK_H

#include <stdint.h>

/** CLOCK_MONOTONIC in nanoseconds; the one place that reads a clock. */
int64_t dti_clock_ns(void);

/** The same in whole milliseconds, rounded down. */
int64_t dti_clock_ms(void);

#endif /* DTI_CLOCK_H */
