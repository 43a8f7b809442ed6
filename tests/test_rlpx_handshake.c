/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/rlpx/handshake.h"

#include "tests/eip8_session.h"
#include "tests/harness.h"
#include "tests/random_stream.h"
#include "tests/sealed_packet.h"

/* Both sides of a handshake: EIP-8's keys, and chance of their own. */
struct fixture {
	struct eip8_session session;
	struct dti_handshake_self a_self;
	struct dti_handshake_self b_self;
	struct dti_handshake_entropy a_entropy;
	struct dti_handshake_entropy b_entropy;
	struct dti_handshake a;
	struct dti_handshake b;
};

static struct dti_handshake_entropy entropy_of(uint8_t number)
{
	const uint8_t seed[32] = {number};
	struct dti_handshake_entropy entropy;
	struct dti_random random;

	dti_random_init(&random, seed);
	dti_handshake_entropy_draw(&entropy, &random);
	return entropy;
}

static void restart(struct fixture *fixture)
{
	cr_assert(dti_handshake_initiate(&fixture->a, &fixture->a_self,
					 &fixture->session.b.id,
					 &fixture->a_entropy));
	dti_handshake_await(&fixture->b, &fixture->b_self, &fixture->b_entropy);
}

static void begin(struct fixture *fixture)
{
	struct eip8_session *session = &fixture->session;

	eip8_session_init(session);
	fixture->a_self = (struct dti_handshake_self){
		&session->secp, session->a.key, session->a.id};
	fixture->b_self = (struct dti_handshake_self){
		&session->secp, session->b.key, session->b.id};
	fixture->a_entropy = entropy_of(1);
	fixture->b_entropy = entropy_of(2);
	restart(fixture);
}

/* The keys and nonces of EIP-8's example. */
static void begin_eip8(struct fixture *fixture)
{
	begin(fixture);
	fixture->a_entropy.ephemeral = fixture->session.a.ephemeral;
	fixture->b_entropy.ephemeral = fixture->session.b.ephemeral;
	memcpy(fixture->a_entropy.nonce, fixture->session.a.nonce, 32);
	memcpy(fixture->b_entropy.nonce, fixture->session.b.nonce, 32);
	restart(fixture);
}

static void end(struct fixture *fixture)
{
	dti_handshake_wipe(&fixture->a);
	dti_handshake_wipe(&fixture->b);
	eip8_session_fini(&fixture->session);
}

/* All at once; nothing is left. */
static enum dti_handshake_step take(struct dti_handshake *handshake,
				    struct dti_bytes input)
{
	enum dti_handshake_step step = dti_handshake_take(handshake, &input);

	if (step == DTI_HANDSHAKE_DONE)
		cr_assert_eq(input.length, 0u);
	return step;
}

static void check_same(const struct dti_secrets *a, const struct dti_secrets *b)
{
	uint8_t digests[4][DTI_KECCAK_SIZE];

	dti_keccak_digest(&a->egress, digests[0]);
	dti_keccak_digest(&b->ingress, digests[1]);
	dti_keccak_digest(&b->egress, digests[2]);
	dti_keccak_digest(&a->ingress, digests[3]);
	cr_assert_arr_eq(a->aes, b->aes, sizeof(a->aes));
	cr_assert_arr_eq(a->mac, b->mac, sizeof(a->mac));
	cr_assert_arr_eq(digests[0], digests[1], DTI_KECCAK_SIZE);
	cr_assert_arr_eq(digests[2], digests[3], DTI_KECCAK_SIZE);
}

Test(rlpx_handshake, both_come_to_the_same_secrets)
{
	static struct fixture fixture;
	struct dti_secrets a;
	struct dti_secrets b;

	begin(&fixture);
	cr_assert_eq(dti_handshake_sent(&fixture.b).length, 0u);
	cr_assert_eq(take(&fixture.b, dti_handshake_sent(&fixture.a)),
		     DTI_HANDSHAKE_DONE);
	cr_assert_eq(take(&fixture.a, dti_handshake_sent(&fixture.b)),
		     DTI_HANDSHAKE_DONE);
	dti_handshake_finish(&fixture.a, &a);
	dti_handshake_finish(&fixture.b, &b);

	check_same(&a, &b);
	cr_assert_arr_eq(fixture.b.remote.bytes, fixture.session.a.id.bytes,
			 64);
	end(&fixture);
}

