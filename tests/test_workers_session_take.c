/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/node/id.h"

#include "tests/harness.h"
#include "tests/session_pair.h"

static struct session_pair pair; /* each test is a process */
static struct session_side *const caller = &pair.caller;
static struct session_side *const answerer = &pair.answerer;

static void open_both(void)
{
	session_pair_init(&pair);
	session_pair_open(&pair);
}

static void send(struct session_side *side, uint64_t code,
		 const uint8_t *payload, size_t length)
{
	side->length += dt_session_send(
		side->session, side->wire + side->length,
		sizeof(side->wire) - side->length, code, payload, length);
	cr_assert_gt(side->length, 0);
}

/* A payload of random bytes. */
static void fill(uint8_t *out, size_t length)
{
	for (size_t i = 0; i < length; i++)
		out[i] = (uint8_t)(i * 7 + (i >> 8));
}

Test(workers_session_take, both_sides_are_identified_and_opened)
{
	static const enum dt_session_event expected[] = {
		DT_SESSION_IDENTIFIED, DT_SESSION_ANNOUNCED, DT_SESSION_OPENED};

	session_pair_init(&pair);
	session_pair_begin(&pair);
	session_pair_settle(&pair);

	cr_assert_eq(caller->event_count, dti_array_length(expected));
	cr_assert_arr_eq(caller->events, expected, sizeof(expected));
	cr_assert_eq(answerer->event_count, dti_array_length(expected));
	cr_assert_arr_eq(answerer->events, expected, sizeof(expected));
	cr_assert_null(caller->session->setup);
	cr_assert_null(answerer->session->setup);
	session_pair_fini(&pair);
}

Test(workers_session_take, who_calls_is_known_when_identified)
{
	struct dt_node_id nobody = {{0}};
	struct dt_node_id id = session_id(1);

	session_pair_init(&pair);
	session_pair_begin(&pair);
	cr_assert(dti_node_id_equal(&dt_session_info(answerer->session)->id,
				    &nobody));
	session_side_write(caller);
	session_side_deliver(caller, answerer);
	cr_assert_eq(session_side_last(answerer), DT_SESSION_IDENTIFIED);
	cr_assert(dti_node_id_equal(&dt_session_info(answerer->session)->id,
				    &id));
	cr_assert_not(dt_session_info(answerer->session)->is_open);
	session_pair_fini(&pair);
}

Test(workers_session_take, an_open_session_knows_the_remotes_hello)
{
	const struct dt_session_info *info;

	open_both();
	info = dt_session_info(caller->session);

	cr_assert(info->is_open);
	cr_assert(info->is_snappy);
	cr_assert_eq(info->ending, DT_ENDING_NONE);
	cr_assert_eq(info->hello.version, DTI_HELLO_VERSION);
	cr_assert_str_eq(info->hello.client, answerer->owner.client);
	cr_assert_eq(info->hello.listen_port, 30303);
	cr_assert_eq(info->hello.capability_count, 2);
	cr_assert_str_eq(info->hello.capabilities[0].name, "eth");
	cr_assert_eq(info->hello.capabilities[0].first_code, 0x10);
	cr_assert_eq(info->shared_count, 2);
	cr_assert_str_eq(info->shared[1].name, "snap");
	cr_assert_eq(info->shared[1].messages, 8);
	cr_assert_eq(info->shared[1].first_code, 0x10 + 17);
	session_pair_fini(&pair);
}

Test(workers_session_take, a_refused_remote_ends_it_with_the_ending)
{
	struct dti_session_options options = session_options(2);

	session_pair_init(&pair);
	dti_session_owner_fini(&answerer->owner);
	options.capabilities.count = 0;
	cr_assert_eq(dti_session_owner_init(&answerer->owner, &options, NULL),
		     DT_OK);
	session_pair_begin(&pair);
	session_pair_settle(&pair);

	cr_assert_eq(session_side_last(caller), DT_SESSION_ENDED);
	cr_assert_eq(dt_session_info(caller->session)->ending,
		     DT_ENDING_NOTHING_SHARED);
	cr_assert_not(dt_session_info(caller->session)->is_open);
	cr_assert(dt_session_info(caller->session)->has_hello);
	cr_assert_str_eq(dt_session_info(caller->session)->hello.client,
			 answerer->owner.client);
	cr_assert_eq(dt_session_info(caller->session)->hello.version,
		     DTI_HELLO_VERSION);
	cr_assert_eq(dt_session_info(caller->session)->shared_count, 0);
	cr_assert_not(dt_session_info(answerer->session)->has_hello);
	/* It is told in place of our Hello. */
	cr_assert_eq(session_side_count(answerer, DT_SESSION_OPENED), 0);
	cr_assert_eq(dt_session_info(answerer->session)->ending,
		     DT_ENDING_REMOTE_USELESS);
	session_pair_fini(&pair);
}

Test(workers_session_take, without_room_the_first_bytes_are_kept)
{
	uint8_t payload[200];

	open_both();
	fill(payload, sizeof(payload));
	send(caller, 0x12, payload, sizeof(payload));
	session_side_deliver(caller, answerer);

	cr_assert_eq(session_side_last(answerer), DT_SESSION_MESSAGE);
	cr_assert_eq(answerer->message.code, 0x12);
	cr_assert_eq(answerer->message.kept, DTI_SESSION_SMALL - 1);
	cr_assert_gt(answerer->message.length, sizeof(payload));
	cr_assert_eq(answerer->message.inflated, sizeof(payload));
	cr_assert_eq(dt_session_inflate(answerer->session, payload,
					sizeof(payload), &answerer->message),
		     DT_ERR_PARSE);
	session_pair_fini(&pair);
}

