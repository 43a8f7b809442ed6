/* SPDX-License-Identifier: MIT */
#include "bench/contenders/dialer_dials.h"

#include <string.h>

#include "lib/dialtone.h"

#include "bench/contenders/dial_site.h"

#define HISTORY_MS 1

struct dialer_dials {
	dt_dialer *dialer;
	const struct bench_run *run;
};

static struct dt_node make_node(uint32_t number, uint16_t port)
{
	struct dt_node node = {
		.endpoint = {.family = 4, .tcp_port = port},
	};

	dial_site_ip(node.endpoint.ip, number);
	memcpy(node.id.bytes, &number, sizeof(number));
	return node;
}

static bool keep(void *context, const struct dt_node *node, uint32_t flags,
		 int fd, void *session)
{
	const struct dialer_dials *dials = context;

	(void)flags;
	(void)session;
	dials_abort(fd);
	/* It can only fail when the dialer stops, which forgets the peer. */
	return dt_dialer_peer_removed(dials->dialer, &node->id) == DT_OK;
}

static dt_err create(struct dialer_dials *dials, struct dt_error *error)
{
	const int64_t *values = dials->run->values;
	struct dt_config config;
	dt_err err;

	dt_config_init(&config, sizeof(config));
	config.max_dyn_dials = 0;
	config.max_active_dials = (uint32_t)values[DIALS_WORKERS];
	config.history_expiration_ms = HISTORY_MS;
	config.log = DT_LEVEL_ERROR;
	config.transport.keep = keep;
	config.transport.context = dials;
	err = dt_dialer_create(&dials->dialer, &config, error);
	dt_config_fini(&config);
	return err;
}

static dt_err add_nodes(const struct dialer_dials *dials)
{
	const int64_t *values = dials->run->values;
	dt_err err = DT_OK;

	for (uint32_t i = 0; i < (uint32_t)values[DIALS_NODES] && !err; i++) {
		struct dt_node node =
			make_node(i, (uint16_t)values[DIALS_PORT]);

		err = dt_dialer_add_static(dials->dialer, &node, 1);
	}
	return err;
}

static struct dials_count count(void *context)
{
	const struct dialer_dials *dials = context;
	enum dt_outcome wanted = dials->run->values[DIALS_REFUSED]
					 ? DT_OUTCOME_REFUSED
					 : DT_OUTCOME_CONNECTED;
	struct dt_counters counters;
	const struct dt_task_counters *dial =
		&counters.tasks[DT_TASK_STATIC_DIAL];
	struct dials_count count = {0};

	dt_dialer_counters(dials->dialer, &counters, sizeof(counters));
	count.done = dial->outcomes[wanted];
	for (size_t i = 0; i < DT_OUTCOME_COUNT; i++)
		count.failed += dial->outcomes[i];
	count.failed -= count.done;
	return count;
}

void dialer_dials_measure(struct bench_result *result,
			  const struct bench_run *run)
{
	struct dialer_dials dials = {.run = run};
	struct dt_error error = {.text = "the nodes cannot be added"};
	dt_err err = create(&dials, &error);

	if (!err)
		err = add_nodes(&dials);
	if (!err)
		err = dt_dialer_start(dials.dialer, &error);
	if (!err) {
		dials_observe(result, run, count, &dials);
		err = dt_dialer_stop(dials.dialer);
	}
	if (err)
		bench_fail(result, "%.150s", error.text);
	dt_dialer_destroy(dials.dialer);
}
