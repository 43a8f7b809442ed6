/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/session.h"

#include <string.h>

#include "lib/assert.h"
#include "lib/node/id.h"
#include "lib/rlpx/session_state.h"

static void begin(struct dti_session *session, struct dti_session_setup *setup,
		  const struct dti_session_self *self)
{
	memset(session, 0, sizeof(*session));
	session->self = self;
	session->setup = setup;
	session->phase = DTI_SESSION_AUTH;
}

bool dti_session_call(struct dti_session *session,
		      struct dti_session_setup *setup,
		      const struct dti_session_self *self,
		      const struct dt_node_id *remote,
		      const struct dti_handshake_entropy *entropy)
{
	begin(session, setup, self);
	session->remote = *remote;
	session->owed = DTI_SESSION_OWES_HANDSHAKE;
	return dti_handshake_initiate(&setup->handshake, &self->identity,
				      remote, entropy);
}

void dti_session_answer(struct dti_session *session,
			struct dti_session_setup *setup,
			const struct dti_session_self *self,
			const struct dti_handshake_entropy *entropy)
{
	begin(session, setup, self);
	dti_handshake_await(&setup->handshake, &self->identity, entropy);
}

void dti_session_fini(struct dti_session *session)
{
	if (session->setup != NULL)
		dti_handshake_wipe(&session->setup->handshake);
	explicit_bzero(session, sizeof(*session));
	session->phase = DTI_SESSION_OVER;
}

size_t dti_session_needs(const struct dti_session *session)
{
	switch (session->phase) {
	case DTI_SESSION_AUTH:
		return dti_handshake_needs(&session->setup->handshake);
	case DTI_SESSION_HELLO:
	case DTI_SESSION_OPEN:
		return dti_frame_reader_needs(&session->reader);
	case DTI_SESSION_OVER:
		break;
	}
	return 0;
}

void dti_session_give_room(struct dti_session *session,
			   struct dti_frame_room room)
{
	DTI_ASSERT(session->phase == DTI_SESSION_OPEN ||
		   session->phase == DTI_SESSION_OVER);
	session->room = room;
}

/* Before Hello there is the memory that the handshake needed. */
static struct dti_frame_room room_of(struct dti_session *session)
{
	if (session->phase == DTI_SESSION_HELLO)
		return (struct dti_frame_room){
			session->setup->handshake.received, DTI_HELLO_MAX};
	if (session->room.size == 0)
		return (struct dti_frame_room){session->small,
					       sizeof(session->small)};
	return session->room;
}

static void refuse(struct dti_session *session, struct dti_session_event *event,
		   enum dti_refusal refusal)
{
	enum dti_disconnect_reason reason = dti_refusal_reason(refusal);

	event->type = DTI_SESSION_REFUSED;
	event->refusal = refusal;
	if (reason != DTI_DISCONNECT_UNSTATED) {
		dti_session_disconnect(session, reason);
		return;
	}
	session->phase = DTI_SESSION_OVER;
	session->owed = 0;
}

/* The secrets are there: from now on there are frames. */
static void begin_frames(struct dti_session *session)
{
	struct dti_handshake *handshake = &session->setup->handshake;
	struct dti_secrets secrets;

	dti_handshake_finish(handshake, &secrets);
	dti_frame_keys_init(&session->keys, &secrets);
	dti_frame_reader_init(&session->reader, &secrets.ingress,
			      DTI_HELLO_MAX);
	dti_frame_stream_init(&session->writer, &secrets.egress);
	explicit_bzero(&secrets, sizeof(secrets));
}

static void take_handshake(struct dti_session *session, struct dti_bytes *input,
			   struct dti_session_event *event)
{
	struct dti_handshake *handshake = &session->setup->handshake;

	switch (dti_handshake_take(handshake, input)) {
	case DTI_HANDSHAKE_MORE:
		event->type = DTI_SESSION_MORE;
		return;
	case DTI_HANDSHAKE_REFUSED:
		refuse(session, event, handshake->refusal);
		return;
	case DTI_HANDSHAKE_DONE:
		break;
	}
	begin_frames(session);
	if (!handshake->source.is_initiator)
		session->owed |= DTI_SESSION_OWES_HANDSHAKE;
	session->owed |= DTI_SESSION_OWES_HELLO;
	session->remote = handshake->remote;
	session->phase = DTI_SESSION_HELLO;
	event->type = DTI_SESSION_IDENTIFIED;
}

static void take_hello(struct dti_session *session, struct dti_bytes payload,
		       struct dti_session_event *event)
{
	const struct dti_session_self *self = session->self;
	struct dti_hello_expected expected = {
		.id = session->remote,
		.own = self->identity.id,
		.offered = self->offer.capabilities,
	};
	enum dti_refusal refusal = dti_hello_read(&event->hello, payload);

