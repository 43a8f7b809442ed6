/* SPDX-License-Identifier: MIT */
#ifndef CMD_RING_H
#define CMD_RING_H

/*
 * Records of one size on their way from a thread of the library, which must not
 * wait for a terminal, to the main thread, which may. Bounded; when the main
 * thread is too slow, records are dropped and counted.
 *
 * One producer: the library's thread (begin, publish: wait-free but for one
 * write(2) when the main thread has to be woken). One consumer: the main thread
 * (the rest, wait-free).
 *
 * WAKE: the producer publishes the record (head, release), then exchanges
 * `woken` to true; if it was false, it writes to the eventfd. The consumer
 * exchanges `woken` to false, then reads head. Both exchanges are on one
 * variable, so one comes first: if the producer's does, the consumer's exchange
 * acquires the new head with it; if the consumer's does, the producer finds
 * false and writes. Either way no record is left behind asleep.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cmd_ring;

/**
 * @count: of records that may wait, a power of two. NULL: no memory or no
 * descriptor. Pair with destroy.
 */
struct cmd_ring *cmd_ring_create(size_t record_size, size_t count);
/** No producer any more. NULL is allowed. */
void cmd_ring_destroy(struct cmd_ring *ring);

/** Where the next record is to be written; NULL: it is lost. Producer only. */
void *cmd_ring_begin(struct cmd_ring *ring);
/** The record that was begun is whole. Producer only. */
void cmd_ring_publish(struct cmd_ring *ring);

/** Polls readable when there are records. */
int cmd_ring_fd(const struct cmd_ring *ring);
/** Call when the descriptor is readable, before taking. Consumer only. */
void cmd_ring_woken(struct cmd_ring *ring);
/** Copy the oldest record to @out; false: there is none. Consumer only. */
bool cmd_ring_take(struct cmd_ring *ring, void *out);
/** How many were dropped since the last call. Consumer only. */
uint64_t cmd_ring_lost(struct cmd_ring *ring);

#endif /* CMD_RING_H */
