/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/gate.h"
#include "tests/harness.h"
#include "tests/loopback.h"
#include "tests/scene.h"

/* Bad days: what is broken is counted, said once, and nobody's fault. */

static const struct dt_endpoint somewhere = {
	.ip = {127, 0, 0, 1},
	.family = 4,
	.tcp_port = 1,
};

/* ---- faults of this machine ---- */

struct machine {
	_Atomic enum dt_outcome fault; /* DT_OUTCOME_CONNECTED: there is none */
	_Atomic int connecting;
	_Atomic int connecting_most; /* at once, since it was set to 0 */
	_Atomic uint64_t odd_one; /* this node is refused before all faults */
};

static void note_most(struct machine *machine)
{
	int now = atomic_fetch_add(&machine->connecting, 1) + 1;
	int most = atomic_load(&machine->connecting_most);

	while (now > most && !atomic_compare_exchange_weak(
				     &machine->connecting_most, &most, now))
		continue;
}

static enum dt_outcome connect_on(void *context, const struct dt_op *op,
				  int *fd, struct dt_outcome_detail *detail,
				  const struct dt_node *node)
{
	struct machine *machine = context;
	enum dt_outcome outcome;

	(void)op;
	(void)detail;
	note_most(machine);
	outcome = atomic_load(&machine->fault);
	if (loopback_number(&node->id) == atomic_load(&machine->odd_one))
		outcome = DT_OUTCOME_REFUSED;
	if (outcome == DT_OUTCOME_CONNECTED)
		*fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	atomic_fetch_sub(&machine->connecting, 1);
	return outcome;
}

static void begin_on(struct scene *scene, struct machine *machine,
		     int64_t pause_ms)
{
	scene_init(scene);
	scene->config.max_active_dials = 4;
	scene->config.local_fault_pause_ms = pause_ms;
	scene->config.transport.context = machine;
	scene->config.transport.connect = connect_on;
	scene_create(scene);
}

Test(whole_faults, dials_pause_and_come_back_one_first, .timeout = 60)
{
	struct machine machine = {.fault = DT_OUTCOME_NO_PORTS};
	struct scene scene;
	struct dt_counters counters;
	struct dt_event event;
	uint64_t lost;

	begin_on(&scene, &machine, 20);
	for (uint64_t i = 1; i <= 10; i++)
		scene_add_static(&scene, loopback_node(i, somewhere));
	scene_start(&scene);
	/* Four run at first; after that each pause ends with one. */
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_NO_PORTS, 4);
	atomic_store(&machine.connecting_most, 0);
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_NO_PORTS, 7);
	cr_assert_leq(atomic_load(&machine.connecting_most), 1);

	atomic_store(&machine.fault, DT_OUTCOME_CONNECTED);

	/* Nobody is held back: all ten are peers, and no time passes. */
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED, 10);
	scene_stop(&scene);
	counters = scene_counters(&scene);
	lost = counters.tasks[DT_TASK_STATIC_DIAL]
		       .outcomes[DT_OUTCOME_NO_PORTS];
	cr_assert_null(counters_broken(&counters));
	cr_assert_eq(counters.local_fault_pauses, 1);
	cr_assert_eq(recorder_total(&scene.recorder, DT_EVENT_LOCAL_FAULT), 1);
	cr_assert_eq(recorder_total(&scene.recorder, DT_EVENT_LOCAL_RECOVERED),
		     1);
	cr_assert(
		recorder_get(&scene.recorder, &event, DT_EVENT_LOCAL_FAULT, 0));
	cr_assert_eq(event.outcome, DT_OUTCOME_NO_PORTS);
	cr_assert_eq(event.level, DT_LEVEL_WARNING);
	cr_assert(recorder_get(&scene.recorder, &event,
			       DT_EVENT_LOCAL_RECOVERED, 0));
	cr_assert_eq(event.count, lost);
	scene_fini(&scene);
}

