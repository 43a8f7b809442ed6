/* SPDX-License-Identifier: MIT */
/* Queries, on the host's thread: see ANSWER in workers/discovery_query.h and
 * CLOSING in workers/discv4.h. */
#include <string.h>

#include "lib/container.h"

#include "workers/discv4.h"

static dt_discv4 *discv4_of(const struct dti_host_message *message)
{
	return dti_container_of(message->member, dt_discv4, member);
}

/* Its answer is written. Its caller is woken when the turn ends, with counters
 * in which it has ended. */
static void end(dt_discv4 *discv4, struct dti_query_slot *slot)
{
	discv4->counters.queries_ended++;
	slot->under_way = false;
	slot->next_ended = discv4->ended;
	discv4->ended = slot;
}

void dti_discovery_wake_callers(dt_discv4 *discv4)
{
	struct dti_query_slot *slot = discv4->ended;

	discv4->ended = NULL;
	while (slot) {
		/* It is the caller's afterwards. */
		struct dti_query_slot *next = slot->next_ended;

		dti_query_finish(slot);
		slot = next;
	}
}

static void end_without(dt_discv4 *discv4, struct dti_query_slot *slot,
			dt_err err)
{
	slot->answer.err = err;
	end(discv4, slot);
}

static void copy_nodes(struct dti_query_answer *out,
		       const struct dti_discv4_answer *answer)
{
	out->count = answer->count < DTI_LOOKUP_RESULTS ? answer->count
							: DTI_LOOKUP_RESULTS;
	if (out->count > 0)
		memcpy(out->nodes, answer->nodes,
		       out->count * sizeof(*out->nodes));
}

void dti_discovery_done(void *context, void *tag,
			const struct dti_discv4_answer *answer)
{
	dt_discv4 *discv4 = context;
	struct dti_query_slot *slot = tag;
	struct dti_query_answer *out = &slot->answer;

	out->err = answer->err;
	out->rtt_ms = answer->rtt_ms;
	out->seen_as = answer->seen_as;
	out->record_seq = answer->record_seq;
	out->asked = answer->asked;
	out->answered = answer->answered;
	copy_nodes(out, answer);
	if (answer->record)
		out->record = *answer->record;
	end(discv4, slot);
}

/* So that closing need not look at slots that were never used. */
static void note_use(dt_discv4 *discv4, const struct dti_query_slot *slot)
{
	uint32_t number = (uint32_t)(slot - discv4->slots.all) + 1;

	if (number > discv4->slots_used)
		discv4->slots_used = number;
}

void dti_discovery_question(struct dti_host_message *message)
{
	dt_discv4 *discv4 = discv4_of(message);
	struct dti_query_slot *slot = dti_container_of(
		message, struct dti_query_slot, question_message);
	dt_err err;

	discv4->counters.queries++;
	slot->under_way = true;
	note_use(discv4, slot);
	dti_discovery_begin_turn(discv4);
	if (discv4->closed) {
		end_without(discv4, slot, DT_ERR_CANCELLED);
	} else {
		err = dti_discv4_ask(discv4->machine, &slot->question,
				     discv4->now);
		if (err)
			end_without(discv4, slot, err);
	}
	dti_discovery_end_turn(discv4);
}

void dti_discovery_abandoned(struct dti_host_message *message)
{
	dt_discv4 *discv4 = discv4_of(message);
	struct dti_query_slot *slot = dti_container_of(
		message, struct dti_query_slot, abandon_message);

	dti_discovery_begin_turn(discv4);
	if (slot->under_way) {
		(void)dti_discv4_cancel(discv4->machine, slot);
		discv4->counters.queries_ended++;
	}
	dti_query_release(slot);
	dti_discovery_end_turn(discv4);
}

void dti_discovery_close(struct dti_host_message *message)
{
	dt_discv4 *discv4 = discv4_of(message);

	discv4->closed = true;
	dti_discovery_begin_turn(discv4);
	for (uint32_t i = 0; i < discv4->slots_used; i++) {
		struct dti_query_slot *slot = &discv4->slots.all[i];

		if (!slot->under_way)
			continue;
		(void)dti_discv4_cancel(discv4->machine, slot);
		end_without(discv4, slot, DT_ERR_CANCELLED);
	}
	dti_discovery_end_turn(discv4);
}
