/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/node/id.h"
#include "lib/rlpx/frame_writer.h"
#include "lib/rlpx/snappy.h"

#include "tests/harness.h"
#include "tests/random_stream.h"
#include "tests/rlpx_ends.h"

static struct rlpx_ends ends; /* each test is a process */
static struct rlpx_end *const caller = &ends.caller;
static struct rlpx_end *const answerer = &ends.answerer;

static void check_events(const struct rlpx_end *end,
			 const enum dti_session_event_type *expected,
			 size_t count)
{
	cr_assert_eq(end->events.count, count, "%zu events", end->events.count);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(end->events.all[i].type, expected[i], "%zu: %d", i,
			     (int)end->events.all[i].type);
}

static void check_opened(const struct rlpx_end *end,
			 const struct rlpx_end *other)
{
	static const enum dti_session_event_type expected[] = {
		DTI_SESSION_IDENTIFIED, DTI_SESSION_OPENED};
	const struct dti_hello *hello = &end->events.all[1].hello;

	check_events(end, expected, dti_array_length(expected));
	cr_assert_eq(end->session.phase, DTI_SESSION_OPEN);
	cr_assert(dti_node_id_equal(&end->session.remote,
				    &other->self.identity.id));
	cr_assert_null(end->session.setup);
	cr_assert(dti_node_id_equal(&hello->id, &other->self.identity.id));
	cr_assert_eq(hello->listen_port, 30303);
}

static void check_refused(const struct rlpx_end *end, enum dti_refusal refusal)
{
	cr_assert_eq(rlpx_end_last(end)->type, DTI_SESSION_REFUSED);
	cr_assert_eq(rlpx_end_last(end)->refusal, refusal, "%d",
		     (int)rlpx_end_last(end)->refusal);
	cr_assert_eq(end->session.phase, DTI_SESSION_OVER);
}

static void check_disconnected(const struct rlpx_end *end,
			       enum dti_disconnect_reason reason)
{
	cr_assert_eq(rlpx_end_last(end)->type, DTI_SESSION_DISCONNECTED);
	cr_assert_eq(rlpx_end_last(end)->reason, reason, "%d",
		     (int)rlpx_end_last(end)->reason);
	cr_assert_eq(end->session.phase, DTI_SESSION_OVER);
	cr_assert_not(dti_session_owes(&end->session));
}

Test(rlpx_session, both_ends_open)
{
	rlpx_ends_init(&ends);
	rlpx_ends_begin(&ends);
	cr_assert_eq(caller->session.phase, DTI_SESSION_AUTH);
	cr_assert_eq(answerer->session.phase, DTI_SESSION_AUTH);
	cr_assert(dti_session_owes(&caller->session));
	cr_assert_not(dti_session_owes(&answerer->session));

	rlpx_ends_settle(&ends);

	check_opened(caller, answerer);
	check_opened(answerer, caller);
	cr_assert(caller->session.is_snappy && answerer->session.is_snappy);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, ack_and_hello_may_be_split_and_joined_anywhere)
{
	size_t length;

	rlpx_ends_init(&ends);
	rlpx_ends_begin(&ends);
	rlpx_end_write(caller);
	rlpx_end_deliver(caller, answerer);
	rlpx_end_write(answerer);
	length = answerer->length;
	for (size_t at = 0; at <= length; at++) {
		caller->events.count = 0;
		cr_assert(dti_session_call(
			&caller->session, &caller->setup, &caller->self,
			&answerer->self.identity.id, &caller->entropy));
		rlpx_end_take(caller, (struct dti_bytes){answerer->wire, at});
		rlpx_end_take(caller, (struct dti_bytes){answerer->wire + at,
							 length - at});
		check_opened(caller, answerer);
	}
	/* A byte at a time. */
	caller->events.count = 0;
	cr_assert(dti_session_call(&caller->session, &caller->setup,
				   &caller->self, &answerer->self.identity.id,
				   &caller->entropy));
	for (size_t at = 0; at < length; at++)
		rlpx_end_take(caller,
			      (struct dti_bytes){answerer->wire + at, 1});
	check_opened(caller, answerer);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, auth_and_hello_may_be_split_and_joined_anywhere)
{
	size_t length;

	rlpx_ends_init(&ends);
	rlpx_ends_begin(&ends);
	rlpx_end_write(caller);
	length = caller->length;
	rlpx_end_take(answerer, (struct dti_bytes){caller->wire, length});
	rlpx_end_write(answerer);
	rlpx_end_deliver(answerer, caller);
	rlpx_end_write(caller);
	length = caller->length;
	for (size_t at = 0; at <= length; at++) {
		answerer->events.count = 0;
		dti_session_answer(&answerer->session, &answerer->setup,
				   &answerer->self, &answerer->entropy);
		rlpx_end_take(answerer, (struct dti_bytes){caller->wire, at});
		rlpx_end_take(answerer, (struct dti_bytes){caller->wire + at,
							   length - at});
		check_opened(answerer, caller);
	}
	rlpx_ends_fini(&ends);
}

