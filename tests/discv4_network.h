/* SPDX-License-Identifier: MIT */
#ifndef TESTS_DISCV4_NETWORK_H
#define TESTS_DISCV4_NETWORK_H

/*
 * A discv4 network in the test's process: nodes on addresses of 127.0.0.0/8,
 * all on one host. The first is the others' bootnode. What cannot be had ends
 * the test.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/dialtone.h"

#define DISCV4_NETWORK_MAX 64

struct discv4_network {
	dt_discv4_host *host;
	dt_discv4 *nodes[DISCV4_NETWORK_MAX]; /* NULL: closed */
	size_t count;
	char bootnode[DT_ENODE_URL_SIZE]; /* of the first */
};

void discv4_network_open(struct discv4_network *network, size_t count);
/** Open it without any node. */
void discv4_network_begin(struct discv4_network *network);
/**
 * One more node. @listen: where, NULL: at an address of its own. @key: whose,
 * NULL: a new one. False: the address is taken.
 */
bool discv4_network_add(struct discv4_network *network, const char *listen,
			const struct dt_node_key *key);
/** The address of the next node without its port: "127.41.0.3". */
struct discv4_network_address {
	char text[16];
};
struct discv4_network_address
discv4_network_next(const struct discv4_network *network);
void discv4_network_close(struct discv4_network *network);
/**
 * Return when the bootnode has found all others, as far as they fit into its
 * buckets, and found them alive.
 */
void discv4_network_settle(const struct discv4_network *network);
/** One node goes down. */
void discv4_network_stop(struct discv4_network *network, size_t index);

struct dt_node discv4_network_node(const struct discv4_network *network,
				   size_t index);
/** Its id as text: "%s". */
struct discv4_network_id {
	char text[129];
};
struct discv4_network_id discv4_network_id(const struct dt_node *node);

/** The URL of a node on the loopback where nobody is. */
const char *discv4_network_nobody(void);

#endif /* TESTS_DISCV4_NETWORK_H */
