/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/rlpx/handshake_packet.h"
#include "lib/wire/rlp.h"

#include "tests/eip8_session.h"
#include "tests/harness.h"
#include "tests/sealed_packet.h"

static struct dti_handshake_seal seal_of(uint8_t number)
{
	const uint8_t seed[32] = {number};
	struct dti_handshake_seal seal;
	struct dti_random random;

	dti_random_init(&random, seed);
	dti_handshake_seal_draw(&seal, &random);
	return seal;
}

static struct dti_auth sample_auth(const struct eip8_session *session)
{
	struct dti_auth auth = {.id = session->a.id};

	memset(auth.signature, 0x77, sizeof(auth.signature));
	memcpy(auth.nonce, session->a.nonce, sizeof(auth.nonce));
	return auth;
}

static void check_auth(const struct dti_auth *auth,
		       const struct eip8_session *session)
{
	cr_assert_arr_eq(auth->id.bytes, session->a.id.bytes, 64);
	cr_assert_arr_eq(auth->nonce, session->a.nonce, 32);
}

static void check_ack(const struct dti_ack *ack,
		      const struct eip8_session *session)
{
	struct dt_node_id ephemeral;

	cr_assert(dti_secp_id_of_key(&session->secp, &ephemeral,
				     &session->b.ephemeral));
	cr_assert_arr_eq(ack->ephemeral.bytes, ephemeral.bytes, 64);
	cr_assert_arr_eq(ack->nonce, session->b.nonce, 32);
}

Test(rlpx_handshake_packet, those_of_eip8_are_read)
{
	struct eip8_session session;

	eip8_session_init(&session);
	for (int form = 1; form < EIP8_FORMS; form++) {
		struct dti_auth auth;
		struct dti_ack ack;

		cr_assert_eq(dti_auth_decode(&auth,
					     eip8_bytes(&session.auths[form]),
					     &session.b.key, &session.secp),
			     DTI_REFUSAL_NONE);
		check_auth(&auth, &session);
		cr_assert_eq(dti_ack_decode(&ack,
					    eip8_bytes(&session.acks[form]),
					    &session.a.key, &session.secp),
			     DTI_REFUSAL_NONE);
		check_ack(&ack, &session);
	}
	eip8_session_fini(&session);
}

Test(rlpx_handshake_packet, what_is_written_is_read)
{
	struct eip8_session session;

	eip8_session_init(&session);
	for (uint8_t number = 0; number < 50; number++) {
		uint8_t out[DTI_HANDSHAKE_PACKET_MAX];
		struct dti_handshake_seal seal = seal_of(number);
		struct dti_auth auth = sample_auth(&session);
		struct dti_auth read_auth;
		struct dti_ack ack = {session.a.id, {number}};
		struct dti_ack read_ack;
		struct dti_bytes packet = {out, 0};
		size_t size;

		packet.length = dti_auth_encode(out, &auth, &session.b.id,
						&seal, &session.secp);
		cr_assert(dti_handshake_size(out, &size));
		cr_assert_eq(packet.length, 2 + size);
		cr_assert_eq(dti_auth_decode(&read_auth, packet, &session.b.key,
					     &session.secp),
			     DTI_REFUSAL_NONE);
		cr_assert_arr_eq(&read_auth, &auth, sizeof(auth));

		packet.length = dti_ack_encode(out, &ack, &session.b.id, &seal,
					       &session.secp);
		cr_assert_eq(dti_ack_decode(&read_ack, packet, &session.b.key,
					    &session.secp),
			     DTI_REFUSAL_NONE);
		cr_assert_arr_eq(&read_ack, &ack, sizeof(ack));
	}
	eip8_session_fini(&session);
}

