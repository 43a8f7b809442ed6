/* SPDX-License-Identifier: MIT */
#ifndef DTI_POOL_H
#define DTI_POOL_H

#include "workers/stacks.h"
#include "workers/worker.h"

/** A fixed set of worker threads. Owner: the thread that starts or stops it. */
struct dti_pool {
	struct dti_worker *workers;
	uint32_t size;
	struct dti_stacks stacks; /* while there are threads */
};

struct dti_pool_options {
	size_t stack_size;
	struct dti_spin_limits spin;
	const void *owner; /* see dti_thread_belongs_to() */
};

/** Errors: DT_ERR_NO_MEMORY. No thread yet. Pair with fini. */
dt_err dti_pool_init(struct dti_pool *pool, uint32_t size,
		     const struct dt_allocator *allocator);
void dti_pool_fini(struct dti_pool *pool, const struct dt_allocator *allocator);
/**
 * All threads or none. *@made: how many there were when one could not be made.
 * Errors: DT_ERR_NO_THREAD, errno says why; the handoff is then closed.
 */
dt_err dti_pool_start(struct dti_pool *pool, uint32_t *made,
		      struct dti_steps *steps,
		      const struct dti_pool_options *options);
/** Close the handoff and join all threads. */
void dti_pool_stop(struct dti_pool *pool, struct dti_handoff *handoff);

#endif /* DTI_POOL_H */
