/* SPDX-License-Identifier: MIT */
#include "bench/contenders/mutex_dialer.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "lib/dialstate/dialstate.h"
#include "lib/explain.h"

#define STACK_SIZE ((size_t)64 * 1024)

struct mutex_dialer {
	/* Set by start. */
	mutex_dialer_connect_fn connect;
	void *context;
	pthread_t *threads;
	uint32_t thread_count;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Protected by lock. */
	struct dti_dialstate *state;
	struct dti_netrestrict *netrestrict;
	struct dt_task_counters dials;
	bool stopping;
};

static const struct dt_allocator of_libc;

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until a call changes something, or until the policy's own deadline. */
static void wait_for_change(struct mutex_dialer *dialer)
{
	int64_t due_ms = dti_dialstate_deadline(dialer->state);
	struct timespec due = {
		.tv_sec = (time_t)(due_ms / 1000),
		.tv_nsec = (long)(due_ms % 1000 * 1000000),
	};

	if (due_ms == DTI_NEVER)
		pthread_cond_wait(&dialer->changed, &dialer->lock);
	else
		pthread_cond_timedwait(&dialer->changed, &dialer->lock, &due);
}

/* With the lock, which it lets go of while it dials. */
static void run_dial(struct mutex_dialer *dialer, const struct dti_task *task)
{
	struct dti_task_result result = {.backoff = task->backoff};

	dialer->dials.created++;
	dialer->dials.running++;
	pthread_mutex_unlock(&dialer->lock);
	result.outcome = dialer->connect(dialer->context, &task->node);
	pthread_mutex_lock(&dialer->lock);
	dialer->dials.running--;
	dialer->dials.outcomes[result.outcome]++;
	dti_dialstate_task_done(dialer->state, now_ms(), task, &result);
}

static void *work(void *argument)
{
	struct mutex_dialer *dialer = argument;
	struct dti_task tasks[2]; /* one more than asked for: see new_tasks */

	pthread_mutex_lock(&dialer->lock);
	while (!dialer->stopping) {
		/* Something always runs: no wait tasks, the deadline is it. */
		if (dti_dialstate_new_tasks(dialer->state, tasks, now_ms(), 1,
					    NULL, 1) > 0)
			run_dial(dialer, &tasks[0]);
		else
			wait_for_change(dialer);
	}
	pthread_mutex_unlock(&dialer->lock);
	return NULL;
}

static dt_err make_state(struct mutex_dialer *dialer,
			 const struct mutex_dialer_options *options)
{
	struct dti_dialstate_config config = {
		.limits = {.static_share = 75,
			   .history_expiration_ms =
				   options->history_expiration_ms,
			   .fallback_interval_ms = 20000,
			   .lookup_max_age_ms = DTI_NEVER,
			   .resolve_delay_ms = 60000},
		.allocator = &of_libc,
		.check_endpoints = true,
	};
	dt_err err;

	if (getrandom(config.hash_key, sizeof(config.hash_key), 0) < 0)
		return DT_ERR_SYSTEM;
	err = dti_dialstate_create(&dialer->state, &config);
	for (size_t i = 0; i < options->static_count && !err; i++)
		err = dti_dialstate_add_static(dialer->state,
					       &options->static_nodes[i]);
	return err;
}

static bool make_threads(struct mutex_dialer *dialer, uint32_t count)
{
	pthread_attr_t attributes;

	dialer->threads = calloc(count, sizeof(*dialer->threads));
	if (!dialer->threads)
		return false;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	while (dialer->thread_count < count &&
	       pthread_create(&dialer->threads[dialer->thread_count],
			      &attributes, work, dialer) == 0)
		dialer->thread_count++;
	pthread_attr_destroy(&attributes);
	return dialer->thread_count == count;
}

