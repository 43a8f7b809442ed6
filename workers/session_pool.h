/* SPDX-License-Identifier: MIT */
#ifndef DTI_WORKERS_SESSION_POOL_H
#define DTI_WORKERS_SESSION_POOL_H

/*
 * The memory of sessions: of each session as long as it lives, and of its
 * set-up, which is larger, until it is open. What was given back is used again
 * before anything is allocated.
 *
 * Thread: any, several at once. Blocks on a mutex, which is held for the
 * allocator only when there is none left.
 */

#include <pthread.h>

#include "lib/slab.h"

struct dt_session;
struct dti_session_setup;

struct dti_session_pool {
	pthread_mutex_t lock;
	/* Under the lock. */
	struct dti_slab sessions;
	struct dti_slab setups;
	size_t in_use; /* sessions */
};

/** @allocator outlives it. Allocates nothing. Pair with fini. */
void dti_session_pool_init(struct dti_session_pool *pool,
			   const struct dt_allocator *allocator);
/** All sessions were given back. */
void dti_session_pool_fini(struct dti_session_pool *pool);

/** A session, zeroed, and its set-up with arbitrary bytes. NULL: no memory. */
struct dt_session *dti_session_pool_take(struct dti_session_pool *pool);
/** The set-up is not needed any more. The caller has wiped it. */
void dti_session_pool_give_setup(struct dti_session_pool *pool,
				 struct dti_session_setup *setup);
/** With its set-up, unless that is NULL. The caller has wiped both. */
void dti_session_pool_give(struct dti_session_pool *pool,
			   struct dt_session *session);

/**
 * Have so many ready, so that who takes them allocates nothing: a worker's
 * first malloc costs 20 KiB under jemalloc. False: there is no memory for all.
 */
bool dti_session_pool_reserve(struct dti_session_pool *pool, size_t count);
/** How many sessions were taken and not given back. */
size_t dti_session_pool_in_use(struct dti_session_pool *pool);

#endif /* DTI_WORKERS_SESSION_POOL_H */
