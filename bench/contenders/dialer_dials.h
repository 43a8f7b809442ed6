/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_DIALER_DIALS_H
#define BENCH_CONTENDERS_DIALER_DIALS_H

/*
 * Dials with the whole dialer, through its public header: static nodes go
 * round, the built-in step connects, and whoever is to keep the peer closes it
 * with a reset and reports it as removed, so that its node may be dialed again
 * once the shortest history there is (1 ms) lets go of it.
 */

#include "bench/contenders/dials.h"

void dialer_dials_measure(struct bench_result *result,
			  const struct bench_run *run);

#endif /* BENCH_CONTENDERS_DIALER_DIALS_H */
