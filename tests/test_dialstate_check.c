/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/check.h"
#include "lib/dialstate/holds.h"
#include "lib/dialstate/records.h"

#include "tests/dial_script.h"
#include "tests/harness.h"

/* All reasons hold for n0 at once, in the order in which they are looked at. */
static struct dti_record *make_hopeless(struct dial_script *script)
{
	struct dt_node node = script_node("0!");
	struct dti_record *record;

	script_init(script);
	script->config.check_endpoints = true;
	SCRIPT_RUN(script, {0, "netrestrict", "10.0.0.0/8", ""});
	record = dti_records_get(script->state, &node.id);
	cr_assert_not_null(record);
	cr_assert(dti_records_set_node(script->state, record, &node));
	record->endpoint.ip[0] = 224;
	dti_records_set_dialing(script->state, record, DTI_DIALING_DYN);
	record->connected = true;
	record->inbound = 1;
	record->banned_for_ever = true;
	dti_history_add(script->state, record, 100);
	return record;
}

static enum dt_skip check(const struct dial_script *script,
			  const struct dti_record *record)
{
	struct dti_candidate candidate = dti_candidate_of(record);

	return dti_check_dial(script->state, &candidate);
}

Test(dialstate_check, the_first_reason_that_holds_is_the_answer)
{
	struct dial_script script;
	struct dti_record *record = make_hopeless(&script);

	cr_assert_eq(check(&script, record), DT_SKIP_ALREADY_DIALING);
	dti_records_set_dialing(script.state, record, DTI_DIALING_NOT);
	cr_assert_eq(check(&script, record), DT_SKIP_ALREADY_CONNECTED);
	record->connected = false;
	cr_assert_eq(check(&script, record), DT_SKIP_PENDING_INBOUND);
	record->inbound = 0;
	cr_assert_eq(check(&script, record), DT_SKIP_SELF);
	script.state->has_self = false;
	cr_assert_eq(check(&script, record), DT_SKIP_BANNED);
	record->banned_for_ever = false;
	cr_assert_eq(check(&script, record), DT_SKIP_NO_PORT);
	record->endpoint.tcp_port = 1;
	cr_assert_eq(check(&script, record), DT_SKIP_BAD_ADDRESS);
	record->endpoint.ip[0] = 11;
	cr_assert_eq(check(&script, record), DT_SKIP_NOT_ALLOWED);
	record->endpoint.ip[0] = 10;
	cr_assert_eq(check(&script, record), DT_SKIP_RECENTLY_DIALED);
	dti_history_clear(script.state, record);

	cr_assert_eq(check(&script, record), DTI_SKIP_NONE);
	script_fini(&script);
}

Test(dialstate_check, ports_and_addresses_are_not_looked_at_unless_asked_for)
{
	struct dial_script script;
	struct dt_node node = script_node("1!");
	struct dti_candidate candidate = {
		.id = &node.id,
		.endpoint = &node.endpoint,
	};

	script_init(&script);
	script_make(&script);
	node.endpoint.ip[0] = 224;

	cr_assert_eq(dti_check_dial(script.state, &candidate), DTI_SKIP_NONE);
	script_fini(&script);
}

Test(dialstate_check, what_may_still_get_an_address_passes_netrestrict)
{
	static const struct {
		bool is_static;
		const char *host_name;
		enum dt_skip expected;
	} cases[] = {
		{false, NULL, DT_SKIP_NOT_ALLOWED},
		{true, NULL, DTI_SKIP_NONE},
		{false, "node.example", DTI_SKIP_NONE},
	};
	struct dial_script script;
	struct dt_node node = script_node("1?");

	script_init(&script);
	SCRIPT_RUN(&script, {0, "netrestrict", "10.0.0.0/8", ""});
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dti_candidate candidate = {
			.id = &node.id,
			.endpoint = &node.endpoint,
			.host_name = cases[i].host_name,
			.is_static = cases[i].is_static,
		};

		cr_assert_eq(dti_check_dial(script.state, &candidate),
			     cases[i].expected);
	}
	script_fini(&script);
}

Test(dialstate_check, a_node_without_an_address_needs_no_port)
{
	struct dial_script script;

	script_init(&script);
	script.config.check_endpoints = true;
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "static", "1?", ""},
		   {0, "tick", "2? 3! 4", "s1 d2"});
	script_fini(&script);
}

Test(dialstate_check, without_an_own_id_nobody_is_self)
{
	struct dial_script script;

	script_init(&script);
	script.config.self = NULL;
	SCRIPT_RUN(&script, {0, "static", "0", ""}, {0, "tick", "", "s0 L"});
	script_fini(&script);
}
