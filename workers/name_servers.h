/* SPDX-License-Identifier: MIT */
#ifndef DTI_NAME_SERVERS_H
#define DTI_NAME_SERVERS_H

/*
 * Which DNS servers to ask, read here and not by c-ares: it takes "1.2.3.4:x"
 * for port 0 and does not know "[::1]:53" without its port.
 */

#include <ares.h>

#include "lib/dialtone.h"

#define DTI_NAME_SERVERS_MAX 8 /* further servers are not asked */

struct dti_name_servers {
	struct dt_endpoint servers[DTI_NAME_SERVERS_MAX]; /* tcp_port; 0: 53 */
	size_t count;
};

/**
 * Read "9.9.9.9,1.1.1.1:5353,2620:fe::fe,[2620:fe::fe]:53"; "" is none. False:
 * one of them is not an address.
 */
bool dti_name_servers_parse(struct dti_name_servers *out, const char *text);

/** Make @channel ask them, in turn; none: leave it as it is. ARES_... */
int dti_name_servers_use(const struct dti_name_servers *servers,
			 ares_channel channel);

#endif /* DTI_NAME_SERVERS_H */
