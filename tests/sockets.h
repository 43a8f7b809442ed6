/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SOCKETS_H
#define TESTS_SOCKETS_H

/*
 * Real sockets on this machine's loopback, ops for what waits on them, and
 * gates. What cannot be had ends the test.
 */

#include <semaphore.h>
#include <stdbool.h>
#include <sys/types.h>

#include "lib/dialtone.h"

#include "workers/op.h"

/** An op with its own cancel. */
struct sockets_op {
	struct dti_cancel cancel;
	struct dt_op op;
};

/** @timeout_ms: from now; may be negative. */
void sockets_op_init(struct sockets_op *op, int64_t timeout_ms);
void sockets_op_fini(struct sockets_op *op);

/**
 * A listener on any port; @at: where. @family: 4 or 6. A negative @backlog:
 * bound and refusing. -1: this machine has no such family.
 */
int sockets_listen(struct dt_endpoint *at, uint8_t family, int backlog);

/**
 * A listener whose queue is full, so that it swallows every further connect.
 * @filler: the connection that fills it.
 */
int sockets_swallow(struct dt_endpoint *at, int *filler);

/** Two ends of one TCP connection. */
void sockets_pair(int ends[2]);

/** Close so that the other end gets a reset. */
void sockets_reset(int fd);

/** How many descriptors this process has open. */
size_t sockets_count_open(void);

/** Allow no descriptor beyond those that are open, until the test ends. */
void sockets_forbid_more(void);

/** A network of the test's own, with nothing in it, down. False: not allowed */
bool sockets_own_network(void);
/** Bring its loopback up, with @port as the only ephemeral port. */
void sockets_up_with_one_port(uint16_t port);

/** The calling thread, for sockets_until_asleep(). */
pid_t sockets_thread_id(void);
/** Wait until a thread of this process sleeps in a system call. */
void sockets_until_asleep(pid_t thread_id);

/** sem_wait(3), whatever signals come. */
void sockets_wait(sem_t *gate);

#endif /* TESTS_SOCKETS_H */
