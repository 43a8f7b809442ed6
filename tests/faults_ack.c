/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/socket.h>

#include "lib/rlpx/frame_writer.h"

#include "tests/faults.h"
#include "tests/require.h"
#include "tests/sealed_packet.h"
#include "tests/vectors.h"

static const struct fault *fault_of(const struct scripted_remote *remote)
{
	return remote->argument;
}

static const struct dti_secp *secp_of(const struct scripted_remote *remote)
{
	return &remote->side.owner.secp;
}

/* What is no ack at all. */
static void say(struct scripted_remote *remote)
{
	uint8_t bytes[256];
	size_t length =
		vectors_bytes(bytes, sizeof(bytes), fault_of(remote)->hex);

	scripted_identify(remote);
	scripted_send_bytes(remote, bytes, length);
	scripted_await_close(remote);
}

/* It has the size that the hex says. */
static void say_noise(struct scripted_remote *remote)
{
	uint8_t noise[2048];

	memset(noise, 4, sizeof(noise));
	(void)vectors_bytes(noise, 2, fault_of(remote)->hex);
	scripted_identify(remote);
	scripted_send_bytes(remote, noise,
			    2 + ((size_t)noise[0] << 8 | noise[1]));
	scripted_await_close(remote);
}

static void send_sealed(struct scripted_remote *remote, struct dti_bytes plain,
			const struct dt_node_id *to)
{
	struct sealed_packet packet;

	sealed_packet_write(&packet, plain, to, secp_of(remote));
	scripted_send_bytes(remote, packet.bytes, packet.length);
}

/* A list of hex, sealed for the caller. */
static void say_sealed(struct scripted_remote *remote)
{
	uint8_t plain[256];
	size_t length =
		vectors_bytes(plain, sizeof(plain), fault_of(remote)->hex);

	scripted_identify(remote);
	send_sealed(remote, (struct dti_bytes){plain, length},
		    &dt_session_info(remote->side.session)->id);
	scripted_await_close(remote);
}

/* An ephemeral key of @at bytes, and a nonce. */
static void say_key(struct scripted_remote *remote)
{
	static const uint8_t zeros[65];
	uint8_t plain[256];
	struct dti_rlp_writer writer = dti_rlp_writer_of(plain, sizeof(plain));
	size_t list = dti_rlp_begin_list(&writer);

	dti_rlp_write_string(&writer, zeros, (size_t)fault_of(remote)->at);
	dti_rlp_write_string(&writer, zeros, DTI_RLPX_NONCE_SIZE);
	dti_rlp_write_u64(&writer, 4);
	dti_rlp_end_list(&writer, list);
	scripted_identify(remote);
	send_sealed(remote, (struct dti_bytes){plain, writer.length},
		    &dt_session_info(remote->side.session)->id);
	scripted_await_close(remote);
}

/* The ack of a caller who has another key. */
static void say_for_another(struct scripted_remote *remote)
{
	static const uint8_t plain[200] = {0xc0};
	struct dt_node_id other = session_id(77);

	scripted_identify(remote);
	send_sealed(remote, (struct dti_bytes){plain, sizeof(plain)}, &other);
	scripted_await_close(remote);
}

/* ---- by hand: an ack as a later version could have it ---- */

struct by_hand {
	uint8_t auth[2048];
	struct sealed_packet ack;
	struct dti_secrets_source source;
	struct dt_node_id caller;
	struct dt_node_id caller_ephemeral;
};

static void read_auth(struct scripted_remote *remote, struct by_hand *hand)
{
	const struct dti_handshake_self *self =
		&remote->side.owner.self.identity;
	struct dti_bytes *received = &hand->source.received;
	struct dti_auth auth;
	uint8_t digest[32];
	size_t size = 0;

	require(recv(remote->fd, hand->auth, 2, MSG_WAITALL) == 2 &&
			dti_handshake_size(hand->auth, &size) &&
			recv(remote->fd, hand->auth + 2, size, MSG_WAITALL) ==
				(ssize_t)size,
		"an auth has come");
	*received = (struct dti_bytes){hand->auth, 2 + size};
	require(dti_auth_decode(&auth, *received, &self->key, self->secp) ==
				DTI_REFUSAL_NONE &&
			dti_secp_ecdh(self->secp, digest, &auth.id, &self->key),
		"it is for this key");
	for (size_t i = 0; i < sizeof(digest); i++)
		digest[i] ^= auth.nonce[i];
	require(dti_secp_recover(self->secp, &hand->caller_ephemeral,
				 auth.signature, digest),
		"it is signed");
	hand->caller = auth.id;
	memcpy(hand->source.remote_nonce, auth.nonce, sizeof(auth.nonce));
}

