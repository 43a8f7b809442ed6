/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "tests/gate.h"
#include "tests/harness.h"
#include "tests/loopback.h"
#include "tests/scene.h"
#include "tests/sockets.h"
#include "tests/whole/threads.h"

static struct dt_node some_node(uint64_t number)
{
	/* Nobody dials it in these tests: it has no address and no table. */
	return loopback_node(number, (struct dt_endpoint){0});
}

/* ---- one thing after the other ---- */

Test(whole_lifecycle, a_second_start_is_refused, .timeout = 30)
{
	struct scene scene;
	struct dt_counters counters;
	struct dt_error error;

	scene_init(&scene);
	scene_start(&scene);

	cr_assert_eq(dt_dialer_start(scene.dialer, &error), DT_ERR_STARTED);

	cr_assert_eq(error.code, DT_ERR_STARTED);
	cr_assert_str_eq(error.text, "this dialer was started already");
	AWAIT_COUNTERS(&scene, counters, counters.workers == 16);
	scene_fini(&scene);
}

Test(whole_lifecycle, a_stopped_dialer_cannot_be_started, .timeout = 30)
{
	struct scene scene;
	struct dt_error error;

	scene_init(&scene);
	scene_start(&scene);
	scene_stop(&scene);

	cr_assert_eq(dt_dialer_start(scene.dialer, &error), DT_ERR_STOPPED);

	cr_assert_str_eq(error.text, "this dialer was stopped; make a new one");
	cr_assert_eq(dt_dialer_start(scene.dialer, NULL), DT_ERR_STOPPED);
	scene_fini(&scene);
}

Test(whole_lifecycle, what_was_not_started_is_not_stopped, .timeout = 30)
{
	struct scene scene;

	scene_init(&scene);
	scene_create(&scene);

	cr_assert_eq(dt_dialer_stop(scene.dialer), DT_ERR_NOT_STARTED);
	cr_assert_eq(dt_dialer_start(scene.dialer, NULL), DT_OK);
	cr_assert_eq(dt_dialer_stop(scene.dialer), DT_OK);

	scene_fini(&scene);
}

Test(whole_lifecycle, a_second_stop_is_no_error, .timeout = 30)
{
	struct scene scene;

	scene_init(&scene);
	scene_start(&scene);

	cr_assert_eq(dt_dialer_stop(scene.dialer), DT_OK);
	cr_assert_eq(dt_dialer_stop(scene.dialer), DT_OK);

	scene_fini(&scene);
}

Test(whole_lifecycle, destroy_stops_and_frees_in_any_state, .timeout = 30)
{
	size_t open_before = sockets_count_open();
	struct scene scene;

	dt_dialer_destroy(NULL);
	scene_init(&scene);
	scene_create(&scene);
	scene_fini(&scene); /* never started */
	scene_init(&scene);
	scene_start(&scene);
	scene_fini(&scene); /* running */
	scene_init(&scene);
	scene_start(&scene);
	scene_stop(&scene);
	scene_fini(&scene); /* stopped */

	cr_assert_eq(sockets_count_open(), open_before);
}

Test(whole_lifecycle, commands_given_before_the_start_wait_for_it,
     .timeout = 30)
{
	struct scene scene;
	struct loopback listener;
	struct dt_counters counters;

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	scene_create(&scene);
	scene_add_static(&scene,
			 loopback_node(1, loopback_endpoint(&listener, 1)));
	counters = scene_counters(&scene);
	cr_assert_eq(counters.commands, 0);
	cr_assert_eq(counters.static_nodes, 0);

	scene_start(&scene);

	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED, 1);
	loopback_close(&listener);
	scene_fini(&scene);
}

Test(whole_lifecycle, commands_given_before_destroy_are_freed_with_it,
     .timeout = 30)
{
	struct scene scene;

	scene_init(&scene);
	scene_create(&scene);
	for (uint64_t i = 0; i < 5000; i++)
		scene_add_static(&scene, some_node(i));
	cr_assert_eq(
		dt_dialer_set(scene.dialer, "netrestrict", "10.0.0.0/8", NULL),
		DT_OK);

	scene_fini(&scene);
}

