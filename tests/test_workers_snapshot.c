/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "workers/snapshot.h"

#include "tests/harness.h"

enum {
	READERS = 3,
	PICTURES = 5000,
	WORDS = 61,
};

struct picture {
	uint64_t words[WORDS];
};

struct shared {
	struct dti_snapshot snapshot;
	_Atomic uint64_t copies[2 * WORDS];
};

static struct dti_snapshot *make(void)
{
	void *memory = NULL;

	struct shared *shared;

	cr_assert_eq(posix_memalign(&memory, _Alignof(struct shared),
				    sizeof(struct shared)),
		     0);
	memset(memory, 0, sizeof(struct shared));
	shared = memory;
	dti_snapshot_init(&shared->snapshot, shared->copies,
			  DTI_SNAPSHOT_WORDS(struct picture));
	return memory;
}

/* All words of a picture hold its number. */
static struct picture picture(uint64_t number)
{
	struct picture counters = {.words = {0}};

	for (size_t i = 0; i < WORDS; i++)
		counters.words[i] = number;
	return counters;
}

/* The number; UINT64_MAX if two pictures are mixed. */
static uint64_t number_of(const struct picture *counters)
{
	for (size_t i = 1; i < WORDS; i++) {
		if (counters->words[i] != counters->words[0])
			return UINT64_MAX;
	}
	return counters->words[0];
}

Test(workers_snapshot, before_the_first_picture_all_is_zero)
{
	struct dti_snapshot *snapshot = make();
	struct picture counters = picture(7);

	dti_snapshot_read(snapshot, &counters);

	cr_assert_eq(number_of(&counters), 0);
	free(snapshot);
}

Test(workers_snapshot, the_latest_picture_is_read)
{
	struct dti_snapshot *snapshot = make();

	for (uint64_t number = 1; number < 10; number++) {
		struct picture counters = picture(number);

		dti_snapshot_publish(snapshot, &counters);
		memset(&counters, 0, sizeof(counters));
		dti_snapshot_read(snapshot, &counters);
		cr_assert_eq(number_of(&counters), number);
		/* Reading it again gives the same. */
		dti_snapshot_read(snapshot, &counters);
		cr_assert_eq(number_of(&counters), number);
	}
	free(snapshot);
}

/* A writer that was preempted in the middle holds up no reader. */
Test(workers_snapshot, a_half_written_picture_is_not_seen)
{
	struct dti_snapshot *snapshot = make();
	struct picture counters = picture(1);
	uint64_t sequence;

	dti_snapshot_publish(snapshot, &counters);
	sequence = atomic_load(&snapshot->sequence);
	atomic_store(&snapshot->sequence, sequence + 1);
	atomic_store(&snapshot->copies[(sequence / 2 + 1) % 2][3], 99);

	dti_snapshot_read(snapshot, &counters);

	cr_assert_eq(number_of(&counters), 1);
	free(snapshot);
}

struct reader {
	const struct dti_snapshot *snapshot;
	_Atomic bool *done;
	uint64_t read;
	bool mixed;
	bool gone_back;
	pthread_t thread;
};

static void *read_on(void *argument)
{
	struct reader *reader = argument;
	uint64_t before = 0;
	bool last;

	do {
		struct picture counters;
		uint64_t number;

		last = atomic_load(reader->done);
		dti_snapshot_read(reader->snapshot, &counters);
		number = number_of(&counters);
		reader->mixed |= number == UINT64_MAX;
		reader->gone_back |= number < before;
		before = number;
		reader->read++;
	} while (!last);
	reader->gone_back |= before != PICTURES; /* it sees the last one */
	return NULL;
}

Test(workers_snapshot, readers_see_whole_pictures_in_their_order, .timeout = 60)
{
	struct dti_snapshot *snapshot = make();
	struct reader readers[READERS];
	_Atomic bool done = false;

	for (size_t i = 0; i < READERS; i++) {
		readers[i] =
			(struct reader){.snapshot = snapshot, .done = &done};
		cr_assert_eq(pthread_create(&readers[i].thread, NULL, read_on,
					    &readers[i]),
			     0);
	}
	for (uint64_t number = 1; number <= PICTURES; number++) {
		struct picture counters = picture(number);

		dti_snapshot_publish(snapshot, &counters);
		if (number % 64 == 0)
			sched_yield();
	}
	atomic_store(&done, true);

	for (size_t i = 0; i < READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		cr_assert_not(readers[i].mixed);
		cr_assert_not(readers[i].gone_back);
		cr_assert_gt(readers[i].read, 0);
	}
	free(snapshot);
}
