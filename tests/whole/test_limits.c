/* SPDX-License-Identifier: MIT */
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

#include "tests/gate.h"
#include "tests/harness.h"
#include "tests/loopback.h"
#include "tests/scene.h"

/* dt_dialer_set(): what may change while it runs, and what may not. */

static void set(struct scene *scene, const char *name, const char *text)
{
	struct dt_error error = {.text = ""};

	cr_assert_eq(dt_dialer_set(scene->dialer, name, text, &error), DT_OK,
		     "%s", error.text);
}

static void expect_refusal(struct scene *scene, const char *name,
			   const char *text, dt_err expected,
			   const char *sentence)
{
	struct dt_error error = {.text = ""};

	cr_assert_eq(dt_dialer_set(scene->dialer, name, text, &error),
		     expected);
	cr_assert_eq(error.code, expected);
	cr_assert_str_eq(error.text, sentence);
	cr_assert_eq(dt_dialer_set(scene->dialer, name, text, NULL), expected);
}

/* ---- which ---- */

Test(whole_limits, every_live_option_can_be_set_and_no_other, .timeout = 30)
{
	const struct dt_option *option;
	struct scene scene;
	size_t live = 0;

	scene_init(&scene);
	scene_start(&scene);

	for (size_t i = 0; (option = dt_option_at(i)); i++) {
		struct dt_error error = {.text = ""};
		dt_err err = dt_dialer_set(scene.dialer, option->name,
					   option->initial, &error);

		cr_assert_eq(err, option->live ? DT_OK : DT_ERR_CONFIG,
			     "%s: %s", option->name, error.text);
		cr_assert(option->live ||
			  strstr(error.text,
				 "is fixed when the dialer is created"));
		live += option->live;
	}

	scene_stop(&scene);
	cr_assert_eq(scene_counters(&scene).commands, live);
	scene_fini(&scene);
}

Test(whole_limits, what_is_not_acceptable_is_refused_and_changes_nothing,
     .timeout = 30)
{
	struct scene scene;
	struct dt_counters counters;

	scene_init(&scene);
	scene.config.max_dyn_dials = 7;
	scene.config.max_active_dials = 8;
	scene.config.history_expiration_ms = 30000;
	scene_start(&scene);

	expect_refusal(&scene, "max_dyn_dial", "3", DT_ERR_UNKNOWN_OPTION,
		       "max_dyn_dial: there is no such option; the nearest is "
		       "max_dyn_dials");
	expect_refusal(&scene, "max_dyn_dials", "many", DT_ERR_CONFIG,
		       "max_dyn_dials: \"many\" is not accepted; it takes a "
		       "whole number from 0 to 65535");
	expect_refusal(&scene, "max_active_dials", "9", DT_ERR_CONFIG,
		       "max_active_dials: 9 is more than the dialer was "
		       "created for; accepted: 1 to 8");
	expect_refusal(&scene, "resolve_delay_max", "30s", DT_ERR_CONFIG,
		       "resolve_delay_max: \"30s\" is not accepted; it takes "
		       "a duration not less than resolve_delay, which is 1m");
	expect_refusal(&scene, "netrestrict", "10.0.0.0", DT_ERR_CONFIG,
		       "netrestrict: \"10.0.0.0\" has no prefix length; "
		       "networks such as 10.0.0.0/8 and 2001:db8::/32 are "
		       "accepted, with commas between them, or \"none\" alone");
	expect_refusal(&scene, "workers", "4", DT_ERR_CONFIG,
		       "workers: is fixed when the dialer is created");

	/* The refused values have left nothing behind: others still pass. */
	set(&scene, "dial_timeout", "1s");
	set(&scene, "resolve_delay", "30s");
	set(&scene, "resolve_delay_max", "30s");
	scene_stop(&scene);
	counters = scene_counters(&scene);
	cr_assert_eq(counters.max_dyn_dials, 7);
	cr_assert_eq(counters.max_active_dials, 8);
	cr_assert_eq(counters.commands, 3);
	scene_fini(&scene);
}

