/* SPDX-License-Identifier: MIT */
#include "workers/cmd/figures.h"

#include "workers/cmd/discovery_fates.h"
#include "workers/cmd/fates.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/peer_fates.h"

void cmd_meter_init(struct cmd_meter *meter, dt_dialer *dialer)
{
	int64_t now_ms = cmd_moment_now_ms();

	*meter = (struct cmd_meter){.dialer = dialer,
				    .started_ms = now_ms,
				    .ended = cmd_rate_make(now_ms),
				    .received = cmd_rate_make(now_ms),
				    .sent = cmd_rate_make(now_ms)};
}

static void add_task(struct cmd_figures *figures,
		     const struct dt_task_counters *task, bool is_dial)
{
	figures->queued += task->queued;
	figures->waiting += task->waiting;
	if (!is_dial)
		return;
	figures->in_flight += task->running;
	for (int i = 0; i < DT_OUTCOME_COUNT; i++) {
		figures->outcomes[i] += task->outcomes[i];
		figures->dials_ended += task->outcomes[i];
	}
}

static void read_discovery(struct cmd_meter *meter,
			   struct cmd_discovery_figures *out, int64_t now_ms)
{
	struct dt_discv4_counters *counters = &out->counters;
	uint64_t sent = 0;

	out->present = meter->discv4 != NULL;
	if (!out->present)
		return;
	dt_discv4_counters(meter->discv4, counters, sizeof(*counters));
	for (int i = 0; i < DT_DISCV4_TYPES; i++)
		sent += counters->sent[i];
	out->in_per_second =
		cmd_rate_read(&meter->received, now_ms, counters->received);
	out->out_per_second = cmd_rate_read(&meter->sent, now_ms, sent);
}

void cmd_meter_read(struct cmd_meter *meter, struct cmd_figures *out,
		    bool with_latency)
{
	int64_t now_ms = cmd_moment_now_ms();
	struct dt_latency connect = out->connect;

	*out = (struct cmd_figures){.connect = connect};
	dt_dialer_counters(meter->dialer, &out->counters,
			   sizeof(out->counters));
	if (with_latency && dt_dialer_latency(meter->dialer, &connect,
					      DT_LATENCY_CONNECT) == DT_OK)
		out->connect = connect;
	for (int i = 0; i < DT_TASK_COUNT; i++)
		add_task(out, &out->counters.tasks[i],
			 i == DT_TASK_STATIC_DIAL || i == DT_TASK_DYN_DIAL);
	out->elapsed_ms = now_ms - meter->started_ms;
	out->target = meter->target;
	if (out->target == 0)
		out->target =
			out->counters.static_nodes +
			(meter->has_dynamic ? out->counters.max_dyn_dials : 0);
	out->dials_per_second =
		cmd_rate_read(&meter->ended, now_ms, out->dials_ended);
	read_discovery(meter, &out->discovery, now_ms);
	out->peers.present = meter->rlpx != NULL;
	if (out->peers.present)
		dt_rlpx_counters(meter->rlpx, &out->peers.counters,
				 sizeof(out->peers.counters));
}

bool cmd_figures_add_up(const struct cmd_figures *figures)
{
	return cmd_fates_add_up(&figures->counters) &&
	       (!figures->discovery.present ||
		cmd_discovery_adds_up(&figures->discovery.counters)) &&
	       (!figures->peers.present ||
		cmd_peers_add_up(&figures->peers.counters));
}
