/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_H
#define DTI_DIALSTATE_H

/*
 * The dial state: which nodes to dial, and when. A pure state machine: given
 * the same calls with the same times and random nodes, it gives the same tasks.
 *
 * Owner: the scheduler thread (or a replay, or a test). Not thread-safe.
 * Cost: new_tasks O(candidates it looks at + history entries that expire),
 * every other call O(1) but for the history and bans, which are O(log n), and
 * remove_bootnode, which walks the ring. Nothing scans the nodes. The steady
 * state allocates nothing.
 */

#include "lib/dialstate/task.h"
#include "lib/dialtone.h"
#include "lib/node/netrestrict.h"

struct dti_dialstate;

#define DTI_NEVER  INT64_MAX
#define DTI_NO_TAG UINT32_MAX

/** What may change while it runs. */
struct dti_dialstate_limits {
	uint32_t max_dyn_dials;
	uint32_t static_share; /* percent of the slots that static nodes get
				  while dynamic dials want some too */
	int64_t history_expiration_ms;
	int64_t fallback_interval_ms;
	int64_t lookup_max_age_ms; /* DTI_NEVER: lookup results do not age */
	int64_t resolve_delay_ms;
};

struct dti_dialstate_config {
	struct dti_dialstate_limits limits;
	const struct dt_allocator *allocator; /* must outlive the dial state */
	const struct dt_node_id *self;        /* NULL: unknown; copied */
	bool has_lookup; /* there is a table that can do lookups */
	/*
	 * Refuse port 0 and addresses that nothing listens at. The runtime sets
	 * it; the traces come from a program without these checks.
	 */
	bool check_endpoints;
	uint8_t hash_key[16]; /* secret: ids are chosen by strangers */
};

/**
 * Where new_tasks gets random nodes of the table; at most @max into @out. Their
 * names must be valid until new_tasks returns.
 */
struct dti_random_source {
	size_t (*read)(void *context, struct dt_node *out, size_t max);
	void *context;
};

/** Ever-growing counts and current sizes, all kept up to date. */
struct dti_dialstate_counters {
	uint64_t offered[DT_SOURCE_COUNT];
	uint64_t dialed[DT_SOURCE_COUNT];
	uint64_t skipped[DT_SKIP_COUNT];
	uint64_t peers_added;
	uint64_t peers_removed;
	uint64_t peers;
	uint64_t dyn_peers;
	uint64_t dyn_dials;    /* active */
	uint64_t static_dials; /* active */
	uint64_t static_nodes;
	uint64_t static_ready;
	uint64_t bootnodes;
	uint64_t history;
	uint64_t lookup_buffer;
	uint64_t records;
};

/** Pair with destroy. Errors: DT_ERR_NO_MEMORY. */
dt_err dti_dialstate_create(struct dti_dialstate **out,
			    const struct dti_dialstate_config *config);
void dti_dialstate_destroy(struct dti_dialstate *state);

/**
 * dti_dialstate_new_tasks - what is to be begun now?
 * @out: room for @max + 1 tasks: at most @max dials, and one lookup or wait.
 * @now_ms: of a clock that does not go back.
 * @running: tasks of all kinds that the caller has not finished; only whether
 * it is 0 matters.
 * @random: where to read random nodes of the table; NULL: there is no table.
 * @max: dials that may begin now. As long as it does not bind, the tasks are
 * exactly those of the original policy; lib/dialstate/slots.h says who gets
 * which of too few. What does not fit stays where it is.
 *
 * Returns how many: what dial_now ordered first, then static dials, dynamic
 * ones and the lookup; a wait comes alone.
 */
size_t dti_dialstate_new_tasks(struct dti_dialstate *state,
			       struct dti_task *out, int64_t now_ms,
			       size_t running,
			       const struct dti_random_source *random,
			       size_t max);
/** A task has ended. Every task of new_tasks comes here exactly once. */
void dti_dialstate_task_done(struct dti_dialstate *state, int64_t now_ms,
			     const struct dti_task *task,
			     const struct dti_task_result *result);
