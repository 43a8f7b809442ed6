/* SPDX-License-Identifier: MIT */
#include "bench/contenders/parking.h"

#include "lib/dialtone.h"

#include "workers/clock.h"
#include "workers/handoff.h"
#include "workers/thread.h"

static int64_t initial_spin_ns(void)
{
	struct dt_config config;
	int64_t spin_ns;

	dt_config_init(&config, sizeof(config));
	spin_ns = config.spin_ns;
	dt_config_fini(&config);
	return spin_ns;
}

void parking_init(struct parking *parking, void *queue, parking_look has_task,
		  parking_look has_results)
{
	parking->spin_limits =
		dti_spin_measure(initial_spin_ns(), dti_thread_processors());
	parking->queue = queue;
	parking->has_task = has_task;
	parking->has_results = has_results;
	dti_park_init(&parking->workers);
	dti_park_init(&parking->scheduler);
	atomic_init(&parking->closed, false);
	atomic_init(&parking->worker_spins, false);
	parking->wake_owed = false;
	parking->owed_since_ns = 0;
}

struct dti_spin parking_spin(const struct parking *parking)
{
	struct dti_spin spin;

	dti_spin_init(&spin, parking->spin_limits);
	return spin;
}

struct parking_worker parking_worker(const struct parking *parking)
{
	return (struct parking_worker){.spin = parking_spin(parking)};
}

static bool is_closed(const struct parking *parking)
{
	/* Acquire: pairs with the release in parking_close(). */
	return atomic_load_explicit(&parking->closed, memory_order_acquire);
}

static bool worker_may_go_on(void *argument)
{
	struct parking *parking = argument;

	return parking->has_task(parking->queue) || is_closed(parking);
}

static bool spin_for_task(struct parking *parking, struct dti_spin *spin)
{
	bool found;

	/* Relaxed, here and below: it only says whose turn it is. */
	if (atomic_load_explicit(&parking->worker_spins,
				 memory_order_relaxed) ||
	    atomic_exchange_explicit(&parking->worker_spins, true,
				     memory_order_relaxed))
		return false;
	found = dti_spin_wait(spin, worker_may_go_on, parking);
	atomic_store_explicit(&parking->worker_spins, false,
			      memory_order_relaxed);
	return found;
}

bool parking_wait_for_task(struct parking *parking,
			   struct parking_worker *worker)
{
	uint32_t ticket;

	if (is_closed(parking))
		return false;
	if (spin_for_task(parking, &worker->spin))
		return true;
	ticket = dti_park_begin(&parking->workers);
	if (worker_may_go_on(parking))
		dti_park_cancel(&parking->workers);
	else
		dti_park_wait(&parking->workers, ticket, INT64_MAX);
	worker->has_parked = true;
	return true;
}

void parking_task_taken(struct parking *parking, struct parking_worker *worker)
{
	if (worker->has_parked && parking->has_task(parking->queue))
		dti_park_wake_one(&parking->workers);
	worker->has_parked = false;
}

void parking_result_pushed(struct parking *parking)
{
	dti_park_wake_one(&parking->scheduler);
}

static void wake_one_worker(struct parking *parking)
{
	parking->wake_owed = parking->has_task(parking->queue);
	if (parking->wake_owed)
		dti_park_wake_one(&parking->workers);
}

void parking_tasks_pushed(struct parking *parking, bool pushed)
{
	int64_t now_ns = dti_clock_ns();

	parking->wake_owed |= pushed;
	if (!parking->wake_owed)
		return;
	if (parking->owed_since_ns == 0)
		parking->owed_since_ns = now_ns;
	if (now_ns - parking->owed_since_ns <
	    dti_handoff_patience_ns(parking->spin_limits))
		return;
	wake_one_worker(parking);
	parking->owed_since_ns = 0;
}

static bool spin_for_results(struct parking *parking, struct dti_spin *spin)
{
	if (parking->wake_owed) {
		if (dti_spin_for(spin, DTI_HANDOFF_PATIENCE_NS,
				 parking->has_results, parking->queue))
			return true;
		wake_one_worker(parking);
	}
	return dti_spin_wait(spin, parking->has_results, parking->queue);
}

void parking_wait_for_results(struct parking *parking, struct dti_spin *spin)
{
	uint32_t ticket;

	if (spin_for_results(parking, spin))
		return;
	if (parking->wake_owed)
		wake_one_worker(parking);
	ticket = dti_park_begin(&parking->scheduler);
	if (parking->has_results(parking->queue))
		dti_park_cancel(&parking->scheduler);
	else
		dti_park_wait(&parking->scheduler, ticket, INT64_MAX);
}

void parking_close(struct parking *parking)
{
	/* Release: pairs with the acquire in is_closed(). */
	atomic_store_explicit(&parking->closed, true, memory_order_release);
	dti_park_wake_all(&parking->workers);
}
