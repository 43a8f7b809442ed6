/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_NETRESTRICT_H
#define DTI_NODE_NETRESTRICT_H

/*
 * The list of networks that may be dialed. Immutable once made, so any thread
 * may read it.
 */

#include "lib/dialtone.h"

struct dti_netrestrict;

/**
 * dti_netrestrict_parse - read "10.0.0.0/8,2001:db8::/32" (spaces allowed).
 *
 * An empty text gives *@out = NULL: no restriction. "none" gives an empty
 * list: nothing is allowed. Address bits after the prefix are ignored. A
 * v4-mapped network ("::ffff:10.0.0.0/104") is the IPv4 network.
 * Errors: DT_ERR_PARSE (names the item and what is accepted),
 * DT_ERR_NO_MEMORY.
 */
dt_err dti_netrestrict_parse(struct dti_netrestrict **out, const char *text,
			     const struct dt_allocator *allocator,
			     struct dt_error *error);
/** Free a list; NULL is allowed. */
void dti_netrestrict_destroy(struct dti_netrestrict *list,
			     const struct dt_allocator *allocator);
/** NULL allows all; no address is in no network. */
bool dti_netrestrict_allows(const struct dti_netrestrict *list,
			    const struct dt_endpoint *endpoint);

#endif /* DTI_NODE_NETRESTRICT_H */
