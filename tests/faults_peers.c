/* SPDX-License-Identifier: MIT */
#include <sys/socket.h>
#include <unistd.h>

#include "tests/faults.h"
#include "tests/require.h"

/* Remotes that become peers, and then do wrong, or go. */

static const struct fault *fault_of(const struct scripted_remote *remote)
{
	return remote->argument;
}

static void become_peer(struct scripted_remote *remote)
{
	scripted_identify(remote);
	session_side_write(&remote->side);
	scripted_send(remote);
	require(scripted_read(remote) == DT_SESSION_OPENED, "Hello has come");
}

/* A frame. */
static void say(struct scripted_remote *remote)
{
	become_peer(remote);
	scripted_write_hex(remote, fault_of(remote)->hex);
	scripted_send(remote);
	scripted_await_close(remote);
}

/* What is no reason to end, and then no more. */
static void say_and_shut(struct scripted_remote *remote)
{
	become_peer(remote);
	scripted_write_hex(remote, fault_of(remote)->hex);
	scripted_send(remote);
	shutdown(remote->fd, SHUT_WR);
	scripted_await_close(remote);
}

static void say_flipped(struct scripted_remote *remote)
{
	become_peer(remote);
	scripted_write_hex(remote, "020100c0");
	remote->side.wire[fault_of(remote)->at] ^= 1;
	scripted_send(remote);
	scripted_await_close(remote);
}

/* Pings, and it hears none of the pongs. */
static void flood(struct scripted_remote *remote)
{
	become_peer(remote);
	for (int i = 0; i < fault_of(remote)->at; i++) {
		scripted_write_hex(remote, "020100c0");
		if (i % 100 == 99)
			scripted_send(remote);
	}
	scripted_send(remote);
	shutdown(remote->fd, SHUT_WR);
	scripted_await_close(remote);
}

static void half_close(struct scripted_remote *remote)
{
	become_peer(remote);
	shutdown(remote->fd, SHUT_WR);
	scripted_await_close(remote);
}

static void close_it(struct scripted_remote *remote)
{
	become_peer(remote);
	close(remote->fd);
	remote->fd = -1;
}

static void reset(struct scripted_remote *remote)
{
	become_peer(remote);
	scripted_reset(remote);
}

/* Part of a frame. */
static void close_in_frame(struct scripted_remote *remote)
{
	become_peer(remote);
	scripted_write_hex(remote, "020100c0");
	remote->side.length = (size_t)fault_of(remote)->at;
	scripted_send(remote);
	close(remote->fd);
	remote->fd = -1;
}

const struct fault faults_of_peers[] = {
	{"half-closes", half_close, .ending = DT_ENDING_CLOSED},
	{"closes", close_it, .ending = DT_ENDING_CLOSED},
	{"resets", reset, .ending = DT_ENDING_CLOSED},
	{"closes in a header", close_in_frame, .ending = DT_ENDING_CLOSED,
	 .at = 20},
	{"closes in a body", close_in_frame, .ending = DT_ENDING_CLOSED,
	 .at = 40},
	{"a wrong header", say_flipped, .ending = DT_ENDING_HEADER_MAC,
	 .at = 0},
	{"a wrong header MAC", say_flipped, .ending = DT_ENDING_HEADER_MAC,
	 .at = 16},
	{"a wrong body", say_flipped, .ending = DT_ENDING_FRAME_MAC, .at = 32},
	{"a wrong body MAC", say_flipped, .ending = DT_ENDING_FRAME_MAC,
	 .at = 63},
	{"no code", say, .ending = DT_ENDING_MESSAGE_CODE, .hex = ""},
	{"a list for a code", say, .ending = DT_ENDING_MESSAGE_CODE,
	 .hex = "c0"},
	/* Disconnect: a list, a bare reason, none; as a block and not. */
	{"a list in a block", say, .ending = DT_ENDING_REMOTE_TOO_MANY,
	 .hex = "010204c104"},
	{"a list", say, .ending = DT_ENDING_REMOTE_TOO_MANY, .hex = "01c104"},
	{"a reason in a block", say, .ending = DT_ENDING_REMOTE_USELESS,
	 .hex = "01010003"},
	{"a reason", say, .ending = DT_ENDING_REMOTE_USELESS, .hex = "0103"},
	{"zero in a block", say, .ending = DT_ENDING_REMOTE_REQUESTED,
	 .hex = "01010080"},
	{"zero", say, .ending = DT_ENDING_REMOTE_REQUESTED, .hex = "0180"},
	{"an empty list in a block", say, .ending = DT_ENDING_REMOTE_UNSTATED,
	 .hex = "010100c0"},
	{"an empty list", say, .ending = DT_ENDING_REMOTE_UNSTATED,
	 .hex = "01c0"},
	{"nothing in a block", say, .ending = DT_ENDING_REMOTE_UNSTATED,
	 .hex = "0100"},
	{"nothing", say, .ending = DT_ENDING_REMOTE_UNSTATED, .hex = "01"},
	{"an unknown reason in a block", say, .ending = DT_ENDING_REMOTE_OTHER,
	 .hex = "010204c120"},
	{"an unknown reason", say, .ending = DT_ENDING_REMOTE_OTHER,
	 .hex = "01c120"},
	{"a list of more", say, .ending = DT_ENDING_REMOTE_ALREADY,
	 .hex = "01c20506"},
	{"a block of 4 GiB for a reason", say, .ending = DT_ENDING_REMOTE_OTHER,
	 .hex = "01ffffffff0f"},
	/* Messages that are no blocks, or blocks that are bombs. */
	{"no block", say, .ending = DT_ENDING_MESSAGE_SNAPPY, .hex = "10"},
	{"a size without an end", say, .ending = DT_ENDING_MESSAGE_SNAPPY,
	 .hex = "10ffffff"},
	{"a size of more than 32 bits", say, .ending = DT_ENDING_MESSAGE_SNAPPY,
	 .hex = "10ffffffffff7f00"},
	{"a block of 16 MiB", say, .ending = DT_ENDING_MESSAGE_SIZE,
	 .hex = "108080800800"},
	{"a block of 4 GiB", say, .ending = DT_ENDING_MESSAGE_SIZE,
	 .hex = "10ffffffff0f00"},
	/* What is no reason to end. */
	{"the largest block", say_and_shut, .ending = DT_ENDING_CLOSED,
	 .hex = "10ffffff0700"},
	{"a block that is none", say_and_shut, .ending = DT_ENDING_CLOSED,
	 .hex = "106400ff"},
	{"Hello again", say_and_shut, .ending = DT_ENDING_CLOSED,
	 .hex = "80c0"},
	{"a code that has no meaning yet", say_and_shut,
	 .ending = DT_ENDING_CLOSED, .hex = "0f0100c0"},
	{"the largest code", say_and_shut, .ending = DT_ENDING_CLOSED,
	 .hex = "88ffffffffffffffff0100c0"},
	{"a flood of pings", flood, .ending = DT_ENDING_CLOSED, .at = 20000},
	{.name = NULL},
};
