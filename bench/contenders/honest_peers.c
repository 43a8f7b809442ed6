/* SPDX-License-Identifier: MIT */
#include "bench/contenders/honest_peers.h"

#include <stdlib.h>
#include <string.h>

#include "bench/contenders/many_addresses.h"
#include "bench/contenders/signed_packets.h"

enum {
	PEERS = 5,
	FIRST_SOURCE = MANY_ADDRESSES_MAX - PEERS,
	FIRST_IDENTITY = 1000000,
	PENDING = 64, /* of a peer: what is sent within a second */
	BUFFER = 1 << 20,
	PROOF_TRIES = 50,
	PROOF_WAIT_MS = 100,
};

#define SLOT_NS   INT64_C(4000000) /* 20 ms for each of five */
/* What took longer is lost: whoever asks asks again. */
#define LATEST_NS INT64_C(500000000)

struct pending {
	uint8_t hash[DTI_PACKET_HASH_SIZE];
	int64_t sent_ns; /* 0: answered */
};

struct honest_peers {
	bool is_proven;
	struct dt_endpoint target;
	struct dti_secp secp;
	struct many_addresses addresses;
	uint64_t random; /* the generator's state */
	uint32_t sent;   /* ever; makes each ping another one */
	bool proven[PEERS];
	size_t next[PEERS]; /* of the pending ones, round and round */
	struct pending pending[PEERS][PENDING];
};

struct honest_peers *honest_peers_create(const struct dt_node *target,
					 bool is_proven)
{
	struct honest_peers *peers = calloc(1, sizeof(*peers));

	if (!peers)
		return NULL;
	peers->is_proven = is_proven;
	peers->target = target->endpoint;
	if (!signed_packets_init(&peers->secp))
		goto fail_free;
	if (!many_addresses_open(&peers->addresses, &peers->target, BUFFER))
		goto fail_secp;
	return peers;

fail_secp:
	dti_secp_fini(&peers->secp);
fail_free:
	free(peers);
	return NULL;
}

void honest_peers_destroy(struct honest_peers *peers)
{
	many_addresses_close(&peers->addresses);
	dti_secp_fini(&peers->secp);
	free(peers);
}

static void ping(struct honest_peers *peers, size_t peer)
{
	size_t slot = peers->next[peer]++ % PENDING;
	struct dti_packet packet = {
		.type = DTI_PACKET_PING,
		.record_seq = ++peers->sent,
		.has_record_seq = true,
		.ping = {.from = peers->target, .to = peers->target},
	};
	struct signed_packet signed_ping;
	struct pending *pending = &peers->pending[peer][slot];

	signed_packet_make(&signed_ping, &packet, FIRST_IDENTITY + peer,
			   &peers->secp);
	memcpy(pending->hash, packet.hash, sizeof(pending->hash));
	pending->sent_ns = bench_now_ns();
	many_addresses_add(&peers->addresses, (uint32_t)(FIRST_SOURCE + peer),
			   signed_packet_bytes(&signed_ping));
	many_addresses_flush(&peers->addresses);
}

static void take_pong(struct honest_peers *peers, struct honest_pings *out,
		      size_t peer, struct dti_bytes datagram)
{
	int64_t now_ns = bench_now_ns();
	struct dti_packet pong;

	if (dti_packet_decode(&pong, datagram) != DTI_PACKET_GOOD)
		return;
	for (size_t i = 0; i < PENDING; i++) {
		struct pending *pending = &peers->pending[peer][i];

		if (pending->sent_ns == 0 ||
		    memcmp(pending->hash, pong.pong.token,
			   sizeof(pending->hash)) != 0)
			continue;
		if (out && now_ns - pending->sent_ns < LATEST_NS) {
			bench_latencies_add(&out->latencies,
					    now_ns - pending->sent_ns);
			out->answered++;
		}
		pending->sent_ns = 0;
		return;
	}
}

static void answer(struct honest_peers *peers, size_t peer,
		   struct dti_bytes datagram)
{
	struct signed_packet pong;

	signed_packet_pong(&pong, &peers->target, datagram,
			   FIRST_IDENTITY + peer, &peers->secp);
	many_addresses_add(&peers->addresses, (uint32_t)(FIRST_SOURCE + peer),
			   signed_packet_bytes(&pong));
	peers->proven[peer] = true;
}

static void take_some(struct honest_peers *peers, struct honest_pings *out,
		      int timeout_ms)
{
	size_t count = many_addresses_receive(&peers->addresses, timeout_ms);

	for (size_t i = 0; i < count; i++) {
		uint32_t source = many_addresses_source(&peers->addresses, i);
		struct dti_bytes datagram =
			many_addresses_bytes(&peers->addresses, i);
		unsigned int type = signed_packet_type_of(datagram);

		if (source < FIRST_SOURCE || source >= FIRST_SOURCE + PEERS)
			continue;
		if (type == DTI_PACKET_PONG)
			take_pong(peers, out, source - FIRST_SOURCE, datagram);
		else if (type == DTI_PACKET_PING && peers->is_proven)
			answer(peers, source - FIRST_SOURCE, datagram);
	}
	many_addresses_flush(&peers->addresses);
}

static void take_until(struct honest_peers *peers, struct honest_pings *out,
		       int64_t until_ns)
{
	int64_t left_ns = until_ns - bench_now_ns();

	while (left_ns > 0) {
		take_some(peers, out, (int)((left_ns + 999999) / 1000000));
		left_ns = until_ns - bench_now_ns();
	}
}

static bool prove(struct honest_peers *peers)
{
	size_t proven = 0;

	for (int i = 0; i < PROOF_TRIES && proven < PEERS; i++) {
		for (size_t peer = 0; peer < PEERS; peer++) {
			if (!peers->proven[peer])
				ping(peers, peer);
		}
		take_until(peers, NULL,
			   bench_now_ns() + PROOF_WAIT_MS * INT64_C(1000000));
		proven = 0;
		for (size_t peer = 0; peer < PEERS; peer++)
			proven += peers->proven[peer] ? 1 : 0;
	}
	return proven == PEERS;
}

/* splitmix64. */
static uint64_t draw(struct honest_peers *peers)
{
	uint64_t mixed = peers->random += 0x9e3779b97f4a7c15u;

	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
	return mixed ^ (mixed >> 31);
}

bool honest_peers_run(struct honest_peers *peers, struct honest_pings *out,
		      double seconds)
{
	int64_t now_ns;
	int64_t end_ns;
	int64_t due_ns;

	if (peers->is_proven && !prove(peers))
		return false;
	now_ns = bench_now_ns();
	end_ns = now_ns + (int64_t)(seconds * 1e9);
	for (due_ns = now_ns; due_ns < end_ns; due_ns += SLOT_NS) {
		/* At no fixed moment of a flood's rhythm. */
		take_until(peers, out,
			   due_ns + (int64_t)(draw(peers) % SLOT_NS));
		ping(peers, (size_t)(out->sent++ % PEERS));
	}
	take_until(peers, out, bench_now_ns() + LATEST_NS);
	return true;
}
