/* SPDX-License-Identifier: MIT */
#ifndef TESTS_RECORDER_H
#define TESTS_RECORDER_H

/*
 * What a dialer says in its events, to be waited for and looked at. Taken on
 * the scheduler thread, read by any other.
 */

#include <pthread.h>

#include "lib/dialtone.h"

#define RECORDER_SIZE 8192 /* events that are kept; all are counted */

struct recorder {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Under the lock. */
	struct dt_event *events; /* node points into nodes, or is NULL */
	struct dt_node *nodes;
	size_t count;
	uint64_t totals[DT_EVENT_COUNT];
	uint64_t outcomes[DT_OUTCOME_COUNT]; /* of dials that ended */
};

void recorder_init(struct recorder *recorder);
void recorder_fini(struct recorder *recorder);
/** A dt_event_fn; the recorder is its context. */
void recorder_take(void *context, const struct dt_event *event);
/** Wait until @count events of @type have come. */
void recorder_await(struct recorder *recorder, enum dt_event_type type,
		    uint64_t count);
/** Wait until @count dials have ended with @outcome. */
void recorder_await_outcome(struct recorder *recorder, enum dt_outcome outcome,
			    uint64_t count);
uint64_t recorder_total(struct recorder *recorder, enum dt_event_type type);
/** The @index-th event of @type among those kept; false: there is none. */
bool recorder_get(struct recorder *recorder, struct dt_event *out,
		  enum dt_event_type type, size_t index);
/** The first event of @type about @id at or after place *@at, which moves on */
bool recorder_find(struct recorder *recorder, size_t *at, struct dt_event *out,
		   enum dt_event_type type, const struct dt_node_id *id);

#endif /* TESTS_RECORDER_H */
