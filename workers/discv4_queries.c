/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/endpoint.h"

#include "workers/clock.h"
#include "workers/discv4.h"
#include "workers/op.h"

dt_err dti_discv4_query(dt_discv4 *discv4, struct dti_query_slot **out,
			const struct dti_discv4_question *question,
			const struct dt_op *op)
{
	uint32_t phase = dti_discv4_phase(discv4);
	struct dti_query_slot *slot;
	dt_err err;

	if ((phase & DTI_DISCV4_CLOSED) != 0)
		return DT_ERR_STOPPED;
	if ((phase & DTI_DISCV4_STARTED) == 0)
		return DT_ERR_NOT_STARTED;
	slot = dti_query_take(&discv4->slots);
	if (!slot)
		return DT_ERR_BUSY;
	slot->question = *question;
	err = dti_query_await(slot, op);
	if (err)
		return err;
	err = slot->answer.err;
	if (err)
		dti_query_give(slot);
	else
		*out = slot;
	return err;
}

/* The same for who has no op: until @timeout_ms from now. */
static dt_err query(dt_discv4 *discv4, struct dti_query_slot **out,
		    const struct dti_discv4_question *question,
		    int64_t timeout_ms)
{
	/* poll(2) does not look at a descriptor of -1. */
	struct dti_cancel never = {.fd = -1};
	int64_t now_ms = dti_clock_ms();
	struct dt_op op = {.cancel = &never, .began_ms = now_ms};

	if (__builtin_add_overflow(now_ms, timeout_ms, &op.deadline_ms))
		op.deadline_ms = timeout_ms > 0 ? INT64_MAX : INT64_MIN;
	return dti_discv4_query(discv4, out, question, &op);
}

static bool can_be_asked(const struct dt_node *node)
{
	return (node->endpoint.family == 4 || node->endpoint.family == 6) &&
	       node->endpoint.udp_port != 0;
}

/* About one node, that is asked itself. */
static struct dti_discv4_question question_of(enum dti_discv4_query_kind kind,
					      const struct dt_node *node)
{
	struct dti_discv4_question question = {.kind = kind, .node = *node};

	question.node.host_name = NULL;
	dti_endpoint_normalize(&question.node.endpoint);
	return question;
}

dt_err dt_discv4_ping(dt_discv4 *discv4, struct dt_discv4_pong *out,
		      const struct dt_node *node, int64_t timeout_ms)
{
	struct dti_discv4_question question = question_of(DTI_QUERY_PING, node);
	struct dti_query_slot *slot;
	dt_err err;

	if (!can_be_asked(&question.node))
		return DT_ERR_ARGUMENT;
	err = query(discv4, &slot, &question, timeout_ms);
	if (err)
		return err;
	*out = (struct dt_discv4_pong){
		.rtt_ms = slot->answer.rtt_ms,
		.seen_as = slot->answer.seen_as,
		.record_seq = slot->answer.record_seq,
	};
	dti_query_give(slot);
	return DT_OK;
}

static size_t copy_nodes(struct dt_node *out, size_t max,
			 const struct dti_query_answer *answer)
{
	size_t count = answer->count < max ? answer->count : max;

	if (count > 0)
		memcpy(out, answer->nodes, count * sizeof(*out));
	return count;
}

/* NOLINTNEXTLINE(readability-function-size): as dialtone.h has it. */
dt_err dt_discv4_find(dt_discv4 *discv4, struct dt_node *out, size_t max,
		      size_t *count, const struct dt_node *node,
		      const struct dt_node_id *target, int64_t timeout_ms)
{
	struct dti_discv4_question question = question_of(DTI_QUERY_FIND, node);
	struct dti_query_slot *slot;
	dt_err err;

	if (!can_be_asked(&question.node))
		return DT_ERR_ARGUMENT;
	question.target = *target;
	err = query(discv4, &slot, &question, timeout_ms);
	if (err)
		return err;
	*count = copy_nodes(out, max, &slot->answer);
	dti_query_give(slot);
	return DT_OK;
}

dt_err dt_discv4_request_record(dt_discv4 *discv4, struct dt_record *out,
				const struct dt_node *node, int64_t timeout_ms)
{
	struct dti_discv4_question question =
		question_of(DTI_QUERY_RECORD, node);
	struct dti_query_slot *slot;
	dt_err err;

	if (!can_be_asked(&question.node))
		return DT_ERR_ARGUMENT;
	err = query(discv4, &slot, &question, timeout_ms);
	if (err)
		return err;
	*out = slot->answer.record;
	dti_query_give(slot);
	return DT_OK;
}

/* NOLINTNEXTLINE(readability-function-size): as dialtone.h has it. */
dt_err dt_discv4_lookup(dt_discv4 *discv4, struct dt_node *out, size_t max,
			size_t *count, struct dt_discv4_lookup_cost *cost,
			const struct dt_node_id *target, int64_t timeout_ms)
{
	struct dti_discv4_question question = {
		.kind = DTI_QUERY_LOOKUP,
		.target = *target,
	};
	int64_t began_ms = dti_clock_ms();
	struct dti_query_slot *slot;
	dt_err err = query(discv4, &slot, &question, timeout_ms);

	if (err)
		return err;
	*count = copy_nodes(out, max, &slot->answer);
	if (cost)
		*cost = (struct dt_discv4_lookup_cost){
			.asked = slot->answer.asked,
			.answered = slot->answer.answered,
			.duration_ms = dti_clock_ms() - began_ms,
		};
	dti_query_give(slot);
	return DT_OK;
}

dt_err dt_discv4_resolve(dt_discv4 *discv4, struct dt_node *out,
			 const struct dt_node_id *id, int64_t timeout_ms)
{
	struct dti_discv4_question question = {
		.kind = DTI_QUERY_RESOLVE,
		.target = *id,
	};
	struct dti_query_slot *slot;
	dt_err err = query(discv4, &slot, &question, timeout_ms);

	if (err)
		return err;
	*out = slot->answer.nodes[0];
	dti_query_give(slot);
	return DT_OK;
}
