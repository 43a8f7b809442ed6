/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/config.h"
#include "lib/container.h"

#include "tests/harness.h"
#include "tests/options.h"

Test(lib_option_value, both_ends_of_each_range_are_taken_and_read_back)
{
	for (size_t i = 0; i < expected_option_count; i++) {
		const struct expected_option *option = &expected_options[i];
		struct dt_config before = make_config();
		struct dt_config config = make_config();
		char text[2048];

		assert_set(&config, option->name, option->least);
		cr_assert_str_eq(option_text(text, &config, option->name),
				 option->least);
		assert_unchanged(&config, &before, option->name);

		assert_set(&config, option->name, option->most);
		cr_assert_str_eq(option_text(text, &config, option->name),
				 option->most);
		assert_unchanged(&config, &before, option->name);
		dt_config_fini(&config);
	}
}

static const struct {
	const char *name;
	const char *text;
	const char *back;
} other_forms[] = {
	{"max_dyn_dials", "007", "7"},
	{"no_dial", "true", "yes"},
	{"no_dial", "false", "no"},
	{"no_dial", "on", "yes"},
	{"no_dial", "off", "no"},
	{"no_dial", "1", "yes"},
	{"no_dial", "0", "no"},
	{"dial_timeout", "90s", "1m30s"},
	{"dial_timeout", "1m30s", "1m30s"},
	{"dial_timeout", "1500ms", "1s500ms"},
	{"dial_timeout", "10000us", "10ms"},
	{"dial_timeout", "1s0ms", "1s"},
	{"history_expiration", "0s", "0"},
	{"resolve_delay_max", "24h", "24h"},
	{"spin", "1000ns", "1us"},
	{"spin", "1us1ns", "1us1ns"},
	{"stack_size", "65536", "64KiB"},
	{"stack_size", "1024KiB", "1MiB"},
	{"stack_size", "32769", "32769"},
	{"log", "warning", "warning"},
	{"netrestrict", " 10.0.0.0/8 , ::1/128", " 10.0.0.0/8 , ::1/128"},
	{"static_nodes", "", ""},
};

Test(lib_option_value, other_forms_of_a_value_are_read_back_in_the_usual_one)
{
	struct dt_config config = make_config();

	for (size_t i = 0; i < dti_array_length(other_forms); i++) {
		char text[2048];

		assert_set(&config, other_forms[i].name, other_forms[i].text);

		cr_assert_str_eq(
			option_text(text, &config, other_forms[i].name),
			other_forms[i].back);
	}
	dt_config_fini(&config);
}

/* What no option takes but those whose value is a text. */
static const char *const malformed[] = {
	"",    " ",    "-1",  "+1",   "1 ",   " 1",   "0x10",
	"1e3", "1.5",  "one", "1,2",  "15s ", "s",    "15sec",
	"5 s", "1s1s", "YES", "No",   "Info", "1m1h", "64kb",
	"64K", "1GiB", "KiB", "1kib", "nan",  "-5s",  "1\xc2\xb5s",
};

Test(lib_option_value, malformed_values_are_refused_whole)
{
	struct dt_config config = make_config();

	for (size_t i = 0; i < expected_option_count; i++) {
		const struct expected_option *option = &expected_options[i];

		if (*option->initial == '\0')
			continue;
		for (size_t j = 0; j < dti_array_length(malformed) - 1; j++)
			assert_refused_as(&config, option, malformed[j]);
	}
}

static const struct {
	const char *name;
	const char *text;
} out_of_range[] = {
	{"max_dyn_dials", "65536"},
	{"max_dyn_dials", "4294967296"},
	{"max_dyn_dials", "4294967321"}, /* 25 in 32 bits */
	{"max_dyn_dials", "18446744073709551641"},
	{"max_dyn_dials", "25s"},
	{"max_active_dials", "0"},
	{"max_active_dials", "16385"},
	{"workers", "16385"},
	{"static_share", "0"},
	{"static_share", "100"},
	{"static_share", "75%"},
	{"inbox_size", "15"},
	{"inbox_size", "65537"},
	{"no_dial", "2"},
	{"no_dial", "maybe"},
	{"dial_timeout", "9ms"},
	{"dial_timeout", "9ms999us"}, /* no whole milliseconds */
	{"dial_timeout", "15s1us"},
	{"dial_timeout", "10m1ms"},
	{"dial_timeout", "15"},
	{"dial_timeout", "99999999999h"},
	{"setup_timeout", "0"},
	{"setup_timeout", "11m"},
	{"name_timeout", "1ms"},
	{"name_timeout", "1h"},
	{"lookup_timeout", "5ms"},
	{"lookup_timeout", "601s"},
	{"history_expiration", "24h1ms"},
	{"lookup_interval", "61m"},
	{"lookup_max_age", "999ms"},
	{"lookup_max_age", "25h"},
	{"fallback_interval", "1h1s"},
	{"resolve_delay", "999ms"},
	{"resolve_delay", "24h1s"},
	{"resolve_delay_max", "999ms"},
	{"resolve_delay_max", "169h"},
	{"local_fault_pause", "9ms"},
	{"local_fault_pause", "11m"},
	{"overdue_after", "99ms"},
	{"overdue_after", "2h"},
	{"spin", "1ms1ns"},
	{"spin", "50"},
	{"stack_size", "16383"},
	{"stack_size", "15KiB"},
	{"stack_size", "67108865"},
	{"stack_size", "65MiB"},
	{"stack_size", "4294967297MiB"},
	{"stack_size", "17592186044417MiB"}, /* 1 MiB in 64 bits */
	{"stack_size", "64KiB1"},
	{"max_queries", "0"},
	{"max_queries", "4097"},
	{"max_proofs", "15"},
	{"max_proofs", "1048577"},
	{"limit_lan", "2"},
	{"refresh_interval", "-1s"},
	{"refresh_interval", "25h"},
	{"check_interval", "9ms"},
	{"check_interval", "61m"},
	{"max_peers", "65536"},
	{"max_pending_inbound", "0"},
	{"inbound_throttle", "61m"},
	{"ping_interval", "9ms"},
	{"ping_interval", "11m"},
	{"peer_timeout", "19ms"},
	{"peer_timeout", "61m"},
	{"log", "loud"},
	{"log", "1"},
	{"log", "warn"},
};

Test(lib_option_value, values_out_of_range_are_refused_with_what_is_accepted)
{
	struct dt_config config = make_config();

	for (size_t i = 0; i < dti_array_length(out_of_range); i++) {
		int index = dti_option_find(out_of_range[i].name);

		assert_refused_as(&config, &expected_options[index],
				  out_of_range[i].text);
	}
}
