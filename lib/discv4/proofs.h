/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_PROOFS_H
#define DTI_DISCV4_PROOFS_H

/*
 * Endpoint proofs: which (id, IP) has answered a ping of ours, and which has
 * pinged us, and when. The port does not count. A proof holds for 24 hours.
 *
 * Bounded: beyond the capacity the one that was used least recently goes, those
 * without a proof first, and before them one whose proof has run out. Used
 * means that it ponged or pinged; asking about it is no use of it. Ids cost
 * nothing: of an address no more than eight proofs push out what others have,
 * and the rest goes first. Strangers choose ids: the hash is keyed.
 *
 * Owner: the state machine that has it. All O(1). Memory grows with what is
 * stored, up to the capacity, and does not shrink.
 */

#include "lib/dialtone.h"

#define DTI_PROOF_LIFE_MS (INT64_C(24) * 60 * 60 * 1000)

struct dti_proofs;

/** @capacity: at least 1. @key: secret. NULL: no memory. */
struct dti_proofs *dti_proofs_create(size_t capacity, const uint8_t key[16],
				     const struct dt_allocator *allocator);
/** NULL is allowed. */
void dti_proofs_destroy(struct dti_proofs *proofs);

/** It answered our ping: proven from now on. False: no memory, not noted. */
bool dti_proofs_ponged(struct dti_proofs *proofs, const struct dt_node_id *id,
		       const struct dt_endpoint *ip, int64_t now_ms);
/** It pinged us, and was answered: it has our proof. False: no memory. */
bool dti_proofs_pinged(struct dti_proofs *proofs, const struct dt_node_id *id,
		       const struct dt_endpoint *ip, int64_t now_ms);
/** Has it answered a ping of ours within DTI_PROOF_LIFE_MS? */
bool dti_proofs_has_ponged(const struct dti_proofs *proofs,
			   const struct dt_node_id *id,
			   const struct dt_endpoint *ip, int64_t now_ms);
/** Has any id at this address ponged us within DTI_PROOF_LIFE_MS? */
bool dti_proofs_knows_address(const struct dti_proofs *proofs,
			      const struct dt_endpoint *ip, int64_t now_ms);
/** Has it pinged us within DTI_PROOF_LIFE_MS? */
bool dti_proofs_has_pinged(const struct dti_proofs *proofs,
			   const struct dt_node_id *id,
			   const struct dt_endpoint *ip, int64_t now_ms);
/** Forget what it has of ours: ask it to ping us again. */
void dti_proofs_forget_ping(struct dti_proofs *proofs,
			    const struct dt_node_id *id,
			    const struct dt_endpoint *ip);
size_t dti_proofs_count(const struct dti_proofs *proofs);

/** Assert every invariant; for tests. */
void dti_proofs_verify(const struct dti_proofs *proofs);

#endif /* DTI_DISCV4_PROOFS_H */
