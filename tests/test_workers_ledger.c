/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "workers/ledger.h"

#include "tests/harness.h"
#include "tests/scene.h"

static struct dti_ledger *make_ledger(void)
{
	struct dti_ledger *ledger = calloc(1, sizeof(*ledger));

	cr_assert_not_null(ledger);
	return ledger;
}

static struct dti_job *make_job(enum dt_task kind, enum dt_outcome outcome)
{
	struct dti_job *job =
		aligned_alloc(_Alignof(struct dti_job), sizeof(*job));

	cr_assert_not_null(job);
	memset(job, 0, sizeof(*job));
	job->task.kind = kind;
	job->result.outcome = outcome;
	job->pushed_ns = 1000;
	job->times = (struct dti_job_times){
		.taken_ns = 1010,
		.given_back_ns = 2000,
	};
	return job;
}

static uint64_t samples(const struct dti_ledger *ledger,
			enum dt_latency_kind kind)
{
	return ledger->latencies[kind].samples;
}

Test(workers_ledger, the_sum_holds_after_each_move)
{
	struct dti_ledger *ledger = make_ledger();
	struct dti_job *job = make_job(DT_TASK_LOOKUP, DT_OUTCOME_EMPTY);
	struct dt_task_counters *task = &ledger->counters.tasks[DT_TASK_LOOKUP];

	dti_ledger_created(ledger, DT_TASK_LOOKUP);
	cr_assert_eq(task->waiting, 1);
	cr_assert_null(counters_broken(&ledger->counters));
	dti_ledger_pushed(ledger, DT_TASK_LOOKUP);
	cr_assert_eq(task->waiting, 0);
	cr_assert_eq(task->queued, 1);
	cr_assert_null(counters_broken(&ledger->counters));
	dti_ledger_completed(ledger, job, 2000);
	cr_assert_eq(task->queued, 0);
	cr_assert_eq(task->outcomes[DT_OUTCOME_EMPTY], 1);
	cr_assert_null(counters_broken(&ledger->counters));
	dti_ledger_created(ledger, DT_TASK_LOOKUP);
	dti_ledger_ended_waiting(ledger, DT_TASK_LOOKUP, DT_OUTCOME_CANCELLED);
	cr_assert_eq(task->waiting, 0);
	cr_assert_eq(task->outcomes[DT_OUTCOME_CANCELLED], 1);
	cr_assert_eq(task->created, 2);
	cr_assert_null(counters_broken(&ledger->counters));
	free(job);
	free(ledger);
}

Test(workers_ledger, kinds_of_tasks_are_counted_apart)
{
	struct dti_ledger *ledger = make_ledger();

	dti_ledger_created(ledger, DT_TASK_STATIC_DIAL);
	dti_ledger_created(ledger, DT_TASK_WAIT);
	dti_ledger_created(ledger, DT_TASK_WAIT);

	cr_assert_eq(ledger->counters.tasks[DT_TASK_STATIC_DIAL].created, 1);
	cr_assert_eq(ledger->counters.tasks[DT_TASK_DYN_DIAL].created, 0);
	cr_assert_eq(ledger->counters.tasks[DT_TASK_WAIT].created, 2);
	free(ledger);
}

Test(workers_ledger, what_a_job_asked_for_is_added_up)
{
	struct dti_ledger *ledger = make_ledger();
	struct dti_job *job = make_job(DT_TASK_STATIC_DIAL, DT_OUTCOME_REFUSED);

	job->has_extra = true;
	job->extra.resolves = 2;
	job->extra.resolves_found = 1;
	job->extra.name_lookups = 3;
	job->extra.nodes_refused = UINT32_MAX;
	job->connects_cut = 4;
	dti_ledger_completed(ledger, job, 2000);
	dti_ledger_completed(ledger, job, 2000);

	cr_assert_eq(ledger->counters.resolves, 4);
	cr_assert_eq(ledger->counters.resolves_found, 2);
	cr_assert_eq(ledger->counters.name_lookups, 6);
	cr_assert_eq(ledger->counters.nodes_refused, 2 * (uint64_t)UINT32_MAX);
	cr_assert_eq(ledger->counters.timeouts_shortened, 8);
	free(job);
	free(ledger);
}

