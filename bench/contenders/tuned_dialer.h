/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_TUNED_DIALER_H
#define BENCH_CONTENDERS_TUNED_DIALER_H

/*
 * The whole dialer, through its public header, with its tuning variables at
 * values that the point gives; static nodes go round, so many that one is
 * always ready.
 */

#include "bench/harness/measure.h"

enum tuned_parameter {
	TUNED_MAX_ACTIVE_DIALS,
	TUNED_WORKERS, /* 0: as many as max_active_dials */
	TUNED_SPIN_US,
	TUNED_STACK_KIB,
};

enum tuned_figure {
	TUNED_DIALS,
	TUNED_CPU,       /* a dial */
	TUNED_SWITCHES,  /* a dial */
	TUNED_QUEUE_P50, /* pushed until a worker took it */
	TUNED_QUEUE_P99,
	TUNED_START,    /* create and start */
	TUNED_RESIDENT, /* a worker: what starting and dialing has added */
};

/** What a dial is. */
struct tuned_dial {
	/* Asleep, then refused; 0: refused at once; -1: refused by loopback. */
	int64_t wait_ns;
	uint32_t nodes; /* at least */
};

void tuned_dialer_measure(struct bench_result *result,
			  const struct bench_run *run,
			  const struct tuned_dial *dial);

#endif /* BENCH_CONTENDERS_TUNED_DIALER_H */
