/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/crypto/ecies.h"

#include "tests/eip8_session.h"
#include "tests/harness.h"
#include "tests/random_stream.h"

#define MESSAGE_MAX 300
#define AAD_SIZE    2
#define IV_AT       65 /* in a packet */

/* Both sides, and a message from A to B as it was written. */
struct fixture {
	struct eip8_session session;
	struct dti_ecies_entropy entropy;
	uint8_t message[MESSAGE_MAX];
	uint8_t aad[AAD_SIZE];
	uint8_t packet[MESSAGE_MAX + DTI_ECIES_OVERHEAD];
	size_t length; /* of the packet */
};

static struct dti_bytes aad_of(const struct fixture *fixture)
{
	return (struct dti_bytes){fixture->aad, sizeof(fixture->aad)};
}

static struct dti_ecies_entropy entropy_of(uint8_t number)
{
	const uint8_t seed[32] = {number};
	struct dti_ecies_entropy entropy;
	struct dti_random random;

	dti_random_init(&random, seed);
	dti_ecies_entropy_draw(&entropy, &random);
	return entropy;
}

static void encrypt(struct fixture *fixture, size_t length)
{
	struct dti_bytes message = {fixture->message, length};

	fixture->length = length + DTI_ECIES_OVERHEAD;
	cr_assert(dti_ecies_encrypt(&fixture->session.secp, fixture->packet,
				    message, aad_of(fixture),
				    &fixture->session.b.id, &fixture->entropy));
}

static void begin(struct fixture *fixture, size_t length)
{
	struct random_stream random = {length};

	eip8_session_init(&fixture->session);
	fixture->entropy = entropy_of(1);
	for (size_t i = 0; i < sizeof(fixture->message); i++)
		fixture->message[i] = (uint8_t)random_next(&random);
	fixture->aad[0] = 0x12;
	fixture->aad[1] = 0x34;
	encrypt(fixture, length);
}

static void end(struct fixture *fixture)
{
	eip8_session_fini(&fixture->session);
}

/* Does B refuse it, and write nothing? */
static bool is_refused(const struct fixture *fixture, struct dti_bytes packet,
		       struct dti_bytes aad)
{
	static uint8_t untouched[MESSAGE_MAX + DTI_ECIES_OVERHEAD];
	static uint8_t out[sizeof(untouched)];

	memset(untouched, 0xa5, sizeof(untouched));
	memset(out, 0xa5, sizeof(out));
	return !dti_ecies_decrypt(&fixture->session.secp, out, packet, aad,
				  &fixture->session.b.key) &&
	       memcmp(out, untouched, sizeof(out)) == 0;
}

Test(crypto_ecies, the_first_handshake_of_eip8_is_read)
{
	const struct dti_bytes no_aad = {NULL, 0};
	struct eip8_session session;
	struct dt_node_id ephemeral;
	uint8_t auth[307 - DTI_ECIES_OVERHEAD];
	uint8_t ack[210 - DTI_ECIES_OVERHEAD];

	eip8_session_init(&session);
	cr_assert(dti_ecies_decrypt(&session.secp, auth,
				    eip8_bytes(&session.auths[0]), no_aad,
				    &session.b.key));
	cr_assert(dti_ecies_decrypt(&session.secp, ack,
				    eip8_bytes(&session.acks[0]), no_aad,
				    &session.a.key));

	/* signature(65) || hash(32) || id(64) || nonce(32) || 0 */
	cr_assert_arr_eq(auth + 97, session.a.id.bytes, 64);
	cr_assert_arr_eq(auth + 161, session.a.nonce, 32);
	cr_assert_eq(auth[193], 0);
	/* ephemeral id(64) || nonce(32) || 0 */
	cr_assert(dti_secp_id_of_key(&session.secp, &ephemeral,
				     &session.b.ephemeral));
	cr_assert_arr_eq(ack, ephemeral.bytes, 64);
	cr_assert_arr_eq(ack + 64, session.b.nonce, 32);
	cr_assert_eq(ack[96], 0);
	eip8_session_fini(&session);
}

Test(crypto_ecies, what_is_written_is_read)
{
	static const size_t lengths[] = {0, 1, 15, 16, 17, 194, MESSAGE_MAX};
	static struct fixture fixture;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct dti_bytes packet = {fixture.packet, 0};
		uint8_t out[MESSAGE_MAX];

		begin(&fixture, lengths[i]);
		packet.length = fixture.length;
		cr_assert(dti_ecies_decrypt(&fixture.session.secp, out, packet,
					    aad_of(&fixture),
					    &fixture.session.b.key),
			  "%zu", lengths[i]);
		cr_assert_arr_eq(out, fixture.message, lengths[i]);
		end(&fixture);
	}
}

