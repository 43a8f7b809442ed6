/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/harness.h"
#include "tests/instant.h"
#include "tests/loopback.h"
#include "tests/scene.h"
#include "tests/shared_allocator.h"
#include "tests/sockets.h"
#include "tests/whole/threads.h"

/* Every allocation, every thread and every descriptor can be the one that is
 * not to be had. */

static void make_url(char url[DT_ENODE_URL_SIZE], uint64_t number,
		     const char *host_name)
{
	struct dt_node node =
		loopback_node(number, (struct dt_endpoint){.ip = {127, 0, 0, 1},
							   .family = 4,
							   .tcp_port = 1});

	node.host_name = host_name;
	cr_assert_eq(dt_enode_format(url, DT_ENODE_URL_SIZE, &node), DT_OK);
}

/* ---- memory ---- */

Test(whole_scarcity, create_survives_the_failure_of_each_allocation,
     .timeout = 60)
{
	struct shared_allocator memory = {.calls = 0};
	struct dt_config config;
	struct dt_error error;
	dt_dialer *dialer = NULL;
	char static_node[DT_ENODE_URL_SIZE];
	char bootnode[DT_ENODE_URL_SIZE];
	size_t open_before = sockets_count_open();
	uint64_t failed = 0;

	make_url(static_node, 1, "node.example");
	make_url(bootnode, 2, "boot.example");
	dt_config_init(&config, sizeof(config));
	config.allocator = shared_allocator_functions(&memory);
	config.max_active_dials = 4;
	config.netrestrict = "10.0.0.0/8,127.0.0.0/8";
	config.dns_servers = "127.0.0.1:53";
	config.static_nodes = static_node;
	config.bootnodes = bootnode;
	do {
		error.text[0] = '\0';
		atomic_store(&memory.fail_at,
			     atomic_load(&memory.calls) + failed + 1);
		if (dt_dialer_create(&dialer, &config, &error) == DT_OK)
			break;
		failed++;
		cr_assert_eq(error.code, DT_ERR_NO_MEMORY, "%lu: %s",
			     (unsigned long)failed, error.text);
		cr_assert_not_null(strstr(error.text, "memory"), "%lu: %s",
				   (unsigned long)failed, error.text);
		cr_assert_null(dialer);
		cr_assert_eq(atomic_load(&memory.live), 0);
		cr_assert_eq(sockets_count_open(), open_before);
	} while (failed < 1000);

	cr_assert_not_null(dialer);
	cr_assert_gt(failed, 15);
	dt_dialer_destroy(dialer);
	cr_assert_eq(atomic_load(&memory.live), 0);
}

Test(whole_scarcity, set_survives_the_failure_of_each_allocation, .timeout = 60)
{
	struct shared_allocator memory = {.calls = 0};
	struct dt_config config;
	struct dt_error error;
	dt_dialer *dialer;
	int64_t live;
	uint64_t failed = 0;
	dt_err err;

	dt_config_init(&config, sizeof(config));
	config.allocator = shared_allocator_functions(&memory);
	config.max_active_dials = 4;
	cr_assert_eq(dt_dialer_create(&dialer, &config, NULL), DT_OK);
	cr_assert_eq(dt_dialer_set(dialer, "netrestrict", "11.0.0.0/8", NULL),
		     DT_OK);
	for (;; failed++) {
		live = atomic_load(&memory.live);
		atomic_store(&memory.fail_at,
			     atomic_load(&memory.calls) + failed + 1);
		err = dt_dialer_set(dialer, "netrestrict",
				    "10.0.0.0/8,127.0.0.0/8", &error);
		if (err == DT_OK)
			break;
		cr_assert_eq(err, DT_ERR_NO_MEMORY);
		cr_assert_eq(error.code, DT_ERR_NO_MEMORY);
		cr_assert_str_eq(error.text,
				 "netrestrict: an allocation failed");
		cr_assert_eq(atomic_load(&memory.live), live);
	}

	cr_assert_gt(failed, 5);
	dt_dialer_destroy(dialer);
	cr_assert_eq(atomic_load(&memory.live), 0);
}

struct rations {
	struct scene scene;
	struct shared_allocator memory;
	struct loopback listener;
	struct instant instant;
};

static void begin_rationed(struct rations *rations)
{
	memset(rations, 0, sizeof(*rations));
	scene_init(&rations->scene);
	loopback_open(&rations->listener, LOOPBACK_ACCEPTS);
	rations->scene.config.allocator =
		shared_allocator_functions(&rations->memory);
	/* So that each command is an allocation too. */
	rations->scene.config.inbox_size = 16;
	scene_start(&rations->scene);
}

static void end_rationed(struct rations *rations)
{
	struct dt_counters counters;

	scene_stop(&rations->scene);
	counters = scene_counters(&rations->scene);
	cr_assert_null(counters_broken(&counters));
	cr_assert_null(counters_unfinished(&counters));
	scene_fini(&rations->scene);
	loopback_close(&rations->listener);
	cr_assert_eq(atomic_load(&rations->memory.live), 0);
}

