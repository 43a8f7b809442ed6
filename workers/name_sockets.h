/* SPDX-License-Identifier: MIT */
#ifndef DTI_NAME_SOCKETS_H
#define DTI_NAME_SOCKETS_H

/*
 * The sockets of a c-ares channel, made here because c-ares tells no reason
 * when it gets none, makes them close-on-exec only afterwards, lets a TCP
 * server raise SIGPIPE, and waits for a server that has refused.
 */

#include <ares.h>

/** Why a server could not be reached, the latest reason; 0: none yet. */
struct dti_name_sockets {
	int sys_errno;
};

/** @sockets must outlive @channel. */
void dti_name_sockets_use(struct dti_name_sockets *sockets,
			  ares_channel channel);

#endif /* DTI_NAME_SOCKETS_H */
