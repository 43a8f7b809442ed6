/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_PARKING_H
#define BENCH_CONTENDERS_PARKING_H

/*
 * How the dialer's threads wait (see workers/handoff.c; the same parks and spins,
 * the same wakes), for queues that are not the dialer's: so that what
 * is compared is the queue. Spins as long as the dialer does by default.
 */

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "workers/cacheline.h"
#include "workers/park.h"
#include "workers/spin.h"

/** Is there something to take? Called by the thread that is about to wait. */
typedef bool (*parking_look)(void *queue);

struct parking {
	/* Read-only. */
	alignas(DTI_CACHELINE) struct dti_spin_limits spin_limits;
	void *queue;              /* what the looks get */
	parking_look has_task;    /* for workers */
	parking_look has_results; /* for the scheduler */
	/* Shared. */
	struct dti_park workers;
	struct dti_park scheduler;
	alignas(DTI_CACHELINE) _Atomic bool closed;
	_Atomic bool worker_spins; /* one at a time */
	/* The scheduler's. */
	alignas(DTI_CACHELINE) bool wake_owed; /* as OWED in workers/handoff.h */
	int64_t owed_since_ns;
};

/** A worker's own part. */
struct parking_worker {
	struct dti_spin spin;
	bool has_parked; /* since it took a task: it may have used up a wake */
};

void parking_init(struct parking *parking, void *queue, parking_look has_task,
		  parking_look has_results);
/* Workers. */

struct parking_worker parking_worker(const struct parking *parking);
/** It has found nothing: wait. False: closed. */
bool parking_wait_for_task(struct parking *parking,
			   struct parking_worker *worker);
/** It has taken a task. */
void parking_task_taken(struct parking *parking, struct parking_worker *worker);
/** It has given one back. */
void parking_result_pushed(struct parking *parking);

/* The scheduler. */

struct dti_spin parking_spin(const struct parking *parking);
/** Once a turn; @pushed: there are new tasks. */
void parking_tasks_pushed(struct parking *parking, bool pushed);
/** It has found nothing: wait. */
void parking_wait_for_results(struct parking *parking, struct dti_spin *spin);

/** Let the workers return. */
void parking_close(struct parking *parking);

#endif /* BENCH_CONTENDERS_PARKING_H */
