/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/rlpx/snappy.h"

#include "tests/harness.h"
#include "tests/rlpx_ends.h"

static struct rlpx_ends ends; /* each test is a process */
static struct rlpx_end *const caller = &ends.caller;
static struct rlpx_end *const answerer = &ends.answerer;

static void check_disconnected(const struct rlpx_end *end,
			       enum dti_disconnect_reason reason)
{
	cr_assert_eq(rlpx_end_last(end)->type, DTI_SESSION_DISCONNECTED);
	cr_assert_eq(rlpx_end_last(end)->reason, reason);
}

/* What @end owes, with exactly @size bytes of room. */
static size_t write_to(struct rlpx_end *end, size_t size)
{
	/* No byte more, so that a sanitizer sees one. */
	uint8_t *out = malloc(size > 0 ? size : 1);
	size_t used;

	cr_assert_not_null(out);
	used = dti_session_write(&end->session, out, size);
	cr_assert_leq(used, size);
	memcpy(end->wire + end->length, out, used);
	end->length += used;
	free(out);
	return used;
}

Test(rlpx_session_write, it_does_not_matter_how_much_room_there_is)
{
	rlpx_ends_init(&ends);
	for (size_t more = 0; more < 700; more += 7) {
		rlpx_ends_begin(&ends);
		while (caller->session.phase != DTI_SESSION_OPEN ||
		       answerer->session.phase != DTI_SESSION_OPEN) {
			struct rlpx_end *from =
				dti_session_owes(&caller->session) ? caller
								   : answerer;
			size_t size = 0;

			cr_assert(dti_session_owes(&from->session));
			while (write_to(from, size) == 0)
				size++;
			write_to(from, more);
			rlpx_end_deliver(from,
					 from == caller ? answerer : caller);
		}
	}
	rlpx_ends_fini(&ends);
}

Test(rlpx_session_write, all_that_is_owed_fits_into_what_is_said)
{
	rlpx_ends_init(&ends);
	rlpx_ends_begin(&ends);
	cr_assert_gt(write_to(caller, DTI_SESSION_WRITE_MAX), 0u);
	rlpx_end_deliver(caller, answerer);
	/* Ack and Hello at once. */
	cr_assert_gt(write_to(answerer, DTI_SESSION_WRITE_MAX), 0u);
	cr_assert_not(dti_session_owes(&answerer->session));
	rlpx_end_deliver(answerer, caller);
	cr_assert_gt(write_to(caller, DTI_SESSION_WRITE_MAX), 0u);
	rlpx_end_deliver(caller, answerer);

	dti_session_ping(&caller->session);
	cr_assert_eq(write_to(caller, DTI_SESSION_WRITE_MIN - 1), 0u);
	cr_assert_eq(write_to(caller, DTI_SESSION_WRITE_MIN),
		     (size_t)DTI_SESSION_WRITE_MIN);
	rlpx_end_deliver(caller, answerer);
	cr_assert_eq(write_to(answerer, DTI_SESSION_WRITE_MIN),
		     (size_t)DTI_SESSION_WRITE_MIN);
	dti_session_disconnect(&answerer->session, DTI_DISCONNECT_QUITTING);
	cr_assert_eq(write_to(answerer, DTI_SESSION_WRITE_MIN),
		     (size_t)DTI_SESSION_WRITE_MIN);
	cr_assert_eq(write_to(answerer, DTI_SESSION_WRITE_MAX), 0u);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session_write, the_largest_hello_fits)
{
	static uint8_t name[DTI_HELLO_MAX];

	rlpx_ends_init(&ends);
	caller->self.offer.client = (struct dti_bytes){name, sizeof(name)};
	while (!dti_hello_fits(&caller->self.offer))
		caller->self.offer.client.length--;
	rlpx_ends_identify(&ends);
	cr_assert_eq(write_to(caller, DTI_SESSION_WRITE_MAX - 1), 0u);
	cr_assert_eq(write_to(caller, DTI_SESSION_WRITE_MAX),
		     (size_t)DTI_SESSION_WRITE_MAX);
	rlpx_end_deliver(caller, answerer);
	cr_assert_eq(rlpx_end_last(answerer)->type, DTI_SESSION_OPENED);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session_write, disconnect_takes_the_place_of_hello)
{
	rlpx_ends_init(&ends);
	rlpx_ends_begin(&ends);
	rlpx_end_write(caller);
	rlpx_end_deliver(caller, answerer);
	/* The ack is owed too, without which it could not be read. */
	dti_session_disconnect(&answerer->session, DTI_DISCONNECT_TOO_MANY);
	cr_assert_eq(answerer->session.phase, DTI_SESSION_OVER);
	rlpx_end_write(answerer);
	rlpx_end_deliver(answerer, caller);
	cr_assert_eq(caller->events.count, 2u);
	check_disconnected(caller, DTI_DISCONNECT_TOO_MANY);
	rlpx_ends_fini(&ends);
}

