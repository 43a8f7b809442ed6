/* SPDX-License-Identifier: MIT */
/*
 * What the host calls. A turn begins with the clocks, has the state machine do
 * its part, and ends with what has to leave the thread: datagrams, the table's
 * picture, facts for the disk, counters.
 */
#include "lib/container.h"
#include "lib/node/record.h"

#include "workers/clock.h"
#include "workers/discv4.h"

/* See FLOOD. */
#define FLOOD_BEGINS      512 /* datagrams */
#define FLOOD_GOES_ON     128
#define FLOOD_MS          1000
#define STRANGERS_A_BATCH 4
#define STRANGERS_OF_FULL 1

static dt_discv4 *discv4_of(struct dti_host_member *member)
{
	return dti_container_of(member, dt_discv4, member);
}

void dti_discovery_begin_turn(dt_discv4 *discv4)
{
	discv4->now = (struct dti_discv4_now){
		.ms = dti_host_now_ms(discv4->host),
		.unix_s = dti_clock_unix_s(),
	};
}

static void publish_counters(dt_discv4 *discv4)
{
	struct dt_discv4_counters counters = discv4->counters;
	struct dti_discv4_figures figures;
	struct dti_table_sizes sizes;

	dti_discv4_figures(discv4->machine, &figures);
	counters.requests_sent = figures.requests_sent;
	counters.requests_answered = figures.requests_answered;
	counters.requests_timed_out = figures.requests_timed_out;
	counters.nodes_refused = figures.nodes_refused;
	counters.checks = figures.checks;
	counters.checks_failed = figures.checks_failed;
	counters.refreshes = figures.refreshes;
	counters.requests = figures.requests;
	counters.proofs = figures.proofs;
	dti_table_sizes(dti_discv4_table(discv4->machine), &sizes);
	counters.entries = sizes.entries;
	counters.verified = sizes.verified;
	counters.replacements = sizes.replacements;
	dti_snapshot_publish(&discv4->snapshot, &counters);
}

void dti_discovery_end_turn(dt_discv4 *discv4)
{
	dti_discovery_settle(discv4);
	dti_discovery_flush(discv4);
	dti_published_table_update(&discv4->published,
				   dti_discv4_table(discv4->machine),
				   discv4->now.ms);
	dti_discovery_journal_turn(&discv4->journal, discv4->now.ms);
	publish_counters(discv4);
	dti_discovery_wake_callers(discv4);
}

static void joined(struct dti_host_member *member)
{
	dt_discv4 *discv4 = discv4_of(member);

	dti_discovery_begin_turn(discv4);
	for (size_t i = 0; i < discv4->seed_count; i++)
		dti_discv4_add_seed(discv4->machine, &discv4->seeds[i],
				    discv4->now);
	discv4->seed_count = 0;
	dti_discv4_start(discv4->machine, discv4->now);
	dti_discovery_end_turn(discv4);
}

/*
 * FLOOD. One has begun when the socket has not been empty for hundreds of
 * datagrams, which is more than a burst, and goes on as long as much waits again
 * and again. Those whom we know come first then. The more waits, the fewer of a
 * batch are worth a signature; of a full one, behind which there may be hundreds,
 * so few that they cost about as much as to drop the others. So the socket is
 * emptied faster than it is filled, however little of a processor we get.
 */
static void limit_strangers(dt_discv4 *discv4, size_t count)
{
	bool is_full = count == DTI_UDP_BATCH;
	int64_t now_ms = discv4->now.ms;
	bool is_flood = now_ms < discv4->flood_ends_ms;
	uint32_t most = UINT32_MAX;

	discv4->behind = is_full ? discv4->behind + DTI_UDP_BATCH : 0;
	if (discv4->behind >= (is_flood ? FLOOD_GOES_ON : FLOOD_BEGINS)) {
		discv4->flood_ends_ms = now_ms + FLOOD_MS;
		is_flood = true;
	}
	if (is_flood)
		most = is_full ? STRANGERS_OF_FULL : STRANGERS_A_BATCH;
	dti_discv4_limit_strangers(discv4->machine, most);
}

static void readable(struct dti_host_member *member)
{
	dt_discv4 *discv4 = discv4_of(member);
	struct dti_udp_in *in = &discv4->host->in;
	size_t count = dti_udp_receive(in, &discv4->udp);

	dti_discovery_begin_turn(discv4);
	limit_strangers(discv4, count);
	for (size_t i = 0; i < count; i++) {
		struct dt_endpoint source = dti_udp_in_source(in, i);

		dti_discovery_receive(discv4, &source, dti_udp_in_bytes(in, i));
	}
	dti_discovery_end_turn(discv4);
}

static void due(struct dti_host_member *member)
{
	dt_discv4 *discv4 = discv4_of(member);

	dti_discovery_begin_turn(discv4);
	if (dti_discv4_deadline(discv4->machine) <= discv4->now.ms)
		dti_discv4_tick(discv4->machine, discv4->now);
	dti_discovery_end_turn(discv4);
}

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
	return a_ms < b_ms ? a_ms : b_ms;
}

static int64_t deadline_ms(struct dti_host_member *member)
{
	const dt_discv4 *discv4 = discv4_of(member);

	return earlier(dti_discv4_deadline(discv4->machine),
		       earlier(dti_published_table_due_ms(
				       &discv4->published,
				       dti_discv4_table(discv4->machine)),
			       dti_discovery_journal_due_ms(&discv4->journal)));
}

const struct dti_host_member_calls dti_discovery_calls = {
	.joined = joined,
	.readable = readable,
	.due = due,
	.deadline_ms = deadline_ms,
};

/* ---- the state machine's seams ---- */

static void checked(void *context, const struct dti_table_entry *entry,
		    bool alive, bool seed)
{
	dt_discv4 *discv4 = context;
	struct dti_node_fact fact = {
		.node = entry->node,
		.alive_unix_s = alive ? discv4->now.unix_s : 0,
		.failures = alive ? 0 : 1,
		.record_seq = entry->record_seq,
	};

	/* Who is new may be gone tomorrow. */
	if (seed || !alive)
		dti_discovery_journal_note(&discv4->journal, &fact,
					   discv4->now.ms);
}

static bool id_is_valid(void *context, const struct dt_node_id *id)
{
	const dt_discv4 *discv4 = context;

	return dti_secp_id_is_valid(&discv4->secp, id);
}

static bool read_record(void *context, struct dt_record *out,
			struct dti_bytes record)
{
	const dt_discv4 *discv4 = context;

	return dti_record_decode(out, record, &discv4->secp, NULL) == DT_OK;
}

void dti_discovery_fill_seams(dt_discv4 *discv4, struct dti_discv4_seams *out)
{
	*out = (struct dti_discv4_seams){
		.context = discv4,
		.send = dti_discovery_send,
		.done = dti_discovery_done,
		.checked = checked,
		.seen_as = dti_discovery_seen_as,
		.id_is_valid = id_is_valid,
		.read_record = read_record,
	};
}