/* So that what is behind Hello stays in the socket. */
Test(rlpx_session, who_takes_what_is_needed_takes_nothing_behind_it)
{
	size_t taken = 0;
	size_t hello_end;

	rlpx_ends_init(&ends);
	rlpx_ends_begin(&ends);
	rlpx_end_write(caller);
	rlpx_end_deliver(caller, answerer);
	rlpx_end_write(answerer);
	hello_end = answerer->length;
	rlpx_end_write_hex(answerer, "020100c0");
	while (caller->session.phase != DTI_SESSION_OPEN) {
		size_t needs = dti_session_needs(&caller->session);

		cr_assert(needs > 0 && taken + needs <= hello_end);
		rlpx_end_take(caller, (struct dti_bytes){answerer->wire + taken,
							 needs});
		taken += needs;
	}
	cr_assert_eq(taken, hello_end);
	check_opened(caller, answerer);
	cr_assert_eq(dti_session_needs(&caller->session), 32u);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, a_ping_is_answered)
{
	static const enum dti_session_event_type pinged = DTI_SESSION_PINGED;
	static const enum dti_session_event_type ponged = DTI_SESSION_PONGED;

	rlpx_ends_init(&ends);
	rlpx_ends_open(&ends);
	dti_session_ping(&caller->session);
	rlpx_ends_settle(&ends);

	check_events(answerer, &pinged, 1);
	check_events(caller, &ponged, 1);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, a_flood_of_pings_is_owed_few_pongs)
{
	rlpx_ends_init(&ends);
	rlpx_ends_open(&ends);
	for (int i = 0; i < 50; i++)
		rlpx_end_write_hex(caller, "020100c0");
	rlpx_end_deliver(caller, answerer);
	cr_assert_eq(answerer->events.count, 50u);
	rlpx_end_write(answerer);
	cr_assert_eq(answerer->length, 64u * DTI_SESSION_PONGS_MAX);
	rlpx_end_deliver(answerer, caller);

	cr_assert_eq(caller->events.count, (size_t)DTI_SESSION_PONGS_MAX);
	cr_assert_eq(rlpx_end_last(caller)->type, DTI_SESSION_PONGED);
	/* Then it goes on. */
	dti_session_ping(&caller->session);
	caller->events.count = 0;
	rlpx_ends_settle(&ends);
	cr_assert_eq(caller->events.count, 1u);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, signs_are_read_compressed_or_not)
{
	static const char *const bodies[] = {"020100c0", "02c0", "02", "0200"};

	rlpx_ends_init(&ends);
	rlpx_ends_open(&ends);
	for (size_t i = 0; i < dti_array_length(bodies); i++)
		rlpx_end_write_hex(caller, bodies[i]);
	rlpx_end_write_hex(caller, "03c0");
	rlpx_end_deliver(caller, answerer);

	for (size_t i = 0; i < dti_array_length(bodies); i++)
		cr_assert_eq(answerer->events.all[i].type, DTI_SESSION_PINGED);
	cr_assert_eq(rlpx_end_last(answerer)->type, DTI_SESSION_PONGED);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, each_form_of_disconnect_is_read_before_hello)
{
	static const struct {
		const char *body;
		enum dti_disconnect_reason reason;
	} cases[] = {
		{"01c104", DTI_DISCONNECT_TOO_MANY},
		{"0104", DTI_DISCONNECT_TOO_MANY},
		{"01c0", DTI_DISCONNECT_UNSTATED},
		{"01", DTI_DISCONNECT_UNSTATED},
		{"01c105", DTI_DISCONNECT_ALREADY},
		{"01c10a", DTI_DISCONNECT_SELF},
		{"0110", DTI_DISCONNECT_SUBPROTOCOL},
		{"017f", DTI_DISCONNECT_OTHER},
	};

	rlpx_ends_init(&ends);
	for (size_t i = 0; i < dti_array_length(cases); i++) {
		rlpx_ends_identify(&ends);
		rlpx_end_write_hex(answerer, cases[i].body);
		rlpx_end_deliver(answerer, caller);
		check_disconnected(caller, cases[i].reason);
		cr_assert_eq(caller->events.count, 2u);

		rlpx_ends_identify(&ends);
		rlpx_end_write_hex(caller, cases[i].body);
		rlpx_end_deliver(caller, answerer);
		check_disconnected(answerer, cases[i].reason);
	}
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, each_form_of_disconnect_is_read_after_hello)
{
	static const struct {
		const char *body;
		enum dti_disconnect_reason reason;
	} cases[] = {
		{"010204c104", DTI_DISCONNECT_TOO_MANY},
		{"01010004", DTI_DISCONNECT_TOO_MANY},
		{"010100c0", DTI_DISCONNECT_UNSTATED},
		{"0100", DTI_DISCONNECT_UNSTATED},
		{"01", DTI_DISCONNECT_UNSTATED},
		{"01c104", DTI_DISCONNECT_TOO_MANY},
		{"0104", DTI_DISCONNECT_TOO_MANY},
		{"01c0", DTI_DISCONNECT_UNSTATED},
		{"010b", DTI_DISCONNECT_TIMEOUT},
	};

	rlpx_ends_init(&ends);
	for (size_t i = 0; i < dti_array_length(cases); i++) {
		rlpx_ends_open(&ends);
		rlpx_end_write_hex(answerer, cases[i].body);
		rlpx_end_deliver(answerer, caller);
		check_disconnected(caller, cases[i].reason);
	}
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, another_message_before_hello_is_refused)
{
	static const struct {
		const char *body;
		enum dti_refusal refusal;
	} cases[] = {
		{"02c0", DTI_REFUSAL_NO_HELLO},
		{"03c0", DTI_REFUSAL_NO_HELLO},
		{"0fc0", DTI_REFUSAL_NO_HELLO},
		{"10c0", DTI_REFUSAL_NO_HELLO},
		{"88ffffffffffffffff", DTI_REFUSAL_NO_HELLO},
		{"", DTI_REFUSAL_MESSAGE_CODE},
		{"c0", DTI_REFUSAL_MESSAGE_CODE},
		{"00c0", DTI_REFUSAL_MESSAGE_CODE},
		{"80", DTI_REFUSAL_HELLO_SHAPE},
		{"80c0", DTI_REFUSAL_HELLO_SHAPE},
		{"80c50561c08080", DTI_REFUSAL_HELLO_ID},
	};

	rlpx_ends_init(&ends);
	for (size_t i = 0; i < dti_array_length(cases); i++) {
		rlpx_ends_identify(&ends);
		rlpx_end_write_hex(answerer, cases[i].body);
		rlpx_end_deliver(answerer, caller);
		check_refused(caller, cases[i].refusal);
		/* It is told so, in place of a Hello. */
		rlpx_end_write(caller);
		rlpx_end_deliver(caller, answerer);
		check_disconnected(answerer, DTI_DISCONNECT_BREACH);
	}
	rlpx_ends_fini(&ends);
}

