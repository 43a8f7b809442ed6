/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_HANDSHAKE_ENDS_H
#define BENCH_CONTENDERS_HANDSHAKE_ENDS_H

/*
 * Both ends of devp2p sessions of ours, by one thread: from nothing until each
 * has the other's Hello. What one writes the other takes, out of memory or out
 * of a TCP connection on loopback, which is a new one each time.
 */

#include <stdbool.h>
#include <stdint.h>

struct handshake_ends;

/** NULL: no memory, or no listener. Pair with destroy. */
struct handshake_ends *handshake_ends_create(bool over_tcp);
void handshake_ends_destroy(struct handshake_ends *ends);
/** Shake hands so many times. @ends: a struct handshake_ends. False: refused. */
bool handshake_ends_run(void *ends, uint64_t times);

#endif /* BENCH_CONTENDERS_HANDSHAKE_ENDS_H */
