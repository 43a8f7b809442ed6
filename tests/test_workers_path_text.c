/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "workers/path_text.h"

#include "tests/harness.h"

Test(workers_path_text, a_path_is_shown_as_it_is)
{
	cr_assert_str_eq(dti_path_text_of("/a/b").text, "/a/b");
	cr_assert_str_eq(dti_path_text_of("").text, "");
}

Test(workers_path_text, a_long_path_is_known_by_its_end)
{
	char path[302];
	char expected[DTI_PATH_TEXT_BYTES + 4] = "...";

	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	path[300] = 'z';
	memcpy(expected + 3, path + 301 - DTI_PATH_TEXT_BYTES,
	       DTI_PATH_TEXT_BYTES);
	expected[sizeof(expected) - 1] = '\0';

	cr_assert_str_eq(dti_path_text_of(path).text, expected);
	cr_assert_str_eq(
		dti_path_text_of(path + 301 - DTI_PATH_TEXT_BYTES).text,
		path + 301 - DTI_PATH_TEXT_BYTES);
}