Test(whole_lifecycle, a_stopped_dialer_takes_no_command, .timeout = 30)
{
	struct scene scene;
	struct dt_node node = some_node(1);
	struct dt_counters before;
	struct dt_counters after;
	struct dt_error error;
	dt_dialer *dialer;

	scene_init(&scene);
	scene_start(&scene);
	scene_stop(&scene);
	dialer = scene.dialer;
	before = scene_counters(&scene);

	cr_assert_eq(dt_dialer_add_static(dialer, &node, 1), DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_remove_static(dialer, &node.id), DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_add_bootnode(dialer, &node), DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_remove_bootnode(dialer, &node.id),
		     DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_peer_added(dialer, &node.id, DT_PEER_INBOUND),
		     DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_peer_removed(dialer, &node.id), DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_inbound_pending(dialer, &node.id),
		     DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_inbound_done(dialer, &node.id), DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_ban(dialer, &node.id, 0), DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_unban(dialer, &node.id), DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_dial_now(dialer, &node), DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_pause(dialer), DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_resume(dialer), DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_set(dialer, "dial_timeout", "1s", &error),
		     DT_ERR_STOPPED);

	cr_assert_eq(error.code, DT_ERR_STOPPED);
	cr_assert_str_eq(error.text,
			 "dial_timeout: the dialer is stopping or stopped");
	after = scene_counters(&scene);
	cr_assert_arr_eq(&after, &before, sizeof(after));
	scene_fini(&scene);
}

Test(whole_lifecycle, a_stopped_dialer_still_answers_questions, .timeout = 30)
{
	struct scene scene;
	struct loopback listener;
	struct dt_node node;
	struct dt_explanation explanation;
	struct dt_latency latency;

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	node = loopback_node(1, loopback_endpoint(&listener, 1));
	scene_start(&scene);
	scene_add_static(&scene, node);
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED, 1);
	scene_stop(&scene);

	cr_assert_eq(dt_dialer_explain(scene.dialer, &explanation, &node.id),
		     DT_OK);
	cr_assert_eq(
		dt_dialer_latency(scene.dialer, &latency, DT_LATENCY_CONNECT),
		DT_OK);

	cr_assert(explanation.is_static);
	cr_assert_eq(explanation.dials, 1);
	cr_assert_eq(explanation.last_outcome, DT_OUTCOME_CONNECTED);
	cr_assert_eq(latency.samples, 1);
	loopback_close(&listener);
	scene_fini(&scene);
}

Test(whole_lifecycle, a_thousand_dialers_leave_nothing_behind, .timeout = 120)
{
	size_t open_before = sockets_count_open();
	struct dt_node node = some_node(1);
	struct dt_config config;

	dt_config_init(&config, sizeof(config));
	config.max_active_dials = 2;
	config.inbox_size = 16;
	config.stack_size = (size_t)256 * 1024;
	for (int i = 0; i < 1000; i++) {
		dt_dialer *dialer;

		cr_assert_eq(dt_dialer_create(&dialer, &config, NULL), DT_OK);
		cr_assert_eq(dt_dialer_start(dialer, NULL), DT_OK);
		cr_assert_eq(dt_dialer_add_static(dialer, &node, 1), DT_OK);
		cr_assert_eq(dt_dialer_stop(dialer), DT_OK);
		dt_dialer_destroy(dialer);
	}

	cr_assert_eq(sockets_count_open(), open_before);
}

/* ---- several threads at once ---- */

enum {
	THREADS = 8,
};

struct caller {
	struct scene *scene;
	uint64_t number;
	uint64_t applied; /* commands that were answered with DT_OK */
	uint64_t other;   /* answers that nobody expected */
	pthread_t thread;
};

static void start_callers(struct caller *callers, struct scene *scene,
			  void *(*run)(void *))
{
	for (uint64_t i = 0; i < THREADS; i++) {
		callers[i] = (struct caller){.scene = scene, .number = i};
		cr_assert_eq(pthread_create(&callers[i].thread, NULL, run,
					    &callers[i]),
			     0);
	}
}

static uint64_t join_callers(struct caller *callers)
{
	uint64_t applied = 0;

	for (uint64_t i = 0; i < THREADS; i++) {
		pthread_join(callers[i].thread, NULL);
		cr_assert_eq(callers[i].other, 0);
		applied += callers[i].applied;
	}
	return applied;
}

static void *call_stop(void *argument)
{
	struct caller *caller = argument;

	caller->other += dt_dialer_stop(caller->scene->dialer) != DT_OK;
	return NULL;
}

Test(whole_lifecycle, concurrent_stops_all_wait_for_the_one, .timeout = 60)
{
	for (int round = 0; round < 20; round++) {
		struct caller callers[THREADS];
		struct dt_counters counters;
		struct scene scene;

		scene_init(&scene);
		scene_start(&scene);

		start_callers(callers, &scene, call_stop);
		(void)join_callers(callers);

		counters = scene_counters(&scene);
		cr_assert_null(counters_unfinished(&counters));
		scene_fini(&scene);
	}
}