Test(workers_ledger, a_setup_is_counted_by_its_reason)
{
	struct dti_ledger *ledger = make_ledger();
	struct dti_job *job =
		make_job(DT_TASK_DYN_DIAL, DT_OUTCOME_TOO_MANY_PEERS);

	dti_ledger_completed(ledger, job, 2000);
	job->has_extra = true;
	dti_ledger_completed(ledger, job, 2000);
	cr_assert_eq(ledger->counters.setups[0], 0, "none has run");
	job->extra.setups = 1;
	dti_ledger_completed(ledger, job, 2000);
	job->extra.setup_reason = DT_ENDING_REMOTE_TOO_MANY;
	dti_ledger_completed(ledger, job, 2000);
	dti_ledger_completed(ledger, job, 2000);

	cr_assert_eq(ledger->counters.setups[0], 1);
	cr_assert_eq(ledger->counters.setups[DT_ENDING_REMOTE_TOO_MANY], 2);
	free(job);
	free(ledger);
}

Test(workers_ledger, a_dial_that_connected_gives_all_its_latencies)
{
	struct dti_ledger *ledger = make_ledger();
	struct dti_job *job = make_job(DT_TASK_DYN_DIAL, DT_OUTCOME_CONNECTED);

	job->has_extra = true;
	job->extra.resolve_ns = 5;
	job->extra.connect_ns = 6;
	job->extra.setup_ns = 7;
	dti_ledger_completed(ledger, job, 2030);

	cr_assert_eq(ledger->latencies[DT_LATENCY_QUEUE].max, 10);
	cr_assert_eq(ledger->latencies[DT_LATENCY_HANDBACK].max, 30);
	cr_assert_eq(ledger->latencies[DT_LATENCY_RESOLVE].max, 5);
	cr_assert_eq(ledger->latencies[DT_LATENCY_CONNECT].max, 6);
	cr_assert_eq(ledger->latencies[DT_LATENCY_SETUP].max, 7);
	free(job);
	free(ledger);
}

Test(workers_ledger, a_dial_that_failed_has_no_connect_latency)
{
	struct dti_ledger *ledger = make_ledger();
	struct dti_job *job = make_job(DT_TASK_DYN_DIAL, DT_OUTCOME_REFUSED);

	job->has_extra = true;
	job->extra.connect_ns = 6;
	dti_ledger_completed(ledger, job, 2030);

	cr_assert_eq(samples(ledger, DT_LATENCY_QUEUE), 1);
	cr_assert_eq(samples(ledger, DT_LATENCY_HANDBACK), 1);
	cr_assert_eq(samples(ledger, DT_LATENCY_RESOLVE), 0);
	cr_assert_eq(samples(ledger, DT_LATENCY_CONNECT), 0);
	cr_assert_eq(samples(ledger, DT_LATENCY_SETUP), 0);
	free(job);
	free(ledger);
}

Test(workers_ledger, what_no_worker_had_has_no_latency)
{
	struct dti_ledger *ledger = make_ledger();
	struct dti_job *job =
		make_job(DT_TASK_STATIC_DIAL, DT_OUTCOME_CANCELLED);

	job->times = (struct dti_job_times){0};
	dti_ledger_completed(ledger, job, 2030);

	for (enum dt_latency_kind kind = 0; kind < DT_LATENCY_COUNT; kind++)
		cr_assert_eq(samples(ledger, kind), 0);
	cr_assert_eq(ledger->counters.tasks[DT_TASK_STATIC_DIAL]
			     .outcomes[DT_OUTCOME_CANCELLED],
		     1);
	free(job);
	free(ledger);
}
