/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_ADDRESS_HOLDS_H
#define DTI_NODE_ADDRESS_HOLDS_H

/*
 * How often one address may connect: once, and not again for a while. An IPv6
 * address counts with all of its /64, which one host has for itself. Loopback
 * and private networks are exempt.
 *
 * Owner: the caller. Bounded as lib/node/recent.h is. All O(1).
 */

#include "lib/node/recent.h"

struct dti_address_holds {
	struct dti_recent *recent;
	int64_t hold_ms; /* 0: nobody is held back */
};

/** False: no memory. Pair with fini. */
bool dti_address_holds_init(struct dti_address_holds *holds, size_t capacity,
			    int64_t hold_ms, const uint8_t key[16],
			    const struct dt_allocator *allocator);
void dti_address_holds_fini(struct dti_address_holds *holds);

/** Is it too soon for this address? */
bool dti_address_holds_back(const struct dti_address_holds *holds,
			    const struct dt_endpoint *from, int64_t now_ms);
/** It has connected now. */
void dti_address_holds_add(struct dti_address_holds *holds,
			   const struct dt_endpoint *from, int64_t now_ms);

#endif /* DTI_NODE_ADDRESS_HOLDS_H */
