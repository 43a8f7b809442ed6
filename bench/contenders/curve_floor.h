/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_CURVE_FLOOR_H
#define BENCH_CONTENDERS_CURVE_FLOOR_H

/*
 * What an RLPx handshake asks of the curve, with nothing around it, both roles
 * together: word by word, and what is left of it for us (lib/rlpx/handshake.h).
 *
 *	shared secrets	8, 7	each side: of the static keys, of the ephemeral
 *				keys, and one for each of the two packets. The
 *				recipient's with the ephemeral key that it
 *				recovers is one with the recovery
 *	public keys	3, 2	a point for each packet, and the recipient's
 *				ephemeral key, which can be one of these points.
 *				The initiator's is not sent
 *	signatures	1	the initiator's, by its ephemeral key
 *	recoveries	1	of it
 */

#include <stdbool.h>
#include <stdint.h>

struct curve_floor;

/** NULL: no memory. Pair with destroy. */
struct curve_floor *curve_floor_create(void);
void curve_floor_destroy(struct curve_floor *floor);
/** @floor: a struct curve_floor. False: the library refused something. */
bool curve_floor_run(void *floor, uint64_t handshakes);
/** The same, word by word. */
bool curve_floor_run_literally(void *floor, uint64_t handshakes);

#endif /* BENCH_CONTENDERS_CURVE_FLOOR_H */
