/* SPDX-License-Identifier: MIT */
#include "lib/config.h"
#include "lib/error.h"
#include "lib/memory.h"

#include "workers/dialer.h"
#include "workers/rcu.h"

/* What a new configuration means, built before anything is changed. */
struct change {
	struct dti_settings *settings;
	struct dti_new_limits *new_limits;
};

static void discard(const dt_dialer *dialer, struct change *change)
{
	dti_settings_destroy(change->settings, &dialer->allocator);
	if (!change->new_limits)
		return;
	dti_netrestrict_destroy(change->new_limits->netrestrict,
				&dialer->allocator);
	dti_free(&dialer->allocator, change->new_limits);
}

static dt_err prepare(const dt_dialer *dialer, struct change *out,
		      const struct dt_config *config, struct dt_error *error)
{
	const struct dt_allocator *allocator = &dialer->allocator;
	struct change change = {0};
	dt_err err =
		dti_settings_create(&change.settings, config, allocator, error);

	if (err)
		return err;
	change.new_limits =
		dti_calloc(allocator, 1, sizeof(*change.new_limits));
	if (!change.new_limits) {
		discard(dialer, &change);
		return DT_ERR_NO_MEMORY;
	}
	change.new_limits->limits = dti_dialer_limits(config);
	err = dti_netrestrict_parse(&change.new_limits->netrestrict,
				    config->netrestrict, allocator, error);
	if (err)
		discard(dialer, &change);
	else
		*out = change;
	return err;
}

/* The workers' part is replaced here, the scheduler's by a command. */
static dt_err apply(dt_dialer *dialer, const struct dt_config *config,
		    struct dt_error *error)
{
	struct change change;
	dt_err err = prepare(dialer, &change, config, error);

	if (err)
		return err;
	err = dti_dialer_post(dialer, &(struct dti_command){
					      .kind = DTI_COMMAND_LIMITS,
					      .new_limits = change.new_limits,
				      });
	if (err) {
		discard(dialer, &change);
		return err;
	}
	change.settings =
		dti_settings_publish(&dialer->settings, change.settings);
	dti_rcu_synchronize();
	dti_settings_destroy(change.settings, &dialer->allocator);
	return DT_OK;
}

static dt_err check_live(const dt_dialer *dialer, const char *name,
			 struct dt_error *error)
{
	int index = dti_option_find(name);

	if (dti_thread_belongs_to(dialer))
		return dti_error_set(error, DT_ERR_WRONG_THREAD,
				     "%s: options cannot be set from one of "
				     "the dialer's callbacks",
				     name);
	/* An unknown name is refused by dt_config_set(), with its neighbour. */
	if (index >= 0 && !dt_option_at((size_t)index)->live)
		return dti_error_set(error, DT_ERR_CONFIG,
				     "%s: is fixed when the dialer is created",
				     name);
	return DT_OK;
}

static dt_err check_change(const dt_dialer *dialer,
			   const struct dt_config *config,
			   struct dt_error *error)
{
	uint32_t wanted = config->max_active_dials;

	if (wanted > dialer->jobs_at_creation)
		return dti_error_set(
			error, DT_ERR_CONFIG,
			"max_active_dials: %u is more than the dialer was "
			"created for; accepted: 1 to %u",
			(unsigned int)wanted,
			(unsigned int)dialer->jobs_at_creation);
	return dt_config_check(config, error);
}

static dt_err set_locked(dt_dialer *dialer, const char *name, const char *text,
			 struct dt_error *error)
{
	struct dt_config fork;
	dt_err err;

	dti_config_fork(&fork, &dialer->config);
	err = dt_config_set(&fork, name, text, error);
	if (!err)
		err = check_change(dialer, &fork, error);
	if (!err)
		err = apply(dialer, &fork, error);
	if (err)
		dt_config_fini(&fork);
	else
		dti_config_adopt(&dialer->config, &fork);
	return err;
}

dt_err dt_dialer_set(dt_dialer *dialer, const char *name, const char *text,
		     struct dt_error *error)
{
	dt_err err = check_live(dialer, name, error);

	if (err)
		return err;
	pthread_mutex_lock(&dialer->config_lock);
	err = set_locked(dialer, name, text, error);
	pthread_mutex_unlock(&dialer->config_lock);
	if (err == DT_ERR_STOPPED || err == DT_ERR_BUSY ||
	    err == DT_ERR_NO_MEMORY)
		dti_error_set(error, err, "%s: %s", name, dt_err_text(err));
	return err;
}
