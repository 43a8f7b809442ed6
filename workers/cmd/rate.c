/* SPDX-License-Identifier: MIT */
#include "workers/cmd/rate.h"

#define SAMPLE_EVERY_MS 200
#define RATE_OVER_MS    3000

struct cmd_rate cmd_rate_make(int64_t now_ms)
{
	return (struct cmd_rate){.sample_ms = {now_ms}, .samples = 1};
}

static void keep_sample(struct cmd_rate *rate, int64_t now_ms, uint64_t count)
{
	uint64_t last =
		(rate->samples + CMD_RATE_SAMPLES - 1) % CMD_RATE_SAMPLES;
	uint64_t next = rate->samples % CMD_RATE_SAMPLES;

	if (now_ms - rate->sample_ms[last] < SAMPLE_EVERY_MS)
		return;
	rate->sample_ms[next] = now_ms;
	rate->sample_count[next] = count;
	rate->samples++;
}

/* Since the oldest sample that is not too old, or else the latest one. */
static double since_sample(const struct cmd_rate *rate, int64_t now_ms,
			   uint64_t count)
{
	uint64_t kept = rate->samples < CMD_RATE_SAMPLES ? rate->samples
							 : CMD_RATE_SAMPLES;

	for (uint64_t back = kept; back > 0; back--) {
		uint64_t i = (rate->samples - back) % CMD_RATE_SAMPLES;
		int64_t ago_ms = now_ms - rate->sample_ms[i];

		if (ago_ms > 0 && (ago_ms <= RATE_OVER_MS || back == 1))
			return (double)(count - rate->sample_count[i]) *
			       1000.0 / (double)ago_ms;
	}
	return 0;
}

double cmd_rate_read(struct cmd_rate *rate, int64_t now_ms, uint64_t count)
{
	double per_second = since_sample(rate, now_ms, count);

	keep_sample(rate, now_ms, count);
	return per_second;
}
