/* SPDX-License-Identifier: MIT */
#include "workers/cmd/figures.h"

#include "workers/cmd/moment.h"

#define SAMPLE_EVERY_MS 200
#define RATE_OVER_MS    3000

void cmd_meter_init(struct cmd_meter *meter, dt_dialer *dialer)
{
	int64_t now_ms = cmd_moment_now_ms();

	/* The first sample: nothing had ended then. */
	*meter = (struct cmd_meter){.dialer = dialer,
				    .started_ms = now_ms,
				    .sample_ms = {now_ms},
				    .samples = 1};
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

static void keep_sample(struct cmd_meter *meter, int64_t now_ms, uint64_t ended)
{
	uint64_t last =
		(meter->samples + CMD_METER_SAMPLES - 1) % CMD_METER_SAMPLES;
	uint64_t next = meter->samples % CMD_METER_SAMPLES;

	if (now_ms - meter->sample_ms[last] < SAMPLE_EVERY_MS)
		return;
	meter->sample_ms[next] = now_ms;
	meter->sample_ended[next] = ended;
	meter->samples++;
}

/* Since the oldest sample that is not too old, or else the latest one. */
static double rate(const struct cmd_meter *meter, int64_t now_ms,
		   uint64_t ended)
{
	uint64_t kept = meter->samples < CMD_METER_SAMPLES ? meter->samples
							   : CMD_METER_SAMPLES;

	for (uint64_t back = kept; back > 0; back--) {
		uint64_t i = (meter->samples - back) % CMD_METER_SAMPLES;
		int64_t ago_ms = now_ms - meter->sample_ms[i];

		if (ago_ms > 0 && (ago_ms <= RATE_OVER_MS || back == 1))
			return (double)(ended - meter->sample_ended[i]) *
			       1000.0 / (double)ago_ms;
	}
	return 0;
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
	out->dials_per_second = rate(meter, now_ms, out->dials_ended);
	keep_sample(meter, now_ms, out->dials_ended);
}
