/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIAL_H
#define DTI_DIAL_H

#include "workers/job.h"
#include "workers/steps.h"

/**
 * dti_dial_run - run a dial to its end: name look-up, resolve, connect, set-up,
 * keep, in the order that lib/dialstate/dial_task.h says.
 *
 * A worker thread's, on the job that it holds. Blocks in the steps, each of
 * which ends at its deadline or when the job is cancelled. Fills in job->result
 * with its detail; whatever it opened and did not hand over is closed.
 */
void dti_dial_run(struct dti_job *job, const struct dti_steps *steps);

#endif /* DTI_DIAL_H */
