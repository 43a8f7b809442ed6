/* SPDX-License-Identifier: MIT */
#include "workers/cmd/peer_metrics.h"

#include <inttypes.h>

#include "workers/cmd/metric.h"

static void put_pair(struct cmd_text *out, const char *name, uint64_t inbound,
		     uint64_t outbound)
{
	cmd_text_printf(out,
			"dialtone_rlpx_%s{direction=\"inbound\"} %" PRIu64 "\n"
			"dialtone_rlpx_%s{direction=\"outbound\"} %" PRIu64
			"\n",
			name, inbound, name, outbound);
}

static void put_endings(struct cmd_text *out, const char *direction,
			const uint64_t *ended)
{
	for (int i = DT_ENDING_NONE + 1; i < DT_ENDING_COUNT; i++)
		cmd_text_printf(
			out,
			"dialtone_rlpx_handshakes_ended_total{direction=\"%s\","
			"ending=\"%s\"} %" PRIu64 "\n",
			direction, dt_ending_name((enum dt_ending)i), ended[i]);
}

static void put_handshakes(struct cmd_text *out,
			   const struct dt_rlpx_setups *inbound,
			   const struct dt_rlpx_setups *outbound)
{
	cmd_metric_put_head(out, "rlpx", "handshakes_begun_total", "counter",
			    "Handshakes that began.");
	put_pair(out, "handshakes_begun_total", inbound->begun,
		 outbound->begun);
	cmd_metric_put_head(out, "rlpx", "handshakes_opened_total", "counter",
			    "Handshakes after which a session was open.");
	put_pair(out, "handshakes_opened_total", inbound->opened,
		 outbound->opened);
	cmd_metric_put_head(out, "rlpx", "handshakes_running", "gauge",
			    "Handshakes under way.");
	put_pair(out, "handshakes_running", inbound->running,
		 outbound->running);
	cmd_metric_put_head(out, "rlpx", "handshakes_ended_total", "counter",
			    "Handshakes that came to nothing, by why.");
	put_endings(out, "inbound", inbound->ended);
	put_endings(out, "outbound", outbound->ended);
}

static void put_peer_endings(struct cmd_text *out, const uint64_t *ended)
{
	cmd_metric_put_head(out, "rlpx", "peers_ended_total", "counter",
			    "Peers that are gone, by why.");
	for (int i = DT_ENDING_NONE + 1; i < DT_ENDING_COUNT; i++)
		cmd_text_printf(
			out,
			"dialtone_rlpx_peers_ended_total{ending=\"%s\"} "
			"%" PRIu64 "\n",
			dt_ending_name((enum dt_ending)i), ended[i]);
}

void cmd_peer_metrics_put(struct cmd_text *out,
			  const struct dt_rlpx_counters *counters)
{
	const struct cmd_metric metrics[] = {
		{"connections_accepted_total", "counter",
		 "Connections that came in.", counters->accepted},
		{"connections_throttled_total", "counter",
		 "Connections that came too soon after another one of their "
		 "address.",
		 counters->throttled},
		{"connections_not_allowed_total", "counter",
		 "Connections from outside netrestrict.",
		 counters->not_allowed},
		{"connections_no_room_total", "counter",
		 "Connections that there was no room for.", counters->no_room},
		{"peers_added_total", "counter", "Peers that were kept, ever.",
		 counters->peers_added},
		{"peers", "gauge", "Peers that are kept.", counters->peers},
		{"peers_inbound", "gauge", "Peers that have dialed us.",
		 counters->peers_inbound},
		{"pings_sent_total", "counter", "Pings to peers.",
		 counters->pings_sent},
		{"pongs_received_total", "counter", "Pings that were answered.",
		 counters->pongs_received},
		{"pings_received_total", "counter", "Pings of peers.",
		 counters->pings_received},
		{"messages_received_total", "counter",
		 "Messages of capabilities, which were thrown away.",
		 counters->messages_received},
	};

	put_handshakes(out, &counters->inbound, &counters->outbound);
	put_peer_endings(out, counters->peers_ended);
	cmd_metrics_put(out, "rlpx", metrics,
			sizeof(metrics) / sizeof(metrics[0]));
}
