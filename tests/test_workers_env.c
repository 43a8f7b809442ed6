/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/dialtone.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/options.h"

/* What the test program was started with does not count. */
static void clear_variables(void)
{
	for (size_t i = 0; i < expected_option_count; i++)
		unsetenv(expected_options[i].variable);
}

/* Warnings, one a line. */
struct warnings {
	char text[4096];
	size_t count;
};

static void note_warning(void *context, const char *sentence)
{
	struct warnings *warnings = context;
	size_t used = strlen(warnings->text);

	snprintf(warnings->text + used, sizeof(warnings->text) - used, "%s\n",
		 sentence);
	warnings->count++;
}

static void assert_read(struct dt_config *config)
{
	struct dt_error error = {0};

	cr_assert_eq(dt_config_from_env(config, &error, NULL, NULL), DT_OK,
		     "%s", error.text);
}

Test(workers_env, no_variable_changes_nothing)
{
	struct dt_config config = make_config();
	struct dt_config before = config;
	struct warnings warnings = {.count = 0};

	clear_variables();
	cr_assert_eq(dt_config_from_env(&config, NULL, note_warning, &warnings),
		     DT_OK);

	cr_assert_eq(memcmp(&config, &before, sizeof(config)), 0);
	cr_assert_eq(warnings.count, 0, "%s", warnings.text);
}

Test(workers_env, each_option_has_its_variable)
{
	clear_variables();
	for (size_t i = 0; i < expected_option_count; i++) {
		const struct expected_option *option = &expected_options[i];
		struct dt_config before = make_config();
		struct dt_config config = make_config();
		char text[2048];

		setenv(option->variable, option->most, 1);
		assert_read(&config);
		unsetenv(option->variable);

		cr_assert_str_eq(option_text(text, &config, option->name),
				 option->most);
		assert_unchanged(&config, &before, option->name);
		dt_config_fini(&config);
	}
}

Test(workers_env, all_variables_are_set_together)
{
	struct dt_config config = make_config();
	char text[2048];

	clear_variables();
	for (size_t i = 0; i < expected_option_count; i++)
		setenv(expected_options[i].variable, expected_options[i].most,
		       1);
	assert_read(&config);
	clear_variables();

	for (size_t i = 0; i < expected_option_count; i++)
		cr_assert_str_eq(
			option_text(text, &config, expected_options[i].name),
			expected_options[i].most);
	cr_assert_eq(dt_config_check(&config, NULL), DT_OK);
	dt_config_fini(&config);
}

Test(workers_env, a_variable_goes_before_what_was_set_until_then)
{
	struct dt_config config = make_config();

	clear_variables();
	setenv("DIALTONE_WORKERS", "3", 1);
	cr_assert_eq(dt_config_set(&config, "workers", "2", NULL), DT_OK);
	cr_assert_eq(dt_config_set(&config, "spin", "1us", NULL), DT_OK);
	assert_read(&config);
	clear_variables();

	cr_assert_eq(config.workers, 3);
	cr_assert_eq(config.spin_ns, 1000);
}

Test(workers_env, a_refusal_names_the_variable_and_changes_nothing)
{
	struct failing_allocator memory = {0};
	struct dt_config config = make_config();
	struct dt_error error = {0};
	struct dt_config before;
	size_t live;

	config.allocator = failing_allocator_functions(&memory);
	cr_assert_eq(dt_config_set(&config, "netrestrict", "10.0.0.0/8", NULL),
		     DT_OK);
	before = config;
	live = memory.live;

	clear_variables();
	setenv("DIALTONE_MAX_DYN_DIALS", "7", 1);
	setenv("DIALTONE_NETRESTRICT", "11.0.0.0/8", 1);
	setenv("DIALTONE_BOOTNODES", ENODE_URL(1), 1);
	setenv("DIALTONE_CHECK_INTERVAL", "1", 1); /* the last of the table */
	cr_assert_eq(dt_config_from_env(&config, &error, NULL, NULL),
		     DT_ERR_CONFIG);
	cr_assert_eq(dt_config_from_env(&config, NULL, NULL, NULL),
		     DT_ERR_CONFIG);
	clear_variables();

	cr_assert_eq(error.code, DT_ERR_CONFIG);
	cr_assert_str_eq(error.text,
			 "DIALTONE_CHECK_INTERVAL: \"1\" is not accepted; it "
			 "takes a duration of whole milliseconds from 10ms to "
			 "1h, such as 500ms or 1m30s");
	cr_assert_eq(memcmp(&config, &before, sizeof(config)), 0);
	cr_assert_str_eq(config.netrestrict, "10.0.0.0/8");
	cr_assert_eq(memory.live, live, "it leaks");
	dt_config_fini(&config);
	cr_assert_eq(memory.live, 0);
}

