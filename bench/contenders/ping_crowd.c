/* SPDX-License-Identifier: MIT */
#include "bench/contenders/ping_crowd.h"

#include <stdlib.h>

#include "bench/contenders/many_addresses.h"
#include "bench/contenders/signed_packets.h"
#include "bench/harness/measure.h"

enum {
	SILENCE_MS = 200, /* then what is in flight is lost */
	TRIES = 100,
	BOND_AT_ONCE = 16, /* no flood */
	BUFFER = 4 << 20,
};

/* In turn: all hosts with their first id, then all with their second, ... */
struct identity {
	struct signed_packet ping;
	bool is_bonded;
};

struct ping_crowd {
	/* Set by create. */
	bool new_peers;
	size_t count; /* of identities */
	struct identity *identities;
	struct dt_endpoint target;
	struct dti_secp secp;
	struct many_addresses addresses;

	size_t next; /* to ping */
	size_t bonded;
	size_t in_flight;
	uint64_t answers;
	/* Of each host: with which id it has pinged last. */
	size_t latest[PING_CROWD_HOSTS];
};

struct ping_crowd *ping_crowd_create(const struct dt_node *target,
				     bool new_peers)
{
	struct ping_crowd *crowd = calloc(1, sizeof(*crowd));

	if (!crowd)
		return NULL;
	crowd->new_peers = new_peers;
	crowd->target = target->endpoint;
	crowd->next = new_peers ? PING_CROWD_HOSTS : 0; /* behind the bonded */
	crowd->count = PING_CROWD_HOSTS;
	if (new_peers)
		crowd->count *= PING_CROWD_NEW_IDS;
	crowd->identities = calloc(crowd->count, sizeof(*crowd->identities));
	if (!crowd->identities || !signed_packets_init(&crowd->secp))
		goto fail_free;
	if (!many_addresses_open(&crowd->addresses, &crowd->target, BUFFER))
		goto fail_secp;
	for (size_t i = 0; i < crowd->count; i++)
		signed_packet_ping(&crowd->identities[i].ping, &crowd->target,
				   i, &crowd->secp);
	return crowd;

fail_secp:
	dti_secp_fini(&crowd->secp);
fail_free:
	free(crowd->identities);
	free(crowd);
	return NULL;
}

void ping_crowd_destroy(struct ping_crowd *crowd)
{
	many_addresses_close(&crowd->addresses);
	dti_secp_fini(&crowd->secp);
	free(crowd->identities);
	free(crowd);
}

static void ping(struct ping_crowd *crowd, size_t number)
{
	size_t host = number % PING_CROWD_HOSTS;

	crowd->latest[host] = number;
	many_addresses_add(
		&crowd->addresses, (uint32_t)host,
		signed_packet_bytes(&crowd->identities[number].ping));
	crowd->in_flight++;
}

static void ping_next(struct ping_crowd *crowd)
{
	ping(crowd, crowd->next);
	crowd->next = (crowd->next + 1) % crowd->count;
}

static void fill(struct ping_crowd *crowd, size_t in_flight)
{
	while (crowd->in_flight < in_flight)
		ping_next(crowd);
	many_addresses_flush(&crowd->addresses);
}

/* The node pings back, or checks an entry of its table. */
static void answer(struct ping_crowd *crowd, size_t number,
		   struct dti_bytes datagram)
{
	struct signed_packet pong;

	signed_packet_pong(&pong, &crowd->target, datagram, number,
			   &crowd->secp);
	many_addresses_add(&crowd->addresses,
			   (uint32_t)(number % PING_CROWD_HOSTS),
			   signed_packet_bytes(&pong));
	if (!crowd->identities[number].is_bonded)
		crowd->bonded++;
	crowd->identities[number].is_bonded = true;
}

static void take(struct ping_crowd *crowd, size_t i)
{
	uint32_t host = many_addresses_source(&crowd->addresses, i);
	struct dti_bytes datagram = many_addresses_bytes(&crowd->addresses, i);
	unsigned int type = signed_packet_type_of(datagram);
	unsigned int last =
		crowd->new_peers ? DTI_PACKET_PING : DTI_PACKET_PONG;

	if (host >= PING_CROWD_HOSTS)
		return;
	if (type == DTI_PACKET_PING)
		answer(crowd, crowd->latest[host], datagram);
	if (type != last)
		return;
	crowd->answers++;
	if (crowd->in_flight > 0)
		crowd->in_flight--;
}

/* All that is there. */
static void take_all(struct ping_crowd *crowd)
{
	size_t count = many_addresses_receive(&crowd->addresses, SILENCE_MS);

	if (count == 0)
		crowd->in_flight = 0;
	for (size_t i = 0; i < count; i++)
		take(crowd, i);
}

/* Each host that has not yet answered a ping of the node, a few at a time. */
static void bond_some(struct ping_crowd *crowd)
{
	for (size_t i = 0; i < PING_CROWD_HOSTS; i++) {
		if (!crowd->identities[i].is_bonded &&
		    crowd->in_flight < BOND_AT_ONCE)
			ping(crowd, i);
	}
	many_addresses_flush(&crowd->addresses);
	while (crowd->in_flight > 0)
		take_all(crowd);
	many_addresses_flush(&crowd->addresses);
}

bool ping_crowd_bond(struct ping_crowd *crowd)
{
	for (int i = 0; i < TRIES && crowd->bonded < PING_CROWD_HOSTS; i++)
		bond_some(crowd);
	return crowd->bonded >= PING_CROWD_HOSTS;
}

void ping_crowd_run(struct ping_crowd *crowd, size_t in_flight,
		    int64_t until_ns)
{
	while (bench_now_ns() < until_ns) {
		fill(crowd, in_flight);
		take_all(crowd);
	}
}

uint64_t ping_crowd_answers(const struct ping_crowd *crowd)
{
	return crowd->answers;
}
