/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/instant.h"
#include "tests/loopback.h"
#include "tests/scene.h"

/* Every task has one fate and every candidate one reason, at any moment. */

struct sampler {
	const struct scene *scene;
	_Atomic bool done;
	_Atomic bool wrong;
	uint64_t pictures;
	const char *broken; /* the first sum that did not hold */
	pthread_t thread;
};

/* What only grows has not become less. */
static const char *gone_back(const struct dt_counters *before,
			     const struct dt_counters *now)
{
	for (size_t kind = 0; kind < DT_TASK_COUNT; kind++) {
		if (now->tasks[kind].created < before->tasks[kind].created)
			return "created only grows";
		for (size_t i = 0; i < DT_OUTCOME_MAX; i++) {
			if (now->tasks[kind].outcomes[i] <
			    before->tasks[kind].outcomes[i])
				return "outcomes only grow";
		}
	}
	if (now->commands < before->commands || now->turns < before->turns ||
	    counters_offered(now) < counters_offered(before))
		return "counts only grow";
	return NULL;
}

static void *sample(void *argument)
{
	struct sampler *sampler = argument;
	struct dt_counters before = scene_counters(sampler->scene);

	do {
		struct dt_counters now = scene_counters(sampler->scene);

		sampler->pictures++;
		sampler->broken = counters_broken(&now);
		if (!sampler->broken)
			sampler->broken = gone_back(&before, &now);
		before = now;
		sched_yield();
	} while (!atomic_load(&sampler->done) && !sampler->broken);
	return NULL;
}

static void begin_sampling(struct sampler *sampler, const struct scene *scene)
{
	memset(sampler, 0, sizeof(*sampler));
	sampler->scene = scene;
	cr_assert_eq(pthread_create(&sampler->thread, NULL, sample, sampler),
		     0);
}

static void end_sampling(struct sampler *sampler)
{
	atomic_store(&sampler->done, true);
	pthread_join(sampler->thread, NULL);
	cr_assert_null(sampler->broken);
	cr_assert_gt(sampler->pictures, 0);
}

static void check_end(const struct scene *scene)
{
	struct dt_counters counters = scene_counters(scene);

	cr_assert_null(counters_broken(&counters));
	cr_assert_null(counters_unfinished(&counters));
}

static void stop_and_check(struct scene *scene, struct sampler *sampler)
{
	scene_stop(scene);
	end_sampling(sampler);
	check_end(scene);
}

static void add_static_nodes(struct scene *scene,
			     const struct loopback *listener, uint32_t first,
			     uint32_t count)
{
	for (uint32_t i = first; i < first + count; i++)
		scene_add_static(scene, loopback_node(i, loopback_endpoint(
								 listener, i)));
}

Test(whole_conservation, holds_while_static_nodes_are_dialed_in_a_row,
     .timeout = 120)
{
	struct instant instant = {.refuse_each = 3};
	struct loopback anywhere;
	struct scene scene;
	struct sampler sampler;

	scene_init(&scene);
	loopback_open(&anywhere, LOOPBACK_REFUSES);
	scene.config.history_expiration_ms = 0;
	scene.config.transport = instant_transport(&instant);
	scene_create(&scene);
	instant.dialer = scene.dialer;
	begin_sampling(&sampler, &scene);
	add_static_nodes(&scene, &anywhere, 0, 500);
	scene_start(&scene);

	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 8000);

	stop_and_check(&scene, &sampler);
	cr_assert_gt(recorder_total(&scene.recorder, DT_EVENT_PEER_REMOVED), 0);
	loopback_close(&anywhere);
	scene_fini(&scene);
}

/* ---- a table that has an answer to everything, also nonsense ---- */

struct source {
	const struct loopback *listeners; /* two */
	_Atomic uint32_t next;
};

static void fill_node(struct source *source, struct dt_node *out)
{
	uint32_t number = atomic_fetch_add(&source->next, 1) % 400;

	*out = loopback_node(
		number,
		loopback_endpoint(&source->listeners[number % 2], number));
	if (number % 16 == 0)
		out->endpoint.tcp_port = 0;
	if (number % 16 == 1)
		out->endpoint.ip[0] = 224;
	if (number % 16 == 2)
		out->id = loopback_id(7000); /* self */
}

static size_t random_nodes(void *context, struct dt_node *out, size_t max)
{
	for (size_t i = 0; i < max; i++)
		fill_node(context, &out[i]);
	return max;
}

static bool look_up(void *context, const struct dt_op *op, struct dt_node *out,
		    size_t max, size_t *count, const struct dt_node_id *target)
{
	(void)op;
	*count = target->bytes[0] % (max + 1);
	for (size_t i = 0; i < *count; i++)
		fill_node(context, &out[i]);
	return target->bytes[1] % 4 != 0;
}

