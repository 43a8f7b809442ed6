/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/gate.h"
#include "tests/harness.h"
#include "tests/instant.h"
#include "tests/loopback.h"
#include "tests/scene.h"

/* Stop ends whatever runs, and accounts for it. */

static void check_stopped(const struct scene *scene, enum dt_task kind,
			  uint64_t cancelled)
{
	struct dt_counters counters = scene_counters(scene);

	cr_assert_null(counters_broken(&counters));
	cr_assert_null(counters_unfinished(&counters));
	cr_assert_eq(counters.tasks[kind].outcomes[DT_OUTCOME_CANCELLED],
		     cancelled);
	cr_assert_eq(counters.workers_overdue, 0);
}

static void add_static_nodes(struct scene *scene,
			     const struct loopback *listener, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		scene_add_static(scene, loopback_node(i, loopback_endpoint(
								 listener, i)));
}

/* ---- blocked in the built-in connect ---- */

static void stop_while_connecting(uint32_t workers)
{
	struct loopback swallower;
	struct scene scene;

	scene_init(&scene);
	loopback_open(&swallower, LOOPBACK_SWALLOWS);
	scene.config.max_active_dials = workers;
	scene.config.dial_timeout_ms = 600000;
	scene_create(&scene);
	add_static_nodes(&scene, &swallower, workers);
	scene_start(&scene);
	scene_await_running(&scene, DT_TASK_STATIC_DIAL, workers);

	cr_assert_eq(dt_dialer_stop(scene.dialer), DT_OK);

	check_stopped(&scene, DT_TASK_STATIC_DIAL, workers);
	cr_assert_eq(recorder_total(&scene.recorder, DT_EVENT_DIAL_ENDED),
		     workers);
	loopback_close(&swallower);
	scene_fini(&scene);
}

Test(whole_stop, ends_one_worker_that_waits_for_a_connection, .timeout = 60)
{
	stop_while_connecting(1);
}

Test(whole_stop, ends_a_thousand_workers_that_wait_for_connections,
     .timeout = 120)
{
	stop_while_connecting(1000);
}

/* ---- blocked in hooks that honour cancel ---- */

/* What a hook does that waits for nothing but its cancel. */
static bool waited_until_cancelled(struct gate *entered, const struct dt_op *op)
{
	gate_pass(entered);
	return dt_op_wait(op, -1, 0) == DT_ERR_CANCELLED && dt_op_cancelled(op);
}

static enum dt_outcome
setup_until_cancelled(void *context, const struct dt_op *op, void **session,
		      struct dt_outcome_detail *detail,
		      const struct dt_node *node, uint32_t flags, int fd)
{
	(void)session;
	(void)detail;
	(void)node;
	(void)flags;
	(void)fd;
	return waited_until_cancelled(context, op) ? DT_OUTCOME_CANCELLED
						   : DT_OUTCOME_SETUP_FAILED;
}

static enum dt_outcome connect_until_cancelled(void *context,
					       const struct dt_op *op, int *fd,
					       struct dt_outcome_detail *detail,
					       const struct dt_node *node)
{
	struct pollfd cancel = {.fd = dt_op_cancel_fd(op), .events = POLLIN};

	(void)fd;
	(void)detail;
	(void)node;
	gate_pass(context);
	/* As an event loop of its own would: the descriptor alone. */
	while (poll(&cancel, 1, -1) < 0)
		continue;
	return dt_op_cancelled(op) ? DT_OUTCOME_CANCELLED
				   : DT_OUTCOME_LOCAL_FAULT;
}

static bool resolve_until_cancelled(void *context, const struct dt_op *op,
				    struct dt_endpoint *out,
				    const struct dt_node_id *id)
{
	(void)out;
	(void)id;
	(void)waited_until_cancelled(context, op);
	return false;
}

static bool look_up_until_cancelled(void *context, const struct dt_op *op,
				    struct dt_node *out, size_t max,
				    size_t *count,
				    const struct dt_node_id *target)
{
	(void)out;
	(void)max;
	(void)count;
	(void)target;
	(void)waited_until_cancelled(context, op);
	return false;
}

