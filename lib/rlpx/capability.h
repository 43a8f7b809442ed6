/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_CAPABILITY_H
#define DTI_RLPX_CAPABILITY_H

/*
 * What a node can speak beside devp2p itself: names with versions, which both
 * sides list in their Hello. Of each name the highest version that both have is
 * spoken; the codes of its messages are behind those of devp2p, in the order of
 * the names.
 */

#include "lib/wire/rlp.h"

#define DTI_CAPABILITY_NAME_MAX   15   /* bytes */
#define DTI_CAPABILITIES_MAX      16   /* that are offered */
#define DTI_CAPABILITY_FIRST_CODE 0x10 /* those before are devp2p's */

/** One that is offered. */
struct dti_capability {
	char name[DTI_CAPABILITY_NAME_MAX + 1]; /* not empty */
	uint32_t version;
	uint32_t messages; /* how many codes it takes */
};

/** One that was read: a piece of the Hello. */
struct dti_capability_claim {
	struct dti_bytes name; /* of any length */
	uint64_t version;
};

/** One that both have. */
struct dti_capability_match {
	const struct dti_capability *capability;
	uint64_t first_code;
};

/** Those that a node offers. Borrowed, and in any order. */
struct dti_capability_list {
	const struct dti_capability *first;
	size_t count; /* at most DTI_CAPABILITIES_MAX */
};

/**
 * The next of @claims. False: there is none, or it is not as it should be; then
 * @claims is as it was.
 */
bool dti_capability_read(struct dti_rlp_reader *claims,
			 struct dti_capability_claim *out);
/** As a list of lists. */
void dti_capability_write(struct dti_rlp_writer *writer,
			  struct dti_capability_list offered);

/**
 * dti_capability_match - what both speak, in the order of the codes.
 * @claims: as they were read from a Hello that is good.
 * Returns how many there are.
 */
size_t
dti_capability_match(struct dti_capability_match out[DTI_CAPABILITIES_MAX],
		     struct dti_capability_list offered,
		     struct dti_rlp_reader claims);

#endif /* DTI_RLPX_CAPABILITY_H */