Test(whole_faults, each_kind_of_local_fault_pauses_the_dials, .timeout = 60)
{
	for (enum dt_outcome fault = DT_OUTCOME_NO_DESCRIPTORS;
	     fault <= DT_OUTCOME_LOCAL_FAULT; fault++) {
		struct machine machine = {.fault = fault};
		struct scene scene;
		struct dt_explanation explanation;
		struct dt_node_id id = loopback_id(1);

		begin_on(&scene, &machine, 600000);
		scene_add_static(&scene, loopback_node(1, somewhere));
		scene_start(&scene);
		recorder_await(&scene.recorder, DT_EVENT_LOCAL_FAULT, 1);

		cr_assert_eq(dt_dialer_explain(scene.dialer, &explanation, &id),
			     DT_OK);

		cr_assert_eq(explanation.waits_for, DT_WAITS_FOR_FAULT);
		cr_assert_gt(explanation.due_ms, 0);
		cr_assert_leq(explanation.due_ms, 600000);
		cr_assert_eq(scene_settled(&scene).history, 0);
		scene_fini(&scene);
	}
}

Test(whole_faults, a_new_fault_after_the_recovery_is_said_again, .timeout = 60)
{
	struct machine machine = {.fault = DT_OUTCOME_NO_BUFFERS};
	struct scene scene;

	begin_on(&scene, &machine, 10);
	scene_add_static(&scene, loopback_node(1, somewhere));
	scene_start(&scene);
	recorder_await(&scene.recorder, DT_EVENT_LOCAL_FAULT, 1);
	atomic_store(&machine.fault, DT_OUTCOME_CONNECTED);
	recorder_await(&scene.recorder, DT_EVENT_LOCAL_RECOVERED, 1);

	atomic_store(&machine.fault, DT_OUTCOME_NO_DESCRIPTORS);
	scene_add_static(&scene, loopback_node(2, somewhere));

	recorder_await(&scene.recorder, DT_EVENT_LOCAL_FAULT, 2);
	cr_assert_eq(scene_settled(&scene).local_fault_pauses, 2);
	scene_fini(&scene);
}

/* Time passes while another dialer dials a node again and again. */
static void let_time_pass(uint64_t dials)
{
	struct machine machine = {.fault = DT_OUTCOME_REFUSED};
	struct scene scene;

	scene_init(&scene);
	scene.config.history_expiration_ms = 1;
	scene.config.transport.context = &machine;
	scene.config.transport.connect = connect_on;
	scene_start(&scene);
	scene_add_static(&scene, loopback_node(1, somewhere));
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, dials);
	scene_fini(&scene);
}

Test(whole_faults, a_pause_is_slept_through, .timeout = 60)
{
	struct machine machine = {
		.fault = DT_OUTCOME_NO_DESCRIPTORS,
		.odd_one = 1,
	};
	struct scene scene;
	struct dt_counters before;
	struct dt_counters after;

	begin_on(&scene, &machine, 600000);
	cr_assert_eq(
		dt_dialer_set(scene.dialer, "history_expiration", "1ms", NULL),
		DT_OK);
	/* The first one's history runs out while the second one's fault holds
	 * up every dial. */
	scene_add_static(&scene, loopback_node(1, somewhere));
	scene_add_static(&scene, loopback_node(2, somewhere));
	scene_start(&scene);
	recorder_await(&scene.recorder, DT_EVENT_LOCAL_FAULT, 1);
	let_time_pass(5);
	before = scene_counters(&scene);

	let_time_pass(50);

	after = scene_counters(&scene);
	cr_assert_leq(after.sleeps - before.sleeps, 2);
	scene_fini(&scene);
}

