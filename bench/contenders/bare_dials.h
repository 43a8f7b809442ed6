/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_BARE_DIALS_H
#define BENCH_CONTENDERS_BARE_DIALS_H

/*
 * Dials with threads and nothing else: no queue, no scheduler, no policy. Each
 * thread dials every so-many-th node in turn.
 */

#include "bench/contenders/dials.h"

/** socket, a blocking connect, close: the floor. */
void bare_dials_measure(struct bench_result *result,
			const struct bench_run *run);
/** A non-blocking connect, and poll(2) of the socket and a cancel descriptor. */
void bare_dials_measure_poll(struct bench_result *result,
			     const struct bench_run *run);

#endif /* BENCH_CONTENDERS_BARE_DIALS_H */
