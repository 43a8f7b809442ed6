/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_LISTEN_ADDRESS_H
#define DTI_NODE_LISTEN_ADDRESS_H

#include "lib/dialtone.h"
#include "lib/span.h"

/**
 * Read where to listen: "0.0.0.0:30303", "[::]:0". The port goes to tcp_port
 * and udp_port; 0: any that is free.
 * False: it is not that; *@out is untouched.
 */
bool dti_listen_address_parse(struct dt_endpoint *out, struct dti_span text);

#endif /* DTI_NODE_LISTEN_ADDRESS_H */
