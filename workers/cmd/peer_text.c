/* SPDX-License-Identifier: MIT */
#include "workers/cmd/peer_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "workers/cmd/node_text.h"

void cmd_capability_text(char out[CMD_CAPABILITY_TEXT_SIZE],
			 const struct dt_capability *capability)
{
	(void)snprintf(out, CMD_CAPABILITY_TEXT_SIZE, "%s/%" PRIu32,
		       capability->name, capability->version);
}

void cmd_hello_put(struct cmd_text *out, const struct dt_hello *hello)
{
	cmd_text_printf(out, "%s%s", hello->client,
			hello->capability_count > 0 ? "," : "");
	for (uint16_t i = 0; i < hello->capability_count; i++) {
		char text[CMD_CAPABILITY_TEXT_SIZE];

		cmd_capability_text(text, &hello->capabilities[i]);
		cmd_text_printf(out, " %s", text);
	}
}

const char *cmd_peer_kind(uint32_t flags)
{
	if ((flags & DT_PEER_INBOUND) != 0)
		return "inbound";
	return (flags & DT_PEER_STATIC) != 0 ? "static" : "dynamic";
}

void cmd_age_text(char out[CMD_AGE_TEXT_SIZE], int64_t age_ms)
{
	int64_t s = age_ms / 1000;

	if (s < 60)
		(void)snprintf(out, CMD_AGE_TEXT_SIZE, "%" PRId64 "s", s);
	else if (s < 3600)
		(void)snprintf(out, CMD_AGE_TEXT_SIZE, "%" PRId64 "m", s / 60);
	else if (s < 86400)
		(void)snprintf(out, CMD_AGE_TEXT_SIZE,
			       "%" PRId64 "h%02" PRId64 "m", s / 3600,
			       s / 60 % 60);
	else
		(void)snprintf(out, CMD_AGE_TEXT_SIZE,
			       "%" PRId64 "d%02" PRId64 "h", s / 86400,
			       s / 3600 % 24);
}

void cmd_peer_event_put(struct cmd_text *out, const struct dt_peer_event *event)
{
	const struct dt_peer *peer = event->peer;
	bool removed = event->type == DT_PEER_EVENT_REMOVED;
	char endpoint[DT_ENDPOINT_TEXT_SIZE];
	char id[CMD_NODE_SHORT_SIZE];
	char age[CMD_AGE_TEXT_SIZE];

	cmd_node_id_short(id, &peer->node.id);
	dt_endpoint_format(endpoint, &peer->node.endpoint);
	cmd_text_printf(out, "peer %s: %s@%s (%s) ",
			removed ? "removed" : "added", id, endpoint,
			cmd_peer_kind(peer->flags));
	if (removed) {
		cmd_age_text(age, peer->age_ms);
		cmd_text_printf(out, "after %s: %s (%s), ", age,
				dt_ending_name(event->ending),
				dt_ending_text(event->ending));
	}
	cmd_hello_put(out, &peer->hello);
}
