/* SPDX-License-Identifier: MIT */
#ifndef TESTS_STRESS_RUN_H
#define TESTS_STRESS_RUN_H

/*
 * What every stress program has: how much to do and from which seed, a
 * watchdog for threads that sleep for ever, and the last line.
 *
 *	DIALTONE_STRESS_ITEMS	how many items (each program has its default)
 *	DIALTONE_TEST_SEED	the first seed (1); it is printed
 *	DIALTONE_STRESS_PATIENCE	seconds without progress that are taken
 *				for a hang (60)
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct stress_run {
	/* Set by begin, read-only afterwards. */
	const char *name;
	uint64_t items;
	uint64_t seed;
	uint64_t patience_s;
	pthread_t watchdog;

	/* Written by one thread at a time, read by the watchdog. */
	_Atomic uint64_t progress;

	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool over; /* under the lock */
};

/** Read the environment, print the seed, start the watchdog. */
void stress_begin(struct stress_run *run, const char *name,
		  uint64_t default_items);
/** Something has moved. The watchdog ends the process when nothing does. */
void stress_progress(struct stress_run *run);
/** Stop the watchdog and print "NAME: ITEMS items, ok". */
void stress_end(struct stress_run *run, uint64_t items);

/** The next number of a sequence that @state begins. */
uint64_t stress_random(uint64_t *state);
/** One from @least to @most, both included. */
uint64_t stress_between(uint64_t *state, uint64_t least, uint64_t most);

#endif /* TESTS_STRESS_RUN_H */