/* The caller's answer to a Hello of @id. */
static void say_hello(struct dt_node_id id, enum dti_refusal refusal,
		      enum dti_disconnect_reason reason)
{
	rlpx_ends_identify(&ends);
	answerer->self.offer.id = id;
	rlpx_end_write(answerer);
	rlpx_end_deliver(answerer, caller);
	check_refused(caller, refusal);
	rlpx_end_write(caller);
	rlpx_end_deliver(caller, answerer);
	check_disconnected(answerer, reason);
	answerer->self.offer.id = answerer->self.identity.id;
}

Test(rlpx_session, a_hello_of_somebody_else_is_refused)
{
	rlpx_ends_init(&ends);
	say_hello((struct dt_node_id){{0}}, DTI_REFUSAL_NULL_ID,
		  DTI_DISCONNECT_NULL_ID);
	say_hello((struct dt_node_id){{1}}, DTI_REFUSAL_WRONG_ID,
		  DTI_DISCONNECT_WRONG_ID);
	say_hello(caller->self.identity.id, DTI_REFUSAL_OWN_ID,
		  DTI_DISCONNECT_SELF);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, who_calls_itself_is_told)
{
	rlpx_ends_init(&ends);
	answerer->self = caller->self;
	rlpx_ends_begin(&ends);
	rlpx_ends_settle(&ends);

	/* The answerer's Hello comes first. */
	check_refused(caller, DTI_REFUSAL_OWN_ID);
	check_disconnected(answerer, DTI_DISCONNECT_SELF);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, nothing_in_common_is_useless)
{
	static const struct dti_capability other[] = {{"eth", 65, 17}};

	rlpx_ends_init(&ends);
	answerer->self.offer.capabilities =
		(struct dti_capability_list){other, 1};
	rlpx_ends_begin(&ends);
	rlpx_end_write(caller);
	rlpx_end_deliver(caller, answerer);
	rlpx_end_write(answerer);
	rlpx_end_deliver(answerer, caller);
	check_refused(caller, DTI_REFUSAL_NOTHING_SHARED);
	/* The Hello that was owed is not sent any more. */
	rlpx_end_write(caller);
	rlpx_end_deliver(caller, answerer);
	check_disconnected(answerer, DTI_DISCONNECT_USELESS);

	/* Who offers nothing wants to know only. */
	caller->self.offer.capabilities.count = 0;
	rlpx_ends_begin(&ends);
	rlpx_end_write(caller);
	rlpx_end_deliver(caller, answerer);
	rlpx_end_write(answerer);
	rlpx_end_deliver(answerer, caller);
	check_opened(caller, answerer);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, a_liar_is_found_out_by_its_first_frame)
{
	struct dti_bytes ack;
	uint8_t packet[DTI_HANDSHAKE_PACKET_MAX];
	struct dti_ack lie = {.nonce = {1}};

	rlpx_ends_init(&ends);
	lie.ephemeral = answerer->self.identity.id;
	rlpx_ends_identify(&ends);
	cr_assert(dti_session_call(&caller->session, &caller->setup,
				   &caller->self, &answerer->self.identity.id,
				   &caller->entropy));
	/* Somebody else's ack, which is as good as the real one. */
	ack = (struct dti_bytes){
		packet, dti_ack_encode(packet, &lie, &caller->self.identity.id,
				       &answerer->entropy.seal, &ends.secp)};
	rlpx_end_take(caller, ack);
	cr_assert_eq(rlpx_end_last(caller)->type, DTI_SESSION_IDENTIFIED);
	rlpx_end_write(answerer);
	rlpx_end_deliver(answerer, caller);
	check_refused(caller, DTI_REFUSAL_HEADER_MAC);
	/* Nobody is told anything. */
	cr_assert_not(dti_session_owes(&caller->session));
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, a_handshake_that_is_refused_ends_it)
{
	uint8_t garbage[700];

	rlpx_ends_init(&ends);
	memset(garbage, 4, sizeof(garbage));
	rlpx_ends_begin(&ends);
	garbage[0] = 0;
	rlpx_end_take(answerer, (struct dti_bytes){garbage, sizeof(garbage)});
	check_refused(answerer, DTI_REFUSAL_HANDSHAKE_SIZE);
	rlpx_ends_begin(&ends);
	garbage[0] = 1;
	rlpx_end_take(answerer, (struct dti_bytes){garbage, sizeof(garbage)});
	check_refused(answerer, DTI_REFUSAL_HANDSHAKE_SEAL);
	cr_assert_not(dti_session_owes(&answerer->session));
	cr_assert_eq(dti_session_needs(&answerer->session), 0u);
	rlpx_ends_fini(&ends);
}

