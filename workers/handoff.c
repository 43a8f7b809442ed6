/* SPDX-License-Identifier: MIT */
#include "workers/handoff.h"

#include "lib/container.h"

dt_err dti_handoff_init(struct dti_handoff *handoff, size_t jobs,
			uint32_t inbox_size,
			const struct dt_allocator *allocator)
{
	if (dti_task_queue_init(&handoff->task_queue, jobs, allocator))
		return DT_ERR_NO_MEMORY;
	if (dti_done_queue_init(&handoff->done_queue, jobs, allocator))
		goto fail_task_queue;
	if (dti_inbox_init(&handoff->inbox, inbox_size, allocator))
		goto fail_done_queue;
	dti_park_init(&handoff->workers_park);
	dti_park_init(&handoff->scheduler_park);
	dti_batch_init(&handoff->commands);
	dti_handoff_reopen(handoff);
	return DT_OK;

fail_done_queue:
	dti_done_queue_fini(&handoff->done_queue, allocator);
fail_task_queue:
	dti_task_queue_fini(&handoff->task_queue, allocator);
	return DT_ERR_NO_MEMORY;
}

void dti_handoff_fini(struct dti_handoff *handoff,
		      const struct dt_allocator *allocator)
{
	dti_inbox_fini(&handoff->inbox);
	dti_done_queue_fini(&handoff->done_queue, allocator);
	dti_task_queue_fini(&handoff->task_queue, allocator);
}

void dti_handoff_push(struct dti_handoff *handoff, struct dti_job *job)
{
	dti_task_queue_put(&handoff->task_queue, job);
}

void dti_handoff_publish(struct dti_handoff *handoff)
{
	dti_task_queue_publish(&handoff->task_queue);
	handoff->wake_owed = true;
}

/* It goes on being owed until the queue is seen empty: see OWED. */
static void wake_one_worker(struct dti_handoff *handoff)
{
	handoff->wake_owed = dti_task_queue_length(&handoff->task_queue) > 0;
	if (handoff->wake_owed)
		dti_park_wake_one(&handoff->workers_park);
}

void dti_handoff_wake_workers(struct dti_handoff *handoff, int64_t now_ns,
			      int64_t patience_ns)
{
	if (!handoff->wake_owed)
		return;
	if (handoff->owed_since_ns == 0)
		handoff->owed_since_ns = now_ns;
	if (now_ns - handoff->owed_since_ns < patience_ns)
		return;
	wake_one_worker(handoff);
	handoff->owed_since_ns = 0;
}

struct dti_job *dti_handoff_recall(struct dti_handoff *handoff)
{
	return dti_task_queue_take(&handoff->task_queue);
}

bool dti_handoff_take_in(struct dti_handoff *handoff)
{
	bool reached;

	/* Completions first: this is what ORDER rests on. */
	dti_done_queue_gather(&handoff->done_queue);
	reached = dti_batch_take(&handoff->commands, &handoff->inbox.queue);
	handoff->commands_blocked =
		!reached || (!dti_batch_empty(&handoff->commands) &&
			     !dti_batch_ready(&handoff->commands));
	return dti_batch_ready(&handoff->commands) ||
	       (!handoff->commands_blocked &&
		dti_done_queue_has_next(&handoff->done_queue));
}

struct dti_command *dti_handoff_next_command(struct dti_handoff *handoff)
{
	bool blocked;
	struct dti_batch_node *node =
		dti_batch_next(&handoff->commands, &blocked);

	handoff->commands_blocked |= blocked;
	return node ? dti_container_of(node, struct dti_command, link) : NULL;
}

struct dti_job *dti_handoff_next_completion(struct dti_handoff *handoff)
{
	if (handoff->commands_blocked)
		return NULL; /* see ORDER */
	return dti_done_queue_next(&handoff->done_queue);
}

/* Completions that the next turn may apply; see ORDER. */
static bool has_completions(const struct dti_handoff *handoff)
{
	return !handoff->commands_blocked &&
	       (dti_done_queue_has_next(&handoff->done_queue) ||
		!dti_done_queue_empty(&handoff->done_queue));
}

/* Something that a turn of the scheduler would find. */
static bool scheduler_has_work(void *argument)
{
	struct dti_handoff *handoff = argument;

	return has_completions(handoff) ||
	       dti_batch_ready(&handoff->commands) ||
	       !dti_batch_queue_empty(&handoff->inbox.queue) ||
	       /* Acquire: pairs with the release in dti_handoff_stop(). */
	       handoff->stop_seen != atomic_load_explicit(&handoff->stop_stage,
							  memory_order_acquire);
}

enum dti_stop_stage dti_handoff_stop_stage(struct dti_handoff *handoff)
{
	/* Acquire: pairs with the release in dti_handoff_stop(). */
	handoff->stop_seen = atomic_load_explicit(&handoff->stop_stage,
						  memory_order_acquire);
	return handoff->stop_seen;
}