static void write_ack(struct scripted_remote *remote, struct by_hand *hand)
{
	static const struct dt_node_key ephemeral = {{[31] = 9}};
	const struct dti_secp *secp = secp_of(remote);
	struct dt_node_id id;
	uint8_t plain[512];
	struct dti_rlp_writer writer = dti_rlp_writer_of(plain, sizeof(plain));
	size_t list = dti_rlp_begin_list(&writer);

	require(dti_secp_id_of_key(secp, &id, &ephemeral) &&
			dti_secp_ecdh(secp, hand->source.shared,
				      &hand->caller_ephemeral, &ephemeral),
		"the keys are good");
	dti_rlp_write_string(&writer, id.bytes, sizeof(id.bytes));
	dti_rlp_write_string(&writer, hand->source.nonce,
			     sizeof(hand->source.nonce));
	dti_rlp_write_u64(&writer, 56);
	dti_rlp_write_string(&writer, "later", 5);
	dti_rlp_end_list(&writer, dti_rlp_begin_list(&writer));
	dti_rlp_end_list(&writer, list);
	dti_rlp_write_raw(&writer, "padding that is no list", 23);
	sealed_packet_write(&hand->ack,
			    (struct dti_bytes){plain, writer.length},
			    &hand->caller, secp);
	hand->source.sent = sealed_packet_bytes(&hand->ack);
}

static void send_hello(struct scripted_remote *remote,
		       const struct dti_secrets *secrets)
{
	uint8_t frame[1024];
	struct dti_rlp_writer body = dti_rlp_writer_of(
		frame + DTI_FRAME_HEAD, sizeof(frame) - DTI_FRAME_HEAD - 32);
	struct dti_frame_stream stream;
	struct dti_frame_keys keys;

	dti_frame_keys_init(&keys, secrets);
	dti_frame_stream_init(&stream, &secrets->egress);
	dti_rlp_write_u64(&body, DTI_MESSAGE_HELLO);
	dti_hello_write(&body, &remote->side.owner.self.offer);
	dti_frame_seal(&stream, &keys, frame, body.length);
	scripted_send_bytes(remote, frame, dti_frame_size(body.length));
}

static void say_more(struct scripted_remote *remote)
{
	static struct by_hand hand; /* a remote at a time */
	struct dti_secrets secrets;

	memset(&hand, 0, sizeof(hand));
	hand.source.nonce[0] = 1;
	read_auth(remote, &hand);
	write_ack(remote, &hand);
	scripted_send_bytes(remote, hand.ack.bytes, hand.ack.length);
	dti_secrets_derive(&secrets, &hand.source);
	send_hello(remote, &secrets);
	scripted_await_close(remote);
}

#define FAILED .outcome = DT_OUTCOME_SETUP_FAILED

const struct fault faults_of_ack[] = {
	{"an ack of no bytes", say, DT_ENDING_HANDSHAKE_SIZE, FAILED,
	 .hex = "0000"},
	{"an ack that is too short", say, DT_ENDING_HANDSHAKE_SIZE, FAILED,
	 .hex = "0070"},
	{"an ack that is too long", say, DT_ENDING_HANDSHAKE_SIZE, FAILED,
	 .hex = "0801"},
	{"the longest ack", say, DT_ENDING_HANDSHAKE_SIZE, FAILED,
	 .hex = "ffff"},
	/* "HTTP/1.1 400 Bad Request" */
	{"a web server", say, DT_ENDING_HANDSHAKE_SIZE, FAILED,
	 .hex = "485454502f312e312034303020426164205265717565737400"},
	/* "SSH-2.0" */
	{"a shell", say, DT_ENDING_HANDSHAKE_SIZE, FAILED,
	 .hex = "5353482d322e300d0a"},
	{"noise of a good size", say_noise, DT_ENDING_HANDSHAKE_SEAL, FAILED,
	 .hex = "0180"},
	{"noise of the least size", say_noise, DT_ENDING_HANDSHAKE_SEAL, FAILED,
	 .hex = "0071"},
	{"an ack for another", say_for_another, DT_ENDING_HANDSHAKE_SEAL,
	 FAILED},
	{"an ack without a list", say_sealed, DT_ENDING_HANDSHAKE_SHAPE, FAILED,
	 .hex = "80"},
	{"an empty ack", say_sealed, DT_ENDING_HANDSHAKE_SHAPE, FAILED,
	 .hex = "c0"},
	{"an ack that is cut", say_sealed, DT_ENDING_HANDSHAKE_SHAPE, FAILED,
	 .hex = "f863"},
	{"a key that is too short", say_key, DT_ENDING_HANDSHAKE_SHAPE, FAILED,
	 .at = 63},
	{"a key that is too long", say_key, DT_ENDING_HANDSHAKE_SHAPE, FAILED,
	 .at = 65},
	{"a key that is no point", say_key, DT_ENDING_HANDSHAKE_KEY, FAILED,
	 .at = 64},
	{"an ack with more than there is yet", say_more, DT_ENDING_NONE,
	 .outcome = DT_OUTCOME_CONNECTED},
	{.name = NULL},
};
