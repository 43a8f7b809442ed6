/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_CONTACT_H
#define DTI_DISCV4_CONTACT_H

/*
 * Who, and at which address: what endpoint proofs and requests go by. The ports
 * do not count, since a NAT may change them from one packet to the next.
 */

#include "lib/dialtone.h"

/** An address without ports. Bytes only: equal addresses are equal bytes. */
struct dti_contact_address {
	uint8_t ip[16];
	uint8_t family;
};

struct dti_contact {
	struct dt_node_id id;
	struct dti_contact_address address;
};

struct dti_contact_address
dti_contact_address_of(const struct dt_endpoint *endpoint);
struct dti_contact dti_contact_of(const struct dt_node_id *id,
				  const struct dt_endpoint *endpoint);
bool dti_contact_equal(const struct dti_contact *a,
		       const struct dti_contact *b);
/** SipHash-2-4. @key: secret, so that nobody can make many contacts meet. */
uint64_t dti_contact_hash(const struct dti_contact *contact,
			  const uint8_t key[16]);

/** The same of an address alone. */
uint64_t dti_contact_address_hash(const struct dti_contact_address *address,
				  const uint8_t key[16]);

#endif /* DTI_DISCV4_CONTACT_H */
