/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/loopback.h"
#include "tests/scene.h"

/* The figures of a dialer that has done something. */

enum {
	OPEN_NODES = 20,
	CLOSED_NODES = 5,
};

static void dial_some(struct scene *scene, struct loopback *open,
		      struct loopback *closed)
{
	scene_init(scene);
	loopback_open(open, LOOPBACK_ACCEPTS);
	loopback_open(closed, LOOPBACK_REFUSES);
	scene_start(scene);
	for (uint32_t i = 0; i < OPEN_NODES; i++)
		scene_add_static(scene,
				 loopback_node(i, loopback_endpoint(open, i)));
	for (uint32_t i = 100; i < 100 + CLOSED_NODES; i++)
		scene_add_static(
			scene, loopback_node(i, loopback_endpoint(closed, i)));
	recorder_await(&scene->recorder, DT_EVENT_DIAL_ENDED,
		       OPEN_NODES + CLOSED_NODES);
}

static void end(struct scene *scene, struct loopback *open,
		struct loopback *closed)
{
	scene_fini(scene);
	loopback_close(open);
	loopback_close(closed);
}

static void expect_line(const char *text, const char *line)
{
	const char *found = strstr(text, line);

	cr_assert_not_null(found, "no line %s", line);
	cr_assert(found == text || found[-1] == '\n', "no line %s", line);
	cr_assert_eq(found[strlen(line)], '\n', "more behind %s", line);
}

Test(whole_metrics, live_counters_as_prometheus_text, .timeout = 30)
{
	struct scene scene;
	struct loopback open;
	struct loopback closed;
	struct dt_counters counters;
	size_t needed;
	char line[128];
	char *text;

	dial_some(&scene, &open, &closed);
	counters = scene_settled(&scene);

	needed = dt_counters_prometheus(NULL, 0, &counters);
	text = malloc(needed + 1);
	cr_assert_not_null(text);
	cr_assert_eq(dt_counters_prometheus(text, needed + 1, &counters),
		     needed);

	cr_assert_eq(strlen(text), needed);
	expect_line(text, "dialtone_tasks_created_total{task=\"static_dial\"} "
			  "25");
	expect_line(text, "dialtone_tasks_ended_total{task=\"static_dial\","
			  "outcome=\"connected\"} 20");
	expect_line(text, "dialtone_tasks_ended_total{task=\"static_dial\","
			  "outcome=\"refused\"} 5");
	expect_line(text, "dialtone_candidates_dialed_total{source=\"static\"} "
			  "25");
	expect_line(text, "dialtone_peers 20");
	expect_line(text, "dialtone_peers_added_total 20");
	expect_line(text, "dialtone_workers 16");
	expect_line(text, "dialtone_max_active_dials 16");
	snprintf(line, sizeof(line), "dialtone_commands_total %" PRIu64,
		 counters.commands);
	expect_line(text, line);
	free(text);
	end(&scene, &open, &closed);
}

static struct dt_latency read_latency(struct scene *scene,
				      enum dt_latency_kind kind)
{
	struct dt_latency latency;

	cr_assert_eq(dt_dialer_latency(scene->dialer, &latency, kind), DT_OK);
	return latency;
}

static void check_shape(const struct dt_latency *latency, uint64_t samples)
{
	cr_assert_eq(latency->samples, samples);
	cr_assert_leq(latency->p50_ns, latency->p99_ns);
	cr_assert_leq(latency->p99_ns, latency->p999_ns);
	cr_assert_leq(latency->p999_ns, latency->max_ns);
	cr_assert_leq(latency->max_ns, latency->sum_ns);
}

Test(whole_metrics, each_latency_has_its_samples, .timeout = 30)
{
	struct scene scene;
	struct loopback open;
	struct loopback closed;
	struct dt_latency latency;
	struct dt_node named;

	dial_some(&scene, &open, &closed);
	named = loopback_node(200, loopback_endpoint(&open, 200));
	named.endpoint.family = 0;
	named.host_name = "localhost"; /* in the hosts file */
	scene_add_static(&scene, named);
	recorder_await_outcome(&scene.recorder, DT_OUTCOME_CONNECTED,
			       OPEN_NODES + 1);

	latency = read_latency(&scene, DT_LATENCY_QUEUE);
	check_shape(&latency, OPEN_NODES + CLOSED_NODES + 1);
	cr_assert_gt(latency.max_ns, 0);
	latency = read_latency(&scene, DT_LATENCY_HANDBACK);
	check_shape(&latency, OPEN_NODES + CLOSED_NODES + 1);
	latency = read_latency(&scene, DT_LATENCY_CONNECT);
	check_shape(&latency, OPEN_NODES + 1);
	cr_assert_gt(latency.p50_ns, 0);
	latency = read_latency(&scene, DT_LATENCY_SETUP);
	check_shape(&latency, OPEN_NODES + 1);
	latency = read_latency(&scene, DT_LATENCY_RESOLVE);
	check_shape(&latency, 1);
	cr_assert_gt(latency.p50_ns, 0);
	end(&scene, &open, &closed);
}

Test(whole_metrics, a_new_dialer_has_measured_nothing, .timeout = 30)
{
	struct scene scene;

	scene_init(&scene);
	scene_create(&scene);

	for (enum dt_latency_kind kind = 0; kind < DT_LATENCY_COUNT; kind++) {
		struct dt_latency latency = read_latency(&scene, kind);

		check_shape(&latency, 0);
		cr_assert_eq(latency.max_ns, 0);
	}
	scene_fini(&scene);
}

Test(whole_metrics, gauges_say_how_it_stands, .timeout = 30)
{
	struct scene scene;
	struct loopback open;
	struct loopback closed;
	struct dt_counters counters;
	struct dt_node node;

	dial_some(&scene, &open, &closed);
	node = loopback_node(300, loopback_endpoint(&open, 300));
	cr_assert_eq(dt_dialer_add_bootnode(scene.dialer, &node), DT_OK);

	counters = scene_settled(&scene);

	cr_assert_eq(counters.peers, OPEN_NODES);
	cr_assert_eq(counters.dyn_peers, 0);
	cr_assert_eq(counters.static_nodes, OPEN_NODES + CLOSED_NODES);
	cr_assert_eq(counters.static_ready, 0);
	cr_assert_eq(counters.bootnodes, 1);
	cr_assert_eq(counters.history, OPEN_NODES + CLOSED_NODES);
	cr_assert_eq(counters.records, OPEN_NODES + CLOSED_NODES);
	cr_assert_eq(counters.workers, 16);
	cr_assert_null(counters_broken(&counters));
	end(&scene, &open, &closed);
}
