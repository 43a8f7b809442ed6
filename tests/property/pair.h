/* SPDX-License-Identifier: MIT */
#ifndef TESTS_PROPERTY_PAIR_H
#define TESTS_PROPERTY_PAIR_H

/*
 * The dial state and its model side by side: each event goes to both, and what
 * they answer must be the same. A difference ends the process with a sentence.
 */

#include "tests/property/dialstate_model.h"
#include "tests/random_stream.h"

struct pair {
	struct random_stream random;
	uint64_t seed;
	uint64_t event; /* number of the current one in this run */
	struct dti_dialstate *state;
	struct model model;
	struct dti_netrestrict *networks[MODEL_NETWORKS_COUNT];
	int64_t now_ms;
	bool limited; /* the slots are fewer than what is wanted */
	struct dti_task dials[MODEL_NODES]; /* the latest of each node */
	bool was_dialed[MODEL_NODES];
	struct model_table table;
};

void pair_init(struct pair *pair, uint64_t seed);
void pair_fini(struct pair *pair);
/** One event, chosen at random, on both; then they are compared. */
void pair_step(struct pair *pair);

/** Name the event and end the process unless @holds. */
void pair_require(const struct pair *pair, bool holds, const char *what);
/** Ask both for new tasks and compare them. */
void pair_tick(struct pair *pair);
/** Compare all that can be asked of the two. */
void pair_compare(const struct pair *pair);

struct dt_node_id pair_id(int node);
struct dt_node pair_node(int node, struct model_place place);
struct model_place pair_random_place(struct pair *pair);

#endif /* TESTS_PROPERTY_PAIR_H */
