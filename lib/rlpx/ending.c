/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/ending.h"

#include <assert.h>

static const struct {
	const char *name;
	const char *text;
	enum dt_outcome outcome;
} endings[] = {
	[DT_ENDING_NONE] = {"none", "it has not ended", DT_OUTCOME_CONNECTED},
#define X(ending, name, outcome, text) \
	[DT_ENDING_##ending] = {name, text, DT_OUTCOME_##outcome},
#include "lib/rlpx/ending.def"
#undef X
};

/* lib/rlpx/ending.def and enum dt_ending cannot part. */
enum place {
	PLACE_NONE,
#define X(ending, name, outcome, text) PLACE_##ending,
#include "lib/rlpx/ending.def"
#undef X
	PLACE_COUNT
};
#define X(ending, name, outcome, text)                                \
	static_assert((int)DT_ENDING_##ending == (int)PLACE_##ending, \
		      "lib/rlpx/ending.def has " #ending " in another place");
#include "lib/rlpx/ending.def"
#undef X
static_assert((int)PLACE_COUNT == (int)DT_ENDING_COUNT,
	      "an ending has no entry in lib/rlpx/ending.def");
static_assert(DT_ENDING_COUNT <= DT_ENDING_MAX, "counters lack room");

const char *dt_ending_name(enum dt_ending ending)
{
	return (size_t)ending < DT_ENDING_COUNT ? endings[ending].name : "?";
}

const char *dt_ending_text(enum dt_ending ending)
{
	return (size_t)ending < DT_ENDING_COUNT ? endings[ending].text
						: "for an unknown cause";
}

enum dt_outcome dti_ending_outcome(enum dt_ending ending)
{
	return endings[ending].outcome;
}

enum dt_ending dti_ending_of_disconnect(enum dti_disconnect_reason reason)
{
	static const enum dt_ending of_reason[DTI_DISCONNECT_COUNT] = {
		[DTI_DISCONNECT_REQUESTED] = DT_ENDING_REMOTE_REQUESTED,
		[DTI_DISCONNECT_NETWORK] = DT_ENDING_REMOTE_NETWORK,
		[DTI_DISCONNECT_BREACH] = DT_ENDING_REMOTE_BREACH,
		[DTI_DISCONNECT_USELESS] = DT_ENDING_REMOTE_USELESS,
		[DTI_DISCONNECT_TOO_MANY] = DT_ENDING_REMOTE_TOO_MANY,
		[DTI_DISCONNECT_ALREADY] = DT_ENDING_REMOTE_ALREADY,
		[DTI_DISCONNECT_VERSION] = DT_ENDING_REMOTE_VERSION,
		[DTI_DISCONNECT_NULL_ID] = DT_ENDING_REMOTE_NULL_ID,
		[DTI_DISCONNECT_QUITTING] = DT_ENDING_REMOTE_QUITTING,
		[DTI_DISCONNECT_WRONG_ID] = DT_ENDING_REMOTE_WRONG_ID,
		[DTI_DISCONNECT_SELF] = DT_ENDING_REMOTE_SELF,
		[DTI_DISCONNECT_TIMEOUT] = DT_ENDING_REMOTE_TIMEOUT,
		[DTI_DISCONNECT_SUBPROTOCOL] = DT_ENDING_REMOTE_SUBPROTOCOL,
		[DTI_DISCONNECT_OTHER] = DT_ENDING_REMOTE_OTHER,
		[DTI_DISCONNECT_UNSTATED] = DT_ENDING_REMOTE_UNSTATED,
	};

	return of_reason[reason];
}

enum dt_ending dti_ending_of_refusal(enum dti_refusal refusal)
{
	static const enum dt_ending of_refusal[DTI_REFUSAL_COUNT] = {
		[DTI_REFUSAL_NONE] = DT_ENDING_NONE,
		[DTI_REFUSAL_HANDSHAKE_SIZE] = DT_ENDING_HANDSHAKE_SIZE,
		[DTI_REFUSAL_HANDSHAKE_SEAL] = DT_ENDING_HANDSHAKE_SEAL,
		[DTI_REFUSAL_HANDSHAKE_SHAPE] = DT_ENDING_HANDSHAKE_SHAPE,
		[DTI_REFUSAL_HANDSHAKE_KEY] = DT_ENDING_HANDSHAKE_KEY,
		[DTI_REFUSAL_HEADER_MAC] = DT_ENDING_HEADER_MAC,
		[DTI_REFUSAL_FRAME_MAC] = DT_ENDING_FRAME_MAC,
		[DTI_REFUSAL_FRAME_SIZE] = DT_ENDING_FRAME_SIZE,
		[DTI_REFUSAL_MESSAGE_CODE] = DT_ENDING_MESSAGE_CODE,
		[DTI_REFUSAL_MESSAGE_SNAPPY] = DT_ENDING_MESSAGE_SNAPPY,
		[DTI_REFUSAL_MESSAGE_SIZE] = DT_ENDING_MESSAGE_SIZE,
		[DTI_REFUSAL_NO_HELLO] = DT_ENDING_NO_HELLO,
		[DTI_REFUSAL_HELLO_SHAPE] = DT_ENDING_HELLO_SHAPE,
		[DTI_REFUSAL_HELLO_ID] = DT_ENDING_HELLO_ID,
		[DTI_REFUSAL_NULL_ID] = DT_ENDING_NULL_ID,
		[DTI_REFUSAL_WRONG_ID] = DT_ENDING_WRONG_ID,
		[DTI_REFUSAL_OWN_ID] = DT_ENDING_OWN_ID,
		[DTI_REFUSAL_NOTHING_SHARED] = DT_ENDING_NOTHING_SHARED,
	};

	return of_refusal[refusal];
}

/* What the remote itself would have to say for us to see it so. */
static enum dti_disconnect_reason reason_of_remote(enum dt_ending ending)
{
	int reason = DTI_DISCONNECT_REQUESTED;

	while (dti_ending_of_disconnect((enum dti_disconnect_reason)reason) !=
	       ending)
		reason++;
	return (enum dti_disconnect_reason)reason;
}

enum dti_disconnect_reason dti_ending_reason(enum dt_ending ending)
{
	if (ending >= DT_ENDING_REMOTE_REQUESTED &&
	    ending <= DT_ENDING_REMOTE_SUBPROTOCOL)
		return reason_of_remote(ending);
	switch (ending) {
	case DT_ENDING_LOCAL_REQUESTED:
		return DTI_DISCONNECT_REQUESTED;
	case DT_ENDING_LOCAL_QUITTING:
		return DTI_DISCONNECT_QUITTING;
	case DT_ENDING_LOCAL_TOO_MANY:
		return DTI_DISCONNECT_TOO_MANY;
	case DT_ENDING_LOCAL_ALREADY:
		return DTI_DISCONNECT_ALREADY;
	case DT_ENDING_HELLO_TIMED_OUT:
	case DT_ENDING_SILENT:
		return DTI_DISCONNECT_TIMEOUT;
	default:
		return DTI_DISCONNECT_UNSTATED;
	}
}
