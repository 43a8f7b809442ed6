/* SPDX-License-Identifier: MIT */
#ifndef CMD_JSON_DISCOVERY_H
#define CMD_JSON_DISCOVERY_H

/* What there is to say of discovery, as JSON. */

#include <dialtone.h>

#include "workers/cmd/figures.h"
#include "workers/cmd/text.h"

/** The line "self": who and where this node is. @discv4: NULL: not there. */
void cmd_json_self(struct cmd_text *out, const struct dt_node *self,
		   const dt_discv4 *discv4);
/** The member "discovery" of an object; nothing if there is none. */
void cmd_json_discovery(struct cmd_text *out,
			const struct cmd_discovery_figures *figures);

#endif /* CMD_JSON_DISCOVERY_H */
