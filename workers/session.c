/* SPDX-License-Identifier: MIT */
#include "workers/session.h"

#include <assert.h>

#include "lib/rlpx/ending.h"

static_assert(DTI_HANDSHAKE_PACKET_MAX + DTI_SESSION_WRITE_MAX <=
			      DT_SESSION_WRITE_SIZE &&
		      (DTI_SESSION_PONGS_MAX + 2) * DTI_SESSION_WRITE_MIN <=
			      DT_SESSION_WRITE_SIZE,
	      "all that can be owed at once fits");

void dt_session_destroy(dt_session *session)
{
	struct dti_session_owner *owner;

	if (session == NULL)
		return;
	owner = session->owner;
	if (owner->released != NULL)
		owner->released(owner->context, session);
	if (session->setup != NULL)
		dti_handshake_wipe(&session->setup->handshake);
	dti_session_fini(&session->machine);
	dti_session_pool_give(&owner->pool, session);
}

const struct dt_session_info *dt_session_info(const dt_session *session)
{
	return &session->info;
}

size_t dt_session_needs(const dt_session *session)
{
	return dti_session_needs(&session->machine);
}

bool dt_session_owes(const dt_session *session)
{
	return dti_session_owes(&session->machine);
}

size_t dt_session_write(dt_session *session, uint8_t *out, size_t size)
{
	return dti_session_write(&session->machine, out, size);
}

void dt_session_ping(dt_session *session)
{
	dti_session_ping(&session->machine);
}

size_t dt_session_send_size(size_t length)
{
	return dti_session_send_size(length);
}

size_t dt_session_send(dt_session *session, uint8_t *out, size_t size,
		       uint64_t code, const uint8_t *payload, size_t length)
{
	struct dti_message message = {code, {payload, length}};

	if (code < DTI_CAPABILITY_FIRST_CODE)
		return 0;
	return dti_session_send(&session->machine, out, size, &message);
}

static void note_ending(dt_session *session, enum dt_ending ending)
{
	if (session->info.ending == DT_ENDING_NONE)
		session->info.ending = ending;
	session->info.is_open = false;
}

void dti_session_set_ending(dt_session *session, enum dt_ending ending)
{
	note_ending(session, ending);
	dti_session_abandon(&session->machine);
}

/* Ours, when the remote is to see it as @reason. */
static enum dt_ending local_ending(const dt_session *session,
				   enum dt_ending reason)
{
	switch (reason) {
	case DT_ENDING_REMOTE_TOO_MANY:
		return DT_ENDING_LOCAL_TOO_MANY;
	case DT_ENDING_REMOTE_ALREADY:
		return DT_ENDING_LOCAL_ALREADY;
	case DT_ENDING_REMOTE_QUITTING:
		return DT_ENDING_LOCAL_QUITTING;
	case DT_ENDING_REMOTE_TIMEOUT:
		return dti_session_silent_ending(session);
	default:
		return DT_ENDING_LOCAL_REQUESTED;
	}
}

static void disconnect(dt_session *session, enum dt_ending ending,
		       enum dti_disconnect_reason reason)
{
	if (session->machine.phase == DTI_SESSION_OVER)
		return;
	note_ending(session, ending);
	if (reason == DTI_DISCONNECT_UNSTATED)
		dti_session_abandon(&session->machine);
	else
		dti_session_disconnect(&session->machine, reason);
}

void dti_session_end(dt_session *session, enum dt_ending ending)
{
	disconnect(session, ending, dti_ending_reason(ending));
}

void dt_session_disconnect(dt_session *session, enum dt_ending reason)
{
	bool is_known = reason >= DT_ENDING_REMOTE_REQUESTED &&
			reason <= DT_ENDING_REMOTE_SUBPROTOCOL;

	disconnect(session, local_ending(session, reason),
		   is_known ? dti_ending_reason(reason)
			    : DTI_DISCONNECT_REQUESTED);
}

enum dt_ending dti_session_closed_ending(const dt_session *session)
{
	switch (session->machine.phase) {
	case DTI_SESSION_AUTH:
		return DT_ENDING_AUTH_CLOSED;
	case DTI_SESSION_HELLO:
		return DT_ENDING_HELLO_CLOSED;
	case DTI_SESSION_OPEN:
		return DT_ENDING_CLOSED;
	case DTI_SESSION_OVER:
		break;
	}
	return session->info.ending;
}

enum dt_ending dti_session_silent_ending(const dt_session *session)
{
	switch (session->machine.phase) {
	case DTI_SESSION_AUTH:
		return DT_ENDING_AUTH_TIMED_OUT;
	case DTI_SESSION_HELLO:
		return DT_ENDING_HELLO_TIMED_OUT;
	case DTI_SESSION_OPEN:
		return DT_ENDING_SILENT;
	case DTI_SESSION_OVER:
		break;
	}
	return session->info.ending;
}
