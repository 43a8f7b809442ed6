/* SPDX-License-Identifier: MIT */
#include "workers/ledger.h"

void dti_ledger_created(struct dti_ledger *ledger, enum dt_task kind)
{
	ledger->counters.tasks[kind].created++;
	ledger->counters.tasks[kind].waiting++;
}

void dti_ledger_pushed(struct dti_ledger *ledger, enum dt_task kind)
{
	ledger->counters.tasks[kind].waiting--;
	ledger->counters.tasks[kind].queued++;
}

void dti_ledger_ended_waiting(struct dti_ledger *ledger, enum dt_task kind,
			      enum dt_outcome outcome)
{
	ledger->counters.tasks[kind].waiting--;
	ledger->counters.tasks[kind].outcomes[outcome]++;
}

static void add_latencies(struct dti_ledger *ledger, const struct dti_job *job,
			  int64_t now_ns)
{
	const struct dti_job_times *times = &job->times;
	struct dti_histogram *latencies = ledger->latencies;

	if (times->taken_ns == 0)
		return; /* recalled */
	dti_histogram_add(&latencies[DT_LATENCY_QUEUE],
			  times->taken_ns - job->pushed_ns);
	dti_histogram_add(&latencies[DT_LATENCY_HANDBACK],
			  now_ns - times->given_back_ns);
	if (times->resolve_ns > 0)
		dti_histogram_add(&latencies[DT_LATENCY_RESOLVE],
				  times->resolve_ns);
	if (job->task.kind == DT_TASK_LOOKUP ||
	    job->result.outcome != DT_OUTCOME_CONNECTED)
		return;
	dti_histogram_add(&latencies[DT_LATENCY_CONNECT], times->connect_ns);
	dti_histogram_add(&latencies[DT_LATENCY_SETUP], times->setup_ns);
}

void dti_ledger_completed(struct dti_ledger *ledger, const struct dti_job *job,
			  int64_t now_ns)
{
	struct dt_task_counters *task = &ledger->counters.tasks[job->task.kind];

	task->queued--;
	task->outcomes[job->result.outcome]++;
	ledger->counters.resolves += job->resolves;
	ledger->counters.resolves_found += job->resolves_found;
	ledger->counters.name_lookups += job->name_lookups;
	ledger->counters.nodes_refused += job->nodes_refused;
	ledger->counters.timeouts_shortened += job->connects_cut;
	add_latencies(ledger, job, now_ns);
}
