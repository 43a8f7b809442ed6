/* SPDX-License-Identifier: MIT */
#include "bench/contenders/tuned_dialer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/dialtone.h"

/* Who refuses: nobody listens there. */
#define CLOSED_PORT  1
#define HISTORY_MS   1   /* the shortest there is */
#define WARM_UP_PART 0.5 /* of the time of the measurement, before it */

static void rest(int64_t ns)
{
	struct timespec left = {
		.tv_sec = (time_t)(ns / 1000000000),
		.tv_nsec = (long)(ns % 1000000000),
	};

	while (ns > 0 && nanosleep(&left, &left) != 0)
		;
}

static enum dt_outcome refuse(void *context, const struct dt_op *op, int *fd,
			      struct dt_outcome_detail *detail,
			      const struct dt_node *node)
{
	const struct tuned_dial *dial = context;
	uint8_t number = node->id.bytes[0];

	(void)op;
	/* Three to five quarters of it, so that they do not end in waves. */
	rest(dial->wait_ns / 4 * 3 + dial->wait_ns / 2 * number / 255);
	*fd = -1;
	detail->sys_errno = ECONNREFUSED;
	return DT_OUTCOME_REFUSED;
}

static dt_err create(dt_dialer **out, const struct bench_run *run,
		     struct tuned_dial *dial)
{
	struct dt_config config;

	dt_config_init(&config, sizeof(config));
	config.max_dyn_dials = 0;
	config.max_active_dials = (uint32_t)run->values[TUNED_MAX_ACTIVE_DIALS];
	config.workers = (uint32_t)run->values[TUNED_WORKERS];
	config.spin_ns = run->values[TUNED_SPIN_US] * 1000;
	config.stack_size = (size_t)run->values[TUNED_STACK_KIB] * 1024;
	config.history_expiration_ms = HISTORY_MS;
	config.log = DT_LEVEL_ERROR;
	if (dial->wait_ns >= 0) {
		config.transport.connect = refuse;
		config.transport.context = dial;
	}
	return dt_dialer_create(out, &config, NULL);
}

static dt_err add_nodes(dt_dialer *dialer, uint32_t count)
{
	dt_err err = DT_OK;

	for (uint32_t i = 0; i < count && !err; i++) {
		struct dt_node node = {
			.endpoint = {.ip = {127, 1, (uint8_t)(i >> 8),
					    (uint8_t)i},
				     .family = 4,
				     .tcp_port = CLOSED_PORT},
		};

		memcpy(node.id.bytes, &i, sizeof(i));
		err = dt_dialer_add_static(dialer, &node, 1);
	}
	return err;
}

/* What the nodes need is there when the first question is answered. */
static dt_err settle(dt_dialer *dialer, int64_t *resident)
{
	struct dt_latency none;
	dt_err err = dt_dialer_latency(dialer, &none, DT_LATENCY_QUEUE);

	*resident = bench_resident_bytes();
	return err;
}

static uint64_t dials_ended(const dt_dialer *dialer, uint64_t *workers)
{
	struct dt_counters counters;

	dt_dialer_counters(dialer, &counters, sizeof(counters));
	*workers = counters.workers;
	return counters.tasks[DT_TASK_STATIC_DIAL].outcomes[DT_OUTCOME_REFUSED];
}

static dt_err report(struct bench_result *result, dt_dialer *dialer,
		     double seconds)
{
	struct bench_usage usage;
	struct dt_latency queue;
	uint64_t workers;
	uint64_t dials;
	double ended;
	int64_t began_ns;
	dt_err err;

	rest((int64_t)(seconds * WARM_UP_PART * 1e9));
	usage = bench_usage();
	began_ns = bench_now_ns();
	dials = dials_ended(dialer, &workers);
	rest((int64_t)(seconds * 1e9));
	ended = (double)(dials_ended(dialer, &workers) - dials);
	result->figures[TUNED_DIALS] =
		ended / ((double)(bench_now_ns() - began_ns) * 1e-9);
	if (ended > 0) {
		struct bench_usage now = bench_usage();

		result->figures[TUNED_CPU] =
			(double)(now.cpu_ns - usage.cpu_ns) * 1e-9 / ended;
		result->figures[TUNED_SWITCHES] =
			(double)(now.switches - usage.switches) / ended;
	}
	err = dt_dialer_latency(dialer, &queue, DT_LATENCY_QUEUE);
	if (err)
		return err;
	result->figures[TUNED_QUEUE_P50] = (double)queue.p50_ns * 1e-9;
	result->figures[TUNED_QUEUE_P99] = (double)queue.p99_ns * 1e-9;
	return DT_OK;
}

void tuned_dialer_measure(struct bench_result *result,
			  const struct bench_run *run,
			  const struct tuned_dial *dial)
{
	uint32_t nodes = 3 * (uint32_t)run->values[TUNED_MAX_ACTIVE_DIALS];
	struct tuned_dial kind = *dial;
	dt_dialer *dialer = NULL;
	int64_t resident = 0;
	int64_t began_ns = bench_now_ns();
	int64_t create_ns;
	uint64_t workers = 1;
	dt_err err = create(&dialer, run, &kind);

	create_ns = bench_now_ns() - began_ns;
	if (!err)
		err = add_nodes(dialer,
				nodes > kind.nodes ? nodes : kind.nodes);
	if (!err)
		err = settle(dialer, &resident);
	if (!err) {
		began_ns = bench_now_ns();
		err = dt_dialer_start(dialer, NULL);
		create_ns += bench_now_ns() - began_ns;
	}
	if (!err)
		err = report(result, dialer, run->seconds);
	if (!err) {
		result->figures[TUNED_START] = (double)create_ns * 1e-9;
		(void)dials_ended(dialer, &workers);
		result->figures[TUNED_RESIDENT] =
			(double)(bench_resident_bytes() - resident) /
			(double)workers;
	} else {
		bench_fail(result, "the dialer: %s", dt_err_text(err));
	}
	dt_dialer_destroy(dialer);
}
