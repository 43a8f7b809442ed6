/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/records.h"

#include <string.h>

#include "lib/dialstate/static_nodes.h"
#include "lib/memory.h"
#include "lib/node/id.h"

struct dti_record *dti_records_find(const struct dti_dialstate *state,
				    const struct dt_node_id *id)
{
	uint32_t hash = dti_index_hash(&state->index, id);

	return dti_index_find(&state->index, id, hash);
}

static bool reserve_history(struct dti_dialstate *state)
{
	uint64_t entries = state->counters.records + state->extra_history + 1;

	return dti_hold_run_reserve(&state->history, entries, state->allocator);
}

static struct dti_record *make(struct dti_dialstate *state,
			       const struct dt_node_id *id, uint32_t hash)
{
	struct dti_record *record;

	if (!reserve_history(state))
		return NULL;
	record = dti_slab_take(&state->records);
	if (record == NULL)
		return NULL;
	memset(record, 0, sizeof(*record));
	record->id = *id;
	record->tag = DTI_NO_TAG;
	record->recent.place = DTI_HOLD_NOWHERE;
	record->recent.kind = DTI_HOLD_RECENT;
	if (!dti_index_add(&state->index, record, hash)) {
		dti_slab_give(&state->records, record);
		return NULL;
	}
	state->counters.records++;
	return record;
}

struct dti_record *dti_records_get(struct dti_dialstate *state,
				   const struct dt_node_id *id)
{
	uint32_t hash = dti_index_hash(&state->index, id);
	struct dti_record *record = dti_index_find(&state->index, id, hash);

	return record != NULL ? record : make(state, id, hash);
}

struct dti_record *dti_records_of_dial(const struct dti_task *task)
{
	struct dti_record *record = task->record;

	if (record == NULL || record->dialing == DTI_DIALING_NOT ||
	    !dti_node_id_equal(&record->id, &task->node.id))
		return NULL;
	return record;
}

static bool is_held(const struct dti_record *record)
{
	return dti_record_is_static(record) || record->connected ||
	       record->dialing != DTI_DIALING_NOT || record->inbound > 0 ||
	       record->banned_for_ever || record->extra != NULL ||
	       record->list == DTI_LIST_NOW ||
	       dti_hold_is_held(&record->recent);
}

static void forget(struct dti_dialstate *state, struct dti_record *record)
{
	dti_index_remove(&state->index, record);
	dti_free(state->allocator, record->host_name);
	dti_slab_give(&state->records, record);
	state->counters.records--;
}

void dti_records_settle(struct dti_dialstate *state, struct dti_record *record)
{
	if (dti_record_is_static(record))
		dti_static_nodes_settle(state, record);
	else if (!is_held(record))
		forget(state, record);
}

bool dti_records_set_node(struct dti_dialstate *state,
			  struct dti_record *record, const struct dt_node *node)
{
	char *name = NULL;

	if (node->host_name != NULL) {
		name = dti_strdup(state->allocator, node->host_name);
		if (name == NULL)
			return false;
	}
	dti_free(state->allocator, record->host_name);
	record->host_name = name;
	record->endpoint = node->endpoint;
	return true;
}

static struct dti_record_list *list_of(struct dti_dialstate *state,
				       enum dti_list_id id)
{
	switch (id) {
	case DTI_LIST_READY:
		return &state->ready;
	case DTI_LIST_ASIDE:
		return &state->aside;
	case DTI_LIST_NOW:
		return &state->now;
	case DTI_LIST_NONE:
	case DTI_LIST_COUNT:
		break;
	}
	return NULL;
}

static void refresh_lists(struct dti_dialstate *state)
{
	state->counters.static_ready = state->ready.count;
	if (state->recheck > state->aside.count)
		state->recheck = state->aside.count;
}

void dti_records_unlist(struct dti_dialstate *state, struct dti_record *record)
{
	struct dti_record_list *list =
		list_of(state, (enum dti_list_id)record->list);

	if (list == NULL)
		return;
	dti_record_list_remove(list, record);
	refresh_lists(state);
}

void dti_records_list(struct dti_dialstate *state, struct dti_record *record,
		      enum dti_list_id id)
{
	dti_records_unlist(state, record);
	dti_record_list_append(list_of(state, id), record, id);
	refresh_lists(state);
}

static void count_dial(struct dti_dialstate *state, enum dti_dialing dialing,
		       uint64_t difference)
{
	if (dialing == DTI_DIALING_DYN)
		state->counters.dyn_dials += difference;
	else if (dialing == DTI_DIALING_STATIC)
		state->counters.static_dials += difference;
}

void dti_records_set_dialing(struct dti_dialstate *state,
			     struct dti_record *record,
			     enum dti_dialing dialing)
{
	count_dial(state, (enum dti_dialing)record->dialing, (uint64_t)-1);
	count_dial(state, dialing, 1);
	record->dialing = (unsigned int)dialing & 3u;
	record->tag = DTI_NO_TAG;
}

void dti_records_fini(struct dti_dialstate *state)
{
	struct dti_record *record = NULL;

	while ((record = dti_index_next(&state->index, record)) != NULL) {
		struct dti_extra_hold *extra = record->extra;

		while (extra != NULL) {
			struct dti_extra_hold *next = extra->next;

			dti_free(state->allocator, extra);
			extra = next;
		}
		dti_free(state->allocator, record->host_name);
	}
	dti_index_fini(&state->index);
	dti_slab_fini(&state->records);
}
