/* SPDX-License-Identifier: MIT */
#ifndef DTI_WORKER_H
#define DTI_WORKER_H

#include "workers/steps.h"
#include "workers/thread.h"

/** One thread of the pool: take a job, run it, give it back. */
struct dti_worker {
	struct dti_thread thread;
	struct dti_steps *steps;     /* shared by all workers */
	struct dti_spin_limits spin; /* read-only */
};

/** The thread's main function, of a worker; returns when handoff is closed. */
void dti_worker_run(void *argument);

#endif /* DTI_WORKER_H */