static void *call_start(void *argument)
{
	struct caller *caller = argument;
	dt_err err = dt_dialer_start(caller->scene->dialer, NULL);

	caller->applied += err == DT_OK;
	caller->other += err != DT_OK && err != DT_ERR_STARTED;
	return NULL;
}

Test(whole_lifecycle, of_concurrent_starts_one_succeeds, .timeout = 60)
{
	for (int round = 0; round < 20; round++) {
		struct caller callers[THREADS];
		struct scene scene;

		scene_init(&scene);
		scene_create(&scene);

		start_callers(callers, &scene, call_start);

		cr_assert_eq(join_callers(callers), 1);
		scene_fini(&scene);
	}
}

/* Unique nodes, until it is stopped. */
static void *add_until_stopped(void *argument)
{
	struct caller *caller = argument;
	dt_err err;

	do {
		struct dt_node node =
			some_node(caller->number << 32 | caller->applied);

		err = dt_dialer_add_static(caller->scene->dialer, &node, 1);
		caller->applied += err == DT_OK;
		if (err == DT_ERR_BUSY)
			sched_yield();
	} while (err == DT_OK || err == DT_ERR_BUSY);
	caller->other += err != DT_ERR_STOPPED;
	return NULL;
}

Test(whole_lifecycle, a_command_is_refused_or_applied_never_lost,
     .timeout = 120)
{
	for (int round = 0; round < 10; round++) {
		struct caller callers[THREADS];
		struct dt_counters counters;
		struct scene scene;
		uint64_t applied;

		scene_init(&scene);
		scene.config.no_dial = true;
		scene.config.inbox_size = 16;
		scene_create(&scene);
		start_callers(callers, &scene, add_until_stopped);
		scene_start(&scene);
		AWAIT_COUNTERS(&scene, counters, counters.static_nodes > 500);

		scene_stop(&scene);

		applied = join_callers(callers);
		counters = scene_counters(&scene);
		cr_assert_eq(counters.static_nodes, applied);
		cr_assert_eq(counters.commands, applied);
		cr_assert_eq(counters.commands_lost, 0);
		scene_fini(&scene);
	}
}

/* Each question and each setting, until it is stopped. */
static void *ask_until_stopped(void *argument)
{
	struct caller *caller = argument;
	dt_dialer *dialer = caller->scene->dialer;
	struct dt_node_id id = loopback_id(caller->number);
	struct dt_explanation explanation;
	struct dt_latency latency;
	dt_err err;

	do {
		err = dt_dialer_explain(dialer, &explanation, &id);
		caller->other += err != DT_OK && err != DT_ERR_NOT_FOUND;
		err = dt_dialer_latency(dialer, &latency, DT_LATENCY_QUEUE);
		caller->other += err != DT_OK;
		err = dt_dialer_set(dialer, "static_share",
				    caller->number % 2 ? "40" : "60", NULL);
		caller->applied += err == DT_OK;
	} while (err == DT_OK);
	caller->other += err != DT_ERR_STOPPED;
	return NULL;
}

Test(whole_lifecycle, questions_are_answered_while_it_starts_and_stops,
     .timeout = 120)
{
	for (int round = 0; round < 10; round++) {
		struct caller callers[THREADS];
		struct dt_counters counters;
		struct scene scene;

		scene_init(&scene);
		scene_create(&scene);
		start_callers(callers, &scene, ask_until_stopped);
		scene_start(&scene);
		AWAIT_COUNTERS(&scene, counters, counters.commands > 50);

		scene_stop(&scene);

		cr_assert_gt(join_callers(callers), 0);
		scene_fini(&scene);
	}
}

Test(whole_lifecycle, a_stop_during_the_start_waits_for_it, .timeout = 60)
{
	struct scene scene;
	struct caller starter = {.scene = &scene};
	struct caller stopper = {.scene = &scene};
	struct gate gate;

	gate_init(&gate);
	scene_init(&scene);
	scene_create(&scene);
	/* The starter's own thread, then the dialer's first one. */
	threads_wait_at(&gate, 3);
	cr_assert_eq(
		pthread_create(&starter.thread, NULL, call_start, &starter), 0);
	gate_await(&gate, 1);
	threads_wait_at(NULL, 0);
	cr_assert_eq(pthread_create(&stopper.thread, NULL, call_stop, &stopper),
		     0);
	/* Commands are not held up by either. */
	scene_add_static(&scene, some_node(1));
	gate_open(&gate);

	pthread_join(starter.thread, NULL);
	pthread_join(stopper.thread, NULL);

	cr_assert_eq(starter.applied, 1);
	cr_assert_eq(stopper.other, 0);
	cr_assert_eq(scene_counters(&scene).static_nodes, 1);
	scene_fini(&scene);
	gate_fini(&gate);
}

