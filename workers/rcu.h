/* SPDX-License-Identifier: MIT */
#ifndef DTI_RCU_H
#define DTI_RCU_H

/*
 * Read-copy-update with liburcu's "bulletproof" flavour (urcu-bp): the one that
 * asks no host thread to register. The pointers themselves are C11 atomics
 * (exchange: acq_rel, load: acquire), so that ThreadSanitizer sees them.
 *
 * A reader: read_lock; load the pointer (acquire); use what it points to;
 * read_unlock. A writer: exchange the pointer (acq_rel); synchronize; free the
 * old one. Writers of one pointer keep each other out themselves.
 *
 * What may run at once: everything with everything, but synchronize inside the
 * caller's own read section, which would wait for itself.
 *
 * Progress: read_lock and read_unlock are wait-free after a thread's first
 * read_lock. That first one takes liburcu's registry lock and may map memory;
 * if there is none, liburcu aborts the process, so threads that must not find
 * that out late do it once when they start. synchronize blocks: until each read
 * section that runs has ended, and on other calls of it in the process; after
 * 100 vain rounds liburcu sleeps 10 ms at a time.
 *
 * Memory order: a read section that does not see the new pointer has begun
 * before synchronize and ends before synchronize returns; what it read, it read
 * before the writer goes on. liburcu has this by a barrier in read_lock and
 * read_unlock (a compiler barrier there and membarrier(2) in synchronize, where
 * the kernel has it). ThreadSanitizer is told by a release before read_unlock
 * and an acquire after synchronize. All sections share one address for it, so
 * it believes a little more order than there is: it still sees a free without
 * synchronize, but not one that waited for an earlier grace period only.
 */

/** Any thread; nests; wait-free after a thread's first call. */
void dti_rcu_read_lock(void);
/** Ends the innermost section. Nothing read in it may be used afterwards. */
void dti_rcu_read_unlock(void);
/** Wait until every read section that runs now has ended. Not inside one. */
void dti_rcu_synchronize(void);

#endif /* DTI_RCU_H */