Test(whole_faults, a_fault_with_nobody_left_to_dial_is_slept_through,
     .timeout = 60)
{
	struct machine machine = {.fault = DT_OUTCOME_NO_DESCRIPTORS};
	struct dt_node node = loopback_node(1, somewhere);
	struct scene scene;
	struct dt_counters before;
	struct dt_counters after;

	begin_on(&scene, &machine, 10);
	scene_start(&scene);
	cr_assert_eq(dt_dialer_dial_now(scene.dialer, &node), DT_OK);
	recorder_await(&scene.recorder, DT_EVENT_LOCAL_FAULT, 1);
	let_time_pass(50);
	before = scene_counters(&scene);

	let_time_pass(50);

	after = scene_counters(&scene);
	cr_assert_leq(after.sleeps - before.sleeps, 2);
	/* The next one that comes is the probe. */
	atomic_store(&machine.fault, DT_OUTCOME_CONNECTED);
	scene_add_static(&scene, node);
	recorder_await(&scene.recorder, DT_EVENT_LOCAL_RECOVERED, 1);
	scene_fini(&scene);
}

/* ---- hooks that ignore what they are told ---- */

static enum dt_outcome setup_at_gate(void *context, const struct dt_op *op,
				     void **session,
				     struct dt_outcome_detail *detail,
				     const struct dt_node *node, uint32_t flags,
				     int fd)
{
	(void)op;
	(void)session;
	(void)detail;
	(void)flags;
	(void)fd;
	if (loopback_number(&node->id) == 1)
		gate_pass(context);
	return DT_OUTCOME_CONNECTED;
}

static void begin_deaf(struct scene *scene, struct loopback *listener,
		       struct gate *gate, int64_t setup_timeout_ms)
{
	gate_init(gate);
	loopback_open(listener, LOOPBACK_ACCEPTS);
	scene_init(scene);
	scene->config.setup_timeout_ms = setup_timeout_ms;
	scene->config.overdue_after_ms = 100;
	scene->config.transport.context = gate;
	scene->config.transport.setup = setup_at_gate;
	scene_start(scene);
	scene_add_static(scene,
			 loopback_node(1, loopback_endpoint(listener, 1)));
	gate_await(gate, 1);
}

static void end_deaf(struct scene *scene, struct loopback *listener,
		     struct gate *gate)
{
	struct dt_counters counters;

	scene_stop(scene);
	counters = scene_counters(scene);
	cr_assert_null(counters_broken(&counters));
	cr_assert_null(counters_unfinished(&counters));
	cr_assert_eq(counters.workers_overdue, 1);
	cr_assert_eq(recorder_total(&scene->recorder, DT_EVENT_WORKER_OVERDUE),
		     1);
	scene_fini(scene);
	loopback_close(listener);
	gate_fini(gate);
}

Test(whole_faults, a_hook_that_ignores_its_deadline_is_reported_once,
     .timeout = 60)
{
	struct scene scene;
	struct loopback listener;
	struct gate gate;
	struct dt_event event;

	begin_deaf(&scene, &listener, &gate, 10);

	recorder_await(&scene.recorder, DT_EVENT_WORKER_OVERDUE, 1);

	cr_assert(recorder_get(&scene.recorder, &event, DT_EVENT_WORKER_OVERDUE,
			       0));
	cr_assert_eq(loopback_number(&event.node->id), 1);
	cr_assert_eq(event.level, DT_LEVEL_WARNING);
	cr_assert_eq(event.task, DT_TASK_STATIC_DIAL);
	/* The others go on meanwhile. */
	for (uint32_t i = 2; i < 40; i++)
		scene_add_static(
			&scene,
			loopback_node(i, loopback_endpoint(&listener, i)));
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED, 38);
	let_time_pass(100);
	gate_open(&gate);
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED, 39);
	end_deaf(&scene, &listener, &gate);
}

Test(whole_faults, nobody_looks_for_overdue_hooks_when_no_task_runs,
     .timeout = 60)
{
	struct machine machine = {.fault = DT_OUTCOME_REFUSED};
	struct scene scene;
	struct dt_counters before;
	struct dt_counters after;

	scene_init(&scene);
	scene.config.overdue_after_ms = 100;
	scene.config.transport.context = &machine;
	scene.config.transport.connect = connect_on;
	scene_start(&scene);
	scene_add_static(&scene, loopback_node(1, somewhere));
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 1);
	let_time_pass(5);
	before = scene_counters(&scene);

	let_time_pass(150);

	after = scene_counters(&scene);
	cr_assert_eq(after.sleeps, before.sleeps);
	scene_fini(&scene);
}

