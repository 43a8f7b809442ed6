/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/rlpx/ending.h"

#include "tests/faults.h"
#include "tests/require.h"
#include "tests/vectors.h"

static const struct fault *fault_of(const struct scripted_remote *remote)
{
	return remote->argument;
}

/* Any frame in place of Hello. */
static void say_body(struct scripted_remote *remote)
{
	scripted_acknowledge(remote);
	scripted_write_hex(remote, fault_of(remote)->hex);
	scripted_send(remote);
	scripted_await_close(remote);
}

/* A body of so many zeros, but for a code at its beginning. */
static void say_large(struct scripted_remote *remote)
{
	static const uint8_t body[4096] = {0x10};

	scripted_acknowledge(remote);
	scripted_write_body(remote, body, (size_t)fault_of(remote)->at);
	scripted_send(remote);
	scripted_await_close(remote);
}

/* Hello with one bit that is wrong. */
static void say_flipped(struct scripted_remote *remote)
{
	struct session_side *side = &remote->side;
	int at = fault_of(remote)->at;

	scripted_acknowledge(remote);
	session_side_write(side);
	side->wire[at >= 0 ? (size_t)at : side->length - (size_t)-at] ^= 0x10;
	scripted_send(remote);
	scripted_await_close(remote);
}

/* ---- Hello ---- */

static void write_id(struct dti_rlp_writer *writer,
		     const struct scripted_remote *remote)
{
	static const struct dt_node_id zero;
	struct dt_node_id id = session_id(SCRIPTED_KEY);
	uint8_t longer[65];

	switch (fault_of(remote)->hello->id) {
	case FAULT_ID_RIGHT:
		break;
	case FAULT_ID_ZERO:
		id = zero;
		break;
	case FAULT_ID_OTHER:
		id = session_id(77);
		break;
	case FAULT_ID_CALLERS:
		id = dt_session_info(remote->side.session)->id;
		break;
	case FAULT_ID_SHORT:
		dti_rlp_write_string(writer, id.bytes, 63);
		return;
	case FAULT_ID_LONG:
		memcpy(longer, id.bytes, sizeof(id.bytes));
		longer[64] = 1;
		dti_rlp_write_string(writer, longer, sizeof(longer));
		return;
	case FAULT_ID_MISSING:
		return;
	}
	dti_rlp_write_string(writer, id.bytes, sizeof(id.bytes));
}

static void write_more(struct dti_rlp_writer *writer, bool has_more)
{
	if (!has_more)
		return;
	dti_rlp_write_string(writer, "later", 5);
	dti_rlp_end_list(writer, dti_rlp_begin_list(writer));
}

static void write_hello(struct dti_rlp_writer *writer,
			const struct scripted_remote *remote)
{
	const struct fault_hello *hello = fault_of(remote)->hello;
	size_t capabilities;
	size_t capability;
	size_t list;

	dti_rlp_write_u64(writer, DTI_MESSAGE_HELLO);
	list = dti_rlp_begin_list(writer);
	dti_rlp_write_u64(writer, hello->version);
	dti_rlp_write_string(writer, "faulty", 6);
	capabilities = dti_rlp_begin_list(writer);
	if (hello->capability) {
		capability = dti_rlp_begin_list(writer);
		dti_rlp_write_string(writer, hello->capability,
				     strlen(hello->capability));
		dti_rlp_write_u64(writer, 68);
		write_more(writer, hello->has_more);
		dti_rlp_end_list(writer, capability);
	}
	dti_rlp_end_list(writer, capabilities);
	dti_rlp_write_u64(writer, 30303);
	write_id(writer, remote);
	write_more(writer, hello->has_more);
	dti_rlp_end_list(writer, list);
	write_more(writer, hello->has_more);
}

static void say_hello(struct scripted_remote *remote)
{
	uint8_t body[512];
	struct dti_rlp_writer writer = dti_rlp_writer_of(body, sizeof(body));

	scripted_acknowledge(remote);
	write_hello(&writer, remote);
	require(!writer.failed, "Hello fits");
	scripted_write_body(remote, body, writer.length);
	scripted_send(remote);
	scripted_await_close(remote);
}

static const struct fault_hello hello_of_zero = {5, FAULT_ID_ZERO, "eth", 0};
static const struct fault_hello hello_of_other = {5, FAULT_ID_OTHER, "eth", 0};
static const struct fault_hello hello_of_caller = {5, FAULT_ID_CALLERS, "eth",
						   0};
