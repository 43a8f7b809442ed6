/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_FORGED_IDS_H
#define BENCH_CONTENDERS_FORGED_IDS_H

/*
 * The state machine of discv4, without sockets and signatures, pinged by an id
 * that it does not know each time, from an address that it does not know: 10,000
 * a second of its own time. Whoever has forged the addresses gets no answer;
 * whoever owns them can answer the ping that comes back, and is as good as a
 * node.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct forged_ids_options {
	uint32_t max_proofs;
	bool is_limited; /* with the limits of a node; else all are admitted */
	bool answers;    /* the addresses are not forged */
};

struct forged_ids;

/** NULL: no memory. Pair with destroy. */
struct forged_ids *forged_ids_create(const struct forged_ids_options *options);
void forged_ids_destroy(struct forged_ids *ids);
/** So many pings more. */
void forged_ids_run(struct forged_ids *ids, uint64_t pings);
/** The most that the machine had asked for at any time so far. */
size_t forged_ids_bytes(const struct forged_ids *ids);

#endif /* BENCH_CONTENDERS_FORGED_IDS_H */
