/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "lib/container.h"
#include "lib/discv4/state.h"

#include "tests/harness.h"

static struct dti_discv4 *make(void)
{
	struct dti_discv4 *discv4 = calloc(1, sizeof(*discv4));

	cr_assert_not_null(discv4);
	dti_visit_lists_init(discv4);
	return discv4;
}

static struct dti_discv4_now at(int64_t ms)
{
	return (struct dti_discv4_now){.ms = ms};
}

Test(discv4_visit_lists, each_stage_is_due_after_its_own_time)
{
	static const struct {
		enum dti_visit_stage stage;
		int64_t delay_ms;
	} rows[] = {
		{DTI_VISIT_WAIT, 500},
		{DTI_VISIT_SOON, 50},
		{DTI_VISIT_SETTLE, 100},
		{DTI_VISIT_HELD, 1000},
	};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct dti_discv4 *discv4 = make();
		struct dti_visit visit = {.stage = DTI_VISIT_IDLE};
		int64_t due_ms = 7000 + rows[i].delay_ms;

		dti_visit_put_off(discv4, &visit, rows[i].stage, at(7000));

		cr_assert_eq(visit.stage, rows[i].stage);
		cr_assert_eq(dti_visits_deadline(discv4), due_ms);
		cr_assert_null(
			dti_visit_due(discv4, rows[i].stage, at(due_ms - 1)));
		cr_assert_eq(dti_visit_due(discv4, rows[i].stage, at(due_ms)),
			     &visit);
		free(discv4);
	}
}

Test(discv4_visit_lists, nobody_waits_in_the_other_stages)
{
	static const enum dti_visit_stage stages[] = {
		DTI_VISIT_IDLE, DTI_VISIT_BOND, DTI_VISIT_ASK};
	struct dti_discv4 *discv4 = make();

	for (size_t i = 0; i < dti_array_length(stages); i++) {
		struct dti_visit visit = {.stage = stages[i]};

		dti_visit_take_out(&visit);
		cr_assert_eq(visit.stage, DTI_VISIT_IDLE);
		cr_assert_null(dti_visit_first(discv4, stages[i]));
	}
	cr_assert_eq(dti_visits_deadline(discv4), INT64_MAX);
	free(discv4);
}

Test(discv4_visit_lists, who_came_first_is_due_first)
{
	struct dti_discv4 *discv4 = make();
	struct dti_visit visits[3] = {{.stage = DTI_VISIT_IDLE}};
	const struct dti_visit *visit;

	for (int i = 0; i < 3; i++)
		dti_visit_put_off(discv4, &visits[i], DTI_VISIT_WAIT, at(i));

	visit = dti_visit_first(discv4, DTI_VISIT_WAIT);
	for (int i = 0; i < 3; i++) {
		cr_assert_eq(visit, &visits[i]);
		visit = dti_visit_next(discv4, visit);
	}
	cr_assert_null(visit);
	free(discv4);
}

Test(discv4_visit_lists, whoever_is_taken_out_is_nowhere)
{
	struct dti_discv4 *discv4 = make();
	struct dti_visit visits[3] = {{.stage = DTI_VISIT_IDLE}};

	for (int i = 0; i < 3; i++)
		dti_visit_put_off(discv4, &visits[i], DTI_VISIT_WAIT, at(i));
	dti_visit_take_out(&visits[1]);
	cr_assert_eq(visits[1].stage, DTI_VISIT_IDLE);
	cr_assert_eq(dti_visit_next(discv4, &visits[0]), &visits[2]);
	dti_visit_take_out(&visits[0]);
	cr_assert_eq(dti_visits_deadline(discv4), 502);
	dti_visit_take_out(&visits[2]);

	cr_assert_null(dti_visit_first(discv4, DTI_VISIT_WAIT));
	cr_assert_eq(dti_visits_deadline(discv4), INT64_MAX);
	free(discv4);
}

Test(discv4_visit_lists, one_put_off_again_changes_the_list)
{
	struct dti_discv4 *discv4 = make();
	struct dti_visit visit = {.stage = DTI_VISIT_IDLE};

	dti_visit_put_off(discv4, &visit, DTI_VISIT_WAIT, at(0));
	dti_visit_put_off(discv4, &visit, DTI_VISIT_SOON, at(400));

	cr_assert_null(dti_visit_first(discv4, DTI_VISIT_WAIT));
	cr_assert_eq(dti_visit_first(discv4, DTI_VISIT_SOON), &visit);
	cr_assert_eq(dti_visits_deadline(discv4), 450);
	free(discv4);
}
