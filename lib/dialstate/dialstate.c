/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/dialstate.h"

#include "lib/dialstate/holds.h"
#include "lib/dialstate/records.h"
#include "lib/dialstate/state.h"
#include "lib/memory.h"

enum {
	/* More random nodes than this are never read in one call. */
	RANDOM_CAPACITY_MAX = 65536
};

/* False: no memory. It then stays as it is: fewer random nodes are asked for. */
static bool resize_random(struct dti_dialstate *state)
{
	uint32_t wanted = state->limits.max_dyn_dials / 2;
	struct dt_node *nodes = NULL;

	if (wanted > RANDOM_CAPACITY_MAX)
		wanted = RANDOM_CAPACITY_MAX;
	if (wanted == state->random.capacity)
		return true;
	if (wanted > 0) {
		nodes = dti_malloc(state->allocator, wanted * sizeof(*nodes));
		if (nodes == NULL)
			return false;
	}
	dti_free(state->allocator, state->random.nodes);
	state->random.nodes = nodes;
	state->random.capacity = wanted;
	return true;
}

static void set_members(struct dti_dialstate *state,
			const struct dti_dialstate_config *config)
{
	state->allocator = config->allocator;
	state->limits = config->limits;
	state->has_lookup = config->has_lookup;
	state->check_endpoints = config->check_endpoints;
	state->slots = dti_slots_initial();
	if (config->self != NULL) {
		state->has_self = true;
		state->self = *config->self;
	}
	dti_slab_init(&state->records, sizeof(struct dti_record), SIZE_MAX,
		      config->allocator);
}

dt_err dti_dialstate_create(struct dti_dialstate **out,
			    const struct dti_dialstate_config *config)
{
	struct dti_dialstate *state =
		dti_calloc(config->allocator, 1, sizeof(*state));

	if (state == NULL)
		return DT_ERR_NO_MEMORY;
	set_members(state, config);
	if (!dti_index_init(&state->index, config->hash_key,
			    config->allocator) ||
	    !resize_random(state)) {
		dti_dialstate_destroy(state);
		return DT_ERR_NO_MEMORY;
	}
	*out = state;
	return DT_OK;
}

void dti_dialstate_destroy(struct dti_dialstate *state)
{
	const struct dt_allocator *allocator;

	if (state == NULL)
		return;
	allocator = state->allocator;
	dti_records_fini(state);
	dti_hold_run_fini(&state->history, allocator);
	dti_hold_heap_fini(&state->early, allocator);
	dti_hold_heap_fini(&state->bans, allocator);
	dti_bootnodes_fini(&state->bootnodes, allocator);
	dti_lookup_buffer_fini(&state->lookup_buffer, allocator);
	dti_free(allocator, state->random.nodes);
	dti_free(allocator, state);
}

void dti_dialstate_set_limits(struct dti_dialstate *state,
			      const struct dti_dialstate_limits *limits)
{
	state->limits = *limits;
	(void)resize_random(state);
}

dt_err dti_dialstate_add_bootnode(struct dti_dialstate *state,
				  const struct dt_node *node)
{
	if (!dti_bootnodes_add(&state->bootnodes, node, state->allocator))
		return DT_ERR_NO_MEMORY;
	state->counters.bootnodes = state->bootnodes.count;
	return DT_OK;
}

bool dti_dialstate_remove_bootnode(struct dti_dialstate *state,
				   const struct dt_node_id *id)
{
	bool removed =
		dti_bootnodes_remove(&state->bootnodes, id, state->allocator);

	state->counters.bootnodes = state->bootnodes.count;
	return removed;
}

static int64_t bootnodes_turn_ms(const struct dti_dialstate *state)
{
	int64_t turn_ms = dti_dialstate_fallback_ms(state);

	if (!state->started || state->counters.peers > 0 ||
	    state->bootnodes.count == 0 || dti_dialstate_need(state) <= 0 ||
	    turn_ms <= state->last_ms)
		return DTI_NEVER;
	return turn_ms;
}

static int64_t earliest(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

bool dti_dialstate_expire(struct dti_dialstate *state, int64_t now_ms,
			  uint64_t max)
{
	return dti_holds_expire(state, now_ms, max);
}

int64_t dti_dialstate_deadline(const struct dti_dialstate *state)
{
	int64_t first_ms = earliest(dti_history_first_ms(state),
				    dti_hold_heap_first_ms(&state->bans));

	return earliest(dti_time_after(first_ms, 1), bootnodes_turn_ms(state));
}

const struct dti_dialstate_counters *
dti_dialstate_counters(const struct dti_dialstate *state)
{
	return &state->counters;
}
