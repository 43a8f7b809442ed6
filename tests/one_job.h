/* SPDX-License-Identifier: MIT */
#ifndef TESTS_ONE_JOB_H
#define TESTS_ONE_JOB_H

/*
 * One job and what its steps work with, without a dialer: the test is the
 * worker. Begins with the default settings, no table and no peer keeper.
 */

#include "workers/job.h"
#include "workers/steps.h"

struct one_job {
	struct dt_config config; /* change it, then call one_job_set() */
	struct dti_handoff handoff;
	struct dti_published_settings settings;
	struct dti_steps steps;
	struct dti_job_set jobs;
	struct dti_job *job;
};

/** In memory of its own, since queues want whole cache lines. */
struct one_job *one_job_make(const struct dti_task *task);
void one_job_free(struct one_job *one);
/** Publish the settings that one->config says. */
void one_job_set(struct one_job *one);
/** The job once more, for another task. */
void one_job_again(struct one_job *one, const struct dti_task *task);

#endif /* TESTS_ONE_JOB_H */