Test(rlpx_handshake, other_chance_makes_other_secrets)
{
	static struct fixture fixture;
	struct dti_secrets secrets[2];

	begin(&fixture);
	for (size_t i = 0; i < 2; i++) {
		fixture.a_entropy = entropy_of((uint8_t)(10 + i));
		restart(&fixture);
		cr_assert_eq(take(&fixture.b, dti_handshake_sent(&fixture.a)),
			     DTI_HANDSHAKE_DONE);
		dti_handshake_finish(&fixture.b, &secrets[i]);
	}
	cr_assert_arr_neq(secrets[0].aes, secrets[1].aes, 32);
	cr_assert_arr_neq(secrets[0].mac, secrets[1].mac, 32);
	end(&fixture);
}

Test(rlpx_handshake, the_recipient_reads_the_auths_of_eip8)
{
	static struct fixture fixture;

	begin_eip8(&fixture);
	for (int form = 1; form < EIP8_FORMS; form++) {
		const struct eip8_packet *auth = &fixture.session.auths[form];
		const struct eip8_packet *ack = &fixture.session.acks[1];
		struct dti_secrets secrets;
		uint8_t digest[DTI_KECCAK_SIZE];

		restart(&fixture);
		cr_assert_eq(take(&fixture.b, eip8_bytes(auth)),
			     DTI_HANDSHAKE_DONE);
		cr_assert_arr_eq(fixture.b.remote.bytes,
				 fixture.session.a.id.bytes, 64);
		/* Its ack cannot be EIP-8's: that has other chance. */
		memcpy(fixture.b.sent, ack->bytes, ack->length);
		fixture.b.source.sent.length = ack->length;
		dti_handshake_finish(&fixture.b, &secrets);

		cr_assert_arr_eq(secrets.aes, fixture.session.aes_secret, 32);
		cr_assert_arr_eq(secrets.mac, fixture.session.mac_secret, 32);
		if (form != 1)
			continue;
		dti_keccak_update(&secrets.ingress, "foo", 3);
		dti_keccak_digest(&secrets.ingress, digest);
		cr_assert_arr_eq(digest, fixture.session.ingress_mac_foo, 32);
	}
	end(&fixture);
}

Test(rlpx_handshake, the_initiator_reads_the_acks_of_eip8)
{
	static struct fixture fixture;

	begin_eip8(&fixture);
	for (int form = 1; form < EIP8_FORMS; form++) {
		struct dti_secrets secrets;

		restart(&fixture);
		cr_assert_eq(take(&fixture.a,
				  eip8_bytes(&fixture.session.acks[form])),
			     DTI_HANDSHAKE_DONE);
		dti_handshake_finish(&fixture.a, &secrets);
		cr_assert_arr_eq(secrets.aes, fixture.session.aes_secret, 32);
		cr_assert_arr_eq(secrets.mac, fixture.session.mac_secret, 32);
	}
	end(&fixture);
}

/* Is the packet, of which there is no more, not accepted? */
static bool is_refused(struct fixture *fixture, bool is_auth,
		       struct dti_bytes packet)
{
	struct dti_handshake *handshake = is_auth ? &fixture->b : &fixture->a;
	enum dti_handshake_step step;

	/* As restart does, without making an auth anew. */
	handshake->source.received.length = 0;
	step = take(handshake, packet);
	cr_assert_neq(step == DTI_HANDSHAKE_REFUSED,
		      handshake->refusal == DTI_REFUSAL_NONE);
	handshake->refusal = DTI_REFUSAL_NONE;
	return step != DTI_HANDSHAKE_DONE;
}