Test(whole_limits, a_refused_list_leaves_the_one_in_force, .timeout = 30)
{
	struct scene scene;
	struct loopback listener;
	struct dt_error error;
	/* Longer than what fits a value's own buffer. */
	static const char list[] =
		"10.0.0.0/8,10.1.0.0/16,10.2.0.0/16,10.3.0.0/16,10.4.0.0/16,"
		"10.5.0.0/16,10.6.0.0/16,127.0.0.0/8";

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	scene_start(&scene);
	set(&scene, "netrestrict", list);
	cr_assert_eq(dt_dialer_set(scene.dialer, "netrestrict", "10.0.0.0/99",
				   &error),
		     DT_ERR_CONFIG);
	set(&scene, "dial_timeout", "1s"); /* carries the list along */

	scene_add_static(&scene,
			 loopback_node(1, loopback_endpoint(&listener, 1)));

	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED, 1);
	set(&scene, "netrestrict", "none");
	scene_add_static(&scene,
			 loopback_node(2, loopback_endpoint(&listener, 2)));
	cr_assert_eq(scene_settled(&scene).skipped[DT_SKIP_NOT_ALLOWED], 1);
	set(&scene, "netrestrict", "");
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED, 2);
	scene_fini(&scene);
	loopback_close(&listener);
}

Test(whole_limits, what_is_set_before_the_start_counts, .timeout = 30)
{
	struct scene scene;
	struct dt_counters counters;

	scene_init(&scene);
	scene_create(&scene);
	set(&scene, "max_dyn_dials", "11");

	scene_start(&scene);

	AWAIT_COUNTERS(&scene, counters, counters.max_dyn_dials == 11);
	scene_fini(&scene);
}

/* ---- how many at once ---- */

Test(whole_limits, max_active_dials_goes_down_and_up_again, .timeout = 60)
{
	struct scene scene;
	struct loopback anywhere;
	struct dt_counters counters;
	struct gate gate;

	scene_init(&scene);
	gate_init(&gate);
	loopback_open(&anywhere, LOOPBACK_REFUSES);
	scene.config.max_active_dials = 6;
	scene_refuse_at(&scene, &gate);
	scene_start(&scene);
	for (uint32_t i = 0; i < 40; i++)
		scene_add_static(
			&scene,
			loopback_node(i, loopback_endpoint(&anywhere, i)));
	gate_await(&gate, 6);

	/* Those that run go on; none begins until they are fewer than two. */
	set(&scene, "max_active_dials", "2");
	AWAIT_COUNTERS(&scene, counters, counters.max_active_dials == 2);
	scene_await_running(&scene, DT_TASK_STATIC_DIAL, 6);
	cr_assert_eq(counters.tasks[DT_TASK_STATIC_DIAL].created, 6);
	set(&scene, "max_active_dials", "6");
	gate_open(&gate);
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 40);

	gate_close(&gate);
	set(&scene, "max_active_dials", "2");
	set(&scene, "history_expiration", "0");
	for (uint32_t i = 100; i < 140; i++)
		scene_add_static(
			&scene,
			loopback_node(i, loopback_endpoint(&anywhere, i)));
	gate_await(&gate, 42);
	scene_await_running(&scene, DT_TASK_STATIC_DIAL, 2);
	counters = scene_settled(&scene);
	cr_assert_eq(counters.tasks[DT_TASK_STATIC_DIAL].created, 42);
	set(&scene, "max_active_dials", "6");
	gate_await(&gate, 46);
	scene_await_running(&scene, DT_TASK_STATIC_DIAL, 6);
	gate_open(&gate);
	scene_stop(&scene);
	counters = scene_counters(&scene);
	cr_assert_null(counters_broken(&counters));
	scene_fini(&scene);
	loopback_close(&anywhere);
	gate_fini(&gate);
}

static bool look_up_some(void *context, const struct dt_op *op,
			 struct dt_node *out, size_t max, size_t *count,
			 const struct dt_node_id *target)
{
	struct loopback *listener = context;

	(void)op;
	(void)max;
	*count = 1;
	out[0] = loopback_node(0, loopback_endpoint(listener, 3));
	out[0].id = *target;
	return true;
}

