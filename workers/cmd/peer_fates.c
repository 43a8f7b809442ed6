/* SPDX-License-Identifier: MIT */
#include "workers/cmd/peer_fates.h"

#include <inttypes.h>

#include "workers/cmd/fates.h"

static uint64_t sum(const uint64_t *ended)
{
	uint64_t total = 0;

	for (size_t i = 0; i < DT_ENDING_MAX; i++)
		total += ended[i];
	return total;
}

bool cmd_setups_add_up(const struct dt_rlpx_setups *setups)
{
	return setups->begun ==
	       setups->running + setups->opened + sum(setups->ended);
}

bool cmd_inbound_adds_up(const struct dt_rlpx_counters *counters)
{
	return counters->accepted ==
	       counters->throttled + counters->not_allowed + counters->no_room +
		       counters->inbound.begun;
}

bool cmd_kept_peers_add_up(const struct dt_rlpx_counters *counters)
{
	return counters->peers_added ==
	       counters->peers + sum(counters->peers_ended);
}

bool cmd_peers_add_up(const struct dt_rlpx_counters *counters)
{
	return cmd_inbound_adds_up(counters) &&
	       cmd_setups_add_up(&counters->inbound) &&
	       cmd_setups_add_up(&counters->outbound) &&
	       cmd_kept_peers_add_up(counters);
}

static void put_check(struct cmd_text *out, bool adds_up,
		      const struct cmd_style *style)
{
	cmd_text_add(out, "   ");
	cmd_fates_put_check(out, adds_up, style);
	cmd_text_add(out, "\n");
}

/* Each with its sentence: what to make of a name is not obvious. */
static void put_endings(struct cmd_text *out, const uint64_t *ended,
			const struct cmd_style *style)
{
	for (int i = 0; i < DT_ENDING_COUNT; i++) {
		enum dt_ending ending = (enum dt_ending)i;

		if (ended[i] > 0)
			cmd_text_printf(
				out, "    ended   %-18s %9" PRIu64 "  %s%s%s\n",
				dt_ending_name(ending), ended[i],
				cmd_style_paint(style, CMD_COLOUR_DIM),
				dt_ending_text(ending),
				cmd_style_paint(style, CMD_COLOUR_PLAIN));
	}
}

static void put_setups(struct cmd_text *out, const char *what,
		       const struct dt_rlpx_setups *setups,
		       const struct cmd_style *style)
{
	cmd_text_printf(out,
			"  %s: %" PRIu64 " begun = %" PRIu64
			" running + %" PRIu64 " opened + %" PRIu64 " ended",
			what, setups->begun, setups->running, setups->opened,
			sum(setups->ended));
	put_check(out, cmd_setups_add_up(setups), style);
}

/* Who nobody has called has nothing to tell of it. */
static void put_inbound(struct cmd_text *out,
			const struct dt_rlpx_counters *counters,
			const struct cmd_style *style)
{
	if (counters->accepted == 0)
		return;
	cmd_text_printf(out,
			"  accepted: %" PRIu64 " connections = %" PRIu64
			" throttled + %" PRIu64 " not allowed + %" PRIu64
			" without room + %" PRIu64 " begun",
			counters->accepted, counters->throttled,
			counters->not_allowed, counters->no_room,
			counters->inbound.begun);
	put_check(out, cmd_inbound_adds_up(counters), style);
	put_setups(out, "inbound handshakes", &counters->inbound, style);
	put_endings(out, counters->inbound.ended, style);
}

void cmd_peer_fates_put(struct cmd_text *out,
			const struct dt_rlpx_counters *counters,
			const struct cmd_style *style)
{
	cmd_text_printf(out, "\n%speers%s\n",
			cmd_style_paint(style, CMD_COLOUR_BOLD),
			cmd_style_paint(style, CMD_COLOUR_PLAIN));
	/* Why some have ended is what the dialer's set-ups say. */
	put_setups(out, "handshakes", &counters->outbound, style);
	put_inbound(out, counters, style);
	cmd_text_printf(out,
			"  kept: %" PRIu64 " added = %" PRIu64
			" there + %" PRIu64 " ended",
			counters->peers_added, counters->peers,
			sum(counters->peers_ended));
	put_check(out, cmd_kept_peers_add_up(counters), style);
	put_endings(out, counters->peers_ended, style);
	cmd_text_printf(out,
			"  pings: %" PRIu64 " sent, %" PRIu64
			" answered; %" PRIu64 " received; %" PRIu64
			" messages of capabilities thrown away\n",
			counters->pings_sent, counters->pongs_received,
			counters->pings_received, counters->messages_received);
}
