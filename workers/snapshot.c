/* SPDX-License-Identifier: MIT */
#include "workers/snapshot.h"

#include <string.h>

void dti_snapshot_init(struct dti_snapshot *snapshot, _Atomic uint64_t *copies,
		       size_t words)
{
	atomic_init(&snapshot->sequence, 0);
	snapshot->words = words;
	snapshot->copies[0] = copies;
	snapshot->copies[1] = copies + words;
}

static uint64_t word_at(const void *picture, size_t index)
{
	uint64_t word;

	memcpy(&word, (const char *)picture + index * sizeof(word),
	       sizeof(word));
	return word;
}

static void set_word_at(void *picture, size_t index, uint64_t word)
{
	memcpy((char *)picture + index * sizeof(word), &word, sizeof(word));
}

void dti_snapshot_publish(struct dti_snapshot *snapshot, const void *picture)
{
	/* Relaxed: only this thread writes it. */
	uint64_t sequence =
		atomic_load_explicit(&snapshot->sequence, memory_order_relaxed);
	_Atomic uint64_t *copy = snapshot->copies[(sequence / 2 + 1) % 2];

	/*
	 * Odd. Acq_rel: the words below may not move before it (acquire), so a
	 * reader that has seen one of them sees the odd number too.
	 */
	atomic_exchange_explicit(&snapshot->sequence, sequence + 1,
				 memory_order_acq_rel);
	/* Release: pairs with the acquire of the words in read(). */
	for (size_t i = 0; i < snapshot->words; i++)
		atomic_store_explicit(&copy[i], word_at(picture, i),
				      memory_order_release);
	/* Release: pairs with the first acquire in read(). */
	atomic_store_explicit(&snapshot->sequence, sequence + 2,
			      memory_order_release);
}

void dti_snapshot_read(const struct dti_snapshot *snapshot, void *out)
{
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
		for (size_t i = 0; i < snapshot->words; i++)
			set_word_at(out, i,
				    atomic_load_explicit(
					    &snapshot->copies[before % 2][i],
					    memory_order_acquire));
		/* Relaxed: the acquires above keep it behind them. */
		after = atomic_load_explicit(&snapshot->sequence,
					     memory_order_relaxed);
		/* 2 * before + 2 is the next picture, in the other copy. */
	} while (after > 2 * before + 2);
}
