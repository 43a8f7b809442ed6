/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "workers/peer_slots.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

static struct failing_allocator counts;
static struct dt_allocator allocator;
static struct dti_peer_slots slots;

static struct dt_node_id id_of(size_t number)
{
	struct dt_node_id id = {{0}};

	memcpy(id.bytes, &number, sizeof(number));
	return id;
}

static void add_slab(size_t count)
{
	struct dti_peer_slab *slab =
		dti_peer_slots_make_slab(&allocator, count);

	cr_assert_not_null(slab);
	dti_peer_slots_add_slab(&slots, slab);
}

static struct dti_peer_slot *hold(size_t number)
{
	struct dt_node_id id = id_of(number);

	return dti_peer_slots_hold(&slots, &id, (int)number);
}

static bool end_id(size_t number)
{
	struct dt_node_id id = id_of(number);

	return dti_peer_slots_end_id(&slots, &id);
}

/* How many were ending; they are free again. */
static size_t settle(void)
{
	struct dti_peer_slot *list = dti_peer_slots_take_ending(&slots);
	size_t count = 0;

	for (struct dti_peer_slot *slot = list; slot; slot = slot->next)
		count++;
	dti_peer_slots_give_back(&slots, list);
	return count;
}

static void begin(void)
{
	allocator = failing_allocator_functions(&counts);
	memset(slots.hash_key, 7, sizeof(slots.hash_key));
}

static void end(void)
{
	dti_peer_slots_fini(&slots, &allocator);
	cr_assert_eq(counts.live, 0);
}

Test(workers_peer_slots, none_is_free_in_an_empty_one)
{
	begin();

	cr_assert_null(hold(1));
	cr_assert(dti_peer_slots_low(&slots));
	end();
}

Test(workers_peer_slots, as_many_are_held_as_there_are_slots)
{
	begin();
	add_slab(3);

	for (size_t i = 0; i < 3; i++)
		cr_assert_eq(hold(i)->fd, (int)i);

	cr_assert_null(hold(3));
	end();
}

Test(workers_peer_slots, an_ended_slot_is_held_again)
{
	begin();
	add_slab(1);
	cr_assert_not_null(hold(1));

	cr_assert(end_id(1));
	cr_assert_null(hold(2), "it is ending, not free");
	cr_assert_eq(settle(), 1);

	cr_assert_not_null(hold(2));
	cr_assert_not(end_id(1));
	end();
}

Test(workers_peer_slots, all_sockets_of_an_id_end_and_no_other)
{
	begin();
	add_slab(8);
	for (size_t i = 0; i < 6; i++)
		hold(i % 2);

	cr_assert(end_id(1));

	cr_assert_eq(settle(), 3);
	cr_assert_not(end_id(1));
	cr_assert(end_id(0));
	cr_assert_eq(settle(), 3);
	end();
}

Test(workers_peer_slots, a_slot_ends_once)
{
	struct dti_peer_slot *slot;

	begin();
	add_slab(2);
	slot = hold(1);
	cr_assert_not(slot->ending);

	dti_peer_slots_end(&slots, slot);
	cr_assert(slot->ending);
	dti_peer_slots_end(&slots, slot);
	cr_assert_not(end_id(1));

	cr_assert_eq(settle(), 1);
	cr_assert_eq(settle(), 0);
	end();
}

Test(workers_peer_slots, an_undone_hold_leaves_nothing)
{
	struct dti_peer_slot *slot;

	begin();
	add_slab(2);
	hold(1);
	slot = hold(2);

	dti_peer_slots_unhold(&slots, slot);

	cr_assert_not(end_id(2));
	cr_assert_eq(slots.free_count, 1);
	dti_peer_slots_end_all(&slots);
	cr_assert_eq(settle(), 1);
	end();
}

/* More than there are chains, so that they are longer than one. */
Test(workers_peer_slots, thousands_are_found_by_id)
{
	enum {
		COUNT = 5 * DTI_PEER_SLOTS_CHAINS
	};

	begin();
	for (size_t i = 0; i < COUNT; i++) {
		if (dti_peer_slots_low(&slots))
			add_slab(dti_peer_slots_next_slab(&slots));
		cr_assert_not_null(hold(i));
	}

	for (size_t i = 0; i < COUNT; i += 2)
		cr_assert(end_id(i), "%zu", i);

	cr_assert_eq(settle(), COUNT / 2);
	dti_peer_slots_end_all(&slots);
	cr_assert_eq(settle(), COUNT / 2);
	cr_assert_eq(slots.free_count, slots.total);
	end();
}

Test(workers_peer_slots, the_next_slab_doubles_them_within_bounds)
{
	begin();

	cr_assert_eq(dti_peer_slots_next_slab(&slots), 256);
	add_slab(256);
	cr_assert_eq(dti_peer_slots_next_slab(&slots), 256);
	add_slab(256);
	cr_assert_eq(dti_peer_slots_next_slab(&slots), 512);
	add_slab(4000);
	cr_assert_eq(dti_peer_slots_next_slab(&slots), 4096);
	end();
}

Test(workers_peer_slots, a_slab_without_memory_is_none)
{
	begin();
	counts.fail_at = 1;

	cr_assert_null(dti_peer_slots_make_slab(&allocator, 16));
	end();
}
