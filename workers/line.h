/* SPDX-License-Identifier: MIT */
#ifndef DTI_LINE_H
#define DTI_LINE_H

/*
 * A connection of the thread dt-rlpx: its socket, its session, and what of its
 * output the socket does not take yet.
 *
 *	WAITING <-- SETUP ----> KEPT ----> CLOSING
 *	   |  an inbound one     ^    ^       for as long as the remote may take
 *	   +---------------------+    |       to read our last word
 *				 a dial's, handed over
 *
 * Owner: the thread, from when it has it; what another thread may read or write
 * too is under the lock of the dt_rlpx.
 */

#include "lib/deadline_heap.h"
#include "lib/list.h"

#include "workers/session.h"

enum dti_line_stage {
	DTI_LINE_SETUP,   /* inbound: it shakes hands */
	DTI_LINE_WAITING, /* inbound: proven; a dial of ours goes first */
	DTI_LINE_KEPT,    /* a peer */
	DTI_LINE_CLOSING  /* without a session */
};

/** Output that is left over: less than can be owed at once. */
struct dti_line_rest {
	size_t from;
	size_t length;
	uint8_t bytes[DT_SESSION_WRITE_SIZE];
};

struct dti_line {
	/* Set before it is shared, read-only afterwards; until it is known who
	 * is there, an inbound one's is the thread's. */
	struct dt_node node;
	uint32_t flags;
	int fd;
	int64_t since_ms; /* it is kept; before that: it came in */

	/* The thread's. */
	enum dti_line_stage stage;
	uint32_t watched; /* epoll's events; 0: it is not in epoll */
	dt_session *session;
	struct dti_line_rest *rest; /* NULL: none */
	struct dti_deadline deadline;
	bool has_deadline;
	struct dti_list_link among_all;
	struct dti_list_link among_pending; /* in SETUP and WAITING */
	int64_t heard_ms;                   /* the last byte came */
	int64_t pinged_ms;  /* a ping waits for its pong; -1: none */
	int64_t blocked_ms; /* the socket takes nothing; -1: it does */
	bool is_broken;     /* nothing can be written; reading says why */
	bool is_ending;     /* an end of the stream follows what is written */
	bool is_pending;    /* the dialer is told when its set-up is over */
	bool is_identified; /* it said who it is */

	/* Under the lock, of a kept one. */
	struct dti_list_link among_kept;
	struct dti_list_link among_handed;
	struct dti_list_link among_dropped;
	bool is_dropped;
	int64_t rtt_ms;
};

/**
 * Let the kernel keep little for the connection: what is said here is short, and
 * a remote that does not read, or floods, would have it keep megabytes.
 */
void dti_line_limit_buffers(const struct dti_line *line);

/** Watch for what it waits for: input, and output if there is a rest. */
bool dti_line_watch(struct dti_line *line, int epoll_fd);

/**
 * dti_line_flush - write what is owed as far as the socket takes it.
 * @rests: where memory for a rest comes from.
 * False: there is none, or the kernel has none.
 */
bool dti_line_flush(struct dti_line *line, struct dti_slab *rests,
		    int64_t now_ms);
/** Give back the memory of a rest. */
void dti_line_forget_rest(struct dti_line *line, struct dti_slab *rests);

#endif /* DTI_LINE_H */
