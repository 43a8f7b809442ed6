/* SPDX-License-Identifier: MIT */
#include "tests/discovery_scene.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"

#include "workers/clock.h"

#include "tests/require.h"

void discovery_plan_init(struct discovery_plan *plan, uint32_t number)
{
	dt_config_init(&plan->config, sizeof(plan->config));
	snprintf(plan->listen, sizeof(plan->listen), "127.77.%u.%u:0",
		 number / 250, 1 + number % 250);
	plan->bootnodes[0] = '\0';
	plan->config.listen = plan->listen;
	plan->config.bootnodes = plan->bootnodes;
	plan->config.max_queries = 8;
	/* Others hear of a node when it checks them. */
	plan->config.check_interval_ms = 100;
}

void discovery_plan_set_bootnode(struct discovery_plan *plan,
				 const struct dt_node *bootnode)
{
	require(dt_enode_format(plan->bootnodes, sizeof(plan->bootnodes),
				bootnode) == DT_OK,
		"a URL");
}

void discovery_scene_open(struct discovery_scene *scene)
{
	scene->count = 0;
	require(dt_discv4_host_create(&scene->host, NULL) == DT_OK, "a host");
}

dt_discv4 *discovery_scene_add(struct discovery_scene *scene,
			       struct discovery_plan *plan)
{
	struct discovery_plan usual;
	struct dt_error error = {.text = ""};
	dt_discv4 *node = NULL;

	require(scene->count < DISCOVERY_NODES_MAX, "room for a node");
	if (!plan) {
		plan = &usual;
		discovery_plan_init(plan, (uint32_t)scene->count);
		if (scene->count > 0) {
			struct dt_node self = dt_discv4_self(scene->nodes[0]);

			discovery_plan_set_bootnode(plan, &self);
		}
	}
	require(dt_discv4_create(&node, &plan->config, scene->host, &error) ==
			DT_OK,
		error.text);
	scene->nodes[scene->count++] = node;
	return node;
}

dt_discv4 *discovery_scene_start(struct discovery_scene *scene,
				 struct discovery_plan *plan)
{
	dt_discv4 *node = discovery_scene_add(scene, plan);

	require(dt_discv4_start(node, NULL) == DT_OK, "start a node");
	return node;
}

void discovery_scene_destroy(struct discovery_scene *scene, size_t number)
{
	dt_discv4_destroy(scene->nodes[number]);
	scene->nodes[number] = NULL;
}

void discovery_scene_close(struct discovery_scene *scene)
{
	for (size_t i = 0; i < scene->count; i++)
		dt_discv4_destroy(scene->nodes[i]);
	dt_discv4_host_destroy(scene->host);
}

struct dt_discv4_counters discovery_counters(const dt_discv4 *node)
{
	struct dt_discv4_counters counters;

	dt_discv4_counters(node, &counters, sizeof(counters));
	return counters;
}

static uint64_t sum(const uint64_t *values, size_t count)
{
	uint64_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += values[i];
	return total;
}

const char *discovery_broken(const struct dt_discv4_counters *counters)
{
	if (counters->received !=
	    sum(counters->accepted, DT_DISCV4_TYPES) +
		    sum(counters->dropped, dti_array_length(counters->dropped)))
		return "received = accepted + dropped";
	if (counters->requests_sent != counters->requests +
					       counters->requests_answered +
					       counters->requests_timed_out)
		return "requests_sent = requests + answered + timed out";
	if (counters->queries < counters->queries_ended)
		return "queries_ended <= queries";
	if (counters->verified > counters->entries)
		return "verified <= entries";
	return NULL;
}

/* ---- holding the thread up ---- */

static void pass(struct dti_host_message *message)
{
	gate_pass(&dti_container_of(message, struct discovery_hold, message)
			   ->gate);
}

void discovery_hold(struct discovery_hold *hold, dt_discv4_host *host)
{
	gate_init(&hold->gate);
	hold->message = (struct dti_host_message){.deliver = pass};
	dti_host_tell(host, &hold->message);
	gate_await(&hold->gate, 1);
}

void discovery_release(struct discovery_hold *hold)
{
	gate_open(&hold->gate);
}

