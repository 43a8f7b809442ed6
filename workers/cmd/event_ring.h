/* SPDX-License-Identifier: MIT */
#ifndef CMD_EVENT_RING_H
#define CMD_EVENT_RING_H

/*
 * Events on their way from the dialer's scheduler thread, which must not wait
 * for a terminal, to the main thread, which may. Bounded; when the main thread
 * is too slow, events are dropped and counted.
 *
 * One producer: the scheduler thread (push, wait-free but for one write(2) when
 * the main thread has to be woken). One consumer: the main thread (the rest,
 * wait-free).
 *
 * WAKE: the producer publishes the record (head, release), then exchanges
 * `woken` to true; if it was false, it writes to the eventfd. The consumer
 * exchanges `woken` to false, then reads head. Both exchanges are on one
 * variable, so one comes first: if the producer's does, the consumer's exchange
 * acquires the new head with it; if the consumer's does, the producer finds
 * false and writes. Either way no record is left behind asleep.
 */

#include <dialtone.h>
#include <stdbool.h>
#include <stdint.h>

/** An event with its own copy of the node. */
struct cmd_event_record {
	struct dt_event event; /* its node: NULL, or @node */
	struct dt_node node;
	char host_name[DT_HOST_NAME_SIZE];
};

struct cmd_event_ring;

/** NULL: no memory or no descriptor. Pair with destroy. */
struct cmd_event_ring *cmd_event_ring_create(void);
/** No producer any more. NULL is allowed. */
void cmd_event_ring_destroy(struct cmd_event_ring *ring);

/** A dt_event_fn: @context is the ring. Producer only. */
void cmd_event_ring_push(void *context, const struct dt_event *event);

/** Polls readable when there are events. */
int cmd_event_ring_fd(const struct cmd_event_ring *ring);
/** Call when the descriptor is readable, before taking. Consumer only. */
void cmd_event_ring_woken(struct cmd_event_ring *ring);
/**
 * The oldest event, NULL: none. It is the caller's until the next take.
 * Consumer only.
 */
const struct cmd_event_record *cmd_event_ring_take(struct cmd_event_ring *ring);
/** How many were dropped since the last call. Consumer only. */
uint64_t cmd_event_ring_lost(struct cmd_event_ring *ring);

#endif /* CMD_EVENT_RING_H */