/* The last frame's body, as a peer without snappy would read it. */
static void check_body(struct rlpx_end *from, struct rlpx_end *to,
		       const uint8_t *expected, size_t length)
{
	struct dti_bytes input = {from->wire, from->length};
	uint8_t bytes[64];
	struct dti_frame_room room = {bytes, sizeof(bytes)};
	struct dti_frame_reader *reader = &to->session.reader;
	struct dti_bytes body;

	while (dti_frame_reader_take(reader, &to->session.keys, room, &input) !=
	       DTI_FRAME_WHOLE)
		cr_assert_gt(input.length, 0u);
	body = dti_frame_reader_body(reader, room);
	cr_assert_eq(body.length, length);
	cr_assert_arr_eq(body.bytes, expected, length);
}

Test(rlpx_session_write, what_is_compressed_can_be_read_as_such)
{
	static const uint8_t plain[] = {0x01, 0xc1, 0x08};
	static const uint8_t block[] = {0x01, 0x02, 0x04, 0xc1, 0x08};

	rlpx_ends_init(&ends);
	/* Before Hello. */
	rlpx_ends_identify(&ends);
	dti_session_disconnect(&caller->session, DTI_DISCONNECT_QUITTING);
	rlpx_end_write(caller);
	check_body(caller, answerer, plain, sizeof(plain));
	/* The peer's Hello is here, ours is not there: it cannot know. */
	rlpx_ends_identify(&ends);
	rlpx_end_write(answerer);
	rlpx_end_deliver(answerer, caller);
	cr_assert(caller->session.is_snappy);
	dti_session_disconnect(&caller->session, DTI_DISCONNECT_QUITTING);
	rlpx_end_write(caller);
	check_body(caller, answerer, plain, sizeof(plain));
	/* Both are. */
	rlpx_ends_open(&ends);
	dti_session_disconnect(&caller->session, DTI_DISCONNECT_QUITTING);
	rlpx_end_write(caller);
	check_body(caller, answerer, block, sizeof(block));
	/* One has version 4. */
	answerer->self.offer.version = 4;
	rlpx_ends_open(&ends);
	dti_session_disconnect(&caller->session, DTI_DISCONNECT_QUITTING);
	rlpx_end_write(caller);
	check_body(caller, answerer, plain, sizeof(plain));
	rlpx_ends_fini(&ends);
}

Test(rlpx_session_write, who_has_no_secrets_says_nothing)
{
	rlpx_ends_init(&ends);
	rlpx_ends_begin(&ends);
	dti_session_disconnect(&caller->session, DTI_DISCONNECT_QUITTING);
	dti_session_disconnect(&answerer->session, DTI_DISCONNECT_QUITTING);
	cr_assert_not(dti_session_owes(&caller->session));
	cr_assert_not(dti_session_owes(&answerer->session));
	cr_assert_eq(write_to(caller, 1000), 0u);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session_write, the_first_reason_stays)
{
	rlpx_ends_init(&ends);
	rlpx_ends_open(&ends);
	dti_session_disconnect(&caller->session, DTI_DISCONNECT_TIMEOUT);
	dti_session_disconnect(&caller->session, DTI_DISCONNECT_QUITTING);
	rlpx_end_write(caller);
	rlpx_end_deliver(caller, answerer);
	check_disconnected(answerer, DTI_DISCONNECT_TIMEOUT);
	cr_assert_eq(answerer->events.count, 1u);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session_write, who_was_told_to_go_says_nothing)
{
	rlpx_ends_init(&ends);
	rlpx_ends_open(&ends);
	dti_session_ping(&answerer->session);
	dti_session_disconnect(&caller->session, DTI_DISCONNECT_QUITTING);
	rlpx_end_write(caller);
	rlpx_end_deliver(caller, answerer);
	cr_assert_not(dti_session_owes(&answerer->session));
	dti_session_ping(&answerer->session);
	dti_session_disconnect(&answerer->session, DTI_DISCONNECT_QUITTING);
	cr_assert_not(dti_session_owes(&answerer->session));
	rlpx_ends_fini(&ends);
}

