/* SPDX-License-Identifier: MIT */
/* What comes in of a session. */
#include <string.h>

#include "lib/rlpx/ending.h"
#include "lib/rlpx/hello_told.h"
#include "lib/rlpx/snappy.h"

#include "workers/session.h"

/* Also what is lent of the set-up is not needed any more. */
static void give_setup(dt_session *session)
{
	struct dti_session_setup *setup = session->setup;

	session->setup = NULL;
	dti_handshake_wipe(&setup->handshake);
	dti_session_pool_give_setup(&session->owner->pool, setup);
}

static void note_hello(dt_session *session, const struct dti_hello *hello)
{
	struct dt_session_info *info = &session->info;
	struct dti_capability_list offered =
		session->owner->self.offer.capabilities;

	dti_hello_tell(&info->hello, hello, offered);
	info->shared_count =
		(uint16_t)dti_hello_shared(info->shared, hello, offered);
	info->is_snappy = session->machine.is_snappy;
	info->has_hello = true;
}

static void note_opened(dt_session *session, const struct dti_hello *hello)
{
	note_hello(session, hello);
	session->info.is_open = true;
	give_setup(session);
}

static enum dt_session_event note_ended(dt_session *session,
					enum dt_ending ending)
{
	session->info.ending = ending;
	session->info.is_open = false;
	return DT_SESSION_ENDED;
}

static void note_message(struct dt_message *message,
			 const struct dti_session_event *event)
{
	*message = (struct dt_message){
		.code = event->message.code,
		.payload = event->message.payload.bytes,
		.kept = event->message.payload.length,
		.length = event->message.length,
		.inflated = event->message.inflated,
	};
}

static enum dt_session_event note(dt_session *session,
				  const struct dti_session_event *event,
				  struct dt_message *message)
{
	switch (event->type) {
	case DTI_SESSION_MORE:
		return DT_SESSION_MORE;
	case DTI_SESSION_IDENTIFIED:
		session->info.id = session->machine.remote;
		return DT_SESSION_IDENTIFIED;
	case DTI_SESSION_OPENED:
		note_opened(session, &event->hello);
		return DT_SESSION_OPENED;
	case DTI_SESSION_ANNOUNCED:
		*message = (struct dt_message){.length = event->announced};
		return DT_SESSION_ANNOUNCED;
	case DTI_SESSION_PINGED:
		return DT_SESSION_PINGED;
	case DTI_SESSION_PONGED:
		return DT_SESSION_PONGED;
	case DTI_SESSION_MESSAGE:
		note_message(message, event);
		return DT_SESSION_MESSAGE;
	case DTI_SESSION_DISCONNECTED:
		return note_ended(session,
				  dti_ending_of_disconnect(event->reason));
	case DTI_SESSION_REFUSED:
		/* What it offers instead is what its operator asks for. */
		if (event->refusal == DTI_REFUSAL_NOTHING_SHARED)
			note_hello(session, &event->hello);
		return note_ended(session,
				  dti_ending_of_refusal(event->refusal));
	}
	return DT_SESSION_MORE;
}

enum dt_session_event dt_session_take(dt_session *session,
				      const uint8_t **input, size_t *length,
				      struct dt_message *message)
{
	struct dti_bytes bytes = {*input, *length};
	struct dti_session_event event;

	dti_session_take(&session->machine, &bytes, &event);
	*input = bytes.bytes;
	*length = bytes.length;
	return note(session, &event, message);
}

void dt_session_room(dt_session *session, uint8_t *room, size_t size)
{
	if (session->machine.phase != DTI_SESSION_OPEN)
		return;
	dti_session_give_room(
		&session->machine,
		(struct dti_frame_room){room, size - size % DTI_FRAME_BLOCK});
}

static bool inflate(const dt_session *session, uint8_t *out,
		    const struct dt_message *message)
{
	struct dti_bytes payload = {message->payload, message->kept};

	if (message->kept < message->length)
		return false;
	if (session->info.is_snappy)
		return dti_snappy_inflate(out, message->inflated, payload);
	if (payload.length > 0)
		memcpy(out, payload.bytes, payload.length);
	return true;
}

dt_err dt_session_inflate(const dt_session *session, uint8_t *out, size_t size,
			  const struct dt_message *message)
{
	if (size < message->inflated)
		return DT_ERR_TOO_SMALL;
	return inflate(session, out, message) ? DT_OK : DT_ERR_PARSE;
}
