/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/options.h"

static void assert_check_refuses(const struct dt_config *config,
				 const char *sentence)
{
	struct dt_error error = {0};

	cr_assert_eq(dt_config_check(config, &error), DT_ERR_CONFIG,
		     "accepted: %s", sentence);
	cr_assert_eq(error.code, DT_ERR_CONFIG);
	cr_assert_str_eq(error.text, sentence);
	cr_assert_eq(dt_config_check(config, NULL), DT_ERR_CONFIG);
}

/* The @index-th option's field is set directly to what it may not be. */
static void spoil(struct dt_config *config, size_t index)
{
	uint32_t *numbers[] = {
		&config->max_dyn_dials, &config->max_active_dials,
		&config->workers,       &config->static_share,
		&config->inbox_size,
	};
	int64_t *durations[] = {
		&config->dial_timeout_ms,
		&config->setup_timeout_ms,
		&config->name_timeout_ms,
		&config->lookup_timeout_ms,
		&config->history_expiration_ms,
		&config->lookup_interval_ms,
		&config->lookup_max_age_ms,
		&config->fallback_interval_ms,
		&config->resolve_delay_ms,
		&config->resolve_delay_max_ms,
		&config->local_fault_pause_ms,
		&config->overdue_after_ms,
		&config->spin_ns,
	};
	const char **texts[] = {
		&config->netrestrict,
		&config->static_nodes,
		&config->bootnodes,
		&config->dns_servers,
	};

	if (index < 5)
		*numbers[index] = UINT32_MAX;
	else if (index == 5)
		memset(&config->no_dial, 7, sizeof(config->no_dial));
	else if (index == 6)
		*durations[0] = -1;
	else if (index == 7)
		memset(&config->adaptive_timeout, 7,
		       sizeof(config->adaptive_timeout));
	else if (index < 20)
		*durations[index - 7] = -1;
	else if (index == 20)
		config->stack_size = SIZE_MAX;
	else if (index == 21)
		config->log = DT_LEVEL_COUNT;
	else
		*texts[index - 22] = "nonsense";
}

/* The same of those that dt_discv4_create() looks at. */
static void spoil_discv4(struct dt_config *config, size_t index)
{
	if (index == 0)
		config->listen = "nonsense";
	else if (index == 1)
		config->external = "nonsense";
	else if (index == 2)
		memset(&config->announce_tcp, 7, sizeof(config->announce_tcp));
	else if (index == 3)
		config->node_key_file = NULL;
	else if (index == 4)
		config->node_database = NULL;
	else if (index == 5)
		memset(&config->limit_lan, 7, sizeof(config->limit_lan));
	else if (index == 6)
		config->max_queries = 0;
	else if (index == 7)
		config->max_proofs = 0;
	else if (index == 8)
		config->refresh_interval_ms = -1;
	else
		config->check_interval_ms = 0;
}

/* The same of those that dt_rlpx_create() looks at. */
static void spoil_rlpx(struct dt_config *config, size_t index)
{
	if (index == 0)
		memset(&config->inbound, 7, sizeof(config->inbound));
	else if (index == 1)
		config->client = "\n";
	else if (index == 2)
		config->capabilities = "nonsense";
	else if (index == 3)
		config->max_peers = 65536;
	else if (index == 4)
		config->max_pending_inbound = 0;
	else if (index == 5)
		config->inbound_throttle_ms = -1;
	else if (index == 6)
		config->ping_interval_ms = 0;
	else
		config->peer_timeout_ms = 0;
}

Test(lib_config_check, check_looks_at_each_field_that_was_set_directly)
{
	for (size_t i = 0; i < expected_option_count; i++) {
		const char *name = expected_options[i].name;
		struct dt_config config = make_config();
		struct dt_error error = {0};

		if (i < 26)
			spoil(&config, i);
		else if (i < 36)
			spoil_discv4(&config, i - 26);
		else
			spoil_rlpx(&config, i - 36);

		cr_assert_eq(dt_config_check(&config, &error), DT_ERR_CONFIG,
			     "%s", name);
		cr_assert_eq(strncmp(error.text, name, strlen(name)), 0, "%s",
			     error.text);
	}
}

