/* SPDX-License-Identifier: MIT */
#ifndef TESTS_GATE_H
#define TESTS_GATE_H

/*
 * A gate that threads wait at until a test opens it, so that "while it blocks"
 * is a state and not a matter of time. Any thread, several at once.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Under the lock. */
	bool open;
	uint64_t arrived; /* ever */
};

/** Closed. */
void gate_init(struct gate *gate);
void gate_fini(struct gate *gate);
/** Wait until it is open. */
void gate_pass(struct gate *gate);
void gate_open(struct gate *gate);
void gate_close(struct gate *gate);
/** Wait until @count threads have come to it, ever. */
void gate_await(struct gate *gate, uint64_t count);
/** How many have come to it, ever. */
uint64_t gate_arrived(struct gate *gate);

#endif /* TESTS_GATE_H */
