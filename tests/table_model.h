/* SPDX-License-Identifier: MIT */
#ifndef TESTS_TABLE_MODEL_H
#define TESTS_TABLE_MODEL_H

/*
 * What a node table has to do, written down as plainly as it can be: arrays,
 * and a walk over all of them for every question. Nodes are numbers.
 */

#include "lib/discv4/table.h"

enum {
	MODEL_NODES = 216,
	MODEL_NETWORKS = 28,
	MODEL_NETWORK_LAN = 24,     /* this one, and the next */
	MODEL_NETWORK_SPECIAL = 26, /* in these are no nodes */
	MODEL_NETWORK_NONE = 27,
};

/** An address: the host-th of a network. */
struct model_address {
	int network;
	int host;
	uint16_t udp_port;
};

struct model_node {
	struct model_address address;
	int64_t added_ms;
	int64_t alive_ms;
	uint64_t record_seq;
	uint32_t liveness;
	uint32_t checks;
	uint32_t failures;
};

/** Numbers of nodes, first to last. */
struct model_row {
	int nodes[DTI_BUCKET_SIZE + 1];
	int count;
};

struct model {
	bool limit_lan;
	unsigned int bucket_of[MODEL_NODES]; /* the test's to fill in */
	struct model_node nodes[MODEL_NODES];
	struct model_row entries[DTI_BUCKETS];
	struct model_row replacements[DTI_BUCKETS];
};

struct dt_endpoint model_endpoint(struct model_address address);
bool model_is_entry(const struct model *model, int node);
bool model_is_replacement(const struct model *model, int node);

enum dti_table_added model_add(struct model *model, int node,
			       struct model_address address, bool proven,
			       int64_t now_ms);
/** Take it out. True: a replacement must be promoted, see model_promote(). */
bool model_remove(struct model *model, int node);
void model_promote(struct model *model, int node);
void model_alive(struct model *model, int node, int64_t now_ms);
/** True: it is to be removed. */
bool model_dead(struct model *model, int node);
bool model_find_failed(struct model *model, int node);

#endif /* TESTS_TABLE_MODEL_H */
