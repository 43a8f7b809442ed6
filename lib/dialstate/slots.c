/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/slots.h"

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Both want some, and together more than @slots; sums may be near 2^64. */
static bool contended(uint64_t slots, uint64_t a, uint64_t b)
{
	return a > 0 && b > 0 && (a > slots || b > slots - a);
}

/* @mine of @slots, more if the other side wants less than the rest. */
static uint64_t widened(uint64_t mine, uint64_t slots, uint64_t wanted,
			uint64_t other_wanted)
{
	if (other_wanted < slots - mine)
		mine = slots - other_wanted;
	return least(mine, wanted);
}

struct dti_slots dti_slots_initial(void)
{
	return (struct dti_slots){.credit = 99};
}

uint64_t dti_slots_for_static(struct dti_slots *shares, uint64_t slots,
			      uint64_t static_wanted, uint64_t dyn_wanted,
			      uint32_t share)
{
	uint64_t earned;

	if (!contended(slots, static_wanted, dyn_wanted))
		return least(slots, static_wanted);
	share = share < 100 ? share : 100;
	/* slots = 100 * hundreds + rest: this way nothing overflows */
	earned = slots % 100 * share + shares->credit;
	shares->credit = (uint32_t)(earned % 100);
	earned = slots / 100 * share + earned / 100;
	return widened(earned, slots, static_wanted, dyn_wanted);
}

uint64_t dti_slots_for_random(struct dti_slots *shares, uint64_t slots,
			      uint64_t random_wanted, uint64_t buffer_wanted)
{
	uint64_t half = slots / 2;

	if (!contended(slots, random_wanted, buffer_wanted))
		return least(slots, random_wanted);
	if (slots % 2 != 0) {
		half += shares->odd_to_buffer ? 0 : 1;
		shares->odd_to_buffer = !shares->odd_to_buffer;
	}
	return widened(half, slots, random_wanted, buffer_wanted);
}
