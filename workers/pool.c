/* SPDX-License-Identifier: MIT */
#include "workers/pool.h"

#include <errno.h>
#include <stdio.h>

#include "lib/memory.h"

dt_err dti_pool_init(struct dti_pool *pool, uint32_t size,
		     const struct dt_allocator *allocator)
{
	pool->workers = dti_calloc(allocator, size, sizeof(*pool->workers));
	pool->size = size;
	return pool->workers ? DT_OK : DT_ERR_NO_MEMORY;
}

void dti_pool_fini(struct dti_pool *pool, const struct dt_allocator *allocator)
{
	dti_free(allocator, pool->workers);
}

static dt_err start_worker(struct dti_pool *pool, uint32_t index,
			   const struct dti_pool_options *options)
{
	struct dti_worker *worker = &pool->workers[index];
	void *stack = dti_stacks_open(&pool->stacks, index);

	if (!stack)
		return DT_ERR_NO_THREAD;
	worker->spin = options->spin;
	worker->thread.run = dti_worker_run;
	worker->thread.argument = worker;
	worker->thread.owner = options->owner;
	snprintf(worker->thread.name, sizeof(worker->thread.name),
		 "dt-work-%02hu", (unsigned short)index);
	return dti_thread_start_on(&worker->thread, stack, pool->stacks.size);
}

/* The last first: it is woken last too, so this thread sleeps once and finds
 * the others gone. */
static void join_first(struct dti_pool *pool, uint32_t count,
		       struct dti_handoff *handoff)
{
	dti_handoff_close(handoff);
	for (uint32_t i = count; i > 0; i--)
		dti_thread_join(&pool->workers[i - 1].thread);
	dti_stacks_unmap(&pool->stacks);
}

static dt_err start_workers(struct dti_pool *pool, uint32_t *made,
			    struct dti_steps *steps,
			    const struct dti_pool_options *options)
{
	for (*made = 0; *made < pool->size; (*made)++) {
		pool->workers[*made].steps = steps;
		if (start_worker(pool, *made, options))
			return DT_ERR_NO_THREAD;
	}
	return DT_OK;
}

dt_err dti_pool_start(struct dti_pool *pool, uint32_t *made,
		      struct dti_steps *steps,
		      const struct dti_pool_options *options)
{
	int reason;

	*made = 0;
	if (dti_stacks_map(&pool->stacks, pool->size, options->stack_size)) {
		dti_handoff_close(steps->handoff);
		return DT_ERR_NO_THREAD;
	}
	if (!start_workers(pool, made, steps, options))
		return DT_OK;
	reason = errno;
	join_first(pool, *made, steps->handoff);
	errno = reason;
	return DT_ERR_NO_THREAD;
}

void dti_pool_stop(struct dti_pool *pool, struct dti_handoff *handoff)
{
	join_first(pool, pool->size, handoff);
}