Test(workers_session_take, an_announced_message_may_be_given_room_for)
{
	uint8_t payload[3000];
	uint8_t inflated[sizeof(payload)];
	uint8_t room[3072];
	struct dt_message message = {0};
	const uint8_t *input = caller->wire;
	enum dt_session_event event;

	open_both();
	fill(payload, sizeof(payload));
	send(caller, 0x20, payload, sizeof(payload));

	event = dt_session_take(answerer->session, &input, &caller->length,
				&message);
	cr_assert_eq(event, DT_SESSION_ANNOUNCED);
	cr_assert_gt(message.length, sizeof(payload));
	cr_assert_leq(message.length, sizeof(room));
	dt_session_room(answerer->session, room, sizeof(room));
	event = dt_session_take(answerer->session, &input, &caller->length,
				&message);
	cr_assert_eq(event, DT_SESSION_MESSAGE);
	cr_assert_eq(caller->length, 0);
	cr_assert_eq(message.kept, message.length);
	cr_assert_eq(dt_session_inflate(answerer->session, inflated,
					sizeof(inflated) - 1, &message),
		     DT_ERR_TOO_SMALL);
	cr_assert_eq(dt_session_inflate(answerer->session, inflated,
					sizeof(inflated), &message),
		     DT_OK);
	cr_assert_arr_eq(inflated, payload, sizeof(payload));
	session_pair_fini(&pair);
}

Test(workers_session_take, room_that_is_taken_back_is_not_used)
{
	uint8_t payload[1000] = {1};
	uint8_t room[1024] = {0};
	static const uint8_t untouched[sizeof(room)];

	open_both();
	dt_session_room(answerer->session, room, sizeof(room));
	dt_session_room(answerer->session, NULL, 0);
	send(caller, 0x20, payload, sizeof(payload));
	session_side_deliver(caller, answerer);
	cr_assert_eq(session_side_last(answerer), DT_SESSION_MESSAGE);
	cr_assert_arr_eq(room, untouched, sizeof(room));
	session_pair_fini(&pair);
}

Test(workers_session_take, room_is_used_in_whole_blocks)
{
	uint8_t payload[1000] = {1};
	uint8_t room[100];

	open_both();
	memset(room, 0xee, sizeof(room));
	dt_session_room(answerer->session, room, sizeof(room));
	send(caller, 0x20, payload, sizeof(payload));
	session_side_deliver(caller, answerer);
	cr_assert_eq(answerer->message.kept, 96 - 1);
	for (size_t i = 96; i < sizeof(room); i++)
		cr_assert_eq(room[i], 0xee);
	session_pair_fini(&pair);
}

Test(workers_session_take, before_it_is_open_room_is_not_taken)
{
	uint8_t room[64];

	session_pair_init(&pair);
	session_pair_begin(&pair);
	dt_session_room(caller->session, room, sizeof(room));
	session_pair_settle(&pair);
	cr_assert_eq(caller->session->machine.room.size, 0);
	session_pair_fini(&pair);
}

Test(workers_session_take, what_is_not_compressed_is_copied)
{
	struct dt_message message = {.code = 0x10};
	uint8_t payload[] = {0xc2, 1, 2};
	uint8_t out[sizeof(payload)] = {0};

	session_pair_init(&pair);
	caller->owner.self.offer.version = 4;
	session_pair_open(&pair);
	cr_assert_not(dt_session_info(answerer->session)->is_snappy);
	send(caller, 0x10, payload, sizeof(payload));
	session_side_deliver(caller, answerer);
	message = answerer->message;

	cr_assert_eq(message.length, sizeof(payload));
	cr_assert_eq(message.inflated, sizeof(payload));
	cr_assert_eq(dt_session_inflate(answerer->session, out, sizeof(out),
					&message),
		     DT_OK);
	cr_assert_arr_eq(out, payload, sizeof(payload));
	session_pair_fini(&pair);
}

/* Only its beginning was kept; also of one that is not compressed. */
Test(workers_session_take, what_was_not_kept_is_not_inflated)
{
	uint8_t payload[4] = {0xc3, 1, 2, 3};
	struct dt_message message = {
		.payload = payload,
		.kept = 2,
		.length = sizeof(payload),
		.inflated = sizeof(payload),
	};
	uint8_t out[sizeof(payload)];

	session_pair_init(&pair);
	caller->owner.self.offer.version = 4;
	session_pair_open(&pair);
	cr_assert_eq(dt_session_inflate(answerer->session, out, sizeof(out),
					&message),
		     DT_ERR_PARSE);
	session_pair_fini(&pair);
}

/* Of 100 bytes, it says. */
Test(workers_session_take, what_is_no_block_is_not_inflated)
{
	uint8_t block[] = {100, 0x00, 0xff};
	struct dt_message message = {
		.payload = block,
		.kept = sizeof(block),
		.length = sizeof(block),
		.inflated = 100,
	};
	uint8_t out[100];

	open_both();
	cr_assert_eq(
		dt_session_inflate(caller->session, out, sizeof(out), &message),
		DT_ERR_PARSE);
	session_pair_fini(&pair);
}

Test(workers_session_take, behind_the_end_everything_is_thrown_away)
{
	uint8_t bytes[100] = {0};

	open_both();
	dti_session_set_ending(caller->session, DT_ENDING_CLOSED);
	session_side_take(caller, bytes, sizeof(bytes));
	cr_assert_eq(caller->event_count, 0);
	session_pair_fini(&pair);
}
