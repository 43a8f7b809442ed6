/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/dialstate.h"
#include "lib/dialstate/holds.h"
#include "lib/dialstate/round.h"
#include "lib/dialstate/static_nodes.h"

static void begin_call(struct dti_dialstate *state, int64_t now_ms)
{
	if (!state->started) {
		state->started = true;
		state->start_ms = now_ms;
	}
	state->last_ms = now_ms;
	(void)dti_holds_expire(state, now_ms, UINT64_MAX);
}

static void make_dials(struct dti_round *round)
{
	struct dti_dialstate *state = round->state;
	size_t first;
	uint64_t quota;

	dti_round_dial_now(round);
	first = round->count;
	dti_round_read_random(round);
	quota = dti_slots_for_static(
		&state->slots, round->slots, dti_static_nodes_ready(state),
		dti_round_dyn_wanted(round), state->limits.static_share);
	dti_round_static(round, quota);
	dti_round_dyn(round);
	dti_round_static(round, round->slots);
	dti_round_static_first(round, first);
}

static void make_lookup(struct dti_round *round)
{
	struct dti_dialstate *state = round->state;
	int64_t buffered = (int64_t)state->lookup_buffer.count;

	if (!state->has_lookup || state->lookup_running ||
	    dti_dialstate_need(state) <= buffered)
		return;
	state->lookup_running = true;
	round->out[round->count++] = (struct dti_task){.kind = DT_TASK_LOOKUP};
}

static void make_wait(struct dti_round *round, int64_t now_ms)
{
	const struct dti_dialstate *state = round->state;

	if (state->counters.history == 0)
		return;
	round->out[round->count++] = (struct dti_task){
		.kind = DT_TASK_WAIT,
		.wait_ms = dti_history_first_ms(state) - now_ms,
	};
}

size_t dti_dialstate_new_tasks(struct dti_dialstate *state,
			       struct dti_task *out, int64_t now_ms,
			       size_t running,
			       const struct dti_random_source *random,
			       size_t max)
{
	struct dti_round round = {
		.state = state,
		.random = random,
		.out = out,
		.slots = max,
	};

	begin_call(state, now_ms);
	make_dials(&round);
	make_lookup(&round);
	if (running == 0 && round.count == 0)
		make_wait(&round, now_ms);
	return round.count;
}
