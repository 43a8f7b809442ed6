/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/holds.h"

#include "lib/container.h"
#include "lib/dialstate/records.h"
#include "lib/memory.h"

enum {
	CACHE_LINE = 64,
	FETCH_AHEAD = 2, /* entries: some hundred nanoseconds */
};

static struct dti_extra_hold *extra_of(struct dti_hold *hold)
{
	return dti_container_of(hold, struct dti_extra_hold, hold);
}

/* A ban stands first among a record's extra holds, so that it is found. */
static void link_extra(struct dti_record *record, struct dti_extra_hold *extra)
{
	struct dti_extra_hold *head = record->extra;

	if (head != NULL && head->hold.kind == DTI_HOLD_BAN) {
		extra->previous = head;
		extra->next = head->next;
		head->next = extra;
	} else {
		extra->next = head;
		record->extra = extra;
	}
	if (extra->next != NULL)
		extra->next->previous = extra;
}

static struct dti_extra_hold *make_extra(struct dti_dialstate *state,
					 struct dti_record *record,
					 enum dti_hold_kind kind)
{
	struct dti_extra_hold *extra =
		dti_malloc(state->allocator, sizeof(*extra));

	if (extra == NULL)
		return NULL;
	*extra = (struct dti_extra_hold){
		.hold = {.place = DTI_HOLD_NOWHERE, .kind = (uint8_t)kind},
		.record = record,
	};
	link_extra(record, extra);
	return extra;
}

static void free_extra(struct dti_dialstate *state,
		       struct dti_extra_hold *extra)
{
	if (extra->previous != NULL)
		extra->previous->next = extra->next;
	else
		extra->record->extra = extra->next;
	if (extra->next != NULL)
		extra->next->previous = extra->previous;
	dti_free(state->allocator, extra);
}

static struct dti_extra_hold *timed_ban(const struct dti_record *record)
{
	struct dti_extra_hold *head = record->extra;

	return head != NULL && head->hold.kind == DTI_HOLD_BAN ? head : NULL;
}

static struct dti_extra_hold *extra_history(const struct dti_record *record)
{
	struct dti_extra_hold *ban = timed_ban(record);

	return ban != NULL ? ban->next : record->extra;
}

/*
 * Entries come in the order in which they end, until history_expiration is
 * lowered: then in the heap beside. Without memory for that, the entry lasts as
 * long as the one before it.
 */
static void enter_history(struct dti_dialstate *state, struct dti_hold *hold,
			  int64_t expires_ms)
{
	struct dti_hold_run *run = &state->history;
	int64_t last_ms = dti_hold_run_last_ms(run);

	if (expires_ms < last_ms || !dti_hold_run_has_room(run)) {
		uint64_t early = (uint64_t)state->early.count + 1;

		if (dti_hold_heap_reserve(&state->early, early,
					  state->allocator)) {
			dti_hold_heap_push(&state->early, hold, expires_ms);
			return;
		}
		expires_ms = expires_ms < last_ms ? last_ms : expires_ms;
	}
	if (!dti_hold_run_has_room(run))
		dti_hold_run_close_up(run);
	dti_hold_run_push(run, hold, expires_ms);
}

static void leave_history(struct dti_dialstate *state, struct dti_hold *hold)
{
	if (hold->in_run)
		dti_hold_run_remove(&state->history, hold);
	else
		dti_hold_heap_remove(&state->early, hold);
	state->counters.history--;
}

static int64_t history_expires_ms(const struct dti_dialstate *state,
				  const struct dti_hold *hold)
{
	return hold->in_run ? dti_hold_run_expires_ms(&state->history, hold)
			    : dti_hold_heap_expires_ms(&state->early, hold);
}

int64_t dti_history_first_ms(const struct dti_dialstate *state)
{
	int64_t run_ms = dti_hold_run_first_ms(&state->history);
	int64_t early_ms = dti_hold_heap_first_ms(&state->early);

	return run_ms < early_ms ? run_ms : early_ms;
}

static void drop_extra_history(struct dti_dialstate *state,
			       struct dti_extra_hold *extra)
{
	leave_history(state, &extra->hold);
	free_extra(state, extra);
	state->extra_history--;
}

static void add_extra_history(struct dti_dialstate *state,
			      struct dti_record *record, int64_t expires_ms)
{
	uint64_t entries = state->counters.records + state->extra_history + 1;
	struct dti_extra_hold *extra;

	if (!dti_hold_run_reserve(&state->history, entries, state->allocator))
		return;
	extra = make_extra(state, record, DTI_HOLD_HISTORY);
	if (extra == NULL)
		return;
	enter_history(state, &extra->hold, expires_ms);
	state->extra_history++;
	state->counters.history++;
}

void dti_history_add(struct dti_dialstate *state, struct dti_record *record,
		     int64_t expires_ms)
{
	if (dti_hold_is_held(&record->recent)) {
		add_extra_history(state, record, expires_ms);
		return;
	}
	enter_history(state, &record->recent, expires_ms);
	state->counters.history++;
}

void dti_history_clear(struct dti_dialstate *state, struct dti_record *record)
{
	struct dti_extra_hold *extra;

	if (dti_hold_is_held(&record->recent))
		leave_history(state, &record->recent);
	while ((extra = extra_history(record)) != NULL)
		drop_extra_history(state, extra);
}

