/* SPDX-License-Identifier: MIT */
#ifndef CMD_TIMELINE_H
#define CMD_TIMELINE_H

/*
 * How many peers there were, from the start until now, in bounded memory: when
 * it is full, every second value goes and the step between two doubles.
 */

#include <stddef.h>
#include <stdint.h>

#define CMD_TIMELINE_SIZE  1024
#define CMD_TIMELINE_MARKS 6

/** A moment that a plot points at. */
struct cmd_mark {
	int64_t elapsed_ms;
	const char *label; /* the caller's; lives as long as the timeline */
};

struct cmd_timeline {
	uint32_t values[CMD_TIMELINE_SIZE]; /* the i-th: at i * step_ms */
	size_t count;
	int64_t step_ms;
	struct cmd_mark marks[CMD_TIMELINE_MARKS];
	size_t mark_count;
};

/** @step_ms: the first step, such as the time between two calls of add. */
void cmd_timeline_init(struct cmd_timeline *timeline, int64_t step_ms);
/** The value from now on; @elapsed_ms does not go back. */
void cmd_timeline_add(struct cmd_timeline *timeline, int64_t elapsed_ms,
		      uint64_t value);
void cmd_timeline_mark(struct cmd_timeline *timeline, int64_t elapsed_ms,
		       const char *label);
/** The mean of the @part-th of @parts equal parts; 0 if nothing is known. */
double cmd_timeline_mean(const struct cmd_timeline *timeline, size_t part,
			 size_t parts);
uint32_t cmd_timeline_max(const struct cmd_timeline *timeline);
int64_t cmd_timeline_end_ms(const struct cmd_timeline *timeline);

#endif /* CMD_TIMELINE_H */
