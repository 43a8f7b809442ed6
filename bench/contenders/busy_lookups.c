/* SPDX-License-Identifier: MIT */
#include "bench/contenders/busy_lookups.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
	THREADS_MAX = 16,
	RESULTS = 16,
	TIMEOUT_MS = 5000,
};

struct busy_lookups {
	dt_discv4 *discv4;
	size_t count;
	pthread_t threads[THREADS_MAX];
	/* Shared: relaxed, nothing is published by them. */
	_Atomic bool over;
	_Atomic uint64_t begun;
	_Atomic uint64_t done;
};

static void look_up(struct busy_lookups *lookups)
{
	struct dt_node found[RESULTS];
	struct dt_node_id target = {.bytes = {0}};
	uint64_t number;
	size_t count = 0;

	/* Relaxed: see the struct. Its hash is as good as random. */
	number = atomic_fetch_add_explicit(&lookups->begun, 1,
					   memory_order_relaxed);
	memcpy(target.bytes, &number, sizeof(number));
	if (dt_discv4_lookup(lookups->discv4, found, RESULTS, &count, NULL,
			     &target, TIMEOUT_MS) ||
	    count == 0)
		return;
	/* Relaxed: see the struct. */
	atomic_fetch_add_explicit(&lookups->done, 1, memory_order_relaxed);
}

static void *run(void *argument)
{
	struct busy_lookups *lookups = argument;

	/* Relaxed: see the struct. */
	while (!atomic_load_explicit(&lookups->over, memory_order_relaxed))
		look_up(lookups);
	return NULL;
}

struct busy_lookups *busy_lookups_start(dt_discv4 *discv4, size_t threads)
{
	struct busy_lookups *lookups = calloc(1, sizeof(*lookups));

	if (!lookups)
		return NULL;
	lookups->discv4 = discv4;
	while (lookups->count < threads && lookups->count < THREADS_MAX) {
		if (pthread_create(&lookups->threads[lookups->count], NULL, run,
				   lookups) != 0) {
			busy_lookups_stop(lookups);
			return NULL;
		}
		lookups->count++;
	}
	return lookups;
}

void busy_lookups_stop(struct busy_lookups *lookups)
{
	/* Relaxed: see the struct. */
	atomic_store_explicit(&lookups->over, true, memory_order_relaxed);
	for (size_t i = 0; i < lookups->count; i++)
		pthread_join(lookups->threads[i], NULL);
	free(lookups);
}

uint64_t busy_lookups_done(const struct busy_lookups *lookups)
{
	/* Relaxed: see the struct. */
	return atomic_load_explicit(&lookups->done, memory_order_relaxed);
}
