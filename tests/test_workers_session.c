/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/node/id.h"

#include "tests/harness.h"
#include "tests/session_pair.h"

static struct session_pair pair; /* each test is a process */
static struct session_side *const caller = &pair.caller;
static struct session_side *const answerer = &pair.answerer;

static void begin(void)
{
	session_pair_init(&pair);
	session_pair_begin(&pair);
}

static void open_both(void)
{
	session_pair_init(&pair);
	session_pair_open(&pair);
}

static enum dt_ending ending_of(const struct session_side *side)
{
	return dt_session_info(side->session)->ending;
}

/* Until the answerer waits for Hello. */
static void identify(void)
{
	session_side_write(caller);
	session_side_deliver(caller, answerer);
}

Test(workers_session, destroying_none_does_nothing)
{
	dt_session_destroy(NULL);
}

static void note_release(void *context, dt_session *session)
{
	*(const dt_session **)context = session;
	/* It can still be asked. */
	cr_assert(dt_session_info(session)->is_initiator);
}

Test(workers_session, its_owner_hears_of_its_end)
{
	const dt_session *released = NULL;
	const dt_session *session;

	begin();
	caller->owner.released = note_release;
	caller->owner.context = &released;
	session = caller->session;
	dt_session_destroy(caller->session);
	caller->session = NULL;

	cr_assert_eq(released, session);
	cr_assert_eq(dti_session_pool_in_use(&caller->owner.pool), 0);
	session_pair_fini(&pair);
}

Test(workers_session, its_secrets_are_wiped)
{
	static const struct dti_frame_keys wiped;
	dt_session *session;

	open_both();
	session = caller->session;
	cr_assert_arr_neq(&session->machine.keys, &wiped, sizeof(wiped));
	dt_session_destroy(session);
	caller->session = NULL;

	/* The pool still has its memory. */
	cr_assert_arr_eq(&session->machine.keys, &wiped, sizeof(wiped));
	session_pair_fini(&pair);
}

Test(workers_session, a_setups_secrets_are_wiped)
{
	static const struct dti_handshake_entropy wiped;
	struct dti_session_setup *setup;

	begin();
	setup = caller->session->setup;
	cr_assert_arr_neq(&setup->handshake.entropy.ephemeral, &wiped.ephemeral,
			  sizeof(wiped.ephemeral));
	dt_session_destroy(caller->session);
	caller->session = NULL;
	cr_assert_arr_eq(&setup->handshake.entropy.ephemeral, &wiped.ephemeral,
			 sizeof(wiped.ephemeral));
	session_pair_fini(&pair);
}

Test(workers_session, it_needs_bytes_until_it_is_over)
{
	begin();
	cr_assert_eq(dt_session_needs(caller->session), 2);
	session_pair_settle(&pair);
	cr_assert_eq(dt_session_needs(caller->session), DTI_FRAME_HEAD);
	dti_session_set_ending(caller->session, DT_ENDING_CLOSED);
	cr_assert_eq(dt_session_needs(caller->session), 0);
	session_pair_fini(&pair);
}

Test(workers_session, all_that_is_owed_fits_into_one_write)
{
	begin();
	identify();
	session_side_write(answerer);
	cr_assert_leq(answerer->length, DT_SESSION_WRITE_SIZE);
	cr_assert_not(dt_session_owes(answerer->session));
	session_pair_fini(&pair);
}

Test(workers_session, a_ping_is_answered)
{
	open_both();
	dt_session_ping(caller->session);
	session_pair_settle(&pair);
	cr_assert_eq(session_side_last(answerer), DT_SESSION_PINGED);
	cr_assert_eq(session_side_last(caller), DT_SESSION_PONGED);
	session_pair_fini(&pair);
}

Test(workers_session, no_ping_is_owed_before_it_is_open)
{
	begin();
	dt_session_ping(answerer->session);
	cr_assert_not(dt_session_owes(answerer->session));
	session_pair_fini(&pair);
}

