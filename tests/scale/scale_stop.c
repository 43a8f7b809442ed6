/* SPDX-License-Identifier: MIT */
/*
 * How long does stop take, and what does a blocked worker cost? A thousand
 * workers wait for connections to nodes that never answer; then the dialer is
 * stopped. Resident memory is that of the whole process, less what it was
 * before the dialer was made.
 *
 *	scale_stop [WORKERS [RUNS]]	(1000 20)
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/loopback.h"
#include "tests/require.h"
#include "tests/scene.h"

enum {
	PROMISED_MS = 100, /* the median */
	RUNS_MAX = 1000,
};

struct run {
	double stop_ms;
	double kib_a_worker;
	bool adds_up;
};

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double resident_kib(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	char line[128];
	char *resident;

	require(file, "open statm");
	require(fgets(line, sizeof(line), file), "read statm");
	fclose(file);
	resident = strchr(line, ' '); /* the second number, in pages */
	require(resident, "find a second number in statm");
	return (double)strtoul(resident, NULL, 10) *
	       (double)sysconf(_SC_PAGESIZE) / 1024;
}

static bool every_task_ended(const struct scene *scene, uint32_t workers)
{
	struct dt_counters counters = scene_counters(scene);
	const struct dt_task_counters *task =
		&counters.tasks[DT_TASK_STATIC_DIAL];

	return !counters_broken(&counters) && !counters_unfinished(&counters) &&
	       task->created == workers &&
	       task->outcomes[DT_OUTCOME_CANCELLED] == workers;
}

static struct run measure(const struct loopback *swallower, uint32_t workers)
{
	double before_kib = resident_kib();
	struct run run;
	struct scene scene;
	double began_ms;

	scene_init(&scene);
	scene.config.stack_size = (size_t)64 * 1024; /* the default */
	scene.config.max_active_dials = workers;
	scene.config.dial_timeout_ms = 600000;
	scene.config.log = DT_LEVEL_ERROR;
	scene_create(&scene);
	for (uint32_t i = 0; i < workers; i++)
		scene_add_static(
			&scene,
			loopback_node(i, loopback_endpoint(swallower, i)));
	scene_start(&scene);
	scene_await_running(&scene, DT_TASK_STATIC_DIAL, workers);
	run.kib_a_worker = (resident_kib() - before_kib) / workers;
	began_ms = now_ms();
	scene_stop(&scene);
	run.stop_ms = now_ms() - began_ms;
	run.adds_up = every_task_ended(&scene, workers);
	scene_fini(&scene);
	return run;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return left < right ? -1 : left > right;
}

int main(int argc, char **argv)
{
	uint32_t workers =
		argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000;
	uint32_t runs = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 20;
	double stops_ms[RUNS_MAX];
	struct loopback swallower;
	struct run first = {0};
	bool ok = true;

	require(workers > 0 && runs > 0 && runs <= RUNS_MAX,
		"WORKERS and RUNS must be above 0, and RUNS at most 1000");
	loopback_open(&swallower, LOOPBACK_SWALLOWS);
	for (uint32_t i = 0; i < runs; i++) {
		struct run run = measure(&swallower, workers);

		if (i == 0)
			first = run;
		ok = ok && run.adds_up;
		stops_ms[i] = run.stop_ms;
	}
	loopback_close(&swallower);
	qsort(stops_ms, runs, sizeof(*stops_ms), compare);
	printf("%" PRIu32 " workers blocked in connect, %" PRIu32 " runs\n",
	       workers, runs);
	printf("stop: min %.1f ms, median %.1f ms, max %.1f ms\n", stops_ms[0],
	       stops_ms[runs / 2], stops_ms[runs - 1]);
	printf("resident memory: %.1f KiB a blocked worker (first run)\n",
	       first.kib_a_worker);
	printf("every task ended as cancelled: %s\n", ok ? "yes" : "no");
	ok = ok && stops_ms[runs / 2] <= PROMISED_MS;
	puts(ok ? "ok" : "FAILED");
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
