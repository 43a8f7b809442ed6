/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/text.h"

#include "tests/harness.h"

Test(lib_text, pieces_are_put_one_behind_the_other)
{
	char out[16];
	struct dti_text text = dti_text_begin(out, sizeof(out));

	cr_assert_str_eq(out, "");
	dti_text_append(&text, "%s %d", "a", 1);
	dti_text_append(&text, "%s", "");
	dti_text_append(&text, ", %c", 'b');

	cr_assert_str_eq(out, "a 1, b");
	cr_assert_eq(text.length, 6);
}

Test(lib_text, what_does_not_fit_is_cut_off_but_counted)
{
	char out[16];
	struct dti_text text = dti_text_begin(out, 6);

	memset(out, 'x', sizeof(out));
	dti_text_append(&text, "abc");
	dti_text_append(&text, "defg");
	dti_text_append(&text, "hij");

	cr_assert_str_eq(out, "abcde");
	cr_assert_eq(out[6], 'x', "it writes beyond the size");
	cr_assert_eq(text.length, 10);
}

Test(lib_text, a_buffer_that_is_just_full_stays_as_it_is)
{
	char out[4];
	struct dti_text text = dti_text_begin(out, sizeof(out));

	dti_text_append(&text, "abc");
	dti_text_append(&text, "d");

	cr_assert_str_eq(out, "abc");
	cr_assert_eq(text.length, 4);
}

Test(lib_text, without_a_buffer_it_only_counts)
{
	struct dti_text text = dti_text_begin(NULL, 0);

	dti_text_append(&text, "abc");
	dti_text_append(&text, "%05d", 7);

	cr_assert_eq(text.length, 8);
}
