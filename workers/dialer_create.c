/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "lib/error.h"
#include "lib/memory.h"
#include "lib/node/node_list.h"
#include "lib/option.h"

#include "workers/dialer.h"
#include "workers/entropy.h"

static_assert(sizeof(struct dt_counters) % sizeof(uint64_t) == 0,
	      "dt_counters is made of 64-bit words only");

struct dti_scheduler_limits dti_dialer_limits(const struct dt_config *config)
{
	return (struct dti_scheduler_limits){
		.dialstate =
			{
				.max_dyn_dials = config->max_dyn_dials,
				.static_share = config->static_share,
				.history_expiration_ms =
					config->history_expiration_ms,
				.fallback_interval_ms =
					config->fallback_interval_ms,
				.lookup_max_age_ms = config->lookup_max_age_ms,
				.resolve_delay_ms = config->resolve_delay_ms,
			},
		.max_active_dials = config->max_active_dials,
		.no_dial = config->no_dial,
		.adaptive_timeout = config->adaptive_timeout,
		.log = config->log,
		.dial_timeout_ms = config->dial_timeout_ms,
		.lookup_interval_ms = config->lookup_interval_ms,
		.local_fault_pause_ms = config->local_fault_pause_ms,
		.overdue_after_ms = config->overdue_after_ms,
	};
}

/* The dialer's own copy, with no text but those it needs for life. */
static dt_err copy_config(dt_dialer *dialer, const struct dt_config *config,
			  struct dt_error *error)
{
	struct dt_config *own = &dialer->config;
	dt_err err;

	*own = *config;
	own->texts = NULL;
	for (size_t i = 0; i < DTI_OPTION_COUNT; i++)
		if (dti_option_is_text(&dti_options[i]))
			dti_option_store_text(own, &dti_options[i],
					      dti_options[i].shown.initial);
	err = dt_config_set(own, "netrestrict", config->netrestrict, error);
	if (!err)
		err = dt_config_set(own, "dns_servers", config->dns_servers,
				    error);
	if (err)
		dt_config_fini(own);
	return err;
}

static void fill_in_scheduler(dt_dialer *dialer)
{
	struct dti_scheduler *scheduler = &dialer->scheduler;

	scheduler->handoff = &dialer->handoff;
	scheduler->steps = &dialer->steps;
	scheduler->snapshot = &dialer->snapshot;
	scheduler->allocator = &dialer->allocator;
	scheduler->event = dialer->config.event;
	scheduler->event_context = dialer->config.event_context;
	scheduler->spin = dti_spin_measure(dialer->config.spin_ns,
					   dti_thread_processors());
}

static dt_err init_scheduler(dt_dialer *dialer, struct dt_error *error)
{
	const struct dt_config *config = &dialer->config;
	struct dti_scheduler_options options = {
		.state =
			{
				.allocator = &dialer->allocator,
				.self = config->has_self ? &config->self : NULL,
				.has_lookup = config->table.lookup != NULL,
				.check_endpoints = true,
			},
		.limits = dti_dialer_limits(config),
	};
	dt_err err;

	fill_in_scheduler(dialer);
	options.state.limits = options.limits.dialstate;
	if (!dti_entropy_fill(options.state.hash_key,
			      sizeof(options.state.hash_key)))
		return DT_ERR_SYSTEM;
	err = dti_netrestrict_parse(&options.netrestrict, config->netrestrict,
				    &dialer->allocator, error);
	if (err)
		return err;
	err = dti_scheduler_init(&dialer->scheduler, &options);
	if (err)
		dti_netrestrict_destroy(options.netrestrict,
					&dialer->allocator);
	return err;
}

static dt_err add_nodes(dt_dialer *dialer, const char *name, const char *text,
			dt_err (*add)(struct dti_dialstate *,
				      const struct dt_node *),
			struct dt_error *error)
{
	dt_node_list *list;
	const struct dt_node *nodes;
	size_t count;
	dt_err err = dti_node_list_parse_option(&list, text, name,
						&dialer->allocator, error);

	if (err)
		return err;
	nodes = dt_node_list_nodes(list, &count);
	for (size_t i = 0; i < count && !err; i++)
		err = add(dialer->scheduler.state, &nodes[i]);
	dt_node_list_destroy(list);
	return err;
}

static dt_err init_nodes(dt_dialer *dialer, const struct dt_config *config,
			 struct dt_error *error)
{
	dt_err err = add_nodes(dialer, "static_nodes", config->static_nodes,
			       dti_dialstate_add_static, error);

	if (err)
		return err;
	return add_nodes(dialer, "bootnodes", config->bootnodes,
			 dti_dialstate_add_bootnode, error);
}

static void fill_in_steps(dt_dialer *dialer)
{
	dialer->steps.table = dialer->config.table;
	dialer->steps.transport = dialer->config.transport;
	dialer->steps.dns_servers = dialer->config.dns_servers;
	dialer->steps.keeper = dialer->keeper;
	dialer->steps.settings = &dialer->settings;
	dialer->steps.handoff = &dialer->handoff;
	atomic_init(&dialer->steps.connect_limit_ms, DTI_OP_NO_LIMIT);
}

