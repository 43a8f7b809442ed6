/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "workers/rlpx.h"

#include "tests/harness.h"
#include "tests/rlpx_scene.h"
#include "tests/sockets.h"

static struct rlpx_scene scene; /* each test is a process */
static struct rlpx_remote remote;
static struct dt_node node;

static void start(void)
{
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	rlpx_remote_init(&remote, 9);
}

static void end(void)
{
	rlpx_remote_fini(&remote);
	rlpx_scene_fini(&scene);
}

static size_t noticed;

static void note_notice(void *context, const char *sentence)
{
	struct rlpx_scene *noted = context;

	cr_assert_not_null(strstr(sentence, "limit of open files"), "%s",
			   sentence);
	pthread_mutex_lock(&noted->lock);
	noticed++;
	pthread_cond_broadcast(&noted->changed);
	pthread_mutex_unlock(&noted->lock);
}

static void await_notice(void)
{
	pthread_mutex_lock(&scene.lock);
	while (noticed == 0)
		pthread_cond_wait(&scene.changed, &scene.lock);
	pthread_mutex_unlock(&scene.lock);
}

/* All connections are made by the kernel; the node has no descriptor for one. */
Test(workers_rlpx_listener, without_descriptors_it_waits_and_says_so_once,
     .timeout = 20)
{
	int spare;

	rlpx_scene_init(&scene, 1);
	scene.config.notice = note_notice;
	scene.config.notice_context = &scene;
	start();
	/* One is left, for the remote. */
	spare = dup(0);
	sockets_forbid_more();
	close(spare);
	rlpx_remote_call(&remote, &node);
	await_notice();
	cr_assert_eq(rlpx_counters(&scene).accepted, 0);

	/* It looks again by itself. */
	close(0);
	cr_assert(rlpx_remote_await(&remote, DT_SESSION_OPENED, 1));
	cr_assert_eq(noticed, 1);
	end();
}
