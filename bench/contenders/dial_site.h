/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_DIAL_SITE_H
#define BENCH_CONTENDERS_DIAL_SITE_H

/*
 * Where dials go: any address of 127.0.0.0/8, at two ports that are the same in
 * each run, so that contenders in other programs can be told. One accepts, at
 * the other nobody listens.
 *
 * It lives in a process of its own, which takes what has come a thousand times
 * a second and closes it. Nobody waits in accept(2): the wake-up would be paid
 * for in connect(2), and by none but those that leave it time to fall asleep.
 * It goes ahead of everybody else (real time, or else nice -10, where that is
 * allowed): a contender that fills its queue would be measured by how it waits
 * for the second SYN.
 */

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum dial_site_port {
	DIAL_SITE_ACCEPTS = 28001,
	DIAL_SITE_REFUSES = 28002,
};

/**
 * Start it; it ends with its maker. -1: errno says why (EADDRINUSE: a port is
 * taken). Pair with stop.
 */
pid_t dial_site_start(void);
void dial_site_stop(pid_t pid);

/**
 * A listener in this process that swallows: no SYN gets an answer. @port gets
 * its port. Returns the socket, to be closed; -1: errno says why.
 */
int dial_site_swallow(uint16_t *port);

/** The address of the @node-th node, as four bytes of IPv4. */
void dial_site_ip(uint8_t out[4], uint32_t node);
/** The same as a socket address. */
struct sockaddr_in dial_site_address(uint32_t node, uint16_t port);

#endif /* BENCH_CONTENDERS_DIAL_SITE_H */
