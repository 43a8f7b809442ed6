/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as the packet of an RLPx handshake, to either side: as they are, or
 * as what is in a packet that is sealed for it, so that they are read on. The
 * first byte chooses; the second says where it is split.
 */
#include <string.h>

#include "lib/rlpx/handshake.h"

#include "tests/eip8_session.h"
#include "tests/fuzz/fuzz.h"
#include "tests/sealed_packet.h"

#define IS_RECIPIENT 1u
#define IS_SEALED    2u

/* Both sides of EIP-8, made once; the fuzzer ends with the process. */
static struct {
	struct eip8_session session;
	struct dti_handshake_self selves[2]; /* initiator, recipient */
	struct dti_handshake_entropy entropy;
	struct dti_handshake begun[2];
} sides;

static void make_sides(void)
{
	static const uint8_t seed[32] = {1};
	struct eip8_session *session = &sides.session;
	struct dti_random random;

	eip8_session_init(session);
	dti_random_init(&random, seed);
	dti_handshake_entropy_draw(&sides.entropy, &random);
	sides.selves[0] = (struct dti_handshake_self){
		&session->secp, session->a.key, session->a.id};
	sides.selves[1] = (struct dti_handshake_self){
		&session->secp, session->b.key, session->b.id};
	fuzz_check(dti_handshake_initiate(&sides.begun[0], &sides.selves[0],
					  &session->b.id, &sides.entropy),
		   "both have keys");
	dti_handshake_await(&sides.begun[1], &sides.selves[1], &sides.entropy);
}

/* What came of a packet. */
struct result {
	enum dti_handshake_step step;
	enum dti_refusal refusal;
	size_t left;
	struct dti_secrets secrets; /* zero but for those that are done */
};

/* A handshake in its own place, begun and given the packet in two pieces. */
static void run(struct result *out, size_t side, struct dti_bytes packet,
		size_t split)
{
	static struct dti_handshake handshake;
	struct dti_bytes piece = {packet.bytes, split};

	memset(out, 0, sizeof(*out));
	handshake = sides.begun[side];
	handshake.source.sent.bytes = handshake.sent;
	handshake.source.received.bytes = handshake.received;
	out->step = dti_handshake_take(&handshake, &piece);
	out->left = piece.length + packet.length - split;
	if (out->step == DTI_HANDSHAKE_MORE) {
		fuzz_check(piece.length == 0, "all is taken before more is");
		fuzz_check(dti_handshake_needs(&handshake) > 0,
			   "more is needed");
		piece = (struct dti_bytes){packet.bytes + split,
					   packet.length - split};
		out->step = dti_handshake_take(&handshake, &piece);
		out->left = piece.length;
	}
	out->refusal = handshake.refusal;
	if (out->step == DTI_HANDSHAKE_DONE)
		dti_handshake_finish(&handshake, &out->secrets);
	fuzz_check((out->step == DTI_HANDSHAKE_REFUSED) ==
			   (out->refusal != DTI_REFUSAL_NONE),
		   "what is refused has a reason");
	dti_handshake_wipe(&handshake);
}

static void check(size_t side, struct dti_bytes packet, size_t split)
{
	static struct result joined;
	static struct result halves;

	run(&joined, side, packet, packet.length);
	run(&halves, side, packet, split);
	fuzz_check(memcmp(&joined, &halves, sizeof(joined)) == 0,
		   "it does not matter where bytes are split");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sealed_packet packet;
	struct dti_bytes bytes;
	size_t side;

	if (sides.session.secp.context == NULL)
		make_sides();
	if (size < 2 || size > 4000)
		return 0;
	side = data[0] & IS_RECIPIENT;
	bytes = (struct dti_bytes){data + 2, size - 2};
	if ((data[0] & IS_SEALED) != 0) {
		sealed_packet_write(&packet, bytes, &sides.selves[side].id,
				    &sides.session.secp);
		bytes = sealed_packet_bytes(&packet);
	}
	check(side, bytes, bytes.length * data[1] / 256);
	return 0;
}