static bool is_fair(dt_err err)
{
	return err == DT_OK || err == DT_ERR_NO_MEMORY;
}

/* All that a running dialer allocates for. */
static uint64_t ask_for_all(struct rations *rations, uint32_t number)
{
	dt_dialer *dialer = rations->scene.dialer;
	struct dt_node node = loopback_node(
		number, loopback_endpoint(&rations->listener, number));
	struct dt_error error;
	uint64_t refused = 0;
	dt_err errs[7];

	errs[0] = dt_dialer_add_static(dialer, &node, 1);
	node.id = loopback_id(number + 1);
	node.host_name = "localhost";
	errs[1] = dt_dialer_dial_now(dialer, &node);
	errs[2] = dt_dialer_add_bootnode(dialer, &node);
	node.id = loopback_id(number + 2);
	errs[3] = dt_dialer_ban(dialer, &node.id, 3600000);
	errs[4] = dt_dialer_inbound_pending(dialer, &node.id);
	node.id = loopback_id(number + 3);
	errs[5] = dt_dialer_peer_added(dialer, &node.id, DT_PEER_INBOUND);
	errs[6] = dt_dialer_set(dialer, "netrestrict",
				"127.0.0.0/8,::1/128,10.0.0.0/8", &error);
	for (size_t i = 0; i < 7; i++) {
		cr_assert(is_fair(errs[i]), "call %zu: %s", i,
			  dt_err_name(errs[i]));
		refused += errs[i] != DT_OK;
	}
	if (errs[6])
		cr_assert_not_null(strstr(error.text, "netrestrict"));
	return refused;
}

static void await_connected(struct scene *scene, uint64_t number)
{
	struct dt_node_id id = loopback_id(number);
	struct dt_event event;
	size_t at = 0;

	while (!recorder_find(&scene->recorder, &at, &event,
			      DT_EVENT_DIAL_ENDED, &id))
		sched_yield();
	cr_assert_eq(event.outcome, DT_OUTCOME_CONNECTED);
}

Test(whole_scarcity, a_running_dialer_survives_the_failure_of_each_allocation,
     .timeout = 120)
{
	struct rations rations;
	uint64_t refused = 0;
	uint64_t lost;
	uint32_t number = 0;

	begin_rationed(&rations);
	for (uint64_t at = 1; at <= 60; at++, number += 10) {
		atomic_store(&rations.memory.fail_at,
			     atomic_load(&rations.memory.calls) + at);
		refused += ask_for_all(&rations, number);
		/* Whatever was lost, the next one is dialed as ever. */
		atomic_store(&rations.memory.fail_at, 0);
		scene_add_static(
			&rations.scene,
			loopback_node(number + 5,
				      loopback_endpoint(&rations.listener,
							number + 5)));
		await_connected(&rations.scene, number + 5);
	}

	lost = scene_settled(&rations.scene).commands_lost;
	cr_assert_eq(
		recorder_total(&rations.scene.recorder, DT_EVENT_COMMAND_LOST),
		lost);
	cr_assert_gt(refused + lost, 0);
	end_rationed(&rations);
}

Test(whole_scarcity, dials_go_on_without_any_memory, .timeout = 60)
{
	struct rations rations = {.instant = {.refuse_each = 2}};
	struct dt_node node;
	struct dt_counters before;

	scene_init(&rations.scene);
	loopback_open(&rations.listener, LOOPBACK_REFUSES);
	rations.scene.config.allocator =
		shared_allocator_functions(&rations.memory);
	rations.scene.config.history_expiration_ms = 1;
	rations.scene.config.inbox_size = 16;
	rations.scene.config.transport = instant_transport(&rations.instant);
	scene_create(&rations.scene);
	rations.instant.dialer = rations.scene.dialer;
	for (uint32_t i = 0; i < 10; i++)
		scene_add_static(
			&rations.scene,
			loopback_node(i,
				      loopback_endpoint(&rations.listener, i)));
	scene_start(&rations.scene);
	recorder_await(&rations.scene.recorder, DT_EVENT_DIAL_ENDED, 100);

	atomic_store(&rations.memory.fail_all, true);

	before = scene_settled(&rations.scene);
	recorder_await(&rations.scene.recorder, DT_EVENT_DIAL_ENDED,
		       counters_dialed(&before) + 500);
	node = loopback_node(100, loopback_endpoint(&rations.listener, 100));
	node.host_name = "localhost"; /* has to be copied */
	cr_assert_eq(dt_dialer_add_static(rations.scene.dialer, &node, 1),
		     DT_ERR_NO_MEMORY);
	node.host_name = NULL;
	atomic_store(&rations.memory.fail_all, false);
	cr_assert_eq(dt_dialer_add_static(rations.scene.dialer, &node, 1),
		     DT_OK);
	cr_assert_eq(scene_settled(&rations.scene).static_nodes, 11);
	end_rationed(&rations);
}

/* ---- threads ---- */

