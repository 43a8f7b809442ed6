/* SPDX-License-Identifier: MIT */
#ifndef DTI_TSAN_H
#define DTI_TSAN_H

/*
 * liburcu is not instrumented, so ThreadSanitizer does not see the order that
 * its queues and grace periods give. These two functions tell it, and nothing
 * more: a release before, an acquire after. In other builds they are empty.
 *
 * What both sides name is an address, not what is there: for a queue the node
 * that travels, so that only who got it has acquired. Without the release line
 * ThreadSanitizer reports each hand-over, so the check keeps its teeth.
 *
 * Stand-alone fences (those of WAKE in workers/park.h) are left alone: it does
 * not model them, and need not, because no data is handed over through them.
 */

#include <stddef.h>

#if defined(__SANITIZE_THREAD__)
#define DTI_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define DTI_TSAN 1
#endif
#endif

#ifdef DTI_TSAN
#include <sanitizer/tsan_interface.h>
#endif

/**
 * Bytes that it takes of a thread's stack for itself. It enlarges those that
 * libc allocates, but not those that are given to libc.
 */
#ifdef DTI_TSAN
#define DTI_TSAN_STACK ((size_t)1024 * 1024)
#else
#define DTI_TSAN_STACK ((size_t)0)
#endif

/** What this thread did until now happens before ... */
static inline void dti_tsan_release(void *address)
{
#ifdef DTI_TSAN
	__tsan_release(address);
#else
	(void)address;
#endif
}

/** ... what this thread does from now on. Same address, later. */
static inline void dti_tsan_acquire(void *address)
{
#ifdef DTI_TSAN
	__tsan_acquire(address);
#else
	(void)address;
#endif
}

#endif /* DTI_TSAN_H */
