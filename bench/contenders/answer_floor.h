/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_ANSWER_FLOOR_H
#define BENCH_CONTENDERS_ANSWER_FLOOR_H

/*
 * What nobody can save who answers a ping: to recover the signature of the ping
 * and to sign the pong; of a new peer, to sign a ping too and to recover its
 * pong. Alone, or with reading and writing the packets, but for sockets, limits,
 * proofs and the table. Each time another of 256 pings.
 */

#include <stdbool.h>
#include <stdint.h>

struct answer_floor;

enum answer_floor_kind {
	ANSWER_FLOOR_SIGNATURES,
	ANSWER_FLOOR_PACKETS,
};

/** NULL: no memory. Pair with destroy. */
struct answer_floor *answer_floor_create(bool new_peers);
void answer_floor_destroy(struct answer_floor *floor);
/** False: a signature is not right. */
bool answer_floor_run(struct answer_floor *floor, enum answer_floor_kind kind,
		      uint64_t answers);

#endif /* BENCH_CONTENDERS_ANSWER_FLOOR_H */
