/* SPDX-License-Identifier: MIT */
#include "workers/spin.h"

#include <stdatomic.h>

#include "workers/clock.h"

#define LOOKS_PER_CLOCK 64 /* a power of two */
#define SHARE_AT_LEAST  64 /* of the maximum: the shortest budget */
#define MAX_NS          INT64_C(1000000000)

/* Tell the processor that this is a spin: it saves power, and leaves its
 * resources to the other thread of the core. */
static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
	__asm__("yield" ::: "memory");
#else
	/* Nothing but: read it again. */
	atomic_signal_fence(memory_order_seq_cst);
#endif
}

static int64_t min_of(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t max_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The best of three, since the thread may be preempted in one of them. */
static int64_t measure_pause_ns(void)
{
	int64_t best_ns = INT64_MAX;

	for (int round = 0; round < 3; round++) {
		int64_t begin_ns = dti_clock_ns();

		for (int i = 0; i < LOOKS_PER_CLOCK; i++)
			relax();
		best_ns = min_of(best_ns, dti_clock_ns() - begin_ns);
	}
	return max_of(best_ns / LOOKS_PER_CLOCK, 1);
}

struct dti_spin_limits dti_spin_measure(int64_t max_ns, unsigned int processors)
{
	bool never = max_ns <= 0 || processors <= 1;

	return (struct dti_spin_limits){
		.max_ns = never ? 0 : min_of(max_ns, MAX_NS),
		.pause_ns = never ? 1 : measure_pause_ns(),
	};
}

void dti_spin_init(struct dti_spin *spin, struct dti_spin_limits limits)
{
	*spin = (struct dti_spin){
		.max_ns = limits.max_ns,
		.budget_ns = limits.max_ns,
		.pause_ns = limits.pause_ns,
		.retry = DTI_SPIN_RETRY,
	};
}

static bool look(const struct dti_spin *spin, int64_t budget_ns,
		 bool (*ready)(void *argument), void *argument)
{
	/* At least one; and a bound though the clock should stand still. */
	int64_t looks = max_of(budget_ns / spin->pause_ns, 1);
	int64_t end_ns = INT64_MAX;

	for (int64_t i = 1; !ready(argument); i++) {
		if (i >= looks)
			return false;
		relax();
		if (i % LOOKS_PER_CLOCK != 0)
			continue;
		/* The first looks go without the clock: most waits that end
		 * while spinning are shorter than reading it twice. */
		if (i == LOOKS_PER_CLOCK)
			end_ns = dti_clock_ns() + budget_ns -
				 LOOKS_PER_CLOCK * spin->pause_ns;
		else if (dti_clock_ns() >= end_ns)
			return false;
	}
	return true;
}

static void adapt(struct dti_spin *spin, bool found)
{
	if (found) {
		spin->misses = 0;
		spin->retry = DTI_SPIN_RETRY;
		spin->budget_ns = spin->max_ns;
		return;
	}
	spin->budget_ns =
		max_of(spin->budget_ns / 2, spin->max_ns / SHARE_AT_LEAST + 1);
	if (++spin->misses < spin->retry)
		return;
	spin->budget_ns = spin->max_ns;
	spin->misses = 0;
	if (spin->retry < DTI_SPIN_RETRY_MOST)
		spin->retry *= 2;
}

bool dti_spin_wait(struct dti_spin *spin, bool (*ready)(void *argument),
		   void *argument)
{
	bool found;

	if (spin->max_ns == 0)
		return false;
	found = look(spin, spin->budget_ns, ready, argument);
	adapt(spin, found);
	return found;
}

bool dti_spin_for(const struct dti_spin *spin, int64_t ns,
		  bool (*ready)(void *argument), void *argument)
{
	int64_t budget_ns = min_of(ns, spin->budget_ns);

	return spin->max_ns > 0 && look(spin, budget_ns, ready, argument);
}
