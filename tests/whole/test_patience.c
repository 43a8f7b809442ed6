/* SPDX-License-Identifier: MIT */
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

#include "tests/harness.h"
#include "tests/loopback.h"
#include "tests/scene.h"

/*
 * adaptive_timeout: how long a connect may take, after some have succeeded. The
 * nodes of these tests are a connect hook; those that would swallow a SYN have
 * it answer that the time is up, and note how much time there was.
 */

enum {
	LEARNED_FROM = 4,
	GIVEN_UP_MOST = 32,
	SWALLOWS = 1000, /* nodes from this number on swallow */
	TIMES_MAX = 64,
};

#define LONGEST_MS  INT64_C(600000)
#define SHORTEST_MS (LONGEST_MS / 10)

struct nodes {
	/* How much time those had that swallowed, in their order. */
	_Atomic int64_t left_ms[TIMES_MAX];
	_Atomic size_t swallowed;
};

static int64_t left_ms(const struct dt_op *op)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return dt_op_deadline_ms(op) -
	       (now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

static enum dt_outcome answer_or_not(void *context, const struct dt_op *op,
				     int *fd, struct dt_outcome_detail *detail,
				     const struct dt_node *node)
{
	struct nodes *nodes = context;

	(void)detail;
	if (loopback_number(&node->id) >= SWALLOWS) {
		size_t at = atomic_fetch_add(&nodes->swallowed, 1);

		atomic_store(&nodes->left_ms[at % TIMES_MAX], left_ms(op));
		return DT_OUTCOME_TIMED_OUT;
	}
	*fd = eventfd(0, EFD_CLOEXEC);
	return DT_OUTCOME_CONNECTED;
}

static struct dt_node node_of(uint64_t number)
{
	return loopback_node(number, (struct dt_endpoint){
					     .ip = {127, 0, 0, 1},
					     .family = 4,
					     .tcp_port = 1,
				     });
}

static void init(struct scene *scene, struct nodes *nodes)
{
	memset(nodes, 0, sizeof(*nodes));
	scene_init(scene);
	scene->config.dial_timeout_ms = LONGEST_MS;
	scene->config.transport.context = nodes;
	scene->config.transport.connect = answer_or_not;
}

static void start(struct scene *scene, struct nodes *nodes)
{
	init(scene, nodes);
	scene_start(scene);
}

static void set(struct scene *scene, const char *name, const char *text)
{
	struct dt_error error = {.text = ""};

	cr_assert_eq(dt_dialer_set(scene->dialer, name, text, &error), DT_OK,
		     "%s", error.text);
}

/* So many more nodes connect, the first of them @first. */
static void connect_some(struct scene *scene, uint64_t first, size_t count)
{
	struct recorder *recorder = &scene->recorder;
	uint64_t before = recorder_total(recorder, DT_EVENT_PEER_ADDED);

	for (size_t i = 0; i < count; i++)
		scene_add_static(scene, node_of(first + i));
	recorder_await_outcome(recorder, DT_OUTCOME_CONNECTED, before + count);
}

/* So many nodes that swallow are dialed, the first of them @first. */
static void swallow_some(struct scene *scene, uint64_t first, size_t count)
{
	struct recorder *recorder = &scene->recorder;
	uint64_t before = recorder_total(recorder, DT_EVENT_DIAL_ENDED);

	for (size_t i = 0; i < count; i++)
		scene_add_static(scene, node_of(first + i));
	recorder_await(recorder, DT_EVENT_DIAL_ENDED, before + count);
}

static int64_t latest_time(struct nodes *nodes)
{
	size_t count = atomic_load(&nodes->swallowed);

	cr_assert_gt(count, 0);
	return atomic_load(&nodes->left_ms[(count - 1) % TIMES_MAX]);
}

/* How much time a dial to @number has, which swallows. */
static int64_t time_of(struct scene *scene, struct nodes *nodes,
		       uint64_t number)
{
	swallow_some(scene, number, 1);
	return latest_time(nodes);
}

/* Not much less than @most_ms: no test machine is that slow. */
static void check_time(int64_t time_ms, int64_t most_ms)
{
	cr_assert_leq(time_ms, most_ms);
	cr_assert_gt(time_ms, most_ms / 10);
}

Test(whole_patience, connects_that_succeed_teach_how_long_to_wait,
     .timeout = 60)
{
	struct scene scene;
	struct nodes nodes;
	struct dt_counters counters;

	start(&scene, &nodes);
	cr_assert_eq(scene_counters(&scene).connect_timeout_ms, LONGEST_MS);
	connect_some(&scene, 1, LEARNED_FROM - 1);
	check_time(time_of(&scene, &nodes, SWALLOWS), LONGEST_MS);
	cr_assert_eq(scene_settled(&scene).timeouts_shortened, 0);

	connect_some(&scene, LEARNED_FROM, 1);

	check_time(time_of(&scene, &nodes, SWALLOWS + 1), SHORTEST_MS);
	counters = scene_settled(&scene);
	cr_assert_eq(counters.connect_timeout_ms, SHORTEST_MS);
	cr_assert_eq(counters.timeouts_shortened, 1);
	cr_assert_eq(counters.tasks[DT_TASK_STATIC_DIAL]
			     .outcomes[DT_OUTCOME_TIMED_OUT],
		     2);
	scene_fini(&scene);
}

Test(whole_patience, a_static_node_has_all_the_time_after_it_was_cut_short,
     .timeout = 60)
{
	struct scene scene;
	struct nodes nodes;

	start(&scene, &nodes);
	connect_some(&scene, 1, LEARNED_FROM);
	set(&scene, "history_expiration", "1ms");

	scene_add_static(&scene, node_of(SWALLOWS));
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_TIMED_OUT, 4);

	scene_stop(&scene);
	for (size_t i = 0; i < 4; i++)
		check_time(atomic_load(&nodes.left_ms[i]),
			   i % 2 ? LONGEST_MS : SHORTEST_MS);
	scene_fini(&scene);
}

