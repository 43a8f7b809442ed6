/* SPDX-License-Identifier: MIT */
#include "workers/cmd/json_peers.h"

#include "workers/cmd/json.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/peer_fates.h"
#include "workers/cmd/peer_text.h"

void cmd_json_peer_flags(struct cmd_text *out, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} known[] = {
		{DT_PEER_DYN, "dynamic"},
		{DT_PEER_STATIC, "static"},
		{DT_PEER_INBOUND, "inbound"},
		{DT_PEER_TRUSTED, "trusted"},
	};

	cmd_json_open_array(out, "flags");
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if ((flags & known[i].flag) != 0)
			cmd_json_array_string(out, known[i].name);
	}
	cmd_json_close_array(out);
}

void cmd_json_hello(struct cmd_text *out, const struct dt_hello *hello)
{
	cmd_json_string(out, "client", hello->client);
	cmd_json_number(out, "devp2p", hello->version);
	cmd_json_number(out, "listen_port", hello->listen_port);
	cmd_json_open_array(out, "capabilities");
	for (uint16_t i = 0; i < hello->capability_count; i++) {
		char text[CMD_CAPABILITY_TEXT_SIZE];

		cmd_capability_text(text, &hello->capabilities[i]);
		cmd_json_array_string(out, text);
	}
	cmd_json_close_array(out);
}

void cmd_json_endings(struct cmd_text *out, const char *key,
		      const uint64_t ended[DT_ENDING_MAX])
{
	cmd_json_open(out, key);
	for (int i = 0; i < DT_ENDING_COUNT; i++) {
		if (ended[i] > 0)
			cmd_json_number(out, dt_ending_name((enum dt_ending)i),
					ended[i]);
	}
	cmd_json_close(out);
}

void cmd_json_peer(struct cmd_text *out, const struct cmd_peer_record *record)
{
	const struct dt_peer *peer = &record->peer;
	bool removed = record->event.type == DT_PEER_EVENT_REMOVED;

	cmd_json_begin_line(out, "peer", record->time_ms);
	cmd_json_string(out, "event", removed ? "removed" : "added");
	cmd_json_node(out, &peer->node);
	cmd_json_peer_flags(out, peer->flags);
	if (removed) {
		cmd_json_string(out, "ending",
				dt_ending_name(record->event.ending));
		cmd_json_signed(out, "age_ms", peer->age_ms);
		cmd_json_signed(out, "rtt_ms", peer->rtt_ms);
	}
	cmd_json_hello(out, &peer->hello);
	cmd_json_close(out);
	cmd_json_end_line(out);
}

static void put_handshakes(struct cmd_text *out, const char *key,
			   const struct dt_rlpx_setups *setups)
{
	cmd_json_open(out, key);
	cmd_json_number(out, "begun", setups->begun);
	cmd_json_number(out, "running", setups->running);
	cmd_json_number(out, "opened", setups->opened);
	cmd_json_endings(out, "ended", setups->ended);
	cmd_json_close(out);
}

void cmd_json_peer_figures(struct cmd_text *out,
			   const struct cmd_peer_figures *figures)
{
	const struct dt_rlpx_counters *counters = &figures->counters;

	if (!figures->present)
		return;
	cmd_json_open(out, "rlpx");
	cmd_json_bool(out, "adds_up", cmd_peers_add_up(counters));
	cmd_json_number(out, "accepted", counters->accepted);
	cmd_json_number(out, "throttled", counters->throttled);
	cmd_json_number(out, "not_allowed", counters->not_allowed);
	cmd_json_number(out, "no_room", counters->no_room);
	put_handshakes(out, "inbound", &counters->inbound);
	put_handshakes(out, "outbound", &counters->outbound);
	cmd_json_number(out, "added", counters->peers_added);
	cmd_json_number(out, "kept", counters->peers);
	cmd_json_number(out, "kept_inbound", counters->peers_inbound);
	cmd_json_endings(out, "ended", counters->peers_ended);
	cmd_json_number(out, "pings_sent", counters->pings_sent);
	cmd_json_number(out, "pongs_received", counters->pongs_received);
	cmd_json_number(out, "pings_received", counters->pings_received);
	cmd_json_number(out, "messages_received", counters->messages_received);
	cmd_json_close(out);
}
