/* SPDX-License-Identifier: MIT */
#include "workers/cmd/event_ring.h"

#include <string.h>

#include "workers/cmd/moment.h"

#define EVENTS      2048
#define PEER_EVENTS 256

struct cmd_ring *cmd_event_ring_create(void)
{
	return cmd_ring_create(sizeof(struct cmd_event_record), EVENTS);
}

struct cmd_ring *cmd_peer_ring_create(void)
{
	return cmd_ring_create(sizeof(struct cmd_peer_record), PEER_EVENTS);
}

/* An event of a newer library may be larger than what is known here. */
static void copy_known(void *out, size_t known, const void *event, size_t size)
{
	memset(out, 0, known);
	memcpy(out, event, size < known ? size : known);
}

void cmd_event_ring_push(void *context, const struct dt_event *event)
{
	struct cmd_event_record *record = cmd_ring_begin(context);

	if (record == NULL)
		return;
	copy_known(&record->event, sizeof(record->event), event, event->size);
	record->host_name[0] = '\0';
	if (event->node != NULL) {
		record->node = *event->node;
		if (event->node->host_name != NULL)
			(void)strncat(record->host_name, event->node->host_name,
				      sizeof(record->host_name) - 1);
	}
	cmd_ring_publish(context);
}

void cmd_peer_ring_push(void *context, const struct dt_peer_event *event)
{
	struct cmd_peer_record *record = cmd_ring_begin(context);

	if (record == NULL)
		return;
	copy_known(&record->event, sizeof(record->event), event, event->size);
	record->time_ms = cmd_moment_now_ms();
	record->peer = *event->peer;
	cmd_ring_publish(context);
}

bool cmd_event_ring_take(struct cmd_ring *ring, struct cmd_event_record *out)
{
	if (!cmd_ring_take(ring, out))
		return false;
	if (out->event.node != NULL) {
		out->event.node = &out->node;
		out->node.host_name =
			out->node.host_name != NULL ? out->host_name : NULL;
	}
	return true;
}

bool cmd_peer_ring_take(struct cmd_ring *ring, struct cmd_peer_record *out)
{
	if (!cmd_ring_take(ring, out))
		return false;
	out->event.peer = &out->peer;
	return true;
}
