/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_EMPTY_DIALER_H
#define BENCH_CONTENDERS_EMPTY_DIALER_H

/*
 * The whole dialer, through its public header, with an embedder's transport
 * that refuses each dial after the work: policy, history, fates, histograms and
 * all. Static nodes go round, so many that one is always ready.
 *
 * Latencies are taken by its events, begin to end of a dial, which is what the
 * other contenders' push and take back are. Events of that level are switched
 * on for it, in a second run after that of the rates: it is the dialer that
 * emits two events a dial.
 */

#include "bench/contenders/handoff.h"

/** With the default of DIALTONE_SPIN. */
void empty_dialer_measure(struct bench_result *result,
			  const struct bench_run *run);
/** DIALTONE_SPIN=0. */
void empty_dialer_measure_no_spin(struct bench_result *result,
				  const struct bench_run *run);

#endif /* BENCH_CONTENDERS_EMPTY_DIALER_H */
