/* SPDX-License-Identifier: MIT */
#ifndef CMD_NETWORK_STATE_H
#define CMD_NETWORK_STATE_H

/*
 * What network.c (makes the sockets), network_thread.c (serves them) and
 * network_connections.c (what is said on one) share.
 */

#include <pthread.h>

#include "workers/cmd/dice.h"
#include "workers/cmd/network.h"

struct cmd_connection {
	int fd;             /* -1: the slot is free */
	size_t node;        /* whose listener it came to */
	size_t heard;       /* bytes of the other side's greeting */
	bool greeted;       /* our own has been sent: they are our peer */
	int64_t drop_at_ms; /* INT64_MAX: never */
};

struct cmd_network {
	/* Set by create, read-only afterwards (but for listeners). */
	struct cmd_network_node *nodes;
	size_t count;
	int epoll_fd;
	int command_fd; /* eventfd: a command is there */
	pthread_t thread;
	bool started;

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

/** The thread's function; @argument is the network. */
void *cmd_network_serve(void *argument);

/** Take what waits at a node's listener. */
void cmd_network_accept(struct cmd_network *network, size_t node);
/** A connection is readable, or gone. */
void cmd_network_hear(struct cmd_network *network, size_t slot);
void cmd_network_close(struct cmd_network *network, size_t slot);

#endif /* CMD_NETWORK_STATE_H */
