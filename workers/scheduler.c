/* SPDX-License-Identifier: MIT */
#include "workers/scheduler.h"

#include "lib/memory.h"

#include "workers/clock.h"

/*
 * After so many completions new tasks are begun, so that the workers have
 * something to do while the scheduler takes the next ones: or, with few tasks in
 * flight, each side would wait for the other's whole batch.
 */
#define COMPLETIONS_AT_ONCE 8
/*
 * The dial state's time goes by milliseconds, and with a short history and many
 * dials a millisecond lets go of thousands of nodes. So many are let go in a
 * turn; until all are, the dial state is asked with the time before.
 */
#define HOLDS_AT_ONCE       64

dt_err dti_scheduler_init(struct dti_scheduler *scheduler,
			  const struct dti_scheduler_options *options)
{
	uint32_t jobs = options->limits.max_active_dials;
	dt_err err = DT_ERR_NO_MEMORY;

	scheduler->limits = options->limits;
	scheduler->watch_due_ms = DTI_NEVER;
	scheduler->stirred = true;
	dti_connect_patience_init(&scheduler->patience,
				  scheduler->limits.dial_timeout_ms);
	/* One more: a lookup or a wait comes beside the dials. */
	scheduler->tasks = dti_calloc(scheduler->allocator, (size_t)jobs + 1,
				      sizeof(*scheduler->tasks));
	if (!scheduler->tasks)
		return err;
	err = dti_job_set_init(&scheduler->jobs, jobs, scheduler->allocator);
	if (err)
		goto fail_tasks;
	err = dti_dialstate_create(&scheduler->state, &options->state);
	if (err)
		goto fail_jobs;
	scheduler->netrestrict = options->netrestrict;
	dti_dialstate_set_netrestrict(scheduler->state, options->netrestrict);
	return DT_OK;

fail_jobs:
	dti_job_set_fini(&scheduler->jobs, scheduler->allocator);
fail_tasks:
	dti_free(scheduler->allocator, scheduler->tasks);
	return err;
}

void dti_scheduler_fini(struct dti_scheduler *scheduler)
{
	dti_dialstate_destroy(scheduler->state);
	dti_netrestrict_destroy(scheduler->netrestrict, scheduler->allocator);
	dti_job_set_fini(&scheduler->jobs, scheduler->allocator);
	dti_free(scheduler->allocator, scheduler->tasks);
}