/* go-ethereum to 1.10.3 first reads so many: 307 and 210 bytes. */
Test(rlpx_handshake_packet, padding_makes_it_longer_than_the_old_form)
{
	struct eip8_session session;
	struct dti_handshake_seal seal = seal_of(1);
	uint8_t out[DTI_HANDSHAKE_PACKET_MAX];
	struct dti_ack ack = {.nonce = {1}};
	struct dti_auth auth;

	eip8_session_init(&session);
	auth = sample_auth(&session);
	seal.padding_length = DTI_HANDSHAKE_PADDING_MIN;
	cr_assert_geq(dti_auth_encode(out, &auth, &session.b.id, &seal,
				      &session.secp),
		      307u);
	cr_assert_geq(
		dti_ack_encode(out, &ack, &session.b.id, &seal, &session.secp),
		210u);
	seal.padding_length = DTI_HANDSHAKE_PADDING_MAX;
	cr_assert_eq(dti_auth_encode(out, &auth, &session.b.id, &seal,
				     &session.secp),
		     (size_t)DTI_HANDSHAKE_PACKET_MAX);
	eip8_session_fini(&session);
}

Test(rlpx_handshake_packet, padding_differs)
{
	size_t least = SIZE_MAX;
	size_t most = 0;

	for (int number = 0; number < 256; number++) {
		size_t length = seal_of((uint8_t)number).padding_length;

		least = length < least ? length : least;
		most = length > most ? length : most;
	}
	cr_assert_geq(least, (size_t)DTI_HANDSHAKE_PADDING_MIN);
	cr_assert_leq(most, (size_t)DTI_HANDSHAKE_PADDING_MAX);
	cr_assert_lt(least, (size_t)DTI_HANDSHAKE_PADDING_MIN + 10);
	cr_assert_gt(most, (size_t)DTI_HANDSHAKE_PADDING_MAX - 10);
}

Test(rlpx_handshake_packet, sizes_have_bounds)
{
	for (unsigned int size = 0; size <= UINT16_MAX; size++) {
		const uint8_t prefix[] = {(uint8_t)(size >> 8), (uint8_t)size};
		size_t read;

		cr_assert_eq(dti_handshake_size(prefix, &read),
			     size >= 113 && size <= 2048, "%u", size);
		cr_assert_eq(read, size);
	}
}

/* An auth with the parts of it that @parts says, then @behind of raw bytes. */
static size_t write_plain(uint8_t *out, size_t size,
			  const struct dti_auth *auth, const size_t parts[3],
			  struct dti_bytes behind)
{
	struct dti_rlp_writer writer = dti_rlp_writer_of(out, size);
	size_t list = dti_rlp_begin_list(&writer);

	dti_rlp_write_string(&writer, auth->signature, parts[0]);
	dti_rlp_write_string(&writer, auth->id.bytes, parts[1]);
	dti_rlp_write_string(&writer, auth->nonce, parts[2]);
	dti_rlp_write_raw(&writer, behind.bytes, behind.length);
	dti_rlp_end_list(&writer, list);
	cr_assert_not(writer.failed);
	return writer.length;
}

static enum dti_refusal decode_plain(const struct eip8_session *session,
				     struct dti_bytes plain)
{
	static struct sealed_packet packet;
	struct dti_auth auth;
	enum dti_refusal refusal;

	sealed_packet_write(&packet, plain, &session->b.id, &session->secp);
	refusal = dti_auth_decode(&auth, sealed_packet_bytes(&packet),
				  &session->b.key, &session->secp);
	if (refusal == DTI_REFUSAL_NONE)
		check_auth(&auth, session);
	return refusal;
}

Test(rlpx_handshake_packet, parts_have_their_sizes)
{
	static const size_t right[3] = {65, 64, 32};
	const struct dti_bytes nothing = {NULL, 0};
	struct eip8_session session;
	struct dti_auth auth;
	uint8_t plain[300];

	eip8_session_init(&session);
	auth = sample_auth(&session);
	for (size_t part = 0; part < 3; part++)
		for (size_t shorter = 0; shorter < 3; shorter++) {
			size_t parts[3];
			size_t length;

			memcpy(parts, right, sizeof(parts));
			parts[part] -= shorter;
			length = write_plain(plain, sizeof(plain), &auth, parts,
					     nothing);
			cr_assert_eq(
				decode_plain(&session,
					     (struct dti_bytes){plain, length}),
				shorter == 0 ? DTI_REFUSAL_NONE
					     : DTI_REFUSAL_HANDSHAKE_SHAPE,
				"part %zu", part);
		}
	eip8_session_fini(&session);
}

