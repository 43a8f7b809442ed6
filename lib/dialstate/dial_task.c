/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/dial_task.h"

#include "lib/assert.h"
#include "lib/node/endpoint.h"

struct dti_resolve_backoff dti_resolve_backoff_initial(int64_t delay_initial_ms)
{
	return (struct dti_resolve_backoff){.delay_ms = delay_initial_ms};
}

static bool may_resolve(const struct dti_dial_task *dial, int64_t now_ms)
{
	const struct dti_resolve_backoff *backoff = &dial->backoff;

	if (!dial->has_table)
		return false;
	return !backoff->resolved_before ||
	       now_ms - backoff->last_ms >= backoff->delay_ms;
}

static enum dti_dial_step resolve_or_end(const struct dti_dial_task *dial,
					 int64_t now_ms)
{
	return may_resolve(dial, now_ms) ? DTI_DIAL_STEP_RESOLVE
					 : DTI_DIAL_STEP_END;
}

/*
 * Needs: endpoint, backoff, both delays, is_static and has_table. The endpoint
 * and the backoff are what the task leaves behind when it has ended.
 */
void dti_dial_task_begin(struct dti_dial_task *dial, int64_t now_ms)
{
	dial->connect_tried = false;
	dial->resolved = false;
	if (dti_endpoint_has_address(&dial->endpoint))
		dial->step = DTI_DIAL_STEP_CONNECT;
	else
		dial->step = resolve_or_end(dial, now_ms);
}

static int64_t doubled(int64_t delay_ms, int64_t max_ms)
{
	return delay_ms > max_ms / 2 ? max_ms : 2 * delay_ms;
}

void dti_dial_task_resolved(struct dti_dial_task *dial, int64_t now_ms,
			    const struct dt_endpoint *endpoint)
{
	struct dti_resolve_backoff *backoff = &dial->backoff;

	DTI_ASSERT(dial->step == DTI_DIAL_STEP_RESOLVE);
	backoff->resolved_before = true;
	backoff->last_ms = now_ms;
	if (endpoint == NULL || !dti_endpoint_has_address(endpoint)) {
		backoff->delay_ms =
			doubled(backoff->delay_ms, dial->delay_max_ms);
		dial->step = DTI_DIAL_STEP_END;
		return;
	}
	backoff->delay_ms = dial->delay_initial_ms;
	dial->endpoint = *endpoint;
	dial->resolved = true;
	dial->step = DTI_DIAL_STEP_CONNECT;
}

void dti_dial_task_connected(struct dti_dial_task *dial, int64_t now_ms,
			     bool connected)
{
	bool second = dial->connect_tried;

	DTI_ASSERT(dial->step == DTI_DIAL_STEP_CONNECT);
	dial->step = DTI_DIAL_STEP_END;
	if (connected)
		return;
	dial->connect_tried = true;
	if (dial->is_static && !second)
		dial->step = resolve_or_end(dial, now_ms);
}