Test(rlpx_session_write, nobody_is_pinged_before_it_is_open)
{
	rlpx_ends_init(&ends);
	rlpx_ends_identify(&ends);
	dti_session_ping(&caller->session);
	rlpx_end_write(caller);
	rlpx_end_deliver(caller, answerer);
	cr_assert_eq(rlpx_end_last(answerer)->type, DTI_SESSION_OPENED);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session_write, pongs_are_written_as_there_is_room)
{
	rlpx_ends_init(&ends);
	rlpx_ends_open(&ends);
	for (int i = 0; i < 5; i++)
		rlpx_end_write_hex(caller, "02c0");
	rlpx_end_deliver(caller, answerer);
	dti_session_ping(&answerer->session);

	cr_assert_eq(write_to(answerer, 63), 0u);
	cr_assert_eq(write_to(answerer, 2 * 64), 2u * 64);
	cr_assert_eq(write_to(answerer, 3 * 64 + 63), 3u * 64);
	/* The ping is the last. */
	cr_assert(dti_session_owes(&answerer->session));
	cr_assert_eq(write_to(answerer, 64), 64u);
	cr_assert_not(dti_session_owes(&answerer->session));
	rlpx_end_deliver(answerer, caller);
	cr_assert_eq(caller->events.count, 6u);
	for (size_t i = 0; i < 5; i++)
		cr_assert_eq(caller->events.all[i].type, DTI_SESSION_PONGED);
	cr_assert_eq(caller->events.all[5].type, DTI_SESSION_PINGED);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session_write, a_message_takes_what_is_said_at_most)
{
	static uint8_t payload[300];

	rlpx_ends_init(&ends);
	rlpx_ends_open(&ends);
	for (size_t length = 0; length <= sizeof(payload); length++) {
		const struct dti_message message = {UINT64_MAX,
						    {payload, length}};
		size_t size = dti_session_send_size(length);
		uint8_t *out = malloc(size);
		size_t used;

		cr_assert_not_null(out);
		used = dti_session_send(&caller->session, out, size, &message);
		cr_assert(used > 0 && used <= size);
		rlpx_end_take(answerer, (struct dti_bytes){out, used});
		cr_assert_eq(rlpx_end_last(answerer)->message.inflated, length);
		answerer->events.count = 0;
		cr_assert_eq(dti_session_send(&caller->session, out, used - 16,
					      &message),
			     0u);
		free(out);
	}
	rlpx_ends_fini(&ends);
}

/* Code, length and tag of the one literal take 9 bytes of the frame's body. */
Test(rlpx_session_write, a_message_that_no_frame_can_announce_is_not_written)
{
	static const size_t longest = DTI_FRAME_BODY_MAX - 9;
	size_t size = dti_session_send_size(DTI_SNAPPY_MAX);
	uint8_t *payload = calloc(1, DTI_SNAPPY_MAX);
	uint8_t *out = malloc(size);
	struct dti_message message = {0x10, {payload, 0}};

	cr_assert(payload != NULL && out != NULL);
	rlpx_ends_init(&ends);
	rlpx_ends_open(&ends);
	message.payload.length = longest;
	cr_assert_gt(dti_session_send(&caller->session, out, size, &message),
		     longest);
	for (size_t i = longest + 1; i <= DTI_SNAPPY_MAX; i++) {
		message.payload.length = i;
		cr_assert_eq(
			dti_session_send(&caller->session, out, size, &message),
			0u);
	}
	rlpx_ends_fini(&ends);
	free(out);
	free(payload);
}