/* One that does not parse, one out of range, and an empty one for each kind. */
static const struct {
	const char *variable;
	const char *value;
	const char *sentence;
} refused[] = {
	{"DIALTONE_WORKERS", "many",
	 "DIALTONE_WORKERS: \"many\" is not accepted; it takes a whole number "
	 "from 0 to 16384"},
	{"DIALTONE_STATIC_SHARE", "100",
	 "DIALTONE_STATIC_SHARE: \"100\" is not accepted; it takes a whole "
	 "number from 1 to 99"},
	{"DIALTONE_NO_DIAL", "",
	 "DIALTONE_NO_DIAL: \"\" is not accepted; it takes yes or no (or true, "
	 "false, on, off, 1, 0)"},
	{"DIALTONE_DIAL_TIMEOUT", "15",
	 "DIALTONE_DIAL_TIMEOUT: \"15\" is not accepted; it takes a duration "
	 "of whole milliseconds from 10ms to 10m, such as 500ms or 1m30s"},
	{"DIALTONE_SPIN", "1s",
	 "DIALTONE_SPIN: \"1s\" is not accepted; it takes a duration from 0 to "
	 "1ms, such as 50us"},
	{"DIALTONE_STACK_SIZE", "1k",
	 "DIALTONE_STACK_SIZE: \"1k\" is not accepted; it takes a size from "
	 "32KiB to 64MiB, in bytes, KiB or MiB"},
	{"DIALTONE_LOG", "verbose",
	 "DIALTONE_LOG: \"verbose\" is not accepted; it takes error, warning, "
	 "info or debug"},
	{"DIALTONE_DNS_SERVERS", "localhost",
	 "DIALTONE_DNS_SERVERS: \"localhost\" is not accepted; it takes IP "
	 "addresses or IP:PORT, comma-separated, such as "
	 "9.9.9.9,[2620:fe::fe]:53"},
	{"DIALTONE_LISTEN", "30303",
	 "DIALTONE_LISTEN: \"30303\" is not accepted; it takes IP:PORT, such "
	 "as 0.0.0.0:30303 or [::]:0"},
	{"DIALTONE_NETRESTRICT", "10.0.0.0",
	 "DIALTONE_NETRESTRICT: \"10.0.0.0\" "},
	{"DIALTONE_STATIC_NODES", "enode://1@1.2.3.4:5",
	 "DIALTONE_STATIC_NODES: item 1: "},
	{"DIALTONE_BOOTNODES", "x", "DIALTONE_BOOTNODES: item 1: "},
};

Test(workers_env, each_kind_of_value_is_refused_in_a_sentence)
{
	clear_variables();
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct dt_config config = make_config();
		struct dt_config before = config;
		struct dt_error error = {0};

		setenv(refused[i].variable, refused[i].value, 1);
		cr_assert_eq(dt_config_from_env(&config, &error, NULL, NULL),
			     DT_ERR_CONFIG, "%s", refused[i].sentence);
		unsetenv(refused[i].variable);

		cr_assert_eq(strncmp(error.text, refused[i].sentence,
				     strlen(refused[i].sentence)),
			     0, "%s", error.text);
		cr_assert_eq(memcmp(&config, &before, sizeof(config)), 0);
	}
}

Test(workers_env, an_unknown_variable_is_a_warning_with_the_nearest_name)
{
	struct dt_config config = make_config();
	struct warnings warnings = {.count = 0};

	clear_variables();
	setenv("DIALTONE_DAIL_TIMEOUT", "5s", 1);
	setenv("DIALTONE_WORKERS", "3", 1);
	cr_assert_eq(dt_config_from_env(&config, NULL, note_warning, &warnings),
		     DT_OK);
	assert_read(&config);
	clear_variables();
	unsetenv("DIALTONE_DAIL_TIMEOUT");

	cr_assert_eq(warnings.count, 1, "%s", warnings.text);
	cr_assert_str_eq(warnings.text,
			 "DIALTONE_DAIL_TIMEOUT: there is no such variable; "
			 "the nearest is DIALTONE_DIAL_TIMEOUT\n");
	cr_assert_eq(config.workers, 3);
	cr_assert_eq(config.dial_timeout_ms, 15000);
}