/* What the caller says to an announcement of @size bytes. */
static void announce(uint32_t size)
{
	uint8_t *frame = calloc(1, dti_frame_size(size));
	struct dti_frame_stream writer = answerer->session.writer;

	cr_assert_not_null(frame);
	dti_frame_seal(&writer, &answerer->session.keys, frame, size);
	rlpx_end_take(caller, (struct dti_bytes){frame, DTI_FRAME_HEAD});
	free(frame);
}

Test(rlpx_session, an_announcement_above_the_limit_is_refused)
{
	static const uint32_t too_large[] = {2049, 4096, 0xffffff};

	rlpx_ends_init(&ends);
	for (size_t i = 0; i < dti_array_length(too_large); i++) {
		rlpx_ends_identify(&ends);
		announce(too_large[i]);
		check_refused(caller, DTI_REFUSAL_FRAME_SIZE);
	}
	rlpx_ends_identify(&ends);
	announce(2048);
	cr_assert_eq(dti_session_needs(&caller->session), 2064u);
	rlpx_ends_open(&ends);
	announce(4096);
	cr_assert_eq(dti_session_needs(&caller->session), 4112u);
	rlpx_ends_open(&ends);
	announce(4097);
	check_refused(caller, DTI_REFUSAL_FRAME_SIZE);
	rlpx_end_write(caller);
	rlpx_end_deliver(caller, answerer);
	check_disconnected(answerer, DTI_DISCONNECT_BREACH);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, the_largest_hello_is_read)
{
	static uint8_t name[DTI_HELLO_MAX];

	rlpx_ends_init(&ends);
	answerer->self.offer.client = (struct dti_bytes){name, sizeof(name)};
	while (!dti_hello_fits(&answerer->self.offer))
		answerer->self.offer.client.length--;
	rlpx_ends_begin(&ends);
	rlpx_ends_settle(&ends);
	check_opened(caller, answerer);
	cr_assert_eq(caller->events.all[1].hello.client.length,
		     answerer->self.offer.client.length);
	rlpx_ends_fini(&ends);
}

