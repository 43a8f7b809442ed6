/* SPDX-License-Identifier: MIT */
#ifndef DTI_SPIN_H
#define DTI_SPIN_H

/*
 * How long a thread looks again and again before it parks. A wake-up costs 25
 * to 50 us, a look some 10 ns: who gets something while it looks has saved the
 * wake-up, who gets nothing has burnt its processor for nothing. So the time
 * adapts: it is the maximum when looking has paid, and halves when it has not,
 * down to a 64th of the maximum. With a maximum of what a wake-up costs, a thread
 * burns at most as much as it could have saved. After DTI_SPIN_RETRY misses the
 * maximum is tried once more, or a thread that has lost the habit would never
 * learn that it pays again; then after twice as many, up to
 * DTI_SPIN_RETRY_MOST, so that trying costs little where it cannot pay (an idle
 * pool, busy processors).
 *
 * Owner: one thread each. Not thread-safe. How many threads may spin at once is
 * the caller's business.
 *
 * Progress: bounded, in time by the maximum (measured each 64 looks) and in
 * looks by what fits into it. No system call but for the clock's.
 * Memory order: none of its own; @ready reads what it reads.
 */

#include <stdbool.h>
#include <stdint.h>

#define DTI_SPIN_RETRY      16
#define DTI_SPIN_RETRY_MOST 256

/** The same for all threads of a dialer. */
struct dti_spin_limits {
	int64_t max_ns;   /* 0: never */
	int64_t pause_ns; /* what one look costs at least; measured */
};

struct dti_spin {
	int64_t max_ns;    /* 0: never */
	int64_t budget_ns; /* for the next time */
	int64_t pause_ns;  /* what one look costs at least */
	uint32_t misses;   /* since the maximum was tried, or paid */
	uint32_t retry;    /* the maximum again after so many of them */
};

/**
 * Takes some 10 us, unless it comes out as never: not for each thread anew.
 * @max_ns: never longer than this; 0: never at all; at most a second.
 * @processors: that the process may use; with one it never spins, because what
 * it waits for could not happen meanwhile.
 */
struct dti_spin_limits dti_spin_measure(int64_t max_ns,
					unsigned int processors);
void dti_spin_init(struct dti_spin *spin, struct dti_spin_limits limits);
/**
 * Call @ready until it says true, or until the time is over. True: it did.
 * False: not, or it was not called at all; the caller asks again in any case
 * after dti_park_begin().
 */
bool dti_spin_wait(struct dti_spin *spin, bool (*ready)(void *argument),
		   void *argument);
/**
 * The same for @ns, or for less if looking has not paid; without learning from
 * it.
 */
bool dti_spin_for(const struct dti_spin *spin, int64_t ns,
		  bool (*ready)(void *argument), void *argument);

#endif /* DTI_SPIN_H */
