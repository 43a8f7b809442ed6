/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/error.h"

#include "workers/rlpx.h"

/* An embedder's callbacks run on it. */
#define STACK_SIZE ((size_t)256 * 1024)

void dti_rlpx_wake_locked(dt_rlpx *rlpx)
{
	/* Before a start there is nobody, who looks at it first of all. */
	if (rlpx->is_woken || rlpx->wake_fd < 0)
		return;
	rlpx->is_woken = true;
	/* Cannot fail: the counter goes from 0 to 1. */
	eventfd_write(rlpx->wake_fd, 1);
}

static void set_phase(dt_rlpx *rlpx, enum dti_rlpx_phase phase)
{
	dti_rlpx_lock(rlpx);
	rlpx->phase = phase;
	dti_rlpx_wake_locked(rlpx);
	dti_rlpx_unlock(rlpx);
}

/* Under the lock for is_called_back(); else it is as lifecycle says. */
static void set_dialer(dt_rlpx *rlpx, dt_dialer *dialer)
{
	dti_rlpx_lock(rlpx);
	rlpx->dialer = dialer;
	dti_rlpx_unlock(rlpx);
}

static dt_err start_thread(dt_rlpx *rlpx, dt_dialer *dialer,
			   struct dt_error *error)
{
	dt_err err = dti_rlpx_equip(rlpx, error);

	if (err)
		return err;
	set_dialer(rlpx, dialer);
	rlpx->thread = (struct dti_thread){
		.run = dti_rlpx_run,
		.argument = rlpx,
		.owner = rlpx,
		.name = "dt-rlpx",
	};
	err = dti_thread_start(&rlpx->thread, STACK_SIZE);
	if (err)
		return dti_error_set(error, err,
				     "the thread that keeps peers could not be "
				     "started (%s)",
				     strerrordesc_np(errno));
	rlpx->has_thread = true;
	/* Not before: a peer that was taken for no thread would stay for ever. */
	set_phase(rlpx, DTI_RLPX_RUNNING);
	return DT_OK;
}

static dt_err start_locked(dt_rlpx *rlpx, dt_dialer *dialer,
			   struct dt_error *error)
{
	enum dti_rlpx_phase phase;

	dti_rlpx_lock(rlpx);
	phase = rlpx->phase;
	dti_rlpx_unlock(rlpx);
	if (phase == DTI_RLPX_RUNNING)
		return dti_error_set(error, DT_ERR_STARTED,
				     "this keeper of peers was started "
				     "already");
	if (phase == DTI_RLPX_STOPPED)
		return dti_error_set(error, DT_ERR_STOPPED,
				     "this keeper of peers was stopped; make a "
				     "new one");
	return start_thread(rlpx, dialer, error);
}

/*
 * Also its dialer's threads count: one that waits for this one while this one's
 * callback waits for the dialer would wait for ever.
 */
static bool is_called_back(dt_rlpx *rlpx)
{
	dt_dialer *dialer;

	dti_rlpx_lock(rlpx);
	dialer = rlpx->dialer;
	dti_rlpx_unlock(rlpx);
	return dti_thread_belongs_to(rlpx) ||
	       (dialer && dti_thread_belongs_to(dialer));
}

dt_err dt_rlpx_start(dt_rlpx *rlpx, dt_dialer *dialer, struct dt_error *error)
{
	dt_err err;

	/* A stop that joins this very thread has the mutex. */
	if (is_called_back(rlpx))
		return dti_error_set(error, DT_ERR_WRONG_THREAD,
				     "a keeper of peers cannot be started from "
				     "its callback, or its dialer's");
	pthread_mutex_lock(&rlpx->lifecycle);
	err = start_locked(rlpx, dialer, error);
	pthread_mutex_unlock(&rlpx->lifecycle);
	return err;
}

static void stop_locked(dt_rlpx *rlpx)
{
	set_phase(rlpx, DTI_RLPX_STOPPED);
	if (rlpx->has_thread) {
		dti_closer_help(&rlpx->closer);
		dti_thread_join(&rlpx->thread);
	}
	rlpx->has_thread = false;
	/* What waits there is refused by the kernel. */
	if (rlpx->listener_fd >= 0)
		close(rlpx->listener_fd);
	rlpx->listener_fd = -1;
}

void dt_rlpx_stop(dt_rlpx *rlpx)
{
	if (is_called_back(rlpx))
		return;
	pthread_mutex_lock(&rlpx->lifecycle);
	stop_locked(rlpx);
	pthread_mutex_unlock(&rlpx->lifecycle);
}

void dt_rlpx_destroy(dt_rlpx *rlpx)
{
	if (!rlpx || is_called_back(rlpx))
		return;
	dt_rlpx_stop(rlpx);
	dti_rlpx_free(rlpx);
}
