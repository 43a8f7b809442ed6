/* SPDX-License-Identifier: MIT */
#include "workers/session_pool.h"

#include <stdint.h>
#include <string.h>

#include "lib/assert.h"

#include "workers/session.h"

void dti_session_pool_init(struct dti_session_pool *pool,
			   const struct dt_allocator *allocator)
{
	pthread_mutex_init(&pool->lock, NULL);
	dti_slab_init(&pool->sessions, sizeof(struct dt_session), SIZE_MAX,
		      allocator);
	dti_slab_init(&pool->setups, sizeof(struct dti_session_setup), SIZE_MAX,
		      allocator);
	/* Many have one session in their life, and each takes 3 KiB. */
	pool->sessions.next_count = 1;
	pool->setups.next_count = 1;
	pool->in_use = 0;
}

void dti_session_pool_fini(struct dti_session_pool *pool)
{
	DTI_ASSERT(pool->in_use == 0);
	dti_slab_fini(&pool->sessions);
	dti_slab_fini(&pool->setups);
	pthread_mutex_destroy(&pool->lock);
}

/* Both or none. */
static bool take_locked(struct dti_session_pool *pool,
			struct dt_session **session,
			struct dti_session_setup **setup)
{
	*session = dti_slab_take(&pool->sessions);
	if (*session == NULL)
		return false;
	*setup = dti_slab_take(&pool->setups);
	if (*setup == NULL) {
		dti_slab_give(&pool->sessions, *session);
		return false;
	}
	pool->in_use++;
	return true;
}

struct dt_session *dti_session_pool_take(struct dti_session_pool *pool)
{
	struct dti_session_setup *setup;
	struct dt_session *session;
	bool taken;

	pthread_mutex_lock(&pool->lock);
	taken = take_locked(pool, &session, &setup);
	pthread_mutex_unlock(&pool->lock);
	if (!taken)
		return NULL;
	memset(session, 0, sizeof(*session));
	session->setup = setup;
	return session;
}

void dti_session_pool_give_setup(struct dti_session_pool *pool,
				 struct dti_session_setup *setup)
{
	pthread_mutex_lock(&pool->lock);
	dti_slab_give(&pool->setups, setup);
	pthread_mutex_unlock(&pool->lock);
}

void dti_session_pool_give(struct dti_session_pool *pool,
			   struct dt_session *session)
{
	pthread_mutex_lock(&pool->lock);
	DTI_ASSERT(pool->in_use > 0);
	pool->in_use--;
	if (session->setup != NULL)
		dti_slab_give(&pool->setups, session->setup);
	dti_slab_give(&pool->sessions, session);
	pthread_mutex_unlock(&pool->lock);
}

bool dti_session_pool_reserve(struct dti_session_pool *pool, size_t count)
{
	bool reserved;

	pthread_mutex_lock(&pool->lock);
	reserved = dti_slab_reserve(&pool->sessions, count) &&
		   dti_slab_reserve(&pool->setups, count);
	pthread_mutex_unlock(&pool->lock);
	return reserved;
}

size_t dti_session_pool_in_use(struct dti_session_pool *pool)
{
	size_t in_use;

	pthread_mutex_lock(&pool->lock);
	in_use = pool->in_use;
	pthread_mutex_unlock(&pool->lock);
	return in_use;
}
