/* SPDX-License-Identifier: MIT */
#ifndef CMD_FIGURES_H
#define CMD_FIGURES_H

/* How the dialer stands, read at one moment, and what follows from it. */

#include <dialtone.h>
#include <stdbool.h>
#include <stdint.h>

struct cmd_figures {
	struct dt_counters counters;
	struct dt_latency connect; /* of dials that connected */
	int64_t elapsed_ms;        /* since the start */
	uint64_t target;           /* peers wanted */
	uint64_t in_flight;        /* dials that run */
	uint64_t queued;           /* tasks that wait for a worker */
	uint64_t waiting;          /* tasks that wait for their time */
	uint64_t dials_ended;
	uint64_t outcomes[DT_OUTCOME_COUNT]; /* of dials of both kinds */
	double dials_per_second;             /* ended, lately */
};

#define CMD_METER_SAMPLES 16

/** Reads figures again and again. Main thread only. */
struct cmd_meter {
	dt_dialer *dialer; /* the caller's */
	int64_t started_ms;
	uint64_t target;  /* 0: what the limits and static nodes come to */
	bool has_dynamic; /* there is a table or a bootnode */
	/* For dials_per_second: a ring of what was read lately. */
	int64_t sample_ms[CMD_METER_SAMPLES];
	uint64_t sample_ended[CMD_METER_SAMPLES];
	uint64_t samples;
};

void cmd_meter_init(struct cmd_meter *meter, dt_dialer *dialer);
/** @with_latency: also ask the scheduler, which wakes it. */
void cmd_meter_read(struct cmd_meter *meter, struct cmd_figures *out,
		    bool with_latency);

#endif /* CMD_FIGURES_H */