Test(whole_limits, max_dyn_dials_goes_up, .timeout = 60)
{
	struct scene scene;
	struct loopback listener;
	struct dt_counters counters;

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	scene.config.max_dyn_dials = 2;
	scene.config.lookup_interval_ms = 0;
	scene.config.table.context = &listener;
	scene.config.table.lookup = look_up_some;
	scene_start(&scene);
	AWAIT_COUNTERS(&scene, counters, counters.dyn_peers == 2);

	set(&scene, "max_dyn_dials", "9");

	AWAIT_COUNTERS(&scene, counters, counters.dyn_peers == 9);
	scene_fini(&scene);
	loopback_close(&listener);
}

Test(whole_limits, no_dial_dials_nobody_until_it_is_off, .timeout = 60)
{
	struct scene scene;
	struct loopback listener;
	struct dt_explanation explanation;
	struct dt_node node;

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	node = loopback_node(1, loopback_endpoint(&listener, 1));
	scene.config.no_dial = true;
	scene_start(&scene);
	scene_add_static(&scene, node);
	cr_assert_eq(dt_dialer_dial_now(scene.dialer, &node), DT_OK);
	cr_assert_eq(dt_dialer_explain(scene.dialer, &explanation, &node.id),
		     DT_OK);
	cr_assert_eq(explanation.waits_for, DT_WAITS_FOR_RESUME);
	cr_assert_eq(recorder_total(&scene.recorder, DT_EVENT_DIAL_STARTED), 0);

	set(&scene, "no_dial", "no");

	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED, 1);
	scene_fini(&scene);
	loopback_close(&listener);
}

/* ---- how long ---- */

struct times {
	_Atomic int64_t connect_left_ms;
	_Atomic int64_t setup_left_ms;
	_Atomic int64_t resolve_left_ms;
	_Atomic int64_t lookup_left_ms;
};

static int64_t left_ms(const struct dt_op *op)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return dt_op_deadline_ms(op) -
	       (now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

static enum dt_outcome timed_connect(void *context, const struct dt_op *op,
				     int *fd, struct dt_outcome_detail *detail,
				     const struct dt_node *node)
{
	struct times *times = context;

	(void)detail;
	(void)node;
	atomic_store(&times->connect_left_ms, left_ms(op));
	*fd = eventfd(0, EFD_CLOEXEC);
	return DT_OUTCOME_CONNECTED;
}

static enum dt_outcome timed_setup(void *context, const struct dt_op *op,
				   void **session,
				   struct dt_outcome_detail *detail,
				   const struct dt_node *node, uint32_t flags,
				   int fd)
{
	struct times *times = context;

	(void)session;
	(void)detail;
	(void)node;
	(void)flags;
	(void)fd;
	atomic_store(&times->setup_left_ms, left_ms(op));
	return DT_OUTCOME_SETUP_FAILED;
}

static bool timed_resolve(void *context, const struct dt_op *op,
			  struct dt_endpoint *out, const struct dt_node_id *id)
{
	struct times *times = context;

	(void)id;
	atomic_store(&times->resolve_left_ms, left_ms(op));
	*out = (struct dt_endpoint){
		.ip = {127, 0, 0, 1}, .family = 4, .tcp_port = 1};
	return true;
}

static bool timed_look_up(void *context, const struct dt_op *op,
			  struct dt_node *out, size_t max, size_t *count,
			  const struct dt_node_id *target)
{
	struct times *times = context;

	(void)out;
	(void)max;
	(void)target;
	*count = 0;
	atomic_store(&times->lookup_left_ms, left_ms(op));
	return true;
}

/* A step that begins now has at most what was set, and more than was set before
 * (a tenth of it: no test machine is that slow). */
static void check_left(const _Atomic int64_t *left, int64_t most_ms)
{
	cr_assert_leq(atomic_load(left), most_ms);
	cr_assert_gt(atomic_load(left), most_ms / 10);
}

Test(whole_limits, each_step_has_the_time_that_is_set, .timeout = 60)
{
	struct scene scene;
	struct times times = {.connect_left_ms = 0};

	scene_init(&scene);
	scene.config.max_dyn_dials = 2;
	scene.config.lookup_interval_ms = 3600000;
	scene.config.transport.context = &times;
	scene.config.transport.connect = timed_connect;
	scene.config.transport.setup = timed_setup;
	scene.config.table.context = &times;
	scene.config.table.resolve = timed_resolve;
	scene.config.table.lookup = timed_look_up;
	scene_start(&scene);
	recorder_await(&scene.recorder, DT_EVENT_LOOKUP_ENDED, 1);
	scene_add_static(&scene, loopback_node(1, (struct dt_endpoint){0}));
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 1);
	check_left(&times.connect_left_ms, 15000);
	check_left(&times.setup_left_ms, 5000);
	check_left(&times.resolve_left_ms, 30000);
	check_left(&times.lookup_left_ms, 30000);

	set(&scene, "dial_timeout", "200s");
	set(&scene, "setup_timeout", "300s");
	set(&scene, "lookup_timeout", "400s");
	set(&scene, "lookup_interval", "0");

	recorder_await(&scene.recorder, DT_EVENT_LOOKUP_STARTED, 3);
	scene_add_static(&scene, loopback_node(2, (struct dt_endpoint){0}));
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 2);
	scene_stop(&scene);
	check_left(&times.connect_left_ms, 200000);
	check_left(&times.setup_left_ms, 300000);
	check_left(&times.resolve_left_ms, 400000);
	check_left(&times.lookup_left_ms, 400000);
	scene_fini(&scene);
}

