/* SPDX-License-Identifier: MIT */
#include "lib/excerpt.h"

#include "tests/harness.h"

Test(lib_excerpt, a_short_value_is_shown_whole)
{
	cr_assert_str_eq(dti_excerpt_of("127.0.0.1", 9).text, "127.0.0.1");
	cr_assert_str_eq(dti_excerpt_of("", 0).text, "");
}

Test(lib_excerpt, a_long_value_is_shortened_with_an_ellipsis)
{
	const char value[] = "0123456789012345678901234567890123456789X";

	cr_assert_str_eq(dti_excerpt_of(value, 40).text,
			 "0123456789012345678901234567890123456789");
	cr_assert_str_eq(dti_excerpt_of(value, 41).text,
			 "0123456789012345678901234567890123456789...");
}

Test(lib_excerpt, what_is_not_printable_ascii_is_escaped)
{
	cr_assert_str_eq(dti_excerpt_of("a\0\n\x7f\xc3\xa9~ z", 9).text,
			 "a\\x00\\x0a\\x7f\\xc3\\xa9~ z");
}

Test(lib_excerpt, there_is_room_for_the_worst_value)
{
	char value[1000];
	struct dti_excerpt excerpt;

	memset(value, 0xff, sizeof(value));
	excerpt = dti_excerpt_of(value, sizeof(value));

	cr_assert_eq(strlen(excerpt.text), 4u * DTI_EXCERPT_BYTES + 3);
}