static const struct {
	enum dt_ending told; /* to dt_session_disconnect() */
	enum dt_ending own;
	enum dt_ending remote;
} disconnects[] = {
	{DT_ENDING_REMOTE_REQUESTED, DT_ENDING_LOCAL_REQUESTED,
	 DT_ENDING_REMOTE_REQUESTED},
	{DT_ENDING_REMOTE_TOO_MANY, DT_ENDING_LOCAL_TOO_MANY,
	 DT_ENDING_REMOTE_TOO_MANY},
	{DT_ENDING_REMOTE_ALREADY, DT_ENDING_LOCAL_ALREADY,
	 DT_ENDING_REMOTE_ALREADY},
	{DT_ENDING_REMOTE_QUITTING, DT_ENDING_LOCAL_QUITTING,
	 DT_ENDING_REMOTE_QUITTING},
	{DT_ENDING_REMOTE_TIMEOUT, DT_ENDING_SILENT, DT_ENDING_REMOTE_TIMEOUT},
	{DT_ENDING_REMOTE_USELESS, DT_ENDING_LOCAL_REQUESTED,
	 DT_ENDING_REMOTE_USELESS},
	{DT_ENDING_REMOTE_SUBPROTOCOL, DT_ENDING_LOCAL_REQUESTED,
	 DT_ENDING_REMOTE_SUBPROTOCOL},
	/* What cannot be told. */
	{DT_ENDING_REMOTE_OTHER, DT_ENDING_LOCAL_REQUESTED,
	 DT_ENDING_REMOTE_REQUESTED},
	{DT_ENDING_NONE, DT_ENDING_LOCAL_REQUESTED, DT_ENDING_REMOTE_REQUESTED},
	{DT_ENDING_COUNT, DT_ENDING_LOCAL_REQUESTED,
	 DT_ENDING_REMOTE_REQUESTED},
};

Test(workers_session, the_remote_is_told_why_it_ends)
{
	session_pair_init(&pair);
	for (size_t i = 0; i < dti_array_length(disconnects); i++) {
		session_pair_open(&pair);
		dt_session_disconnect(caller->session, disconnects[i].told);
		cr_assert_not(dt_session_info(caller->session)->is_open);
		session_pair_settle(&pair);

		cr_assert_eq(session_side_last(answerer), DT_SESSION_ENDED);
		cr_assert_eq(ending_of(answerer), disconnects[i].remote, "%zu",
			     i);
		cr_assert_eq(ending_of(caller), disconnects[i].own, "%zu", i);
		cr_assert_not(dt_session_info(answerer->session)->is_open);
		cr_assert_eq(caller->event_count, 0);
	}
	session_pair_fini(&pair);
}

Test(workers_session, in_place_of_hello_the_remote_is_told_too)
{
	begin();
	identify();
	dt_session_disconnect(answerer->session, DT_ENDING_REMOTE_TOO_MANY);
	session_pair_settle(&pair);
	cr_assert_eq(ending_of(caller), DT_ENDING_REMOTE_TOO_MANY);
	cr_assert_eq(session_side_count(caller, DT_SESSION_OPENED), 0);
	session_pair_fini(&pair);
}

Test(workers_session, who_cannot_read_it_is_told_nothing)
{
	begin();
	dt_session_disconnect(caller->session, DT_ENDING_REMOTE_QUITTING);
	cr_assert_not(dt_session_owes(caller->session));
	cr_assert_eq(ending_of(caller), DT_ENDING_LOCAL_QUITTING);
	session_pair_fini(&pair);
}

Test(workers_session, the_first_ending_stays)
{
	open_both();
	dt_session_disconnect(caller->session, DT_ENDING_REMOTE_TOO_MANY);
	dt_session_disconnect(caller->session, DT_ENDING_REMOTE_QUITTING);
	dti_session_end(caller->session, DT_ENDING_SILENT);
	dti_session_set_ending(caller->session, DT_ENDING_STUCK);
	cr_assert_eq(ending_of(caller), DT_ENDING_LOCAL_TOO_MANY);
	session_pair_fini(&pair);
}

Test(workers_session, an_ending_is_told_if_it_has_a_reason)
{
	static const struct {
		enum dt_ending ending;
		enum dt_ending remote; /* NONE: it is told nothing */
	} cases[] = {
		{DT_ENDING_LOCAL_REQUESTED, DT_ENDING_REMOTE_REQUESTED},
		{DT_ENDING_LOCAL_QUITTING, DT_ENDING_REMOTE_QUITTING},
		{DT_ENDING_LOCAL_TOO_MANY, DT_ENDING_REMOTE_TOO_MANY},
		{DT_ENDING_LOCAL_ALREADY, DT_ENDING_REMOTE_ALREADY},
		{DT_ENDING_SILENT, DT_ENDING_REMOTE_TIMEOUT},
		{DT_ENDING_STUCK, DT_ENDING_NONE},
		{DT_ENDING_LOCAL_FAULT, DT_ENDING_NONE},
	};

	session_pair_init(&pair);
	for (size_t i = 0; i < dti_array_length(cases); i++) {
		session_pair_open(&pair);
		dti_session_end(caller->session, cases[i].ending);
		session_pair_settle(&pair);
		cr_assert_eq(ending_of(caller), cases[i].ending, "%zu", i);
		cr_assert_eq(ending_of(answerer), cases[i].remote, "%zu", i);
		cr_assert_eq(dt_session_info(answerer->session)->is_open,
			     cases[i].remote == DT_ENDING_NONE);
	}
	session_pair_fini(&pair);
}

