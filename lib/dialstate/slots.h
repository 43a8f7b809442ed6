/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_SLOTS_H
#define DTI_DIALSTATE_SLOTS_H

/*
 * Who gets the slots when there are fewer than are wanted.
 *
 * SHARE. Slots are contended when static nodes and dynamic dials both want
 * some, and together more than there are. (Static nodes want as many as stand
 * ready; dynamic dials as many as there are candidates at hand, at most need.)
 * Then, of every 100 contended slots in a row, static nodes have `share`:
 * a credit grows by share for each slot, and each whole 100 of it is a slot for
 * a static node. So it holds as well when slots come one at a time. What one
 * side cannot use in a call goes to the other in the same call and is not
 * owed later. When slots are not contended the credit rests.
 *
 * HALVES. When the dynamic dials' slots are fewer than the random nodes that
 * may be looked at and the nodes in the lookup buffer together, each of the two
 * has half of them; the odd one goes to the random nodes and to the buffer in
 * turn. Again what one cannot use goes to the other at once.
 */

#include <stdbool.h>
#include <stdint.h>

struct dti_slots {
	uint32_t credit;    /* 0 to 99 */
	bool odd_to_buffer; /* who gets the next odd slot */
};

/** As at the beginning: the first contended slot is a static node's. */
struct dti_slots dti_slots_initial(void);

/**
 * How many of @slots static nodes may take before dynamic dials are made; see
 * SHARE. @share: percent; above 100 counts as 100.
 */
uint64_t dti_slots_for_static(struct dti_slots *shares, uint64_t slots,
			      uint64_t static_wanted, uint64_t dyn_wanted,
			      uint32_t share);

/**
 * How many of @slots random nodes may take before the lookup buffer is asked;
 * see HALVES.
 */
uint64_t dti_slots_for_random(struct dti_slots *shares, uint64_t slots,
			      uint64_t random_wanted, uint64_t buffer_wanted);

#endif /* DTI_DIALSTATE_SLOTS_H */
