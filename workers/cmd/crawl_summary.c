/* SPDX-License-Identifier: MIT */
#include "workers/cmd/crawl_summary.h"

#include <inttypes.h>
#include <stdio.h>

#include "workers/cmd/fates.h"
#include "workers/cmd/json.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/plot.h"

#define SUBNETS_SHOWN 10
#define BAR_COLUMNS   32

static void count_node(struct cmd_crawl_summary *summary,
		       const struct cmd_crawl_node *node)
{
	unsigned int distance =
		dt_node_distance(&summary->self, &node->node.id);

	summary->at_distance[distance]++;
	if (node->fate == CMD_CRAWL_ANSWERED)
		summary->answered_at[distance]++;
	else if (node->fate == CMD_CRAWL_SILENT)
		summary->outcomes[node->outcome]++;
	else if (node->fate == CMD_CRAWL_SKIPPED)
		summary->skips[node->skip]++;
}

bool cmd_crawl_summary_make(struct cmd_crawl_summary *summary)
{
	if (!cmd_subnets_make(&summary->subnets, summary->nodes,
			      summary->count))
		return false;
	for (size_t i = 0; i < summary->count; i++)
		count_node(summary, &summary->nodes[i]);
	return true;
}

void cmd_crawl_summary_fini(struct cmd_crawl_summary *summary)
{
	cmd_subnets_fini(&summary->subnets);
}

static bool adds_up(const struct cmd_crawl_summary *summary)
{
	size_t sum = 0;

	for (int i = 0; i < CMD_CRAWL_FATE_COUNT; i++)
		sum += summary->counts.fates[i];
	return summary->counts.found == sum && summary->count == sum;
}

static double seconds(const struct cmd_crawl_summary *summary)
{
	return (double)summary->duration_ms / 1000.0;
}

static void put_counts(struct cmd_text *out,
		       const struct cmd_crawl_summary *summary,
		       const struct cmd_style *style)
{
	const struct cmd_crawl_counts *counts = &summary->counts;

	cmd_text_printf(out,
			"  nodes: %zu found = %zu answered + %zu silent + %zu "
			"skipped + %zu not asked   ",
			counts->found, counts->fates[CMD_CRAWL_ANSWERED],
			counts->fates[CMD_CRAWL_SILENT],
			counts->fates[CMD_CRAWL_SKIPPED],
			counts->fates[CMD_CRAWL_WAITING]);
	cmd_fates_put_check(out, adds_up(summary), style);
	cmd_text_add(out, "\n");
	for (int i = 0; i < DT_OUTCOME_COUNT; i++) {
		if (summary->outcomes[i] > 0)
			cmd_text_printf(out, "    silent  %-18s %9zu\n",
					dt_outcome_name((enum dt_outcome)i),
					summary->outcomes[i]);
	}
	for (int i = 0; i < DT_SKIP_COUNT; i++) {
		if (summary->skips[i] > 0)
			cmd_text_printf(out, "    skipped %-18s %9zu\n",
					dt_skip_name((enum dt_skip)i),
					summary->skips[i]);
	}
	if (counts->left_out > 0)
		cmd_text_printf(out,
				"    left out for want of room (--limit): "
				"%zu times\n",
				counts->left_out);
}

static void put_effort(struct cmd_text *out,
		       const struct cmd_crawl_summary *summary)
{
	const struct dt_discv4_counters *discovery = &summary->discovery;
	uint64_t sent = 0;

	for (int i = 0; i < DT_DISCV4_TYPES; i++)
		sent += discovery->sent[i];
	cmd_text_printf(out,
			"  records: %zu; datagrams: %" PRIu64
			" received, %" PRIu64 " sent; %.1f s%s\n",
			summary->counts.records, discovery->received, sent,
			seconds(summary),
			summary->complete ? "" : ", ended early");
}

static void put_head(struct cmd_text *out, const struct cmd_style *style,
		     const char *what)
{
	cmd_text_printf(out, "\n  %s%-24s %8s %9s%s\n",
			cmd_style_paint(style, CMD_COLOUR_DIM), what, "nodes",
			"answered", cmd_style_paint(style, CMD_COLOUR_PLAIN));
}

static void put_row(struct cmd_text *out, const struct cmd_style *style,
		    const char *label, size_t nodes, size_t answered,
		    size_t most)
{
	cmd_text_printf(out, "  %-24s %8zu %9zu  %s", label, nodes, answered,
			cmd_style_paint(style, CMD_COLOUR_ACCENT));
	cmd_plot_bar(out, nodes, most, BAR_COLUMNS, style);
	cmd_text_add(out, "\n");
}

