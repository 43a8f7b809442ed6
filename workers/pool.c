/* SPDX-License-Identifier: MIT */
#include "workers/pool.h"

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

static dt_err start_worker(struct dti_worker *worker, uint32_t index,
			   const struct dti_pool_options *options)
{
	worker->spin = options->spin;
	worker->thread.run = dti_worker_run;
	worker->thread.argument = worker;
	worker->thread.owner = options->owner;
	snprintf(worker->thread.name, sizeof(worker->thread.name),
		 "dt-work-%02hu", (unsigned short)index);
	return dti_thread_start(&worker->thread, options->stack_size);
}

static void join_first(struct dti_pool *pool, uint32_t count,
		       struct dti_handoff *handoff)
{
	dti_handoff_close(handoff);
	for (uint32_t i = 0; i < count; i++)
		dti_thread_join(&pool->workers[i].thread);
}

dt_err dti_pool_start(struct dti_pool *pool, uint32_t *made,
		      struct dti_steps *steps,
		      const struct dti_pool_options *options)
{
	for (uint32_t i = 0; i < pool->size; i++) {
		pool->workers[i].steps = steps;
		if (start_worker(&pool->workers[i], i, options)) {
			*made = i;
			join_first(pool, i, steps->handoff);
			return DT_ERR_NO_THREAD;
		}
	}
	*made = pool->size;
	return DT_OK;
}

void dti_pool_stop(struct dti_pool *pool, struct dti_handoff *handoff)
{
	join_first(pool, pool->size, handoff);
}