Test(workers_env, a_variable_that_no_name_is_near_to_gets_none)
{
	static const char *const names[] = {
		"DIALTONE_",
		"DIALTONE_FOO",
		"DIALTONE_LGO", /* two changes of LOG's three */
		"DIALTONE_COMPLETELY_DIFFERENT",
	};

	clear_variables();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct dt_config config = make_config();
		struct warnings warnings = {.count = 0};
		char sentence[128];

		setenv(names[i], "1", 1);
		cr_assert_eq(dt_config_from_env(&config, NULL, note_warning,
						&warnings),
			     DT_OK);
		unsetenv(names[i]);

		snprintf(sentence, sizeof(sentence),
			 "%s: there is no such variable\n", names[i]);
		cr_assert_str_eq(warnings.text, sentence);
	}
}

Test(workers_env, a_variable_must_have_its_whole_name_in_capitals)
{
	static const char *const names[] = {
		"DIALTONE_",        "DIALTONE_WORKER", "DIALTONE_WORKERS2",
		"DIALTONE_workers", "DIALTONE_SPINS",
	};

	clear_variables();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct dt_config config = make_config();
		struct dt_config before = config;
		struct warnings warnings = {.count = 0};

		setenv(names[i], "1", 1);
		cr_assert_eq(dt_config_from_env(&config, NULL, note_warning,
						&warnings),
			     DT_OK);
		unsetenv(names[i]);

		cr_assert_eq(warnings.count, 1, "%s", names[i]);
		cr_assert_eq(memcmp(&config, &before, sizeof(config)), 0);
	}
}

Test(workers_env, other_variables_are_none_of_its_business)
{
	static const char *const names[] = {
		"DIALTONE",
		"DIALTONE2_WORKERS",
		"dialtone_workers",
		"XDIALTONE_WORKERS",
		"DIALTONE_TEST_SEED",
		"DIALTONE_BENCH_SECONDS",
		"DIALTONE_STRESS_SEED",
		"DIALTONE_PROPERTY_STEPS",
	};
	struct dt_config config = make_config();
	struct warnings warnings = {.count = 0};

	clear_variables();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		setenv(names[i], "1", 1);
	cr_assert_eq(dt_config_from_env(&config, NULL, note_warning, &warnings),
		     DT_OK);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);

	cr_assert_eq(warnings.count, 0, "%s", warnings.text);
}

Test(workers_env, a_long_unknown_name_is_shortened)
{
	struct dt_config config = make_config();
	struct warnings warnings = {.count = 0};
	char name[3000] = "DIALTONE_";

	memset(name + 9, 'Z', sizeof(name) - 10);
	clear_variables();
	setenv(name, "1", 1);
	cr_assert_eq(dt_config_from_env(&config, NULL, note_warning, &warnings),
		     DT_OK);
	unsetenv(name);

	cr_assert_eq(warnings.count, 1);
	cr_assert_not_null(strstr(warnings.text, "ZZZ...: there is no such "),
			   "%s", warnings.text);
}

Test(workers_env, nothing_is_set_when_any_allocation_fails)
{
	dt_err err = DT_ERR_NO_MEMORY;
	size_t n;

	clear_variables();
	setenv("DIALTONE_WORKERS", "3", 1);
	setenv("DIALTONE_NETRESTRICT", "11.0.0.0/8", 1);
	setenv("DIALTONE_DNS_SERVERS", "9.9.9.9", 1);
	for (n = 1; err; n++) {
		struct failing_allocator memory = {.calls = 0};
		struct dt_config config = make_config();
		struct dt_config before;

		config.allocator = failing_allocator_functions(&memory);
		cr_assert_eq(dt_config_set(&config, "netrestrict", "10.0.0.0/8",
					   NULL),
			     DT_OK);
		before = config;
		memory.fail_at = memory.calls + n;
		err = dt_config_from_env(&config, NULL, NULL, NULL);

		if (err) {
			cr_assert_eq(err, DT_ERR_NO_MEMORY);
			cr_assert_eq(memcmp(&config, &before, sizeof(config)),
				     0);
			cr_assert_str_eq(config.netrestrict, "10.0.0.0/8");
		} else {
			cr_assert_eq(config.workers, 3);
			cr_assert_str_eq(config.netrestrict, "11.0.0.0/8");
		}
		dt_config_fini(&config);
		cr_assert_eq(memory.live, 0, "it leaks at %zu", n);
	}
	clear_variables();
	cr_assert_gt(n, 4, "nothing failed");
}

Test(workers_env, a_struct_of_another_size_is_refused)
{
	struct dt_config config = make_config();
	struct dt_error error = {0};

	clear_variables();
	config.size--;

	cr_assert_eq(dt_config_from_env(&config, &error, NULL, NULL),
		     DT_ERR_CONFIG);
	cr_assert_eq(strncmp(error.text, "size: ", 6), 0, "%s", error.text);
}
