/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tests/faults.h"
#include "tests/require.h"
#include "tests/sealed_packet.h"
#include "tests/vectors.h"

/* Remotes that call, and have no auth. */

static const struct fault *fault_of(const struct scripted_remote *remote)
{
	return remote->argument;
}

static void say(struct scripted_remote *remote)
{
	uint8_t bytes[256];
	size_t length =
		vectors_bytes(bytes, sizeof(bytes), fault_of(remote)->hex);

	scripted_send_bytes(remote, bytes, length);
	scripted_await_close(remote);
}

/* It has the size that the hex says. */
static void say_noise(struct scripted_remote *remote)
{
	uint8_t noise[2048];

	memset(noise, 4, sizeof(noise));
	(void)vectors_bytes(noise, 2, fault_of(remote)->hex);
	scripted_send_bytes(remote, noise,
			    2 + ((size_t)noise[0] << 8 | noise[1]));
	scripted_await_close(remote);
}

static void send_sealed(struct scripted_remote *remote, struct dti_bytes plain,
			const struct dt_node_id *to)
{
	struct sealed_packet packet;

	sealed_packet_write(&packet, plain, to, &remote->side.owner.secp);
	scripted_send_bytes(remote, packet.bytes, packet.length);
	scripted_await_close(remote);
}

static const struct dt_node_id *callee(const struct scripted_remote *remote)
{
	return &dt_session_info(remote->side.session)->id;
}

static void say_sealed(struct scripted_remote *remote)
{
	uint8_t plain[256];
	size_t length =
		vectors_bytes(plain, sizeof(plain), fault_of(remote)->hex);

	send_sealed(remote, (struct dti_bytes){plain, length}, callee(remote));
}

static void say_to_another(struct scripted_remote *remote)
{
	static const uint8_t plain[200] = {0xc0};
	struct dt_node_id other = session_id(77);

	send_sealed(remote, (struct dti_bytes){plain, sizeof(plain)}, &other);
}

/* A signature of @at bytes that is none, and the id of the remote, or none. */
static void say_unsigned(struct scripted_remote *remote)
{
	const struct fault *fault = fault_of(remote);
	struct dt_node_id id = remote->side.owner.self.identity.id;
	uint8_t signature[66];
	uint8_t plain[256];
	struct dti_rlp_writer writer = dti_rlp_writer_of(plain, sizeof(plain));
	size_t list = dti_rlp_begin_list(&writer);

	memset(signature, 0xff, sizeof(signature));
	if (fault->hex)
		id.bytes[63] ^= 1;
	dti_rlp_write_string(&writer, signature, (size_t)fault->at);
	dti_rlp_write_string(&writer, id.bytes, sizeof(id.bytes));
	dti_rlp_write_string(&writer, signature, DTI_RLPX_NONCE_SIZE);
	dti_rlp_write_u64(&writer, 4);
	dti_rlp_end_list(&writer, list);
	require(!writer.failed, "the list fits");
	send_sealed(remote, (struct dti_bytes){plain, writer.length},
		    callee(remote));
}

const struct fault faults_of_auth[] = {
	{"an auth of no bytes", say, .ending = DT_ENDING_HANDSHAKE_SIZE,
	 .hex = "0000"},
	{"an auth that is too short", say, .ending = DT_ENDING_HANDSHAKE_SIZE,
	 .hex = "0070"},
	{"an auth that is too long", say, .ending = DT_ENDING_HANDSHAKE_SIZE,
	 .hex = "0801"},
	/* "GET / HTTP/1.1" */
	{"a browser", say, .ending = DT_ENDING_HANDSHAKE_SIZE,
	 .hex = "474554202f20485454502f312e310d0a"},
	/* Of the form before EIP-8: a point in the clear, taken for a size. */
	{"an auth of old", say, .ending = DT_ENDING_AUTH_TIMED_OUT,
	 .outcome = DT_OUTCOME_SETUP_TIMED_OUT,
	 .hex = "048ca79ad18e4b0659fab4853fe5bc58"},
	{"noise of a good size", say_noise, .ending = DT_ENDING_HANDSHAKE_SEAL,
	 .hex = "0180"},
	{"an auth for another", say_to_another,
	 .ending = DT_ENDING_HANDSHAKE_SEAL},
	{"an auth without a list", say_sealed,
	 .ending = DT_ENDING_HANDSHAKE_SHAPE, .hex = "80"},
	{"an empty auth", say_sealed, .ending = DT_ENDING_HANDSHAKE_SHAPE,
	 .hex = "c0"},
	{"a signature that is too short", say_unsigned,
	 .ending = DT_ENDING_HANDSHAKE_SHAPE, .at = 64},
	{"a signature that is too long", say_unsigned,
	 .ending = DT_ENDING_HANDSHAKE_SHAPE, .at = 66},
	{"a signature that is none", say_unsigned,
	 .ending = DT_ENDING_HANDSHAKE_KEY, .at = 65},
	{"an id that is none", say_unsigned, .ending = DT_ENDING_HANDSHAKE_KEY,
	 .at = 65, .hex = "01"},
	{.name = NULL},
};
