/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_IN_FLIGHT_H
#define BENCH_CONTENDERS_IN_FLIGHT_H

/*
 * What the contenders of bench_in_flight have in common: so many dials to nodes
 * that swallow are got under way, stay so for a moment, and are cancelled.
 *
 * They are all in flight when the kernel has counted as many connects more than
 * before (ActiveOpens in /proc/net/snmp): that is the same for each contender,
 * and asks nothing of it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "bench/harness/bench.h"
#include "bench/harness/measure.h"

/* The parameter and the figures of bench_in_flight, in their order. */
enum in_flight_parameter {
	IN_FLIGHT_DIALS,
};
enum in_flight_figure {
	IN_FLIGHT_BYTES,
	IN_FLIGHT_UP_S,
	IN_FLIGHT_CANCELLED_S,
	IN_FLIGHT_SWITCHES,
};

#define IN_FLIGHT_STACK_BYTES ((size_t)64 * 1024)

/** A contender. Each call gets @context, and the port that swallows. */
struct in_flight_subject {
	void *context;
	/** Memory, and what the dials are to be; false: see result->failure. */
	bool (*prepare)(void *context, struct bench_result *result,
			uint32_t dials, uint16_t port);
	/** Begin all of them; the clock runs. False: see result->failure. */
	bool (*start)(void *context, struct bench_result *result);
	/** Cancel all and wait until they have ended; the clock runs. */
	void (*stop)(void *context);
	/** After prepare, whatever came of it or of start. */
	void (*fini)(void *context);
	/** Descriptors that a dial in flight takes. */
	unsigned int descriptors_each;
};

void in_flight_observe(struct bench_result *result, const struct bench_run *run,
		       const struct in_flight_subject *subject);

#endif /* BENCH_CONTENDERS_IN_FLIGHT_H */
