/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/handshake_packet.h"

#include <string.h>

#include "lib/assert.h"
#include "lib/wire/rlp.h"

#define VERSION   4
#define PLAIN_MAX (DTI_HANDSHAKE_SIZE_MAX - DTI_ECIES_OVERHEAD)

void dti_handshake_seal_draw(struct dti_handshake_seal *out,
			     struct dti_random *random)
{
	uint32_t choices =
		DTI_HANDSHAKE_PADDING_MAX - DTI_HANDSHAKE_PADDING_MIN + 1;

	dti_ecies_entropy_draw(&out->ecies, random);
	out->padding_length =
		DTI_HANDSHAKE_PADDING_MIN + dti_random_below(random, choices);
	dti_random_fill(random, out->padding, sizeof(out->padding));
}

/* @plain: the list. Returns the bytes of the packet, or 0. */
static size_t seal_packet(uint8_t *out, struct dti_rlp_writer *plain,
			  const struct dt_node_id *to,
			  const struct dti_handshake_seal *seal,
			  const struct dti_secp *secp)
{
	struct dti_bytes prefix = {out, DTI_HANDSHAKE_PREFIX};
	struct dti_bytes message = {plain->out, 0};
	size_t size;

	dti_rlp_write_raw(plain, seal->padding, seal->padding_length);
	DTI_ASSERT(!plain->failed);
	message.length = plain->length;
	size = message.length + DTI_ECIES_OVERHEAD;
	out[0] = (uint8_t)(size >> 8);
	out[1] = (uint8_t)size;
	return dti_ecies_encrypt(secp, out + DTI_HANDSHAKE_PREFIX, message,
				 prefix, to, &seal->ecies)
		       ? DTI_HANDSHAKE_PREFIX + size
		       : 0;
}

size_t dti_auth_encode(uint8_t out[DTI_HANDSHAKE_PACKET_MAX],
		       const struct dti_auth *auth, const struct dt_node_id *to,
		       const struct dti_handshake_seal *seal,
		       const struct dti_secp *secp)
{
	uint8_t bytes[DTI_HANDSHAKE_PACKET_MAX];
	struct dti_rlp_writer plain = dti_rlp_writer_of(bytes, sizeof(bytes));
	size_t list = dti_rlp_begin_list(&plain);

	dti_rlp_write_string(&plain, auth->signature, sizeof(auth->signature));
	dti_rlp_write_string(&plain, auth->id.bytes, sizeof(auth->id.bytes));
	dti_rlp_write_string(&plain, auth->nonce, sizeof(auth->nonce));
	dti_rlp_write_u64(&plain, VERSION);
	dti_rlp_end_list(&plain, list);
	return seal_packet(out, &plain, to, seal, secp);
}

size_t dti_ack_encode(uint8_t out[DTI_HANDSHAKE_PACKET_MAX],
		      const struct dti_ack *ack, const struct dt_node_id *to,
		      const struct dti_handshake_seal *seal,
		      const struct dti_secp *secp)
{
	uint8_t bytes[DTI_HANDSHAKE_PACKET_MAX];
	struct dti_rlp_writer plain = dti_rlp_writer_of(bytes, sizeof(bytes));
	size_t list = dti_rlp_begin_list(&plain);

	dti_rlp_write_string(&plain, ack->ephemeral.bytes,
			     sizeof(ack->ephemeral.bytes));
	dti_rlp_write_string(&plain, ack->nonce, sizeof(ack->nonce));
	dti_rlp_write_u64(&plain, VERSION);
	dti_rlp_end_list(&plain, list);
	return seal_packet(out, &plain, to, seal, secp);
}

bool dti_handshake_size(const uint8_t prefix[DTI_HANDSHAKE_PREFIX], size_t *out)
{
	*out = (size_t)prefix[0] << 8 | prefix[1];
	return *out >= DTI_ECIES_OVERHEAD && *out <= DTI_HANDSHAKE_SIZE_MAX;
}

static bool read_auth(struct dti_rlp_reader *list, void *out)
{
	struct dti_auth *auth = out;

	return dti_rlp_read_fixed(list, auth->signature,
				  sizeof(auth->signature)) &&
	       dti_rlp_read_fixed(list, auth->id.bytes,
				  sizeof(auth->id.bytes)) &&
	       dti_rlp_read_fixed(list, auth->nonce, sizeof(auth->nonce));
}

static bool read_ack(struct dti_rlp_reader *list, void *out)
{
	struct dti_ack *ack = out;

	return dti_rlp_read_fixed(list, ack->ephemeral.bytes,
				  sizeof(ack->ephemeral.bytes)) &&
	       dti_rlp_read_fixed(list, ack->nonce, sizeof(ack->nonce));
}

static enum dti_refusal
read_plain(struct dti_bytes plain,
	   bool (*read)(struct dti_rlp_reader *list, void *out), void *out)
{
	struct dti_rlp_reader reader = dti_rlp_reader_of(plain);
	struct dti_rlp_reader list;

	if (!dti_rlp_read_list(&reader, &list) || !read(&list, out))
		return DTI_REFUSAL_HANDSHAKE_SHAPE;
	return DTI_REFUSAL_NONE;
}

/*
 * @read: the elements that are not ignored, to @out. What was under seal stays
 * nowhere else: see KEYS of lib/rlpx/handshake.h for what of it is secret.
 */
static enum dti_refusal
open_packet(struct dti_bytes packet, const struct dt_node_key *key,
	    const struct dti_secp *secp,
	    bool (*read)(struct dti_rlp_reader *list, void *out), void *out)
{
	struct dti_bytes prefix = {packet.bytes, DTI_HANDSHAKE_PREFIX};
	struct dti_bytes sealed = {packet.bytes + DTI_HANDSHAKE_PREFIX,
				   packet.length - DTI_HANDSHAKE_PREFIX};
	uint8_t plain[PLAIN_MAX];
	enum dti_refusal refusal = DTI_REFUSAL_HANDSHAKE_SEAL;

	DTI_ASSERT(sealed.length >= DTI_ECIES_OVERHEAD &&
		   sealed.length <= DTI_HANDSHAKE_SIZE_MAX);
	if (dti_ecies_decrypt(secp, plain, sealed, prefix, key))
		refusal = read_plain(
			(struct dti_bytes){plain,
					   sealed.length - DTI_ECIES_OVERHEAD},
			read, out);
	explicit_bzero(plain, sizeof(plain));
	return refusal;
}

enum dti_refusal dti_auth_decode(struct dti_auth *out, struct dti_bytes packet,
				 const struct dt_node_key *key,
				 const struct dti_secp *secp)
{
	return open_packet(packet, key, secp, read_auth, out);
}

enum dti_refusal dti_ack_decode(struct dti_ack *out, struct dti_bytes packet,
				const struct dt_node_key *key,
				const struct dti_secp *secp)
{
	return open_packet(packet, key, secp, read_ack, out);
}