struct mutex_dialer *
mutex_dialer_start(const struct mutex_dialer_options *options)
{
	struct mutex_dialer *dialer = calloc(1, sizeof(*dialer));
	pthread_condattr_t attributes;

	if (!dialer)
		return NULL;
	dialer->connect = options->connect;
	dialer->context = options->context;
	pthread_mutex_init(&dialer->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&dialer->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	if (make_state(dialer, options) ||
	    !make_threads(dialer, options->workers)) {
		mutex_dialer_stop(dialer);
		return NULL;
	}
	return dialer;
}

void mutex_dialer_stop(struct mutex_dialer *dialer)
{
	pthread_mutex_lock(&dialer->lock);
	dialer->stopping = true;
	pthread_cond_broadcast(&dialer->changed);
	pthread_mutex_unlock(&dialer->lock);
	for (uint32_t i = 0; i < dialer->thread_count; i++)
		pthread_join(dialer->threads[i], NULL);
	free(dialer->threads);
	if (dialer->state)
		dti_dialstate_destroy(dialer->state);
	dti_netrestrict_destroy(dialer->netrestrict, &of_libc);
	pthread_cond_destroy(&dialer->changed);
	pthread_mutex_destroy(&dialer->lock);
	free(dialer);
}

/* One may dial what has changed; who has nothing to do finds out. */
static void unlock_changed(struct mutex_dialer *dialer)
{
	pthread_cond_signal(&dialer->changed);
	pthread_mutex_unlock(&dialer->lock);
}

dt_err mutex_dialer_add_static(struct mutex_dialer *dialer,
			       const struct dt_node *node)
{
	dt_err err;

	pthread_mutex_lock(&dialer->lock);
	err = dti_dialstate_add_static(dialer->state, node);
	unlock_changed(dialer);
	return err;
}

void mutex_dialer_remove_static(struct mutex_dialer *dialer,
				const struct dt_node_id *id)
{
	pthread_mutex_lock(&dialer->lock);
	dti_dialstate_remove_static(dialer->state, id);
	unlock_changed(dialer);
}

dt_err mutex_dialer_peer_added(struct mutex_dialer *dialer,
			       const struct dt_node_id *id, uint32_t flags)
{
	dt_err err;

	pthread_mutex_lock(&dialer->lock);
	err = dti_dialstate_peer_added(dialer->state, id, flags);
	unlock_changed(dialer);
	return err;
}

void mutex_dialer_peer_removed(struct mutex_dialer *dialer,
			       const struct dt_node_id *id)
{
	pthread_mutex_lock(&dialer->lock);
	dti_dialstate_peer_removed(dialer->state, id);
	unlock_changed(dialer);
}

dt_err mutex_dialer_set_netrestrict(struct mutex_dialer *dialer,
				    const char *networks)
{
	struct dti_netrestrict *list;
	struct dti_netrestrict *old;
	dt_err err = dti_netrestrict_parse(&list, networks, &of_libc, NULL);

	if (err)
		return err;
	pthread_mutex_lock(&dialer->lock);
	old = dialer->netrestrict;
	dialer->netrestrict = list;
	dti_dialstate_set_netrestrict(dialer->state, list);
	unlock_changed(dialer);
	dti_netrestrict_destroy(old, &of_libc);
	return DT_OK;
}

void mutex_dialer_counters(struct mutex_dialer *dialer, struct dt_counters *out)
{
	const struct dti_dialstate_counters *state;
	struct dt_counters counters = {0};

	pthread_mutex_lock(&dialer->lock);
	state = dti_dialstate_counters(dialer->state);
	counters.tasks[DT_TASK_STATIC_DIAL] = dialer->dials;
	for (size_t i = 0; i < DT_SOURCE_COUNT; i++) {
		counters.offered[i] = state->offered[i];
		counters.dialed[i] = state->dialed[i];
	}
	for (size_t i = 0; i < DT_SKIP_COUNT; i++)
		counters.skipped[i] = state->skipped[i];
	counters.peers_added = state->peers_added;
	counters.peers_removed = state->peers_removed;
	counters.peers = state->peers;
	counters.dyn_peers = state->dyn_peers;
	counters.static_nodes = state->static_nodes;
	counters.static_ready = state->static_ready;
	counters.bootnodes = state->bootnodes;
	counters.history = state->history;
	counters.lookup_buffer = state->lookup_buffer;
	counters.records = state->records;
	pthread_mutex_unlock(&dialer->lock);
	counters.workers = dialer->thread_count;
	*out = counters;
}

bool mutex_dialer_explain(struct mutex_dialer *dialer,
			  struct dt_explanation *out,
			  const struct dt_node_id *id)
{
	const struct dti_explain_pause nothing = {.paused = false};
	bool found;

	pthread_mutex_lock(&dialer->lock);
	found = dti_dialstate_explain(dialer->state, out, now_ms(), id);
	pthread_mutex_unlock(&dialer->lock);
	dti_explain_finish(out, &nothing);
	return found;
}