Test(whole_limits, a_shorter_history_counts_for_the_next_dial, .timeout = 60)
{
	struct scene scene;
	struct loopback closed;

	scene_init(&scene);
	loopback_open(&closed, LOOPBACK_REFUSES);
	scene_start(&scene);
	set(&scene, "history_expiration", "1ms");

	scene_add_static(&scene,
			 loopback_node(1, loopback_endpoint(&closed, 1)));

	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 5);
	scene_fini(&scene);
	loopback_close(&closed);
}

Test(whole_limits, bootnodes_come_when_the_fallback_interval_is_cut,
     .timeout = 60)
{
	struct scene scene;
	struct loopback listener;
	struct dt_node node;

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	scene.config.max_dyn_dials = 2;
	scene.config.fallback_interval_ms = 3600000;
	scene_start(&scene);
	node = loopback_node(1, loopback_endpoint(&listener, 1));
	cr_assert_eq(dt_dialer_add_bootnode(scene.dialer, &node), DT_OK);

	set(&scene, "fallback_interval", "1ms");

	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED, 1);
	scene_fini(&scene);
	loopback_close(&listener);
}

Test(whole_limits, the_log_level_says_which_events_come, .timeout = 60)
{
	struct scene scene;
	struct loopback listener;
	struct dt_counters counters;

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	scene.config.log = DT_LEVEL_INFO;
	scene_start(&scene);
	scene_add_static(&scene,
			 loopback_node(1, loopback_endpoint(&listener, 1)));
	recorder_await(&scene.recorder, DT_EVENT_PEER_ADDED, 1);
	set(&scene, "log", "error");
	scene_add_static(&scene,
			 loopback_node(2, loopback_endpoint(&listener, 2)));
	AWAIT_COUNTERS(&scene, counters, counters.peers == 2);
	cr_assert_eq(recorder_total(&scene.recorder, DT_EVENT_PEER_ADDED), 1);
	cr_assert_eq(recorder_total(&scene.recorder, DT_EVENT_DIAL_ENDED), 0);

	set(&scene, "log", "debug");

	scene_add_static(&scene,
			 loopback_node(3, loopback_endpoint(&listener, 3)));
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 1);
	scene_fini(&scene);
	loopback_close(&listener);
}
