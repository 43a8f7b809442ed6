/* SPDX-License-Identifier: MIT */
#ifndef TESTS_DISCV4_WORLD_H
#define TESTS_DISCV4_WORLD_H

/*
 * A network of discv4 nodes in virtual time: real protocol machines, packets
 * that take a while or get lost, no sockets and no signatures (a packet's hash
 * is a number that counts up). One seed is one run.
 */

#include "lib/crypto/random.h"
#include "lib/dialtone.h"
#include "lib/discv4/chains.h"
#include "lib/discv4/protocol.h"

#include "tests/wheel.h"

#define WORLD_UNIX_S 2000000000 /* the wall clock when virtual time is 0 */

#define WORLD_JITTER_MS 5

struct world;

struct world_node {
	struct dt_node node;
	struct dti_place place;    /* of its id */
	struct dti_discv4 *discv4; /* NULL: it is down, or was never up */
	int64_t up_ms;             /* when it came up, last */
	/* Limits of its machine, to be set while it is down; 0: the plan's. */
	uint32_t max_proofs;
	uint32_t max_requests;
	/* Where it stands among the timers and addresses; the world's. */
	struct wheel_item timer;
	struct dti_chain_link address;
	/* Packets to and from it. */
	uint64_t sent;
	uint64_t received;
	struct world *world;
};

/** What a query came to; the caller's, until it is done. */
struct world_answer {
	bool done;
	dt_err err;
	int64_t done_ms;
	size_t count;
	struct dt_node nodes[16];
	struct dti_discv4_answer answer; /* without its pointers */
	struct dt_record record;
};

struct world_plan {
	uint64_t seed;
	size_t nodes; /* at most, ever */
	int64_t latency_least_ms;
	int64_t latency_most_ms;
	uint32_t loss_per_mille;
	uint32_t
		verify_every; /* steps: the machine that was at work; 0: none */
	/* What machines are made with; self, seed and seams are filled in, and
	 * an allocator if there is none. */
	struct dti_discv4_config config;
};

struct world_figures {
	uint64_t sent;
	uint64_t lost;
	uint64_t nowhere; /* nobody was there */
	uint64_t refused; /* not admitted */
	uint64_t by_type[DTI_PACKET_TYPE_COUNT];
};

/** A plan for machines with the usual limits, without loss. */
struct world_plan world_plan_usual(uint64_t seed, size_t nodes);
struct world *world_create(const struct world_plan *plan);
void world_destroy(struct world *world);

int64_t world_now_ms(const struct world *world);
struct dti_random *world_random(struct world *world);
const struct world_figures *world_figures(const struct world *world);
/** Number @index of the nodes so far. */
struct world_node *world_node(struct world *world, size_t index);
size_t world_count(const struct world *world);
/** Whose address it is. NULL: nobody's. */
const struct world_node *world_find(struct world *world,
				    const struct dt_endpoint *endpoint);

/** Number @number's address: each in a /24 of its own, public. */
struct dt_endpoint world_endpoint(uint32_t number);
/**
 * A new node with a random id. It is not up yet.
 */
struct world_node *world_add(struct world *world,
			     const struct dt_endpoint *endpoint);
/** Make its machine and start it. */
void world_up(struct world_node *node, const struct dt_node *bootnodes,
	      size_t count);
/** The same, and it knows nodes from an earlier life. */
void world_up_again(struct world_node *node, const struct dt_node *bootnodes,
		    size_t count, const struct dt_node *seeds,
		    size_t seed_count);
/** It is gone: answers nothing from now on. May come up again. */
void world_down(struct world_node *node);
/** Let the network live until then. */
void world_run(struct world *world, int64_t until_ms);
/** A packet that nobody of the network has sent, signed by @sender. */
void world_inject(struct world *world, const struct dt_endpoint *from,
		  const struct dt_endpoint *to,
		  const struct dti_packet *packet);
/** Where each packet goes by before it is sent; NULL: none. False: drop it. */
typedef bool (*world_tap)(void *context, const struct dt_node *from,
			  const struct dt_endpoint *to,
			  struct dti_packet *packet);
void world_set_tap(struct world *world, world_tap tap, void *context);

/** Who gets what is sent to addresses that no node ever had; NULL: nobody. */
typedef void (*world_stranger)(void *context, const struct dt_endpoint *from,
			       const struct dt_endpoint *to,
			       const struct dti_packet *packet);
void world_set_stranger(struct world *world, world_stranger stranger,
			void *context);

/** Begin a query; @answer is filled in when it is over. */
dt_err world_ask(struct world_node *node, struct world_answer *answer,
		 const struct dti_discv4_question *question);
/** The same, and let the network live until it is over. */
void world_ask_and_wait(struct world_node *node, struct world_answer *answer,
			const struct dti_discv4_question *question);

/** The nodes that are up and closest to @target, by brute force. */
size_t world_closest(struct world *world, const struct world_node **out,
		     size_t max, const struct dt_node_id *target,
		     const struct world_node *except);

#endif /* TESTS_DISCV4_WORLD_H */
