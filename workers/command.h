/* SPDX-License-Identifier: MIT */
#ifndef DTI_COMMAND_H
#define DTI_COMMAND_H

/*
 * What other threads ask of the scheduler. A command belongs to the thread that
 * fills it in until it is pushed into the inbox, then to the scheduler, which
 * gives it back to where it came from.
 */

#include "lib/dialstate/dialstate.h"
#include "lib/dialtone.h"
#include "lib/node/netrestrict.h"

#include "workers/batch_queue.h"
#include "workers/reply.h"

enum dti_command_kind {
	DTI_COMMAND_ADD_STATIC,
	DTI_COMMAND_REMOVE_STATIC,
	DTI_COMMAND_ADD_BOOTNODE,
	DTI_COMMAND_REMOVE_BOOTNODE,
	DTI_COMMAND_PEER_ADDED,
	DTI_COMMAND_ANNOUNCE, /* the same, by the job that dialed it */
	DTI_COMMAND_PEER_REMOVED,
	DTI_COMMAND_PEER_ENDED, /* the same, by the keeper that held it */
	DTI_COMMAND_INBOUND_PENDING,
	DTI_COMMAND_INBOUND_DONE,
	DTI_COMMAND_BAN,
	DTI_COMMAND_UNBAN,
	DTI_COMMAND_DIAL_NOW,
	DTI_COMMAND_PAUSE,
	DTI_COMMAND_RESUME,
	DTI_COMMAND_LIMITS,
	DTI_COMMAND_EXPLAIN,
	DTI_COMMAND_LATENCY,
};

/** Where a command's memory goes when the scheduler is done with it. */
enum dti_command_home {
	DTI_COMMAND_HOME_POOL,
	DTI_COMMAND_HOME_HEAP,
	DTI_COMMAND_HOME_JOB, /* part of a job; nothing to give back */
};

/** Limits of the scheduler's own, beside the dial state's. */
struct dti_scheduler_limits {
	struct dti_dialstate_limits dialstate;
	uint32_t max_active_dials;
	bool no_dial;
	bool adaptive_timeout;
	enum dt_level log;
	int64_t dial_timeout_ms;
	int64_t lookup_interval_ms;
	int64_t local_fault_pause_ms;
	int64_t overdue_after_ms;
};

/** What dt_dialer_set() changes: all of the limits, whichever it was. */
struct dti_new_limits {
	struct dti_scheduler_limits limits;
	struct dti_netrestrict *netrestrict; /* owned; NULL allows all */
};

struct dti_command {
	struct dti_batch_node link;
	enum dti_command_kind kind;
	enum dti_command_home home;
	uint32_t flags;        /* of a peer */
	int32_t reason;        /* of a peer's end; 0: not known */
	int64_t duration_ms;   /* of a ban */
	struct dt_node node;   /* the one that it is about (often the id) */
	struct dt_node *nodes; /* several, or one with a name: heap, owned */
	size_t node_count;     /* of those that it brings */
	struct dti_new_limits *new_limits; /* of LIMITS: heap, owned */
	enum dt_latency_kind latency;
	struct dti_reply *reply;
};

/** The nodes that it brings, node_count of them. */
static inline const struct dt_node *
dti_command_nodes(const struct dti_command *command)
{
	return command->nodes ? command->nodes : &command->node;
}

#endif /* DTI_COMMAND_H */
