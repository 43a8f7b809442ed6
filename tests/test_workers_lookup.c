/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "workers/lookup.h"

#include "tests/harness.h"
#include "tests/one_job.h"

struct oracle {
	struct dt_node node; /* what it writes, each time */
	size_t written;
	size_t claimed;
	bool fails;
	struct dti_job *cancel; /* a job that it cancels, or NULL */
	size_t asked;
	struct dt_node_id targets[4];
};

static bool look_up(void *context, const struct dt_op *op, struct dt_node *out,
		    size_t max, size_t *count, const struct dt_node_id *target)
{
	struct oracle *oracle = context;

	cr_assert_eq(max, DTI_LOOKUP_NODES_MAX);
	cr_assert_gt(dt_op_deadline_ms(op), 0);
	oracle->targets[oracle->asked++ % 4] = *target;
	for (size_t i = 0; i < oracle->written; i++)
		out[i] = oracle->node;
	*count = oracle->claimed;
	if (oracle->cancel)
		dti_cancel_raise(&oracle->cancel->cancel);
	return !oracle->fails;
}

static const struct dti_task task = {.kind = DT_TASK_LOOKUP};

static struct one_job *make(struct oracle *oracle)
{
	struct one_job *one = one_job_make(&task);

	one->steps.table.context = oracle;
	one->steps.table.lookup = look_up;
	return one;
}

Test(workers_lookup, brings_the_nodes_that_were_found)
{
	struct oracle oracle = {
		.node = {.endpoint = {.ip = {127, 0, 0, 1},
				      .family = 4,
				      .tcp_port = 7}},
		.written = 3,
		.claimed = 3,
	};
	struct one_job *one = make(&oracle);

	dti_lookup_run(one->job, &one->steps);

	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_FOUND);
	cr_assert_eq(one->job->result.node_count, 3);
	cr_assert_eq(one->job->result.nodes[2].endpoint.tcp_port, 7);
	cr_assert_not(one->job->has_extra);
	one_job_free(one);
}

Test(workers_lookup, finding_none_is_not_failing)
{
	struct oracle oracle = {.written = 0};
	struct one_job *one = make(&oracle);

	dti_lookup_run(one->job, &one->steps);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_EMPTY);
	oracle.fails = true;
	oracle.written = oracle.claimed = 5;
	one_job_again(one, &task);
	dti_lookup_run(one->job, &one->steps);

	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_FAILED);
	/* What a failed lookup has written does not count. */
	cr_assert_eq(one->job->result.node_count, 0);
	cr_assert_not(one->job->has_extra);
	one_job_free(one);
}

Test(workers_lookup, each_target_is_another_one)
{
	struct oracle oracle = {.written = 0};
	struct one_job *one = make(&oracle);

	for (size_t i = 0; i < 4; i++) {
		dti_lookup_run(one->job, &one->steps);
		for (size_t k = 0; k < i; k++)
			cr_assert_neq(memcmp(&oracle.targets[i],
					     &oracle.targets[k],
					     sizeof(oracle.targets[i])),
				      0);
	}
	one_job_free(one);
}

Test(workers_lookup, a_table_that_claims_too_much_is_cut_off)
{
	struct oracle oracle = {
		.node = {.host_name = (const char *)1},
		.written = DTI_LOOKUP_NODES_MAX,
		.claimed = DTI_LOOKUP_NODES_MAX + 7,
	};
	struct one_job *one = make(&oracle);

	dti_lookup_run(one->job, &one->steps);

	cr_assert_eq(one->job->result.node_count, DTI_LOOKUP_NODES_MAX);
	cr_assert_eq(one->job->extra.nodes_refused, 7);
	/* Names are for static nodes; this one was not even a pointer. */
	for (size_t i = 0; i < DTI_LOOKUP_NODES_MAX; i++)
		cr_assert_null(one->job->result.nodes[i].host_name);
	one_job_free(one);
}

Test(workers_lookup, a_mapped_address_is_the_ipv4_one)
{
	struct oracle oracle = {
		.node = {.endpoint = {.ip = {[10] = 0xff, 0xff, 10, 0, 0, 1},
				      .family = 6,
				      .tcp_port = 7}},
		.written = 1,
		.claimed = 1,
	};
	struct one_job *one = make(&oracle);

	dti_lookup_run(one->job, &one->steps);

	cr_assert_eq(one->job->result.nodes[0].endpoint.family, 4);
	cr_assert_eq(one->job->result.nodes[0].endpoint.ip[0], 10);
	one_job_free(one);
}

Test(workers_lookup, one_that_is_cancelled_asks_nobody)
{
	struct oracle oracle = {.written = 1, .claimed = 1};
	struct one_job *one = make(&oracle);

	dti_cancel_raise(&one->job->cancel);
	dti_lookup_run(one->job, &one->steps);

	cr_assert_eq(oracle.asked, 0);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_CANCELLED);
	one_job_free(one);
}

Test(workers_lookup, what_comes_after_the_cancel_is_cancelled)
{
	struct oracle oracle = {.written = 1, .claimed = 1};
	struct one_job *one = make(&oracle);

	oracle.cancel = one->job;
	dti_lookup_run(one->job, &one->steps);

	cr_assert_eq(oracle.asked, 1);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_CANCELLED);
	one_job_free(one);
}