	if (refusal == DTI_REFUSAL_NONE) {
		session->is_snappy =
			dti_hello_is_snappy(&event->hello, self->offer.version);
		refusal = dti_hello_check(&event->hello, &expected);
	}
	if (refusal != DTI_REFUSAL_NONE) {
		refuse(session, event, refusal);
		if (refusal == DTI_REFUSAL_NOTHING_SHARED)
			dti_session_introduce(session);
		return;
	}
	session->phase = DTI_SESSION_OPEN;
	session->reader.limit = self->frame_limit;
	session->setup = NULL;
	event->type = DTI_SESSION_OPENED;
}

static void take_disconnect(struct dti_session *session,
			    struct dti_bytes payload,
			    struct dti_session_event *event)
{
	session->phase = DTI_SESSION_OVER;
	session->owed = 0;
	event->type = DTI_SESSION_DISCONNECTED;
	event->reason = dti_disconnect_decode(payload, session->is_snappy);
}

static void take_ping(struct dti_session *session,
		      struct dti_session_event *event)
{
	if (session->pongs_owed < DTI_SESSION_PONGS_MAX)
		session->pongs_owed++;
	session->owed |= DTI_SESSION_OWES_PONGS;
	event->type = DTI_SESSION_PINGED;
}

/* @cut: bytes of the body that were not kept. */
static void take_message(struct dti_session *session,
			 const struct dti_message *message, size_t cut,
			 struct dti_session_event *event)
{
	size_t length = message->payload.length + cut;
	size_t inflated = length;
	enum dti_refusal refusal = DTI_REFUSAL_NONE;

	if (session->is_snappy)
		refusal = dti_message_size(message, &inflated);
	if (refusal != DTI_REFUSAL_NONE) {
		refuse(session, event, refusal);
		return;
	}
	event->type = DTI_SESSION_MESSAGE;
	event->message.code = message->code;
	event->message.payload = message->payload;
	event->message.length = length;
	event->message.inflated = inflated;
}

/* Of an open session. A code of devp2p that has no meaning yet is ignored. */
static void take_open(struct dti_session *session,
		      const struct dti_message *message, size_t cut,
		      struct dti_session_event *event)
{
	if (message->code == DTI_MESSAGE_DISCONNECT)
		take_disconnect(session, message->payload, event);
	else if (message->code == DTI_MESSAGE_PING)
		take_ping(session, event);
	else if (message->code == DTI_MESSAGE_PONG)
		event->type = DTI_SESSION_PONGED;
	else if (message->code >= DTI_CAPABILITY_FIRST_CODE)
		take_message(session, message, cut, event);
}

static void take_body(struct dti_session *session, struct dti_bytes body,
		      struct dti_session_event *event)
{
	struct dti_message message;

	if (!dti_message_read(&message, body))
		refuse(session, event, DTI_REFUSAL_MESSAGE_CODE);
	else if (session->phase == DTI_SESSION_OPEN)
		take_open(session, &message,
			  session->reader.length - body.length, event);
	else if (message.code == DTI_MESSAGE_HELLO)
		take_hello(session, message.payload, event);
	else if (message.code == DTI_MESSAGE_DISCONNECT)
		take_disconnect(session, message.payload, event);
	else
		refuse(session, event, DTI_REFUSAL_NO_HELLO);
}

static void take_frame(struct dti_session *session, struct dti_bytes *input,
		       struct dti_session_event *event)
{
	struct dti_frame_reader *reader = &session->reader;
	struct dti_frame_room room = room_of(session);

	switch (dti_frame_reader_take(reader, &session->keys, room, input)) {
	case DTI_FRAME_MORE:
		break;
	case DTI_FRAME_ANNOUNCED:
		event->type = DTI_SESSION_ANNOUNCED;
		event->announced = reader->length;
		break;
	case DTI_FRAME_WHOLE:
		take_body(session, dti_frame_reader_body(reader, room), event);
		break;
	case DTI_FRAME_REFUSED:
		refuse(session, event, reader->refusal);
		break;
	}
}

void dti_session_take(struct dti_session *session, struct dti_bytes *input,
		      struct dti_session_event *event)
{
	event->type = DTI_SESSION_MORE;
	if (session->phase == DTI_SESSION_AUTH) {
		take_handshake(session, input, event);
		return;
	}
	while (session->phase != DTI_SESSION_OVER && input->length > 0 &&
	       event->type == DTI_SESSION_MORE)
		take_frame(session, input, event);
	if (session->phase == DTI_SESSION_OVER &&
	    event->type == DTI_SESSION_MORE)
		*input = (struct dti_bytes){input->bytes + input->length, 0};
}
