/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "tests/sim/measure.h"
#include "tests/sim/scenarios.h"

#define STEP_MS 60000

/* Sums of figures, and of how many. */
struct sums {
	struct table_figures tables;
	struct lookup_figures lookups;
	double packets;
	double count;
};

static void add(struct sums *sums, struct swarm *swarm,
		const struct scenario *scenario, double packets)
{
	struct table_figures tables = measure_tables(swarm, scenario->samples);
	struct lookup_figures lookups =
		measure_lookups(swarm, scenario->samples);

	sums->tables.entries += tables.entries;
	sums->tables.verified += tables.verified;
	sums->tables.dead += tables.dead;
	sums->tables.near += tables.near;
	sums->lookups.recall += lookups.recall;
	sums->lookups.exact += lookups.exact;
	sums->lookups.time_ms += lookups.time_ms;
	sums->lookups.asked += lookups.asked;
	sums->lookups.answered += lookups.answered;
	sums->packets += packets;
	sums->count++;
}

static void write_line(FILE *csv, const struct scenario *scenario,
		       const struct sums *sums)
{
	const struct swarm_plan *plan = &scenario->swarm;
	double time_ms = sums->lookups.time_ms / sums->count;

	fprintf(csv, "%zu,%" PRId64 ",%.1f,%.1f,", plan->nodes,
		plan->session_ms / 1000, plan->loss_per_mille / 10.0,
		(double)plan->check_ms / 1000);
	fprintf(csv, "%.1f,%.4f,%.4f,%.4f,", sums->tables.entries / sums->count,
		sums->tables.verified / sums->count,
		sums->tables.dead / sums->count,
		sums->tables.near / sums->count);
	fprintf(csv, "%.4f,%.4f,%.0f,%.2f,%.2f,%.1f,%.1f,%.2f\n",
		sums->lookups.recall / sums->count,
		sums->lookups.exact / sums->count, time_ms,
		time_ms / measure_round_trip_ms(),
		measure_least_rounds(plan->nodes),
		sums->lookups.asked / sums->count,
		sums->lookups.answered / sums->count,
		sums->packets / sums->count);
}

void scenario_churn(const struct scenario *scenario)
{
	struct swarm *swarm = swarm_create(&scenario->swarm);
	struct traffic traffic = {0};
	struct sums sums = {0};
	FILE *csv = scenario_open(
		scenario, "churn",
		"nodes,session_s,loss_percent,check_s,entries,verified,dead,"
		"near,recall,exact,lookup_ms,rounds,least_rounds,asked,"
		"answered,packets");

	swarm_run(swarm, scenario->until_ms / 2);
	scenario_tell(scenario->until_ms / 2, scenario->until_ms);
	(void)measure_traffic(swarm, &traffic);
	for (int64_t ms = scenario->until_ms / 2 + STEP_MS;
	     ms <= scenario->until_ms; ms += STEP_MS) {
		double packets;

		swarm_run(swarm, ms);
		packets = measure_traffic(swarm, &traffic);
		add(&sums, swarm, scenario, packets);
		scenario_tell(ms, scenario->until_ms);
	}
	write_line(csv, scenario, &sums);
	scenario_close(csv);
	swarm_destroy(swarm);
}
