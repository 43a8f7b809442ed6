/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_BARE_KEEPER_H
#define BENCH_CONTENDERS_BARE_KEEPER_H

/*
 * The least that keeping connections takes: one thread with epoll that sends
 * each of them some bytes when it has heard nothing for a while, and reads what
 * comes back. No cryptography, no bookkeeping, no dropping.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/dialtone.h"

struct bare_connection {
	int fd;
	int64_t due_ms;
	/* In the order in which they are due; the interval is one for all. */
	struct bare_connection *next;
};

struct bare_keeper {
	int listener_fd;
	struct dt_endpoint at;
	int64_t interval_ms;
	size_t count; /* that are waited for */
	pthread_t thread;
	_Atomic bool stopping;
	_Atomic uint64_t connected;
	_Atomic uint64_t sent;
	_Atomic uint64_t received;
	/* The thread's. */
	struct bare_connection *connections;
	struct bare_connection *first;
	struct bare_connection *last;
	int epoll_fd;
};

/** Listen for @count connections. Pair with close. */
bool bare_keeper_open(struct bare_keeper *keeper, size_t count,
		      int64_t interval_ms);
/** Make the thread; pair with stop. */
bool bare_keeper_start(struct bare_keeper *keeper);
void bare_keeper_stop(struct bare_keeper *keeper);
void bare_keeper_close(struct bare_keeper *keeper);

#endif /* BENCH_CONTENDERS_BARE_KEEPER_H */
