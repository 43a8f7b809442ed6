/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/records.h"

#include "tests/dial_script.h"
#include "tests/harness.h"

static uint64_t records_of(const struct dial_script *script)
{
	return dti_dialstate_counters(script->state)->records;
}

Test(dialstate_records, a_node_has_one_record)
{
	struct dial_script script;
	struct dt_node_id id = script_id(1);
	struct dti_record *record;

	script_init(&script);
	script_make(&script);
	cr_assert_null(dti_records_find(script.state, &id));
	record = dti_records_get(script.state, &id);

	cr_assert_not_null(record);
	cr_assert_eq(dti_records_get(script.state, &id), record);
	cr_assert_eq(dti_records_find(script.state, &id), record);
	cr_assert_eq(records_of(&script), 1);
	script_fini(&script);
}

Test(dialstate_records, what_nothing_holds_is_forgotten)
{
	/* What begins, and what ends it. */
	static const struct script_line begins[][2] = {
		{{0, "static", "1", ""}, {0, "unstatic", "1", ""}},
		{{0, "peer", "1", ""}, {0, "gone", "1", ""}},
		{{0, "pending", "1", ""}, {0, "ended", "1", ""}},
		{{0, "ban", "1", ""}, {0, "unban", "1", ""}},
		{{0, "ban100", "1", ""}, {0, "unban", "1", ""}},
		{{0, "ban100", "1", ""}, {100001, "tick", "", ""}},
		{{0, "tick", "1", "d1"}, {0, "fault", "1", ""}},
	};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		struct dial_script script;

		script_init(&script);
		script.config.has_lookup = false;
		script_run(&script, begins[i], 1);
		cr_assert_eq(records_of(&script), 1, "case %zu", i);
		script_run(&script, begins[i] + 1, 1);
		cr_assert_eq(records_of(&script), 0, "case %zu", i);
		script_fini(&script);
	}
}

Test(dialstate_records, the_history_remembers_a_node_until_it_expires)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "tick", "1", "d1"}, {5, "done", "1", ""},
		   {30005, "tick", "", ""});
	cr_assert_eq(records_of(&script), 1);
	SCRIPT_RUN(&script, {30006, "tick", "", ""});

	cr_assert_eq(records_of(&script), 0);
	script_fini(&script);
}

Test(dialstate_records, a_name_is_replaced_and_freed)
{
	struct dial_script script;
	struct dt_node node = script_node("1");
	struct dti_record *record;

	script_init(&script);
	script_make(&script);
	record = dti_records_get(script.state, &node.id);
	node.host_name = "a.example";
	cr_assert(dti_records_set_node(script.state, record, &node));
	node.host_name = "b.example";
	cr_assert(dti_records_set_node(script.state, record, &node));
	cr_assert_str_eq(record->host_name, "b.example");
	node.host_name = NULL;
	cr_assert(dti_records_set_node(script.state, record, &node));

	cr_assert_null(record->host_name);
	script_fini(&script);
}

Test(dialstate_records, a_record_is_in_one_list_at_most)
{
	struct dial_script script;
	struct dt_node_id id = script_id(1);
	struct dti_record *record;

	script_init(&script);
	script_make(&script);
	record = dti_records_get(script.state, &id);
	dti_records_list(script.state, record, DTI_LIST_READY);
	cr_assert_eq(script.state->counters.static_ready, 1);
	dti_records_list(script.state, record, DTI_LIST_NOW);
	cr_assert_eq(script.state->counters.static_ready, 0);
	cr_assert_eq(script.state->now.count, 1);
	dti_records_unlist(script.state, record);
	dti_records_unlist(script.state, record);

	cr_assert_eq(script.state->now.count, 0);
	script_fini(&script);
}
