/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SCENE_H
#define TESTS_SCENE_H

/*
 * A dialer with its configuration and a recorder of its events: where a test of
 * the whole dialer begins. The configuration dials nobody twice (a history of a
 * day), looks nobody up and does not spin; a test changes what it is about.
 */

#include <sched.h>

#include "lib/dialtone.h"

#include "tests/gate.h"
#include "tests/recorder.h"

struct scene {
	struct dt_config config;
	struct recorder recorder;
	dt_dialer *dialer; /* NULL before scene_create() */
};

void scene_init(struct scene *scene);
/** Before scene_create(): whoever connects waits at @gate, then is refused. */
void scene_refuse_at(struct scene *scene, struct gate *gate);
/** Make the dialer; ends the process if it cannot be made. */
void scene_create(struct scene *scene);
/** The same, and start it. */
void scene_start(struct scene *scene);
/** Stop it if it runs; its counters can be read afterwards. */
void scene_stop(struct scene *scene);
/** Stop and free all. */
void scene_fini(struct scene *scene);

void scene_add_static(struct scene *scene, struct dt_node node);
struct dt_counters scene_counters(const struct scene *scene);
/** The same, but not older than this call: makes the scheduler turn. */
struct dt_counters scene_settled(const struct scene *scene);

/**
 * Wait until so many tasks of @kind are with a worker. The picture of that is
 * as old as the scheduler's latest turn, so this makes it turn.
 */
void scene_await_running(const struct scene *scene, enum dt_task kind,
			 uint64_t count);

/** Sums over a picture of the counters. */
uint64_t counters_ended(const struct dt_task_counters *task);
uint64_t counters_offered(const struct dt_counters *counters);
uint64_t counters_dialed(const struct dt_counters *counters);
uint64_t counters_skipped(const struct dt_counters *counters);
uint64_t counters_setups(const struct dt_counters *counters);
/** NULL, or the sum that does not hold: what must be true at any moment. */
const char *counters_broken(const struct dt_counters *counters);
/** NULL, or what a stopped dialer still has to do. */
const char *counters_unfinished(const struct dt_counters *counters);

/** Read the counters until @condition, which looks at them, holds. */
#define AWAIT_COUNTERS(scene_, counters, condition)               \
	while ((counters) = scene_counters(scene_), !(condition)) \
	sched_yield()

#endif /* TESTS_SCENE_H */
