/* SPDX-License-Identifier: MIT */
#include "tests/rlpx_ends.h"

#include <string.h>

#include "lib/container.h"
#include "lib/rlpx/frame_writer.h"

#include "tests/require.h"
#include "tests/vectors.h"

static const struct dt_allocator libc = {.malloc = NULL};
static const struct dti_capability offered[] = {{"eth", 68, 17},
						{"snap", 1, 8}};
static const char client[] = "dialtone/test";

static void init_end(struct rlpx_end *end, const struct dti_secp *secp,
		     uint8_t number)
{
	struct dti_handshake_self *identity = &end->self.identity;
	const uint8_t seed[32] = {number};
	struct dti_random random;

	dti_random_init(&random, seed);
	dti_handshake_entropy_draw(&end->entropy, &random);
	identity->secp = secp;
	identity->key = (struct dt_node_key){{number}};
	require(dti_secp_id_of_key(secp, &identity->id, &identity->key),
		"an end has a secret key");
	end->self.offer = (struct dti_hello_offer){
		.version = DTI_HELLO_VERSION,
		.client = {(const uint8_t *)client, sizeof(client) - 1},
		.capabilities = {offered, dti_array_length(offered)},
		.listen_port = 30303,
		.id = identity->id,
	};
	end->self.frame_limit = 4096;
}

void rlpx_ends_init(struct rlpx_ends *ends)
{
	static const uint8_t entropy[32] = {1};

	memset(ends, 0, sizeof(*ends));
	require(dti_secp_init(&ends->secp, entropy, &libc) == DT_OK,
		"there is memory for secp256k1");
	init_end(&ends->caller, &ends->secp, 1);
	init_end(&ends->answerer, &ends->secp, 2);
}

void rlpx_ends_fini(struct rlpx_ends *ends)
{
	dti_session_fini(&ends->caller.session);
	dti_session_fini(&ends->answerer.session);
	dti_secp_fini(&ends->secp);
}

static void forget(struct rlpx_end *end)
{
	end->length = 0;
	end->events.count = 0;
}

void rlpx_ends_begin(struct rlpx_ends *ends)
{
	struct rlpx_end *caller = &ends->caller;
	struct rlpx_end *answerer = &ends->answerer;

	forget(caller);
	forget(answerer);
	require(dti_session_call(&caller->session, &caller->setup,
				 &caller->self, &answerer->self.identity.id,
				 &caller->entropy),
		"the answerer has a key");
	dti_session_answer(&answerer->session, &answerer->setup,
			   &answerer->self, &answerer->entropy);
}

void rlpx_ends_identify(struct rlpx_ends *ends)
{
	struct dti_bytes ack;

	rlpx_ends_begin(ends);
	rlpx_end_write(&ends->caller);
	rlpx_end_deliver(&ends->caller, &ends->answerer);
	/* The ack only: for Hello there is no room. */
	ack = dti_handshake_sent(&ends->answerer.setup.handshake);
	ends->answerer.length = dti_session_write(
		&ends->answerer.session, ends->answerer.wire, ack.length);
	rlpx_end_deliver(&ends->answerer, &ends->caller);
	require(ends->caller.session.phase == DTI_SESSION_HELLO,
		"the caller has secrets");
}

void rlpx_ends_open(struct rlpx_ends *ends)
{
	rlpx_ends_begin(ends);
	rlpx_ends_settle(ends);
	require(ends->caller.session.phase == DTI_SESSION_OPEN &&
			ends->answerer.session.phase == DTI_SESSION_OPEN,
		"both are open");
	forget(&ends->caller);
	forget(&ends->answerer);
}

void rlpx_end_write(struct rlpx_end *end)
{
	end->length += dti_session_write(&end->session, end->wire + end->length,
					 sizeof(end->wire) - end->length);
}

void rlpx_end_write_body(struct rlpx_end *end, struct dti_bytes body)
{
	uint8_t *frame = end->wire + end->length;

	require(dti_frame_size(body.length) <= sizeof(end->wire) - end->length,
		"the frame fits");
	if (body.length > 0)
		memcpy(frame + DTI_FRAME_HEAD, body.bytes, body.length);
	dti_frame_seal(&end->session.writer, &end->session.keys, frame,
		       body.length);
	end->length += dti_frame_size(body.length);
}

void rlpx_end_write_hex(struct rlpx_end *end, const char *body)
{
	uint8_t bytes[256];

	rlpx_end_write_body(
		end, (struct dti_bytes){
			     bytes, vectors_bytes(bytes, sizeof(bytes), body)});
}

static void note(struct rlpx_events *events,
		 const struct dti_session_event *event)
{
	if (event->type == DTI_SESSION_MORE ||
	    event->type == DTI_SESSION_ANNOUNCED)
		return;
	require(events->count < RLPX_EVENTS_MAX, "not so many events");
	events->all[events->count++] = *event;
}

void rlpx_end_take(struct rlpx_end *to, struct dti_bytes bytes)
{
	struct dti_session_event event;

	do {
		dti_session_take(&to->session, &bytes, &event);
		note(&to->events, &event);
	} while (bytes.length > 0);
}

void rlpx_end_deliver(struct rlpx_end *from, struct rlpx_end *to)
{
	rlpx_end_take(to, (struct dti_bytes){from->wire, from->length});
	from->length = 0;
}

void rlpx_ends_settle(struct rlpx_ends *ends)
{
	struct rlpx_end *caller = &ends->caller;
	struct rlpx_end *answerer = &ends->answerer;

	do {
		rlpx_end_write(caller);
		rlpx_end_deliver(caller, answerer);
		rlpx_end_write(answerer);
		rlpx_end_deliver(answerer, caller);
	} while (dti_session_owes(&caller->session) ||
		 dti_session_owes(&answerer->session));
}

const struct dti_session_event *rlpx_end_last(const struct rlpx_end *end)
{
	require(end->events.count > 0, "something happened");
	return &end->events.all[end->events.count - 1];
}
