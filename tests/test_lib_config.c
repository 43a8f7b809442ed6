/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lib/config.h"
#include "lib/container.h"

#include "tests/harness.h"
#include "tests/options.h"

Test(lib_config, the_structs_defaults_are_these)
{
	struct dt_config config = make_config();

	cr_assert_eq(config.size, sizeof(config));
	cr_assert_eq(config.max_dyn_dials, 25);
	cr_assert_eq(config.max_active_dials, 16);
	cr_assert_eq(config.workers, 0);
	cr_assert_eq(config.static_share, 75);
	cr_assert_eq(config.inbox_size, 1024);
	cr_assert_not(config.no_dial);
	cr_assert_eq(config.dial_timeout_ms, 15000);
	cr_assert(config.adaptive_timeout);
	cr_assert_eq(config.setup_timeout_ms, 5000);
	cr_assert_eq(config.name_timeout_ms, 5000);
	cr_assert_eq(config.lookup_timeout_ms, 30000);
	cr_assert_eq(config.history_expiration_ms, 30000);
	cr_assert_eq(config.lookup_interval_ms, 4000);
	cr_assert_eq(config.lookup_max_age_ms, 600000);
	cr_assert_eq(config.fallback_interval_ms, 20000);
	cr_assert_eq(config.resolve_delay_ms, 60000);
	cr_assert_eq(config.resolve_delay_max_ms, 3600000);
	cr_assert_eq(config.local_fault_pause_ms, 1000);
	cr_assert_eq(config.overdue_after_ms, 5000);
	cr_assert_eq(config.spin_ns, 20000);
	cr_assert_eq(config.stack_size, 65536);
	cr_assert_eq(config.log, DT_LEVEL_INFO);
	cr_assert_str_eq(config.netrestrict, "");
	cr_assert_str_eq(config.static_nodes, "");
	cr_assert_str_eq(config.bootnodes, "");
	cr_assert_str_eq(config.dns_servers, "");
	cr_assert_str_eq(config.listen, "0.0.0.0:30303");
	cr_assert_str_eq(config.node_key_file, "");
	cr_assert_str_eq(config.node_database, "");
	cr_assert_not(config.limit_lan);
	cr_assert_eq(config.max_queries, 64);
	cr_assert_eq(config.max_proofs, 8192);
	cr_assert_eq(config.refresh_interval_ms, 1800000);
	cr_assert_eq(config.check_interval_ms, 5000);
	cr_assert_not(config.inbound);
	cr_assert_str_eq(config.client, "");
	cr_assert_str_eq(config.capabilities, "");
	cr_assert_eq(config.max_peers, 50);
	cr_assert_eq(config.max_pending_inbound, 50);
	cr_assert_eq(config.inbound_throttle_ms, 30000);
	cr_assert_eq(config.ping_interval_ms, 15000);
	cr_assert_eq(config.peer_timeout_ms, 30000);
	cr_assert_null(config.peer);
	cr_assert_null(config.node_key);
	cr_assert_null(config.notice);
	cr_assert_not(config.has_self);
	cr_assert_null(config.allocator.malloc);
	cr_assert_null(config.table.lookup);
	cr_assert_null(config.transport.connect);
	cr_assert_null(config.event);
	cr_assert_null(config.texts);
}

Test(lib_config, the_defaults_are_those_of_the_table_and_in_range)
{
	struct dt_config config = make_config();
	struct dt_error error = {0};
	char text[2048];

	for (size_t i = 0; i < expected_option_count; i++)
		cr_assert_str_eq(
			option_text(text, &config, expected_options[i].name),
			expected_options[i].initial);
	cr_assert_eq(dt_config_check(&config, &error), DT_OK, "%s", error.text);
}

Test(lib_config, setting_every_default_changes_nothing)
{
	struct dt_config config = make_config();
	struct dt_config before = make_config();

	for (size_t i = 0; i < expected_option_count; i++)
		assert_set(&config, expected_options[i].name,
			   expected_options[i].initial);

	assert_unchanged(&config, &before, NULL);
	dt_config_fini(&config);
}

Test(lib_config, a_value_stands_in_its_field_in_the_fields_unit)
{
	struct dt_config config = make_config();

	assert_set(&config, "workers", "3");
	assert_set(&config, "no_dial", "yes");
	assert_set(&config, "dial_timeout", "1m30s");
	assert_set(&config, "spin", "20us");
	assert_set(&config, "stack_size", "1MiB");
	assert_set(&config, "log", "debug");
	assert_set(&config, "netrestrict", "none");

	cr_assert_eq(config.workers, 3);
	cr_assert(config.no_dial);
	cr_assert_eq(config.dial_timeout_ms, 90000);
	cr_assert_eq(config.spin_ns, 20000);
	cr_assert_eq(config.stack_size, 1048576);
	cr_assert_eq(config.log, DT_LEVEL_DEBUG);
	cr_assert_str_eq(config.netrestrict, "none");
	dt_config_fini(&config);
}

