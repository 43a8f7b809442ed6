/* SPDX-License-Identifier: MIT */
#include <sys/socket.h>
#include <unistd.h>

#include "tests/faults.h"
#include "tests/require.h"

/* Remotes that break off. */

static const struct fault *fault_of(const struct scripted_remote *remote)
{
	return remote->argument;
}

/* @ack, @length: of the ack, and of ack and Hello. */
static size_t length_until(enum fault_place place, size_t ack, size_t length)
{
	switch (place) {
	case FAULT_AT_BEGIN:
	case FAULT_PLACE_COUNT:
		break;
	case FAULT_IN_PREFIX:
		return 1;
	case FAULT_IN_ACK:
		return ack / 2;
	case FAULT_AFTER_ACK:
		return ack;
	case FAULT_AFTER_HEADER:
		return ack + DTI_FRAME_HEAD;
	case FAULT_IN_BODY:
		return ack + DTI_FRAME_HEAD + DTI_FRAME_BLOCK + 1;
	case FAULT_BEFORE_END:
		return length - 1;
	}
	return 0;
}

/* Of who calls, and has to read the ack in between. */
static void send_until_as_caller(struct scripted_remote *remote)
{
	struct session_side *side = &remote->side;
	enum fault_place place = (enum fault_place)fault_of(remote)->at;

	if (place >= FAULT_AFTER_ACK) {
		scripted_identify(remote);
		session_side_write(side);
		scripted_send_bytes(remote, side->wire,
				    length_until(place, 0, side->length));
		return;
	}
	session_side_write(side);
	scripted_send_bytes(remote, side->wire,
			    length_until(place, side->length, side->length));
}

static void send_until(struct scripted_remote *remote)
{
	struct session_side *side = &remote->side;
	enum fault_place place = (enum fault_place)fault_of(remote)->at;
	size_t ack;

	if (remote->calls) {
		send_until_as_caller(remote);
		return;
	}
	scripted_identify(remote);
	ack = dti_handshake_sent(&side->session->setup->handshake).length;
	session_side_write(side);
	require(side->length > ack + 64, "there is a Hello");
	scripted_send_bytes(remote, side->wire,
			    length_until(place, ack, side->length));
}

static void stall(struct scripted_remote *remote)
{
	send_until(remote);
	scripted_await_close(remote);
}

static void close_it(struct scripted_remote *remote)
{
	send_until(remote);
	close(remote->fd);
	remote->fd = -1;
}

static void half_close(struct scripted_remote *remote)
{
	send_until(remote);
	shutdown(remote->fd, SHUT_WR);
	scripted_await_close(remote);
}

static void reset(struct scripted_remote *remote)
{
	send_until(remote);
	scripted_reset(remote);
}

struct fault fault_broken_off(enum fault_place place, enum fault_break how)
{
	static void (*const scripts[FAULT_BREAK_COUNT])(
		struct scripted_remote *) = {
		[FAULT_STALL] = stall,
		[FAULT_CLOSE] = close_it,
		[FAULT_HALF_CLOSE] = half_close,
		[FAULT_RESET] = reset,
	};
	static const char *const names[FAULT_BREAK_COUNT] = {
		"stalls", "closes", "half-closes", "resets"};
	bool has_ack = place >= FAULT_AFTER_ACK;
	struct fault fault = {
		.name = names[how], .script = scripts[how], .at = (int)place};

	if (how == FAULT_STALL) {
		fault.outcome = DT_OUTCOME_SETUP_TIMED_OUT;
		fault.ending = has_ack ? DT_ENDING_HELLO_TIMED_OUT
				       : DT_ENDING_AUTH_TIMED_OUT;
	} else {
		fault.outcome = DT_OUTCOME_RESET;
		fault.ending = has_ack ? DT_ENDING_HELLO_CLOSED
				       : DT_ENDING_AUTH_CLOSED;
	}
	return fault;
}
