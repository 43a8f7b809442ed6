/* SPDX-License-Identifier: MIT */
#include "tests/recorder.h"

#include <stdlib.h>
#include <string.h>

#include "tests/require.h"

void recorder_init(struct recorder *recorder)
{
	memset(recorder, 0, sizeof(*recorder));
	pthread_mutex_init(&recorder->lock, NULL);
	pthread_cond_init(&recorder->changed, NULL);
	recorder->events = calloc(RECORDER_SIZE, sizeof(*recorder->events));
	recorder->nodes = calloc(RECORDER_SIZE, sizeof(*recorder->nodes));
	require(recorder->events && recorder->nodes, "memory for events");
}

void recorder_fini(struct recorder *recorder)
{
	free(recorder->events);
	free(recorder->nodes);
	pthread_cond_destroy(&recorder->changed);
	pthread_mutex_destroy(&recorder->lock);
}

static void keep(struct recorder *recorder, const struct dt_event *event)
{
	size_t at = recorder->count;

	if (at == RECORDER_SIZE)
		return;
	recorder->events[at] = *event;
	if (event->node) {
		recorder->nodes[at] = *event->node;
		recorder->nodes[at].host_name = NULL;
		recorder->events[at].node = &recorder->nodes[at];
	}
	recorder->count++;
}

void recorder_take(void *context, const struct dt_event *event)
{
	struct recorder *recorder = context;

	pthread_mutex_lock(&recorder->lock);
	keep(recorder, event);
	recorder->totals[event->type]++;
	if (event->type == DT_EVENT_DIAL_ENDED)
		recorder->outcomes[event->outcome]++;
	pthread_cond_broadcast(&recorder->changed);
	pthread_mutex_unlock(&recorder->lock);
}

static void await(struct recorder *recorder, const uint64_t *number,
		  uint64_t least)
{
	pthread_mutex_lock(&recorder->lock);
	while (*number < least)
		pthread_cond_wait(&recorder->changed, &recorder->lock);
	pthread_mutex_unlock(&recorder->lock);
}

void recorder_await(struct recorder *recorder, enum dt_event_type type,
		    uint64_t count)
{
	await(recorder, &recorder->totals[type], count);
}

void recorder_await_outcome(struct recorder *recorder, enum dt_outcome outcome,
			    uint64_t count)
{
	await(recorder, &recorder->outcomes[outcome], count);
}

uint64_t recorder_total(struct recorder *recorder, enum dt_event_type type)
{
	uint64_t total;

	pthread_mutex_lock(&recorder->lock);
	total = recorder->totals[type];
	pthread_mutex_unlock(&recorder->lock);
	return total;
}

bool recorder_get(struct recorder *recorder, struct dt_event *out,
		  enum dt_event_type type, size_t index)
{
	bool found = false;

	pthread_mutex_lock(&recorder->lock);
	for (size_t i = 0; i < recorder->count && !found; i++) {
		if (recorder->events[i].type != type)
			continue;
		found = index-- == 0;
		if (found)
			*out = recorder->events[i];
	}
	pthread_mutex_unlock(&recorder->lock);
	return found;
}

bool recorder_find(struct recorder *recorder, size_t *at, struct dt_event *out,
		   enum dt_event_type type, const struct dt_node_id *id)
{
	bool found = false;

	pthread_mutex_lock(&recorder->lock);
	for (; *at < recorder->count && !found; ++*at) {
		const struct dt_event *event = &recorder->events[*at];

		found = event->type == type && event->node &&
			memcmp(&event->node->id, id, sizeof(*id)) == 0;
		if (found)
			*out = *event;
	}
	pthread_mutex_unlock(&recorder->lock);
	return found;
}