Test(crypto_ecies, every_flipped_bit_is_noticed)
{
	static struct fixture fixture;
	struct dti_bytes packet = {fixture.packet, 0};

	begin(&fixture, 20);
	packet.length = fixture.length;
	for (size_t bit = 0; bit < 8 * fixture.length; bit++) {
		uint8_t *byte = &fixture.packet[bit / 8];

		*byte ^= (uint8_t)(1u << bit % 8);
		cr_assert(is_refused(&fixture, packet, aad_of(&fixture)),
			  "bit %zu", bit);
		*byte ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < 8 * sizeof(fixture.aad); bit++) {
		uint8_t *byte = &fixture.aad[bit / 8];

		*byte ^= (uint8_t)(1u << bit % 8);
		cr_assert(is_refused(&fixture, packet, aad_of(&fixture)),
			  "bit %zu of what is not in the message", bit);
		*byte ^= (uint8_t)(1u << bit % 8);
	}
	cr_assert_not(is_refused(&fixture, packet, aad_of(&fixture)));
	end(&fixture);
}

Test(crypto_ecies, what_is_cut_off_or_longer_is_refused)
{
	static struct fixture fixture;

	begin(&fixture, 20);
	for (size_t length = 0; length <= fixture.length + 2; length++) {
		struct dti_bytes packet = {fixture.packet, length};

		cr_assert_eq(is_refused(&fixture, packet, aad_of(&fixture)),
			     length != fixture.length, "%zu", length);
	}
	for (size_t length = 0; length < AAD_SIZE; length++)
		cr_assert(is_refused(
			&fixture,
			(struct dti_bytes){fixture.packet, fixture.length},
			(struct dti_bytes){fixture.aad, length}));
	end(&fixture);
}

Test(crypto_ecies, it_is_read_by_whom_it_is_for_alone)
{
	static struct fixture fixture;
	struct dti_bytes packet = {fixture.packet, 0};
	struct dt_node_key none = {{0}};
	uint8_t out[MESSAGE_MAX];

	begin(&fixture, 20);
	packet.length = fixture.length;
	cr_assert_not(dti_ecies_decrypt(&fixture.session.secp, out, packet,
					aad_of(&fixture),
					&fixture.session.a.key));
	cr_assert_not(dti_ecies_decrypt(&fixture.session.secp, out, packet,
					aad_of(&fixture), &none));
	end(&fixture);
}

Test(crypto_ecies, what_is_no_key_writes_nothing)
{
	static struct fixture fixture;
	struct dti_bytes message = {fixture.message, 20};
	struct dti_ecies_entropy none = {.iv = {1}};
	struct dt_node_id off_curve = {{1}};
	uint8_t out[20 + DTI_ECIES_OVERHEAD] = {0};
	uint8_t untouched[sizeof(out)] = {0};

	begin(&fixture, 20);
	cr_assert_not(dti_ecies_encrypt(&fixture.session.secp, out, message,
					aad_of(&fixture), &fixture.session.b.id,
					&none));
	cr_assert_not(dti_ecies_encrypt(&fixture.session.secp, out, message,
					aad_of(&fixture), &off_curve,
					&fixture.entropy));
	cr_assert_arr_eq(out, untouched, sizeof(out));
	end(&fixture);
}

Test(crypto_ecies, a_point_that_is_known_changes_nothing)
{
	uint8_t packet[20 + DTI_ECIES_OVERHEAD];
	static struct fixture fixture;
	struct dt_node_id point;

	begin(&fixture, 20);
	memcpy(packet, fixture.packet, sizeof(packet));
	memset(fixture.packet, 0, sizeof(packet));
	cr_assert(dti_secp_id_of_key(&fixture.session.secp, &point,
				     &fixture.entropy.key));
	fixture.entropy.point = &point;
	encrypt(&fixture, 20);
	cr_assert_arr_eq(fixture.packet, packet, sizeof(packet));
	end(&fixture);
}

Test(crypto_ecies, other_chance_leaves_nothing_the_same)
{
	static struct fixture fixture;
	uint8_t before[sizeof(fixture.packet)];
	size_t same = 0;

	begin(&fixture, MESSAGE_MAX);
	memcpy(before, fixture.packet, sizeof(before));
	fixture.entropy = entropy_of(2);
	encrypt(&fixture, MESSAGE_MAX);

	for (size_t i = 1; i < fixture.length; i++)
		same += fixture.packet[i] == before[i];
	/* One in 256 is, by chance. */
	cr_assert_lt(same, 16u);
	cr_assert_arr_neq(fixture.packet + IV_AT, before + IV_AT,
			  DTI_ECIES_IV_SIZE);
	end(&fixture);
}
