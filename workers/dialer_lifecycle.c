/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "lib/error.h"

#include "workers/dialer.h"
#include "workers/rcu.h"

/* An embedder's event callback runs on it. */
#define SCHEDULER_STACK_SIZE ((size_t)256 * 1024)

static void set_phase(dt_dialer *dialer, enum dti_phase phase)
{
	/* Release: pairs with the acquire in dti_dialer_phase(). */
	atomic_store_explicit(&dialer->phase, phase, memory_order_release);
}

static dt_err start_pool(dt_dialer *dialer, struct dt_error *error)
{
	struct dti_pool_options options = {
		.spin = dialer->scheduler.spin,
		.owner = dialer,
	};
	uint32_t made = 0;
	dt_err err;

	/* It is fixed, but dt_dialer_set() writes the struct as a whole. */
	pthread_mutex_lock(&dialer->config_lock);
	options.stack_size = dialer->config.stack_size;
	pthread_mutex_unlock(&dialer->config_lock);
	err = dti_pool_start(&dialer->pool, &made, &dialer->steps, &options);
	if (err)
		return dti_error_set(error, err,
				     "worker %u of %u could not be started "
				     "(%s); lower workers or raise the limit "
				     "of threads",
				     (unsigned int)made + 1,
				     (unsigned int)dialer->pool.size,
				     strerrordesc_np(errno));
	return DT_OK;
}

static dt_err start_scheduler(dt_dialer *dialer, struct dt_error *error)
{
	dt_err err;

	/* Before the thread, which owns it from then on. */
	dialer->scheduler.ledger.counters.workers = dialer->pool.size;
	dialer->scheduler_thread = (struct dti_thread){
		.run = dti_scheduler_run,
		.argument = &dialer->scheduler,
		.owner = dialer,
		.name = "dt-sched",
	};
	err = dti_thread_start(&dialer->scheduler_thread, SCHEDULER_STACK_SIZE);
	if (err)
		return dti_error_set(error, err,
				     "the scheduler's thread could not be "
				     "started (%s)",
				     strerrordesc_np(errno));
	return DT_OK;
}

/* All or nothing. */
static dt_err start_threads(dt_dialer *dialer, struct dt_error *error)
{
	dt_err err = DT_OK;

	dti_handoff_reopen(&dialer->handoff);
	if (dialer->keeper)
		err = dti_keeper_start(dialer->keeper);
	if (err)
		return dti_error_set(error, err,
				     "the peer keeper's thread could not be "
				     "started (%s)",
				     strerrordesc_np(errno));
	err = start_pool(dialer, error);
	if (err)
		goto fail_keeper;
	err = start_scheduler(dialer, error);
	if (err)
		goto fail_pool;
	return DT_OK;

fail_pool:
	dialer->scheduler.ledger.counters.workers = 0;
	dti_pool_stop(&dialer->pool, &dialer->handoff);
fail_keeper:
	if (dialer->keeper)
		dti_keeper_stop(dialer->keeper);
	return err;
}

dt_err dt_dialer_start(dt_dialer *dialer, struct dt_error *error)
{
	dt_err err = DT_OK;

	if (dti_thread_belongs_to(dialer))
		return dti_error_set(error, DT_ERR_WRONG_THREAD,
				     "a dialer cannot be started from one of "
				     "its callbacks");
	pthread_mutex_lock(&dialer->lifecycle);
	if (dti_dialer_phase(dialer) == DTI_PHASE_RUNNING)
		err = dti_error_set(error, DT_ERR_STARTED,
				    "this dialer was started already");
	else if (dti_dialer_phase(dialer) != DTI_PHASE_CREATED)
		err = dti_error_set(error, DT_ERR_STOPPED,
				    "this dialer was stopped; make a new one");
	else
		err = start_threads(dialer, error);
	if (!err)
		set_phase(dialer, DTI_PHASE_RUNNING);
	pthread_mutex_unlock(&dialer->lifecycle);
	return err;
}

/*
 * The threads go in the order in which nobody misses the next: workers need the
 * keeper, workers and the keeper need somebody to take their commands.
 */
static void stop_threads(dt_dialer *dialer)
{
	const struct dt_table *table = &dialer->steps.table;

	if (table->close)
		table->close(table->context);
	dti_handoff_stop(&dialer->handoff, DTI_STOP_CANCEL);
	dti_pool_stop(&dialer->pool, &dialer->handoff);
	if (dialer->keeper)
		dti_keeper_stop(dialer->keeper);
	dti_handoff_stop(&dialer->handoff, DTI_STOP_FINISH);
	dti_thread_join(&dialer->scheduler_thread);
	/* This thread is the scheduler now. */
	dialer->scheduler.ledger.counters.workers = 0;
	(void)dti_scheduler_settle(&dialer->scheduler);
}

/* Callbacks run here too, and may not come back into what holds the lock. */
static void stop_locked(dt_dialer *dialer)
{
	bool running = dti_dialer_phase(dialer) == DTI_PHASE_RUNNING;
	const void *owner = dti_thread_adopt(dialer);

	set_phase(dialer, DTI_PHASE_STOPPING);
	dti_rcu_synchronize(); /* see GATE */
	if (running)
		stop_threads(dialer);
	else
		(void)dti_scheduler_settle(&dialer->scheduler);
	set_phase(dialer, DTI_PHASE_STOPPED);
	dti_thread_adopt(owner);
}

dt_err dt_dialer_stop(dt_dialer *dialer)
{
	dt_err err = DT_OK;

	if (dti_thread_belongs_to(dialer))
		return DT_ERR_WRONG_THREAD;
	pthread_mutex_lock(&dialer->lifecycle);
	if (dti_dialer_phase(dialer) == DTI_PHASE_CREATED)
		err = DT_ERR_NOT_STARTED;
	else if (dti_dialer_phase(dialer) != DTI_PHASE_STOPPED)
		stop_locked(dialer);
	pthread_mutex_unlock(&dialer->lifecycle);
	return err;
}

void dt_dialer_destroy(dt_dialer *dialer)
{
	if (!dialer || dti_thread_belongs_to(dialer))
		return;
	pthread_mutex_lock(&dialer->lifecycle);
	if (dti_dialer_phase(dialer) != DTI_PHASE_STOPPED)
		stop_locked(dialer);
	pthread_mutex_unlock(&dialer->lifecycle);
	dti_dialer_free(dialer);
}
