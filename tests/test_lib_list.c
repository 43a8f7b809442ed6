/* SPDX-License-Identifier: MIT */
#include "lib/list.h"

#include "tests/harness.h"

/* From the first to the last, and back. */
static void assert_is(const struct dti_list *list,
		      struct dti_list_link *const *expected, size_t count)
{
	struct dti_list_link *link = dti_list_first(list);

	for (size_t i = 0; i < count; i++) {
		cr_assert_eq(link, expected[i]);
		cr_assert_eq(link->previous,
			     i > 0 ? expected[i - 1] : &list->ring);
		link = dti_list_next(list, link);
	}
	cr_assert_null(link);
	cr_assert_eq(dti_list_last(list),
		     count > 0 ? expected[count - 1] : NULL);
}

Test(lib_list, both_ends_take_links_and_any_of_them_can_go)
{
	struct dti_list list;
	struct dti_list_link a;
	struct dti_list_link b;
	struct dti_list_link c;

	dti_list_init(&list);
	assert_is(&list, NULL, 0);
	dti_list_push_back(&list, &b);
	dti_list_push_back(&list, &c);
	dti_list_push_front(&list, &a);
	assert_is(&list, (struct dti_list_link *[]){&a, &b, &c}, 3);

	dti_list_remove(&b);
	assert_is(&list, (struct dti_list_link *[]){&a, &c}, 2);
	dti_list_remove(&a);
	assert_is(&list, (struct dti_list_link *[]){&c}, 1);
	dti_list_remove(&c);
	assert_is(&list, NULL, 0);
	dti_list_push_front(&list, &b);
	assert_is(&list, (struct dti_list_link *[]){&b}, 1);
}
