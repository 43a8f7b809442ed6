/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SCRIPTED_REMOTE_H
#define TESTS_SCRIPTED_REMOTE_H

/*
 * A node at the other end of a TCP connection that does what a script says: a
 * thread with a session of its own, which may be left aside. It is called, or
 * calls.
 */

#include <pthread.h>

#include "tests/session_pair.h"
#include "tests/sockets.h"

#define SCRIPTED_KEY 2

struct scripted_remote {
	struct session_side side; /* of SCRIPTED_KEY; answers, or calls */
	int fd;                   /* blocking; -1: closed by the script */
	int listener;             /* where it is accepted; -1: it is there */
	bool calls;               /* else it is called */
	void (*script)(struct scripted_remote *remote);
	const void *argument; /* the test's */
	pthread_t thread;
};

/** No thread yet. Pair with fini. */
void scripted_init(struct scripted_remote *remote);
void scripted_fini(struct scripted_remote *remote);
/**
 * Run @script, with a session that answers. Returns the near end of the
 * connection, non-blocking; the caller closes it.
 */
int scripted_begin(struct scripted_remote *remote,
		   void (*script)(struct scripted_remote *remote),
		   const void *argument);
/** The same, for the next that connects to @listener. */
void scripted_begin_at(struct scripted_remote *remote, int listener,
		       void (*script)(struct scripted_remote *remote),
		       const void *argument);
/** The same, as who calls @node, to which it connects. */
void scripted_begin_call(struct scripted_remote *remote,
			 const struct dt_node *node,
			 void (*script)(struct scripted_remote *remote),
			 const void *argument);
/** Wait until the script is over, and close its end. */
void scripted_end(struct scripted_remote *remote);

/* For scripts. */

/** Answer as a good node would, until the near end closes. */
void scripted_be_good(struct scripted_remote *remote);
/** Read until something happens but MORE and ANNOUNCED. MORE: it has closed. */
enum dt_session_event scripted_read(struct scripted_remote *remote);
/**
 * Read an auth; the ack is then owed, and is sent with all else. Who calls sends
 * the auth, and reads the ack.
 */
void scripted_identify(struct scripted_remote *remote);
/** The same, but so that the ack is sent and Hello is not. */
void scripted_acknowledge(struct scripted_remote *remote);
/** Put a frame on the wire of the side, with anything as its body. */
void scripted_write_body(struct scripted_remote *remote, const uint8_t *body,
			 size_t length);
/** The same, in hex. */
void scripted_write_hex(struct scripted_remote *remote, const char *body);
/** Send what is on the wire of the side. A near end that is gone is ignored. */
void scripted_send(struct scripted_remote *remote);
/** Send bytes. */
void scripted_send_bytes(struct scripted_remote *remote, const uint8_t *bytes,
			 size_t length);
/** Read all that comes until the near end closes. */
void scripted_await_close(struct scripted_remote *remote);
/** Close so that the near end gets a reset. */
void scripted_reset(struct scripted_remote *remote);

#endif /* TESTS_SCRIPTED_REMOTE_H */
