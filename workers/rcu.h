/* SPDX-License-Identifier: MIT */
#ifndef DTI_RCU_H
#define DTI_RCU_H

/*
 * Read-copy-update with liburcu's "bulletproof" flavour (urcu-bp): the one that
 * asks no host thread to register. The pointers themselves are C11 atomics
 * (exchange: acq_rel, load: acquire), so that ThreadSanitizer sees them.
 */

/** Any thread; nests; wait-free after a thread's first call. */
void dti_rcu_read_lock(void);
void dti_rcu_read_unlock(void);
/** Wait until every read section that runs now has ended. Not inside one. */
void dti_rcu_synchronize(void);

#endif /* DTI_RCU_H */
