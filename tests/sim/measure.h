/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SIM_MEASURE_H
#define TESTS_SIM_MEASURE_H

/*
 * How good a simulated network is: what lookups find against what is there,
 * and what tables hold. All are means of a sample.
 */

#include "tests/sim/swarm.h"

struct lookup_figures {
	size_t count;
	double recall;   /* share of the 16 closest that are up, found */
	double exact;    /* share of lookups that found all of them */
	double time_ms;  /* mean */
	double asked;    /* nodes, in each */
	double answered; /* of them */
};
/** @count random lookups at once, each from a random node. */
struct lookup_figures measure_lookups(struct swarm *swarm, size_t count);

struct table_figures {
	double entries;
	double verified;      /* share of entries that were proven alive */
	double dead;          /* share of entries that are not up */
	double dead_verified; /* share of verified ones that are not up */
	double near;          /* share of the own 16 closest that are in it */
};
/** Of @count random nodes. */
struct table_figures measure_tables(struct swarm *swarm, size_t count);

/** Packets that the network has sent since the last time, a node and second. */
struct traffic {
	uint64_t sent;
	int64_t since_ms;
};
double measure_traffic(struct swarm *swarm, struct traffic *traffic);

/** There and back again, on average. */
double measure_round_trip_ms(void);
/**
 * What a lookup takes at least, in round trips: each answer tells of the 16 of
 * one half of what is left, so leaves a 32nd of it; then the 16 closest
 * themselves must be asked, three at a time.
 */
double measure_least_rounds(size_t nodes);

#endif /* TESTS_SIM_MEASURE_H */
