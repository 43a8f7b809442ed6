/* SPDX-License-Identifier: MIT */
#ifndef CMD_EVENT_RING_H
#define CMD_EVENT_RING_H

/*
 * Events on their way to the main thread: of the dialer, from its scheduler
 * thread, and of peers, from the thread of a dt_rlpx. A ring each, see ring.h.
 */

#include <dialtone.h>
#include <stdbool.h>
#include <stdint.h>

#include "workers/cmd/ring.h"

/** An event with its own copy of the node. */
struct cmd_event_record {
	struct dt_event event; /* its node: NULL, or @node */
	struct dt_node node;
	char host_name[DT_HOST_NAME_SIZE];
};

/** An event of a peer with its own copy of that. */
struct cmd_peer_record {
	int64_t time_ms;
	struct dt_peer_event event; /* its peer: @peer */
	struct dt_peer peer;
};

/** As cmd_ring_create(), of records of the one kind or the other. */
struct cmd_ring *cmd_event_ring_create(void);
struct cmd_ring *cmd_peer_ring_create(void);

/** A dt_event_fn: @context is the ring. Producer only. */
void cmd_event_ring_push(void *context, const struct dt_event *event);
/** A dt_peer_fn: @context is the ring. Producer only. */
void cmd_peer_ring_push(void *context, const struct dt_peer_event *event);

/** The oldest one; false: there is none. Consumer only. */
bool cmd_event_ring_take(struct cmd_ring *ring, struct cmd_event_record *out);
bool cmd_peer_ring_take(struct cmd_ring *ring, struct cmd_peer_record *out);

#endif /* CMD_EVENT_RING_H */
