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
	if (!job->has_extra)
		return;
	if (job->extra.resolve_ns > 0)
		dti_histogram_add(&latencies[DT_LATENCY_RESOLVE],
				  job->extra.resolve_ns);
	if (job->task.kind == DT_TASK_LOOKUP ||
	    job->result.outcome != DT_OUTCOME_CONNECTED)
		return;
	dti_histogram_add(&latencies[DT_LATENCY_CONNECT],
			  job->extra.connect_ns);
	dti_histogram_add(&latencies[DT_LATENCY_SETUP], job->extra.setup_ns);
}

static void add_extra(struct dt_counters *counters,
		      const struct dti_job_extra *extra)
{
	counters->resolves += extra->resolves;
	counters->resolves_found += extra->resolves_found;
	counters->name_lookups += extra->name_lookups;
	counters->nodes_refused += extra->nodes_refused;
	counters->setups[extra->setup_reason] += extra->setups;
}

void dti_ledger_completed(struct dti_ledger *ledger, const struct dti_job *job,
			  int64_t now_ns)
{
	struct dt_task_counters *task = &ledger->counters.tasks[job->task.kind];

	task->queued--;
	task->outcomes[job->result.outcome]++;
	if (job->has_extra)
		add_extra(&ledger->counters, &job->extra);
	ledger->counters.timeouts_shortened += job->connects_cut;
	add_latencies(ledger, job, now_ns);
}
