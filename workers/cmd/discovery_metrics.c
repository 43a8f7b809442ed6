/* SPDX-License-Identifier: MIT */
#include "workers/cmd/discovery_metrics.h"

#include <inttypes.h>

struct metric {
	const char *name; /* without "dialtone_discovery_" */
	const char *type;
	const char *help;
	uint64_t value;
};

static void put_head(struct cmd_text *out, const char *name, const char *type,
		     const char *help)
{
	cmd_text_printf(out,
			"# HELP dialtone_discovery_%s %s\n"
			"# TYPE dialtone_discovery_%s %s\n",
			name, help, name, type);
}

static void put_types(struct cmd_text *out, const char *name, const char *help,
		      const uint64_t *values)
{
	put_head(out, name, "counter", help);
	for (unsigned int i = 1; i <= 6; i++)
		cmd_text_printf(
			out, "dialtone_discovery_%s{type=\"%s\"} %" PRIu64 "\n",
			name, dt_discv4_type_name(i), values[i]);
}

static void put_drops(struct cmd_text *out,
		      const struct dt_discv4_counters *counters)
{
	put_head(out, "datagrams_dropped_total", "counter",
		 "Datagrams that were dropped, by the reason.");
	for (int i = 0; i < DT_DISCV4_DROP_COUNT; i++)
		cmd_text_printf(
			out,
			"dialtone_discovery_datagrams_dropped_total{reason="
			"\"%s\"} %" PRIu64 "\n",
			dt_discv4_drop_name((enum dt_discv4_drop)i),
			counters->dropped[i]);
}

static void put_plain(struct cmd_text *out, const struct metric *metrics,
		      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		put_head(out, metrics[i].name, metrics[i].type,
			 metrics[i].help);
		cmd_text_printf(out, "dialtone_discovery_%s %" PRIu64 "\n",
				metrics[i].name, metrics[i].value);
	}
}

void cmd_discovery_metrics_put(struct cmd_text *out,
			       const struct dt_discv4_counters *counters)
{
	const struct metric metrics[] = {
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
	put_plain(out, metrics, sizeof(metrics) / sizeof(metrics[0]));
}
