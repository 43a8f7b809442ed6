/* SPDX-License-Identifier: MIT */
#ifndef DTI_SNAPSHOT_H
#define DTI_SNAPSHOT_H

/*
 * The counters as one consistent picture: the scheduler writes, any thread
 * reads without making it wait.
 *
 * TWO COPIES. `sequence` is even while nothing is written; sequence / 2 is the
 * number of pictures so far, and picture n stands in copies[n % 2]. The writer
 * makes the sequence odd, writes the copy that readers of the current picture
 * do not use, and makes it even. A reader takes the current copy and is right
 * if the writer has not begun the picture after the next meanwhile; else it
 * tries again, so it must be overtaken by two whole pictures to lose a round.
 *
 *	publish (scheduler)	wait-free
 *	read (any thread)	lock-free; never waits for the writer to run
 */

#include <stdalign.h>
#include <stdatomic.h>

#include "lib/dialtone.h"

#define DTI_SNAPSHOT_WORDS (sizeof(struct dt_counters) / sizeof(uint64_t))

struct dti_snapshot {
	alignas(64) _Atomic uint64_t sequence;
	/* Relaxed words: the sequence orders them. */
	_Atomic uint64_t copies[2][DTI_SNAPSHOT_WORDS];
};

/** All zero, before any thread knows it. */
void dti_snapshot_init(struct dti_snapshot *snapshot);
/** One writer. */
void dti_snapshot_publish(struct dti_snapshot *snapshot,
			  const struct dt_counters *counters);
void dti_snapshot_read(const struct dti_snapshot *snapshot,
		       struct dt_counters *out);

#endif /* DTI_SNAPSHOT_H */