static void check_flips(struct fixture *fixture, bool is_auth,
			const struct eip8_packet *packet)
{
	struct eip8_packet flipped = *packet;

	cr_assert_not(is_refused(fixture, is_auth, eip8_bytes(packet)));
	for (size_t bit = 0; bit < 8 * packet->length; bit++) {
		flipped.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		cr_assert(is_refused(fixture, is_auth, eip8_bytes(&flipped)),
			  "bit %zu", bit);
		flipped.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

Test(rlpx_handshake, every_flipped_bit_is_refused, .timeout = 120)
{
	static struct fixture fixture;

	begin_eip8(&fixture);
	for (int form = 1; form < EIP8_FORMS; form++) {
		check_flips(&fixture, true, &fixture.session.auths[form]);
		check_flips(&fixture, false, &fixture.session.acks[form]);
	}
	end(&fixture);
}

/* A smaller size is a bit of the packet changed, and the rest is not wanted. */
static void check_cuts(struct fixture *fixture, bool is_auth,
		       const struct eip8_packet *packet)
{
	for (size_t length = 0; length < packet->length; length++) {
		struct eip8_packet cut = *packet;
		size_t size = length - DTI_HANDSHAKE_PREFIX;

		cut.length = length;
		cr_assert(is_refused(fixture, is_auth, eip8_bytes(&cut)), "%zu",
			  length);
		if (length < DTI_HANDSHAKE_PREFIX)
			continue;
		cut.bytes[0] = (uint8_t)(size >> 8);
		cut.bytes[1] = (uint8_t)size;
		cr_assert(is_refused(fixture, is_auth, eip8_bytes(&cut)),
			  "%zu that say so", length);
	}
}

Test(rlpx_handshake, whatever_is_cut_off_is_not_accepted)
{
	static struct fixture fixture;

	begin_eip8(&fixture);
	for (int form = 1; form < EIP8_FORMS; form++) {
		check_cuts(&fixture, true, &fixture.session.auths[form]);
		check_cuts(&fixture, false, &fixture.session.acks[form]);
	}
	end(&fixture);
}

Test(rlpx_handshake, the_form_before_eip8_is_not_accepted)
{
	static struct fixture fixture;

	begin_eip8(&fixture);
	cr_assert(is_refused(&fixture, true,
			     eip8_bytes(&fixture.session.auths[0])));
	cr_assert(is_refused(&fixture, false,
			     eip8_bytes(&fixture.session.acks[0])));
	end(&fixture);
}

Test(rlpx_handshake, it_does_not_matter_where_bytes_are_split)
{
	static struct fixture fixture;
	struct dti_bytes auth;
	struct dti_secrets a;
	struct dti_secrets b;

	begin(&fixture);
	auth = dti_handshake_sent(&fixture.a);
	for (size_t at = 0; at <= auth.length; at++) {
		struct dti_bytes first = {auth.bytes, at};
		struct dti_bytes second = {auth.bytes + at, auth.length - at};

		dti_handshake_await(&fixture.b, &fixture.b_self,
				    &fixture.b_entropy);
		cr_assert_eq(dti_handshake_take(&fixture.b, &first),
			     at < auth.length ? DTI_HANDSHAKE_MORE
					      : DTI_HANDSHAKE_DONE,
			     "%zu", at);
		cr_assert_eq(first.length, 0u);
		if (at < auth.length)
			cr_assert_eq(take(&fixture.b, second),
				     DTI_HANDSHAKE_DONE, "%zu", at);
	}
	cr_assert_eq(take(&fixture.a, dti_handshake_sent(&fixture.b)),
		     DTI_HANDSHAKE_DONE);
	dti_handshake_finish(&fixture.a, &a);
	dti_handshake_finish(&fixture.b, &b);
	check_same(&a, &b);
	end(&fixture);
}

Test(rlpx_handshake, it_takes_what_it_needs_and_no_more)
{
	static struct fixture fixture;
	struct dti_bytes auth;
	uint8_t joined[DTI_HANDSHAKE_PACKET_MAX + 9];
	struct dti_bytes input = {joined, 0};

	begin(&fixture);
	auth = dti_handshake_sent(&fixture.a);
	memcpy(joined, auth.bytes, auth.length);
	memset(joined + auth.length, 0x55, 9);
	input.length = auth.length + 9;

	cr_assert_eq(dti_handshake_take(&fixture.b, &input),
		     DTI_HANDSHAKE_DONE);
	cr_assert_eq(input.length, 9u);
	cr_assert_eq(input.bytes, joined + auth.length);

	/* A byte at a time. */
	restart(&fixture);
	for (size_t at = 0; at < auth.length; at++) {
		size_t needs = dti_handshake_needs(&fixture.b);
		struct dti_bytes byte = {joined + at, 1};

		cr_assert_eq(needs, at < 2 ? 2 - at : auth.length - at);
		cr_assert_eq(dti_handshake_take(&fixture.b, &byte),
			     at + 1 < auth.length ? DTI_HANDSHAKE_MORE
						  : DTI_HANDSHAKE_DONE);
	}
	cr_assert_eq(dti_handshake_needs(&fixture.b), 0u);
	end(&fixture);
}

Test(rlpx_handshake, a_size_out_of_bounds_is_refused_at_once)
{
	static const uint16_t sizes[] = {0, 1, 112, 2049, 0x8000, UINT16_MAX};
	static struct fixture fixture;

	begin(&fixture);
	for (size_t i = 0; i < dti_array_length(sizes); i++) {
		uint8_t bytes[100] = {(uint8_t)(sizes[i] >> 8),
				      (uint8_t)sizes[i]};
		struct dti_bytes input = {bytes, sizeof(bytes)};

		restart(&fixture);
		cr_assert_eq(dti_handshake_take(&fixture.b, &input),
			     DTI_HANDSHAKE_REFUSED);
		cr_assert_eq(fixture.b.refusal, DTI_REFUSAL_HANDSHAKE_SIZE);
		cr_assert_eq(input.length, 98u);
	}
	end(&fixture);
}

/* What the recipient says to an auth with @auth in it. */
static enum dti_refusal answer(struct fixture *fixture,
			       const struct dti_auth *auth)
{
	uint8_t packet[DTI_HANDSHAKE_PACKET_MAX];
	size_t length = dti_auth_encode(packet, auth, &fixture->session.b.id,
					&fixture->a_entropy.seal,
					&fixture->session.secp);

	restart(fixture);
	(void)take(&fixture->b, (struct dti_bytes){packet, length});
	return fixture->b.refusal;
}

Test(rlpx_handshake, an_auth_with_what_is_no_key_or_signature_is_refused)
{
	static struct fixture fixture;
	struct dti_auth good;
	struct dti_auth auth;

	begin(&fixture);
	cr_assert_eq(dti_auth_decode(&good, dti_handshake_sent(&fixture.a),
				     &fixture.session.b.key,
				     &fixture.session.secp),
		     DTI_REFUSAL_NONE);
	cr_assert_eq(answer(&fixture, &good), DTI_REFUSAL_NONE);

	auth = good;
	memset(auth.id.bytes, 0, sizeof(auth.id.bytes));
	cr_assert_eq(answer(&fixture, &auth), DTI_REFUSAL_HANDSHAKE_KEY);
	auth = good;
	auth.id.bytes[63] ^= 1;
	cr_assert_eq(answer(&fixture, &auth), DTI_REFUSAL_HANDSHAKE_KEY);
	auth = good;
	memset(auth.signature, 0, 64);
	cr_assert_eq(answer(&fixture, &auth), DTI_REFUSAL_HANDSHAKE_KEY);
	auth = good;
	memset(auth.signature, 0xff, 64);
	cr_assert_eq(answer(&fixture, &auth), DTI_REFUSAL_HANDSHAKE_KEY);
	auth = good;
	auth.signature[64] = 4;
	cr_assert_eq(answer(&fixture, &auth), DTI_REFUSAL_HANDSHAKE_KEY);
	end(&fixture);
}

Test(rlpx_handshake, an_ack_with_a_key_off_the_curve_is_refused)
{
	static struct fixture fixture;
	uint8_t packet[DTI_HANDSHAKE_PACKET_MAX];
	struct dti_ack ack = {.ephemeral = {{1}}};
	size_t length;

	begin(&fixture);
	length = dti_ack_encode(packet, &ack, &fixture.session.a.id,
				&fixture.b_entropy.seal, &fixture.session.secp);
	cr_assert_eq(take(&fixture.a, (struct dti_bytes){packet, length}),
		     DTI_HANDSHAKE_REFUSED);
	cr_assert_eq(fixture.a.refusal, DTI_REFUSAL_HANDSHAKE_KEY);
	end(&fixture);
}

Test(rlpx_handshake, what_is_no_list_is_refused)
{
	static const uint8_t plain[200] = {0x80};
	static struct sealed_packet packet;
	static struct fixture fixture;

	begin(&fixture);
	sealed_packet_write(&packet, (struct dti_bytes){plain, sizeof(plain)},
			    &fixture.session.b.id, &fixture.session.secp);
	cr_assert_eq(take(&fixture.b, sealed_packet_bytes(&packet)),
		     DTI_HANDSHAKE_REFUSED);
	cr_assert_eq(fixture.b.refusal, DTI_REFUSAL_HANDSHAKE_SHAPE);
	end(&fixture);
}

/* Why the identity is not proven before the first frame. */
Test(rlpx_handshake, whoever_takes_anothers_name_gets_other_secrets)
{
	static struct fixture fixture;
	struct dti_handshake_self liar;
	struct dti_secrets a;
	struct dti_secrets b;

	begin(&fixture);
	/* A says to be B's friend C, without C's key. */
	liar = fixture.a_self;
	cr_assert(dti_secp_id_of_key(&fixture.session.secp, &liar.id,
				     &(struct dt_node_key){{7}}));
	cr_assert(dti_handshake_initiate(
		&fixture.a, &liar, &fixture.session.b.id, &fixture.a_entropy));
	cr_assert_eq(take(&fixture.b, dti_handshake_sent(&fixture.a)),
		     DTI_HANDSHAKE_DONE);
	/* The ack is for C. */
	cr_assert_eq(take(&fixture.a, dti_handshake_sent(&fixture.b)),
		     DTI_HANDSHAKE_REFUSED);

	/* Anybody can write an ack, here with B's nonce and A's. */
	restart(&fixture);
	cr_assert_eq(take(&fixture.b, dti_handshake_sent(&fixture.a)),
		     DTI_HANDSHAKE_DONE);
	cr_assert_eq(take(&fixture.a, eip8_bytes(&fixture.session.acks[1])),
		     DTI_HANDSHAKE_DONE);
	dti_handshake_finish(&fixture.a, &a);
	dti_handshake_finish(&fixture.b, &b);
	cr_assert_arr_neq(a.mac, b.mac, sizeof(a.mac));
	end(&fixture);
}

Test(rlpx_handshake, an_ack_is_sealed_with_the_ephemeral_key_that_is_in_it)
{
	static struct fixture fixture;
	struct dti_bytes packet;
	struct dti_ack ack;

	begin(&fixture);
	cr_assert_eq(take(&fixture.b, dti_handshake_sent(&fixture.a)),
		     DTI_HANDSHAKE_DONE);
	packet = dti_handshake_sent(&fixture.b);
	cr_assert_eq(dti_ack_decode(&ack, packet, &fixture.session.a.key,
				    &fixture.session.secp),
		     DTI_REFUSAL_NONE);
	cr_assert_eq(packet.bytes[DTI_HANDSHAKE_PREFIX], 0x04);
	cr_assert_arr_eq(packet.bytes + DTI_HANDSHAKE_PREFIX + 1,
			 ack.ephemeral.bytes, sizeof(ack.ephemeral.bytes));
	end(&fixture);
}

Test(rlpx_handshake, nobody_off_the_curve_is_called)
{
	static struct fixture fixture;
	const struct dt_node_id off_curve = {{1}};

	begin(&fixture);
	cr_assert_not(dti_handshake_initiate(&fixture.a, &fixture.a_self,
					     &off_curve, &fixture.a_entropy));
	cr_assert_eq(dti_handshake_sent(&fixture.a).length, 0u);
	end(&fixture);
}

static bool is_in(const void *secret, size_t size, const void *memory,
		  size_t length)
{
	return memmem(memory, length, secret, size) != NULL;
}

Test(rlpx_handshake, secrets_are_wiped_when_it_is_finished)
{
	static struct fixture fixture;
	static uint8_t shared[32];
	struct dti_secrets secrets;

	begin(&fixture);
	cr_assert_eq(take(&fixture.b, dti_handshake_sent(&fixture.a)),
		     DTI_HANDSHAKE_DONE);
	memcpy(shared, fixture.b.source.shared, sizeof(shared));
	cr_assert(is_in(&fixture.b_entropy.ephemeral, 32, &fixture.b,
			sizeof(fixture.b)));
	dti_handshake_finish(&fixture.b, &secrets);

	cr_assert_not(
		is_in(shared, sizeof(shared), &fixture.b, sizeof(fixture.b)));
	cr_assert_not(is_in(&fixture.b_entropy.ephemeral, 32, &fixture.b,
			    sizeof(fixture.b)));
	cr_assert_not(is_in(&fixture.b_entropy.seal.ecies.key, 32, &fixture.b,
			    sizeof(fixture.b)));
	cr_assert_not(is_in(secrets.aes, 32, &fixture.b, sizeof(fixture.b)));
	end(&fixture);
}

Test(rlpx_handshake, any_bytes_are_refused_or_not_enough)
{
	static struct fixture fixture;
	struct random_stream random = {3};

	begin(&fixture);
	for (int round = 0; round < 300; round++) {
		uint8_t bytes[700];
		struct dti_bytes input = {bytes, sizeof(bytes)};

		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t)random_next(&random);
		bytes[0] = (uint8_t)(1 + round % 2);
		bytes[2] = 4;
		fixture.b.source.received.length = 0;
		cr_assert_neq(dti_handshake_take(&fixture.b, &input),
			      DTI_HANDSHAKE_DONE);
	}
	end(&fixture);
}
