/* SPDX-License-Identifier: MIT */
#ifndef CMD_JSON_LINES_H
#define CMD_JSON_LINES_H

/*
 * What happens, as one JSON object a line. Each has "type" ("event", "notice",
 * "status", "fates") and "time"; dialtone(1) has the schema.
 */

#include <dialtone.h>

#include "workers/cmd/figures.h"
#include "workers/cmd/text.h"

/** Open a line's object, with its type and time; the caller goes on. */
void cmd_json_begin_line(struct cmd_text *out, const char *type,
			 int64_t time_ms);
/** Members "id" and, as far as they are known, "endpoint" and "host_name". */
void cmd_json_node(struct cmd_text *out, const struct dt_node *node);
void cmd_json_event(struct cmd_text *out, const struct dt_event *event);
void cmd_json_notice(struct cmd_text *out, int64_t time_ms, enum dt_level level,
		     const char *sentence);
/** How it stands: counters and latencies. */
void cmd_json_status(struct cmd_text *out, const struct cmd_figures *figures);
/** The last status, with whether it adds up and the allocator's figures. */
void cmd_json_fates(struct cmd_text *out, const struct cmd_figures *figures);

#endif /* CMD_JSON_LINES_H */
