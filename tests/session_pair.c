/* SPDX-License-Identifier: MIT */
#include "tests/session_pair.h"

#include <string.h>

#include "lib/container.h"

#include "tests/require.h"

struct dti_session_options session_options(uint8_t number)
{
	static const struct dt_allocator libc = {.malloc = NULL};
	static const struct dti_capability offered[] = {{"eth", 68, 17},
							{"snap", 1, 8}};
	static struct dt_node_key keys[256];

	keys[number] = (struct dt_node_key){{[31] = number}};
	return (struct dti_session_options){
		.key = &keys[number],
		.client = "",
		.capabilities = {offered, dti_array_length(offered)},
		.listen_port = 30303,
		.frame_limit = 4096,
		.allocator = &libc,
	};
}

struct dt_node_id session_id(uint8_t number)
{
	struct dt_node_key key = {{[31] = number}};
	struct dt_node_id id;

	require(dt_node_key_id(&id, &key) == DT_OK, "the key is good");
	return id;
}

static void init_side(struct session_side *side, uint8_t number)
{
	struct dti_session_options options = session_options(number);

	require(dti_session_owner_init(&side->owner, &options, NULL) == DT_OK,
		"the options are good");
}

void session_pair_init(struct session_pair *pair)
{
	memset(pair, 0, sizeof(*pair));
	init_side(&pair->caller, 1);
	init_side(&pair->answerer, 2);
}

static void end_sessions(struct session_pair *pair)
{
	dt_session_destroy(pair->caller.session);
	dt_session_destroy(pair->answerer.session);
	pair->caller.session = NULL;
	pair->answerer.session = NULL;
}

void session_pair_fini(struct session_pair *pair)
{
	end_sessions(pair);
	dti_session_owner_fini(&pair->caller.owner);
	dti_session_owner_fini(&pair->answerer.owner);
}

static void forget(struct session_side *side)
{
	side->event_count = 0;
	side->length = 0;
}

void session_pair_begin(struct session_pair *pair)
{
	end_sessions(pair);
	forget(&pair->caller);
	forget(&pair->answerer);
	require(dti_session_open_call(
			&pair->caller.owner, &pair->caller.session,
			&pair->answerer.owner.self.identity.id) == DT_OK,
		"the answerer can be called");
	require(dti_session_open_answer(&pair->answerer.owner,
					&pair->answerer.session) == DT_OK,
		"there is memory");
}

void session_pair_open(struct session_pair *pair)
{
	session_pair_begin(pair);
	session_pair_settle(pair);
	require(dt_session_info(pair->caller.session)->is_open &&
			dt_session_info(pair->answerer.session)->is_open,
		"both are open");
	forget(&pair->caller);
	forget(&pair->answerer);
}

void session_side_write(struct session_side *side)
{
	side->length +=
		dt_session_write(side->session, side->wire + side->length,
				 sizeof(side->wire) - side->length);
}

static void note(struct session_side *side, enum dt_session_event event)
{
	if (event == DT_SESSION_MORE)
		return;
	require(side->event_count < SESSION_EVENTS_MAX, "not so many events");
	side->events[side->event_count++] = event;
}

void session_side_take(struct session_side *side, const uint8_t *bytes,
		       size_t length)
{
	while (length > 0)
		note(side, dt_session_take(side->session, &bytes, &length,
					   &side->message));
}

void session_side_deliver(struct session_side *from, struct session_side *to)
{
	size_t length = from->length;

	from->length = 0;
	session_side_take(to, from->wire, length);
}

void session_pair_settle(struct session_pair *pair)
{
	struct session_side *caller = &pair->caller;
	struct session_side *answerer = &pair->answerer;

	do {
		session_side_write(caller);
		session_side_deliver(caller, answerer);
		session_side_write(answerer);
		session_side_deliver(answerer, caller);
	} while (dt_session_owes(caller->session) ||
		 dt_session_owes(answerer->session));
}

enum dt_session_event session_side_last(const struct session_side *side)
{
	require(side->event_count > 0, "something happened");
	return side->events[side->event_count - 1];
}

size_t session_side_count(const struct session_side *side,
			  enum dt_session_event event)
{
	size_t count = 0;

	for (size_t i = 0; i < side->event_count; i++)
		count += side->events[i] == event;
	return count;
}
