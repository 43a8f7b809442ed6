/* SPDX-License-Identifier: MIT */
#include "workers/secp_seeded.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

static struct failing_allocator memory;

Test(workers_secp_seeded, what_was_made_can_be_used)
{
	struct dt_allocator allocator = failing_allocator_functions(&memory);
	const struct dt_node_key key = {.bytes = {[31] = 1}};
	struct dt_node_id id;
	struct dti_secp secp;

	cr_assert_eq(dti_secp_init_seeded(&secp, &allocator, NULL), DT_OK);
	cr_assert(dti_secp_id_of_key(&secp, &id, &key));
	dti_secp_fini(&secp);
	cr_assert_eq(memory.live, 0);
}

Test(workers_secp_seeded, without_memory_it_says_so)
{
	struct dt_allocator allocator = failing_allocator_functions(&memory);
	struct dt_error error = {.code = DT_OK};
	struct dti_secp secp;

	memory.fail_at = 1;
	cr_assert_eq(dti_secp_init_seeded(&secp, &allocator, &error),
		     DT_ERR_NO_MEMORY);
	cr_assert_eq(error.code, DT_ERR_NO_MEMORY);
	cr_assert_eq(memory.live, 0);
}