Test(whole_patience, a_node_to_dial_now_has_all_the_time, .timeout = 60)
{
	struct scene scene;
	struct nodes nodes;
	struct dt_node node = node_of(SWALLOWS);

	start(&scene, &nodes);
	connect_some(&scene, 1, LEARNED_FROM);

	cr_assert_eq(dt_dialer_dial_now(scene.dialer, &node), DT_OK);
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_TIMED_OUT, 1);

	check_time(latest_time(&nodes), LONGEST_MS);
	cr_assert_eq(scene_settled(&scene).timeouts_shortened, 0);
	scene_fini(&scene);
}

Test(whole_patience, a_dynamic_node_does_not, .timeout = 60)
{
	struct scene scene;
	struct nodes nodes;
	struct dt_node node = node_of(SWALLOWS);

	init(&scene, &nodes);
	scene.config.max_dyn_dials = 1;
	scene.config.fallback_interval_ms = 0;
	scene_start(&scene);
	connect_some(&scene, 1, LEARNED_FROM);
	set(&scene, "history_expiration", "1ms");

	cr_assert_eq(dt_dialer_add_bootnode(scene.dialer, &node), DT_OK);
	for (uint64_t i = 1; i <= LEARNED_FROM; i++) {
		struct dt_node_id id = loopback_id(i);

		cr_assert_eq(dt_dialer_remove_static(scene.dialer, &id), DT_OK);
		cr_assert_eq(dt_dialer_peer_removed(scene.dialer, &id), DT_OK);
	}
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_TIMED_OUT, 3);

	scene_stop(&scene);
	for (size_t i = 0; i < 3; i++)
		check_time(atomic_load(&nodes.left_ms[i]), SHORTEST_MS);
	scene_fini(&scene);
}

