/* SPDX-License-Identifier: MIT */
#ifndef DTI_TSAN_H
#define DTI_TSAN_H

/*
 * liburcu is not instrumented, so ThreadSanitizer does not see the order that
 * its queues and grace periods give. These two lines tell it, and nothing more:
 * a release before, an acquire after. In other builds they are empty.
 */

#if defined(__SANITIZE_THREAD__)
#define DTI_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define DTI_TSAN 1
#endif
#endif

#ifdef DTI_TSAN
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#endif

static inline void dti_tsan_release(void *address)
{
#ifdef DTI_TSAN
	__tsan_release(address);
#else
	(void)address;
#endif
}

static inline void dti_tsan_acquire(void *address)
{
#ifdef DTI_TSAN
	__tsan_acquire(address);
#else
	(void)address;
#endif
}

#endif /* DTI_TSAN_H */
