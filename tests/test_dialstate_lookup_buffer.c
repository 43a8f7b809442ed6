/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/dialstate/lookup_buffer.h"

#include "tests/dial_script.h"
#include "tests/failing_allocator.h"
#include "tests/harness.h"

enum {
	MANY = 200
};

Test(dialstate_lookup_buffer, nodes_leave_in_the_order_in_which_they_came)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_lookup_buffer buffer = {0};
	unsigned int added = 0;
	unsigned int taken = 0;

	while (taken < MANY) {
		/* Three in, two out: it goes round and grows meanwhile. */
		for (int i = 0; i < 3; i++) {
			struct dt_node node = {.id = script_id(added)};

			cr_assert(dti_lookup_buffer_append(
				&buffer, &node, 1000 + added, &allocator));
			added++;
		}
		for (int i = 0; i < 2; i++) {
			struct dti_lookup_entry entry =
				dti_lookup_buffer_take(&buffer);

			cr_assert_eq(entry.node.id.bytes[63], taken % 256);
			cr_assert_eq(entry.arrived_ms, 1000 + taken);
			taken++;
		}
	}

	cr_assert_eq(buffer.count, added - taken);
	dti_lookup_buffer_fini(&buffer, &allocator);
	cr_assert_eq(counter.live, 0);
}

Test(dialstate_lookup_buffer, a_steady_flow_allocates_nothing)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dt_node node = script_node("1");
	struct dti_lookup_buffer buffer = {0};

	for (int i = 0; i < MANY; i++) {
		cr_assert(dti_lookup_buffer_append(&buffer, &node, 0,
						   &allocator));
		(void)dti_lookup_buffer_take(&buffer);
	}

	cr_assert_eq(counter.calls, 1);
	dti_lookup_buffer_fini(&buffer, &allocator);
}

Test(dialstate_lookup_buffer, the_name_is_copied_and_freed)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	char name[] = "node.example";
	struct dt_node node = script_node("1");
	struct dti_lookup_buffer buffer = {0};
	struct dti_lookup_entry entry;

	node.host_name = name;
	cr_assert(dti_lookup_buffer_append(&buffer, &node, 0, &allocator));
	cr_assert(dti_lookup_buffer_append(&buffer, &node, 0, &allocator));
	memset(name, 'x', sizeof(name) - 1);
	entry = dti_lookup_buffer_take(&buffer);

	cr_assert_str_eq(entry.node.host_name, "node.example");
	dti_lookup_entry_fini(&entry, &allocator);
	dti_lookup_buffer_fini(&buffer, &allocator);
	cr_assert_eq(counter.live, 0);
}

Test(dialstate_lookup_buffer, without_memory_it_is_as_it_was)
{
	for (size_t fail_at = 1; fail_at <= 2; fail_at++) {
		struct failing_allocator counter = {.fail_at = fail_at};
		struct dt_allocator allocator =
			failing_allocator_functions(&counter);
		struct dt_node node = script_node("1");
		struct dti_lookup_buffer buffer = {0};

		node.host_name = "node.example";
		cr_assert_not(dti_lookup_buffer_append(&buffer, &node, 0,
						       &allocator));
		cr_assert_eq(buffer.count, 0);
		cr_assert(dti_lookup_buffer_append(&buffer, &node, 0,
						   &allocator));
		dti_lookup_buffer_fini(&buffer, &allocator);
		cr_assert_eq(counter.live, 0);
	}
}
