/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/holds.h"

#include "lib/container.h"
#include "lib/dialstate/records.h"
#include "lib/memory.h"

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
		.hold = {.heap_index = DTI_HOLD_NOWHERE, .kind = (uint8_t)kind},
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

static void drop_extra_history(struct dti_dialstate *state,
			       struct dti_extra_hold *extra)
{
	dti_hold_heap_remove(&state->history, &extra->hold);
	free_extra(state, extra);
	state->extra_history--;
	state->counters.history--;
}

static void drop_recent(struct dti_dialstate *state, struct dti_record *record)
{
	dti_hold_heap_remove(&state->history, &record->recent);
	state->counters.history--;
}

static void add_extra_history(struct dti_dialstate *state,
			      struct dti_record *record, int64_t expires_ms)
{
	uint64_t entries = state->counters.records + state->extra_history + 1;
	struct dti_extra_hold *extra;

	if (!dti_hold_heap_reserve(&state->history, entries, state->allocator))
		return;
	extra = make_extra(state, record, DTI_HOLD_HISTORY);
	if (extra == NULL)
		return;
	dti_hold_heap_push(&state->history, &extra->hold, expires_ms);
	state->extra_history++;
	state->counters.history++;
}

void dti_history_add(struct dti_dialstate *state, struct dti_record *record,
		     int64_t expires_ms)
{
	if (dti_hold_is_in_heap(&record->recent)) {
		add_extra_history(state, record, expires_ms);
		return;
	}
	dti_hold_heap_push(&state->history, &record->recent, expires_ms);
	state->counters.history++;
}

void dti_history_clear(struct dti_dialstate *state, struct dti_record *record)
{
	struct dti_extra_hold *extra;

	if (dti_hold_is_in_heap(&record->recent))
		drop_recent(state, record);
	while ((extra = extra_history(record)) != NULL)
		drop_extra_history(state, extra);
}

bool dti_history_has(const struct dti_record *record)
{
	return dti_hold_is_in_heap(&record->recent) ||
	       extra_history(record) != NULL;
}

int64_t dti_history_last_ms(const struct dti_dialstate *state,
			    const struct dti_record *record)
{
	int64_t last_ms = INT64_MIN;

	if (dti_hold_is_in_heap(&record->recent))
		last_ms = dti_hold_heap_expires_ms(&state->history,
						   &record->recent);
	for (const struct dti_extra_hold *extra = extra_history(record);
	     extra != NULL; extra = extra->next) {
		int64_t expires_ms =
			dti_hold_heap_expires_ms(&state->history, &extra->hold);

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

static bool expire_first_of_history(struct dti_dialstate *state, int64_t now_ms)
{
	struct dti_record *record;
	struct dti_hold *hold;

	if (dti_hold_heap_first_ms(&state->history) >= now_ms)
		return false;
	hold = state->history.slots[0].hold;
	if (hold->kind == DTI_HOLD_RECENT) {
		record = dti_container_of(hold, struct dti_record, recent);
		drop_recent(state, record);
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