Test(whole_faults, a_hook_that_ignores_its_cancel_is_reported_once,
     .timeout = 60)
{
	struct scene scene;
	struct loopback listener;
	struct gate gate;
	struct dt_node_id id = loopback_id(1);

	begin_deaf(&scene, &listener, &gate, 600000);

	cr_assert_eq(dt_dialer_remove_static(scene.dialer, &id), DT_OK);

	recorder_await(&scene.recorder, DT_EVENT_WORKER_OVERDUE, 1);
	let_time_pass(100);
	gate_open(&gate);
	end_deaf(&scene, &listener, &gate);
}

struct stopper {
	struct scene *scene;
	_Atomic bool done;
	pthread_t thread;
};

static void *stop(void *argument)
{
	struct stopper *stopper = argument;

	scene_stop(stopper->scene);
	atomic_store(&stopper->done, true);
	return NULL;
}

Test(whole_faults, stop_waits_for_a_hook_that_ignores_it, .timeout = 60)
{
	struct scene scene;
	struct loopback listener;
	struct gate gate;
	struct stopper stopper = {.scene = &scene};

	begin_deaf(&scene, &listener, &gate, 600000);
	cr_assert_eq(pthread_create(&stopper.thread, NULL, stop, &stopper), 0);

	recorder_await(&scene.recorder, DT_EVENT_WORKER_OVERDUE, 1);
	let_time_pass(100);
	cr_assert_not(atomic_load(&stopper.done));
	cr_assert_eq(dt_dialer_pause(scene.dialer), DT_ERR_STOPPED);
	gate_open(&gate);
	pthread_join(stopper.thread, NULL);

	cr_assert(atomic_load(&stopper.done));
	end_deaf(&scene, &listener, &gate);
}

/* ---- tables that answer nonsense ---- */

#define ANSWERS 16

struct oracle {
	struct dt_node nodes[ANSWERS];
	size_t written;
	size_t claimed; /* how many it says that it wrote */
	bool answers;
	_Atomic uint64_t asked;
};

static bool look_up(void *context, const struct dt_op *op, struct dt_node *out,
		    size_t max, size_t *count, const struct dt_node_id *target)
{
	struct oracle *oracle = context;

	(void)op;
	(void)target;
	atomic_fetch_add(&oracle->asked, 1);
	for (size_t i = 0; i < oracle->written && i < max; i++)
		out[i] = oracle->nodes[i];
	*count = oracle->claimed;
	return oracle->answers;
}

static void begin_asking(struct scene *scene, struct oracle *oracle,
			 int64_t interval_ms)
{
	scene_init(scene);
	scene->config.max_dyn_dials = 30;
	scene->config.lookup_interval_ms = interval_ms;
	scene->config.has_self = true;
	scene->config.self = loopback_id(1);
	scene->config.table.context = oracle;
	scene->config.table.lookup = look_up;
}

static struct dt_endpoint ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	return (struct dt_endpoint){
		.ip = {a, b, c, d}, .family = 4, .tcp_port = 1};
}

