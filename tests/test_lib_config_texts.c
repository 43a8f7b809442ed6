/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/config.h"
#include "lib/container.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/options.h"

Test(lib_config_texts, a_text_is_copied)
{
	struct dt_config config = make_config();
	char text[] = "10.0.0.0/8";

	assert_set(&config, "netrestrict", text);
	text[0] = 'x';

	cr_assert_str_eq(config.netrestrict, "10.0.0.0/8");
	dt_config_fini(&config);
	cr_assert_str_eq(config.netrestrict, "");
	cr_assert_null(config.texts);
}

Test(lib_config_texts, setting_a_text_again_does_not_grow)
{
	struct failing_allocator memory = {0};
	struct dt_config config = make_config();
	size_t live;

	config.allocator = failing_allocator_functions(&memory);
	assert_set(&config, "netrestrict", "10.0.0.0/8");
	live = memory.live;
	for (int i = 0; i < 100; i++) {
		assert_set(&config, "netrestrict", "10.0.0.0/8,11.0.0.0/8");
		assert_set(&config, "netrestrict", config.netrestrict);
	}

	cr_assert_gt(live, 0);
	cr_assert_eq(memory.live, live);
	cr_assert_str_eq(config.netrestrict, "10.0.0.0/8,11.0.0.0/8");
	dt_config_fini(&config);
	cr_assert_eq(memory.live, 0);
}

Test(lib_config_texts, fini_leaves_texts_that_were_set_directly)
{
	static const char mine[] = "10.0.0.0/8";
	struct dt_config config = make_config();

	assert_set(&config, "netrestrict", "11.0.0.0/8");
	assert_set(&config, "dns_servers", "9.9.9.9");
	config.netrestrict = mine;
	config.bootnodes = mine;
	dt_config_fini(&config);

	cr_assert_eq(config.netrestrict, mine);
	cr_assert_eq(config.bootnodes, mine);
	cr_assert_str_eq(config.dns_servers, "");
	dt_config_fini(&config);
	cr_assert_eq(config.netrestrict, mine, "a second fini does something");
}

Test(lib_config_texts, copies_go_back_to_the_allocator_that_they_came_from)
{
	struct failing_allocator memory = {0};
	struct dt_config config = make_config();

	config.allocator = failing_allocator_functions(&memory);
	assert_set(&config, "netrestrict", "11.0.0.0/8");
	config.allocator = (struct dt_allocator){.malloc = NULL};
	assert_set(&config, "netrestrict", "12.0.0.0/8");
	dt_config_fini(&config);

	cr_assert_eq(memory.live, 0);
}

Test(lib_config_texts, an_option_keeps_its_value_when_any_allocation_fails)
{
	static const char *const pairs[][2] = {
		{"netrestrict", "10.0.0.0/8"}, {"static_nodes", ENODE_URL(1)},
		{"bootnodes", ENODE_URL(1)},   {"dns_servers", "9.9.9.9"},
		{"node_key_file", "key"},      {"node_database", "nodes"},
		{"client", "a client"},        {"capabilities", "eth/68"},
	};

	for (size_t i = 0; i < dti_array_length(pairs); i++) {
		dt_err err = DT_ERR_NO_MEMORY;
		size_t n;

		for (n = 1; err; n++) {
			struct failing_allocator memory = {.fail_at = n};
			struct dt_config config = make_config();
			struct dt_error error = {0};
			char text[2048];

			config.allocator = failing_allocator_functions(&memory);
			err = dt_config_set(&config, pairs[i][0], pairs[i][1],
					    &error);

			cr_assert_str_eq(
				option_text(text, &config, pairs[i][0]),
				err ? "" : pairs[i][1]);
			if (err) {
				cr_assert_eq(err, DT_ERR_NO_MEMORY);
				cr_assert_eq(error.code, DT_ERR_NO_MEMORY);
				cr_assert_not_null(
					strstr(error.text, pairs[i][0]), "%s",
					error.text);
			}
			dt_config_fini(&config);
			cr_assert_eq(memory.live, 0, "%s leaks at %zu",
				     pairs[i][0], n);
		}
		cr_assert_gt(n, 3, "%s: nothing failed", pairs[i][0]);
	}
}

Test(lib_config_texts, a_fork_that_is_given_up_changes_nothing)
{
	struct failing_allocator memory = {0};
	struct dt_config config = make_config();
	struct dt_config before;
	struct dt_config fork;
	size_t live;

	config.allocator = failing_allocator_functions(&memory);
	assert_set(&config, "netrestrict", "10.0.0.0/8");
	before = config;
	live = memory.live;

	dti_config_fork(&fork, &config);
	assert_set(&fork, "netrestrict", "11.0.0.0/8");
	assert_set(&fork, "workers", "5");
	dt_config_fini(&fork);

	cr_assert_eq(memcmp(&config, &before, sizeof(config)), 0);
	cr_assert_str_eq(config.netrestrict, "10.0.0.0/8");
	cr_assert_eq(memory.live, live);
	dt_config_fini(&config);
	cr_assert_eq(memory.live, 0);
}

Test(lib_config_texts, an_adopted_fork_brings_its_values_and_keeps_the_others)
{
	struct failing_allocator memory = {0};
	struct dt_config config = make_config();
	struct dt_config fork;

	config.allocator = failing_allocator_functions(&memory);
	assert_set(&config, "netrestrict", "10.0.0.0/8");
	assert_set(&config, "dns_servers", "9.9.9.9");
	config.allocator.malloc = NULL;
	config.allocator.realloc = NULL;
	config.allocator.free = NULL;

	dti_config_fork(&fork, &config);
	assert_set(&fork, "netrestrict", "11.0.0.0/8");
	assert_set(&fork, "bootnodes", ENODE_URL(1));
	assert_set(&fork, "workers", "5");
	dti_config_adopt(&config, &fork);

	cr_assert_str_eq(config.netrestrict, "11.0.0.0/8");
	cr_assert_str_eq(config.dns_servers, "9.9.9.9");
	cr_assert_str_eq(config.bootnodes, ENODE_URL(1));
	cr_assert_eq(config.workers, 5);
	cr_assert_null(config.allocator.malloc, "the allocator is replaced");
	dt_config_fini(&config);
	cr_assert_eq(memory.live, 0);
}

Test(lib_config_texts, a_config_without_texts_adopts_those_of_its_fork)
{
	struct failing_allocator memory = {0};
	struct dt_config config = make_config();
	struct dt_config fork;

	config.allocator = failing_allocator_functions(&memory);
	dti_config_fork(&fork, &config);
	assert_set(&fork, "netrestrict", "11.0.0.0/8");
	dti_config_adopt(&config, &fork);

	cr_assert_str_eq(config.netrestrict, "11.0.0.0/8");
	cr_assert_null(fork.texts);
	dt_config_fini(&config);
	cr_assert_eq(memory.live, 0);
}