Test(rlpx_handshake_packet, what_is_behind_the_nonce_is_ignored)
{
	static const size_t parts[3] = {65, 64, 32};
	/* A version, another, a list as version, more elements, no RLP. */
	static const struct {
		uint8_t bytes[4];
		size_t length;
	} behind[] = {
		{{0x04}, 1},       {{0x38}, 1},
		{{0xc1, 0x04}, 2}, {{0x04, 0xc1, 0x80, 0x07}, 4},
		{{0xbf, 0xff}, 2}, {{0x81, 0x01}, 2},
	};
	struct eip8_session session;
	struct dti_auth auth;

	eip8_session_init(&session);
	auth = sample_auth(&session);
	for (size_t i = 0; i < dti_array_length(behind); i++) {
		uint8_t plain[400];
		struct dti_bytes more = {behind[i].bytes, behind[i].length};
		size_t length = write_plain(plain, 300, &auth, parts, more);

		cr_assert_eq(decode_plain(&session,
					  (struct dti_bytes){plain, length}),
			     DTI_REFUSAL_NONE, "%zu", i);
		/* And behind the list. */
		memset(plain + length, 0xff, 100);
		cr_assert_eq(
			decode_plain(&session,
				     (struct dti_bytes){plain, length + 100}),
			DTI_REFUSAL_NONE, "%zu", i);
	}
	eip8_session_fini(&session);
}

Test(rlpx_handshake_packet, a_list_that_is_cut_off_is_refused)
{
	static const size_t parts[3] = {65, 64, 32};
	const struct dti_bytes nothing = {NULL, 0};
	struct eip8_session session;
	struct dti_auth auth;
	uint8_t plain[300];
	size_t length;

	eip8_session_init(&session);
	auth = sample_auth(&session);
	length = write_plain(plain, sizeof(plain), &auth, parts, nothing);
	for (size_t cut = 0; cut < length; cut++)
		cr_assert_eq(
			decode_plain(&session, (struct dti_bytes){plain, cut}),
			DTI_REFUSAL_HANDSHAKE_SHAPE, "%zu", cut);
	/* No list. */
	plain[0] = 0xb8;
	cr_assert_eq(decode_plain(&session, (struct dti_bytes){plain, length}),
		     DTI_REFUSAL_HANDSHAKE_SHAPE);
	eip8_session_fini(&session);
}

Test(rlpx_handshake_packet, there_is_room_for_the_largest)
{
	static uint8_t plain[DTI_HANDSHAKE_SIZE_MAX - DTI_ECIES_OVERHEAD];
	static const size_t parts[3] = {65, 64, 32};
	const struct dti_bytes nothing = {NULL, 0};
	struct eip8_session session;
	struct dti_auth auth;

	eip8_session_init(&session);
	auth = sample_auth(&session);
	write_plain(plain, sizeof(plain), &auth, parts, nothing);
	cr_assert_eq(decode_plain(&session,
				  (struct dti_bytes){plain, sizeof(plain)}),
		     DTI_REFUSAL_NONE);
	eip8_session_fini(&session);
}

Test(rlpx_handshake_packet, nobody_can_be_written_to_without_a_key)
{
	struct dti_handshake_seal seal = seal_of(1);
	uint8_t out[DTI_HANDSHAKE_PACKET_MAX];
	const struct dt_node_id off_curve = {{1}};
	const struct dti_ack ack = {.nonce = {1}};
	struct eip8_session session;
	struct dti_auth auth;

	eip8_session_init(&session);
	auth = sample_auth(&session);
	cr_assert_eq(
		dti_auth_encode(out, &auth, &off_curve, &seal, &session.secp),
		0u);
	cr_assert_eq(
		dti_ack_encode(out, &ack, &off_curve, &seal, &session.secp),
		0u);
	eip8_session_fini(&session);
}