/**
 * Let go of what expires before @now_ms, as new_tasks does, but of at most @max
 * entries. For a caller that may begin nothing now and yet wants to know how
 * things stand, or that has thousands of them and something else to do as well.
 * False: @max were let go, there may be more.
 */
bool dti_dialstate_expire(struct dti_dialstate *state, int64_t now_ms,
			  uint64_t max);
/** When to ask for new tasks although nothing happens; DTI_NEVER: not. */
int64_t dti_dialstate_deadline(const struct dti_dialstate *state);

/*
 * Commands. Those that return dt_err can fail with DT_ERR_NO_MEMORY and have
 * then done nothing.
 */

/** Add, or replace the record (a dial that runs goes on). Names are copied. */
dt_err dti_dialstate_add_static(struct dti_dialstate *state,
				const struct dt_node *node);
/** False: it was none. */
bool dti_dialstate_remove_static(struct dti_dialstate *state,
				 const struct dt_node_id *id);
/** To the end of the ring; repeats are kept. */
dt_err dti_dialstate_add_bootnode(struct dti_dialstate *state,
				  const struct dt_node *node);
bool dti_dialstate_remove_bootnode(struct dti_dialstate *state,
				   const struct dt_node_id *id);
/** A peer that is known already gets the new flags. */
dt_err dti_dialstate_peer_added(struct dti_dialstate *state,
				const struct dt_node_id *id, uint32_t flags);
/** Its flags; 0: it is no peer. */
uint32_t dti_dialstate_peer_flags(const struct dti_dialstate *state,
				  const struct dt_node_id *id);
/** Its flags; 0: it was no peer. */
uint32_t dti_dialstate_peer_removed(struct dti_dialstate *state,
				    const struct dt_node_id *id);
dt_err dti_dialstate_inbound_pending(struct dti_dialstate *state,
				     const struct dt_node_id *id);
void dti_dialstate_inbound_done(struct dti_dialstate *state,
				const struct dt_node_id *id);
/** @until_ms: DTI_NEVER for ever. A second ban replaces the first. */
dt_err dti_dialstate_ban(struct dti_dialstate *state,
			 const struct dt_node_id *id, int64_t until_ms);
void dti_dialstate_unban(struct dti_dialstate *state,
			 const struct dt_node_id *id);
bool dti_dialstate_is_banned(const struct dti_dialstate *state,
			     const struct dt_node_id *id);
/**
 * Put a node before all others and forget its history. The next new_tasks has
 * its dial: static, where its record says, if it is a static node; else dynamic
 * and at @node, whether or not there is a free dynamic place.
 * *@refused: why not, when the answer is DT_ERR_ARGUMENT; it is counted.
 */
dt_err dti_dialstate_dial_now(struct dti_dialstate *state,
			      enum dt_skip *refused,
			      const struct dt_node *node);
void dti_dialstate_set_limits(struct dti_dialstate *state,
			      const struct dti_dialstate_limits *limits);
/** @list: NULL allows all; must live until the next set or destroy. */
void dti_dialstate_set_netrestrict(struct dti_dialstate *state,
				   const struct dti_netrestrict *list);

/*
 * Tags: the caller's own number for an active dial (the job that runs it), so
 * that it can find the job when the node is removed or connects inbound. One
 * for a task whose dial is not active is ignored.
 */
void dti_dialstate_set_tag(const struct dti_task *task, uint32_t tag);
/** DTI_NO_TAG: no dial of it is active, or it has no tag. */
uint32_t dti_dialstate_tag(const struct dti_dialstate *state,
			   const struct dt_node_id *id);

const struct dti_dialstate_counters *
dti_dialstate_counters(const struct dti_dialstate *state);

/**
 * What holds @id back, as far as the dial state knows: all of @out but .text.
 * False: it remembers nothing of it (@out says DT_WAITS_FOR_CANDIDACY).
 */
bool dti_dialstate_explain(const struct dti_dialstate *state,
			   struct dt_explanation *out, int64_t now_ms,
			   const struct dt_node_id *id);

/** Walk everything; NULL, or the first invariant that is broken (for tests) */
const char *dti_dialstate_verify(const struct dti_dialstate *state);

#endif /* DTI_DIALSTATE_H */
