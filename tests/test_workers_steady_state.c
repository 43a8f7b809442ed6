/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "tests/harness.h"
#include "tests/instant.h"
#include "tests/loopback.h"
#include "tests/scene.h"
#include "tests/shared_allocator.h"

/*
 * After its warm-up a dialer allocates nothing: neither through the allocator
 * that it was given nor behind its back. For the latter this program stands
 * between everybody and malloc(3), but where a sanitizer does that already.
 */

static _Atomic bool counting;
static _Atomic uint64_t counted;

#ifndef DIALTONE_NO_JEMALLOC

static void count(void)
{
	if (atomic_load(&counting))
		atomic_fetch_add(&counted, 1);
}

/* The next definition of @name; as a data pointer, which POSIX allows. */
static void *next(_Atomic(void *) *found, const char *name)
{
	void *function = atomic_load(found);

	if (!function) {
		function = dlsym(RTLD_NEXT, name);
		atomic_store(found, function);
	}
	return function;
}

void *malloc(size_t size)
{
	static _Atomic(void *) found;
	union {
		void *object;
		void *(*function)(size_t);
	} real = {.object = next(&found, "malloc")};

	count();
	return real.function(size);
}

void *calloc(size_t number, size_t size)
{
	static _Atomic(void *) found;
	union {
		void *object;
		void *(*function)(size_t, size_t);
	} real = {.object = next(&found, "calloc")};

	count();
	return real.function(number, size);
}

void *realloc(void *pointer, size_t size)
{
	static _Atomic(void *) found;
	union {
		void *object;
		void *(*function)(void *, size_t);
	} real = {.object = next(&found, "realloc")};

	count();
	return real.function(pointer, size);
}

#endif

static void begin_counting(struct shared_allocator *memory)
{
	atomic_store(&memory->calls, 0);
	atomic_store(&counted, 0);
	atomic_store(&counting, true);
}

static void end_counting(struct shared_allocator *memory)
{
	atomic_store(&counting, false);
	cr_assert_eq(atomic_load(&memory->calls), 0);
	cr_assert_eq(atomic_load(&counted), 0);
}

/* Wait until so many dials more have ended. */
static void await_dials(const struct scene *scene, uint64_t more)
{
	struct dt_counters counters = scene_counters(scene);
	uint64_t wanted = counters_dialed(&counters) + more;

	AWAIT_COUNTERS(scene, counters, counters_dialed(&counters) >= wanted);
}

static void finish(struct scene *scene, struct shared_allocator *memory)
{
	struct dt_counters counters;

	scene_stop(scene);
	counters = scene_counters(scene);
	cr_assert_null(counters_broken(&counters));
	scene_fini(scene);
	cr_assert_eq(atomic_load(&memory->live), 0);
}

Test(workers_steady_state, a_count_of_allocations_works)
{
	struct shared_allocator memory = {.calls = 0};
	struct dt_allocator allocator = shared_allocator_functions(&memory);
	void *pointer;

	begin_counting(&memory);
	pointer = allocator.malloc(allocator.context, 100);
	pointer = allocator.realloc(allocator.context, pointer, 100000);
	allocator.free(allocator.context, pointer);
	atomic_store(&counting, false);

	cr_assert_eq(atomic_load(&memory.calls), 2);
#ifndef DIALTONE_NO_JEMALLOC
	cr_assert_eq(atomic_load(&counted), 2);
#endif
}