Test(workers_session, once_an_ending_is_set_nothing_is_owed)
{
	open_both();
	dt_session_ping(caller->session);
	dti_session_set_ending(caller->session, DT_ENDING_CLOSED);
	cr_assert_not(dt_session_owes(caller->session));
	cr_assert_not(dt_session_info(caller->session)->is_open);
	cr_assert_eq(ending_of(caller), DT_ENDING_CLOSED);
	session_pair_fini(&pair);
}

Test(workers_session, what_an_end_and_a_silence_mean_depends_on_the_phase)
{
	begin();
	cr_assert_eq(dti_session_closed_ending(caller->session),
		     DT_ENDING_AUTH_CLOSED);
	cr_assert_eq(dti_session_silent_ending(caller->session),
		     DT_ENDING_AUTH_TIMED_OUT);
	identify();
	cr_assert_eq(dti_session_closed_ending(answerer->session),
		     DT_ENDING_HELLO_CLOSED);
	cr_assert_eq(dti_session_silent_ending(answerer->session),
		     DT_ENDING_HELLO_TIMED_OUT);
	session_pair_open(&pair);
	cr_assert_eq(dti_session_closed_ending(caller->session),
		     DT_ENDING_CLOSED);
	cr_assert_eq(dti_session_silent_ending(caller->session),
		     DT_ENDING_SILENT);
	dti_session_end(caller->session, DT_ENDING_LOCAL_TOO_MANY);
	cr_assert_eq(dti_session_closed_ending(caller->session),
		     DT_ENDING_LOCAL_TOO_MANY);
	cr_assert_eq(dti_session_silent_ending(caller->session),
		     DT_ENDING_LOCAL_TOO_MANY);
	session_pair_fini(&pair);
}

static void send(struct session_side *side, uint64_t code,
		 const uint8_t *payload, size_t length)
{
	side->length += dt_session_send(
		side->session, side->wire + side->length,
		sizeof(side->wire) - side->length, code, payload, length);
}

Test(workers_session, a_message_arrives_as_it_was_sent)
{
	static const uint8_t payload[] = {0xc3, 1, 2, 3};

	open_both();
	send(caller, 0x11, payload, sizeof(payload));
	cr_assert_gt(caller->length, 0);
	cr_assert_leq(caller->length, dt_session_send_size(sizeof(payload)));
	session_side_deliver(caller, answerer);

	cr_assert_eq(session_side_last(answerer), DT_SESSION_MESSAGE);
	cr_assert_eq(answerer->message.code, 0x11);
	cr_assert_eq(answerer->message.inflated, sizeof(payload));
	session_pair_fini(&pair);
}

Test(workers_session, codes_of_devp2p_are_not_sent)
{
	open_both();
	for (uint64_t code = 0; code < 0x10; code++)
		send(caller, code, NULL, 0);
	cr_assert_eq(caller->length, 0);
	send(caller, 0x10, NULL, 0);
	cr_assert_gt(caller->length, 0);
	session_pair_fini(&pair);
}

Test(workers_session, nothing_is_sent_unless_it_is_open)
{
	begin();
	send(caller, 0x10, NULL, 0);
	cr_assert_eq(caller->length, 0);
	session_pair_settle(&pair);
	dt_session_disconnect(caller->session, DT_ENDING_REMOTE_REQUESTED);
	send(caller, 0x10, NULL, 0);
	cr_assert_eq(caller->length, 0);
	session_pair_fini(&pair);
}

Test(workers_session, what_does_not_fit_is_not_sent)
{
	uint8_t payload[100] = {0xc0};
	uint8_t out[200];

	open_both();
	cr_assert_eq(dt_session_send(caller->session, out, 100, 0x10, payload,
				     sizeof(payload)),
		     0);
	cr_assert_neq(dt_session_send(caller->session, out,
				      dt_session_send_size(sizeof(payload)),
				      0x10, payload, sizeof(payload)),
		      0);
	session_pair_fini(&pair);
}
