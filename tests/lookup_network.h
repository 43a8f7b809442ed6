/* SPDX-License-Identifier: MIT */
#ifndef TESTS_LOOKUP_NETWORK_H
#define TESTS_LOOKUP_NETWORK_H

/*
 * A network of nodes that answer a lookup, without packets; and a lookup in it,
 * at each step held against what brute force says it must do.
 */

#include "lib/discv4/lookup.h"

#include "tests/random_stream.h"

enum {
	NETWORK_NODES = 1000,
	NETWORK_A_BUCKET = 16,
	NETWORK_BUCKETS = 32,
	NETWORK_HEARD_MAX = DTI_LOOKUP_ASKED_MAX + DTI_LOOKUP_CANDIDATES,
};

/** What a node says when it is asked. */
enum network_manner {
	NETWORK_KNOWS_ALL,   /* the 16 of all nodes that are closest */
	NETWORK_KNOWS_TABLE, /* those of its table, 16 a bucket */
	NETWORK_SILENT,
	NETWORK_LIES, /* itself, the asker, repeats, nodes that do not exist */
};

struct network_node {
	struct dti_lookup_node is;
	enum network_manner manner;
	/* By distance, the farthest last: numbers of nodes. */
	int table[NETWORK_BUCKETS][NETWORK_A_BUCKET];
	int table_counts[NETWORK_BUCKETS];
};

struct network {
	struct random_stream random;
	struct network_node nodes[NETWORK_NODES];
	uint64_t lies; /* told so far */
};

struct network *network_create(uint64_t seed);
void network_destroy(struct network *network);
/** Of 100 nodes, so many have this manner from now on. */
void network_set_manner(struct network *network, enum network_manner manner,
			int percent);
/** Any node, as a lookup knows it; @number: at most 2^32 of them. */
struct dti_lookup_node network_stranger(uint64_t number);

/** What was said in a lookup, and what came of it. */
struct network_log {
	struct dti_lookup lookup;
	struct dt_node asked[DTI_LOOKUP_ASKED_MAX];
	size_t asked_count;
	/*
	 * Who was heard of, each once at an endpoint, as long as that is no more than the
	 * lookup has to remember: then no longer, and it is not complete.
	 */
	struct dti_lookup_node heard[NETWORK_HEARD_MAX];
	/* One more, for those that were not noted. */
	bool was_asked[NETWORK_HEARD_MAX + 1];
	bool was_silent[NETWORK_HEARD_MAX + 1];
	size_t heard_count;
	bool is_complete;
	size_t most_in_flight;
};

/** Look a target up, beginning with @known random nodes, to the end. */
void network_look_up(struct network *network, struct network_log *log,
		     const struct dt_node_id *target, int known);
/** How many of the @max closest nodes that are not silent did it find? */
size_t network_count_true(const struct network *network,
			  const struct dti_lookup *lookup, size_t max);

#endif /* TESTS_LOOKUP_NETWORK_H */
