/* SPDX-License-Identifier: MIT */
#ifndef DTI_LEDGER_H
#define DTI_LEDGER_H

/*
 * What became of every task. Each function is one move of one task, so that
 * created = waiting + queued + running + the sum of outcomes holds after each.
 *
 * Owner: the scheduler. Others see it through workers/snapshot.h.
 */

#include "lib/histogram.h"

#include "workers/job.h"

struct dti_ledger {
	struct dt_counters counters; /* queued: all that are in flight */
	struct dti_histogram latencies[DT_LATENCY_COUNT];
};

/** A new task begins by waiting for its time. */
void dti_ledger_created(struct dti_ledger *ledger, enum dt_task kind);
/** A waiting task goes to the workers. */
void dti_ledger_pushed(struct dti_ledger *ledger, enum dt_task kind);
/** A waiting task ends without a worker. */
void dti_ledger_ended_waiting(struct dti_ledger *ledger, enum dt_task kind,
			      enum dt_outcome outcome);
/** A job has come back: its outcome, its latencies and what it asked for. */
void dti_ledger_completed(struct dti_ledger *ledger, const struct dti_job *job,
			  int64_t now_ns);

#endif /* DTI_LEDGER_H */
