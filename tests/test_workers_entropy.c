/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "workers/entropy.h"

#include "tests/harness.h"

#define GUARD ((uint8_t)0xa5)

static volatile sig_atomic_t interruptions;

static void count_interruption(int number)
{
	(void)number;
	interruptions = interruptions + 1;
}

Test(workers_entropy, two_fills_differ)
{
	uint8_t a[32] = {0};
	uint8_t b[32] = {0};

	cr_assert(dti_entropy_fill(a, sizeof(a)));
	cr_assert(dti_entropy_fill(b, sizeof(b)));

	cr_assert_arr_neq(a, b, sizeof(a));
}

Test(workers_entropy, every_byte_is_filled_and_none_beyond)
{
	enum {
		SIZE = 33,
		ROUNDS = 64
	};
	uint8_t ever[SIZE] = {0};

	for (int round = 0; round < ROUNDS; round++) {
		uint8_t bytes[SIZE + 2];

		memset(bytes, GUARD, sizeof(bytes));
		cr_assert(dti_entropy_fill(bytes + 1, SIZE));
		cr_assert_eq(bytes[0], GUARD);
		cr_assert_eq(bytes[SIZE + 1], GUARD);
		for (int i = 0; i < SIZE; i++)
			ever[i] |= bytes[i + 1] ^ GUARD;
	}

	/* A byte that is drawn 64 times is not the guard each time. */
	for (int i = 0; i < SIZE; i++)
		cr_assert_neq(ever[i], 0, "byte %d", i);
}

Test(workers_entropy, nothing_is_a_length)
{
	uint8_t byte = GUARD;

	cr_assert(dti_entropy_fill(&byte, 0));

	cr_assert_eq(byte, GUARD);
}

/* More than one system call gives at once, under a timer that interrupts it. */
Test(workers_entropy, a_large_fill_is_whole_though_interrupted, .timeout = 30)
{
	enum {
		SIZE = 36 << 20,
		BLOCK = 32
	};
	static const uint8_t zeros[BLOCK];
	struct sigaction action = {.sa_handler = count_interruption};
	struct itimerval often = {{0, 500}, {0, 500}};
	struct itimerval never = {{0, 0}, {0, 0}};
	uint8_t *bytes = calloc(1, SIZE);
	bool filled;

	cr_assert_not_null(bytes);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	filled = dti_entropy_fill(bytes, SIZE);
	setitimer(ITIMER_REAL, &never, NULL);

	cr_assert(filled);
	cr_assert_gt(interruptions, 0);
	for (size_t i = 0; i < SIZE; i += BLOCK)
		cr_assert_arr_neq(bytes + i, zeros, BLOCK, "at %zu", i);
	free(bytes);
}