static uint32_t worker_count(const struct dt_config *config)
{
	return config->workers ? config->workers : config->max_active_dials;
}

/* Each part is undone by destroy_parts(), in any state of completion. */
static dt_err create_parts(dt_dialer *dialer, struct dt_error *error)
{
	const struct dt_config *config = &dialer->config;
	struct dti_settings *settings;
	dt_err err;

	err = dti_settings_create(&settings, config, &dialer->allocator, error);
	if (err)
		return err;
	(void)dti_settings_publish(&dialer->settings, settings);
	if (!config->transport.keep) {
		err = dti_keeper_create(&dialer->keeper, &dialer->allocator,
					dti_dialer_peer_ended, dialer);
		if (err)
			goto fail_settings;
	}
	fill_in_steps(dialer);
	err = dti_handoff_init(&dialer->handoff, config->max_active_dials,
			       config->inbox_size, &dialer->allocator);
	if (err)
		goto fail_keeper;
	err = dti_pool_init(&dialer->pool, worker_count(config),
			    &dialer->allocator);
	if (err)
		goto fail_handoff;
	err = init_scheduler(dialer, error);
	if (err)
		goto fail_pool;
	return DT_OK;

fail_pool:
	dti_pool_fini(&dialer->pool, &dialer->allocator);
fail_handoff:
	dti_handoff_fini(&dialer->handoff, &dialer->allocator);
fail_keeper:
	dti_keeper_destroy(dialer->keeper);
fail_settings:
	dti_settings_destroy(settings, &dialer->allocator);
	return err;
}

static void destroy_parts(dt_dialer *dialer)
{
	dti_scheduler_fini(&dialer->scheduler);
	dti_pool_fini(&dialer->pool, &dialer->allocator);
	dti_handoff_fini(&dialer->handoff, &dialer->allocator);
	dti_keeper_destroy(dialer->keeper);
	dti_settings_destroy(dti_settings_publish(&dialer->settings, NULL),
			     &dialer->allocator);
}

static void destroy_shell(dt_dialer *dialer)
{
	struct dt_allocator allocator = dialer->allocator;
	void *memory = dialer->memory;

	pthread_mutex_destroy(&dialer->config_lock);
	pthread_mutex_destroy(&dialer->lifecycle);
	dt_config_fini(&dialer->config);
	dti_free(&allocator, memory);
}

static dt_err create_shell(dt_dialer **out, const struct dt_config *config,
			   struct dt_error *error)
{
	void *memory;
	dt_dialer *dialer =
		dti_calloc_aligned(&config->allocator, sizeof(*dialer),
				   _Alignof(dt_dialer), &memory);
	dt_err err;

	if (!dialer)
		return DT_ERR_NO_MEMORY;
	dialer->memory = memory;
	dialer->allocator = config->allocator;
	err = copy_config(dialer, config, error);
	if (err) {
		dti_free(&config->allocator, dialer->memory);
		return err;
	}
	pthread_mutex_init(&dialer->lifecycle, NULL);
	pthread_mutex_init(&dialer->config_lock, NULL);
	dti_snapshot_init(&dialer->snapshot, dialer->pictures,
			  DTI_SNAPSHOT_WORDS(struct dt_counters));
	dti_replies_init(&dialer->replies);
	*out = dialer;
	return DT_OK;
}

/* For what fails deep inside, where nobody knows what it is for. */
static dt_err explain_failure(dt_err err, const struct dt_config *config,
			      struct dt_error *error)
{
	if (err == DT_ERR_NO_DESCRIPTORS)
		return dti_error_set(
			error, err,
			"max_active_dials: %u dials need a descriptor each to "
			"be cancelled, and one could not be made (%s); raise "
			"the limit of open files or lower max_active_dials",
			(unsigned int)config->max_active_dials,
			strerrordesc_np(errno));
	if (err == DT_ERR_SYSTEM)
		return dti_error_set(error, err,
				     "getrandom(2) gives no random bytes (%s)",
				     strerrordesc_np(errno));
	if (err == DT_ERR_NO_MEMORY)
		return dti_error_set(
			error, err,
			"no memory for a dialer of %u dials at once, %u "
			"workers and %u commands",
			(unsigned int)config->max_active_dials,
			(unsigned int)worker_count(config),
			(unsigned int)config->inbox_size);
	return err;
}

dt_err dt_dialer_create(dt_dialer **out, const struct dt_config *config,
			struct dt_error *error)
{
	dt_dialer *dialer;
	dt_err err = dt_config_check(config, error);

	if (err)
		return err;
	err = create_shell(&dialer, config, error);
	if (err)
		return explain_failure(err, config, error);
	err = create_parts(dialer, error);
	if (err) {
		destroy_shell(dialer);
		return explain_failure(err, config, error);
	}
	err = init_nodes(dialer, config, error);
	if (err) {
		destroy_parts(dialer);
		destroy_shell(dialer);
		return explain_failure(err, config, error);
	}
	dialer->jobs_at_creation = dialer->config.max_active_dials;
	(void)dti_scheduler_settle(&dialer->scheduler);
	*out = dialer;
	return DT_OK;
}

void dti_dialer_free(dt_dialer *dialer)
{
	destroy_parts(dialer);
	destroy_shell(dialer);
}
