/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_LOOPBACK_PAIR_H
#define BENCH_CONTENDERS_LOOPBACK_PAIR_H

/*
 * TCP connections on loopback with both ends in one thread: nothing of this may
 * wait, as there is nobody to wait for.
 */

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loopback_listener {
	int fd; /* -1: none */
	struct sockaddr_in at;
};

bool loopback_listen(struct loopback_listener *listener);
/** A new connection. Pair each end with close. */
bool loopback_connect(const struct loopback_listener *listener, int *caller,
		      int *answerer);
/** Write @length bytes at one end and read them at the other; they fit. */
bool loopback_pass(int from, int to, uint8_t *bytes, size_t length);
/** -1: nothing. A connection is reset. */
void loopback_close(int fd);

#endif /* BENCH_CONTENDERS_LOOPBACK_PAIR_H */