Test(lib_config_check, check_says_what_a_field_holds_and_what_it_takes)
{
	struct dt_config config = make_config();

	config.dial_timeout_ms = 600001;
	assert_check_refuses(&config,
			     "dial_timeout: \"10m1ms\" is not accepted; it "
			     "takes a duration of whole milliseconds from 10ms "
			     "to 10m, such as 500ms or 1m30s");
	config.dial_timeout_ms = INT64_MAX;
	assert_check_refuses(
		&config,
		"dial_timeout: \"9223372036854775807ms\" is not accepted; it "
		"takes a duration of whole milliseconds from 10ms to 10m, such "
		"as 500ms or 1m30s");
	config.dial_timeout_ms = -5;
	assert_check_refuses(&config,
			     "dial_timeout: \"-5ms\" is not accepted; it takes "
			     "a duration of whole milliseconds from 10ms to "
			     "10m, such as 500ms or 1m30s");

	config = make_config();
	config.stack_size = 4096;
	assert_check_refuses(&config,
			     "stack_size: \"4KiB\" is not accepted; it takes a "
			     "size from 32KiB to 64MiB, in bytes, KiB or MiB");

	config = make_config();
	config.log = (enum dt_level)9;
	assert_check_refuses(&config,
			     "log: \"9\" is not accepted; it takes error, "
			     "warning, info or debug");

	config = make_config();
	memset(&config.no_dial, 2, sizeof(config.no_dial));
	assert_check_refuses(&config,
			     "no_dial: \"2\" is not accepted; it takes yes or "
			     "no (or true, false, on, off, 1, 0)");

	config = make_config();
	config.bootnodes = NULL;
	assert_check_refuses(&config,
			     "bootnodes: \"NULL\" is not accepted; it takes "
			     "enode URLs or node records, comma-separated");
}

Test(lib_config_check, the_resolve_delay_may_not_be_above_its_maximum)
{
	struct dt_config config = make_config();

	assert_set(&config, "resolve_delay", "2h");
	assert_check_refuses(&config,
			     "resolve_delay_max: \"1h\" is not accepted; it "
			     "takes a duration not less than resolve_delay, "
			     "which is 2h");
	assert_set(&config, "resolve_delay_max", "2h");
	cr_assert_eq(dt_config_check(&config, NULL), DT_OK);
}

Test(lib_config_check, the_node_database_is_not_the_file_of_the_node_key)
{
	struct dt_config config = make_config();

	assert_set(&config, "node_key_file", "nodes");
	cr_assert_eq(dt_config_check(&config, NULL), DT_OK);
	assert_set(&config, "node_database", "nodes");
	assert_check_refuses(&config,
			     "node_database: \"nodes\" is not accepted; it "
			     "takes a path that is not node_key_file's");
	assert_set(&config, "node_key_file", "key");
	cr_assert_eq(dt_config_check(&config, NULL), DT_OK);
	dt_config_fini(&config);
}

Test(lib_config_check, a_peer_is_asked_before_it_is_given_up)
{
	struct dt_config config = make_config();

	assert_set(&config, "ping_interval", "30s");
	assert_check_refuses(&config,
			     "peer_timeout: \"30s\" is not accepted; it takes "
			     "a duration longer than ping_interval, which is "
			     "30s");
	assert_set(&config, "peer_timeout", "30001ms");
	cr_assert_eq(dt_config_check(&config, NULL), DT_OK);
}

Test(lib_config_check, an_allocator_has_all_its_functions_or_none)
{
	struct failing_allocator memory = {0};
	struct dt_allocator whole = failing_allocator_functions(&memory);
	static const char sentence[] =
		"allocator: some of its functions are NULL; it takes all three "
		"or none";

	for (int missing = 0; missing < 3; missing++) {
		struct dt_config config = make_config();

		config.allocator = whole;
		if (missing == 0)
			config.allocator.malloc = NULL;
		else if (missing == 1)
			config.allocator.realloc = NULL;
		else
			config.allocator.free = NULL;
		assert_check_refuses(&config, sentence);
	}
}
