/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/round.h"

#include "lib/dialstate/check.h"
#include "lib/dialstate/records.h"
#include "lib/dialstate/static_nodes.h"

/* @task: the next of round->out, filled in. */
static void begin(struct dti_round *round, struct dti_record *record,
		  struct dti_task *task)
{
	struct dti_dialstate *state = round->state;
	bool is_static = task->kind == DT_TASK_STATIC_DIAL;

	/* A static node that stands aside stays there during a dynamic dial. */
	if (record->list != DTI_LIST_ASIDE)
		dti_records_unlist(state, record);
	dti_records_set_dialing(state, record,
				is_static ? DTI_DIALING_STATIC
					  : DTI_DIALING_DYN);
	state->counters.offered[task->source]++;
	state->counters.dialed[task->source]++;
	task->record = record;
	round->count++;
	round->slots--;
}

void dti_round_begin_static(struct dti_round *round, struct dti_record *record,
			    enum dt_source source)
{
	struct dti_task *task = &round->out[round->count];

	*task = (struct dti_task){
		.kind = DT_TASK_STATIC_DIAL,
		.source = source,
		.node = {.id = record->id,
			 .endpoint = record->endpoint,
			 .host_name = record->host_name},
		.static_serial = record->static_serial,
		.cut_short = record->cut_short,
		.backoff = {.last_ms = record->resolve_last_ms,
			    .delay_ms = record->resolve_delay_ms,
			    .resolved_before = record->resolved_before},
	};
	begin(round, record, task);
}

/*
 * A static node can be dialed as a dynamic one only while its own endpoint may
 * not be dialed; the record then keeps that endpoint.
 */
static void begin_dyn(struct dti_round *round, struct dti_record *record,
		      const struct dt_node *node, enum dt_source source)
{
	struct dti_task *task = &round->out[round->count];

	if (record == NULL)
		record = dti_records_get(round->state, &node->id);
	if (record == NULL) {
		dti_round_skip(round, source, DT_SKIP_NO_MEMORY);
		return;
	}
	*task = (struct dti_task){
		.kind = DT_TASK_DYN_DIAL,
		.source = source,
		.node = {.id = node->id, .endpoint = node->endpoint},
	};
	if (!dti_record_is_static(record)) {
		if (!dti_records_set_node(round->state, record, node)) {
			dti_round_skip(round, source, DT_SKIP_NO_MEMORY);
			dti_records_settle(round->state, record);
			return;
		}
		task->node.host_name = record->host_name;
	}
	begin(round, record, task);
}

void dti_round_try(struct dti_round *round, const struct dt_node *node,
		   enum dt_source source)
{
	struct dti_record *record = dti_records_find(round->state, &node->id);
	struct dti_candidate candidate = {
		.record = record,
		.id = &node->id,
		.endpoint = &node->endpoint,
		.host_name = node->host_name,
	};
	enum dt_skip reason;

	if (record != NULL && record->list == DTI_LIST_READY) {
		struct dti_candidate own = dti_candidate_of(record);

		if (dti_check_dial(round->state, &own) == DTI_SKIP_NONE) {
			dti_round_begin_static(round, record, source);
			return;
		}
	}
	reason = dti_check_dial(round->state, &candidate);
	if (reason == DTI_SKIP_NONE)
		begin_dyn(round, record, node, source);
	else
		dti_round_skip(round, source, reason);
}

void dti_round_static(struct dti_round *round, uint64_t quota)
{
	struct dti_dialstate *state = round->state;
	uint64_t floor = quota < round->slots ? round->slots - quota : 0;

	while (round->slots > floor) {
		struct dti_record *record = dti_static_nodes_take(state);
		struct dti_candidate candidate;
		enum dt_skip reason;

		if (record == NULL)
			return;
		candidate = dti_candidate_of(record);
		reason = dti_check_dial(state, &candidate);
		if (reason == DTI_SKIP_NONE) {
			dti_round_begin_static(round, record, DT_SOURCE_STATIC);
			continue;
		}
		dti_round_skip(round, DT_SOURCE_STATIC, reason);
		if (dti_check_activity(record) == DTI_SKIP_NONE &&
		    dti_check_target(state, &candidate) != DTI_SKIP_NONE)
			dti_static_nodes_put_aside(state, record);
		else
			dti_records_settle(state, record);
	}
}

static void begin_now(struct dti_round *round, struct dti_record *record)
{
	struct dti_task *task = &round->out[round->count];

	*task = (struct dti_task){
		.kind = DT_TASK_DYN_DIAL,
		.source = DT_SOURCE_DIAL_NOW,
		.node = {.id = record->id,
			 .endpoint = record->endpoint,
			 .host_name = record->host_name},
	};
	begin(round, record, task);
}

void dti_round_dial_now(struct dti_round *round)
{
	struct dti_dialstate *state = round->state;

	while (round->slots > 0 && state->now.head != NULL) {
		struct dti_record *record = state->now.head;
		struct dti_candidate candidate = dti_candidate_of(record);
		enum dt_skip reason = dti_check_dial(state, &candidate);

		if (reason != DTI_SKIP_NONE) {
			dti_round_skip(round, DT_SOURCE_DIAL_NOW, reason);
			dti_records_unlist(state, record);
			dti_records_settle(state, record);
		} else if (candidate.is_static) {
			dti_round_begin_static(round, record,
					       DT_SOURCE_DIAL_NOW);
		} else {
			begin_now(round, record);
		}
	}
}
