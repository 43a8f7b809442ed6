/* SPDX-License-Identifier: MIT */
#include "workers/park.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lib/assert.h"

#include "workers/clock.h"

/* The parts of dti_park.state; see WAKE. */
#define WAKING   0x80000000u /* a wake is in progress */
#define SLEEPERS 0x7fffffffu /* how many are between begin and leave */

_Static_assert(sizeof(_Atomic uint32_t) == sizeof(uint32_t),
	       "the kernel compares the futex word as plain 32 bits");
_Static_assert(sizeof(time_t) == sizeof(long),
	       "SYS_futex takes libc's struct timespec as it is");

void dti_park_init(struct dti_park *park)
{
	atomic_init(&park->epoch, 0);
	atomic_init(&park->state, 0);
	atomic_init(&park->sleeps, 0);
	atomic_init(&park->wakes, 0);
}

uint32_t dti_park_begin(struct dti_park *park)
{
	/* Acquire: pairs with the release in wake_one and wake_all. Before the
	 * count below: a waker that counts us moves the epoch past @ticket. */
	uint32_t ticket =
		atomic_load_explicit(&park->epoch, memory_order_acquire);

	/* Relaxed: the fence orders it; it cannot pass the acquire above. */
	atomic_fetch_add_explicit(&park->state, 1, memory_order_relaxed);
	/* [1] in WAKE: pairs with the fence in wake_one. */
	atomic_thread_fence(memory_order_seq_cst);
	return ticket;
}

/* One sleeper less, and no wake in progress any more: it has arrived, or the
 * next push shall send another. */
static void leave(struct dti_park *park)
{
	/* Relaxed, here and below: nothing is read through the state; the
	 * fence orders it. */
	uint32_t state =
		atomic_load_explicit(&park->state, memory_order_relaxed);

	do {
		DTI_ASSERT((state & SLEEPERS) != 0);
	} while (!atomic_compare_exchange_weak_explicit(
		&park->state, &state, (state - 1) & ~WAKING,
		memory_order_relaxed, memory_order_relaxed));
	/* [2] in WAKE: pairs with the fence in wake_one. */
	atomic_thread_fence(memory_order_seq_cst);
}

void dti_park_cancel(struct dti_park *park)
{
	leave(park);
}

/* The time since the boot of CLOCK_MONOTONIC; one that has passed is 0. */
static struct timespec timespec_of(int64_t deadline_ns)
{
	int64_t ns = deadline_ns > 0 ? deadline_ns : 0;

	return (struct timespec){
		.tv_sec = (time_t)(ns / 1000000000),
		.tv_nsec = (long)(ns % 1000000000),
	};
}

bool dti_park_wait(struct dti_park *park, uint32_t ticket, int64_t deadline_ns)
{
	struct timespec deadline = timespec_of(deadline_ns);
	long answer;
	bool passed;

	/* Relaxed: a statistic. */
	atomic_fetch_add_explicit(&park->sleeps, 1, memory_order_relaxed);
	/* Without FUTEX_CLOCK_REALTIME the deadline is CLOCK_MONOTONIC's, and
	 * absolute. EAGAIN (the epoch has moved) and EINTR count as woken. */
	answer = syscall(SYS_futex, &park->epoch,
			 FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, ticket,
			 deadline_ns == INT64_MAX ? NULL : &deadline, NULL,
			 FUTEX_BITSET_MATCH_ANY);
	passed = answer != 0 && errno == ETIMEDOUT;
	leave(park);
	return !passed;
}

/* Move the epoch, so that nobody falls asleep on an older ticket, and wake at
 * most @count who did. */
static void wake(struct dti_park *park, int count)
{
	/* Release: pairs with the acquire in begin; after the CAS in wake_one,
	 * and after what the caller of wake_all wrote. */
	atomic_fetch_add_explicit(&park->epoch, 1, memory_order_release);
	(void)syscall(SYS_futex, &park->epoch, FUTEX_WAKE | FUTEX_PRIVATE_FLAG,
		      count, NULL, NULL, 0);
	/* Relaxed: a statistic. */
	atomic_fetch_add_explicit(&park->wakes, 1, memory_order_relaxed);
}

void dti_park_wake_one(struct dti_park *park)
{
	uint32_t state;

	/* [3] in WAKE: pairs with the fences in begin and leave. */
	atomic_thread_fence(memory_order_seq_cst);
	/* Relaxed, here and below: the fence orders it against the push. */
	state = atomic_load_explicit(&park->state, memory_order_relaxed);
	do {
		if ((state & SLEEPERS) == 0 || (state & WAKING) != 0)
			return;
	} while (!atomic_compare_exchange_weak_explicit(
		&park->state, &state, state | WAKING, memory_order_relaxed,
		memory_order_relaxed));
	wake(park, 1);
}

void dti_park_wake_all(struct dti_park *park)
{
	wake(park, INT_MAX);
}

void dti_park_nap(int64_t ns)
{
	struct dti_park nobody;

	dti_park_init(&nobody);
	(void)dti_park_wait(&nobody, dti_park_begin(&nobody),
			    dti_clock_ns() + ns);
}
