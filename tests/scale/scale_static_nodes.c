/* SPDX-License-Identifier: MIT */
/*
 * A million static nodes through the whole dialer: how long it takes to add
 * them, what a node weighs, and what a dial costs when they all go round, next
 * to the same with a thousand. The transport refuses at once, so that what is
 * measured is the dialer.
 *
 *	scale_static_nodes [NODES]	(1000000)
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/instant.h"
#include "tests/loopback.h"
#include "tests/require.h"
#include "tests/scene.h"
#include "tests/shared_allocator.h"

enum {
	BATCH = 10000,
	FEW_NODES = 1000,
	STEADY_DIALS = 300000,
	PROMISED_BYTES = 200, /* a node, beyond its id and endpoint */
	PROMISED_FACTOR = 3,
};

struct crowd {
	struct scene scene;
	struct shared_allocator memory;
	struct instant instant;
	int64_t bytes_before;
	uint32_t nodes;
	double dials_a_second;
};

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void begin(struct crowd *crowd, uint32_t nodes)
{
	*crowd = (struct crowd){.nodes = nodes, .instant = {.refuse_each = 1}};
	scene_init(&crowd->scene);
	crowd->scene.config.allocator =
		shared_allocator_functions(&crowd->memory);
	crowd->scene.config.transport = instant_transport(&crowd->instant);
	crowd->scene.config.history_expiration_ms = 1;
	crowd->scene.config.log = DT_LEVEL_ERROR;
	scene_create(&crowd->scene);
	crowd->instant.dialer = crowd->scene.dialer;
	crowd->bytes_before = atomic_load(&crowd->memory.bytes);
}

static void add_batch(struct crowd *crowd, struct dt_node *batch,
		      uint32_t first)
{
	uint32_t count = 0;
	dt_err err;

	for (; count < BATCH && first + count < crowd->nodes; count++) {
		uint32_t number = first + count;

		batch[count] = loopback_node(
			number,
			(struct dt_endpoint){
				.ip = {127, (uint8_t)(number >> 16),
				       (uint8_t)(number >> 8), (uint8_t)number},
				.family = 4,
				.tcp_port = 30303,
			});
	}
	err = dt_dialer_add_static(crowd->scene.dialer, batch, count);
	require(err == DT_OK, dt_err_text(err));
}

/* While it runs and dials what is there already. */
static void add_all(struct crowd *crowd)
{
	struct dt_node *batch = calloc(BATCH, sizeof(*batch));
	struct dt_counters counters;
	double began_s = now_s();

	require(batch, "memory for a batch");
	for (uint32_t first = 0; first < crowd->nodes; first += BATCH)
		add_batch(crowd, batch, first);
	AWAIT_COUNTERS(&crowd->scene, counters,
		       counters.static_nodes == crowd->nodes);
	free(batch);
	printf("%8" PRIu32 " nodes: added while dialing in %.2f s\n",
	       crowd->nodes, now_s() - began_s);
}

static void await_dials(struct crowd *crowd, uint64_t more)
{
	struct dt_counters counters = scene_counters(&crowd->scene);
	uint64_t wanted = counters_dialed(&counters) + more;

	AWAIT_COUNTERS(&crowd->scene, counters,
		       counters_dialed(&counters) >= wanted);
}

/* One time round first. */
static void run_steady(struct crowd *crowd)
{
	double began_s;

	await_dials(crowd, crowd->nodes);
	began_s = now_s();
	await_dials(crowd, STEADY_DIALS);
	crowd->dials_a_second = STEADY_DIALS / (now_s() - began_s);
	printf("%8" PRIu32 " nodes: %.0f dials a second when all go round\n",
	       crowd->nodes, crowd->dials_a_second);
}

static bool weigh(struct crowd *crowd)
{
	double bytes = (double)(atomic_load(&crowd->memory.bytes) -
				crowd->bytes_before) /
		       crowd->nodes;
	double known = sizeof(struct dt_node_id) + sizeof(struct dt_endpoint);

	printf("%8" PRIu32 " nodes: %.1f bytes a node, %.1f beyond its id and "
	       "endpoint\n",
	       crowd->nodes, bytes, bytes - known);
	return bytes - known < PROMISED_BYTES;
}

static bool end(struct crowd *crowd)
{
	struct dt_counters counters;
	double began_s = now_s();
	bool ok;

	scene_stop(&crowd->scene);
	printf("%8" PRIu32 " nodes: stopped in %.1f ms\n", crowd->nodes,
	       (now_s() - began_s) * 1e3);
	counters = scene_counters(&crowd->scene);
	ok = !counters_broken(&counters) && !counters_unfinished(&counters);
	scene_fini(&crowd->scene);
	return ok && atomic_load(&crowd->memory.live) == 0;
}

static bool measure(uint32_t nodes, double *dials_a_second)
{
	static struct crowd crowd;
	bool light;

	begin(&crowd, nodes);
	scene_start(&crowd.scene);
	add_all(&crowd);
	run_steady(&crowd);
	light = weigh(&crowd);
	*dials_a_second = crowd.dials_a_second;
	/* With few nodes, what is there once weighs too much. */
	return end(&crowd) && (light || nodes == FEW_NODES);
}

int main(int argc, char **argv)
{
	uint32_t nodes =
		argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000;
	double few;
	double many;
	bool ok;

	require(nodes >= FEW_NODES, "NODES must be 1000 or more");
	ok = measure(FEW_NODES, &few);
	ok = measure(nodes, &many) && ok;
	printf("a dial among %" PRIu32 " takes %.2f times as long as among "
	       "%d\n",
	       nodes, few / many, FEW_NODES);
	ok = ok && few / many < PROMISED_FACTOR;
	puts(ok ? "ok" : "FAILED");
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
