/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/assert.h"
#include "lib/rlpx/frame_writer.h"
#include "lib/rlpx/session_state.h"
#include "lib/rlpx/snappy.h"

/* What a frame is around its body, and the body's code. */
#define FRAME_OVERHEAD (DTI_FRAME_HEAD + DTI_FRAME_BLOCK)
#define CODE_MAX       9

/* What may be written now, of what is owed. */
static unsigned int due(const struct dti_session *session)
{
	if (session->is_held && !session->is_greeted)
		return session->owed & (DTI_SESSION_OWES_HANDSHAKE |
					DTI_SESSION_OWES_DISCONNECT);
	return session->owed;
}

bool dti_session_owes(const struct dti_session *session)
{
	return due(session) != 0;
}

void dti_session_hold(struct dti_session *session, bool is_held)
{
	session->is_held = is_held;
}

void dti_session_ping(struct dti_session *session)
{
	if (session->phase == DTI_SESSION_OPEN)
		session->owed |= DTI_SESSION_OWES_PING;
}

void dti_session_disconnect(struct dti_session *session,
			    enum dti_disconnect_reason reason)
{
	bool has_keys = session->phase == DTI_SESSION_HELLO ||
			session->phase == DTI_SESSION_OPEN;

	if (session->phase == DTI_SESSION_OVER)
		return;
	session->phase = DTI_SESSION_OVER;
	session->reason = reason;
	session->owed = has_keys
				? (session->owed & DTI_SESSION_OWES_HANDSHAKE) |
					  DTI_SESSION_OWES_DISCONNECT
				: 0;
}

void dti_session_introduce(struct dti_session *session)
{
	if (!session->is_held || session->is_greeted)
		return;
	session->is_held = false;
	session->owed |= DTI_SESSION_OWES_HELLO;
}

void dti_session_abandon(struct dti_session *session)
{
	session->phase = DTI_SESSION_OVER;
	session->owed = 0;
}

/* Of the body of a frame that is to have @size bytes at most. */
static size_t body_room(size_t size)
{
	size_t room = size < FRAME_OVERHEAD ? 0 : size - FRAME_OVERHEAD;

	/* No header can announce more. */
	return room > DTI_FRAME_BODY_MAX
		       ? DTI_FRAME_BODY_MAX
		       : room / DTI_FRAME_BLOCK * DTI_FRAME_BLOCK;
}

/* A body of @length bytes, 0 for none, is where it has to be. */
static size_t seal(struct dti_session *session, uint8_t *out, size_t length)
{
	if (length == 0)
		return 0;
	dti_frame_seal(&session->writer, &session->keys, out, length);
	return dti_frame_size(length);
}

static size_t write_message(struct dti_session *session, uint8_t *out,
			    size_t size, const struct dti_message *message)
{
	size_t room = body_room(size);
	bool is_snappy = session->is_snappy && session->is_greeted;

	if (room == 0)
		return 0;
	return seal(session, out,
		    dti_message_write(out + DTI_FRAME_HEAD, room, message,
				      is_snappy));
}

static size_t write_handshake(struct dti_session *session, uint8_t *out,
			      size_t size)
{
	struct dti_bytes packet =
		dti_handshake_sent(&session->setup->handshake);

	if (packet.length > size)
		return 0;
	memcpy(out, packet.bytes, packet.length);
	return packet.length;
}

static size_t write_hello(struct dti_session *session, uint8_t *out,
			  size_t size)
{
	size_t room = body_room(size);
	struct dti_rlp_writer body;

	if (room == 0)
		return 0;
	body = dti_rlp_writer_of(out + DTI_FRAME_HEAD, room);
	dti_rlp_write_u64(&body, DTI_MESSAGE_HELLO);
	dti_hello_write(&body, &session->self->offer);
	if (body.failed)
		return 0;
	session->is_greeted = true;
	return seal(session, out, body.length);
}

static size_t write_disconnect(struct dti_session *session, uint8_t *out,
			       size_t size)
{
	uint8_t payload[DTI_DISCONNECT_SIZE];
	struct dti_message message = {DTI_MESSAGE_DISCONNECT,
				      {payload, sizeof(payload)}};

	dti_disconnect_encode(payload, session->reason);
	return write_message(session, out, size, &message);
}

/* Ping and pong: an empty list. */
static size_t write_sign(struct dti_session *session, uint8_t *out, size_t size,
			 enum dti_message_code code)
{
	static const uint8_t empty_list[] = {0xc0};
	struct dti_message message = {code, {empty_list, sizeof(empty_list)}};

	return write_message(session, out, size, &message);
}

/* All of them, or those that fit. */
static size_t write_pongs(struct dti_session *session, uint8_t *out,
			  size_t size)
{
	size_t used = 0;

	while (session->pongs_owed > 0) {
		size_t written = write_sign(session, out + used, size - used,
					    DTI_MESSAGE_PONG);

		if (written == 0)
			break;
		session->pongs_owed--;
		used += written;
	}
	return used;
}

static size_t write_one(struct dti_session *session, uint8_t *out, size_t size,
			enum dti_session_owes what)
{
	switch (what) {
	case DTI_SESSION_OWES_HANDSHAKE:
		return write_handshake(session, out, size);
	case DTI_SESSION_OWES_HELLO:
		return write_hello(session, out, size);
	case DTI_SESSION_OWES_DISCONNECT:
		return write_disconnect(session, out, size);
	case DTI_SESSION_OWES_PONGS:
		return write_pongs(session, out, size);
	case DTI_SESSION_OWES_PING:
		return write_sign(session, out, size, DTI_MESSAGE_PING);
	}
	return 0;
}

size_t dti_session_write(struct dti_session *session, uint8_t *out, size_t size)
{
	size_t used = 0;

	while (due(session) != 0) {
		unsigned int what = due(session) & -due(session);
		size_t written = write_one(session, out + used, size - used,
					   (enum dti_session_owes)what);

		used += written;
		if (written == 0 ||
		    (what == DTI_SESSION_OWES_PONGS && session->pongs_owed > 0))
			break;
		session->owed &= ~what;
	}
	return used;
}

size_t dti_session_send_size(size_t length)
{
	return dti_frame_size(CODE_MAX + DTI_SNAPPY_OVERHEAD + length);
}

size_t dti_session_send(struct dti_session *session, uint8_t *out, size_t size,
			const struct dti_message *message)
{
	DTI_ASSERT(message->code >= DTI_CAPABILITY_FIRST_CODE);
	if (session->phase != DTI_SESSION_OPEN || !session->is_greeted)
		return 0;
	return write_message(session, out, size, message);
}
