/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SIM_SCENARIOS_H
#define TESTS_SIM_SCENARIOS_H

/*
 * What the simulation shows. Each scenario writes files OUT/NAME-*.csv, which
 * begin with how they were made.
 */

#include <stdio.h>

#include "tests/sim/swarm.h"

struct scenario {
	const char *out;  /* a folder */
	const char *name; /* what files begin with */
	const char *made; /* a line that tells how */
	struct swarm_plan swarm;
	int64_t until_ms; /* the network is watched, or grows, until then */
	size_t samples; /* lookups, and tables, that a figure is the mean of */
	/* Of an attack. */
	size_t ids;
	int64_t attack_ms;
};

/** A file with a head of @columns; scenario_close() it. */
FILE *scenario_open(const struct scenario *scenario, const char *what,
		    const char *columns);
void scenario_close(FILE *csv);
/** Tell whoever waits how far it is. */
void scenario_tell(int64_t done_ms, int64_t all_ms);

/** Does a network that grows become whole? */
void scenario_convergence(const struct scenario *scenario);
/** What do churn and loss cost? Means of the last half of the time. */
void scenario_churn(const struct scenario *scenario);
/** Attacks on one and the same network, with and without what resists them. */
void scenario_eclipse(const struct scenario *scenario);
/** All in one: a network grows, with churn and loss, and is then attacked. */
void scenario_whole(const struct scenario *scenario);

/**
 * Watch @swarm until the scenario's time; a line each half minute. @all_ms: the
 * whole run takes, to tell how far it is.
 */
void scenario_watch(const struct scenario *scenario, struct swarm *swarm,
		    int64_t all_ms);

#endif /* TESTS_SIM_SCENARIOS_H */
