/* SPDX-License-Identifier: MIT */
#ifndef DTI_SNAPSHOT_H
#define DTI_SNAPSHOT_H

/*
 * Counters as one consistent picture: one thread writes, any thread reads
 * without making it wait.
 *
 * TWO COPIES. `sequence` is even while nothing is written; sequence / 2 is the
 * number of pictures so far, and picture n stands in copies[n % 2]. The writer
 * makes the sequence odd, writes the copy that readers of the current picture
 * do not use, and makes it even. A reader takes the current copy and is right
 * if the writer has not begun the picture after the next meanwhile; else it
 * tries again, so it must be overtaken by two whole pictures to lose a round.
 *
 *	publish (one thread)	wait-free
 *	read (any thread)	lock-free; never waits for the writer to run
 */

#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/** How many words a picture of this type has; it is made of those only. */
#define DTI_SNAPSHOT_WORDS(type) (sizeof(type) / sizeof(uint64_t))

struct dti_snapshot {
	alignas(64) _Atomic uint64_t sequence;
	/* Set by init, read-only afterwards. */
	size_t words;
	/* Relaxed words: the sequence orders them. */
	_Atomic uint64_t *copies[2];
};

/**
 * All zero, before any thread knows it. @copies: room for two pictures of
 * @words words each, zeroed, that lives as long.
 */
void dti_snapshot_init(struct dti_snapshot *snapshot, _Atomic uint64_t *copies,
		       size_t words);
/** One writer. @picture: as many words as init was told. */
void dti_snapshot_publish(struct dti_snapshot *snapshot, const void *picture);
/** @out: room for a picture. */
void dti_snapshot_read(const struct dti_snapshot *snapshot, void *out);

#endif /* DTI_SNAPSHOT_H */
