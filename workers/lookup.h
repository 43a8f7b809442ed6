/* SPDX-License-Identifier: MIT */
#ifndef DTI_LOOKUP_H
#define DTI_LOOKUP_H

#include "workers/job.h"
#include "workers/steps.h"

/**
 * dti_lookup_run - ask the table for nodes close to a random target.
 *
 * A worker thread's, on the job that it holds; one lookup at a time. Blocks as
 * long as the table does. The result's nodes stay valid until the next lookup.
 */
void dti_lookup_run(struct dti_job *job, struct dti_steps *steps);

#endif /* DTI_LOOKUP_H */
