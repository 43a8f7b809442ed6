/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_NAME_SERVER_H
#define DTI_NODE_NAME_SERVER_H

#include "lib/dialtone.h"
#include "lib/span.h"

/**
 * Read one DNS server: "9.9.9.9", "9.9.9.9:53", "2620:fe::fe" or
 * "[2620:fe::fe]:53". The port goes to tcp_port; 0: none was given.
 * False: it is none of these; *@out is untouched.
 */
bool dti_name_server_parse(struct dt_endpoint *out, struct dti_span item);

#endif /* DTI_NODE_NAME_SERVER_H */
