/* SPDX-License-Identifier: MIT */
#include "bench/contenders/flood.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/contenders/many_addresses.h"
#include "bench/contenders/signed_packets.h"

enum {
	PACKETS = 12000, /* made; then they come again, each from elsewhere */
	SOURCES = 40000,
	TICKS_A_SECOND = 1000,
	TOLD = 12, /* neighbours in a packet */
};

#define TICK_NS INT64_C(1000000)

struct flood {
	/* Set by create. */
	uint64_t per_s;
	size_t count;
	struct signed_packet *packets;
	struct many_addresses addresses;
	pthread_t thread;
	/* The thread's, while there is one. */
	uint64_t sent;
	/* Shared: relaxed, nothing is published by it. */
	_Atomic bool over;
};

static void make_reply(struct signed_packet *out, uint64_t number,
		       const struct dti_secp *secp)
{
	struct dti_packet packet = {.type = DTI_PACKET_NEIGHBORS};

	if (number % 2 == 0) {
		packet.type = DTI_PACKET_PONG;
		memcpy(packet.pong.token, &number, sizeof(number));
		signed_packet_make(out, &packet, number, secp);
		return;
	}
	for (size_t i = 0; i < TOLD; i++) {
		struct dt_node *node = &packet.neighbors.nodes[i];

		*node = (struct dt_node){.endpoint = {.ip = {127, 0, 0, 1},
						      .family = 4,
						      .udp_port = 30303}};
		memcpy(node->id.bytes, &number, sizeof(number));
	}
	packet.neighbors.count = TOLD;
	signed_packet_make(out, &packet, number, secp);
}

static void make(struct signed_packet *out, const struct dt_node *target,
		 enum flood_kind kind, uint64_t number,
		 const struct dti_secp *secp)
{
	if (kind == FLOOD_REPLIES)
		make_reply(out, number, secp);
	else
		signed_packet_ping(out, &target->endpoint, number, secp);
	if (kind == FLOOD_GARBAGE)
		out->bytes[0] ^= 1;
}

static bool make_all(struct flood *flood, const struct dt_node *target,
		     enum flood_kind kind)
{
	struct dti_secp secp;

	flood->packets = calloc(flood->count, sizeof(*flood->packets));
	if (!flood->packets || !signed_packets_init(&secp))
		return false;
	for (size_t i = 0; i < flood->count; i++)
		make(&flood->packets[i], target, kind, i, &secp);
	dti_secp_fini(&secp);
	return true;
}

struct flood *flood_create(const struct dt_node *target, enum flood_kind kind,
			   uint64_t per_s)
{
	struct flood *flood = calloc(1, sizeof(*flood));

	if (!flood)
		return NULL;
	flood->per_s = per_s;
	flood->count = PACKETS;
	/* The least buffer that there is: what comes back is lost at once. */
	if (!make_all(flood, target, kind) ||
	    !many_addresses_open(&flood->addresses, &target->endpoint, 0)) {
		free(flood->packets);
		free(flood);
		return NULL;
	}
	return flood;
}

void flood_destroy(struct flood *flood)
{
	many_addresses_close(&flood->addresses);
	free(flood->packets);
	free(flood);
}

static void send_up_to(struct flood *flood, uint64_t number)
{
	for (; flood->sent < number; flood->sent++)
		many_addresses_add(
			&flood->addresses, (uint32_t)(flood->sent % SOURCES),
			signed_packet_bytes(
				&flood->packets[flood->sent % flood->count]));
	many_addresses_flush(&flood->addresses);
}

static void *run(void *argument)
{
	struct flood *flood = argument;
	struct timespec due;

	clock_gettime(CLOCK_MONOTONIC, &due);
	for (uint64_t tick = 1;
	     !atomic_load_explicit(&flood->over, memory_order_relaxed);
	     tick++) {
		send_up_to(flood, tick * flood->per_s / TICKS_A_SECOND);
		due.tv_nsec += TICK_NS;
		if (due.tv_nsec >= 1000000000) {
			due.tv_nsec -= 1000000000;
			due.tv_sec++;
		}
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due,
				       NULL) == EINTR)
			;
	}
	return NULL;
}

bool flood_start(struct flood *flood)
{
	flood->sent = 0;
	/* Relaxed: the thread is made after it. */
	atomic_store_explicit(&flood->over, false, memory_order_relaxed);
	return pthread_create(&flood->thread, NULL, run, flood) == 0;
}

uint64_t flood_stop(struct flood *flood)
{
	/* Relaxed: see the struct. */
	atomic_store_explicit(&flood->over, true, memory_order_relaxed);
	pthread_join(flood->thread, NULL);
	return flood->sent;
}
