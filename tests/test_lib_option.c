/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/config.h"
#include "lib/container.h"
#include "lib/option.h"

#include "tests/harness.h"
#include "tests/options.h"

Test(lib_option, the_table_is_what_was_decided)
{
	for (size_t i = 0; i < expected_option_count; i++) {
		const struct expected_option *expected = &expected_options[i];
		const struct dt_option *option = dt_option_at(i);

		cr_assert_not_null(option, "there is no %s", expected->name);
		cr_assert_str_eq(option->name, expected->name);
		cr_assert_str_eq(option->variable, expected->variable);
		cr_assert_str_eq(option->type, expected->type);
		cr_assert_str_eq(option->initial, expected->initial);
		cr_assert_str_eq(option->range, expected->range);
		cr_assert_eq(option->live, expected->live, "%s", option->name);
		cr_assert_eq(option->help[strlen(option->help) - 1], '.',
			     "%s: no sentence", option->name);
	}
	cr_assert_null(dt_option_at(expected_option_count));
	cr_assert_null(dt_option_at(SIZE_MAX));
}

Test(lib_option, a_variable_is_the_name_in_capitals)
{
	const struct dt_option *option;

	for (size_t i = 0; (option = dt_option_at(i)); i++) {
		const char *capitals = option->variable + strlen("DIALTONE_");

		cr_assert_eq(strncmp(option->variable, "DIALTONE_", 9), 0);
		cr_assert_eq(strlen(capitals), strlen(option->name));
		for (size_t j = 0; option->name[j]; j++)
			cr_assert_eq(capitals[j],
				     option->name[j] == '_'
					     ? '_'
					     : option->name[j] - 'a' + 'A',
				     "%s", option->variable);
	}
}

Test(lib_option, options_are_found_by_their_whole_name)
{
	for (size_t i = 0; i < expected_option_count; i++)
		cr_assert_eq(dti_option_find(expected_options[i].name), (int)i);

	cr_assert_eq(dti_option_find("spi"), -1);
	cr_assert_eq(dti_option_find("spins"), -1);
	cr_assert_eq(dti_option_find("SPIN"), -1);
	cr_assert_eq(dti_option_find(""), -1);
}

Test(lib_option, the_nearest_name_is_the_one_with_the_least_to_change)
{
	static const char *const pairs[][2] = {
		{"dail_timeout", "dial_timeout"},
		{"dial_timeouts", "dial_timeout"},
		{"dialtimeout", "dial_timeout"},
		{"max_active_dial", "max_active_dials"},
		{"max_dials", "max_dyn_dials"},
		{"worker", "workers"},
		{"static_node", "static_nodes"},
		{"boot_nodes", "bootnodes"},
		{"resolve_max_delay", "resolve_delay"},
		{"nodial", "no_dial"},
		{"spin", "spin"},
	};

	for (size_t i = 0; i < dti_array_length(pairs); i++)
		cr_assert_str_eq(dti_option_nearest(pairs[i][0]), pairs[i][1],
				 "%s", pairs[i][0]);
}

Test(lib_option, a_name_that_is_far_from_all_has_no_nearest_one)
{
	static const char *const names[] = {"", "foo", "lgo", "\xff\xfe",
					    "completely_different"};
	char name[1000];

	memset(name, 'z', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';

	cr_assert_null(dti_option_nearest(name));
	for (size_t i = 0; i < dti_array_length(names); i++)
		cr_assert_null(dti_option_nearest(names[i]), "%s", names[i]);
}

Test(lib_option, an_unknown_option_is_refused_with_the_nearest_name)
{
	struct dt_config config = make_config();
	struct dt_config before = config;
	struct dt_error error = {0};

	cr_assert_eq(dt_config_set(&config, "dail_timeout", "5s", &error),
		     DT_ERR_UNKNOWN_OPTION);

	cr_assert_eq(error.code, DT_ERR_UNKNOWN_OPTION);
	cr_assert_str_eq(error.text, "dail_timeout: there is no such option; "
				     "the nearest is dial_timeout");
	cr_assert_eq(memcmp(&config, &before, sizeof(config)), 0);
	cr_assert_eq(dt_config_set(&config, "dail_timeout", "5s", NULL),
		     DT_ERR_UNKNOWN_OPTION);

	cr_assert_eq(dt_config_set(&config, "foo", "5s", &error),
		     DT_ERR_UNKNOWN_OPTION);
	cr_assert_str_eq(error.text, "foo: there is no such option");
}

Test(lib_option, the_sentence_calls_the_option_by_its_label)
{
	struct dt_config config = make_config();
	struct dt_error error = {0};

	cr_assert_eq(dti_config_set_named(&config, "workers", "many",
					  "--workers", &error),
		     DT_ERR_CONFIG);
	cr_assert_str_eq(error.text,
			 "--workers: \"many\" is not accepted; it takes a "
			 "whole number from 0 to 16384");
	cr_assert_eq(dti_config_set_named(&config, "netrestrict", "10.0.0.0",
					  "--netrestrict", &error),
		     DT_ERR_CONFIG);
	cr_assert_eq(strncmp(error.text, "--netrestrict: \"10.0.0.0\"", 25), 0,
		     "%s", error.text);
	cr_assert_eq(dti_config_set_named(&config, "worker", "1", "--worker",
					  &error),
		     DT_ERR_UNKNOWN_OPTION);
	cr_assert_str_eq(error.text, "--worker: there is no such option; the "
				     "nearest is workers");
}
