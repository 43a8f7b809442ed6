/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "tests/sim/measure.h"
#include "tests/sim/scenarios.h"

#define STEP_MS 30000

static void write_line(FILE *csv, const struct swarm *swarm,
		       const struct table_figures *tables,
		       const struct lookup_figures *lookups, double packets)
{
	fprintf(csv,
		"%" PRId64 ",%zu,%.1f,%.4f,%.4f,%.4f,%.4f,%.4f,%.0f,%.2f,%.2f,"
		"%.1f,%.2f\n",
		world_now_ms(swarm->world) / 1000, swarm->up_count,
		tables->entries, tables->verified, tables->dead, tables->near,
		lookups->recall, lookups->exact, lookups->time_ms,
		lookups->time_ms / measure_round_trip_ms(),
		measure_least_rounds(swarm->up_count), lookups->asked, packets);
	(void)fflush(csv);
}

void scenario_watch(const struct scenario *scenario, struct swarm *swarm,
		    int64_t all_ms)
{
	FILE *csv = scenario_open(
		scenario, "convergence",
		"time_s,up,entries,verified,dead,near,recall,exact,lookup_ms,"
		"rounds,least_rounds,asked,packets");
	struct traffic traffic = {0};

	for (int64_t ms = STEP_MS; ms <= scenario->until_ms; ms += STEP_MS) {
		double packets;
		struct table_figures tables;
		struct lookup_figures lookups;

		swarm_run(swarm, ms);
		packets = measure_traffic(swarm, &traffic);
		tables = measure_tables(swarm, scenario->samples);
		lookups = measure_lookups(swarm, scenario->samples);
		write_line(csv, swarm, &tables, &lookups, packets);
		scenario_tell(ms, all_ms);
	}
	scenario_close(csv);
}

void scenario_convergence(const struct scenario *scenario)
{
	struct swarm *swarm = swarm_create(&scenario->swarm);

	scenario_watch(scenario, swarm, scenario->until_ms);
	swarm_destroy(swarm);
}
