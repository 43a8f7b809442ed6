/* SPDX-License-Identifier: MIT */
#ifndef DTI_HOUSEKEEPER_H
#define DTI_HOUSEKEEPER_H

/*
 * The thread dt-nodes: does what may take long, so that the one that answers
 * the network need not. Chores are of two kinds: those that write a database,
 * and those that free what readers under RCU may still look at.
 *
 *		push	settle	stop	-: may run at once
 *	push	 -	 -	 X	X: the caller must see to it
 *	settle	 -	 -	 X
 *	stop	 X	 X	 X
 *	init, start: alone.
 *
 * A chore runs once, on the housekeeper's thread, after those that were pushed
 * before it; of those that it finds together, all that wait for a grace period
 * run first, after a single one. A chore is the housekeeper's from push until
 * its run is called, and the pusher's again from then on.
 *
 * Progress: push is wait-free, and makes one system call if the thread sleeps.
 * settle and stop block, as long as the chores do.
 */

#include <stdatomic.h>

#include "workers/batch_queue.h"
#include "workers/park.h"
#include "workers/thread.h"

struct dti_chore {
	/* Set by its owner before each push. */
	void (*run)(struct dti_chore *chore);
	bool after_grace; /* wait until no reader can still see it */
	/* The housekeeper's. */
	struct dti_batch_node link;
	struct dti_chore *next;
};

struct dti_housekeeper {
	/* Owned by whoever starts and stops. */
	struct dti_thread thread;

	/* Shared: each has its own rules. */
	struct dti_batch_queue queue;
	struct dti_park park;
	struct dti_park callers; /* of settle */
	/* Shared: release in stop, acquire by the thread. */
	_Atomic bool stopping;

	/* The thread's. */
	struct dti_batch batch;
};

void dti_housekeeper_init(struct dti_housekeeper *keeper);
/** Errors: DT_ERR_NO_THREAD; errno says why. */
dt_err dti_housekeeper_start(struct dti_housekeeper *keeper);
/** Any thread. Never blocks. */
void dti_housekeeper_push(struct dti_housekeeper *keeper,
			  struct dti_chore *chore);
/** Wait until all has run that was pushed before. Any other thread. */
void dti_housekeeper_settle(struct dti_housekeeper *keeper);
/** Run what was pushed, then join the thread. */
void dti_housekeeper_stop(struct dti_housekeeper *keeper);

#endif /* DTI_HOUSEKEEPER_H */