Test(whole_faults, nonsense_of_a_lookup_is_skipped_for_a_reason, .timeout = 60)
{
	struct loopback listener;
	struct oracle oracle = {.written = 12, .claimed = 12, .answers = true};
	struct scene scene;
	struct dt_counters counters;
	struct dt_node good;

	loopback_open(&listener, LOOPBACK_ACCEPTS);
	good = loopback_node(2, loopback_endpoint(&listener, 2));
	oracle.nodes[0] = loopback_node(1, somewhere); /* self */
	oracle.nodes[1] = good;
	oracle.nodes[2] = good; /* again */
	oracle.nodes[3] = loopback_node(3, ipv4(127, 0, 0, 1));
	oracle.nodes[3].endpoint.tcp_port = 0;
	oracle.nodes[4] = loopback_node(4, ipv4(0, 0, 0, 0));
	oracle.nodes[5] = loopback_node(5, ipv4(224, 0, 0, 1));
	oracle.nodes[6] = loopback_node(6, ipv4(255, 255, 255, 255));
	oracle.nodes[7] = loopback_node(7, (struct dt_endpoint){.ip = {0xff, 2},
								.family = 6,
								.tcp_port = 1});
	oracle.nodes[8] = loopback_node(8, ipv4(10, 1, 2, 3));
	oracle.nodes[9] = loopback_node(9, ipv4(127, 0, 0, 1));   /* banned */
	oracle.nodes[10] = loopback_node(10, ipv4(127, 0, 0, 1)); /* inbound */
	oracle.nodes[11] = loopback_node(11, ipv4(127, 0, 0, 1)); /* a peer */
	for (size_t i = 0; i < oracle.written; i++)
		oracle.nodes[i].host_name =
			(const char *)1; /* must not count */
	begin_asking(&scene, &oracle, 3600000);
	scene.config.netrestrict = "127.0.0.0/8,0.0.0.0/32,224.0.0.0/4,"
				   "255.255.255.255/32,ff00::/8";
	scene_create(&scene);
	cr_assert_eq(dt_dialer_ban(scene.dialer, &oracle.nodes[9].id, 0),
		     DT_OK);
	cr_assert_eq(
		dt_dialer_inbound_pending(scene.dialer, &oracle.nodes[10].id),
		DT_OK);
	cr_assert_eq(dt_dialer_peer_added(scene.dialer, &oracle.nodes[11].id,
					  DT_PEER_INBOUND),
		     DT_OK);

	scene_start(&scene);
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED, 1);
	scene_stop(&scene);

	counters = scene_counters(&scene);
	cr_assert_eq(counters.skipped[DT_SKIP_SELF], 1);
	cr_assert_eq(counters.skipped[DT_SKIP_ALREADY_DIALING], 1);
	cr_assert_eq(counters.skipped[DT_SKIP_NO_PORT], 1);
	cr_assert_eq(counters.skipped[DT_SKIP_BAD_ADDRESS], 4);
	cr_assert_eq(counters.skipped[DT_SKIP_NOT_ALLOWED], 1);
	cr_assert_eq(counters.skipped[DT_SKIP_BANNED], 1);
	cr_assert_eq(counters.skipped[DT_SKIP_PENDING_INBOUND], 1);
	cr_assert_eq(counters.skipped[DT_SKIP_ALREADY_CONNECTED], 1);
	cr_assert_eq(counters.offered[DT_SOURCE_LOOKUP], 12);
	cr_assert_eq(counters.dialed[DT_SOURCE_LOOKUP], 1);
	cr_assert_eq(counters.nodes_refused, 0);
	cr_assert_eq(counters.name_lookups, 0);
	cr_assert_null(counters_broken(&counters));
	loopback_close(&listener);
	scene_fini(&scene);
}

Test(whole_faults, a_lookup_that_claims_too_much_is_cut_off, .timeout = 60)
{
	struct loopback closed;
	struct oracle oracle = {
		.written = ANSWERS,
		.claimed = (size_t)1 << 30,
		.answers = true,
	};
	struct scene scene;
	struct dt_counters counters;

	loopback_open(&closed, LOOPBACK_REFUSES);
	for (uint32_t i = 0; i < ANSWERS; i++)
		oracle.nodes[i] =
			loopback_node(100 + i, loopback_endpoint(&closed, i));
	begin_asking(&scene, &oracle, 3600000);

	scene_start(&scene);
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_REFUSED, ANSWERS);
	scene_stop(&scene);

	counters = scene_counters(&scene);
	cr_assert_eq(counters.nodes_refused, ((uint64_t)1 << 30) - ANSWERS);
	cr_assert_eq(counters.offered[DT_SOURCE_LOOKUP], ANSWERS);
	cr_assert_null(counters_broken(&counters));
	loopback_close(&closed);
	scene_fini(&scene);
}

