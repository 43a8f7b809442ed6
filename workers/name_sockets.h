/* SPDX-License-Identifier: MIT */
#ifndef DTI_NAME_SOCKETS_H
#define DTI_NAME_SOCKETS_H

/*
 * The sockets of a c-ares channel, made here because c-ares tells no reason
 * when it gets none, makes them close-on-exec only afterwards, and lets a TCP
 * server raise SIGPIPE.
 */

#include <ares.h>

/** Why the last socket could not be made or connected; 0: all could. */
struct dti_name_sockets {
	int sys_errno;
};

/** @sockets must outlive @channel. */
void dti_name_sockets_use(struct dti_name_sockets *sockets,
			  ares_channel channel);

#endif /* DTI_NAME_SOCKETS_H */
