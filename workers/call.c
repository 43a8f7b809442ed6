/* SPDX-License-Identifier: MIT */
#include "workers/call.h"

void dti_call_init(struct dti_call *call, struct dti_park *park)
{
	call->park = park;
	atomic_init(&call->done, false);
}

void dti_call_await(struct dti_call *call)
{
	struct dti_park *park = call->park;

	/* Acquire, here and below: pairs with the release in finish. */
	while (!atomic_load_explicit(&call->done, memory_order_acquire)) {
		uint32_t ticket = dti_park_begin(park);

		if (atomic_load_explicit(&call->done, memory_order_acquire))
			dti_park_cancel(park);
		else
			(void)dti_park_wait(park, ticket, INT64_MAX);
	}
}

void dti_call_finish(struct dti_call *call)
{
	struct dti_park *park = call->park;

	/* Release: pairs with the acquires in await. From here on *call may be
	 * gone. */
	atomic_store_explicit(&call->done, true, memory_order_release);
	dti_park_wake_all(park);
}
