/* SPDX-License-Identifier: MIT */
#include "workers/settings.h"

#include "lib/memory.h"

#include "workers/rcu.h"

dt_err dti_settings_create(struct dti_settings **out,
			   const struct dt_config *config,
			   const struct dt_allocator *allocator,
			   struct dt_error *error)
{
	struct dti_settings *settings =
		dti_malloc(allocator, sizeof(*settings));
	dt_err err;

	if (!settings)
		return DT_ERR_NO_MEMORY;
	*settings = (struct dti_settings){
		.dial_timeout_ms = config->dial_timeout_ms,
		.setup_timeout_ms = config->setup_timeout_ms,
		.name_timeout_ms = config->name_timeout_ms,
		.lookup_timeout_ms = config->lookup_timeout_ms,
		.resolve_delay_ms = config->resolve_delay_ms,
		.resolve_delay_max_ms = config->resolve_delay_max_ms,
	};
	err = dti_netrestrict_parse(&settings->netrestrict, config->netrestrict,
				    allocator, error);
	if (err) {
		dti_free(allocator, settings);
		return err;
	}
	*out = settings;
	return DT_OK;
}

void dti_settings_destroy(struct dti_settings *settings,
			  const struct dt_allocator *allocator)
{
	if (!settings)
		return;
	dti_netrestrict_destroy(settings->netrestrict, allocator);
	dti_free(allocator, settings);
}

struct dti_settings *
dti_settings_publish(struct dti_published_settings *published,
		     struct dti_settings *settings)
{
	/* Acq_rel: pairs with the acquires below, and with the last exchange. */
	return atomic_exchange_explicit(&published->current, settings,
					memory_order_acq_rel);
}

struct dti_settings
dti_settings_read(const struct dti_published_settings *published)
{
	struct dti_settings copy;

	dti_rcu_read_lock();
	/* Acquire: pairs with the exchange in dti_settings_publish(). */
	copy = *atomic_load_explicit(&published->current, memory_order_acquire);
	dti_rcu_read_unlock();
	copy.netrestrict = NULL;
	return copy;
}

bool dti_settings_allow(const struct dti_published_settings *published,
			const struct dt_endpoint *endpoint)
{
	bool allowed;

	dti_rcu_read_lock();
	/* Acquire: as above. */
	allowed = dti_netrestrict_allows(
		atomic_load_explicit(&published->current, memory_order_acquire)
			->netrestrict,
		endpoint);
	dti_rcu_read_unlock();
	return allowed;
}