static size_t too_many_random_nodes(void *context, struct dt_node *out,
				    size_t max)
{
	const struct loopback *closed = context;

	for (uint32_t i = 0; i < max; i++) {
		out[i] = loopback_node(i, loopback_endpoint(closed, i));
		out[i].host_name = (const char *)1;
	}
	return max + 1; /* as the original's table does */
}

Test(whole_faults, a_table_that_claims_too_many_random_nodes_is_cut_off,
     .timeout = 60)
{
	struct loopback closed;
	struct scene scene;
	struct dt_counters counters;

	loopback_open(&closed, LOOPBACK_REFUSES);
	scene_init(&scene);
	scene.config.max_dyn_dials = 8;
	scene.config.table.context = &closed;
	scene.config.table.random_nodes = too_many_random_nodes;

	scene_start(&scene);
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 4);
	scene_stop(&scene);

	counters = scene_counters(&scene);
	cr_assert_eq(counters.dialed[DT_SOURCE_RANDOM], 4);
	cr_assert_null(counters_broken(&counters));
	loopback_close(&closed);
	scene_fini(&scene);
}

/* The first @count lookups have kept the interval of 25 ms. */
static void check_spacing(struct scene *scene, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct dt_event one;
		struct dt_event next;
		struct dt_event ended;

		cr_assert(recorder_get(&scene->recorder, &one,
				       DT_EVENT_LOOKUP_STARTED, i - 1));
		cr_assert(recorder_get(&scene->recorder, &next,
				       DT_EVENT_LOOKUP_STARTED, i));
		cr_assert(recorder_get(&scene->recorder, &ended,
				       DT_EVENT_LOOKUP_ENDED, i - 1));
		cr_assert_geq(next.time_ms - one.time_ms, 25);
		cr_assert_leq(ended.time_ms, next.time_ms);
	}
}

static void fail_to_look_up(bool answers)
{
	struct oracle oracle = {.answers = answers};
	struct scene scene;
	struct dt_counters counters;

	begin_asking(&scene, &oracle, 25);
	scene_start(&scene);
	recorder_await(&scene.recorder, DT_EVENT_LOOKUP_STARTED, 6);
	scene_stop(&scene);

	check_spacing(&scene, 6);
	counters = scene_counters(&scene);
	/* It does not go in circles meanwhile. */
	cr_assert_leq(counters.turns, 20);
	cr_assert_leq(counters.sleeps, 40);
	cr_assert_null(counters_broken(&counters));
	scene_fini(&scene);
}

Test(whole_faults, lookups_that_always_fail_are_spaced, .timeout = 60)
{
	fail_to_look_up(false);
}

Test(whole_faults, lookups_that_are_always_empty_are_spaced, .timeout = 60)
{
	fail_to_look_up(true);
}

/* Stops this process and lets it go on again; its parent waits for it. */
static void suspend_for_a_while(void)
{
	pid_t self = getpid();
	pid_t child = fork();
	int status;

	cr_assert_geq(child, 0);
	if (child == 0) {
		kill(self, SIGSTOP);
		poll(NULL, 0, 300);
		kill(self, SIGCONT);
		_exit(0);
	}
	while (waitpid(child, &status, 0) < 0)
		continue;
}

Test(whole_faults, after_a_suspend_each_deadline_fires_once, .timeout = 60)
{
	struct oracle oracle = {.answers = true};
	struct scene scene;
	struct dt_counters counters;

	begin_asking(&scene, &oracle, 25);
	scene_start(&scene);
	recorder_await(&scene.recorder, DT_EVENT_LOOKUP_STARTED, 2);

	suspend_for_a_while();

	/* What was missed is not made up for. */
	recorder_await(&scene.recorder, DT_EVENT_LOOKUP_STARTED, 8);
	scene_stop(&scene);
	check_spacing(&scene, 8);
	counters = scene_counters(&scene);
	cr_assert_null(counters_broken(&counters));
	cr_assert_leq(counters.turns, 20);
	scene_fini(&scene);
}
