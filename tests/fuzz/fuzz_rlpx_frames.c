/* SPDX-License-Identifier: MIT */
/*
 * A peer that has the secrets, and sends what it wants: frames whose bodies are
 * the input, before Hello or when the session is open, with snappy or without,
 * in pieces. Then one bit of them is flipped.
 *
 *	how(1) pieces(1) flip(2) { length(1) body }
 */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/rlpx_ends.h"

#define IS_OPEN   1u
#define IS_SNAPPY 2u
#define HEAD_SIZE 4

/* At the points from which inputs begin; the fuzzer ends with the process. */
static struct rlpx_ends ends;
static struct rlpx_ends begun[4];

static void make_ends(void)
{
	rlpx_ends_init(&ends);
	for (unsigned int how = 0; how < 4; how++) {
		ends.caller.self.offer.version =
			(how & IS_SNAPPY) != 0 ? DTI_HELLO_VERSION : 4;
		if ((how & IS_OPEN) != 0)
			rlpx_ends_open(&ends);
		else
			rlpx_ends_identify(&ends);
		begun[how] = ends;
	}
}

static void touch(struct dti_bytes bytes)
{
	static volatile uint8_t sum;

	for (size_t i = 0; i < bytes.length; i++)
		sum = (uint8_t)(sum + bytes.bytes[i]);
}

static void check_event(const struct dti_session_event *event,
			enum dti_session_phase before)
{
	bool is_end = event->type == DTI_SESSION_DISCONNECTED ||
		      event->type == DTI_SESSION_REFUSED;

	fuzz_check(is_end == (before != DTI_SESSION_OVER &&
			      ends.answerer.session.phase == DTI_SESSION_OVER),
		   "a session that is over says why");
	if (event->type == DTI_SESSION_MESSAGE) {
		fuzz_check(before == DTI_SESSION_OPEN, "messages need Hello");
		fuzz_check(event->message.inflated <= DTI_FRAME_BODY_MAX,
			   "no message is too large");
		fuzz_check(event->message.payload.length <=
				   event->message.length,
			   "a piece is no longer than all");
		touch(event->message.payload);
	}
	if (event->type == DTI_SESSION_OPENED) {
		fuzz_check(before == DTI_SESSION_HELLO, "Hello comes once");
		touch(event->hello.client);
	}
	if (event->type == DTI_SESSION_DISCONNECTED)
		fuzz_check(event->reason < DTI_DISCONNECT_COUNT, "a reason");
	if (event->type == DTI_SESSION_REFUSED)
		fuzz_check(event->refusal > DTI_REFUSAL_NONE &&
				   event->refusal < DTI_REFUSAL_COUNT,
			   "a refusal");
}

/* Give the answerer what is on the way, at most @piece bytes at once. */
static size_t deliver(size_t piece, struct dti_session_event *last)
{
	struct rlpx_end *answerer = &ends.answerer;
	size_t count = 0;

	for (size_t at = 0; at < ends.caller.length;) {
		size_t left = ends.caller.length - at;
		struct dti_bytes input = {ends.caller.wire + at,
					  left < piece ? left : piece};

		at += input.length;
		while (input.length > 0) {
			enum dti_session_phase before = answerer->session.phase;
			struct dti_session_event event;

			dti_session_take(&answerer->session, &input, &event);
			check_event(&event, before);
			if (event.type == DTI_SESSION_MORE)
				continue;
			*last = event;
			count++;
		}
	}
	return count;
}

static void write_frames(const uint8_t *data, size_t size)
{
	while (size > 0) {
		size_t length = data[0] < size ? data[0] : size - 1;
		struct dti_bytes body = {data + 1, length};

		if (ends.caller.length + dti_frame_size(length) >
		    sizeof(ends.caller.wire))
			return;
		rlpx_end_write_body(&ends.caller, body);
		data += 1 + length;
		size -= 1 + length;
	}
}

/* What the answerer says then is as it has to be. */
static void check_answers(void)
{
	struct rlpx_end *caller = &ends.caller;

	rlpx_end_write(&ends.answerer);
	rlpx_end_deliver(&ends.answerer, caller);
	for (size_t i = 0; i < caller->events.count; i++)
		fuzz_check(caller->events.all[i].type != DTI_SESSION_REFUSED,
			   "what we write is accepted");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dti_session_event first = {.type = DTI_SESSION_MORE};
	struct dti_session_event second = {.type = DTI_SESSION_MORE};
	const struct rlpx_ends *from;
	size_t counts[2];
	size_t flip;

	if (ends.secp.context == NULL)
		make_ends();
	if (size <= HEAD_SIZE || size > 4000)
		return 0;
	from = &begun[data[0] % 4];
	flip = (size_t)data[2] << 8 | data[3];

	ends = *from;
	write_frames(data + HEAD_SIZE, size - HEAD_SIZE);
	counts[0] = deliver(ends.caller.length, &first);
	check_answers();

	ends = *from;
	write_frames(data + HEAD_SIZE, size - HEAD_SIZE);
	counts[1] = deliver(1 + (size_t)data[1], &second);
	fuzz_check(counts[0] == counts[1] && first.type == second.type,
		   "it does not matter where bytes are split");

	ends = *from;
	write_frames(data + HEAD_SIZE, size - HEAD_SIZE);
	flip %= 8 * ends.caller.length;
	ends.caller.wire[flip / 8] ^= (uint8_t)(1u << flip % 8);
	(void)deliver(ends.caller.length, &second);
	fuzz_check(ends.answerer.session.phase == DTI_SESSION_OVER,
		   "a flipped bit ends the session");
	return 0;
}
