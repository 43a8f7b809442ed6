/* SPDX-License-Identifier: MIT */
#include "tests/stress_run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/require.h"

static uint64_t number_from(const char *variable, uint64_t initial)
{
	const char *text = getenv(variable);
	char *end;
	unsigned long long number;

	if (text == NULL)
		return initial;
	errno = 0;
	number = strtoull(text, &end, 0);
	if (errno != 0 || end == text || *end != '\0' || *text == '-') {
		fprintf(stderr, "%s: \"%s\" is not a whole number\n", variable,
			text);
		exit(EXIT_FAILURE);
	}
	return number;
}

/* False: nothing moved for the time that it has. */
static bool watch_once(struct stress_run *run)
{
	uint64_t before = atomic_load(&run->progress);
	struct timespec until;
	int err = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)run->patience_s;
	while (!run->over && err != ETIMEDOUT)
		err = pthread_cond_timedwait(&run->ended, &run->lock, &until);
	return run->over || atomic_load(&run->progress) != before;
}

static void *watch(void *argument)
{
	struct stress_run *run = argument;

	pthread_mutex_lock(&run->lock);
	while (!run->over) {
		if (watch_once(run))
			continue;
		fprintf(stderr,
			"%s: nothing moves any more after %" PRIu64
			" steps (seed %" PRIu64 "): a lost wake-up?\n",
			run->name, atomic_load(&run->progress), run->seed);
		abort();
	}
	pthread_mutex_unlock(&run->lock);
	return NULL;
}

void stress_begin(struct stress_run *run, const char *name,
		  uint64_t default_items)
{
	pthread_condattr_t monotonic;

	*run = (struct stress_run){
		.name = name,
		.items = number_from("DIALTONE_STRESS_ITEMS", default_items),
		.seed = number_from("DIALTONE_TEST_SEED", 1),
		.patience_s = number_from("DIALTONE_STRESS_PATIENCE", 60),
	};
	printf("%s: DIALTONE_TEST_SEED=%" PRIu64 "\n", name, run->seed);
	fflush(stdout);
	pthread_mutex_init(&run->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&run->ended, &monotonic);
	pthread_condattr_destroy(&monotonic);
	require(pthread_create(&run->watchdog, NULL, watch, run) == 0,
		"start the watchdog");
}

void stress_progress(struct stress_run *run)
{
	atomic_fetch_add_explicit(&run->progress, 1, memory_order_relaxed);
}

void stress_end(struct stress_run *run, uint64_t items)
{
	pthread_mutex_lock(&run->lock);
	run->over = true;
	pthread_cond_signal(&run->ended);
	pthread_mutex_unlock(&run->lock);
	pthread_join(run->watchdog, NULL);
	pthread_cond_destroy(&run->ended);
	pthread_mutex_destroy(&run->lock);
	printf("%s: %" PRIu64 " items, ok\n", run->name, items);
}

/* Weyl sequence and two mixing steps (splitmix64). */
uint64_t stress_random(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint64_t stress_between(uint64_t *state, uint64_t least, uint64_t most)
{
	return least + stress_random(state) % (most - least + 1);
}