/* ---- strangers ---- */

struct stranger *stranger_open(uint32_t number)
{
	struct stranger *stranger = calloc(1, sizeof(*stranger));
	struct dt_node_key key = {.bytes = {1}};
	struct dt_endpoint at = {
		.ip = {127, 88, (uint8_t)(number / 250),
		       (uint8_t)(1 + number % 250)},
		.family = 4,
	};

	if (!stranger)
		abort();
	memcpy(key.bytes + 28, &number, sizeof(number));
	packet_signer_init(&stranger->signer, &key);
	stranger->node.id = stranger->signer.id;
	require(dti_udp_open(&stranger->udp, &stranger->node.endpoint, &at,
			     NULL) == DT_OK,
		"a socket");
	dti_udp_in_init(&stranger->in);
	return stranger;
}

void stranger_close(struct stranger *stranger)
{
	packet_signer_fini(&stranger->signer);
	dti_udp_close(&stranger->udp);
	free(stranger);
}

void stranger_send_bytes(struct stranger *stranger,
			 const struct dt_endpoint *to, const void *bytes,
			 size_t length)
{
	union dti_udp_address address;
	socklen_t size = dti_udp_address_of(&stranger->udp, &address, to);

	require(sendto(stranger->udp.fd, bytes, length, 0, &address.any,
		       size) == (ssize_t)length,
		"send a datagram");
}

void stranger_send(struct stranger *stranger, const struct dt_endpoint *to,
		   struct dti_packet *packet)
{
	uint8_t bytes[DTI_PACKET_MAX];
	size_t length;

	if (packet->expiration == 0)
		packet->expiration = (uint64_t)dti_clock_unix_s() + 20;
	require(dti_packet_encode(bytes, &length, packet, &stranger->signer.key,
				  &stranger->signer.secp),
		"encode a packet");
	stranger_send_bytes(stranger, to, bytes, length);
}

void stranger_ping(struct stranger *stranger, const struct dt_endpoint *to,
		   struct dti_packet *ping)
{
	*ping = (struct dti_packet){
		.type = DTI_PACKET_PING,
		.ping = {.from = stranger->node.endpoint, .to = *to},
	};
	stranger_send(stranger, to, ping);
}

void stranger_receive(struct stranger *stranger, struct dti_packet *out)
{
	struct pollfd readable = {.fd = stranger->udp.fd, .events = POLLIN};
	struct dti_bytes bytes;

	while (stranger->in_next == stranger->in_count) {
		require(poll(&readable, 1, -1) == 1 || errno == EINTR, "poll");
		stranger->in_count =
			dti_udp_receive(&stranger->in, &stranger->udp);
		stranger->in_next = 0;
	}
	bytes = dti_udp_in_bytes(&stranger->in, stranger->in_next++);
	require(dti_packet_decode(out, bytes) == DTI_PACKET_GOOD &&
			dti_packet_recover(out, bytes,
					   &stranger->signer.secp) ==
				DTI_PACKET_GOOD,
		"the node sends good packets");
}

static void send_pong(struct stranger *stranger, const struct dt_endpoint *to,
		      const struct dti_packet *ping)
{
	struct dti_packet pong = {
		.type = DTI_PACKET_PONG,
		.pong = {.to = *to},
	};

	memcpy(pong.pong.token, ping->hash, sizeof(pong.pong.token));
	stranger_send(stranger, to, &pong);
}

void stranger_await(struct stranger *stranger, const struct dt_endpoint *from,
		    struct dti_packet *out, enum dti_packet_type type)
{
	for (;;) {
		stranger_receive(stranger, out);
		if (out->type == type)
			return;
		if (out->type == DTI_PACKET_PING)
			send_pong(stranger, from, out);
	}
}

void stranger_bond(struct stranger *stranger, const struct dt_endpoint *with)
{
	struct dti_packet packet;

	stranger_ping(stranger, with, &packet);
	stranger_await(stranger, with, &packet, DTI_PACKET_PONG);
	stranger_await(stranger, with, &packet, DTI_PACKET_PING);
	send_pong(stranger, with, &packet);
}
