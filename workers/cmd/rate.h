/* SPDX-License-Identifier: MIT */
#ifndef CMD_RATE_H
#define CMD_RATE_H

/* How fast a counter has grown lately. */

#include <stdint.h>

#define CMD_RATE_SAMPLES 16

struct cmd_rate {
	/* A ring of what was read lately. */
	int64_t sample_ms[CMD_RATE_SAMPLES];
	uint64_t sample_count[CMD_RATE_SAMPLES];
	uint64_t samples; /* ever */
};

/** The counter is 0 at @now_ms. */
struct cmd_rate cmd_rate_make(int64_t now_ms);
/** The counter is @count now: how much a second, over the last 3 seconds. */
double cmd_rate_read(struct cmd_rate *rate, int64_t now_ms, uint64_t count);

#endif /* CMD_RATE_H */
