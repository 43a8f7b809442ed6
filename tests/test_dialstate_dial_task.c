/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/dial_task.h"

#include "tests/harness.h"

static const struct dt_endpoint home = {
	.ip = {10, 0, 0, 1},
	.family = 4,
	.tcp_port = 30303,
};
static const struct dt_endpoint moved = {
	.ip = {10, 0, 0, 2},
	.family = 4,
	.tcp_port = 40404,
};

static struct dti_dial_task make_dial(bool is_static)
{
	return (struct dti_dial_task){
		.endpoint = home,
		.backoff = dti_resolve_backoff_initial(60000),
		.delay_initial_ms = 60000,
		.delay_max_ms = 3600000,
		.is_static = is_static,
		.has_table = true,
	};
}

/* A record without an address that is resolved in vain at @now_ms. */
static void resolve_in_vain(struct dti_dial_task *dial, int64_t now_ms)
{
	dial->endpoint = (struct dt_endpoint){.family = 0};
	dti_dial_task_begin(dial, now_ms);
	cr_assert_eq(dial->step, DTI_DIAL_STEP_RESOLVE);
	dti_dial_task_resolved(dial, now_ms, NULL);
	cr_assert_eq(dial->step, DTI_DIAL_STEP_END);
}

Test(dialstate_dial_task, a_known_endpoint_is_connected_at_once)
{
	struct dti_dial_task dial = make_dial(false);

	dti_dial_task_begin(&dial, 0);

	cr_assert_eq(dial.step, DTI_DIAL_STEP_CONNECT);
	cr_assert_not(dial.resolved);
	dti_dial_task_connected(&dial, 0, true);
	cr_assert_eq(dial.step, DTI_DIAL_STEP_END);
	cr_assert_not(dial.connect_tried);
}

Test(dialstate_dial_task, an_unknown_endpoint_is_resolved_first)
{
	struct dti_dial_task dial = make_dial(false);

	dial.endpoint = (struct dt_endpoint){.family = 0};
	dti_dial_task_begin(&dial, 5);
	cr_assert_eq(dial.step, DTI_DIAL_STEP_RESOLVE);
	dti_dial_task_resolved(&dial, 7, &moved);

	cr_assert_eq(dial.step, DTI_DIAL_STEP_CONNECT);
	cr_assert_eq(dial.endpoint.tcp_port, 40404);
	cr_assert(dial.resolved);
	cr_assert(dial.backoff.resolved_before);
	cr_assert_eq(dial.backoff.last_ms, 7);
}

Test(dialstate_dial_task, nothing_can_be_resolved_without_a_table)
{
	struct dti_dial_task dial = make_dial(true);

	dial.has_table = false;
	dial.endpoint = (struct dt_endpoint){.family = 0};
	dti_dial_task_begin(&dial, 0);

	cr_assert_eq(dial.step, DTI_DIAL_STEP_END);
}

Test(dialstate_dial_task, a_failed_dynamic_dial_ends)
{
	struct dti_dial_task dial = make_dial(false);

	dti_dial_task_begin(&dial, 0);
	dti_dial_task_connected(&dial, 0, false);

	cr_assert_eq(dial.step, DTI_DIAL_STEP_END);
	cr_assert(dial.connect_tried);
}

Test(dialstate_dial_task, a_failed_static_dial_is_resolved_and_tried_once_more)
{
	struct dti_dial_task dial = make_dial(true);

	dti_dial_task_begin(&dial, 0);
	dti_dial_task_connected(&dial, 0, false);
	cr_assert_eq(dial.step, DTI_DIAL_STEP_RESOLVE);
	dti_dial_task_resolved(&dial, 1, &moved);
	cr_assert_eq(dial.step, DTI_DIAL_STEP_CONNECT);
	cr_assert_eq(dial.endpoint.tcp_port, 40404);
	dti_dial_task_connected(&dial, 2, false);

	cr_assert_eq(dial.step, DTI_DIAL_STEP_END);
}

Test(dialstate_dial_task, an_answer_without_an_address_is_no_answer)
{
	struct dt_endpoint nowhere = {.tcp_port = 30303};
	struct dti_dial_task dial = make_dial(true);

	dti_dial_task_begin(&dial, 0);
	dti_dial_task_connected(&dial, 0, false);
	dti_dial_task_resolved(&dial, 0, &nowhere);

	cr_assert_eq(dial.step, DTI_DIAL_STEP_END);
	cr_assert_eq(dial.endpoint.tcp_port, 30303);
	cr_assert_eq(dial.endpoint.family, 4);
}

Test(dialstate_dial_task, the_backoff_doubles_up_to_its_cap)
{
	static const int64_t delays_ms[] = {120000,  240000,  480000, 960000,
					    1920000, 3600000, 3600000};
	struct dti_dial_task dial = make_dial(true);
	int64_t now_ms = 0;

	for (size_t i = 0; i < sizeof(delays_ms) / sizeof(delays_ms[0]); i++) {
		resolve_in_vain(&dial, now_ms);

		cr_assert_eq(dial.backoff.delay_ms, delays_ms[i]);
		now_ms += dial.backoff.delay_ms;
	}
}

Test(dialstate_dial_task, a_resolve_waits_for_its_delay_to_the_millisecond)
{
	struct dti_dial_task dial = make_dial(true);

	resolve_in_vain(&dial, 1000);
	dti_dial_task_begin(&dial, 1000 + 119999);
	cr_assert_eq(dial.step, DTI_DIAL_STEP_END);
	dti_dial_task_begin(&dial, 1000 + 120000);

	cr_assert_eq(dial.step, DTI_DIAL_STEP_RESOLVE);
}

Test(dialstate_dial_task, an_answer_sets_the_delay_back)
{
	struct dti_dial_task dial = make_dial(true);

	resolve_in_vain(&dial, 0);
	dti_dial_task_begin(&dial, 500000);
	dti_dial_task_resolved(&dial, 500000, &moved);

	cr_assert_eq(dial.backoff.delay_ms, 60000);
	cr_assert_eq(dial.backoff.last_ms, 500000);
}

Test(dialstate_dial_task, a_resolved_endpoint_that_fails_is_not_resolved_again)
{
	struct dti_dial_task dial = make_dial(true);

	dial.endpoint = (struct dt_endpoint){.family = 0};
	dti_dial_task_begin(&dial, 0);
	dti_dial_task_resolved(&dial, 0, &moved);
	dti_dial_task_connected(&dial, 59999, false);

	cr_assert_eq(dial.step, DTI_DIAL_STEP_END);
}

Test(dialstate_dial_task, a_run_makes_at_most_two_dials)
{
	struct dti_dial_task dial = make_dial(true);
	int dials = 0;

	dial.delay_initial_ms = 0;
	dial.backoff = dti_resolve_backoff_initial(0);
	dti_dial_task_begin(&dial, 0);
	while (dial.step != DTI_DIAL_STEP_END && dials < 10) {
		if (dial.step == DTI_DIAL_STEP_RESOLVE) {
			dti_dial_task_resolved(&dial, 0, &moved);
			continue;
		}
		dials++;
		dti_dial_task_connected(&dial, 0, false);
	}

	cr_assert_eq(dials, 2);
}

Test(dialstate_dial_task, a_delay_near_the_end_of_time_does_not_overflow)
{
	struct dti_dial_task dial = make_dial(true);

	dial.delay_max_ms = INT64_MAX;
	dial.backoff.delay_ms = INT64_MAX / 2 + 1;
	resolve_in_vain(&dial, 0);

	cr_assert_eq(dial.backoff.delay_ms, INT64_MAX);
}
