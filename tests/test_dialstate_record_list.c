/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/record_list.h"

#include "tests/harness.h"

static void assert_is(const struct dti_record_list *list,
		      struct dti_record *const *expected, size_t count)
{
	const struct dti_record *record = list->head;

	cr_assert_eq(list->count, count);
	for (size_t i = 0; i < count; i++) {
		cr_assert_eq(record, expected[i]);
		cr_assert_eq(record->previous, i > 0 ? expected[i - 1] : NULL);
		record = record->next;
	}
	cr_assert_null(record);
	cr_assert_eq(list->tail, count > 0 ? expected[count - 1] : NULL);
}

Test(dialstate_record_list, records_stand_in_the_order_in_which_they_came)
{
	struct dti_record a = {.list = DTI_LIST_NONE};
	struct dti_record b = a;
	struct dti_record c = a;
	struct dti_record *const all[] = {&a, &b, &c};
	struct dti_record_list list = {0};

	assert_is(&list, NULL, 0);
	for (size_t i = 0; i < 3; i++)
		dti_record_list_append(&list, all[i], DTI_LIST_READY);

	assert_is(&list, all, 3);
	cr_assert_eq(b.list, DTI_LIST_READY);
}

Test(dialstate_record_list, a_record_can_leave_from_anywhere)
{
	for (size_t gone = 0; gone < 3; gone++) {
		struct dti_record records[3] = {{.list = DTI_LIST_NONE}};
		struct dti_record *left[2];
		struct dti_record_list list = {0};
		size_t count = 0;

		for (size_t i = 0; i < 3; i++) {
			dti_record_list_append(&list, &records[i],
					       DTI_LIST_NOW);
			if (i != gone)
				left[count++] = &records[i];
		}
		dti_record_list_remove(&list, &records[gone]);

		assert_is(&list, left, 2);
		cr_assert_eq(records[gone].list, DTI_LIST_NONE);
		dti_record_list_remove(&list, left[0]);
		dti_record_list_remove(&list, left[1]);
		assert_is(&list, NULL, 0);
	}
}
