/* SPDX-License-Identifier: MIT */
#include "workers/cmd/discovery_metrics.h"

#include <inttypes.h>

#include "workers/cmd/metric.h"

static void put_types(struct cmd_text *out, const char *name, const char *help,
		      const uint64_t *values)
{
	cmd_metric_put_head(out, "discovery", name, "counter", help);
	for (unsigned int i = 1; i <= 6; i++)
		cmd_text_printf(
			out, "dialtone_discovery_%s{type=\"%s\"} %" PRIu64 "\n",
			name, dt_discv4_type_name(i), values[i]);
}

static void put_drops(struct cmd_text *out,
		      const struct dt_discv4_counters *counters)
{
	cmd_metric_put_head(out, "discovery", "datagrams_dropped_total",
			    "counter",
			    "Datagrams that were dropped, by the reason.");
	for (int i = 0; i < DT_DISCV4_DROP_COUNT; i++)
		cmd_text_printf(
			out,
			"dialtone_discovery_datagrams_dropped_total{reason="
			"\"%s\"} %" PRIu64 "\n",
			dt_discv4_drop_name((enum dt_discv4_drop)i),
			counters->dropped[i]);
}

void cmd_discovery_metrics_put(struct cmd_text *out,
			       const struct dt_discv4_counters *counters)
{
	const struct cmd_metric metrics[] = {
		{"datagrams_received_total", "counter", "Datagrams that came.",
		 counters->received},
		{"send_failed_total", "counter",
		 "Packets that the system did not take.",
		 counters->send_failed},
		{"requests_sent_total", "counter",
		 "Requests that were sent to others.", counters->requests_sent},
		{"requests_answered_total", "counter",
		 "Requests that were answered.", counters->requests_answered},
		{"requests_timed_out_total", "counter",
		 "Requests that were not answered in time.",
		 counters->requests_timed_out},
		{"nodes_refused_total", "counter",
		 "Nodes that others told of against a rule.",
		 counters->nodes_refused},
		{"checks_total", "counter", "Nodes of the table pinged.",
		 counters->checks},
		{"checks_failed_total", "counter",
		 "Nodes of the table that did not answer.",
		 counters->checks_failed},
		{"refreshes_total", "counter", "Refreshes of the table.",
		 counters->refreshes},
		{"queries_total", "counter", "Lookups and other queries.",
		 counters->queries},
		{"requests", "gauge", "Requests under way.",
		 counters->requests},
		{"proofs", "gauge", "Endpoints that are remembered.",
		 counters->proofs},
		{"table_nodes", "gauge", "Nodes in the table.",
		 counters->entries},
		{"table_nodes_verified", "gauge",
		 "Nodes in the table that have passed a check.",
		 counters->verified},
		{"table_replacements", "gauge",
		 "Nodes that wait for a place in the table.",
		 counters->replacements},
		{"database_nodes", "gauge", "Nodes that are kept on disk.",
		 counters->database_nodes},
	};

	put_types(out, "datagrams_accepted_total",
		  "Datagrams that were what they should be, by packet type.",
		  counters->accepted);
	put_drops(out, counters);
	put_types(out, "packets_sent_total", "Packets sent, by type.",
		  counters->sent);
	cmd_metrics_put(out, "discovery", metrics,
			sizeof(metrics) / sizeof(metrics[0]));
}
