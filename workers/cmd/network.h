/* SPDX-License-Identifier: MIT */
#ifndef CMD_NETWORK_H
#define CMD_NETWORK_H

/*
 * The demo's network: real listening sockets on addresses of 127.0.0.0/8, each
 * a node with an id and a character, all served by one thread
 * ("demo-network") that sleeps in epoll_wait(2).
 */

#include <dialtone.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a node does to those who dial it. */
enum cmd_character {
	CMD_CHARACTER_ACCEPT,   /* greets, stays connected */
	CMD_CHARACTER_REFUSE,   /* nobody listens */
	CMD_CHARACTER_SWALLOW,  /* never answers, not even a SYN */
	CMD_CHARACTER_RESET,    /* accepts and resets at once */
	CMD_CHARACTER_SILENT,   /* accepts and says nothing */
	CMD_CHARACTER_DROP,     /* greets, ends the connection after a while */
	CMD_CHARACTER_FULL,     /* greets with "I have too many peers" */
	CMD_CHARACTER_IMPOSTOR, /* greets with another id */
	CMD_CHARACTER_COUNT
};

const char *cmd_character_name(enum cmd_character character);

struct cmd_network_node {
	/* Set by create, read-only afterwards: any thread may read them. */
	struct dt_node node;
	enum cmd_character character;
	bool is_private; /* in no answer of the table, not killed */

	/* Owned by the network's thread once it runs. */
	int listener; /* -1: it is down */
};

struct cmd_network_plan {
	size_t size;
	size_t private_nodes;                      /* of those that accept */
	unsigned int percent[CMD_CHARACTER_COUNT]; /* 100 in all */
	uint64_t seed;
};

struct cmd_network;

/**
 * Make the nodes and their sockets; no thread yet. NULL: errno says why. Pair
 * with cmd_network_destroy().
 */
struct cmd_network *cmd_network_create(const struct cmd_network_plan *plan);
/** Start to serve. False: errno says why. */
bool cmd_network_start(struct cmd_network *network);
/** Join the thread, close every socket. NULL is allowed. */
void cmd_network_destroy(struct cmd_network *network);

const struct cmd_network_node *
cmd_network_nodes(const struct cmd_network *network, size_t *count);

/**
 * One peer in @one_in goes down for good: its connection ends, its listener is
 * closed. Any thread; done soon by the network's thread.
 */
void cmd_network_kill(struct cmd_network *network, unsigned int one_in);
/** How many were killed; valid once cmd_network_kill_done(). */
size_t cmd_network_killed(const struct cmd_network *network);
bool cmd_network_kill_done(const struct cmd_network *network);

#endif /* CMD_NETWORK_H */
