/* SPDX-License-Identifier: MIT */
#include "bench/contenders/callable.h"

#include <errno.h>
#include <time.h>

#include "bench/contenders/mutex_dialer.h"

static const char *another_list(const struct dt_node *node)
{
	return node->id.bytes[0] % 2 == 0 ? "127.0.0.0/8" : "";
}

/* Three to five quarters of it, so that they do not end in waves. */
static void take_time(struct callable_dials *dials, const struct dt_node *node)
{
	int64_t ns = dials->each_ns / 4 * 3 +
		     dials->each_ns / 2 * node->id.bytes[0] / UINT8_MAX;
	struct timespec left = {
		.tv_sec = (time_t)(ns / 1000000000),
		.tv_nsec = (long)(ns % 1000000000),
	};

	while (nanosleep(&left, &left) != 0)
		;
	/* Relaxed: see the field. */
	atomic_fetch_add_explicit(&dials->ended, 1, memory_order_relaxed);
}

/* ---- dialtone ------------------------------------------------------------- */

static enum dt_outcome connect_dialtone(void *context, const struct dt_op *op,
					int *fd,
					struct dt_outcome_detail *detail,
					const struct dt_node *node)
{
	(void)op;
	take_time(context, node);
	*fd = -1;
	detail->sys_errno = ECONNREFUSED;
	return DT_OUTCOME_REFUSED;
}

static void *start_workers(struct callable_dials *dials, uint32_t ahead)
{
	struct dt_config config;
	dt_dialer *dialer = NULL;

	dt_config_init(&config, sizeof(config));
	config.workers = dials->in_flight;
	config.max_active_dials = dials->in_flight + ahead;
	config.history_expiration_ms = 0;
	config.transport.connect = connect_dialtone;
	config.transport.context = dials;
	if (dt_dialer_create(&dialer, &config, NULL))
		return NULL;
	if (dt_dialer_add_static(dialer, dials->nodes, dials->node_count) ||
	    dt_dialer_start(dialer, NULL)) {
		dt_dialer_destroy(dialer);
		return NULL;
	}
	return dialer;
}

static void *start_dialtone(struct callable_dials *dials)
{
	return start_workers(dials, 0);
}

static void *start_dialtone_ahead(struct callable_dials *dials)
{
	return start_workers(dials, dials->in_flight / 4);
}

static void stop_dialtone(void *dialer)
{
	dt_dialer_destroy(dialer);
}

static bool ask_dialtone(dt_dialer *dialer, enum callable_call call,
			 const struct dt_node *node)
{
	struct dt_explanation explanation;
	struct dt_counters counters;
	dt_err err = DT_OK;

	if (call == CALLABLE_EXPLAIN)
		err = dt_dialer_explain(dialer, &explanation, &node->id);
	else
		dt_dialer_counters(dialer, &counters, sizeof(counters));
	return err == DT_OK || err == DT_ERR_NOT_FOUND;
}

static bool call_dialtone(void *dialer, enum callable_call call,
			  const struct dt_node *node)
{
	dt_err err = DT_OK;

	switch (call) {
	case CALLABLE_ADD_STATIC:
		err = dt_dialer_add_static(dialer, node, 1);
		break;
	case CALLABLE_REMOVE_STATIC:
		err = dt_dialer_remove_static(dialer, &node->id);
		break;
	case CALLABLE_PEER_ADDED:
		err = dt_dialer_peer_added(dialer, &node->id, DT_PEER_INBOUND);
		break;
	case CALLABLE_PEER_REMOVED:
		err = dt_dialer_peer_removed(dialer, &node->id);
		break;
	case CALLABLE_SET:
		err = dt_dialer_set(dialer, "netrestrict", another_list(node),
				    NULL);
		break;
	case CALLABLE_COUNTERS:
	case CALLABLE_EXPLAIN:
	case CALLABLE_COUNT:
		return ask_dialtone(dialer, call, node);
	}
	return err == DT_OK;
}

const struct callable callable_dialtone = {
	.start = start_dialtone,
	.stop = stop_dialtone,
	.call = call_dialtone,
};

const struct callable callable_dialtone_ahead = {
	.start = start_dialtone_ahead,
	.stop = stop_dialtone,
	.call = call_dialtone,
};

/* ---- behind a mutex ------------------------------------------------------- */

static enum dt_outcome connect_mutex(void *context, const struct dt_node *node)
{
	take_time(context, node);
	return DT_OUTCOME_REFUSED;
}

static void *start_mutex(struct callable_dials *dials)
{
	return mutex_dialer_start(&(struct mutex_dialer_options){
		.workers = dials->in_flight,
		.connect = connect_mutex,
		.context = dials,
		.static_nodes = dials->nodes,
		.static_count = dials->node_count,
	});
}

static void stop_mutex(void *dialer)
{
	mutex_dialer_stop(dialer);
}

static bool call_mutex(void *dialer, enum callable_call call,
		       const struct dt_node *node)
{
	struct dt_explanation explanation;
	struct dt_counters counters;

	switch (call) {
	case CALLABLE_ADD_STATIC:
		return mutex_dialer_add_static(dialer, node) == DT_OK;
	case CALLABLE_REMOVE_STATIC:
		mutex_dialer_remove_static(dialer, &node->id);
		break;
	case CALLABLE_PEER_ADDED:
		return mutex_dialer_peer_added(dialer, &node->id,
					       DT_PEER_INBOUND) == DT_OK;
	case CALLABLE_PEER_REMOVED:
		mutex_dialer_peer_removed(dialer, &node->id);
		break;
	case CALLABLE_SET:
		return mutex_dialer_set_netrestrict(
			       dialer, another_list(node)) == DT_OK;
	case CALLABLE_EXPLAIN:
		(void)mutex_dialer_explain(dialer, &explanation, &node->id);
		break;
	case CALLABLE_COUNTERS:
	case CALLABLE_COUNT:
		mutex_dialer_counters(dialer, &counters);
		break;
	}
	return true;
}

const struct callable callable_mutex = {
	.start = start_mutex,
	.stop = stop_mutex,
	.call = call_mutex,
};