/* The allocator that was given calls malloc and realloc once a call. */
Test(workers_steady_state, a_dialer_allocates_through_its_allocator_only,
     .timeout = 60)
{
	struct shared_allocator memory = {.calls = 0};
	struct dt_allocator allocator = shared_allocator_functions(&memory);
	struct dt_node node = loopback_node(
		1, (struct dt_endpoint){
			   .ip = {127, 0, 0, 1}, .family = 4, .tcp_port = 1});
	char url[DT_ENODE_URL_SIZE];
	struct dt_config config;
	dt_dialer *dialer;

	cr_assert_eq(dt_enode_format(url, sizeof(url), &node), DT_OK);
	dt_config_init(&config, sizeof(config));
	config.allocator = allocator;
	config.static_nodes = url;
	config.bootnodes = url;
	config.netrestrict = "127.0.0.0/8,10.0.0.0/8";
	config.no_dial = true;
	atomic_store(&counted, 0);
	atomic_store(&counting, true);

	cr_assert_eq(dt_dialer_create(&dialer, &config, NULL), DT_OK);
	node.host_name = "localhost";
	cr_assert_eq(dt_dialer_add_static(dialer, &node, 1), DT_OK);
	cr_assert_eq(dt_dialer_set(dialer, "netrestrict", "127.0.0.0/8", NULL),
		     DT_OK);

	atomic_store(&counting, false);
	cr_assert_gt(atomic_load(&memory.calls), 10);
#ifndef DIALTONE_NO_JEMALLOC
	cr_assert_eq(atomic_load(&counted), atomic_load(&memory.calls));
#endif
	dt_dialer_destroy(dialer);
	cr_assert_eq(atomic_load(&memory.live), 0);
}

Test(workers_steady_state, a_command_about_one_node_allocates_nothing,
     .timeout = 60)
{
	struct shared_allocator memory = {.calls = 0};
	struct dt_node node = loopback_node(
		1, (struct dt_endpoint){
			   .ip = {127, 0, 0, 1}, .family = 4, .tcp_port = 1});
	struct dt_explanation explanation;
	struct scene scene;

	scene_init(&scene);
	scene.config.allocator = shared_allocator_functions(&memory);
	scene_create(&scene);

	/* Before the start nobody applies them. */
	begin_counting(&memory);
	cr_assert_eq(dt_dialer_add_static(scene.dialer, &node, 1), DT_OK);
	cr_assert_eq(dt_dialer_add_bootnode(scene.dialer, &node), DT_OK);
	cr_assert_eq(dt_dialer_dial_now(scene.dialer, &node), DT_OK);
	cr_assert_eq(dt_dialer_remove_static(scene.dialer, &node.id), DT_OK);
	end_counting(&memory);

	/* The answer comes after all of them. */
	cr_assert_eq(dt_dialer_explain(scene.dialer, &explanation, &node.id),
		     DT_OK);
	cr_assert_not(explanation.is_static);
	scene_fini(&scene);
	cr_assert_eq(atomic_load(&memory.live), 0);
}

Test(workers_steady_state, a_hundred_thousand_dials_allocate_nothing,
     .timeout = 120)
{
	struct shared_allocator memory = {.calls = 0};
	struct instant instant = {.refuse_each = 3};
	struct loopback anywhere;
	struct scene scene;

	scene_init(&scene);
	loopback_open(&anywhere, LOOPBACK_REFUSES);
	scene.config.allocator = shared_allocator_functions(&memory);
	scene.config.transport = instant_transport(&instant);
	scene.config.history_expiration_ms = 0;
	scene.config.log = DT_LEVEL_ERROR;
	scene_create(&scene);
	instant.dialer = scene.dialer;
	for (uint32_t i = 0; i < 500; i++)
		scene_add_static(
			&scene,
			loopback_node(i, loopback_endpoint(&anywhere, i)));
	scene_start(&scene);
	await_dials(&scene, 3000);

	begin_counting(&memory);
	await_dials(&scene, 100000);
	end_counting(&memory);

	loopback_close(&anywhere);
	finish(&scene, &memory);
}

Test(workers_steady_state, real_connections_that_come_and_go_allocate_nothing,
     .timeout = 120)
{
	struct shared_allocator memory = {.calls = 0};
	struct loopback listener;
	struct scene scene;

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_DROPS);
	scene.config.allocator = shared_allocator_functions(&memory);
	scene.config.history_expiration_ms = 0;
	scene_start(&scene);
	for (uint32_t i = 0; i < 50; i++)
		scene_add_static(
			&scene,
			loopback_node(i, loopback_endpoint(&listener, i)));
	recorder_await(&scene.recorder, DT_EVENT_PEER_REMOVED, 500);

	begin_counting(&memory);
	recorder_await(&scene.recorder, DT_EVENT_PEER_REMOVED, 3500);
	end_counting(&memory);

	loopback_close(&listener);
	finish(&scene, &memory);
}

/* ---- candidates that come and go ---- */

#define STRANGERS 400 /* that are ever met */

