/* SPDX-License-Identifier: MIT */
#ifndef CMD_NETWORK_H
#define CMD_NETWORK_H

/*
 * The demo's network: nodes on addresses of 127.0.0.0/8. Each has a key, a
 * discv4 node that answers on UDP, and beside it, on TCP, a listening socket
 * with a character, most of which speak RLPx. One thread ("demo-network") that
 * sleeps in epoll_wait(2) serves all the listeners and their connections, two
 * hosts of discovery all the discv4 nodes.
 *
 * Main thread only, unless a function says otherwise.
 */

#include <dialtone.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a node does to those who dial it. */
enum cmd_character {
	CMD_CHARACTER_ACCEPT,  /* says Hello, answers pings, stays */
	CMD_CHARACTER_REFUSE,  /* nobody listens */
	CMD_CHARACTER_SWALLOW, /* never answers, not even a SYN */
	CMD_CHARACTER_RESET,   /* accepts and resets at once */
	CMD_CHARACTER_SILENT,  /* accepts and says nothing */
	CMD_CHARACTER_DROP,    /* says Hello, and after a while Disconnect */
	CMD_CHARACTER_FULL, /* Disconnect in place of Hello: too many peers */
	CMD_CHARACTER_IMPOSTOR, /* has another key than its id says */
	CMD_CHARACTER_USELESS,  /* says Hello, and speaks nothing that we do */
	CMD_CHARACTER_COUNT
};

const char *cmd_character_name(enum cmd_character character);

/* What the nodes speak, and what those speak whom nobody can use. */
#define CMD_NETWORK_CAPABILITY "eth/68"
#define CMD_NETWORK_USELESS    "les/4"

struct cmd_network_node {
	/* Set by create, read-only afterwards: any thread may read them. */
	struct dt_node node;
	enum cmd_character character;
	bool is_static; /* the dialer is given its id alone; not killed */
	dt_rlpx *rlpx;  /* whom it answers as; NULL: it speaks no RLPx */

	/* The main thread's. */
	dt_discv4 *discv4; /* NULL: it is down */

	/* Owned by the network's thread once it runs. */
	int listener; /* -1: it is down */
	bool killed;  /* see cmd_network_kill_done() */
};

struct cmd_network_plan {
	size_t size;
	size_t static_nodes;                       /* of those that accept */
	unsigned int percent[CMD_CHARACTER_COUNT]; /* 100 in all */
	uint64_t seed;
};

struct cmd_network;

/**
 * Make the nodes and their sockets; nobody answers yet. NULL: @error says why.
 * Pair with cmd_network_destroy().
 */
struct cmd_network *cmd_network_create(const struct cmd_network_plan *plan,
				       struct dt_error *error);
/** Serve the listeners. DT_OK, or @error says why not. */
dt_err cmd_network_start(struct cmd_network *network, struct dt_error *error);
/**
 * One more node answers in discovery from now on; it greets its acquaintances
 * among those that do, and the first one's answer is waited for, so that nobody
 * is asked more than he can answer. DT_OK, or @error says why not.
 */
dt_err cmd_network_join_next(struct cmd_network *network,
			     struct dt_error *error);
/** How many have. */
size_t cmd_network_joined(const struct cmd_network *network);
/** Join the threads, close every socket. NULL is allowed. */
void cmd_network_destroy(struct cmd_network *network);

const struct cmd_network_node *
cmd_network_nodes(const struct cmd_network *network, size_t *count);

/**
 * One peer in @one_in goes down for good: its connection ends, its listener is
 * closed. Done soon by the network's thread.
 */
void cmd_network_kill(struct cmd_network *network, unsigned int one_in);
bool cmd_network_kill_done(const struct cmd_network *network);
/** How many were killed; valid once cmd_network_kill_done(). */
size_t cmd_network_killed(const struct cmd_network *network);
/** Once cmd_network_kill_done(): those who were killed leave discovery too. */
void cmd_network_bury(struct cmd_network *network);

/** What the discv4 nodes have done so far, all together. */
struct cmd_network_traffic {
	uint64_t received; /* datagrams */
	uint64_t sent;
	bool adds_up; /* each one's counters do */
};
struct cmd_network_traffic
cmd_network_traffic(const struct cmd_network *network);

#endif /* CMD_NETWORK_H */
