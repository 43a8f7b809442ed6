/* SPDX-License-Identifier: MIT */
#ifndef CMD_FIGURES_H
#define CMD_FIGURES_H

/* How the dialer stands, read at one moment, and what follows from it. */

#include <dialtone.h>
#include <stdbool.h>
#include <stdint.h>

#include "workers/cmd/rate.h"

/** How discovery stands. */
struct cmd_discovery_figures {
	bool present; /* there is discovery, and the rest is known */
	struct dt_discv4_counters counters;
	double in_per_second; /* datagrams, lately */
	double out_per_second;
};

/** How sessions and peers stand. */
struct cmd_peer_figures {
	bool present; /* there is a dt_rlpx, and the rest is known */
	struct dt_rlpx_counters counters;
};

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
	struct cmd_discovery_figures discovery;
	struct cmd_peer_figures peers;
};

/** Reads figures again and again. Main thread only. */
struct cmd_meter {
	dt_dialer *dialer; /* the caller's */
	int64_t started_ms;
	uint64_t target;   /* 0: what the limits and static nodes come to */
	bool has_dynamic;  /* there is a table or a bootnode */
	dt_discv4 *discv4; /* the caller's; NULL: no discovery */
	dt_rlpx *rlpx;     /* the caller's; NULL: plain connections */
	struct cmd_rate ended;
	struct cmd_rate received;
	struct cmd_rate sent;
};

void cmd_meter_init(struct cmd_meter *meter, dt_dialer *dialer);
/** @with_latency: also ask the scheduler, which wakes it. */
void cmd_meter_read(struct cmd_meter *meter, struct cmd_figures *out,
		    bool with_latency);

/** The fates of all tasks, candidates, datagrams, requests and peers. */
bool cmd_figures_add_up(const struct cmd_figures *figures);

#endif /* CMD_FIGURES_H */