static void read_clock(struct dti_scheduler *scheduler)
{
	scheduler->now_ns = dti_clock_ns();
	scheduler->now_ms = scheduler->now_ns / DTI_NS_PER_MS;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* When there will be something to do though nothing comes in. */
static int64_t next_deadline_ms(const struct dti_scheduler *scheduler)
{
	int64_t probe_ms = dti_scheduler_fault_due_ms(scheduler);
	int64_t due = scheduler->watch_due_ms;

	if (scheduler->stopping)
		return due;
	if (scheduler->wait.active)
		due = earlier(due, scheduler->wait.until_ms);
	if (dti_scheduler_free_slots(scheduler) == 0)
		return due;
	due = earlier(due, dti_scheduler_lookup_due_ms(scheduler));
	/* Once it may go, a probe waits for somebody to dial, not for time. */
	if (probe_ms > scheduler->now_ms)
		due = earlier(due, probe_ms);
	/* It is not asked while a local fault holds up all dials. */
	if (dti_scheduler_free_dials(scheduler) == 0)
		return due;
	return earlier(due, dti_dialstate_deadline(scheduler->state));
}

/* True: something is due that the dial state should be asked about. */
static bool run_timers(struct dti_scheduler *scheduler)
{
	int64_t now_ms = scheduler->now_ms;
	bool is_due = dti_dialstate_deadline(scheduler->state) <= now_ms ||
		      dti_scheduler_lookup_due_ms(scheduler) <= now_ms ||
		      dti_scheduler_fault_due_ms(scheduler) <= now_ms;

	if (scheduler->wait.active && scheduler->wait.until_ms <= now_ms) {
		scheduler->wait.active = false;
		dti_scheduler_end_waiting(scheduler, &scheduler->wait.task,
					  DT_OUTCOME_EXPIRED);
		is_due = true;
	}
	if (scheduler->watch_due_ms <= now_ms)
		dti_scheduler_watch(scheduler);
	/* Also when nothing may begin: holds end all the same. */
	if (dti_dialstate_expire(scheduler->state, now_ms, HOLDS_AT_ONCE))
		scheduler->policy_ms = now_ms;
	return is_due;
}

static int64_t connect_limit_ms(const struct dti_scheduler *scheduler)
{
	return scheduler->limits.adaptive_timeout ? scheduler->patience.limit_ms
						  : DTI_OP_NO_LIMIT;
}

void dti_scheduler_limit_connects(struct dti_scheduler *scheduler)
{
	_Atomic int64_t *shared_ms = &scheduler->steps->connect_limit_ms;
	int64_t limit_ms = connect_limit_ms(scheduler);

	/* Relaxed: see the field. Seldom another: the workers keep their line. */
	if (atomic_load_explicit(shared_ms, memory_order_relaxed) != limit_ms)
		atomic_store_explicit(shared_ms, limit_ms,
				      memory_order_relaxed);
}

void dti_scheduler_publish(struct dti_scheduler *scheduler)
{
	const struct dti_dialstate_counters *state =
		dti_dialstate_counters(scheduler->state);
	struct dt_counters counters = scheduler->ledger.counters;

	dti_handoff_split_queued(scheduler->handoff, counters.tasks);
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
	counters.max_dyn_dials = scheduler->limits.dialstate.max_dyn_dials;
	counters.max_active_dials = scheduler->limits.max_active_dials;
	counters.connect_timeout_ms = (uint64_t)earlier(
		connect_limit_ms(scheduler), scheduler->limits.dial_timeout_ms);
	dti_snapshot_publish(scheduler->snapshot, &counters);
	scheduler->published_ms = scheduler->now_ms;
}

/* True: something moved. */
static bool turn(struct dti_scheduler *scheduler)
{
	bool moved = dti_handoff_take_in(scheduler->handoff);
	size_t count;

	read_clock(scheduler);
	if (dti_handoff_stop_stage(scheduler->handoff) != DTI_STOP_NONE &&
	    !scheduler->stopping) {
		scheduler->stopping = true;
		dti_scheduler_cancel_all(scheduler);
	}
	/* Before the commands: what they ask for depends on it. */
	if (run_timers(scheduler))
		scheduler->stirred = true;
	if (moved)
		dti_scheduler_apply_commands(scheduler);
	do {
		count = dti_scheduler_complete(scheduler, COMPLETIONS_AT_ONCE);
		if (!scheduler->stopping && scheduler->stirred)
			dti_scheduler_begin(scheduler);
	} while (count == COMPLETIONS_AT_ONCE);
	dti_handoff_wake_workers(scheduler->handoff, scheduler->now_ns,
				 dti_handoff_patience_ns(scheduler->spin));
	scheduler->ledger.counters.turns += moved;
	if (moved && scheduler->now_ms != scheduler->published_ms)
		dti_scheduler_publish(scheduler);
	return moved;
}

/* There are more holds to let go; see HOLDS_AT_ONCE. */
static bool is_behind(const struct dti_scheduler *scheduler)
{
	return scheduler->policy_ms != scheduler->now_ms;
}

/* All jobs are back, and nobody is left who could push a command. */
static bool is_finished(const struct dti_scheduler *scheduler)
{
	return scheduler->stopping && scheduler->in_flight == 0 &&
	       scheduler->handoff->stop_seen == DTI_STOP_FINISH;
}

static int64_t to_ns(int64_t deadline_ms)
{
	return deadline_ms > INT64_MAX / DTI_NS_PER_MS
		       ? INT64_MAX
		       : deadline_ms * DTI_NS_PER_MS;
}

void dti_scheduler_run(void *argument)
{
	struct dti_scheduler *scheduler = argument;
	struct dti_spin spin;

	dti_spin_init(&spin, scheduler->spin);
	for (;;) {
		int64_t deadline_ms;

		if (turn(scheduler) || is_behind(scheduler))
			continue;
		if (is_finished(scheduler))
			break;
		if (dti_handoff_spin(scheduler->handoff, &spin))
			continue;
		dti_scheduler_publish(scheduler);
		/* A deadline that is due and gave nothing is no reason to
		 * spin: time has to move first. */
		deadline_ms = next_deadline_ms(scheduler);
		if (deadline_ms <= scheduler->now_ms)
			deadline_ms = scheduler->now_ms + 1;
		scheduler->ledger.counters.sleeps++;
		dti_handoff_sleep(scheduler->handoff, to_ns(deadline_ms));
	}
	(void)dti_scheduler_settle(scheduler);
}

bool dti_scheduler_settle(struct dti_scheduler *scheduler)
{
	read_clock(scheduler);
	(void)dti_dialstate_expire(scheduler->state, scheduler->now_ms,
				   UINT64_MAX);
	scheduler->policy_ms = scheduler->now_ms;
	if (dti_handoff_take_in(scheduler->handoff))
		dti_scheduler_apply_commands(scheduler);
	dti_scheduler_publish(scheduler);
	return !scheduler->handoff->commands_blocked;
}