static void begin_blocked(struct scene *scene, struct gate *entered)
{
	scene_init(scene);
	gate_init(entered);
	gate_open(entered);
	scene->config.setup_timeout_ms = 600000;
	scene->config.dial_timeout_ms = 600000;
	scene->config.lookup_timeout_ms = 600000;
	scene->config.transport.context = entered;
	scene->config.table.context = entered;
}

static void stop_blocked(struct scene *scene, struct gate *entered,
			 enum dt_task kind, uint64_t blocked)
{
	gate_await(entered, blocked);

	cr_assert_eq(dt_dialer_stop(scene->dialer), DT_OK);

	check_stopped(scene, kind, blocked);
	scene_fini(scene);
	gate_fini(entered);
}

Test(whole_stop, ends_setup_hooks_that_honour_their_cancel, .timeout = 60)
{
	struct loopback listener;
	struct scene scene;
	struct gate entered;

	begin_blocked(&scene, &entered);
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	scene.config.transport.setup = setup_until_cancelled;
	scene_start(&scene);
	add_static_nodes(&scene, &listener, 16);

	stop_blocked(&scene, &entered, DT_TASK_STATIC_DIAL, 16);
	loopback_close(&listener);
}

Test(whole_stop, ends_connect_hooks_that_watch_the_cancel_descriptor,
     .timeout = 60)
{
	struct loopback anywhere;
	struct scene scene;
	struct gate entered;

	begin_blocked(&scene, &entered);
	loopback_open(&anywhere, LOOPBACK_REFUSES);
	scene.config.transport.connect = connect_until_cancelled;
	scene_start(&scene);
	add_static_nodes(&scene, &anywhere, 16);

	stop_blocked(&scene, &entered, DT_TASK_STATIC_DIAL, 16);
	loopback_close(&anywhere);
}

Test(whole_stop, ends_resolves_that_honour_their_cancel, .timeout = 60)
{
	struct scene scene;
	struct gate entered;

	begin_blocked(&scene, &entered);
	scene.config.table.resolve = resolve_until_cancelled;
	scene_start(&scene);
	for (uint32_t i = 0; i < 8; i++)
		scene_add_static(&scene,
				 loopback_node(i, (struct dt_endpoint){0}));

	stop_blocked(&scene, &entered, DT_TASK_STATIC_DIAL, 8);
}

Test(whole_stop, ends_a_lookup_that_honours_its_cancel, .timeout = 60)
{
	struct scene scene;
	struct gate entered;

	begin_blocked(&scene, &entered);
	scene.config.max_dyn_dials = 4;
	scene.config.table.lookup = look_up_until_cancelled;
	scene_start(&scene);

	stop_blocked(&scene, &entered, DT_TASK_LOOKUP, 1);
}

/* ---- what no worker has begun ---- */

Test(whole_stop, ends_what_is_queued_without_beginning_it, .timeout = 60)
{
	struct loopback anywhere;
	struct scene scene;
	struct gate entered;

	begin_blocked(&scene, &entered);
	loopback_open(&anywhere, LOOPBACK_REFUSES);
	scene.config.workers = 1;
	scene.config.transport.connect = connect_until_cancelled;
	scene_start(&scene);
	add_static_nodes(&scene, &anywhere, 40);
	recorder_await(&scene.recorder, DT_EVENT_DIAL_STARTED, 16);
	gate_await(&entered, 1);

	cr_assert_eq(dt_dialer_stop(scene.dialer), DT_OK);

	check_stopped(&scene, DT_TASK_STATIC_DIAL, 16);
	cr_assert_eq(gate_arrived(&entered), 1);
	loopback_close(&anywhere);
	scene_fini(&scene);
	gate_fini(&entered);
}

static bool look_up_in_vain(void *context, const struct dt_op *op,
			    struct dt_node *out, size_t max, size_t *count,
			    const struct dt_node_id *target)
{
	(void)context;
	(void)op;
	(void)out;
	(void)max;
	(void)count;
	(void)target;
	return true;
}

Test(whole_stop, ends_a_lookup_that_waits_for_its_time, .timeout = 60)
{
	struct scene scene;
	struct dt_counters counters;

	scene_init(&scene);
	scene.config.max_dyn_dials = 4;
	scene.config.lookup_interval_ms = 3600000;
	scene.config.table.lookup = look_up_in_vain;
	scene_start(&scene);
	AWAIT_COUNTERS(&scene, counters,
		       counters.tasks[DT_TASK_LOOKUP].waiting == 1);

	cr_assert_eq(dt_dialer_stop(scene.dialer), DT_OK);

	check_stopped(&scene, DT_TASK_LOOKUP, 1);
	scene_fini(&scene);
}

