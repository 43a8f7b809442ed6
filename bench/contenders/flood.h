/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_FLOOD_H
#define BENCH_CONTENDERS_FLOOD_H

/*
 * A thread that sends a node so many packets a second from forged addresses,
 * each in another network: an even share each millisecond. They
 * were made before. Nobody listens to what comes back.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/dialtone.h"

enum flood_kind {
	/* Of as many identities, properly signed. */
	FLOOD_PINGS,
	/* Pongs and neighbours that nobody has asked for. */
	FLOOD_REPLIES,
	/* Pings whose hash is not that of what follows. */
	FLOOD_GARBAGE,
};

struct flood;

/** NULL: no memory or no socket. Pair with destroy. */
struct flood *flood_create(const struct dt_node *target, enum flood_kind kind,
			   uint64_t per_s);
void flood_destroy(struct flood *flood);
/** False: no thread. Pair with stop, which returns how many were sent. */
bool flood_start(struct flood *flood);
uint64_t flood_stop(struct flood *flood);

#endif /* BENCH_CONTENDERS_FLOOD_H */
