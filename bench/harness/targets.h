/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_TARGETS_H
#define BENCH_HARNESS_TARGETS_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/harness/bench.h"
#include "bench/harness/measured.h"

enum bench_verdict {
	BENCH_MET,
	BENCH_MISSED,
	BENCH_UNKNOWN, /* one of both was not measured */
};

/** A target at one point. */
struct bench_found {
	enum bench_verdict verdict;
	double ours;   /* medians; NAN: not measured */
	double theirs; /* NAN too if the target is a limit of its own */
	double ratio;  /* ours / theirs; NAN if either is, or theirs is 0 */
	/* Of the contender it was compared with; contender_count: none. */
	size_t compared_with;
	/* The ratio (of a limit: ours) at its least and at its most, between
	 * any two of the rounds; NAN as above. */
	double least;
	double most;
};

/** Does it hold at this point at all? */
bool bench_targets_holds(const struct bench_measured *measured,
			 const struct bench_target *target, size_t point);

/** Is there a target that holds at a point that was measured? */
bool bench_targets_any(const struct bench_measured *measured);

struct bench_found bench_targets_find(const struct bench_measured *measured,
				      const struct bench_target *target,
				      size_t point);

/** The pure part: compare two medians. @theirs is NAN for a limit. */
enum bench_verdict bench_targets_judge(const struct bench_target *target,
				       double ours, double theirs);

struct bench_sentence {
	char text[400];
};

/** "bare queues >= 5 x Go, channel pool (tasks/s)" */
struct bench_sentence bench_targets_name(const struct bench_measured *measured,
					 const struct bench_target *target);

/**
 * "6.1 x, met": what was found, and the verdict. With "(its rounds: 4.9 x to
 * 6.3 x)" if not all rounds are on the same side of the limit.
 */
struct bench_sentence
bench_targets_outcome(const struct bench_measured *measured,
		      const struct bench_target *target,
		      const struct bench_found *found);

/** "in_flight=16 workers=16": what differs between points. */
struct bench_sentence bench_targets_point(const struct bench_measured *measured,
					  size_t point);

#endif /* BENCH_HARNESS_TARGETS_H */
