/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_SUBNET_COUNTS_H
#define DTI_DISCV4_SUBNET_COUNTS_H

/*
 * How many nodes of a table are in each network. A sorted array: strangers
 * choose the networks, and no order of theirs costs more than another.
 *
 * Owner: the table. Cost: O(log n) comparisons; add and remove move up to n
 * slots of ten bytes, n being 442 at most. Memory grows with the networks and
 * does not shrink.
 */

#include "lib/dialtone.h"
#include "lib/node/address_class.h"

struct dti_subnet_count {
	struct dti_subnet subnet;
	uint8_t nodes; /* not 0 */
};

struct dti_subnet_counts {
	const struct dt_allocator *allocator;
	bool limit_lan;                 /* loopback and LAN are counted too */
	struct dti_subnet_count *slots; /* by network, ascending; owned */
	size_t count;
	size_t capacity;
};

void dti_subnet_counts_init(struct dti_subnet_counts *counts, bool limit_lan,
			    const struct dt_allocator *allocator);
void dti_subnet_counts_fini(struct dti_subnet_counts *counts);

/** The network that a node there is counted with; all zero: exempt. */
struct dti_subnet
dti_subnet_counts_subnet(const struct dti_subnet_counts *counts,
			 const struct dt_endpoint *endpoint);
/** Is this the one that is not counted? */
bool dti_subnet_is_exempt(const struct dti_subnet *subnet);

/** The slot of @subnet, or the one that it would have to be put before. */
size_t dti_subnet_counts_find(const struct dti_subnet_counts *counts,
			      const struct dti_subnet *subnet);
/** Nodes in @subnet; 0 if exempt. */
size_t dti_subnet_counts_get(const struct dti_subnet_counts *counts,
			     const struct dti_subnet *subnet);
/** One more. Exempt: nothing to do. False: no memory, not counted. */
bool dti_subnet_counts_add(struct dti_subnet_counts *counts,
			   const struct dti_subnet *subnet);
/** One less; it was added. */
void dti_subnet_counts_remove(struct dti_subnet_counts *counts,
			      const struct dti_subnet *subnet);

#endif /* DTI_DISCV4_SUBNET_COUNTS_H */