static const uint8_t long_payload[] = "a message that is not so short, so that "
				      "little room cuts it off .........";
static const struct dti_message long_message = {
	0x1234, {long_payload, sizeof(long_payload)}};

/* Of the long message, @kept bytes of which could be kept. */
static void check_message(const struct dti_session_event *event, size_t kept,
			  bool is_snappy)
{
	uint8_t block[DTI_SNAPPY_OVERHEAD];
	uint8_t inflated[sizeof(long_payload)];
	size_t length = sizeof(long_payload);

	if (is_snappy)
		length += dti_snappy_begin(block, sizeof(long_payload));
	cr_assert_eq(event->type, DTI_SESSION_MESSAGE);
	cr_assert_eq(event->message.code, long_message.code);
	cr_assert_eq(event->message.length, length);
	cr_assert_eq(event->message.inflated, sizeof(long_payload));
	if (kept < length) {
		cr_assert_eq(event->message.payload.length, kept);
		return;
	}
	cr_assert_eq(event->message.payload.length, length);
	if (is_snappy)
		cr_assert(dti_snappy_inflate(inflated, sizeof(inflated),
					     event->message.payload));
	else
		memcpy(inflated, event->message.payload.bytes, length);
	cr_assert_arr_eq(inflated, long_payload, sizeof(inflated));
}

