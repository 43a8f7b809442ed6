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
	reply->replies = replies;
	reply->park = number % DTI_REPLY_PARKS;
	atomic_init(&reply->done, false);
}

void dti_reply_wait(struct dti_reply *reply)
{
	struct dti_park *park = &reply->replies->parks[reply->park];

	/* Acquire, here and below: pairs with the release in send; the answer
	 * is read after it. */
	while (!atomic_load_explicit(&reply->done, memory_order_acquire)) {
		uint32_t ticket = dti_park_begin(park);

		if (atomic_load_explicit(&reply->done, memory_order_acquire))
			dti_park_cancel(park);
		else
			(void)dti_park_wait(park, ticket, INT64_MAX);
	}
}

void dti_reply_send(struct dti_reply *first)
{
	struct dti_replies *replies = first->replies;
	uint32_t used = 0; /* a bit for each park */

	/* All of them before the first wake, which may cost the processor. */
	for (struct dti_reply *next; first; first = next) {
		next = first->next;
		used |= UINT32_C(1) << first->park;
		/* Release: pairs with the acquires in wait. From here on *first
		 * may be gone; the parks are the dialer's. */
		atomic_store_explicit(&first->done, true, memory_order_release);
	}
	for (size_t i = 0; i < DTI_REPLY_PARKS; i++) {
		if ((used & UINT32_C(1) << i) != 0)
			dti_park_wake_all(&replies->parks[i]);
	}
}