Test(rlpx_session_write, no_message_is_sent_before_hello)
{
	const struct dti_message message = {0x10, {NULL, 0}};
	uint8_t out[200];

	rlpx_ends_init(&ends);
	rlpx_ends_begin(&ends);
	cr_assert_eq(
		dti_session_send(&caller->session, out, sizeof(out), &message),
		0u);
	rlpx_ends_identify(&ends);
	cr_assert_eq(
		dti_session_send(&caller->session, out, sizeof(out), &message),
		0u);
	/* Open, since the peer's Hello is here, but ours is still owed. */
	rlpx_end_write(answerer);
	rlpx_end_deliver(answerer, caller);
	cr_assert_eq(caller->session.phase, DTI_SESSION_OPEN);
	cr_assert_eq(
		dti_session_send(&caller->session, out, sizeof(out), &message),
		0u);
	rlpx_end_write(caller);
	cr_assert_gt(
		dti_session_send(&caller->session, out, sizeof(out), &message),
		0u);
	dti_session_disconnect(&caller->session, DTI_DISCONNECT_QUITTING);
	cr_assert_eq(
		dti_session_send(&caller->session, out, sizeof(out), &message),
		0u);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session_write, a_hello_that_is_held_comes_when_it_is_let_go)
{
	rlpx_ends_init(&ends);
	rlpx_ends_begin(&ends);
	dti_session_hold(&answerer->session, true);
	rlpx_ends_settle(&ends);

	/* The ack has come, and so has the caller's Hello. */
	cr_assert_eq(rlpx_end_last(caller)->type, DTI_SESSION_IDENTIFIED);
	cr_assert_eq(rlpx_end_last(answerer)->type, DTI_SESSION_OPENED);
	cr_assert_not(dti_session_owes(&answerer->session));
	dti_session_ping(&answerer->session);
	cr_assert_not(dti_session_owes(&answerer->session));

	dti_session_hold(&answerer->session, false);
	cr_assert(dti_session_owes(&answerer->session));
	rlpx_ends_settle(&ends);
	cr_assert_eq(rlpx_end_last(caller)->type, DTI_SESSION_PINGED);
	cr_assert_eq(rlpx_end_last(answerer)->type, DTI_SESSION_PONGED);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session_write, who_offers_nothing_is_told_a_hello_that_is_held)
{
	rlpx_ends_init(&ends);
	caller->self.offer.capabilities.count = 0;
	rlpx_ends_begin(&ends);
	dti_session_hold(&answerer->session, true);
	rlpx_ends_settle(&ends);

	cr_assert_eq(caller->events.count, 3);
	cr_assert_eq(caller->events.all[1].type, DTI_SESSION_OPENED);
	cr_assert_eq(caller->events.all[1].hello.listen_port, 30303);
	cr_assert_eq(rlpx_end_last(caller)->type, DTI_SESSION_DISCONNECTED);
	cr_assert_eq(rlpx_end_last(caller)->reason, DTI_DISCONNECT_USELESS);
	cr_assert_eq(rlpx_end_last(answerer)->refusal,
		     DTI_REFUSAL_NOTHING_SHARED);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session_write, a_disconnect_takes_the_place_of_a_hello_that_is_held)
{
	rlpx_ends_init(&ends);
	rlpx_ends_begin(&ends);
	dti_session_hold(&answerer->session, true);
	rlpx_ends_settle(&ends);
	dti_session_disconnect(&answerer->session, DTI_DISCONNECT_ALREADY);
	rlpx_ends_settle(&ends);

	cr_assert_eq(rlpx_end_last(caller)->type, DTI_SESSION_DISCONNECTED);
	cr_assert_eq(rlpx_end_last(caller)->reason, DTI_DISCONNECT_ALREADY);
	rlpx_ends_fini(&ends);
}

/* The connection is no more: nobody could take what is owed. */
Test(rlpx_session_write, one_that_is_abandoned_owes_nothing)
{
	struct dti_session *session = &caller->session;

	rlpx_ends_init(&ends);
	rlpx_ends_begin(&ends);
	dti_session_abandon(session);
	cr_assert_not(dti_session_owes(session));
	rlpx_ends_open(&ends);
	dti_session_ping(session);
	dti_session_abandon(session);
	cr_assert_not(dti_session_owes(session));
	cr_assert_eq(session->phase, DTI_SESSION_OVER);
	cr_assert_eq(dti_session_needs(session), 0);
	dti_session_disconnect(session, DTI_DISCONNECT_QUITTING);
	cr_assert_not(dti_session_owes(session));
	rlpx_ends_fini(&ends);
}