/* ---- several dialers ---- */

static void make_list(dt_node_list **out, const struct loopback *listener,
		      uint32_t count)
{
	static char text[64 * DT_ENODE_URL_SIZE];
	size_t length = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct dt_node node =
			loopback_node(i, loopback_endpoint(listener, i));

		cr_assert_eq(dt_enode_format(text + length, DT_ENODE_URL_SIZE,
					     &node),
			     DT_OK);
		length += strlen(text + length);
		text[length++] = '\n';
	}
	cr_assert_eq(dt_node_list_parse(out, text, length, "list", NULL),
		     DT_OK);
}

static void check_peers(struct scene *scene, uint64_t peers)
{
	struct dt_counters counters;

	recorder_await(&scene->recorder, DT_EVENT_PEER_ADDED, peers);
	AWAIT_COUNTERS(scene, counters, counters.peers == peers);
	cr_assert_null(counters_broken(&counters));
}

Test(whole_lifecycle, two_dialers_share_a_table_and_nothing_else, .timeout = 60)
{
	struct loopback listener;
	struct scene scenes[2];
	dt_list_table *table;
	dt_node_list *list;

	loopback_open(&listener, LOOPBACK_ACCEPTS);
	make_list(&list, &listener, 20);
	cr_assert_eq(dt_list_table_create(&table, list), DT_OK);
	dt_node_list_destroy(list);
	for (size_t i = 0; i < 2; i++) {
		scene_init(&scenes[i]);
		scenes[i].config.max_dyn_dials = i == 0 ? 8 : 12;
		scenes[i].config.lookup_interval_ms = 1;
		scenes[i].config.table = dt_list_table_functions(table);
		scene_start(&scenes[i]);
	}

	check_peers(&scenes[0], 8);
	check_peers(&scenes[1], 12);
	scene_stop(&scenes[0]);

	cr_assert_eq(scene_counters(&scenes[0]).peers, 0);
	cr_assert_eq(scene_counters(&scenes[1]).peers, 12);
	scene_add_static(&scenes[1],
			 loopback_node(99, loopback_endpoint(&listener, 99)));
	check_peers(&scenes[1], 13);
	scene_fini(&scenes[0]);
	scene_fini(&scenes[1]);
	dt_list_table_destroy(table);
	loopback_close(&listener);
}

struct stop_of_another {
	dt_dialer *dialer;
	_Atomic dt_err err;
	struct recorder *recorder;
};

static void stop_the_other(void *context, const struct dt_event *event)
{
	struct stop_of_another *stop = context;

	if (event->type == DT_EVENT_PEER_ADDED)
		atomic_store(&stop->err, dt_dialer_stop(stop->dialer));
	recorder_take(stop->recorder, event);
}

Test(whole_lifecycle, a_callback_may_stop_another_dialer, .timeout = 60)
{
	struct scene scene;
	struct scene other;
	struct stop_of_another stop = {.err = DT_ERR_ARGUMENT};
	struct dt_counters counters;

	scene_init(&other);
	scene_start(&other);
	stop.dialer = other.dialer;
	scene_init(&scene);
	stop.recorder = &scene.recorder;
	scene.config.event = stop_the_other;
	scene.config.event_context = &stop;
	scene_start(&scene);

	cr_assert_eq(dt_dialer_peer_added(scene.dialer,
					  &(struct dt_node_id){{1}},
					  DT_PEER_INBOUND),
		     DT_OK);
	recorder_await(&scene.recorder, DT_EVENT_PEER_ADDED, 1);

	cr_assert_eq(atomic_load(&stop.err), DT_OK);
	counters = scene_counters(&other);
	cr_assert_null(counters_unfinished(&counters));
	cr_assert_eq(dt_dialer_pause(other.dialer), DT_ERR_STOPPED);
	cr_assert_eq(dt_dialer_pause(scene.dialer), DT_OK);
	scene_fini(&scene);
	scene_fini(&other);
}
