/* SPDX-License-Identifier: MIT */
#ifndef TESTS_LOOPBACK_H
#define TESTS_LOOPBACK_H

/*
 * Nodes on 127.0.0.0/8 for the dialer to meet. One listener answers on every
 * address of the network, so that one is enough for thousands of nodes.
 */

#include <pthread.h>
#include <stdatomic.h>

#include "lib/dialtone.h"

enum loopback_kind {
	LOOPBACK_ACCEPTS,  /* accepts and holds, says nothing */
	LOOPBACK_GREETS,   /* accepts, sends one byte, holds */
	LOOPBACK_DROPS,    /* accepts and closes at once */
	LOOPBACK_RESETS,   /* accepts, reads a byte, and answers with a reset */
	LOOPBACK_SWALLOWS, /* its backlog is full: SYNs get no answer */
	LOOPBACK_REFUSES,  /* nobody listens on its port */
};

struct loopback {
	enum loopback_kind kind;
	uint16_t port;
	int listener;
	int wake; /* eventfd: the thread is to look at stopping and drop */
	pthread_t thread;
	/* The thread's. */
	int *held;
	size_t held_count;
	size_t held_size;
	/* Shared. */
	_Atomic bool stopping;
	_Atomic bool drop;         /* close those that are held */
	_Atomic uint64_t accepted; /* ever */
	_Atomic uint64_t holding;
};

void loopback_open(struct loopback *loopback, enum loopback_kind kind);
/** What was connected before is counted; accepted can be read afterwards. */
void loopback_close(struct loopback *loopback);
/** Wait until it has accepted so many connections, ever. */
void loopback_await(struct loopback *loopback, uint64_t accepted);
/** Close all connections that it holds; returns when that is done. */
void loopback_drop_all(struct loopback *loopback);
/** Its endpoint on 127.x.y.z, whose host part is made of @number. */
struct dt_endpoint loopback_endpoint(const struct loopback *loopback,
				     uint32_t number);

/** A node with an id made of @number (also the other way round). */
struct dt_node loopback_node(uint64_t number, struct dt_endpoint endpoint);
uint64_t loopback_number(const struct dt_node_id *id);
struct dt_node_id loopback_id(uint64_t number);

#endif /* TESTS_LOOPBACK_H */