Test(rlpx_session, messages_are_given_out)
{
	static uint8_t bytes[160];

	rlpx_ends_init(&ends);
	for (uint64_t version = 4; version <= 5; version++)
		for (size_t size = 0; size <= sizeof(bytes); size += 32) {
			struct dti_frame_room room = {bytes, size};
			size_t kept = size > 0 ? size : DTI_SESSION_SMALL;

			caller->self.offer.version = version;
			rlpx_ends_open(&ends);
			dti_session_give_room(&answerer->session, room);
			caller->length = dti_session_send(
				&caller->session, caller->wire,
				sizeof(caller->wire), &long_message);
			rlpx_end_deliver(caller, answerer);
			/* The code takes three. */
			check_message(rlpx_end_last(answerer), kept - 3,
				      version == 5);
		}
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, room_may_be_given_when_a_body_is_announced)
{
	static const uint8_t payload[1000];
	const struct dti_message message = {0x10, {payload, sizeof(payload)}};
	struct dti_session_event event;
	struct dti_bytes input;
	uint8_t *room;
	size_t size;

	rlpx_ends_init(&ends);
	rlpx_ends_open(&ends);
	caller->length = dti_session_send(&caller->session, caller->wire,
					  sizeof(caller->wire), &message);
	input = (struct dti_bytes){caller->wire, caller->length};
	dti_session_take(&answerer->session, &input, &event);
	cr_assert_eq(event.type, DTI_SESSION_ANNOUNCED);
	cr_assert_gt(event.announced, sizeof(payload));
	size = dti_frame_padded(event.announced);
	room = malloc(size);
	dti_session_give_room(&answerer->session,
			      (struct dti_frame_room){room, size});
	dti_session_take(&answerer->session, &input, &event);

	cr_assert_eq(event.type, DTI_SESSION_MESSAGE);
	cr_assert_eq(event.message.payload.length, event.message.length);
	free(room);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, a_bomb_is_refused_before_it_is_inflated)
{
	static const struct {
		const char *body;
		enum dti_refusal refusal;
	} cases[] = {
		{"10ffffffff0f00c0", DTI_REFUSAL_MESSAGE_SIZE},
		{"1080808008fe0100", DTI_REFUSAL_MESSAGE_SIZE},
		{"10", DTI_REFUSAL_MESSAGE_SNAPPY},
		{"10ffffffffff01", DTI_REFUSAL_MESSAGE_SNAPPY},
	};

	rlpx_ends_init(&ends);
	for (size_t i = 0; i < dti_array_length(cases); i++) {
		rlpx_ends_open(&ends);
		rlpx_end_write_hex(caller, cases[i].body);
		rlpx_end_deliver(caller, answerer);
		check_refused(answerer, cases[i].refusal);
		rlpx_end_write(answerer);
		rlpx_end_deliver(answerer, caller);
		check_disconnected(caller, DTI_DISCONNECT_BREACH);
	}
	/* Who does not compress may say what it wants. */
	caller->self.offer.version = 4;
	rlpx_ends_open(&ends);
	rlpx_end_write_hex(caller, cases[0].body);
	rlpx_end_deliver(caller, answerer);
	cr_assert_eq(rlpx_end_last(answerer)->type, DTI_SESSION_MESSAGE);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, codes_without_a_meaning_are_ignored)
{
	static const char *const ignored[] = {"80c0", "04c0", "0fc0"};

	rlpx_ends_init(&ends);
	rlpx_ends_open(&ends);
	for (size_t i = 0; i < dti_array_length(ignored); i++)
		rlpx_end_write_hex(caller, ignored[i]);
	rlpx_end_deliver(caller, answerer);
	cr_assert_eq(answerer->events.count, 0u);
	cr_assert_eq(answerer->session.phase, DTI_SESSION_OPEN);
	rlpx_end_write_hex(caller, "00c0");
	rlpx_end_deliver(caller, answerer);
	check_refused(answerer, DTI_REFUSAL_MESSAGE_CODE);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, what_comes_when_it_is_over_is_thrown_away)
{
	rlpx_ends_init(&ends);
	rlpx_ends_open(&ends);
	rlpx_end_write_hex(caller, "01c108");
	rlpx_end_write_hex(caller, "02c0");
	memset(caller->wire + caller->length, 0x55, 500);
	caller->length += 500;
	rlpx_end_deliver(caller, answerer);
	check_disconnected(answerer, DTI_DISCONNECT_QUITTING);
	cr_assert_eq(answerer->events.count, 1u);
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, every_flipped_bit_of_a_conversation_ends_it)
{
	static uint8_t wire[2048];
	size_t length;

	rlpx_ends_init(&ends);
	rlpx_ends_begin(&ends);
	rlpx_end_write(caller);
	rlpx_end_deliver(caller, answerer);
	rlpx_end_write(answerer);
	/* Two frames more, which the caller reads when it is open. */
	rlpx_end_write_hex(answerer, "02c0");
	rlpx_end_write_hex(answerer, "03c0");
	length = answerer->length;
	memcpy(wire, answerer->wire, length);
	for (size_t bit = 0; bit < 8 * length; bit += 3) {
		wire[bit / 8] ^= (uint8_t)(1u << bit % 8);
		caller->events.count = 0;
		cr_assert(dti_session_call(
			&caller->session, &caller->setup, &caller->self,
			&answerer->self.identity.id, &caller->entropy));
		rlpx_end_take(caller, (struct dti_bytes){wire, length});
		/* A larger size of the ack waits for more. */
		if (caller->session.phase == DTI_SESSION_AUTH)
			cr_assert_lt(bit, 16u);
		else
			cr_assert_eq(caller->session.phase, DTI_SESSION_OVER,
				     "bit %zu", bit);
		wire[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, a_session_may_be_moved)
{
	static struct dti_session moved;

	rlpx_ends_init(&ends);
	rlpx_ends_open(&ends);
	moved = answerer->session;
	memset(&answerer->session, 0xa5, sizeof(answerer->session));
	answerer->session = moved;
	memset(&moved, 0xa5, sizeof(moved));
	memset(&answerer->setup, 0xa5, sizeof(answerer->setup));
	dti_session_ping(&caller->session);
	rlpx_ends_settle(&ends);
	cr_assert_eq(rlpx_end_last(caller)->type, DTI_SESSION_PONGED);
	rlpx_ends_fini(&ends);
}

static bool is_in(const void *secret, size_t size, const void *memory,
		  size_t length)
{
	return memmem(memory, length, secret, size) != NULL;
}

Test(rlpx_session, secrets_do_not_stay)
{
	rlpx_ends_init(&ends);
	rlpx_ends_open(&ends);
	cr_assert_not(is_in(&caller->entropy.ephemeral, 32, &caller->setup,
			    sizeof(caller->setup)));
	cr_assert_not(is_in(&caller->entropy.seal.ecies.key, 32, &caller->setup,
			    sizeof(caller->setup)));
	dti_session_fini(&caller->session);
	for (size_t i = 0; i < sizeof(caller->session.keys); i++)
		cr_assert_eq(((const uint8_t *)&caller->session.keys)[i], 0);
	cr_assert_eq(caller->session.phase, DTI_SESSION_OVER);

	/* Also of one that did not come so far. */
	rlpx_ends_begin(&ends);
	cr_assert(is_in(&caller->entropy.ephemeral, 32, &caller->setup,
			sizeof(caller->setup)));
	dti_session_fini(&caller->session);
	cr_assert_not(is_in(&caller->entropy.ephemeral, 32, &caller->setup,
			    sizeof(caller->setup)));
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, nobody_off_the_curve_is_called)
{
	const struct dt_node_id off_curve = {{1}};

	rlpx_ends_init(&ends);
	cr_assert_not(dti_session_call(&caller->session, &caller->setup,
				       &caller->self, &off_curve,
				       &caller->entropy));
	rlpx_ends_fini(&ends);
}

Test(rlpx_session, it_is_small_once_it_is_open)
{
	cr_assert_leq(sizeof(struct dti_session), 1600u);
}