Test(lib_config, get_says_when_the_buffer_is_too_small_and_leaves_it)
{
	struct dt_config config = make_config();
	char text[] = "unchanged";

	assert_set(&config, "netrestrict", "10.0.0.0/8");

	cr_assert_eq(dt_config_get(&config, text, 3, "dial_timeout"),
		     DT_ERR_TOO_SMALL);
	cr_assert_eq(dt_config_get(&config, text, 10, "netrestrict"),
		     DT_ERR_TOO_SMALL);
	cr_assert_eq(dt_config_get(&config, text, 0, "bootnodes"),
		     DT_ERR_TOO_SMALL);
	cr_assert_str_eq(text, "unchanged");
	cr_assert_eq(dt_config_get(&config, text, 4, "dial_timeout"), DT_OK);
	cr_assert_str_eq(text, "15s");
	dt_config_fini(&config);
}

Test(lib_config, get_knows_no_other_names)
{
	struct dt_config config = make_config();
	char text[] = "unchanged";

	cr_assert_eq(dt_config_get(&config, text, sizeof(text), "dial"),
		     DT_ERR_UNKNOWN_OPTION);
	cr_assert_str_eq(text, "unchanged");
}

Test(lib_config, get_takes_a_missing_text_for_an_empty_one)
{
	struct dt_config config = make_config();
	char text[8] = "x";

	config.netrestrict = NULL;

	cr_assert_eq(dt_config_get(&config, text, sizeof(text), "netrestrict"),
		     DT_OK);
	cr_assert_str_eq(text, "");
}

Test(lib_config, a_long_or_odd_value_does_not_spoil_the_sentence)
{
	struct dt_config config = make_config();
	struct dt_error error = {0};
	char text[5000];

	memset(text, '7', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	cr_assert_eq(dt_config_set(&config, "workers", text, &error),
		     DT_ERR_CONFIG);
	cr_assert_not_null(strstr(error.text, "777...\" is not accepted; it "
					      "takes a whole number"),
			   "%s", error.text);

	cr_assert_eq(dt_config_set(&config, "workers", "1\n\x1b[2J", &error),
		     DT_ERR_CONFIG);
	cr_assert_str_eq(
		error.text,
		"workers: \"1\\x0a\\x1b[2J\" is not accepted; it takes "
		"a whole number from 0 to 16384");

	cr_assert_eq(dt_config_set(&config, text, "1", &error),
		     DT_ERR_UNKNOWN_OPTION);
	cr_assert_not_null(
		strstr(error.text, "777...: there is no such option"), "%s",
		error.text);
}

Test(lib_config, init_writes_no_more_than_the_size_that_it_is_told)
{
	struct dt_config whole = make_config();
	unsigned char bytes[sizeof(whole) + 64];

	for (size_t size = sizeof(size_t); size < sizeof(whole); size++) {
		memset(bytes, 0xaa, sizeof(bytes));

		dt_config_init((struct dt_config *)(void *)bytes, size);

		cr_assert_eq(memcmp(bytes, &size, sizeof(size)), 0);
		cr_assert_eq(memcmp(bytes + sizeof(size),
				    (unsigned char *)&whole + sizeof(size),
				    size - sizeof(size)),
			     0, "at size %zu", size);
		cr_assert_eq(bytes[size], 0xaa, "beyond size %zu", size);
	}
}

Test(lib_config, init_leaves_what_is_too_short_for_its_size_alone)
{
	unsigned char bytes[sizeof(struct dt_config)];

	for (size_t size = 0; size < sizeof(size_t); size++) {
		memset(bytes, 0xaa, sizeof(bytes));

		dt_config_init((struct dt_config *)(void *)bytes, size);

		for (size_t i = 0; i < sizeof(size_t); i++)
			cr_assert_eq(bytes[i], 0xaa);
	}
}

Test(lib_config, init_zeroes_what_it_does_not_know)
{
	struct {
		struct dt_config config;
		unsigned char later[32];
	} newer;

	memset(&newer, 0xaa, sizeof(newer));
	dt_config_init(&newer.config, sizeof(newer));

	cr_assert_eq(newer.config.size, sizeof(newer));
	cr_assert_eq(newer.config.dial_timeout_ms, 15000);
	for (size_t i = 0; i < sizeof(newer.later); i++)
		cr_assert_eq(newer.later[i], 0);
}

Test(lib_config, a_struct_of_another_size_is_refused)
{
	static const size_t sizes[] = {
		0,
		1,
		sizeof(struct dt_config) - 8,
		sizeof(struct dt_config) + 8,
		SIZE_MAX,
	};

	for (size_t i = 0; i < dti_array_length(sizes); i++) {
		struct dt_config config = make_config();
		char sentence[200];
		char text[16];

		config.size = sizes[i];
		snprintf(sentence, sizeof(sentence),
			 "size: \"%zu\" is not accepted; it takes %zu, as "
			 "dt_config_init() of version " DIALTONE_VERSION
			 " sets it",
			 sizes[i], sizeof(config));

		cr_assert_eq(dt_config_check(&config, NULL), DT_ERR_CONFIG);
		assert_refused(&config, "workers", "1", sentence);
		assert_refused(&config, "netrestrict", "10.0.0.0/8", sentence);
		cr_assert_eq(
			dt_config_get(&config, text, sizeof(text), "workers"),
			DT_ERR_UNKNOWN_OPTION);
		dt_config_fini(&config);
	}
}

Test(lib_config, fini_does_not_look_beyond_a_short_struct)
{
	struct dt_config config = make_config();
	unsigned char nothing;

	config.size = offsetof(struct dt_config, texts);
	config.texts = (struct dt_config_texts *)(void *)&nothing;
	dt_config_fini(&config);

	cr_assert_eq((void *)config.texts, (void *)&nothing);
}