Test(whole_patience, can_be_switched_off_and_on, .timeout = 60)
{
	struct scene scene;
	struct nodes nodes;

	init(&scene, &nodes);
	scene.config.adaptive_timeout = false;
	scene_start(&scene);
	connect_some(&scene, 1, LEARNED_FROM);
	check_time(time_of(&scene, &nodes, SWALLOWS), LONGEST_MS);
	cr_assert_eq(scene_settled(&scene).connect_timeout_ms, LONGEST_MS);

	set(&scene, "adaptive_timeout", "on");

	check_time(time_of(&scene, &nodes, SWALLOWS + 1), SHORTEST_MS);
	cr_assert_eq(scene_settled(&scene).connect_timeout_ms, SHORTEST_MS);

	set(&scene, "adaptive_timeout", "off");

	check_time(time_of(&scene, &nodes, SWALLOWS + 2), LONGEST_MS);
	scene_fini(&scene);
}

Test(whole_patience, another_dial_timeout_counts_at_once, .timeout = 60)
{
	struct scene scene;
	struct nodes nodes;
	struct dt_counters counters;

	start(&scene, &nodes);
	connect_some(&scene, 1, LEARNED_FROM);

	set(&scene, "dial_timeout", "5m");

	check_time(time_of(&scene, &nodes, SWALLOWS), 30000);
	counters = scene_settled(&scene);
	cr_assert_eq(counters.connect_timeout_ms, 30000);
	cr_assert_eq(counters.timeouts_shortened, 1);
	scene_fini(&scene);
}

Test(whole_patience, ends_when_nobody_answers_in_time_any_more, .timeout = 60)
{
	struct scene scene;
	struct nodes nodes;

	start(&scene, &nodes);
	connect_some(&scene, 1, LEARNED_FROM);
	swallow_some(&scene, SWALLOWS, GIVEN_UP_MOST - 1);
	cr_assert_eq(scene_settled(&scene).connect_timeout_ms, SHORTEST_MS);

	swallow_some(&scene, 2 * SWALLOWS, 1);

	cr_assert_eq(scene_settled(&scene).connect_timeout_ms, LONGEST_MS);
	check_time(time_of(&scene, &nodes, 3 * SWALLOWS), LONGEST_MS);
	scene_fini(&scene);
}

/* Its dial ends at the first look at what was learned, after a second. */
Test(whole_patience, what_is_learned_is_for_those_under_way_too, .timeout = 60)
{
	struct scene scene;
	struct loopback open;
	struct loopback swallows;

	scene_init(&scene);
	loopback_open(&open, LOOPBACK_ACCEPTS);
	loopback_open(&swallows, LOOPBACK_SWALLOWS);
	scene.config.dial_timeout_ms = 10000;
	scene_start(&scene);

	scene_add_static(
		&scene,
		loopback_node(SWALLOWS, loopback_endpoint(&swallows, 1)));
	recorder_await(&scene.recorder, DT_EVENT_DIAL_STARTED, 1);
	for (uint32_t i = 1; i <= LEARNED_FROM; i++)
		scene_add_static(&scene,
				 loopback_node(i, loopback_endpoint(&open, i)));

	recorder_await_outcome(&scene.recorder, DT_OUTCOME_TIMED_OUT, 1);
	cr_assert_eq(scene_settled(&scene).timeouts_shortened, 1);
	scene_fini(&scene);
	loopback_close(&open);
	loopback_close(&swallows);
}

Test(whole_patience, is_that_of_tcp_too, .timeout = 60)
{
	struct scene scene;
	struct loopback open;
	struct loopback swallows;

	scene_init(&scene);
	loopback_open(&open, LOOPBACK_ACCEPTS);
	loopback_open(&swallows, LOOPBACK_SWALLOWS);
	scene.config.dial_timeout_ms = 10000;
	scene_start(&scene);
	for (uint32_t i = 1; i <= LEARNED_FROM; i++)
		scene_add_static(&scene,
				 loopback_node(i, loopback_endpoint(&open, i)));
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED,
			       LEARNED_FROM);

	scene_add_static(
		&scene,
		loopback_node(SWALLOWS, loopback_endpoint(&swallows, 1)));

	recorder_await_outcome(&scene.recorder, DT_OUTCOME_TIMED_OUT, 1);
	cr_assert_eq(scene_settled(&scene).timeouts_shortened, 1);
	scene_fini(&scene);
	loopback_close(&open);
	loopback_close(&swallows);
}
