/* SPDX-License-Identifier: MIT */
#ifndef TESTS_PROPERTY_DIALSTATE_MODEL_H
#define TESTS_PROPERTY_DIALSTATE_MODEL_H

/*
 * The policy once more, as plainly as it can be written: arrays, and a scan of
 * all of them for each question. It shares no code with lib/dialstate. Nodes
 * are numbers below MODEL_NODES.
 *
 * Without a limit on the slots the static nodes of a tick are found by looking
 * at all of them, as the original does; a limit makes their order matter, which
 * is the order in which they became ready (see `ready_since`).
 */

#include "lib/dialstate/dialstate.h"

enum {
	MODEL_NODES = 24,
	MODEL_MANY = 4096, /* more than any list here can hold */
	MODEL_TASKS_MAX = 256,
	MODEL_UNLIMITED = 200, /* a max that never binds */
};

/** What netrestrict is set to. */
enum model_networks {
	MODEL_ALL_NETWORKS,
	MODEL_NET_10, /* 10.0.0.0/8 */
	MODEL_NET_11,
	MODEL_NO_NETWORK,
	MODEL_NETWORKS_COUNT
};

/** Where a node is, with the address left out that nobody looks at. */
struct model_place {
	uint8_t net; /* first byte: 10, 11, or 224 (multicast); 0: no address */
	uint8_t variant; /* last byte */
	bool has_port;
	bool has_name;
};

struct model_candidate {
	int node;
	struct model_place place;
	int64_t arrived_ms; /* in the lookup buffer */
};

enum model_activity {
	MODEL_IDLE,
	MODEL_DYN_DIAL,
	MODEL_STATIC_DIAL,
};

struct model_node {
	bool is_static;
	struct model_place place; /* of the static record, or dial_now's */
	uint64_t serial;          /* of the static record */
	uint64_t ready_since;     /* 0: it does not stand ready */
	enum model_activity activity;
	uint64_t dial_serial; /* of the record that the dial was made from */
	bool is_peer;
	uint32_t flags;
	int inbound;
	bool banned;
	int64_t banned_until_ms;
};

struct model_entry {
	int node;
	int64_t expires_ms;
};

/** What the table answers when it is asked for random nodes. */
struct model_table {
	const struct model_candidate *nodes;
	int count;
};

struct model_task {
	enum dt_task kind;
	enum dt_source source;
	int node;
	struct model_place place;
	int64_t wait_ms;
};

struct model {
	struct dti_dialstate_limits limits;
	int self; /* -1: unknown */
	bool has_lookup;
	bool check_endpoints;
	enum model_networks networks;
	struct model_node nodes[MODEL_NODES];
	struct model_entry history[MODEL_MANY];
	int history_count;
	struct model_candidate ring[MODEL_MANY];
	int ring_count;
	struct model_candidate buffer[MODEL_MANY];
	int buffer_count;
	int aside[MODEL_NODES]; /* static nodes that may not be dialed */
	int aside_count;
	int recheck;          /* the first so many are to be looked at again */
	int now[MODEL_NODES]; /* ordered by dial_now */
	int now_count;
	bool lookup_running;
	bool started;
	int64_t start_ms;
	int64_t last_ms;
	uint64_t last_serial;
	uint64_t last_ready;
	uint32_t credit;
	bool odd_to_buffer;
	uint64_t offered[DT_SOURCE_COUNT];
	uint64_t dialed[DT_SOURCE_COUNT];
	uint64_t skipped; /* of all but static nodes */
};

void model_init(struct model *model);

/** As dti_dialstate_new_tasks(); @max MODEL_UNLIMITED: it does not bind. */
int model_new_tasks(struct model *model, struct model_task *out, int64_t now_ms,
		    bool running, const struct model_table *table, int max);

/** @found: the endpoint that a static dial brings back; NULL: none. */
void model_dial_done(struct model *model, int64_t now_ms, int node,
		     uint64_t serial, bool local_fault,
		     const struct model_place *found);
void model_lookup_done(struct model *model, int64_t now_ms,
		       const struct model_candidate *nodes, int count);
void model_add_static(struct model *model, int node, struct model_place place);
bool model_remove_static(struct model *model, int node);
void model_add_bootnode(struct model *model, int node,
			struct model_place place);
bool model_remove_bootnode(struct model *model, int node);
void model_peer_added(struct model *model, int node, uint32_t flags);
uint32_t model_peer_removed(struct model *model, int node);
void model_inbound_pending(struct model *model, int node);
void model_inbound_done(struct model *model, int node);
void model_ban(struct model *model, int node, int64_t until_ms);
void model_unban(struct model *model, int node);
/** DT_SKIP_COUNT: accepted. */
enum dt_skip model_dial_now(struct model *model, int node,
			    struct model_place place);
void model_set_networks(struct model *model, enum model_networks networks);

int64_t model_need(const struct model *model);
int64_t model_deadline(const struct model *model);
bool model_is_remembered(const struct model *model, int node);
bool model_is_in_history(const struct model *model, int node);
int64_t model_last_expiry(const struct model *model, int node);
/** Why this node may not be dialed; DT_SKIP_COUNT: it may. */
enum dt_skip model_check(const struct model *model, int node,
			 struct model_place place, bool is_static);

/* Shared by the model's files. */
int model_position(const int *list, int count, int node);
bool model_in_now(const struct model *model, int node);
enum dt_skip model_check_but_history(const struct model *model, int node,
				     struct model_place place, bool is_static);
void model_update_ready(struct model *model, int node);
int model_first_ready(const struct model *model);
int model_count_ready(const struct model *model);
bool model_is_busy(const struct model *model, int node);
bool model_is_hopeless(const struct model *model, int node);

#endif /* TESTS_PROPERTY_DIALSTATE_MODEL_H */