static void put_subnets(struct cmd_text *out,
			const struct cmd_crawl_summary *summary,
			const struct cmd_style *style)
{
	const struct cmd_subnets *subnets = &summary->subnets;
	char label[CMD_SUBNET_TEXT_SIZE];

	if (subnets->count == 0)
		return;
	put_head(out, style, "network");
	for (size_t i = 0; i < subnets->count && i < SUBNETS_SHOWN; i++) {
		const struct cmd_subnet *subnet = &subnets->all[i];

		cmd_subnet_text(label, subnet);
		put_row(out, style, label, subnet->nodes, subnet->answered,
			subnets->all[0].nodes);
	}
	if (subnets->count > SUBNETS_SHOWN)
		cmd_text_printf(out, "  %sand %zu other networks%s\n",
				cmd_style_paint(style, CMD_COLOUR_DIM),
				subnets->count - SUBNETS_SHOWN,
				cmd_style_paint(style, CMD_COLOUR_PLAIN));
}

static void put_distances(struct cmd_text *out,
			  const struct cmd_crawl_summary *summary,
			  const struct cmd_style *style)
{
	size_t most = 0;
	char label[32];

	if (summary->count == 0)
		return;
	for (int i = 0; i < CMD_CRAWL_DISTANCES; i++)
		most = summary->at_distance[i] > most ? summary->at_distance[i]
						      : most;
	put_head(out, style, "distance from us");
	for (int i = CMD_CRAWL_DISTANCES - 1; i >= 0; i--) {
		if (summary->at_distance[i] == 0)
			continue;
		(void)snprintf(label, sizeof(label), "%d", i);
		put_row(out, style, label, summary->at_distance[i],
			summary->answered_at[i], most);
	}
}

void cmd_crawl_summary_put(struct cmd_text *out,
			   const struct cmd_crawl_summary *summary,
			   const struct cmd_style *style)
{
	cmd_text_printf(out, "%scrawl%s\n",
			cmd_style_paint(style, CMD_COLOUR_BOLD),
			cmd_style_paint(style, CMD_COLOUR_PLAIN));
	put_counts(out, summary, style);
	put_effort(out, summary);
	put_subnets(out, summary, style);
	put_distances(out, summary, style);
}

static void put_subnets_json(struct cmd_text *out,
			     const struct cmd_subnets *subnets)
{
	char label[CMD_SUBNET_TEXT_SIZE];

	cmd_json_number(out, "networks", subnets->count);
	cmd_json_open_array(out, "by_network");
	for (size_t i = 0; i < subnets->count && i < SUBNETS_SHOWN; i++) {
		cmd_subnet_text(label, &subnets->all[i]);
		cmd_json_open(out, NULL);
		cmd_json_string(out, "network", label);
		cmd_json_number(out, "nodes", subnets->all[i].nodes);
		cmd_json_number(out, "answered", subnets->all[i].answered);
		cmd_json_close(out);
	}
	cmd_json_close_array(out);
}

static void put_distances_json(struct cmd_text *out,
			       const struct cmd_crawl_summary *summary)
{
	cmd_json_open_array(out, "by_distance");
	for (unsigned int i = CMD_CRAWL_DISTANCES; i > 0; i--) {
		if (summary->at_distance[i - 1] == 0)
			continue;
		cmd_json_open(out, NULL);
		cmd_json_number(out, "distance", i - 1);
		cmd_json_number(out, "nodes", summary->at_distance[i - 1]);
		cmd_json_number(out, "answered", summary->answered_at[i - 1]);
		cmd_json_close(out);
	}
	cmd_json_close_array(out);
}

void cmd_crawl_summary_json(struct cmd_text *out,
			    const struct cmd_crawl_summary *summary)
{
	const struct cmd_crawl_counts *counts = &summary->counts;

	cmd_json_begin_line(out, "crawl", cmd_moment_now_ms());
	cmd_json_bool(out, "complete", summary->complete);
	cmd_json_bool(out, "adds_up", adds_up(summary));
	cmd_json_number(out, "found", counts->found);
	cmd_json_number(out, "answered", counts->fates[CMD_CRAWL_ANSWERED]);
	cmd_json_number(out, "silent", counts->fates[CMD_CRAWL_SILENT]);
	cmd_json_number(out, "skipped", counts->fates[CMD_CRAWL_SKIPPED]);
	cmd_json_number(out, "not_asked", counts->fates[CMD_CRAWL_WAITING]);
	cmd_json_number(out, "left_out", counts->left_out);
	cmd_json_number(out, "records", counts->records);
	cmd_json_signed(out, "duration_ms", summary->duration_ms);
	put_subnets_json(out, &summary->subnets);
	put_distances_json(out, summary);
	cmd_json_close(out);
	cmd_json_end_line(out);
}
