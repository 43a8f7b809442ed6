/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "workers/session.h"

static_assert(sizeof(((struct dt_session_stream *)0)->block) ==
			      DTI_KECCAK_RATE &&
		      sizeof(((struct dt_session_stream *)0)->keccak) ==
			      sizeof(((struct sha3_state *)0)->a),
	      "a running hash has the same room");

/* The counter is big endian and counts blocks; more than 64 bits none takes. */
static uint64_t encrypted(const uint8_t counter[DTI_FRAME_BLOCK])
{
	uint64_t blocks = 0;

	for (size_t i = DTI_FRAME_BLOCK - sizeof(blocks); i < DTI_FRAME_BLOCK;
	     i++)
		blocks = blocks << 8 | counter[i];
	return blocks * DTI_FRAME_BLOCK;
}

static void tell(struct dt_session_stream *out,
		 const struct dti_frame_stream *stream)
{
	const struct dti_keccak *mac = &stream->mac;

	memset(out, 0, sizeof(*out));
	out->encrypted = encrypted(stream->counter);
	memcpy(out->keccak, mac->state.a, sizeof(out->keccak));
	memcpy(out->block, mac->block, mac->filled);
	out->block_length = (uint32_t)mac->filled;
}

dt_err dt_session_secrets(const dt_session *session,
			  struct dt_session_secrets *out)
{
	const struct dti_session *machine = &session->machine;

	if (machine->phase != DTI_SESSION_OPEN || !machine->is_greeted ||
	    dti_session_owes(machine) || machine->reader.in_body ||
	    machine->reader.taken > 0)
		return DT_ERR_ARGUMENT;
	memcpy(out->aes, machine->keys.cipher_key, sizeof(out->aes));
	memcpy(out->mac, machine->keys.mac_key, sizeof(out->mac));
	tell(&out->egress, &machine->writer);
	tell(&out->ingress, &machine->reader.stream);
	return DT_OK;
}
