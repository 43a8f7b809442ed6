/* SPDX-License-Identifier: MIT */
#include "tests/discv4_peers.h"

#include "lib/discv4/distance.h"
#include "lib/node/endpoint.h"

size_t peers_closest(struct dt_node out[16], const struct dt_node *nodes,
		     size_t count, const struct dt_node_id *target)
{
	struct dti_place place = dti_place_of(target);
	struct dti_place places[16];
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		struct dti_place one = dti_place_of(&nodes[i].id);
		size_t at = found;

		while (at > 0 &&
		       dti_place_compare(&place, &one, &places[at - 1]) < 0)
			at--;
		if (at == 16)
			continue;
		found += found < 16;
		for (size_t j = found - 1; j > at; j--) {
			places[j] = places[j - 1];
			out[j] = out[j - 1];
		}
		places[at] = one;
		out[at] = nodes[i];
	}
	return found;
}

static void answer_find(struct discv4_scene *scene, const struct dt_node *peer,
			const struct dti_packet *find,
			const struct dt_node *nodes, size_t count)
{
	struct dt_node told[16];
	size_t found =
		peers_closest(told, nodes, count, &find->find_node.target);

	(void)scene_neighbors(scene, peer, told,
			      found < DTI_NEIGHBORS_MAX ? found
							: DTI_NEIGHBORS_MAX);
	if (found > DTI_NEIGHBORS_MAX)
		(void)scene_neighbors(scene, peer, told + DTI_NEIGHBORS_MAX,
				      found - DTI_NEIGHBORS_MAX);
}

static void answer(struct discv4_scene *scene, const struct dt_node *peer,
		   const struct scene_sent *sent, const struct dt_node *nodes,
		   size_t count)
{
	const struct dt_record record = {.seq = 1, .node = *peer};

	switch (sent->packet.type) {
	case DTI_PACKET_PING:
		(void)scene_pong(scene, peer, &sent->packet);
		scene_ping(scene, peer);
		break;
	case DTI_PACKET_FIND_NODE:
		answer_find(scene, peer, &sent->packet, nodes, count);
		break;
	case DTI_PACKET_RECORD_REQUEST:
		(void)scene_record(scene, peer, &sent->packet, &record);
		break;
	default:
		break;
	}
}

static void answer_all(struct discv4_scene *scene, const struct dt_node *nodes,
		       size_t count)
{
	while (scene->sent_count > 0) {
		struct scene_sent sent;
		size_t i = 0;

		(void)scene_take(scene, &sent, scene->sent[0].packet.type,
				 &scene->sent[0].to);
		while (i < count &&
		       !dti_endpoint_same_ip(&nodes[i].endpoint, &sent.to))
			i++;
		if (i < count)
			answer(scene, &nodes[i], &sent, nodes, count);
	}
}

void peers_play(struct discv4_scene *scene, const struct dt_node *nodes,
		size_t count, int64_t ms)
{
	answer_all(scene, nodes, count);
	for (; ms > 0; ms--) {
		scene_pass(scene, 1);
		answer_all(scene, nodes, count);
	}
}
