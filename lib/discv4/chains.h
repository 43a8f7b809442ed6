/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_CHAINS_H
#define DTI_DISCV4_CHAINS_H

/*
 * A hash table of chains through the objects themselves. Adding cannot fail: if
 * there is no memory for more chains, they get longer. So a set whose size is
 * bounded has a table whose size is bounded, however often its objects change
 * (uthash would double its own now and then, whenever a chain got long by
 * chance). Equal objects may stand in it more than once.
 *
 * The hash is the caller's, and keyed: it decides how long the chains get.
 *
 * Cost: O(1) each, as long as there was memory; add doubles it now and then.
 */

#include "lib/dialtone.h"

struct dti_chain_link {
	struct dti_chain_link *next;
	struct dti_chain_link **at; /* what points to this one */
	uint64_t hash;
};

struct dti_chains {
	const struct dt_allocator *allocator;
	struct dti_chain_link **heads;
	size_t size; /* of heads: a power of two */
	size_t count;
};

/** For @size objects before it has to grow. Pair with fini. False: no memory */
bool dti_chains_init(struct dti_chains *chains, size_t size,
		     const struct dt_allocator *allocator);
/** Frees the heads, not the objects. Also after an init that failed. */
void dti_chains_fini(struct dti_chains *chains);

void dti_chains_add(struct dti_chains *chains, struct dti_chain_link *link,
		    uint64_t hash);
void dti_chains_remove(struct dti_chains *chains, struct dti_chain_link *link);
/** The first with this hash, in no order. NULL: none. */
struct dti_chain_link *dti_chains_first(const struct dti_chains *chains,
					uint64_t hash);
/** The next with the same hash. NULL: none. */
struct dti_chain_link *dti_chain_next(const struct dti_chain_link *link);

/** Assert every invariant; for tests. */
void dti_chains_verify(const struct dti_chains *chains);

#endif /* DTI_DISCV4_CHAINS_H */
