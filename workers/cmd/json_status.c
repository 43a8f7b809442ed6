/* SPDX-License-Identifier: MIT */
#include "workers/cmd/allocator.h"
#include "workers/cmd/fates.h"
#include "workers/cmd/json.h"
#include "workers/cmd/json_discovery.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/json_peers.h"
#include "workers/cmd/moment.h"

/* The lines that say how it stands: "status" and "fates". */

static void put_task(struct cmd_text *out, enum dt_task kind,
		     const struct dt_task_counters *task)
{
	cmd_json_open(out, dt_task_name(kind));
	cmd_json_number(out, "created", task->created);
	cmd_json_number(out, "waiting", task->waiting);
	cmd_json_number(out, "queued", task->queued);
	cmd_json_number(out, "running", task->running);
	cmd_json_open(out, "outcomes");
	for (int i = 0; i < DT_OUTCOME_COUNT; i++) {
		if (task->outcomes[i] > 0)
			cmd_json_number(out,
					dt_outcome_name((enum dt_outcome)i),
					task->outcomes[i]);
	}
	cmd_json_close(out);
	cmd_json_close(out);
}

static void put_sources(struct cmd_text *out, const char *key,
			const uint64_t *values)
{
	cmd_json_open(out, key);
	for (int i = 0; i < DT_SOURCE_COUNT; i++)
		cmd_json_number(out, dt_source_name((enum dt_source)i),
				values[i]);
	cmd_json_close(out);
}

static void put_candidates(struct cmd_text *out,
			   const struct dt_counters *counters)
{
	cmd_json_open(out, "candidates");
	put_sources(out, "offered", counters->offered);
	put_sources(out, "dialed", counters->dialed);
	cmd_json_open(out, "skipped");
	for (int i = 0; i < DT_SKIP_COUNT; i++) {
		if (counters->skipped[i] > 0)
			cmd_json_number(out, dt_skip_name((enum dt_skip)i),
					counters->skipped[i]);
	}
	cmd_json_close(out);
	cmd_json_close(out);
}

static void put_now(struct cmd_text *out, const struct dt_counters *counters)
{
	cmd_json_number(out, "peers", counters->peers);
	cmd_json_number(out, "dyn_peers", counters->dyn_peers);
	cmd_json_number(out, "peers_added", counters->peers_added);
	cmd_json_number(out, "peers_removed", counters->peers_removed);
	cmd_json_number(out, "static_nodes", counters->static_nodes);
	cmd_json_number(out, "static_ready", counters->static_ready);
	cmd_json_number(out, "bootnodes", counters->bootnodes);
	cmd_json_number(out, "history", counters->history);
	cmd_json_number(out, "lookup_buffer", counters->lookup_buffer);
	cmd_json_number(out, "records", counters->records);
	cmd_json_number(out, "resolves", counters->resolves);
	cmd_json_number(out, "resolves_found", counters->resolves_found);
	cmd_json_number(out, "name_lookups", counters->name_lookups);
	cmd_json_number(out, "local_fault_pauses",
			counters->local_fault_pauses);
	cmd_json_number(out, "workers_overdue", counters->workers_overdue);
	cmd_json_number(out, "commands_lost", counters->commands_lost);
	cmd_json_number(out, "connect_timeout_ms",
			counters->connect_timeout_ms);
	cmd_json_number(out, "timeouts_shortened",
			counters->timeouts_shortened);
}

static void put_connect(struct cmd_text *out, const struct dt_latency *connect)
{
	cmd_json_open(out, "connect_latency");
	cmd_json_number(out, "samples", connect->samples);
	cmd_json_number(out, "p50_ns", connect->p50_ns);
	cmd_json_number(out, "p99_ns", connect->p99_ns);
	cmd_json_number(out, "max_ns", connect->max_ns);
	cmd_json_close(out);
}

static void put_status(struct cmd_text *out, const struct cmd_figures *figures)
{
	const struct dt_counters *counters = &figures->counters;

	cmd_json_signed(out, "elapsed_ms", figures->elapsed_ms);
	cmd_json_number(out, "target", figures->target);
	cmd_json_number(out, "in_flight", figures->in_flight);
	cmd_json_number(out, "queued", figures->queued);
	cmd_json_decimal(out, "dials_per_second", figures->dials_per_second);
	put_now(out, counters);
	cmd_json_open(out, "tasks");
	for (int i = 0; i < DT_TASK_COUNT; i++)
		put_task(out, (enum dt_task)i, &counters->tasks[i]);
	cmd_json_close(out);
	cmd_json_endings(out, "setups", counters->setups);
	put_candidates(out, counters);
	put_connect(out, &figures->connect);
	cmd_json_discovery(out, &figures->discovery);
	cmd_json_peer_figures(out, &figures->peers);
}

static void put_allocator(struct cmd_text *out)
{
	struct cmd_allocator_figures figures = cmd_allocator_read();

	cmd_json_open(out, "allocator");
	cmd_json_string(out, "name", figures.name);
	cmd_json_number(out, "allocated", figures.allocated);
	if (figures.has_resident) {
		cmd_json_number(out, "active", figures.active);
		cmd_json_number(out, "resident", figures.resident);
	}
	cmd_json_number(out, "mapped", figures.mapped);
	cmd_json_close(out);
}

void cmd_json_status(struct cmd_text *out, const struct cmd_figures *figures)
{
	cmd_json_begin_line(out, "status", cmd_moment_now_ms());
	put_status(out, figures);
	cmd_json_close(out);
	cmd_json_end_line(out);
}

void cmd_json_fates(struct cmd_text *out, const struct cmd_figures *figures)
{
	cmd_json_begin_line(out, "fates", cmd_moment_now_ms());
	cmd_json_bool(out, "adds_up", cmd_figures_add_up(figures));
	put_status(out, figures);
	put_allocator(out);
	cmd_json_close(out);
	cmd_json_end_line(out);
}
