/* SPDX-License-Identifier: MIT */
#include "workers/reply.h"

#include <string.h>

void dti_replies_init(struct dti_replies *replies)
{
	for (size_t i = 0; i < DTI_REPLY_PARKS; i++)
		dti_park_init(&replies->parks[i]);
	atomic_init(&replies->callers, 0);
}

void dti_reply_init(struct dti_reply *reply, struct dti_replies *replies)
{
	/* Relaxed: see the field. */
	uint32_t number = atomic_fetch_add_explicit(&replies->callers, 1,
						    memory_order_relaxed);

	memset(reply, 0, sizeof(*reply));
	reply->park = &replies->parks[number % DTI_REPLY_PARKS];
	atomic_init(&reply->done, false);
}

void dti_reply_wait(struct dti_reply *reply)
{
	/* Acquire, here and below: pairs with the release in send; the answer
	 * is read after it. */
	while (!atomic_load_explicit(&reply->done, memory_order_acquire)) {
		uint32_t ticket = dti_park_begin(reply->park);

		if (atomic_load_explicit(&reply->done, memory_order_acquire))
			dti_park_cancel(reply->park);
		else
			(void)dti_park_wait(reply->park, ticket, INT64_MAX);
	}
}

void dti_reply_send(struct dti_reply *reply)
{
	struct dti_park *park = reply->park;

	/* Release: pairs with the acquires in wait. From here on *reply may be
	 * gone; the park is the dialer's. */
	atomic_store_explicit(&reply->done, true, memory_order_release);
	dti_park_wake_all(park);
}
