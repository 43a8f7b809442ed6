/* SPDX-License-Identifier: MIT */
#include "bench/contenders/empty_dialer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/dialtone.h"

/*
 * A node is held for 1 to 2 ms after its dial (the shortest history there is,
 * in a clock of milliseconds): enough for 5 million dials a second.
 */
#define HISTORY_MS   1
#define NODES_HELD   10000
#define LATENCY_MAX  (1u << 18)
#define RATES_SHARE  0.7 /* of the time; the rest is for latencies */
#define ANY_TCP_PORT 30303

struct empty_dialer {
	dt_dialer *dialer;
	/* Read-only while it runs. */
	int64_t work_ns;
	uint32_t nodes;
	uint32_t timed_each;
	/* The scheduler thread's, in event(). */
	int64_t *begun_ns; /* by number of the node */
	struct bench_latencies latencies;
};

/* The number of a node is the beginning of its id. */
static uint32_t number_of(const struct dt_node *node)
{
	uint32_t number;

	memcpy(&number, node->id.bytes, sizeof(number));
	return number;
}

static struct dt_node make_node(uint32_t number)
{
	struct dt_node node = {
		.endpoint =
			{
				.ip = {127, (uint8_t)(number >> 16),
				       (uint8_t)(number >> 8), (uint8_t)number},
				.family = 4,
				.tcp_port = ANY_TCP_PORT,
			},
	};

	memcpy(node.id.bytes, &number, sizeof(number));
	return node;
}

static enum dt_outcome refuse(void *context, const struct dt_op *op, int *fd,
			      struct dt_outcome_detail *detail,
			      const struct dt_node *node)
{
	const struct empty_dialer *empty = context;

	(void)op;
	(void)node;
	handoff_work(empty->work_ns);
	*fd = -1;
	detail->sys_errno = ECONNREFUSED;
	return DT_OUTCOME_REFUSED;
}

static void time_dial(void *context, const struct dt_event *event)
{
	struct empty_dialer *empty = context;
	uint32_t number;

	if (event->type != DT_EVENT_DIAL_STARTED &&
	    event->type != DT_EVENT_DIAL_ENDED)
		return;
	number = number_of(event->node);
	if (number % empty->timed_each != 0)
		return;
	if (event->type == DT_EVENT_DIAL_STARTED) {
		empty->begun_ns[number] = bench_now_ns();
	} else if (empty->begun_ns[number] != 0) {
		bench_latencies_add(&empty->latencies,
				    bench_now_ns() - empty->begun_ns[number]);
		empty->begun_ns[number] = 0;
	}
}

static dt_err create(struct empty_dialer *empty, const struct bench_run *run,
		     bool spins)
{
	uint32_t in_flight = (uint32_t)run->values[HANDOFF_IN_FLIGHT];
	struct dt_config config;
	dt_err err;

	dt_config_init(&config, sizeof(config));
	config.max_dyn_dials = 0;
	config.max_active_dials = in_flight;
	config.workers = (uint32_t)run->values[HANDOFF_WORKERS];
	config.history_expiration_ms = HISTORY_MS;
	config.stack_size = HANDOFF_STACK_BYTES;
	config.log = DT_LEVEL_ERROR;
	config.transport.connect = refuse;
	config.transport.context = empty;
	config.event = time_dial;
	config.event_context = empty;
	if (!spins)
		config.spin_ns = 0;
	err = dt_dialer_create(&empty->dialer, &config, NULL);
	dt_config_fini(&config);
	return err;
}

static dt_err add_nodes(struct empty_dialer *empty)
{
	dt_err err = DT_OK;

	for (uint32_t i = 0; i < empty->nodes && !err; i++) {
		struct dt_node node = make_node(i);

		err = dt_dialer_add_static(empty->dialer, &node, 1);
	}
	return err;
}

static uint64_t dials_ended(const struct empty_dialer *empty)
{
	struct dt_counters counters;

	dt_dialer_counters(empty->dialer, &counters, sizeof(counters));
	return counters.tasks[DT_TASK_STATIC_DIAL].outcomes[DT_OUTCOME_REFUSED];
}

static dt_err run_phases(struct empty_dialer *empty,
			 struct bench_result *result, double seconds)
{
	struct handoff_mark begin;
	struct handoff_mark end;
	dt_err err;

	handoff_rest(HANDOFF_WARM_UP_S);
	begin = handoff_mark(dials_ended(empty));
	handoff_rest(seconds * RATES_SHARE);
	end = handoff_mark(dials_ended(empty));
	handoff_report_rates(result, &begin, &end);
	err = dt_dialer_set(empty->dialer, "log", "debug", NULL);
	if (err)
		return err;
	handoff_rest(seconds * (1 - RATES_SHARE));
	err = dt_dialer_stop(empty->dialer);
	handoff_report_latencies(result, &empty->latencies);
	return err;
}

static void measure(struct bench_result *result, const struct bench_run *run,
		    bool spins)
{
	struct empty_dialer empty = {
		.work_ns = run->values[HANDOFF_WORK_NS],
		.nodes = NODES_HELD +
			 2 * (uint32_t)run->values[HANDOFF_IN_FLIGHT],
		.timed_each = handoff_timed_each(run->values[HANDOFF_WORK_NS]),
	};
	dt_err err = DT_ERR_NO_MEMORY;

	empty.begun_ns = calloc(empty.nodes, sizeof(*empty.begun_ns));
	if (empty.begun_ns &&
	    bench_latencies_init(&empty.latencies, LATENCY_MAX))
		err = create(&empty, run, spins);
	if (!err)
		err = add_nodes(&empty);
	if (!err)
		err = dt_dialer_start(empty.dialer, NULL);
	if (!err)
		err = run_phases(&empty, result, run->seconds);
	if (err)
		bench_fail(result, "the dialer: %s", dt_err_text(err));
	dt_dialer_destroy(empty.dialer);
	bench_latencies_fini(&empty.latencies);
	free(empty.begun_ns);
}

void empty_dialer_measure(struct bench_result *result,
			  const struct bench_run *run)
{
	measure(result, run, true);
}

void empty_dialer_measure_no_spin(struct bench_result *result,
				  const struct bench_run *run)
{
	measure(result, run, false);
}
