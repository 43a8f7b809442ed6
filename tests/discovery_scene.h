/* SPDX-License-Identifier: MIT */
#ifndef TESTS_DISCOVERY_SCENE_H
#define TESTS_DISCOVERY_SCENE_H

/*
 * Nodes of discovery on distinct addresses of this machine's loopback, under
 * one host, and strangers that speak discv4 to them by hand. What cannot be had
 * ends the process.
 */

#include <pthread.h>
#include <sched.h>

#include "lib/dialtone.h"
#include "lib/discv4/packet.h"

#include "workers/discovery_host.h"
#include "workers/udp_batch.h"

#include "tests/gate.h"
#include "tests/packet_sample.h"

/** What a node is made from; a test changes what it is about. */
struct discovery_plan {
	struct dt_config config;
	char listen[32];
	char bootnodes[DT_ENODE_URL_SIZE];
};

/** On 127.x.y.z:0, made of @number; few queries, no bootnodes. */
void discovery_plan_init(struct discovery_plan *plan, uint32_t number);
void discovery_plan_set_bootnode(struct discovery_plan *plan,
				 const struct dt_node *bootnode);

#define DISCOVERY_NODES_MAX 64

struct discovery_scene {
	dt_discv4_host *host;
	size_t count;
	/* Number 0 is the bootnode of the others. */
	dt_discv4 *nodes[DISCOVERY_NODES_MAX];
};

void discovery_scene_open(struct discovery_scene *scene);
/** One more node; it is not started. @plan: NULL: the usual one. */
dt_discv4 *discovery_scene_add(struct discovery_scene *scene,
			       struct discovery_plan *plan);
/** The same, and start it. */
dt_discv4 *discovery_scene_start(struct discovery_scene *scene,
				 struct discovery_plan *plan);
/** Destroy it; its number is nobody's from then on. */
void discovery_scene_destroy(struct discovery_scene *scene, size_t number);
void discovery_scene_close(struct discovery_scene *scene);

struct dt_discv4_counters discovery_counters(const dt_discv4 *node);
/** NULL, or the sum that does not hold: what must be true at any moment. */
const char *discovery_broken(const struct dt_discv4_counters *counters);
/** Read the counters until @condition, which looks at them, holds. */
#define AWAIT_DISCOVERY(node_, counters, condition)                  \
	while ((counters) = discovery_counters(node_), !(condition)) \
	sched_yield()

/**
 * Holds the host's thread up, from hold until release: what is asked of its
 * nodes meanwhile waits in its inbox. Lives as long as the scene.
 */
struct discovery_hold {
	struct dti_host_message message;
	struct gate gate;
};
void discovery_hold(struct discovery_hold *hold, dt_discv4_host *host);
void discovery_release(struct discovery_hold *hold);

/** A socket that speaks discv4 by hand. */
struct stranger {
	struct packet_signer signer;
	struct dti_udp udp;
	struct dt_node node; /* its id, and where it is */
	struct dti_udp_in in;
	size_t in_count;
	size_t in_next;
};

/** @number: of its address and key. To be freed with stranger_close(). */
struct stranger *stranger_open(uint32_t number);
void stranger_close(struct stranger *stranger);
void stranger_send_bytes(struct stranger *stranger,
			 const struct dt_endpoint *to, const void *bytes,
			 size_t length);
/** Sign and send; sets its hash. Not expired, if @packet does not say when. */
void stranger_send(struct stranger *stranger, const struct dt_endpoint *to,
		   struct dti_packet *packet);
/** Ping; the pong is not waited for. */
void stranger_ping(struct stranger *stranger, const struct dt_endpoint *to,
		   struct dti_packet *ping);
/** Wait for the next packet, which must be a good one. */
void stranger_receive(struct stranger *stranger, struct dti_packet *out);
/** Wait for one of @type, answering pings meanwhile. */
void stranger_await(struct stranger *stranger, const struct dt_endpoint *from,
		    struct dti_packet *out, enum dti_packet_type type);
/** Each has ponged the other: it may ask what it likes. */
void stranger_bond(struct stranger *stranger, const struct dt_endpoint *with);

#endif /* TESTS_DISCOVERY_SCENE_H */
