/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_DIAL_TASK_H
#define DTI_DIALSTATE_DIAL_TASK_H

/*
 * What one dial does when it runs: resolve if no address is known; dial; if a
 * static node's dial fails, resolve (when its backoff allows) and dial once
 * more. A calculation: whoever runs it asks for the step, does it, and reports.
 *
 *	begin -> RESOLVE -> CONNECT -> RESOLVE -> CONNECT -> END
 *	         (no address)          (static, failed, allowed)
 *
 * Owner: whoever holds the task. Not thread-safe.
 */

#include "lib/dialtone.h"

/** A static node's resolve backoff; travels with its dial and comes back. */
struct dti_resolve_backoff {
	int64_t last_ms;  /* when it was resolved last, if resolved_before */
	int64_t delay_ms; /* least time between two resolves */
	bool resolved_before;
};

enum dti_dial_step {
	DTI_DIAL_STEP_RESOLVE,
	DTI_DIAL_STEP_CONNECT, /* to dial->endpoint */
	DTI_DIAL_STEP_END,
};

struct dti_dial_task {
	struct dt_endpoint endpoint;
	struct dti_resolve_backoff backoff;
	int64_t delay_initial_ms;
	int64_t delay_max_ms;
	bool is_static;
	bool has_table;
	bool connect_tried; /* a connect has failed */
	bool resolved;      /* endpoint comes from a resolve of this run */
	enum dti_dial_step step;
};

/** A backoff that was never used. */
struct dti_resolve_backoff
dti_resolve_backoff_initial(int64_t delay_initial_ms);

/** Set step from the other members: fill those in first, see dial_task.c. */
void dti_dial_task_begin(struct dti_dial_task *dial, int64_t now_ms);

/** After a RESOLVE step. @endpoint: NULL if it was not found. */
void dti_dial_task_resolved(struct dti_dial_task *dial, int64_t now_ms,
			    const struct dt_endpoint *endpoint);

/** After a CONNECT step: whether TCP connected (set-up does not count). */
void dti_dial_task_connected(struct dti_dial_task *dial, int64_t now_ms,
			     bool connected);

#endif /* DTI_DIALSTATE_DIAL_TASK_H */