static const struct fault_hello hello_of_63 = {5, FAULT_ID_SHORT, "eth", 0};
static const struct fault_hello hello_of_65 = {5, FAULT_ID_LONG, "eth", 0};
static const struct fault_hello hello_of_none = {5, FAULT_ID_MISSING, "eth", 0};
static const struct fault_hello hello_useless = {5, FAULT_ID_RIGHT, "les", 0};
static const struct fault_hello hello_mute = {5, FAULT_ID_RIGHT, NULL, 0};
static const struct fault_hello hello_old = {4, FAULT_ID_RIGHT, "eth", 0};
static const struct fault_hello hello_later = {99, FAULT_ID_RIGHT, "eth", 1};

#define FAILED    .outcome = DT_OUTCOME_SETUP_FAILED
#define WRONG     .outcome = DT_OUTCOME_WRONG_IDENTITY
#define CONNECTED .outcome = DT_OUTCOME_CONNECTED

const struct fault faults_of_hello[] = {
	{"a wrong header", say_flipped, DT_ENDING_HEADER_MAC, FAILED, .at = 0},
	{"a wrong header MAC", say_flipped, DT_ENDING_HEADER_MAC, FAILED,
	 .at = 31},
	{"a wrong body", say_flipped, DT_ENDING_FRAME_MAC, FAILED, .at = 32},
	{"a wrong body MAC", say_flipped, DT_ENDING_FRAME_MAC, FAILED,
	 .at = -1},
	{"the largest body", say_large, DT_ENDING_NO_HELLO, FAILED, .at = 2048},
	{"a body that is too large", say_large, DT_ENDING_FRAME_SIZE, FAILED,
	 .at = 2049},
	{"no code", say_body, DT_ENDING_MESSAGE_CODE, FAILED, .hex = ""},
	{"a list for a code", say_body, DT_ENDING_MESSAGE_CODE, FAILED,
	 .hex = "c0"},
	{"ping", say_body, DT_ENDING_NO_HELLO, FAILED, .hex = "02c0"},
	{"pong", say_body, DT_ENDING_NO_HELLO, FAILED, .hex = "03c0"},
	{"a message of a capability", say_body, DT_ENDING_NO_HELLO, FAILED,
	 .hex = "10c0"},
	{"Hello without a list", say_body, DT_ENDING_HELLO_SHAPE, FAILED,
	 .hex = "80"},
	{"an empty Hello", say_body, DT_ENDING_HELLO_SHAPE, FAILED,
	 .hex = "80c0"},
	{"Hello with lists that end too late", say_body, DT_ENDING_HELLO_SHAPE,
	 FAILED, .hex = "80c60580c5018080"},
	{"a null id", say_hello, DT_ENDING_NULL_ID, FAILED,
	 .hello = &hello_of_zero},
	{"the id of another", say_hello, DT_ENDING_WRONG_ID, WRONG,
	 .hello = &hello_of_other},
	{"our own id", say_hello, DT_ENDING_OWN_ID, WRONG,
	 .hello = &hello_of_caller},
	{"an id that is too short", say_hello, DT_ENDING_HELLO_ID, FAILED,
	 .hello = &hello_of_63},
	{"an id that is too long", say_hello, DT_ENDING_HELLO_ID, FAILED,
	 .hello = &hello_of_65},
	{"no id", say_hello, DT_ENDING_HELLO_ID, FAILED,
	 .hello = &hello_of_none},
	{"no capability in common", say_hello, DT_ENDING_NOTHING_SHARED, FAILED,
	 .hello = &hello_useless},
	{"no capability at all", say_hello, DT_ENDING_NOTHING_SHARED, FAILED,
	 .hello = &hello_mute},
	{"an old version", say_hello, DT_ENDING_NONE, CONNECTED,
	 .hello = &hello_old},
	{"a later version with more", say_hello, DT_ENDING_NONE, CONNECTED,
	 .hello = &hello_later},
	{.name = NULL},
};

struct fault fault_disconnect(const char *hex, enum dt_ending ending)
{
	return (struct fault){
		.name = hex,
		.script = say_body,
		.ending = ending,
		.outcome = dti_ending_outcome(ending),
		.hex = hex,
	};
}