Test(whole_stop, ends_a_wait_for_the_history, .timeout = 60)
{
	struct loopback closed;
	struct scene scene;
	struct dt_counters counters;

	scene_init(&scene);
	loopback_open(&closed, LOOPBACK_REFUSES);
	scene_start(&scene);
	add_static_nodes(&scene, &closed, 1);
	AWAIT_COUNTERS(&scene, counters,
		       counters.tasks[DT_TASK_WAIT].waiting == 1);

	cr_assert_eq(dt_dialer_stop(scene.dialer), DT_OK);

	check_stopped(&scene, DT_TASK_WAIT, 1);
	loopback_close(&closed);
	scene_fini(&scene);
}

Test(whole_stop, closes_the_peers_that_are_held, .timeout = 60)
{
	struct loopback listener;
	struct scene scene;

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	scene_start(&scene);
	add_static_nodes(&scene, &listener, 100);
	recorder_await(&scene.recorder, DT_EVENT_PEER_ADDED, 100);

	cr_assert_eq(dt_dialer_stop(scene.dialer), DT_OK);

	cr_assert_eq(recorder_total(&scene.recorder, DT_EVENT_PEER_REMOVED),
		     100);
	cr_assert_eq(scene_counters(&scene).peers, 0);
	check_stopped(&scene, DT_TASK_STATIC_DIAL, 0);
	loopback_close(&listener);
	scene_fini(&scene);
}

Test(whole_stop, works_while_paused, .timeout = 60)
{
	struct loopback listener;
	struct scene scene;

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	scene_create(&scene);
	cr_assert_eq(dt_dialer_pause(scene.dialer), DT_OK);
	add_static_nodes(&scene, &listener, 10);
	scene_start(&scene);

	cr_assert_eq(dt_dialer_stop(scene.dialer), DT_OK);

	check_stopped(&scene, DT_TASK_STATIC_DIAL, 0);
	cr_assert_eq(scene_counters(&scene).static_nodes, 10);
	loopback_close(&listener);
	scene_fini(&scene);
}

/* ---- from a callback it is refused ---- */

struct hooks {
	dt_dialer *dialer;
	struct recorder *recorder;
	_Atomic uint64_t calls;
	_Atomic uint64_t answered_otherwise;
};

/* All that says "not from a callback", from one. */
static void call_what_is_forbidden(struct hooks *hooks)
{
	struct dt_node_id id = loopback_id(1);
	struct dt_explanation explanation;
	struct dt_latency latency;
	struct dt_error error = {.code = DT_OK};
	bool refused;

	refused =
		dt_dialer_stop(hooks->dialer) == DT_ERR_WRONG_THREAD &&
		dt_dialer_start(hooks->dialer, &error) == DT_ERR_WRONG_THREAD &&
		error.code == DT_ERR_WRONG_THREAD &&
		dt_dialer_explain(hooks->dialer, &explanation, &id) ==
			DT_ERR_WRONG_THREAD &&
		dt_dialer_latency(hooks->dialer, &latency, DT_LATENCY_QUEUE) ==
			DT_ERR_WRONG_THREAD &&
		dt_dialer_set(hooks->dialer, "dial_timeout", "1s", &error) ==
			DT_ERR_WRONG_THREAD &&
		error.code == DT_ERR_WRONG_THREAD;
	atomic_fetch_add(&hooks->answered_otherwise, !refused);
	atomic_fetch_add(&hooks->calls, 1);
}

static enum dt_outcome calling_connect(void *context, const struct dt_op *op,
				       int *fd,
				       struct dt_outcome_detail *detail,
				       const struct dt_node *node)
{
	(void)op;
	(void)detail;
	(void)node;
	call_what_is_forbidden(context);
	*fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return DT_OUTCOME_CONNECTED;
}

static enum dt_outcome calling_setup(void *context, const struct dt_op *op,
				     void **session,
				     struct dt_outcome_detail *detail,
				     const struct dt_node *node, uint32_t flags,
				     int fd)
{
	(void)op;
	(void)session;
	(void)detail;
	(void)node;
	(void)flags;
	(void)fd;
	call_what_is_forbidden(context);
	return DT_OUTCOME_CONNECTED;
}

