/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_FLOOR_SLICES_H
#define BENCH_CONTENDERS_FLOOR_SLICES_H

/*
 * A subject beside its floor on the same processor, in slices of time that take
 * turns: processors of a virtual machine that is not alone differ by half for
 * seconds, so what is compared is each slice with the one that follows.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLOOR_SLICE_NS    INT64_C(50000000)
#define FLOOR_SLICE_PAIRS 1024

/** What was done, and what it took. */
struct floor_slice {
	uint64_t count;
	int64_t cpu_ns;
	int64_t ns;
};

/** All slices of a subject, and those of the floor that followed them. */
struct floor_slices {
	struct floor_slice subject;
	double ratios[FLOOR_SLICE_PAIRS]; /* of the floor's rate, each pair */
	size_t pairs;
};

/** User and system time of the calling thread so far. */
int64_t floor_slice_cpu_ns(void);
/**
 * Have @run do its work so many times over and again, for a slice. A slice in
 * which it said false has a count of 0.
 */
struct floor_slice floor_slice_run(bool (*run)(void *subject, uint64_t times),
				   void *subject);
/** Processor time for one. */
double floor_slice_cpu_s(const struct floor_slice *slice);

/** Note a pair, unless one of both did nothing. */
void floor_slices_add(struct floor_slices *slices,
		      const struct floor_slice *subject,
		      const struct floor_slice *floor);
/** The median of the pairs; there must be one. */
double floor_slices_share(struct floor_slices *slices);

#endif /* BENCH_CONTENDERS_FLOOR_SLICES_H */
