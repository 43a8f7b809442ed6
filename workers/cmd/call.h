/* SPDX-License-Identifier: MIT */
#ifndef CMD_CALL_H
#define CMD_CALL_H

/* One dial of `dialtone peer`: a connection, and a session over it. */

#include <dialtone.h>
#include <stdbool.h>

#include "workers/cmd/call_report.h"

struct cmd_call {
	/* Set before begin. */
	struct cmd_call_report *report;
	dt_rlpx *rlpx;
	int signal_fd;
	int64_t timeout_ms; /* of the handshake, and of each pong */
	int64_t stay_ms;    /* once it is open */

	/* To be read. */
	enum dt_ending ending;
	bool was_open;
	bool is_interrupted; /* a signal came */

	/* Its own. */
	int fd;
	dt_session *session;
	int sys_errno;
	bool is_identified;
	bool has_pong;       /* of the first ping */
	int64_t phase_ns;    /* when the phase began, or the ping was sent */
	int64_t deadline_ns; /* of the phase */
	int64_t stay_until_ns;
	int64_t ping_at_ns; /* the next; INT64_MAX: a pong is waited for */
	/* What is being sent. */
	unsigned char out[DT_SESSION_WRITE_SIZE];
	size_t out_length;
	size_t out_sent;
};

/** TCP to @endpoint, until @deadline_ns. False: it was said why not. */
bool cmd_call_connect(struct cmd_call *call, const struct dt_endpoint *endpoint,
		      int64_t deadline_ns);
/**
 * cmd_call_speak - shake hands with @id over what is connected, be pinged, stay,
 * and hang up. Returns whether it was open, with a pong, until we ended it.
 */
bool cmd_call_speak(struct cmd_call *call, const struct dt_node_id *id);

#endif /* CMD_CALL_H */
