/* SPDX-License-Identifier: MIT */
#ifndef CMD_NETWORK_STATE_H
#define CMD_NETWORK_STATE_H

/*
 * What the parts of the network share:
 *
 *	network.c		makes it, and what others ask of it
 *	network_places.c	the places of its nodes, and their listeners
 *	network_discovery.c	its discv4 nodes
 *	network_rlpx.c		as whom its nodes answer
 *	network_thread.c	the thread that serves the listeners
 *	network_connections.c	what is said on one connection
 */

#include <pthread.h>

#include "workers/cmd/acquaintances.h"
#include "workers/cmd/dice.h"
#include "workers/cmd/network.h"

#define CMD_NETWORK_HOSTS 2 /* of discovery: signatures are its cost */

struct cmd_connection {
	int fd;              /* -1: the slot is free */
	size_t node;         /* whose listener it came to */
	dt_session *session; /* NULL: the node says nothing */
	bool is_peer;        /* the session is open */
	int64_t drop_at_ms;  /* INT64_MAX: never */
};

struct cmd_network {
	/* Set by create, read-only afterwards (but for listeners). */
	struct cmd_network_node *nodes;
	size_t count;
	int epoll_fd;
	int command_fd; /* eventfd: a command is there */
	pthread_t thread;
	bool started;

	/* The main thread's. */
	dt_discv4_host *hosts[CMD_NETWORK_HOSTS];
	struct dt_node_key *keys;               /* of the nodes */
	struct cmd_acquaintances acquaintances; /* of the nodes */
	size_t joined; /* nodes that answer, or have answered */
	struct cmd_network_traffic of_the_dead;

	/* Owned by the network's thread once it runs. */
	struct cmd_connection *connections;
	size_t connection_slots;
	size_t droppers; /* connections with a time to be dropped */
	struct cmd_dice dice;

	/* Shared; see network_thread.c. */
	_Atomic unsigned int kill_one_in; /* 0: no command */
	_Atomic size_t killed;
	_Atomic bool kill_done;
	_Atomic bool stop;
};

/* What an epoll event is about: the command, a node, or a connection. */
#define CMD_NETWORK_COMMAND     UINT64_MAX
#define CMD_NETWORK_CONNECTIONS (UINT64_C(1) << 32) /* first of their tags */

/* ---- network_places.c ---- */

/**
 * Find a place for node @index, with its key and its acquaintances, and open its
 * listener and its discv4 node there.
 */
dt_err cmd_network_place(struct cmd_network *network, size_t index,
			 struct cmd_dice *dice, struct dt_error *error);
/** @error in words of the system. Returns DT_ERR_SYSTEM. */
dt_err cmd_network_system_error(struct dt_error *error, const char *what);

/* ---- network_discovery.c ---- */

/** The hosts, the keys, who knows whom; node ids follow from the keys. */
dt_err cmd_network_prepare_discovery(struct cmd_network *network,
				     struct dt_error *error);
/** Make the discv4 node of @index where it is to listen. */
dt_err cmd_network_make_discv4(struct cmd_network *network, size_t index,
			       struct dt_error *error);
/** After the nodes' thread has ended. */
void cmd_network_close_discovery(struct cmd_network *network);

/* ---- network_rlpx.c ---- */

/** Make the identity that node @index answers with, if it answers. */
dt_err cmd_network_make_rlpx(struct cmd_network *network, size_t index,
			     struct dt_error *error);

/* ---- network_thread.c, network_connections.c ---- */

/** The thread's function; @argument is the network. */
void *cmd_network_serve(void *argument);

/** Take what waits at a node's listener. */
void cmd_network_accept(struct cmd_network *network, size_t node);
/** A connection is readable, or gone. */
void cmd_network_hear(struct cmd_network *network, size_t slot);
/** The node has had enough of its peer, and says so. */
void cmd_network_drop(struct cmd_network *network, size_t slot);
void cmd_network_close(struct cmd_network *network, size_t slot);

#endif /* CMD_NETWORK_STATE_H */