struct stream {
	const struct loopback *listener;
	_Atomic uint32_t next;
};

static size_t random_nodes(void *context, struct dt_node *out, size_t max)
{
	struct stream *stream = context;

	for (size_t i = 0; i < max; i++) {
		uint32_t number =
			atomic_fetch_add(&stream->next, 1) % STRANGERS;

		out[i] = loopback_node(
			number, loopback_endpoint(stream->listener, number));
	}
	return max;
}

static bool look_up(void *context, const struct dt_op *op, struct dt_node *out,
		    size_t max, size_t *count_out,
		    const struct dt_node_id *target)
{
	(void)op;
	(void)target;
	*count_out = random_nodes(context, out, max);
	return true;
}

/* More than that are never remembered at once. */
static void remember_all(struct scene *scene)
{
	for (uint32_t i = 0; i < STRANGERS; i++) {
		struct dt_node_id id = loopback_id(i);

		cr_assert_eq(dt_dialer_inbound_pending(scene->dialer, &id),
			     DT_OK);
	}
	for (uint32_t i = 0; i < STRANGERS; i++) {
		struct dt_node_id id = loopback_id(i);

		cr_assert_eq(dt_dialer_inbound_done(scene->dialer, &id), DT_OK);
	}
}

Test(workers_steady_state, nodes_that_are_met_and_forgotten_allocate_nothing,
     .timeout = 120)
{
	struct shared_allocator memory = {.calls = 0};
	struct instant instant = {.refuse_each = 4};
	struct loopback anywhere;
	struct stream stream = {.listener = &anywhere};
	struct scene scene;
	int quiet = 0; /* rounds in a row */

	scene_init(&scene);
	loopback_open(&anywhere, LOOPBACK_REFUSES);
	scene.config.allocator = shared_allocator_functions(&memory);
	scene.config.transport = instant_transport(&instant);
	scene.config.history_expiration_ms = 5;
	scene.config.lookup_interval_ms = 1;
	scene.config.max_dyn_dials = 30;
	scene.config.log = DT_LEVEL_ERROR;
	scene.config.table = (struct dt_table){
		.context = &stream,
		.random_nodes = random_nodes,
		.lookup = look_up,
	};
	scene_create(&scene);
	instant.dialer = scene.dialer;
	remember_all(&scene);
	scene_start(&scene);

	/* Its buffer of lookup results may still double once or twice. */
	for (int rounds = 0; quiet < 5; rounds++) {
		uint64_t calls = atomic_load(&memory.calls);

		cr_assert_lt(rounds, 25);
		await_dials(&scene, 2000);
		quiet = atomic_load(&memory.calls) == calls ? quiet + 1 : 0;
		if (quiet == 1)
			begin_counting(&memory);
	}
	end_counting(&memory);

	loopback_close(&anywhere);
	finish(&scene, &memory);
}

Test(workers_steady_state, commands_and_questions_allocate_nothing,
     .timeout = 60)
{
	struct shared_allocator memory = {.calls = 0};
	struct dt_node_id id = loopback_id(1);
	struct dt_explanation explanation;
	struct dt_latency latency;
	struct scene scene;

	scene_init(&scene);
	scene.config.allocator = shared_allocator_functions(&memory);
	scene_start(&scene);
	for (int i = 0; i < 2000; i++) {
		if (i == 1000)
			begin_counting(&memory);
		cr_assert_eq(dt_dialer_peer_added(scene.dialer, &id,
						  DT_PEER_INBOUND),
			     DT_OK);
		cr_assert_eq(dt_dialer_peer_removed(scene.dialer, &id), DT_OK);
		cr_assert_eq(dt_dialer_inbound_pending(scene.dialer, &id),
			     DT_OK);
		cr_assert_eq(dt_dialer_inbound_done(scene.dialer, &id), DT_OK);
		cr_assert_eq(dt_dialer_explain(scene.dialer, &explanation, &id),
			     DT_ERR_NOT_FOUND);
		cr_assert_eq(dt_dialer_latency(scene.dialer, &latency,
					       DT_LATENCY_QUEUE),
			     DT_OK);
		(void)scene_counters(&scene);
	}
	end_counting(&memory);

	finish(&scene, &memory);
}
