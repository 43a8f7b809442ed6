/* SPDX-License-Identifier: MIT */
#include "tests/scene.h"

#include <string.h>

#include "tests/require.h"

#define DAY_MS (24 * 60 * 60 * INT64_C(1000))

void scene_init(struct scene *scene)
{
	struct dt_config *config = &scene->config;

	memset(scene, 0, sizeof(*scene));
	recorder_init(&scene->recorder);
	dt_config_init(config, sizeof(*config));
	config->history_expiration_ms = DAY_MS;
	config->max_dyn_dials = 0;
	config->spin_ns = 0;
	config->log = DT_LEVEL_DEBUG;
	config->event = recorder_take;
	config->event_context = &scene->recorder;
	/* Sanitizers want more than the default. */
	config->stack_size = (size_t)256 * 1024;
}

static enum dt_outcome be_refused_at_gate(void *context, const struct dt_op *op,
					  int *fd,
					  struct dt_outcome_detail *detail,
					  const struct dt_node *node)
{
	(void)op;
	(void)fd;
	(void)detail;
	(void)node;
	gate_pass(context);
	return DT_OUTCOME_REFUSED;
}

void scene_refuse_at(struct scene *scene, struct gate *gate)
{
	scene->config.transport.context = gate;
	scene->config.transport.connect = be_refused_at_gate;
}

void scene_create(struct scene *scene)
{
	struct dt_error error = {.text = ""};
	dt_err err = dt_dialer_create(&scene->dialer, &scene->config, &error);

	require(err == DT_OK, error.text);
}

void scene_start(struct scene *scene)
{
	struct dt_error error = {.text = ""};

	if (!scene->dialer)
		scene_create(scene);
	require(dt_dialer_start(scene->dialer, &error) == DT_OK, error.text);
}

void scene_stop(struct scene *scene)
{
	dt_err err = dt_dialer_stop(scene->dialer);

	require(err == DT_OK || err == DT_ERR_NOT_STARTED, dt_err_text(err));
}

void scene_fini(struct scene *scene)
{
	dt_dialer_destroy(scene->dialer);
	dt_config_fini(&scene->config);
	recorder_fini(&scene->recorder);
}

void scene_add_static(struct scene *scene, struct dt_node node)
{
	dt_err err = dt_dialer_add_static(scene->dialer, &node, 1);

	require(err == DT_OK, dt_err_text(err));
}

struct dt_counters scene_counters(const struct scene *scene)
{
	struct dt_counters counters;

	dt_dialer_counters(scene->dialer, &counters, sizeof(counters));
	return counters;
}

/* The answer comes in a turn of the scheduler. */
static void make_it_turn(const struct scene *scene)
{
	struct dt_latency latency;
	dt_err err =
		dt_dialer_latency(scene->dialer, &latency, DT_LATENCY_QUEUE);

	require(err == DT_OK, dt_err_text(err));
}

struct dt_counters scene_settled(const struct scene *scene)
{
	struct dt_counters before;
	struct dt_counters now;

	make_it_turn(scene);
	before = scene_counters(scene);
	do {
		make_it_turn(scene);
		now = scene_counters(scene);
	} while (now.turns == before.turns);
	return now;
}

void scene_await_running(const struct scene *scene, enum dt_task kind,
			 uint64_t count)
{
	while (scene_counters(scene).tasks[kind].running < count)
		make_it_turn(scene);
}

static uint64_t sum(const uint64_t *numbers, size_t count)
{
	uint64_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += numbers[i];
	return total;
}

uint64_t counters_ended(const struct dt_task_counters *task)
{
	return sum(task->outcomes, DT_OUTCOME_MAX);
}

uint64_t counters_offered(const struct dt_counters *counters)
{
	return sum(counters->offered, DT_SOURCE_MAX);
}

uint64_t counters_dialed(const struct dt_counters *counters)
{
	return sum(counters->dialed, DT_SOURCE_MAX);
}

uint64_t counters_skipped(const struct dt_counters *counters)
{
	return sum(counters->skipped, DT_SKIP_MAX);
}

uint64_t counters_setups(const struct dt_counters *counters)
{
	return sum(counters->setups, DT_ENDING_MAX);
}

const char *counters_broken(const struct dt_counters *counters)
{
	const struct dt_task_counters *tasks = counters->tasks;

	for (size_t kind = 0; kind < DT_TASK_COUNT; kind++) {
		if (tasks[kind].created !=
		    tasks[kind].waiting + tasks[kind].queued +
			    tasks[kind].running + counters_ended(&tasks[kind]))
			return "created = waiting + queued + running + ended";
	}
	if (counters_offered(counters) !=
	    counters_dialed(counters) + counters_skipped(counters))
		return "offered = dialed + skipped";
	if (tasks[DT_TASK_STATIC_DIAL].created +
		    tasks[DT_TASK_DYN_DIAL].created !=
	    counters_dialed(counters))
		return "dials created = candidates dialed";
	if (counters->peers_added - counters->peers_removed != counters->peers)
		return "peers = added - removed";
	if (counters_setups(counters) >
	    counters_ended(&tasks[DT_TASK_STATIC_DIAL]) +
		    counters_ended(&tasks[DT_TASK_DYN_DIAL]))
		return "each set-up is of a dial that has ended";
	if (counters->peers < counters->dyn_peers ||
	    counters->records < counters->static_nodes ||
	    counters->static_nodes < counters->static_ready)
		return "a part is not more than the whole";
	return NULL;
}

const char *counters_unfinished(const struct dt_counters *counters)
{
	for (size_t kind = 0; kind < DT_TASK_COUNT; kind++) {
		const struct dt_task_counters *task = &counters->tasks[kind];

		if (task->waiting || task->queued || task->running)
			return dt_task_name((enum dt_task)kind);
	}
	return counters->workers ? "workers" : NULL;
}
