/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/container.h"

#include "tests/require.h"
#include "tests/sim/scenarios.h"
#include "tests/sim/victim.h"

/* As much as a few machines can send, to each victim and to all others. */
#define VICTIM_PER_S 100
#define OTHERS_SHARE 100 /* each other node is pinged once in so many seconds */

#define SHARE_COLUMNS                                                          \
	"nodes,ids,subnets,early,victim,time_s,fair,entries,table,candidates," \
	"results,captured"
#define BUCKET_COLUMNS "subnets,early,victim,time_s,bucket,entries,share"

struct variant {
	size_t subnets; /* 0: as many as ids, so that limits do not bind */
	bool early;     /* strangers may get in before the first refresh ends */
};

struct eclipse {
	const struct scenario *scenario;
	struct variant variant;
	struct attack_plan plan;
	FILE *shares;
	FILE *buckets;
	/* Of the whole run: before this attack, and with all of them. */
	int64_t before_ms;
	int64_t all_ms;
};

static void write_shares(const struct eclipse *eclipse, enum victim_kind kind,
			 int64_t time_ms, const struct victim_figures *figures)
{
	size_t nodes = eclipse->scenario->swarm.nodes;

	fprintf(eclipse->shares,
		"%zu,%zu,%zu,%d,%s,%" PRId64 ",%.4f,%.1f,%.4f,%.4f,%.4f,%.4f\n",
		nodes, eclipse->plan.ids, eclipse->plan.subnets,
		eclipse->variant.early, victim_name(kind), time_ms / 1000,
		(double)eclipse->plan.ids / (double)(nodes + eclipse->plan.ids),
		figures->entries, figures->table, figures->candidates,
		figures->results, figures->captured);
	for (size_t i = 0; i < DTI_BUCKETS; i++)
		fprintf(eclipse->buckets,
			"%zu,%d,%s,%" PRId64 ",%zu,%.2f,%.4f\n",
			eclipse->plan.subnets, eclipse->variant.early,
			victim_name(kind), time_ms / 1000, i,
			figures->in_bucket[i], figures->by_bucket[i]);
	(void)fflush(eclipse->shares);
	(void)fflush(eclipse->buckets);
}

static void attack(struct eclipse *eclipse, struct swarm *swarm,
		   struct victims *victims)
{
	static const int64_t seconds[] = {30,  60,  120,  180,
					  300, 600, 1200, 1800};
	const struct scenario *scenario = eclipse->scenario;
	int64_t begun_ms = world_now_ms(swarm->world);
	struct attack *attack;

	eclipse->plan = (struct attack_plan){
		.ids = scenario->ids,
		.subnets = eclipse->variant.subnets ? eclipse->variant.subnets
						    : scenario->ids,
		.victim_per_s = VICTIM_PER_S,
		.others_per_s = (uint32_t)(swarm->up_count / OTHERS_SHARE),
	};
	attack = attack_create(swarm, &eclipse->plan);
	victims_suffer(victims, attack, eclipse->variant.early);
	for (size_t i = 0; i < dti_array_length(seconds); i++) {
		struct victim_figures figures[VICTIM_KINDS];

		if (seconds[i] * 1000 > scenario->attack_ms)
			break;
		attack_run(attack, begun_ms + seconds[i] * 1000);
		victims_measure(victims, attack, figures);
		for (enum victim_kind kind = 0; kind < VICTIM_KINDS; kind++)
			write_shares(eclipse, kind, seconds[i] * 1000,
				     &figures[kind]);
		scenario_tell(eclipse->before_ms + seconds[i] * 1000,
			      eclipse->all_ms);
	}
	attack_destroy(attack);
}

/* In a child: the next attack finds the network as this one did. */
static void attack_copy(struct eclipse *eclipse, struct swarm *swarm,
			struct victims *victims)
{
	int status = -1;
	pid_t child = fork();

	require(child >= 0, "a child");
	if (child == 0) {
		attack(eclipse, swarm, victims);
		_exit(EXIT_SUCCESS);
	}
	require(waitpid(child, &status, 0) == child && status == 0,
		"an attack that ends");
}

static struct swarm_plan with_guests(const struct scenario *scenario)
{
	struct swarm_plan plan = scenario->swarm;

	plan.guests = VICTIM_KINDS * VICTIMS_OF_KIND;
	plan.live_ms = scenario->until_ms + 2 * scenario->attack_ms;
	return plan;
}

static void open_files(struct eclipse *eclipse)
{
	eclipse->shares =
		scenario_open(eclipse->scenario, "eclipse", SHARE_COLUMNS);
	eclipse->buckets =
		scenario_open(eclipse->scenario, "buckets", BUCKET_COLUMNS);
}

static void close_files(struct eclipse *eclipse)
{
	scenario_close(eclipse->shares);
	scenario_close(eclipse->buckets);
}

void scenario_eclipse(const struct scenario *scenario)
{
	static const struct variant variants[] = {
		{4, false}, {16, false}, {64, false},
		{0, false}, {16, true},  {0, true},
	};
	struct swarm_plan plan = with_guests(scenario);
	struct swarm *swarm = swarm_create(&plan);
	struct eclipse eclipse = {
		.scenario = scenario,
		.before_ms = scenario->until_ms,
		.all_ms = scenario->until_ms +
			  scenario->attack_ms *
				  (int64_t)dti_array_length(variants),
	};
	struct victims victims;

	swarm_run(swarm, plan.join_ms / 2);
	victims_begin(&victims, swarm);
	swarm_run(swarm, scenario->until_ms);
	scenario_tell(scenario->until_ms, eclipse.all_ms);
	open_files(&eclipse);
	for (size_t i = 0; i < dti_array_length(variants); i++) {
		eclipse.variant = variants[i];
		attack_copy(&eclipse, swarm, &victims);
		eclipse.before_ms += scenario->attack_ms;
	}
	close_files(&eclipse);
	swarm_destroy(swarm);
}

void scenario_whole(const struct scenario *scenario)
{
	struct swarm_plan plan = with_guests(scenario);
	struct swarm *swarm = swarm_create(&plan);
	struct eclipse eclipse = {
		.scenario = scenario,
		.variant = {.subnets = 16},
		.before_ms = scenario->until_ms,
		.all_ms = scenario->until_ms + scenario->attack_ms,
	};
	struct victims victims;

	swarm_run(swarm, 1000);
	victims_begin(&victims, swarm);
	scenario_watch(scenario, swarm, eclipse.all_ms);
	open_files(&eclipse);
	attack(&eclipse, swarm, &victims);
	close_files(&eclipse);
	swarm_destroy(swarm);
}
