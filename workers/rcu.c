/* SPDX-License-Identifier: MIT */
#include "workers/rcu.h"

#include <urcu-bp.h>

#include "workers/tsan.h"

/* Its address stands for "a grace period" to ThreadSanitizer. Nobody reads or
 * writes what is there. */
static char grace_period;

void dti_rcu_read_lock(void)
{
	urcu_bp_read_lock();
}

void dti_rcu_read_unlock(void)
{
	/* Pairs with the acquire in synchronize: what the section read was
	 * read before it ended. */
	dti_tsan_release(&grace_period);
	urcu_bp_read_unlock();
}

void dti_rcu_synchronize(void)
{
	urcu_bp_synchronize_rcu();
	/* Pairs with the release of each section that has ended. */
	dti_tsan_acquire(&grace_period);
}
