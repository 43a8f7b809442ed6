/* SPDX-License-Identifier: MIT */
#ifndef DTI_JOB_H
#define DTI_JOB_H

/*
 * A task in flight. It has one holder at a time: the scheduler until it is
 * pushed, one worker until it is given back, then the scheduler again. The
 * queues between them publish it (HANDOFF in workers/handoff.h), so its plain
 * fields need no atomics. Jobs are made at creation and never freed before the
 * dialer is.
 */

#include <stdalign.h>
#include <stdatomic.h>

#include "lib/dialstate/task.h"
#include "lib/dialtone.h"

#include "workers/cacheline.h"
#include "workers/command.h"
#include "workers/op.h"

struct dti_job_times {
	int64_t taken_ns; /* 0: no worker had the job */
	/* While a worker has the job: when it last read the clock. */
	int64_t given_back_ns;
};

/** What most dials that fail do not have: 0 for what did not happen. */
struct dti_job_extra {
	int64_t resolve_ns; /* resolve and name look-up together */
	int64_t connect_ns; /* the connect that succeeded */
	int64_t setup_ns;
	uint32_t resolves; /* asked of the table */
	uint32_t resolves_found;
	uint32_t name_lookups;
	uint32_t nodes_refused; /* lookup results beyond what was asked for */
	/* Of the set-up that ran, if one did; see dt_counters.setups. */
	uint32_t setups;
	uint32_t setup_reason;
};

/*
 * What most dials never need. In memory of its own, which is not touched, and so
 * takes none of the machine's, before a dial needs it.
 */
struct dti_job_apart {
	/* Of the scheduler: what task.node.host_name means. */
	char host_name[DT_HOST_NAME_SIZE];
	/*
	 * The peer that comes of this dial, reported before it is kept. The
	 * worker pushes it once; the scheduler has applied it before it sees
	 * the job again.
	 */
	struct dti_command announce;
};

/*
 * What the scheduler writes and what the worker writes is on different cache
 * lines: each line goes one way, once a task. Of the worker's lines a dial that
 * neither connects nor resolves touches the first. What a task seldom needs
 * comes last.
 */
struct dti_job {
	/*
	 * Written by the scheduler before it pushes the job; the worker reads
	 * the task.
	 */
	alignas(DTI_CACHELINE) struct dti_task task;
	int64_t pushed_ns;
	int64_t cancelled_ms;      /* INT64_MAX: it was not */
	struct dti_job *next_free; /* of one that is free */
	uint32_t index;
	bool in_flight;
	bool overdue;  /* the watchdog has reported it */
	bool probe;    /* the one dial that goes ahead during a local fault */
	bool unwanted; /* banned meanwhile: if it connects, disconnect it */
	/* Shared: raised by the scheduler while a worker waits on it. */
	struct dti_cancel cancel;

	/*
	 * Written by the worker from dti_job_taken() on, read by the scheduler
	 * when it has the job back. The deadline of a step, INT64_MAX while
	 * none runs, is shared: the scheduler's watchdog reads it meanwhile.
	 * Relaxed: nothing is published by it.
	 */
	alignas(DTI_CACHELINE) _Atomic int64_t step_deadline_ms;
	struct dti_job_times times;
	bool has_extra;                /* else it is not to be read */
	bool announced;                /* the peer was reported by announce */
	uint8_t connects_cut;          /* that met a limit below dial_timeout */
	struct dti_task_result result; /* its second line: as its flags say */
	struct dti_job_extra extra;

	struct dti_job_apart *apart; /* the same for life */
};

/*
 * The worker's clock. It is read when the job is taken and when a step has
 * ended, and the next step begins at that: between two steps nothing waits.
 */

/** The job was taken: nothing has come of it yet. */
void dti_job_taken(struct dti_job *job);
/** The worker: the rest of what it has to report. */
struct dti_job_extra *dti_job_extra(struct dti_job *job);
/** A step begins, with so long to go. */
struct dt_op dti_job_begin_step(struct dti_job *job, int64_t timeout_ms);
/** It has ended: how many nanoseconds it took. */
int64_t dti_job_end_step(struct dti_job *job);
/** The worker's latest reading, in milliseconds. */
int64_t dti_job_now_ms(const struct dti_job *job);

/** All jobs of a dialer. Owner: the scheduler. */
struct dti_job_set {
	void *memory;                /* owned; the jobs are in it */
	struct dti_job_apart *apart; /* owned; of each job */
	struct dti_job *jobs;
	struct dti_job *free;
	uint32_t size;
};

/** Errors: DT_ERR_NO_MEMORY, DT_ERR_NO_DESCRIPTORS. Pair with fini. */
dt_err dti_job_set_init(struct dti_job_set *set, uint32_t size,
			const struct dt_allocator *allocator);
void dti_job_set_fini(struct dti_job_set *set,
		      const struct dt_allocator *allocator);
/** A free job for @task; there is one, or the scheduler has miscounted. */
struct dti_job *dti_job_set_get(struct dti_job_set *set,
				const struct dti_task *task);
/** The scheduler took it back before any worker had it: it was cancelled. */
void dti_job_recalled(struct dti_job *job);
void dti_job_set_put(struct dti_job_set *set, struct dti_job *job);

#endif /* DTI_JOB_H */