bool dti_history_has(const struct dti_record *record)
{
	return dti_hold_is_held(&record->recent) ||
	       extra_history(record) != NULL;
}

int64_t dti_history_last_ms(const struct dti_dialstate *state,
			    const struct dti_record *record)
{
	int64_t last_ms = INT64_MIN;

	if (dti_hold_is_held(&record->recent))
		last_ms = history_expires_ms(state, &record->recent);
	for (const struct dti_extra_hold *extra = extra_history(record);
	     extra != NULL; extra = extra->next) {
		int64_t expires_ms = history_expires_ms(state, &extra->hold);

		last_ms = expires_ms > last_ms ? expires_ms : last_ms;
	}
	return last_ms;
}

static void drop_timed_ban(struct dti_dialstate *state,
			   struct dti_extra_hold *extra)
{
	dti_hold_heap_remove(&state->bans, &extra->hold);
	free_extra(state, extra);
}

static struct dti_extra_hold *make_ban(struct dti_dialstate *state,
				       struct dti_record *record)
{
	uint64_t bans = (uint64_t)state->bans.count + 1;

	if (!dti_hold_heap_reserve(&state->bans, bans, state->allocator))
		return NULL;
	return make_extra(state, record, DTI_HOLD_BAN);
}

bool dti_ban_set(struct dti_dialstate *state, struct dti_record *record,
		 int64_t until_ms)
{
	struct dti_extra_hold *ban = timed_ban(record);

	if (until_ms == DTI_NEVER) {
		dti_ban_lift(state, record);
		record->banned_for_ever = true;
		return true;
	}
	if (ban != NULL)
		dti_hold_heap_remove(&state->bans, &ban->hold);
	else
		ban = make_ban(state, record);
	if (ban == NULL)
		return false;
	record->banned_for_ever = false;
	dti_hold_heap_push(&state->bans, &ban->hold, until_ms);
	return true;
}

void dti_ban_lift(struct dti_dialstate *state, struct dti_record *record)
{
	struct dti_extra_hold *ban = timed_ban(record);

	record->banned_for_ever = false;
	if (ban != NULL)
		drop_timed_ban(state, ban);
}

bool dti_ban_has(const struct dti_record *record)
{
	return record->banned_for_ever || timed_ban(record) != NULL;
}

int64_t dti_ban_until_ms(const struct dti_dialstate *state,
			 const struct dti_record *record)
{
	const struct dti_extra_hold *ban = timed_ban(record);

	if (ban == NULL)
		return DTI_NEVER;
	return dti_hold_heap_expires_ms(&state->bans, &ban->hold);
}

/*
 * With many nodes none of their records is in a cache: ask for the one that is
 * to leave in a while, so that it is there by then. Always inline: gcc takes a
 * function that only fetches for one that does nothing, and drops the call.
 */
__attribute__((always_inline)) static inline void
fetch_ahead(const struct dti_dialstate *state)
{
	struct dti_hold *hold;
	const char *record;

	if (state->history.count <= FETCH_AHEAD)
		return;
	hold = dti_hold_run_slot(&state->history, FETCH_AHEAD)->hold;
	if (hold == NULL)
		return;
	/* Looking at its kind would be to wait for it. What is no record is
	 * fetched in vain. */
	record =
		(const char *)dti_container_of(hold, struct dti_record, recent);
	for (size_t i = 0; i < sizeof(struct dti_record) + CACHE_LINE - 1;
	     i += CACHE_LINE)
		__builtin_prefetch(record + i, 1);
}

static struct dti_hold *first_of_history(const struct dti_dialstate *state)
{
	if (dti_hold_run_first_ms(&state->history) <=
	    dti_hold_heap_first_ms(&state->early))
		return dti_hold_run_slot(&state->history, 0)->hold;
	return state->early.slots[0].hold;
}

static bool expire_first_of_history(struct dti_dialstate *state, int64_t now_ms)
{
	struct dti_record *record;
	struct dti_hold *hold;

	if (dti_history_first_ms(state) >= now_ms)
		return false;
	fetch_ahead(state);
	hold = first_of_history(state);
	if (hold->kind == DTI_HOLD_RECENT) {
		record = dti_container_of(hold, struct dti_record, recent);
		leave_history(state, &record->recent);
	} else {
		record = extra_of(hold)->record;
		drop_extra_history(state, extra_of(hold));
	}
	dti_records_settle(state, record);
	return true;
}

static bool expire_first_ban(struct dti_dialstate *state, int64_t now_ms)
{
	struct dti_extra_hold *extra;
	struct dti_record *record;

	if (dti_hold_heap_first_ms(&state->bans) >= now_ms)
		return false;
	extra = extra_of(state->bans.slots[0].hold);
	record = extra->record;
	drop_timed_ban(state, extra);
	dti_records_settle(state, record);
	return true;
}

bool dti_holds_expire(struct dti_dialstate *state, int64_t now_ms, uint64_t max)
{
	uint64_t count = 0;

	while (count < max && expire_first_of_history(state, now_ms))
		count++;
	while (count < max && expire_first_ban(state, now_ms))
		count++;
	return count < max;
}
