/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SIM_VICTIM_H
#define TESTS_SIM_VICTIM_H

/*
 * Nodes that an attacker wants for himself, and how many of those whom they
 * know are his.
 */

#include "tests/sim/attack.h"

enum victim_kind {
	VICTIM_FRESH,   /* comes up under attack, knowing the bootnodes */
	VICTIM_RESTART, /* was there, comes up again with what it knew */
	VICTIM_LONG,    /* was there, and stays */
	VICTIM_KINDS
};
const char *victim_name(enum victim_kind kind);

#define VICTIMS_OF_KIND 10

struct victims {
	struct swarm *swarm;
	struct world_node *nodes[VICTIM_KINDS][VICTIMS_OF_KIND];
};

/** All but the fresh ones come up at once. */
void victims_begin(struct victims *victims, struct swarm *swarm);
/**
 * They are under attack from now on: the fresh come up, and others again.
 * @early: as a control, strangers may get into their tables at once.
 */
void victims_suffer(struct victims *victims, struct attack *attack, bool early);

/** Of one kind. Shares are the attacker's, but for @found. */
struct victim_figures {
	double entries;    /* in a table, of everybody */
	double table;      /* share of them */
	double candidates; /* of the nodes that are drawn to be dialed */
	double results;    /* of what random lookups find */
	double captured;   /* of lookups: those that find nobody else */
	double by_bucket[DTI_BUCKETS];
	double in_bucket[DTI_BUCKETS]; /* entries of everybody */
};
/** Runs lookups, so takes a while. */
void victims_measure(struct victims *victims, struct attack *attack,
		     struct victim_figures figures[VICTIM_KINDS]);

#endif /* TESTS_SIM_VICTIM_H */
