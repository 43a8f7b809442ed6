/* SPDX-License-Identifier: MIT */
#include "workers/worker.h"

#include "workers/dial.h"
#include "workers/lookup.h"
#include "workers/rcu.h"

static void run_job(struct dti_job *job, struct dti_steps *steps)
{
	dti_job_taken(job);
	if (job->task.kind == DT_TASK_LOOKUP)
		dti_lookup_run(job, steps);
	else
		dti_dial_run(job, steps);
	/* Relaxed: the watchdog must not take what follows for a late step. */
	atomic_store_explicit(&job->step_deadline_ms, INT64_MAX,
			      memory_order_relaxed);
}

void dti_worker_run(void *argument)
{
	struct dti_worker *worker = argument;
	struct dti_handoff *handoff = worker->steps->handoff;
	struct dti_spin no_spin;
	struct dti_spin spin;
	struct dti_job *job;

	/* Its first read section is where RCU gets to know the thread: here,
	 * not in the middle of a dial. */
	dti_rcu_read_lock();
	dti_rcu_read_unlock();
	dti_spin_init(&spin, worker->spin);
	/* The first time it parks at once: the processor that it would spin on
	 * is needed to make the threads that come after it. */
	dti_spin_init(&no_spin, (struct dti_spin_limits){.pause_ns = 1});
	job = dti_handoff_take(handoff, &no_spin);
	while (job) {
		run_job(job, worker->steps);
		dti_handoff_give_back(handoff, job);
		job = dti_handoff_take(handoff, &spin);
	}
}
