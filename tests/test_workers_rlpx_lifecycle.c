/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/harness.h"
#include "tests/rlpx_scene.h"
#include "tests/sockets.h"

Test(workers_rlpx_lifecycle, it_is_started_once, .timeout = 20)
{
	struct dt_error error = {.code = DT_OK};
	struct rlpx_scene scene;

	rlpx_scene_init(&scene, 1);
	rlpx_scene_start(&scene);

	cr_assert_eq(dt_rlpx_start(scene.rlpx, NULL, &error), DT_ERR_STARTED);
	cr_assert_not_null(strstr(error.text, "already"), "%s", error.text);
	dt_rlpx_stop(scene.rlpx);
	dt_rlpx_stop(scene.rlpx);
	cr_assert_eq(dt_rlpx_start(scene.rlpx, NULL, &error), DT_ERR_STOPPED);
	cr_assert_not_null(strstr(error.text, "make a new one"), "%s",
			   error.text);
	rlpx_scene_fini(&scene);
}

Test(workers_rlpx_lifecycle, one_that_was_not_started_can_be_stopped)
{
	struct rlpx_scene scene;

	rlpx_scene_init(&scene, 1);
	rlpx_scene_create(&scene, false);
	dt_rlpx_stop(scene.rlpx);

	cr_assert_eq(dt_rlpx_start(scene.rlpx, NULL, NULL), DT_ERR_STOPPED);
	rlpx_scene_fini(&scene);
	dt_rlpx_destroy(NULL);
}

Test(workers_rlpx_lifecycle, no_descriptor_stays_open, .timeout = 20)
{
	size_t open = sockets_count_open();
	struct rlpx_scene scene;
	struct rlpx_remote remote;
	struct dt_node node;

	rlpx_scene_init(&scene, 1);
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	rlpx_remote_init(&remote, 9);
	rlpx_remote_open(&remote, &node);
	rlpx_remote_fini(&remote);
	rlpx_scene_fini(&scene);

	cr_assert_eq(sockets_count_open(), open);
}

Test(workers_rlpx_lifecycle, a_stop_disconnects_each_peer, .timeout = 20)
{
	struct rlpx_remote remotes[8];
	struct dt_rlpx_counters counters;
	struct rlpx_scene scene;
	struct dt_node node;

	rlpx_scene_init(&scene, 1);
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	for (uint8_t i = 0; i < 8; i++) {
		rlpx_remote_init(&remotes[i], (uint8_t)(i + 9));
		rlpx_remote_open(&remotes[i], &node);
	}
	dt_rlpx_stop(scene.rlpx);

	cr_assert_eq(scene.removed, 8);
	for (uint8_t i = 0; i < 8; i++) {
		cr_assert_eq(scene.endings[i], DT_ENDING_LOCAL_QUITTING);
		cr_assert_eq(rlpx_remote_outlive(&remotes[i]),
			     DT_ENDING_REMOTE_QUITTING);
		rlpx_remote_fini(&remotes[i]);
	}
	counters = rlpx_counters(&scene);
	cr_assert_null(rlpx_broken(&counters));
	cr_assert_eq(counters.peers_ended[DT_ENDING_LOCAL_QUITTING], 8);
	cr_assert_eq(dt_rlpx_peers(scene.rlpx, NULL, 0), 0);
	rlpx_scene_fini(&scene);
}

/* The timeout of a set-up is far away. */
Test(workers_rlpx_lifecycle, a_stop_waits_for_no_handshake, .timeout = 20)
{
	struct rlpx_remote *remotes = calloc(100, sizeof(*remotes));
	struct dt_rlpx_counters counters;
	struct rlpx_scene scene;
	struct dt_node node;

	cr_assert_not_null(remotes);
	rlpx_scene_init(&scene, 1);
	scene.config.setup_timeout_ms = 600000;
	scene.config.max_pending_inbound = 100;
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	for (uint8_t i = 0; i < 100; i++) {
		rlpx_remote_init(&remotes[i], (uint8_t)(i + 9));
		rlpx_remote_call(&remotes[i], &node);
		/* Some say nothing, some have the ack. */
		if (i % 2 == 0)
			rlpx_remote_step(&remotes[i]);
	}
	AWAIT_RLPX(&scene, counters, counters.inbound.running == 100);
	dt_rlpx_stop(scene.rlpx);

	counters = rlpx_counters(&scene);
	cr_assert_null(rlpx_broken(&counters));
	cr_assert_eq(counters.inbound.ended[DT_ENDING_LOCAL_QUITTING], 100);
	for (int i = 0; i < 100; i++)
		rlpx_remote_fini(&remotes[i]);
	rlpx_scene_fini(&scene);
	free(remotes);
}