Test(whole_conservation, holds_while_candidates_come_from_everywhere,
     .timeout = 120)
{
	struct loopback listeners[2];
	struct source source = {.listeners = listeners};
	struct scene scene;
	struct sampler sampler;
	struct dt_counters counters;

	scene_init(&scene);
	loopback_open(&listeners[0], LOOPBACK_DROPS);
	loopback_open(&listeners[1], LOOPBACK_REFUSES);
	scene.config.max_dyn_dials = 30;
	scene.config.history_expiration_ms = 5;
	scene.config.lookup_interval_ms = 1;
	scene.config.fallback_interval_ms = 0;
	scene.config.has_self = true;
	scene.config.self = loopback_id(7000);
	scene.config.table = (struct dt_table){
		.context = &source,
		.random_nodes = random_nodes,
		.lookup = look_up,
	};
	scene_create(&scene);
	begin_sampling(&sampler, &scene);
	add_static_nodes(&scene, &listeners[0], 1000, 20);
	add_static_nodes(&scene, &listeners[1], 2000, 20);
	for (uint32_t i = 0; i < 3; i++) {
		struct dt_node node = loopback_node(
			3000 + i, loopback_endpoint(&listeners[0], i));

		cr_assert_eq(dt_dialer_add_bootnode(scene.dialer, &node),
			     DT_OK);
	}
	scene_start(&scene);

	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 3000);
	recorder_await(&scene.recorder, DT_EVENT_LOOKUP_ENDED, 20);

	stop_and_check(&scene, &sampler);
	counters = scene_counters(&scene);
	cr_assert_gt(counters.skipped[DT_SKIP_NO_PORT], 0);
	cr_assert_gt(counters.skipped[DT_SKIP_BAD_ADDRESS], 0);
	cr_assert_gt(counters.skipped[DT_SKIP_SELF], 0);
	cr_assert_gt(counters.dialed[DT_SOURCE_RANDOM], 0);
	cr_assert_gt(counters.dialed[DT_SOURCE_LOOKUP], 0);
	cr_assert_gt(counters.dialed[DT_SOURCE_STATIC], 0);
	loopback_close(&listeners[0]);
	loopback_close(&listeners[1]);
	scene_fini(&scene);
}

/* ---- while everybody asks for everything ---- */

enum {
	MEDDLERS = 4,
	MEDDLES = 1500,
};

struct meddler {
	struct scene *scene;
	const struct loopback *listener;
	uint32_t seed;
	_Atomic uint64_t *refused; /* answers that are neither */
	pthread_t thread;
};

static dt_err meddle_once(dt_dialer *dialer, const struct dt_node *node,
			  uint32_t what)
{
	switch (what % 12) {
	case 0:
	case 1:
		return dt_dialer_add_static(dialer, node, 1);
	case 2:
		return dt_dialer_remove_static(dialer, &node->id);
	case 3:
		return dt_dialer_peer_added(dialer, &node->id, DT_PEER_INBOUND);
	case 4:
		return dt_dialer_peer_removed(dialer, &node->id);
	case 5:
		return dt_dialer_ban(dialer, &node->id, what % 3);
	case 6:
		return dt_dialer_unban(dialer, &node->id);
	case 7:
		return dt_dialer_dial_now(dialer, node);
	case 8:
		return dt_dialer_inbound_pending(dialer, &node->id);
	case 9:
		return dt_dialer_inbound_done(dialer, &node->id);
	case 10:
		return dt_dialer_add_bootnode(dialer, node);
	default:
		return dt_dialer_remove_bootnode(dialer, &node->id);
	}
}

static void *meddle(void *argument)
{
	struct meddler *meddler = argument;
	uint32_t state = meddler->seed;

	for (size_t i = 0; i < MEDDLES; i++) {
		uint32_t number;
		struct dt_node node;
		dt_err err;

		state = state * 1664525u + 1013904223u;
		number = (state >> 8) % 100;
		node = loopback_node(
			number, loopback_endpoint(meddler->listener, number));
		err = meddle_once(meddler->scene->dialer, &node, state >> 16);
		if (err != DT_OK && err != DT_ERR_STOPPED)
			atomic_fetch_add(meddler->refused, 1);
	}
	return NULL;
}

static void meddle_with(struct scene *scene, const struct loopback *listener,
			bool stop_meanwhile)
{
	struct meddler meddlers[MEDDLERS];
	_Atomic uint64_t refused = 0;

	for (uint32_t i = 0; i < MEDDLERS; i++) {
		meddlers[i] = (struct meddler){
			.scene = scene,
			.listener = listener,
			.seed = i + 1,
			.refused = &refused,
		};
		cr_assert_eq(pthread_create(&meddlers[i].thread, NULL, meddle,
					    &meddlers[i]),
			     0);
	}
	if (stop_meanwhile) {
		recorder_await(&scene->recorder, DT_EVENT_DIAL_ENDED, 200);
		scene_stop(scene);
	}
	for (uint32_t i = 0; i < MEDDLERS; i++)
		pthread_join(meddlers[i].thread, NULL);
	cr_assert_eq(atomic_load(&refused), 0);
}

static void meddle_and_stop(bool stop_meanwhile)
{
	struct instant instant = {.refuse_each = 2};
	struct loopback anywhere;
	struct scene scene;
	struct sampler sampler;

	scene_init(&scene);
	loopback_open(&anywhere, LOOPBACK_REFUSES);
	scene.config.max_dyn_dials = 10;
	scene.config.history_expiration_ms = 1;
	scene.config.fallback_interval_ms = 0;
	scene.config.transport = instant_transport(&instant);
	scene_create(&scene);
	instant.dialer = scene.dialer;
	begin_sampling(&sampler, &scene);
	scene_start(&scene);

	meddle_with(&scene, &anywhere, stop_meanwhile);

	stop_and_check(&scene, &sampler);
	loopback_close(&anywhere);
	scene_fini(&scene);
}

Test(whole_conservation, holds_while_many_threads_give_commands, .timeout = 120)
{
	meddle_and_stop(false);
}

Test(whole_conservation, holds_when_it_is_stopped_in_the_middle, .timeout = 120)
{
	for (size_t i = 0; i < 10; i++)
		meddle_and_stop(true);
}
