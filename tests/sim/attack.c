/* SPDX-License-Identifier: MIT */
#include "tests/sim/attack.h"

#include <stdlib.h>
#include <string.h>

#include "lib/container.h"

#include "tests/require.h"
#include "tests/sim/identities.h"

#define TICK_MS     100
#define VICTIMS_MAX 64
#define TOLD        16 /* nodes in an answer; 12 of them in its first packet */

struct attack {
	struct attack_plan plan;
	struct swarm *swarm;
	struct identities *identities;
	const struct world_node *victims[VICTIMS_MAX];
	size_t victim_count;
	uint64_t pings; /* sent, ever */
	int64_t begun_ms;
	uint64_t due_victim; /* pings to each victim, so far */
	uint64_t due_others;
};

static void say(struct attack *attack, const struct dt_node *from,
		const struct dt_endpoint *to, struct dti_packet *packet)
{
	struct world *world = attack->swarm->world;

	packet->sender = from->id;
	packet->expiration =
		(uint64_t)(WORLD_UNIX_S + world_now_ms(world) / 1000) +
		DTI_PACKET_LIFE_S;
	world_inject(world, &from->endpoint, to, packet);
}

static void ping(struct attack *attack, const struct dt_node *from,
		 const struct dt_endpoint *to)
{
	struct dti_packet packet = {
		.type = DTI_PACKET_PING,
		.ping = {.from = from->endpoint, .to = *to},
	};

	memcpy(packet.hash, &attack->pings, sizeof(attack->pings));
	attack->pings++;
	say(attack, from, to, &packet);
}

/* So that whoever has pinged need not wait for a proof before it asks. */
static void answer_ping(struct attack *attack, const struct dt_node *us,
			const struct dt_endpoint *to,
			const struct dti_packet *asked)
{
	struct dti_packet pong = {
		.type = DTI_PACKET_PONG,
		.pong = {.to = *to},
	};

	memcpy(pong.pong.token, asked->hash, sizeof(pong.pong.token));
	say(attack, us, to, &pong);
	ping(attack, us, to);
}

static void answer_find(struct attack *attack, const struct dt_node *us,
			const struct dt_endpoint *to,
			const struct dti_packet *asked)
{
	struct dti_place place = dti_place_of(&asked->find_node.target);
	struct dt_node nodes[TOLD];
	size_t count =
		identities_closest(attack->identities, nodes, TOLD, &place);
	size_t sent = 0;

	while (sent < count) {
		struct dti_packet packet = {.type = DTI_PACKET_NEIGHBORS};
		size_t some = count - sent;

		if (some > DTI_NEIGHBORS_MAX)
			some = DTI_NEIGHBORS_MAX;
		memcpy(packet.neighbors.nodes, &nodes[sent],
		       some * sizeof(nodes[0]));
		packet.neighbors.count = some;
		say(attack, us, to, &packet);
		sent += some;
	}
}

static void answer(void *context, const struct dt_endpoint *from,
		   const struct dt_endpoint *to,
		   const struct dti_packet *packet)
{
	struct attack *attack = context;
	const struct dt_node *us;

	if (!identities_own(to))
		return;
	us = identities_at(attack->identities, to);
	if (packet->type == DTI_PACKET_PING)
		answer_ping(attack, us, from, packet);
	else if (packet->type == DTI_PACKET_FIND_NODE)
		answer_find(attack, us, from, packet);
}

struct attack *attack_create(struct swarm *swarm,
			     const struct attack_plan *plan)
{
	struct attack *attack = calloc(1, sizeof(*attack));

	require(attack != NULL, "an attack");
	attack->plan = *plan;
	attack->swarm = swarm;
	attack->begun_ms = world_now_ms(swarm->world);
	attack->identities = identities_create(plan->ids, plan->subnets,
					       world_random(swarm->world));
	world_set_stranger(swarm->world, answer, attack);
	return attack;
}

void attack_destroy(struct attack *attack)
{
	world_set_stranger(attack->swarm->world, NULL, NULL);
	identities_destroy(attack->identities);
	free(attack);
}

void attack_add_victim(struct attack *attack, const struct world_node *victim)
{
	require(attack->victim_count < VICTIMS_MAX, "room for a victim");
	attack->victims[attack->victim_count++] = victim;
}

/* Each identity in turn, all victims; and any identity any other node. */
static void ping_all(struct attack *attack)
{
	struct dti_random *random = world_random(attack->swarm->world);
	const struct attack_plan *plan = &attack->plan;
	uint64_t since_ms = (uint64_t)(world_now_ms(attack->swarm->world) -
				       attack->begun_ms);

	for (; attack->due_victim < plan->victim_per_s * since_ms / 1000;
	     attack->due_victim++)
		for (size_t i = 0; i < attack->victim_count; i++)
			ping(attack,
			     identities_get(attack->identities,
					    attack->due_victim % plan->ids),
			     &attack->victims[i]->node.endpoint);
	for (; attack->due_others < plan->others_per_s * since_ms / 1000;
	     attack->due_others++)
		ping(attack,
		     identities_get(
			     attack->identities,
			     dti_random_below(random, (uint32_t)plan->ids)),
		     &swarm_any(attack->swarm)->node.endpoint);
}

void attack_run(struct attack *attack, int64_t until_ms)
{
	int64_t now_ms;

	while ((now_ms = world_now_ms(attack->swarm->world)) < until_ms) {
		ping_all(attack);
		swarm_run(attack->swarm, now_ms + TICK_MS < until_ms
						 ? now_ms + TICK_MS
						 : until_ms);
	}
}
