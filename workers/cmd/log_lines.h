/* SPDX-License-Identifier: MIT */
#ifndef CMD_LOG_LINES_H
#define CMD_LOG_LINES_H

/*
 * What happens, as lines for people and for grep:
 *
 *	2026-01-31T13:37:00.123Z info    peer added: 3f2a..9c01@1.2.3.4:30303
 */

#include <dialtone.h>

#include "workers/cmd/event_ring.h"
#include "workers/cmd/figures.h"
#include "workers/cmd/text.h"

void cmd_log_event(struct cmd_text *out, const struct dt_event *event);
/** A line of the program's own. @time_ms: monotonic. */
void cmd_log_notice(struct cmd_text *out, int64_t time_ms, enum dt_level level,
		    const char *sentence);
/** The same, now, at the level info. */
__attribute__((format(printf, 2, 3))) void
cmd_log_printf(struct cmd_text *out, const char *format, ...);
void cmd_log_peer(struct cmd_text *out, const struct cmd_peer_record *record);
/** How it stands: "status: peers=12 target=25 ...". */
void cmd_log_status(struct cmd_text *out, const struct cmd_figures *figures);

#endif /* CMD_LOG_LINES_H */
