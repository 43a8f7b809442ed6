/* SPDX-License-Identifier: MIT */
#ifndef TESTS_RLPX_SCENE_H
#define TESTS_RLPX_SCENE_H

/*
 * Nodes that make and keep peers, on distinct addresses of this machine's
 * loopback, and remotes that speak devp2p with them by hand. What cannot be had
 * ends the process.
 */

#include <pthread.h>
#include <sched.h>

#include "lib/dialtone.h"

#include "workers/session.h"

#include "tests/recorder.h"

#define RLPX_ENDINGS_MAX 4096

/** A node: a dt_rlpx, with a dialer if it is to dial. */
struct rlpx_scene {
	struct dt_config config; /* of both */
	struct dt_node_key key;
	char listen[32];
	dt_rlpx *rlpx;
	dt_dialer *dialer; /* NULL: none */
	struct recorder recorder;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Under the lock: what the peer callback was told. */
	size_t added;
	size_t removed;
	enum dt_ending endings[RLPX_ENDINGS_MAX];
	struct dt_peer last; /* that was added or removed */
};

/**
 * On 127.x.y.z:0 with the key, both made of @number; inbound. It dials nobody
 * twice. A test changes the configuration.
 */
void rlpx_scene_init(struct rlpx_scene *scene, uint16_t number);
/** Make the dt_rlpx; and the dialer, if it is to have one. */
void rlpx_scene_create(struct rlpx_scene *scene, bool dials);
/** Start both; create them before, if need be, with no dialer. */
void rlpx_scene_start(struct rlpx_scene *scene);
/** Stop both, the dialer first. */
void rlpx_scene_stop(struct rlpx_scene *scene);
/** The same, see that nothing is left and all sums hold, and free it. */
void rlpx_scene_fini(struct rlpx_scene *scene);
/** Who it is and where, for others to dial. */
struct dt_node rlpx_scene_node(const struct rlpx_scene *scene);

struct dt_rlpx_counters rlpx_counters(const struct rlpx_scene *scene);
/** NULL, or the sum that does not hold: what must be true at any moment. */
const char *rlpx_broken(const struct dt_rlpx_counters *counters);
/** Read the counters until @condition, which looks at them, holds. */
#define AWAIT_RLPX(scene_, counters, condition)                  \
	while ((counters) = rlpx_counters(scene_), !(condition)) \
	sched_yield()
/** Wait until the callback was told of so many. */
void rlpx_await_added(struct rlpx_scene *scene, size_t count);
void rlpx_await_removed(struct rlpx_scene *scene, size_t count);

/** Speaks devp2p by hand: one connection. */
struct rlpx_remote {
	struct dti_session_owner owner;
	dt_session *session;
	int fd;
	bool is_deaf; /* the other side takes nothing more */
	bool is_over; /* the connection is */
	size_t events[DT_SESSION_ENDED + 1]; /* how often each came */
};

/** With the @number-th key; no connection. */
void rlpx_remote_init(struct rlpx_remote *remote, uint8_t number);
/** Connect and begin; nothing is sent yet. */
void rlpx_remote_call(struct rlpx_remote *remote, const struct dt_node *node);
/** Connect, and say nothing. */
void rlpx_remote_connect(struct rlpx_remote *remote,
			 const struct dt_node *node);
/** Begin to answer on a connection, which is the remote's from now on. */
void rlpx_remote_answer_on(struct rlpx_remote *remote, int fd);
/** The same on the next that comes to a listener. */
void rlpx_remote_answer(struct rlpx_remote *remote, int listener);
/** Say what is owed, and hear something: bytes, or the end. */
void rlpx_remote_step(struct rlpx_remote *remote);
/** Step until @event has come so often; false: it was over before. */
bool rlpx_remote_await(struct rlpx_remote *remote, enum dt_session_event event,
		       size_t times);
/** Step until the connection is over; how the session has ended. */
enum dt_ending rlpx_remote_outlive(struct rlpx_remote *remote);
/** Call, and step until it is open. */
void rlpx_remote_open(struct rlpx_remote *remote, const struct dt_node *node);
/** Send bytes that no session has made. */
void rlpx_remote_send(struct rlpx_remote *remote, const void *bytes,
		      size_t length);
/** Close, so that the next connection can be made. */
void rlpx_remote_hang_up(struct rlpx_remote *remote);
void rlpx_remote_fini(struct rlpx_remote *remote);
struct dt_node_id rlpx_remote_id(const struct rlpx_remote *remote);

#endif /* TESTS_RLPX_SCENE_H */
