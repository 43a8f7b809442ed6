/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_ADDRESS_CLASS_H
#define DTI_NODE_ADDRESS_CLASS_H

/*
 * What kind of address an endpoint has (IANA's special-purpose registries, RFC
 * 6890), and which addresses one node may tell another.
 */

#include "lib/dialtone.h"

enum dti_address_class {
	DTI_ADDRESS_NONE,     /* no address */
	DTI_ADDRESS_SPECIAL,  /* not a host's: unspecified, multicast, ... */
	DTI_ADDRESS_LOOPBACK, /* this machine */
	DTI_ADDRESS_LAN,      /* a private network */
	DTI_ADDRESS_GLOBAL
};

enum dti_address_class dti_address_class_of(const struct dt_endpoint *endpoint);

/** Is it on this machine, or in a private network? */
bool dti_address_is_private(const struct dt_endpoint *endpoint);

/** Has it an address that a host can have, and a UDP port? */
bool dti_address_can_be_asked(const struct dt_endpoint *endpoint);

/**
 * The relay rule: may a node at @sender tell us of a node at @relayed? Special
 * addresses never; loopback from loopback only; a private network from a
 * private network or loopback only.
 */
bool dti_address_may_relay(const struct dt_endpoint *sender,
			   const struct dt_endpoint *relayed);

/**
 * The network that an address is counted with: /24 of IPv4, /64 of IPv6. Two
 * endpoints of one network have equal keys, those of different ones have not.
 */
struct dti_subnet {
	uint8_t bytes[9]; /* family, then the prefix; the rest zero */
};
struct dti_subnet dti_subnet_of(const struct dt_endpoint *endpoint);
bool dti_subnet_equal(const struct dti_subnet *a, const struct dti_subnet *b);

/**
 * Are both in one network of the size that one owner often has for itself: a /24
 * of IPv4, a /48 of IPv6?
 */
bool dti_address_is_near(const struct dt_endpoint *a,
			 const struct dt_endpoint *b);

#endif /* DTI_NODE_ADDRESS_CLASS_H */
