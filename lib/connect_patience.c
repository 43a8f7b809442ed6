/* SPDX-License-Identifier: MIT */
#include "lib/connect_patience.h"

#define NS_PER_MS     1000000
#define LEAST_SHARE   10 /* of dial_timeout: one part in so many */
#define FACTOR        4
#define PER_MILLE     990
#define STEP          4   /* connects from one calculation to the next */
#define WINDOW        256 /* connects that are the latest, at most */
#define GIVEN_UP_MOST 32

static void set_limit(struct dti_connect_patience *patience)
{
	patience->limit_ms = patience->learned_ms > patience->least_ms
				     ? patience->learned_ms
				     : patience->least_ms;
}

static void forget(struct dti_connect_patience *patience)
{
	dti_histogram_clear(&patience->took_ms);
	patience->before_ms = 0;
	patience->learned_ms = INT64_MAX;
	set_limit(patience);
	patience->fresh = 0;
	patience->given_up = 0;
}

void dti_connect_patience_init(struct dti_connect_patience *patience,
			       int64_t dial_timeout_ms)
{
	*patience = (struct dti_connect_patience){
		.learned_ms = INT64_MAX,
		.heard_ns = INT64_MIN,
	};
	dti_connect_patience_set_dial_timeout(patience, dial_timeout_ms);
}

void dti_connect_patience_set_dial_timeout(
	struct dti_connect_patience *patience, int64_t dial_timeout_ms)
{
	patience->least_ms = dial_timeout_ms / LEAST_SHARE;
	set_limit(patience);
}

/* What is old goes a window at a time: its percentile is kept for one more. */
static void calculate(struct dti_connect_patience *patience)
{
	uint64_t latest_ms =
		dti_histogram_quantile(&patience->took_ms, PER_MILLE);
	uint64_t slow_ms = latest_ms > patience->before_ms
				   ? latest_ms
				   : patience->before_ms;

	/* Milliseconds that were nanoseconds: it cannot overflow. */
	patience->learned_ms = (int64_t)slow_ms * FACTOR;
	set_limit(patience);
	patience->fresh = 0;
	if (patience->took_ms.samples < WINDOW)
		return;
	patience->before_ms = latest_ms;
	dti_histogram_clear(&patience->took_ms);
}

void dti_connect_patience_connected(struct dti_connect_patience *patience,
				    int64_t began_ns, int64_t took_ns)
{
	int64_t took_ms = took_ns / NS_PER_MS;

	/* One that had more time and needed it does not speak for the limit. */
	if (took_ms <= patience->limit_ms) {
		patience->given_up = 0;
		if (began_ns > patience->heard_ns)
			patience->heard_ns = began_ns;
	}
	dti_histogram_add(&patience->took_ms, took_ms);
	if (++patience->fresh == STEP)
		calculate(patience);
}

void dti_connect_patience_gave_up(struct dti_connect_patience *patience,
				  int64_t began_ns)
{
	if (patience->limit_ms == INT64_MAX || began_ns <= patience->heard_ns)
		return;
	if (++patience->given_up == GIVEN_UP_MOST)
		forget(patience);
}
