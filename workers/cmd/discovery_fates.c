/* SPDX-License-Identifier: MIT */
#include "workers/cmd/discovery_fates.h"

#include <inttypes.h>

#include "workers/cmd/fates.h"

static uint64_t sum(const uint64_t *values, size_t count)
{
	uint64_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += values[i];
	return total;
}

static uint64_t accepted(const struct dt_discv4_counters *counters)
{
	return sum(counters->accepted, DT_DISCV4_TYPES);
}

static uint64_t dropped(const struct dt_discv4_counters *counters)
{
	return sum(counters->dropped,
		   sizeof(counters->dropped) / sizeof(counters->dropped[0]));
}

bool cmd_discovery_datagrams_add_up(const struct dt_discv4_counters *counters)
{
	return counters->received == accepted(counters) + dropped(counters);
}

bool cmd_discovery_requests_add_up(const struct dt_discv4_counters *counters)
{
	return counters->requests_sent == counters->requests +
						  counters->requests_answered +
						  counters->requests_timed_out;
}

bool cmd_discovery_adds_up(const struct dt_discv4_counters *counters)
{
	return cmd_discovery_datagrams_add_up(counters) &&
	       cmd_discovery_requests_add_up(counters);
}

static void put_types(struct cmd_text *out,
		      const struct dt_discv4_counters *counters,
		      const struct cmd_style *style)
{
	cmd_text_printf(out, "\n  %s%-18s %11s %11s%s\n",
			cmd_style_paint(style, CMD_COLOUR_DIM), "packet",
			"accepted", "sent",
			cmd_style_paint(style, CMD_COLOUR_PLAIN));
	for (unsigned int i = 1; i < DT_DISCV4_TYPES; i++) {
		if (counters->accepted[i] > 0 || counters->sent[i] > 0)
			cmd_text_printf(
				out, "  %-18s %11" PRIu64 " %11" PRIu64 "\n",
				dt_discv4_type_name(i), counters->accepted[i],
				counters->sent[i]);
	}
}

static void put_drops(struct cmd_text *out,
		      const struct dt_discv4_counters *counters)
{
	for (int i = 0; i < DT_DISCV4_DROP_COUNT; i++) {
		if (counters->dropped[i] > 0)
			cmd_text_printf(
				out, "    dropped %-18s %9" PRIu64 "\n",
				dt_discv4_drop_name((enum dt_discv4_drop)i),
				counters->dropped[i]);
	}
}

static void put_rest(struct cmd_text *out,
		     const struct dt_discv4_counters *counters)
{
	cmd_text_printf(
		out,
		"\n  table: %" PRIu64 " nodes, %" PRIu64 " verified, %" PRIu64
		" replacements; %" PRIu64 " checks, %" PRIu64
		" failed; %" PRIu64 " refreshes, %" PRIu64 " queries\n",
		counters->entries, counters->verified, counters->replacements,
		counters->checks, counters->checks_failed, counters->refreshes,
		counters->queries);
}

void cmd_discovery_fates_put(struct cmd_text *out,
			     const struct dt_discv4_counters *counters,
			     const struct cmd_style *style)
{
	cmd_text_printf(out, "\n%sdiscovery%s\n",
			cmd_style_paint(style, CMD_COLOUR_BOLD),
			cmd_style_paint(style, CMD_COLOUR_PLAIN));
	cmd_text_printf(out,
			"  datagrams: %" PRIu64 " received = %" PRIu64
			" accepted + %" PRIu64 " dropped   ",
			counters->received, accepted(counters),
			dropped(counters));
	cmd_fates_put_check(out, cmd_discovery_datagrams_add_up(counters),
			    style);
	cmd_text_add(out, "\n");
	put_drops(out, counters);
	cmd_text_printf(
		out,
		"  requests: %" PRIu64 " sent = %" PRIu64
		" under way + %" PRIu64 " answered + %" PRIu64 " timed out   ",
		counters->requests_sent, counters->requests,
		counters->requests_answered, counters->requests_timed_out);
	cmd_fates_put_check(out, cmd_discovery_requests_add_up(counters),
			    style);
	cmd_text_add(out, "\n");
	put_types(out, counters, style);
	put_rest(out, counters);
}
