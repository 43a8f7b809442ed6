/* SPDX-License-Identifier: MIT */
#ifndef CMD_CALL_REPORT_H
#define CMD_CALL_REPORT_H

/* What `dialtone peer` says of each phase: a line of text, or of JSON. */

#include <dialtone.h>
#include <stdbool.h>

#include "workers/cmd/text.h"

struct cmd_call_report {
	bool json;
	int64_t began_ns; /* of CLOCK_MONOTONIC */
	bool is_cut;      /* nobody reads it any more */
	struct cmd_text out;
};

/** CLOCK_MONOTONIC in nanoseconds. */
int64_t cmd_call_now_ns(void);

/** @json was set. Pair with fini. */
void cmd_call_report_begin(struct cmd_call_report *report,
			   const struct dt_node *node);
void cmd_call_report_fini(struct cmd_call_report *report);

/* Each took so long, from the phase before it. */

/** Where the node is. @from: "discovery", or the host name. */
void cmd_call_report_resolved(struct cmd_call_report *report, int64_t took_ns,
			      const char *from,
			      const struct dt_endpoint *endpoint);
/** TCP; @sys_errno: 0: it is connected, from @local. */
void cmd_call_report_connected(struct cmd_call_report *report, int64_t took_ns,
			       const struct dt_endpoint *local,
			       const struct dt_endpoint *remote, int sys_errno);
/** What was sent: "auth", "hello" or "disconnect". */
void cmd_call_report_sent(struct cmd_call_report *report, const char *what,
			  size_t bytes);
void cmd_call_report_ack(struct cmd_call_report *report, int64_t took_ns);
/** Hello has come: the session is open. */
void cmd_call_report_hello(struct cmd_call_report *report, int64_t took_ns,
			   const struct dt_session_info *info);
void cmd_call_report_pong(struct cmd_call_report *report, int64_t took_ns);
/** The remote has pinged. */
void cmd_call_report_pinged(struct cmd_call_report *report);
void cmd_call_report_message(struct cmd_call_report *report,
			     const struct dt_session_info *info,
			     const struct dt_message *message);
/** How it has ended. @sys_errno: 0: none. */
void cmd_call_report_end(struct cmd_call_report *report, bool was_open,
			 enum dt_ending ending, int sys_errno);

#endif /* CMD_CALL_REPORT_H */