/* From a callback. @number: of the scene's. */
static void count_one(struct rlpx_scene *scene, size_t *number)
{
	pthread_mutex_lock(&scene->lock);
	++*number;
	pthread_cond_broadcast(&scene->changed);
	pthread_mutex_unlock(&scene->lock);
}

/* The scene is as it is to be; until its callback was told. */
static void start_with_one(struct rlpx_scene *scene, struct rlpx_remote *remote)
{
	struct dt_node node;

	rlpx_scene_start(scene);
	node = rlpx_scene_node(scene);
	rlpx_remote_init(remote, 9);
	rlpx_remote_open(remote, &node);
	rlpx_await_added(scene, 1);
}

static void stop_and_destroy(void *context, const struct dt_peer_event *event)
{
	struct rlpx_scene *scene = context;

	(void)event;
	dt_rlpx_stop(scene->rlpx);
	dt_rlpx_destroy(scene->rlpx);
	count_one(scene, &scene->added);
}

Test(workers_rlpx_lifecycle, a_stop_from_the_callback_does_nothing,
     .timeout = 20)
{
	struct rlpx_scene scene;
	struct rlpx_remote remote;

	rlpx_scene_init(&scene, 1);
	scene.config.peer = stop_and_destroy;
	start_with_one(&scene, &remote);

	cr_assert_eq(rlpx_counters(&scene).peers, 1);
	rlpx_remote_fini(&remote);
	rlpx_await_added(&scene, 2);
	rlpx_scene_fini(&scene);
}

/* The dialer's thread in its callback, which waits for nobody. */
static void stop_from_dialer(void *context, const struct dt_event *event)
{
	struct rlpx_scene *scene = context;

	recorder_take(&scene->recorder, event);
	if (event->type != DT_EVENT_PEER_ADDED)
		return;
	cr_assert_eq(dt_rlpx_start(scene->rlpx, NULL, NULL),
		     DT_ERR_WRONG_THREAD);
	dt_rlpx_stop(scene->rlpx);
	dt_rlpx_destroy(scene->rlpx);
	count_one(scene, &scene->removed);
}

/* Waits for the dialer, which must not wait for this. */
static void explain(void *context, const struct dt_peer_event *event)
{
	struct rlpx_scene *scene = context;
	struct dt_explanation why;

	cr_assert_eq(
		dt_dialer_explain(scene->dialer, &why, &event->peer->node.id),
		DT_OK);
	count_one(scene, &scene->added);
}

Test(workers_rlpx_lifecycle, a_stop_from_its_dialers_callback_does_nothing,
     .timeout = 20)
{
	struct rlpx_scene scene;
	struct rlpx_remote remote;

	rlpx_scene_init(&scene, 1);
	scene.config.peer = explain;
	scene.config.event = stop_from_dialer;
	scene.config.event_context = &scene;
	rlpx_scene_create(&scene, true);
	start_with_one(&scene, &remote);
	rlpx_await_removed(&scene, 1);

	cr_assert_eq(rlpx_counters(&scene).peers, 1);
	rlpx_remote_fini(&remote);
	rlpx_await_added(&scene, 2);
	rlpx_scene_fini(&scene);
}

static void start_again(void *context, const struct dt_peer_event *event)
{
	struct dt_error error = {.code = DT_OK};
	struct rlpx_scene *scene = context;

	cr_assert_eq(dt_rlpx_start(scene->rlpx, NULL, &error),
		     DT_ERR_WRONG_THREAD);
	cr_assert_not_null(strstr(error.text, "callback"), "%s", error.text);
	count_one(scene, event->type == DT_PEER_EVENT_ADDED ? &scene->added
							    : &scene->removed);
}

/* Also when it is called while a stop waits for the callback to return. */
Test(workers_rlpx_lifecycle, a_start_from_the_callback_is_refused,
     .timeout = 20)
{
	struct rlpx_scene scene;
	struct rlpx_remote remote;

	rlpx_scene_init(&scene, 1);
	scene.config.peer = start_again;
	start_with_one(&scene, &remote);
	dt_rlpx_stop(scene.rlpx);

	cr_assert_eq(scene.removed, 1);
	rlpx_remote_fini(&remote);
	rlpx_scene_fini(&scene);
}

/* What was connected to after a stop is refused by the kernel. */
Test(workers_rlpx_lifecycle, after_a_stop_nobody_listens, .timeout = 20)
{
	struct rlpx_scene scene;
	struct rlpx_scene next;
	struct dt_node node;
	char listen[64];

	rlpx_scene_init(&scene, 1);
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	dt_rlpx_stop(scene.rlpx);

	/* The port is free, though there is still a handle. */
	rlpx_scene_init(&next, 2);
	dt_endpoint_format(listen, &node.endpoint);
	next.config.listen = listen;
	rlpx_scene_start(&next);
	rlpx_scene_fini(&next);
	rlpx_scene_fini(&scene);
}
