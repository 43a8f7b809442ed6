/* SPDX-License-Identifier: MIT */
#include "workers/cmd/json_discovery.h"

#include "workers/cmd/discovery_fates.h"
#include "workers/cmd/json.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/node_text.h"

static void put_record(struct cmd_text *out, const dt_discv4 *discv4)
{
	char text[DT_RECORD_TEXT_SIZE];
	struct dt_record record;

	dt_discv4_record(discv4, &record);
	if (dt_record_format(text, sizeof(text), &record) == DT_OK)
		cmd_json_string(out, "enr", text);
}

void cmd_json_self(struct cmd_text *out, const struct dt_node *self,
		   const dt_discv4 *discv4)
{
	char url[DT_ENODE_URL_SIZE];

	cmd_node_url(url, self);
	cmd_json_begin_line(out, "self", cmd_moment_now_ms());
	cmd_json_node(out, self);
	cmd_json_string(out, "enode", url);
	if (discv4 != NULL)
		put_record(out, discv4);
	cmd_json_close(out);
	cmd_json_end_line(out);
}

static void put_types(struct cmd_text *out, const char *key,
		      const uint64_t *values)
{
	cmd_json_open(out, key);
	for (unsigned int i = 1; i < DT_DISCV4_TYPES; i++) {
		if (values[i] > 0)
			cmd_json_number(out, dt_discv4_type_name(i), values[i]);
	}
	cmd_json_close(out);
}

static void put_datagrams(struct cmd_text *out,
			  const struct dt_discv4_counters *counters)
{
	cmd_json_number(out, "received", counters->received);
	put_types(out, "accepted", counters->accepted);
	cmd_json_open(out, "dropped");
	for (int i = 0; i < DT_DISCV4_DROP_COUNT; i++) {
		if (counters->dropped[i] > 0)
			cmd_json_number(
				out,
				dt_discv4_drop_name((enum dt_discv4_drop)i),
				counters->dropped[i]);
	}
	cmd_json_close(out);
	put_types(out, "sent", counters->sent);
	cmd_json_number(out, "send_failed", counters->send_failed);
}

static void put_requests(struct cmd_text *out,
			 const struct dt_discv4_counters *counters)
{
	cmd_json_number(out, "requests", counters->requests);
	cmd_json_number(out, "requests_sent", counters->requests_sent);
	cmd_json_number(out, "requests_answered", counters->requests_answered);
	cmd_json_number(out, "requests_timed_out",
			counters->requests_timed_out);
	cmd_json_number(out, "nodes_refused", counters->nodes_refused);
	cmd_json_number(out, "checks", counters->checks);
	cmd_json_number(out, "checks_failed", counters->checks_failed);
	cmd_json_number(out, "refreshes", counters->refreshes);
	cmd_json_number(out, "queries", counters->queries);
	cmd_json_number(out, "queries_ended", counters->queries_ended);
}

void cmd_json_discovery(struct cmd_text *out,
			const struct cmd_discovery_figures *figures)
{
	const struct dt_discv4_counters *counters = &figures->counters;

	if (!figures->present)
		return;
	cmd_json_open(out, "discovery");
	cmd_json_bool(out, "adds_up", cmd_discovery_adds_up(counters));
	cmd_json_number(out, "entries", counters->entries);
	cmd_json_number(out, "verified", counters->verified);
	cmd_json_number(out, "replacements", counters->replacements);
	cmd_json_number(out, "proofs", counters->proofs);
	cmd_json_number(out, "database_nodes", counters->database_nodes);
	cmd_json_decimal(out, "in_per_second", figures->in_per_second);
	cmd_json_decimal(out, "out_per_second", figures->out_per_second);
	put_datagrams(out, counters);
	put_requests(out, counters);
	cmd_json_close(out);
}
