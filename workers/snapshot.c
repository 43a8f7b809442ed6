/* SPDX-License-Identifier: MIT */
#include "workers/snapshot.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(struct dt_counters) % sizeof(uint64_t) == 0,
	      "dt_counters is made of 64-bit words only");

void dti_snapshot_init(struct dti_snapshot *snapshot)
{
	memset(snapshot, 0, sizeof(*snapshot));
}

void dti_snapshot_publish(struct dti_snapshot *snapshot,
			  const struct dt_counters *counters)
{
	/* Relaxed: only this thread writes it. */
	uint64_t sequence =
		atomic_load_explicit(&snapshot->sequence, memory_order_relaxed);
	_Atomic uint64_t *copy = snapshot->copies[(sequence / 2 + 1) % 2];
	uint64_t words[DTI_SNAPSHOT_WORDS];

	memcpy(words, counters, sizeof(words));
	/*
	 * Odd. Acq_rel: the words below may not move before it (acquire), so a
	 * reader that has seen one of them sees the odd number too.
	 */
	atomic_exchange_explicit(&snapshot->sequence, sequence + 1,
				 memory_order_acq_rel);
	/* Release: pairs with the acquire of the words in read(). */
	for (size_t i = 0; i < DTI_SNAPSHOT_WORDS; i++)
		atomic_store_explicit(&copy[i], words[i], memory_order_release);
	/* Release: pairs with the first acquire in read(). */
	atomic_store_explicit(&snapshot->sequence, sequence + 2,
			      memory_order_release);
}

void dti_snapshot_read(const struct dti_snapshot *snapshot,
		       struct dt_counters *out)
{
	uint64_t words[DTI_SNAPSHOT_WORDS];
	uint64_t before;
	uint64_t after;

	do {
		/* Acquire: pairs with the release of the even number. */
		before = atomic_load_explicit(&snapshot->sequence,
					      memory_order_acquire) /
			 2;
		/*
		 * Acquire: a word of a later picture brings that picture's odd
		 * number with it, which `after` then shows.
		 */
		for (size_t i = 0; i < DTI_SNAPSHOT_WORDS; i++)
			words[i] = atomic_load_explicit(
				&snapshot->copies[before % 2][i],
				memory_order_acquire);
		/* Relaxed: the acquires above keep it behind them. */
		after = atomic_load_explicit(&snapshot->sequence,
					     memory_order_relaxed);
		/* 2 * before + 2 is the next picture, in the other copy. */
	} while (after > 2 * before + 2);
	memcpy(out, words, sizeof(words));
}
