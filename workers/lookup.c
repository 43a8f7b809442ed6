/* SPDX-License-Identifier: MIT */
#include "workers/lookup.h"

#include "lib/node/endpoint.h"

#include "workers/entropy.h"

static enum dt_outcome outcome_of(bool answered, bool cancelled, size_t count)
{
	if (cancelled)
		return DT_OUTCOME_CANCELLED;
	if (!answered)
		return DT_OUTCOME_FAILED;
	return count > 0 ? DT_OUTCOME_FOUND : DT_OUTCOME_EMPTY;
}

void dti_lookup_run(struct dti_job *job, struct dti_steps *steps)
{
	struct dt_op op = dti_job_begin_step(
		job, dti_settings_read(steps->settings).lookup_timeout_ms);
	struct dt_node_id target;
	bool answered = false;
	size_t count = 0;

	if (!dt_op_cancelled(&op) && dti_entropy_fill(&target, sizeof(target)))
		answered = steps->table.lookup(
			steps->table.context, &op, steps->lookup_nodes,
			DTI_LOOKUP_NODES_MAX, &count, &target);
	(void)dti_job_end_step(job);
	if (!answered)
		count = 0;
	if (count > DTI_LOOKUP_NODES_MAX) {
		dti_job_extra(job)->nodes_refused +=
			(uint32_t)(count - DTI_LOOKUP_NODES_MAX);
		count = DTI_LOOKUP_NODES_MAX;
	}
	for (size_t i = 0; i < count; i++) {
		steps->lookup_nodes[i].host_name = NULL;
		dti_endpoint_normalize(&steps->lookup_nodes[i].endpoint);
	}
	job->result = (struct dti_task_result){
		.outcome = outcome_of(answered, dt_op_cancelled(&op), count),
		.nodes = steps->lookup_nodes,
		.node_count = count,
	};
}
