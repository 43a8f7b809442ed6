/* SPDX-License-Identifier: MIT */
#ifndef CMD_GREETING_H
#define CMD_GREETING_H

/*
 * The demo's set-up, as an embedder would write its own:
 *
 *	dialer				node
 *	------ 64 bytes: its id ------>
 *	<----- 64 bytes: the node's id --   (zeros: it has too many peers)
 *
 * Another id than the one that was dialed is the wrong identity; a node that
 * says nothing runs into the set-up's deadline.
 */

#include <dialtone.h>

#define CMD_GREETING_SIZE 64

struct cmd_greeting {
	struct dt_node_id self; /* read-only */
};

/** A transport that connects by TCP and greets; the library keeps the peers. */
struct dt_transport cmd_greeting_transport(struct cmd_greeting *greeting);

#endif /* CMD_GREETING_H */
