/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_EXTERNAL_ADDRESS_H
#define DTI_NODE_EXTERNAL_ADDRESS_H

#include "lib/dialtone.h"
#include "lib/span.h"

/**
 * Read where others reach a node: "1.2.3.4", "2a01::1", "1.2.3.4:30303",
 * "[2a01::1]:30303". The port goes to tcp_port and udp_port; 0: not said.
 * False: it is not that, or no host's address; *@out is untouched.
 */
bool dti_external_address_parse(struct dt_endpoint *out, struct dti_span text);

#endif /* DTI_NODE_EXTERNAL_ADDRESS_H */
