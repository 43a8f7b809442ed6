/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/round.h"

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t positive_need(const struct dti_dialstate *state)
{
	int64_t need = dti_dialstate_need(state);

	return need > 0 ? (uint64_t)need : 0;
}

static bool is_bootnodes_turn(const struct dti_dialstate *state)
{
	return state->counters.peers == 0 && state->bootnodes.count > 0 &&
	       positive_need(state) > 0 &&
	       state->last_ms >= dti_dialstate_fallback_ms(state);
}

void dti_round_read_random(struct dti_round *round)
{
	const struct dti_random_buffer *buffer = &round->state->random;
	size_t count;

	round->random_count = 0;
	round->random_looked = 0;
	if (round->random == NULL || round->random->read == NULL ||
	    round->slots == 0 || buffer->capacity == 0 ||
	    positive_need(round->state) < 2)
		return;
	count = round->random->read(round->random->context, buffer->nodes,
				    buffer->capacity);
	round->random_count = least(count, buffer->capacity);
}

/* Random nodes that may still be looked at: half of need, no more. */
static uint64_t random_left(const struct dti_round *round, uint64_t need)
{
	uint64_t most = least(round->random_count, need / 2);

	return most > round->random_looked ? most - round->random_looked : 0;
}

uint64_t dti_round_dyn_wanted(const struct dti_round *round)
{
	const struct dti_dialstate *state = round->state;
	uint64_t need = positive_need(state);
	uint64_t candidates = is_bootnodes_turn(state) ? 1 : 0;

	candidates += random_left(round, need);
	candidates += state->lookup_buffer.count;
	return least(candidates, need);
}

/* Look at the next random nodes until @most are looked at or @dials made. */
static void try_random(struct dti_round *round, uint64_t most, uint64_t dials)
{
	const struct dt_node *nodes = round->state->random.nodes;
	uint64_t floor = round->slots - dials;

	for (uint64_t i = 0; i < most && round->slots > floor; i++)
		dti_round_try(round, &nodes[round->random_looked++],
			      DT_SOURCE_RANDOM);
}

static bool is_stale(const struct dti_dialstate *state,
		     const struct dti_lookup_entry *entry)
{
	return dti_time_after(entry->arrived_ms,
			      state->limits.lookup_max_age_ms) < state->last_ms;
}

static void try_lookup_buffer(struct dti_round *round)
{
	struct dti_dialstate *state = round->state;

	while (round->slots > 0 && positive_need(state) > 0 &&
	       state->lookup_buffer.count > 0) {
		struct dti_lookup_entry entry =
			dti_lookup_buffer_take(&state->lookup_buffer);

		if (is_stale(state, &entry))
			dti_round_skip(round, DT_SOURCE_LOOKUP, DT_SKIP_STALE);
		else
			dti_round_try(round, &entry.node, DT_SOURCE_LOOKUP);
		dti_lookup_entry_fini(&entry, state->allocator);
	}
	state->counters.lookup_buffer = state->lookup_buffer.count;
}

static uint64_t random_slots(struct dti_round *round, uint64_t most,
			     uint64_t need)
{
	struct dti_dialstate *state = round->state;
	uint64_t buffered = least(state->lookup_buffer.count, need - most);

	return dti_slots_for_random(&state->slots, round->slots, most,
				    buffered);
}

/*
 * Of the random nodes the first half of need is looked at and no more, also
 * when some of them are refused (2017's rule). When there are slots for all,
 * the lookup buffer comes after all of them; else see HALVES in slots.h.
 */
void dti_round_dyn(struct dti_round *round)
{
	struct dti_dialstate *state = round->state;
	uint64_t most;
	uint64_t need;

	if (round->slots > 0 && is_bootnodes_turn(state))
		dti_round_try(round, dti_bootnodes_turn(&state->bootnodes),
			      DT_SOURCE_BOOTNODE);
	need = positive_need(state);
	most = random_left(round, need);
	try_random(round, most, random_slots(round, most, need));
	try_lookup_buffer(round);
	try_random(round, most - round->random_looked, round->slots);
}
