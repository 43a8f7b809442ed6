/* SPDX-License-Identifier: MIT */
#ifndef TESTS_RLPX_REMOTE_H
#define TESTS_RLPX_REMOTE_H

/*
 * A node at the other end of a TCP connection that does what a script says: a
 * thread with a session of its own, which may be left aside.
 */

#include <pthread.h>

#include "tests/session_pair.h"
#include "tests/sockets.h"

#define RLPX_REMOTE_KEY 2

struct rlpx_remote {
	struct session_side side; /* of RLPX_REMOTE_KEY; answers, or calls */
	int fd;                   /* blocking; -1: closed by the script */
	void (*script)(struct rlpx_remote *remote);
	const void *argument; /* the test's */
	pthread_t thread;
};

/** No thread yet. Pair with fini. */
void rlpx_remote_init(struct rlpx_remote *remote);
void rlpx_remote_fini(struct rlpx_remote *remote);
/**
 * Run @script, with a session that answers. Returns the near end of the
 * connection, non-blocking; the caller closes it.
 */
int rlpx_remote_begin(struct rlpx_remote *remote,
		      void (*script)(struct rlpx_remote *remote),
		      const void *argument);
/** Wait until the script is over, and close its end. */
void rlpx_remote_end(struct rlpx_remote *remote);

/* For scripts. */

/** Answer as a good node would, until the near end closes. */
void rlpx_remote_be_good(struct rlpx_remote *remote);
/** Read until something happens but MORE and ANNOUNCED. MORE: it has closed. */
enum dt_session_event rlpx_remote_read(struct rlpx_remote *remote);
/** Read an auth; the ack is then owed, and is sent with all else. */
void rlpx_remote_identify(struct rlpx_remote *remote);
/** Read an auth, and send the ack but not Hello. */
void rlpx_remote_acknowledge(struct rlpx_remote *remote);
/** Put a frame on the wire of the side, with anything as its body, in hex. */
void rlpx_remote_write_hex(struct rlpx_remote *remote, const char *body);
/** Send what is on the wire of the side. A near end that is gone is ignored. */
void rlpx_remote_send(struct rlpx_remote *remote);
/** Send bytes. */
void rlpx_remote_send_bytes(struct rlpx_remote *remote, const uint8_t *bytes,
			    size_t length);
/** Read all that comes until the near end closes. */
void rlpx_remote_await_close(struct rlpx_remote *remote);
/** Close so that the near end gets a reset. */
void rlpx_remote_reset(struct rlpx_remote *remote);

#endif /* TESTS_RLPX_REMOTE_H */