static bool calling_keep(void *context, const struct dt_node *node,
			 uint32_t flags, int fd, void *session)
{
	(void)node;
	(void)flags;
	(void)fd;
	(void)session;
	call_what_is_forbidden(context);
	return false;
}

static size_t calling_random_nodes(void *context, struct dt_node *out,
				   size_t max)
{
	(void)out;
	(void)max;
	call_what_is_forbidden(context);
	return 0;
}

static bool calling_resolve(void *context, const struct dt_op *op,
			    struct dt_endpoint *out,
			    const struct dt_node_id *id)
{
	(void)op;
	(void)id;
	call_what_is_forbidden(context);
	*out = (struct dt_endpoint){
		.ip = {127, 0, 0, 1}, .family = 4, .tcp_port = 1};
	return true;
}

static bool calling_look_up(void *context, const struct dt_op *op,
			    struct dt_node *out, size_t max, size_t *count,
			    const struct dt_node_id *target)
{
	(void)op;
	(void)out;
	(void)max;
	(void)target;
	*count = 0;
	call_what_is_forbidden(context);
	return true;
}

static void calling_close(void *context)
{
	call_what_is_forbidden(context);
}

static void calling_event(void *context, const struct dt_event *event)
{
	struct hooks *hooks = context;

	call_what_is_forbidden(hooks);
	recorder_take(hooks->recorder, event);
}

Test(whole_stop, is_refused_in_every_callback, .timeout = 60)
{
	struct scene scene;
	struct hooks hooks = {.dialer = NULL};
	struct hooks in_table = {.dialer = NULL};

	scene_init(&scene);
	hooks.recorder = &scene.recorder;
	scene.config.max_dyn_dials = 4;
	scene.config.event = calling_event;
	scene.config.event_context = &hooks;
	scene.config.transport = (struct dt_transport){
		.context = &hooks,
		.connect = calling_connect,
		.setup = calling_setup,
		.keep = calling_keep,
	};
	scene.config.table = (struct dt_table){
		.context = &in_table,
		.random_nodes = calling_random_nodes,
		.resolve = calling_resolve,
		.lookup = calling_look_up,
		.close = calling_close,
	};
	scene_create(&scene);
	hooks.dialer = scene.dialer;
	in_table.dialer = scene.dialer;
	scene_start(&scene);
	scene_add_static(&scene, loopback_node(1, (struct dt_endpoint){0}));
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 1);
	recorder_await(&scene.recorder, DT_EVENT_LOOKUP_ENDED, 1);

	cr_assert_eq(dt_dialer_stop(scene.dialer), DT_OK);

	cr_assert_eq(atomic_load(&hooks.answered_otherwise), 0);
	cr_assert_eq(atomic_load(&in_table.answered_otherwise), 0);
	cr_assert_geq(atomic_load(&hooks.calls), 3 + 4);
	cr_assert_geq(atomic_load(&in_table.calls), 4);
	scene_fini(&scene);
}

/* Commands that wait are applied by whoever asks before the start. */
Test(whole_stop, is_refused_in_an_event_before_the_start, .timeout = 30)
{
	struct scene scene;
	struct hooks hooks = {.dialer = NULL};
	struct dt_node_id id = loopback_id(1);
	struct dt_explanation explanation;

	scene_init(&scene);
	hooks.recorder = &scene.recorder;
	scene.config.event = calling_event;
	scene.config.event_context = &hooks;
	scene_create(&scene);
	hooks.dialer = scene.dialer;
	cr_assert_eq(dt_dialer_peer_added(scene.dialer, &id, DT_PEER_INBOUND),
		     DT_OK);

	cr_assert_eq(dt_dialer_explain(scene.dialer, &explanation, &id), DT_OK);

	cr_assert_eq(explanation.peer_flags, DT_PEER_INBOUND);
	cr_assert_eq(recorder_total(&scene.recorder, DT_EVENT_PEER_ADDED), 1);
	cr_assert_eq(atomic_load(&hooks.answered_otherwise), 0);
	cr_assert_eq(dt_dialer_stop(scene.dialer), DT_ERR_NOT_STARTED);
	scene_fini(&scene);
}
