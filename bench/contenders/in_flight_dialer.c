/* SPDX-License-Identifier: MIT */
#include "bench/contenders/in_flight_dialer.h"

#include <string.h>

#include "lib/dialtone.h"

#include "bench/contenders/dial_site.h"

#define TIMEOUT_MS 600000 /* no dial ends by itself */

static bool is_ok(dt_err err, struct bench_result *result, const char *what)
{
	if (err)
		bench_fail(result, "%s: %s", what, dt_err_text(err));
	return !err;
}

static dt_err add_nodes(dt_dialer *dialer, uint32_t count, uint16_t port)
{
	dt_err err = DT_OK;

	for (uint32_t i = 0; i < count && !err; i++) {
		struct dt_node node = {
			.endpoint = {.family = 4, .tcp_port = port},
		};

		memcpy(node.id.bytes, &i, sizeof(i));
		dial_site_ip(node.endpoint.ip, i);
		err = dt_dialer_add_static(dialer, &node, 1);
	}
	return err;
}

static bool prepare(void *context, struct bench_result *result, uint32_t dials,
		    uint16_t port)
{
	dt_dialer **dialer = context;
	struct dt_config config;
	dt_err err;

	dt_config_init(&config, sizeof(config));
	config.max_dyn_dials = 0;
	config.max_active_dials = dials;
	config.dial_timeout_ms = TIMEOUT_MS;
	config.log = DT_LEVEL_ERROR;
	err = dt_dialer_create(dialer, &config, NULL);
	dt_config_fini(&config);
	return is_ok(err, result, "making the dialer") &&
	       is_ok(add_nodes(*dialer, dials, port), result,
		     "adding the nodes");
}

static bool start(void *context, struct bench_result *result)
{
	dt_dialer **dialer = context;

	return is_ok(dt_dialer_start(*dialer, NULL), result, "starting it");
}

static void stop(void *context)
{
	dt_dialer **dialer = context;

	/* It was started, and this is no callback: it cannot fail. */
	(void)!dt_dialer_stop(*dialer);
}

static void fini(void *context)
{
	dt_dialer **dialer = context;

	dt_dialer_destroy(*dialer);
}

void in_flight_dialer_measure(struct bench_result *result,
			      const struct bench_run *run)
{
	dt_dialer *dialer = NULL;
	const struct in_flight_subject subject = {
		.context = &dialer,
		.prepare = prepare,
		.start = start,
		.stop = stop,
		.fini = fini,
		/* The socket, and what cancels the wait for it. */
		.descriptors_each = 2,
	};

	in_flight_observe(result, run, &subject);
}
