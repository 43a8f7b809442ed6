/* SPDX-License-Identifier: MIT */
#ifndef DTI_INBOX_H
#define DTI_INBOX_H

/*
 * Commands on their way to the scheduler. A fixed set of them is made at
 * creation and goes round: any thread takes a free one from a ring (one
 * producer: the scheduler; many consumers), fills it in and pushes it into the
 * queue (many producers; one consumer: the scheduler). When the ring is empty a
 * command comes from the heap, up to a bound; so a burst costs memory and a
 * flood is refused, and the steady state allocates nothing.
 *
 *		      get   push  take  put
 *	get (any)      -     -     -     -	- : may run at once
 *	push (any)     -     -     -     -	X : the caller must see to it
 *	take (sched.)  -     -     X     X
 *	put (sched.)   -     -     X     X
 *
 * get: lock-free. push: wait-free. take, put: wait-free, the scheduler's only.
 */

#include <stdatomic.h>

#include "workers/batch_queue.h"
#include "workers/command.h"
#include "workers/task_queue.h"

#define DTI_INBOX_MAX 65536 /* commands that may wait at once */

struct dti_inbox {
	/* Set by init, read-only afterwards. */
	const struct dt_allocator *allocator;
	struct dti_command *commands;

	/* Shared: see the queues' own headers. */
	struct dti_batch_queue queue;
	struct dti_task_queue free_commands;
	/*
	 * Shared: commands from the heap that were not given back. A bound
	 * only, so relaxed; it may be overshot by the number of threads.
	 */
	_Atomic uint32_t from_heap;
};

/** @size commands kept ready. Errors: DT_ERR_NO_MEMORY. Pair with fini. */
dt_err dti_inbox_init(struct dti_inbox *inbox, uint32_t size,
		      const struct dt_allocator *allocator);
/** No command may be out. */
void dti_inbox_fini(struct dti_inbox *inbox);

/**
 * Any thread: a copy of @filled, but for link and home, which must be pushed:
 * get it when nothing else can fail any more. Errors: DT_ERR_BUSY,
 * DT_ERR_NO_MEMORY.
 */
dt_err dti_inbox_get(struct dti_inbox *inbox, struct dti_command **out,
		     const struct dti_command *filled);
/**
 * As get, but waits while there is none: for what must not be lost. Not for the
 * scheduler's thread, which gives them back.
 */
struct dti_command *dti_inbox_get_waiting(struct dti_inbox *inbox,
					  const struct dti_command *filled);
/** Any thread. The caller wakes the scheduler. */
void dti_inbox_push(struct dti_inbox *inbox, struct dti_command *command);
/** Scheduler: give back a command that was taken, with all that it owns. */
void dti_inbox_put(struct dti_inbox *inbox, struct dti_command *command);

#endif /* DTI_INBOX_H */