bool dti_handoff_spin(struct dti_handoff *handoff, struct dti_spin *spin)
{
	if (handoff->wake_owed) {
		if (dti_spin_for(spin, DTI_HANDOFF_PATIENCE_NS,
				 scheduler_has_work, handoff))
			return true;
		wake_one_worker(handoff);
	}
	return dti_spin_wait(spin, scheduler_has_work, handoff);
}

void dti_handoff_sleep(struct dti_handoff *handoff, int64_t deadline_ns)
{
	uint32_t ticket;

	if (handoff->wake_owed)
		wake_one_worker(handoff);
	ticket = dti_park_begin(&handoff->scheduler_park);
	if (scheduler_has_work(handoff)) {
		dti_park_cancel(&handoff->scheduler_park);
		return;
	}
	dti_park_wait(&handoff->scheduler_park, ticket, deadline_ns);
}

static bool worker_has_work(void *argument)
{
	struct dti_handoff *handoff = argument;

	/* Acquire: pairs with the release in dti_handoff_close(). */
	return dti_task_queue_has_item(&handoff->task_queue) ||
	       atomic_load_explicit(&handoff->closed, memory_order_acquire);
}

static bool spin_for_work(struct dti_handoff *handoff, struct dti_spin *spin)
{
	bool found;

	/* Relaxed: see the field. */
	if (atomic_load_explicit(&handoff->worker_spins,
				 memory_order_relaxed) ||
	    atomic_exchange_explicit(&handoff->worker_spins, true,
				     memory_order_relaxed))
		return false;
	found = dti_spin_wait(spin, worker_has_work, handoff);
	atomic_store_explicit(&handoff->worker_spins, false,
			      memory_order_relaxed);
	return found;
}

struct dti_job *dti_handoff_take(struct dti_handoff *handoff,
				 struct dti_spin *spin)
{
	struct dti_job *job;
	bool parked = false;

	while (!(job = dti_task_queue_take(&handoff->task_queue))) {
		uint32_t ticket;

		/* Acquire: as in worker_has_work(). */
		if (atomic_load_explicit(&handoff->closed,
					 memory_order_acquire))
			return NULL;
		if (spin_for_work(handoff, spin))
			continue;
		ticket = dti_park_begin(&handoff->workers_park);
		if (worker_has_work(handoff))
			dti_park_cancel(&handoff->workers_park);
		else
			dti_park_wait(&handoff->workers_park, ticket,
				      INT64_MAX);
		parked = true;
	}
	/* Who did not park has used up nobody's wake. */
	if (parked && dti_task_queue_has_item(&handoff->task_queue))
		dti_park_wake_one(&handoff->workers_park);
	return job;
}

void dti_handoff_give_back(struct dti_handoff *handoff, struct dti_job *job)
{
	dti_done_queue_push(&handoff->done_queue, job);
	dti_park_wake_one(&handoff->scheduler_park);
}

void dti_handoff_post(struct dti_handoff *handoff, struct dti_command *command)
{
	dti_inbox_push(&handoff->inbox, command);
	dti_park_wake_one(&handoff->scheduler_park);
}

void dti_handoff_stop(struct dti_handoff *handoff, enum dti_stop_stage stage)
{
	/* Release: pairs with the acquires in scheduler_has_work() and
	 * dti_handoff_stop_stage(). */
	atomic_store_explicit(&handoff->stop_stage, stage,
			      memory_order_release);
	dti_park_wake_all(&handoff->scheduler_park);
}

void dti_handoff_close(struct dti_handoff *handoff)
{
	/* Release: pairs with the acquires in dti_handoff_take(). */
	atomic_store_explicit(&handoff->closed, true, memory_order_release);
	dti_park_wake_all(&handoff->workers_park);
}

void dti_handoff_reopen(struct dti_handoff *handoff)
{
	handoff->stop_seen = DTI_STOP_NONE;
	handoff->commands_blocked = false;
	handoff->wake_owed = false;
	handoff->owed_since_ns = 0;
	/* Relaxed: pthread_create() publishes them to the threads. */
	atomic_store_explicit(&handoff->stop_stage, DTI_STOP_NONE,
			      memory_order_relaxed);
	atomic_store_explicit(&handoff->closed, false, memory_order_relaxed);
	atomic_store_explicit(&handoff->worker_spins, false,
			      memory_order_relaxed);
}

void dti_handoff_split_queued(const struct dti_handoff *handoff,
			      struct dt_task_counters *tasks)
{
	uint64_t in_flight[DT_TASK_COUNT];
	uint64_t position;
	uint64_t end = dti_task_queue_range(&handoff->task_queue, &position);

	for (size_t kind = 0; kind < DT_TASK_COUNT; kind++) {
		in_flight[kind] = tasks[kind].queued;
		tasks[kind].queued = 0;
	}
	for (; position != end; position++) {
		/* A worker may take it meanwhile, but not change its kind. */
		const struct dti_job *job =
			dti_task_queue_peek(&handoff->task_queue, position);

		tasks[job->task.kind].queued++;
	}
	for (size_t kind = 0; kind < DT_TASK_COUNT; kind++)
		tasks[kind].running = in_flight[kind] - tasks[kind].queued;
}