static size_t count_threads(void)
{
	DIR *folder = opendir("/proc/self/task");
	size_t count = 0;

	cr_assert_not_null(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count - 2;
}

enum {
	WORKERS = 3,
};

/* The sentence for the @k-th thread of a dialer with a keeper. */
static void write_sentence(char *out, size_t size, uint64_t k)
{
	static const char why[] = "(Resource temporarily unavailable)";

	if (k == 1)
		snprintf(out, size,
			 "the peer keeper's thread could not be started %s",
			 why);
	else if (k == WORKERS + 2)
		snprintf(out, size,
			 "the scheduler's thread could not be started %s", why);
	else
		snprintf(out, size,
			 "worker %d of %d could not be started %s; lower "
			 "workers or raise the limit of threads",
			 (int)k - 1, WORKERS, why);
}

Test(whole_scarcity, start_survives_the_failure_of_each_thread, .timeout = 60)
{
	for (uint64_t k = 1; k <= WORKERS + 2; k++) {
		struct scene scene;
		struct loopback listener;
		struct dt_explanation explanation;
		struct dt_node node;
		struct dt_error error;
		char sentence[256];
		size_t threads;

		scene_init(&scene);
		loopback_open(&listener, LOOPBACK_ACCEPTS);
		threads = count_threads();
		scene.config.workers = WORKERS;
		scene_create(&scene);
		node = loopback_node(1, loopback_endpoint(&listener, 1));
		scene_add_static(&scene, node);
		threads_fail_at(k);

		cr_assert_eq(dt_dialer_start(scene.dialer, &error),
			     DT_ERR_NO_THREAD);

		write_sentence(sentence, sizeof(sentence), k);
		cr_assert_str_eq(error.text, sentence);
		cr_assert_eq(threads_asked_for(), k);
		/* A thread that was joined is in the list for a moment yet. */
		while (count_threads() != threads)
			sched_yield();
		cr_assert_eq(dt_dialer_stop(scene.dialer), DT_ERR_NOT_STARTED);
		cr_assert_eq(
			dt_dialer_explain(scene.dialer, &explanation, &node.id),
			DT_OK);

		/* It may be tried again, and then all of it works. */
		threads_fail_at(0);
		cr_assert_eq(dt_dialer_start(scene.dialer, &error), DT_OK);
		cr_assert_eq(threads_asked_for(), WORKERS + 2);
		recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED,
				       1);
		scene_fini(&scene);
		loopback_close(&listener);
	}
}

Test(whole_scarcity, a_dialer_that_never_started_can_be_destroyed,
     .timeout = 60)
{
	for (uint64_t k = 1; k <= WORKERS + 2; k++) {
		struct shared_allocator memory = {.calls = 0};
		size_t open_before = sockets_count_open();
		struct scene scene;

		scene_init(&scene);
		scene.config.workers = WORKERS;
		scene.config.allocator = shared_allocator_functions(&memory);
		scene_create(&scene);
		threads_fail_at(k);
		cr_assert_eq(dt_dialer_start(scene.dialer, NULL),
			     DT_ERR_NO_THREAD);
		threads_fail_at(k);
		cr_assert_eq(dt_dialer_start(scene.dialer, NULL),
			     DT_ERR_NO_THREAD);

		scene_fini(&scene);

		cr_assert_eq(atomic_load(&memory.live), 0);
		cr_assert_eq(sockets_count_open(), open_before);
		threads_fail_at(0);
	}
}

/* ---- descriptors ---- */

static int lowest_free_descriptor(void)
{
	int lowest = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);

	cr_assert_geq(lowest, 0);
	close(lowest);
	return lowest;
}

static void limit_descriptors(rlim_t count)
{
	struct rlimit limit;

	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = count;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

Test(whole_scarcity, create_survives_the_lack_of_each_descriptor, .timeout = 60)
{
	struct shared_allocator memory = {.calls = 0};
	struct dt_config config;
	struct dt_error error;
	dt_dialer *dialer = NULL;
	dt_err err;
	rlim_t lowest = (rlim_t)lowest_free_descriptor();
	rlim_t allowed = 0;

	dt_config_init(&config, sizeof(config));
	config.allocator = shared_allocator_functions(&memory);
	config.max_active_dials = 4;
	for (;;) {
		limit_descriptors(lowest + allowed);
		err = dt_dialer_create(&dialer, &config, &error);
		if (err == DT_OK)
			break;
		cr_assert_eq(err, DT_ERR_NO_DESCRIPTORS);
		cr_assert_eq(error.code, DT_ERR_NO_DESCRIPTORS);
		cr_assert_not_null(strstr(error.text, "(Too many open files)"),
				   "%s", error.text);
		cr_assert_not_null(
			strstr(error.text, "raise the limit of open files"),
			"%s", error.text);
		cr_assert_eq(atomic_load(&memory.live), 0);
		allowed++;
	}

	/* One for each dial, two for the peer keeper; numbers that are taken
	 * already come on top. */
	cr_assert_geq(allowed, 6);
	dt_dialer_destroy(dialer);
	cr_assert_eq(atomic_load(&memory.live), 0);
}
