/* SPDX-License-Identifier: MIT */
#include "workers/job.h"

#include <string.h>

#include "lib/assert.h"
#include "lib/memory.h"

#include "workers/clock.h"

/* Not the whole result: who reads it goes by its flags. */
static void forget_run(struct dti_job *job)
{
	job->has_extra = false;
	job->announced = false;
	job->connects_cut = 0;
	job->result.detail = (struct dt_outcome_detail){0};
	job->result.has_endpoint = false;
	job->result.has_backoff = false;
	job->result.cut_short = false;
}

struct dti_job_extra *dti_job_extra(struct dti_job *job)
{
	if (!job->has_extra)
		job->extra = (struct dti_job_extra){0};
	job->has_extra = true;
	return &job->extra;
}

void dti_job_taken(struct dti_job *job)
{
	forget_run(job);
	job->times.taken_ns = dti_clock_ns();
	job->times.given_back_ns = job->times.taken_ns;
}

int64_t dti_job_now_ms(const struct dti_job *job)
{
	return job->times.given_back_ns / DTI_NS_PER_MS;
}

struct dt_op dti_job_begin_step(struct dti_job *job, int64_t timeout_ms)
{
	struct dt_op op = {
		.cancel = &job->cancel,
		.began_ms = dti_job_now_ms(job),
		.deadline_ms = dti_job_now_ms(job) + timeout_ms,
	};

	/* Relaxed: see the field. */
	atomic_store_explicit(&job->step_deadline_ms, op.deadline_ms,
			      memory_order_relaxed);
	return op;
}

int64_t dti_job_end_step(struct dti_job *job)
{
	int64_t began_ns = job->times.given_back_ns;

	job->times.given_back_ns = dti_clock_ns();
	return job->times.given_back_ns - began_ns;
}

static struct dti_job *first_job(char *memory)
{
	size_t align = alignof(struct dti_job);

	return (void *)(memory + (align - (uintptr_t)memory % align));
}

dt_err dti_job_set_init(struct dti_job_set *set, uint32_t size,
			const struct dt_allocator *allocator)
{
	dt_err err = DT_OK;

	*set = (struct dti_job_set){0};
	/* One job more, to begin at a cache line whatever the allocator does */
	set->memory =
		dti_calloc(allocator, (size_t)size + 1, sizeof(*set->jobs));
	/* Not cleared: that would touch it. Both parts are written before they
	 * are read. */
	set->apart = dti_malloc(allocator, (size_t)size * sizeof(*set->apart));
	if (!set->memory || !set->apart) {
		dti_job_set_fini(set, allocator);
		return DT_ERR_NO_MEMORY;
	}
	set->jobs = first_job(set->memory);
	for (; set->size < size && !err; set->size++) {
		struct dti_job *job = &set->jobs[set->size];

		err = dti_cancel_init(&job->cancel);
		if (err)
			break;
		job->index = set->size;
		job->apart = &set->apart[set->size];
		atomic_init(&job->step_deadline_ms, INT64_MAX);
		job->next_free = set->free;
		set->free = job;
	}
	if (err)
		dti_job_set_fini(set, allocator);
	return err;
}

void dti_job_set_fini(struct dti_job_set *set,
		      const struct dt_allocator *allocator)
{
	for (uint32_t i = 0; i < set->size; i++)
		dti_cancel_fini(&set->jobs[i].cancel);
	dti_free(allocator, set->apart);
	dti_free(allocator, set->memory);
	*set = (struct dti_job_set){0};
}

struct dti_job *dti_job_set_get(struct dti_job_set *set,
				const struct dti_task *task)
{
	struct dti_job *job = set->free;

	DTI_ASSERT(job);
	set->free = job->next_free;
	job->task = *task;
	if (task->node.host_name) {
		/* Its length was checked when the node came in. */
		strncpy(job->apart->host_name, task->node.host_name,
			sizeof(job->apart->host_name) - 1);
		job->apart->host_name[DT_HOST_NAME_SIZE - 1] = '\0';
		job->task.node.host_name = job->apart->host_name;
	}
	job->cancelled_ms = INT64_MAX;
	job->overdue = false;
	job->probe = false;
	job->unwanted = false;
	return job;
}

void dti_job_recalled(struct dti_job *job)
{
	forget_run(job);
	job->times = (struct dti_job_times){0};
	job->result = (struct dti_task_result){
		.outcome = DT_OUTCOME_CANCELLED,
		.cut_short = job->task.cut_short,
	};
}

void dti_job_set_put(struct dti_job_set *set, struct dti_job *job)
{
	dti_cancel_clear(&job->cancel);
	job->in_flight = false;
	job->next_free = set->free;
	set->free = job;
}
