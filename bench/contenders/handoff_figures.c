/* SPDX-License-Identifier: MIT */
#include "bench/contenders/handoff_figures.h"

#include "bench/contenders/handoff.h"

const char *const handoff_parameters[] = {
	[HANDOFF_IN_FLIGHT] = "in_flight",
	[HANDOFF_WORKERS] = "workers",
	[HANDOFF_WORK_NS] = "work_ns",
	NULL,
};

const struct bench_figure handoff_figures[] = {
	[HANDOFF_TASKS_PER_S] = {"tasks_per_s", "tasks/s", "",
				 BENCH_MORE_IS_BETTER},
	[HANDOFF_P50_S] = {"p50_s", "p50", "s", BENCH_LESS_IS_BETTER},
	[HANDOFF_P99_S] = {"p99_s", "p99", "s", BENCH_LESS_IS_BETTER},
	[HANDOFF_P999_S] = {"p999_s", "p99.9", "s", BENCH_LESS_IS_BETTER},
	[HANDOFF_CPU_S_PER_TASK] = {"cpu_s_per_task", "CPU/task", "s",
				    BENCH_LESS_IS_BETTER},
	[HANDOFF_SWITCHES_PER_TASK] = {"switches_per_task", "switches/task", "",
				       BENCH_LESS_IS_BETTER},
	{.name = NULL},
};
