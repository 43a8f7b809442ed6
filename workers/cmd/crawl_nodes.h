/* SPDX-License-Identifier: MIT */
#ifndef CMD_CRAWL_NODES_H
#define CMD_CRAWL_NODES_H

/*
 * The nodes that a crawl has found, each once, and what came of asking them.
 * Bounded. Ids are chosen by strangers: the hash is keyed.
 *
 * Any thread, under a lock that is held for a moment only, but where it says
 * otherwise.
 */

#include <dialtone.h>
#include <stdbool.h>
#include <stddef.h>

/** What became of a node. */
enum cmd_crawl_fate {
	CMD_CRAWL_WAITING,  /* to be asked, or being asked */
	CMD_CRAWL_ANSWERED, /* it answered a FindNode */
	CMD_CRAWL_SILENT,   /* it did not, whatever the reason */
	CMD_CRAWL_SKIPPED,  /* it may not be asked */
	CMD_CRAWL_FATE_COUNT
};

/** What became of shaking hands with it. */
enum cmd_crawl_handshake {
	CMD_HANDSHAKE_NONE,    /* not asked for, or it has no TCP port */
	CMD_HANDSHAKE_WAITING, /* to be dialed, or being dialed */
	CMD_HANDSHAKE_OPENED,  /* its Hello has come */
	CMD_HANDSHAKE_FAILED,
	CMD_HANDSHAKE_SKIPPED, /* it may not be dialed */
	CMD_HANDSHAKE_COUNT
};

/** What an open session has told. */
struct cmd_crawl_hello {
	int64_t auth_ms;  /* connected to ack */
	int64_t hello_ms; /* and from there to Hello */
	uint64_t version; /* of devp2p */
	char client[DT_CLIENT_SIZE];
	uint16_t listen_port;
	uint16_t capability_count;
	struct dt_capability capabilities[];
};

/** How a dial for a handshake has ended. */
struct cmd_crawl_contact {
	enum dt_outcome outcome; /* of OPENED and FAILED */
	enum dt_ending ending;   /* of FAILED; NONE: it did not come to that */
	enum dt_skip skip;       /* of SKIPPED */
	int64_t took_ms;         /* TCP and all */
	struct cmd_crawl_hello *hello; /* owned by the set; NULL: none came */
};

/** How long the TCP connect of an open session took. */
int64_t cmd_crawl_contact_tcp_ms(const struct cmd_crawl_contact *contact);
/** The Hello as the library has it. */
void cmd_crawl_hello_expand(struct dt_hello *out,
			    const struct cmd_crawl_hello *hello);

struct cmd_crawl_node {
	struct dt_node node;      /* host_name is NULL */
	struct dt_record *record; /* owned by the set; NULL: none came */
	enum cmd_crawl_fate fate;
	enum dt_outcome outcome; /* of ANSWERED and SILENT */
	enum dt_skip skip;       /* of SKIPPED */
	uint32_t found_by;       /* answers that had it */
	uint32_t told;           /* nodes that it knew */
	uint32_t asked;          /* how often it was dialed */
	int64_t took_ms;         /* to ask it all */
	enum cmd_crawl_handshake handshake;
	struct cmd_crawl_contact contact;
};

struct cmd_crawl_nodes;

/**
 * @limit: nodes at most. @handshakes: those with a TCP port are to be dialed
 * too. NULL: no memory or no random bytes.
 */
struct cmd_crawl_nodes *cmd_crawl_nodes_create(size_t limit, bool handshakes);
/** NULL is allowed. No other thread any more. */
void cmd_crawl_nodes_destroy(struct cmd_crawl_nodes *nodes);

/**
 * True: it is new, and there is room for it. @told: an answer had it, which is
 * counted in any case.
 */
bool cmd_crawl_nodes_add(struct cmd_crawl_nodes *nodes,
			 const struct dt_node *node, bool told);
/** What a node said; of a node that is there. @record: NULL: nothing. */
void cmd_crawl_nodes_told(struct cmd_crawl_nodes *nodes,
			  const struct dt_node_id *id, uint32_t told,
			  const struct dt_record *record);
/**
 * cmd_crawl_nodes_asked - its dial has ended so, from which its fate follows.
 * One that was cancelled goes on waiting. So does one that did not answer, as
 * long as it was asked less than @tries times: true, it is to be asked again.
 */
bool cmd_crawl_nodes_asked(struct cmd_crawl_nodes *nodes,
			   const struct dt_node_id *id, enum dt_outcome outcome,
			   int64_t took_ms, uint64_t tries);
/** It may not be asked. */
void cmd_crawl_nodes_skipped(struct cmd_crawl_nodes *nodes,
			     const struct dt_node_id *id, enum dt_skip skip);

/** It has said Hello in an open session. */
void cmd_crawl_nodes_greeted(struct cmd_crawl_nodes *nodes,
			     const struct dt_node_id *id,
			     const struct dt_session_info *info);
/** Its dial for a handshake has ended so; one that was cancelled waits on. */
void cmd_crawl_nodes_dialed(struct cmd_crawl_nodes *nodes,
			    const struct dt_event *event);
/** It may not be dialed. */
void cmd_crawl_nodes_not_dialed(struct cmd_crawl_nodes *nodes,
				const struct dt_node_id *id, enum dt_skip skip);

struct cmd_crawl_counts {
	size_t found; /* = the sum of fates = the sum of handshakes */
	size_t fates[CMD_CRAWL_FATE_COUNT];
	size_t handshakes[CMD_HANDSHAKE_COUNT];
	size_t records;
	size_t left_out; /* answers with nodes that there was no room for */
};
struct cmd_crawl_counts cmd_crawl_nodes_count(struct cmd_crawl_nodes *nodes);

/**
 * The next node of which all is known that is asked for, in that order. What it
 * points to stays the set's, which does not change it any more. False: none at
 * the moment. Main thread.
 */
bool cmd_crawl_nodes_next(struct cmd_crawl_nodes *nodes,
			  struct cmd_crawl_node *out);

/** Nothing more will be known: those with a fate are next. Main thread. */
void cmd_crawl_nodes_end(struct cmd_crawl_nodes *nodes);

/** All of them. No other thread any more. */
const struct cmd_crawl_node *
cmd_crawl_nodes_all(const struct cmd_crawl_nodes *nodes, size_t *count);

#endif /* CMD_CRAWL_NODES_H */
