/* SPDX-License-Identifier: MIT */
#ifndef DTI_SETTINGS_H
#define DTI_SETTINGS_H

/*
 * What workers need of the configuration, and may change while they run. Many
 * threads read it, one replaces it: published by RCU.
 *
 *	read (any)	rcu_read_lock, load (acquire), use, rcu_read_unlock
 *	replace (one)	exchange (acq_rel: publishes the new, takes the old),
 *			rcu_synchronize, free the old
 */

#include <stdatomic.h>

#include "lib/dialtone.h"
#include "lib/node/netrestrict.h"

struct dti_settings {
	int64_t dial_timeout_ms;
	int64_t setup_timeout_ms;
	int64_t name_timeout_ms;
	int64_t lookup_timeout_ms;
	int64_t resolve_delay_ms;
	int64_t resolve_delay_max_ms;
	struct dti_netrestrict *netrestrict; /* owned; NULL allows all */
};

struct dti_published_settings {
	_Atomic(struct dti_settings *) current;
};

/**
 * dti_settings_create - make settings of a configuration.
 * Errors: DT_ERR_PARSE (netrestrict), DT_ERR_NO_MEMORY.
 */
dt_err dti_settings_create(struct dti_settings **out,
			   const struct dt_config *config,
			   const struct dt_allocator *allocator,
			   struct dt_error *error);
void dti_settings_destroy(struct dti_settings *settings,
			  const struct dt_allocator *allocator);

/** Publish @settings; returns the old ones, to be destroyed after a grace
 * period. One thread at a time. */
struct dti_settings *
dti_settings_publish(struct dti_published_settings *published,
		     struct dti_settings *settings);

/** A copy of the settings in force, but for the netrestrict list (NULL). */
struct dti_settings
dti_settings_read(const struct dti_published_settings *published);

/** Does the netrestrict list in force allow @endpoint? Any thread. */
bool dti_settings_allow(const struct dti_published_settings *published,
			const struct dt_endpoint *endpoint);

#endif /* DTI_SETTINGS_H */
