/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/error.h"

#include "tests/harness.h"

Test(lib_error, every_error_has_its_own_name_and_text)
{
	for (int a = DT_OK; a >= DT_ERR_SYSTEM; a--) {
		cr_assert_str_neq(dt_err_name((dt_err)a), "?", "error %d", a);
		cr_assert_str_neq(dt_err_text((dt_err)a), "unknown error",
				  "error %d", a);
		for (int b = DT_OK; b > a; b--) {
			cr_assert_str_neq(dt_err_name((dt_err)a),
					  dt_err_name((dt_err)b));
			cr_assert_str_neq(dt_err_text((dt_err)a),
					  dt_err_text((dt_err)b));
		}
	}
}

Test(lib_error, names_are_those_of_the_constants)
{
	cr_assert_str_eq(dt_err_name(DT_OK), "OK");
	cr_assert_str_eq(dt_err_name(DT_ERR_NO_MEMORY), "NO_MEMORY");
	cr_assert_str_eq(dt_err_name(DT_ERR_TIMED_OUT), "TIMED_OUT");
	cr_assert_str_eq(dt_err_text(DT_ERR_TIMED_OUT),
			 "the deadline has passed");
	cr_assert_str_eq(dt_err_name(DT_ERR_SYSTEM), "SYSTEM");
}

Test(lib_error, numbers_outside_the_enum_are_unknown)
{
	cr_assert_str_eq(dt_err_name((dt_err)1), "?");
	cr_assert_str_eq(dt_err_name((dt_err)(DT_ERR_SYSTEM - 1)), "?");
	cr_assert_str_eq(dt_err_text((dt_err)1), "unknown error");
}

Test(lib_error, set_writes_the_sentence_and_answers_the_code)
{
	struct dt_error error;

	dt_err err = dti_error_set(&error, DT_ERR_PARSE, "port %d", 99999);

	cr_assert_eq(err, DT_ERR_PARSE);
	cr_assert_eq(error.code, DT_ERR_PARSE);
	cr_assert_str_eq(error.text, "port 99999");
}

Test(lib_error, set_without_a_place_answers_the_code)
{
	cr_assert_eq(dti_error_set(NULL, DT_ERR_FILE, "%s", "x"), DT_ERR_FILE);
}

Test(lib_error, a_sentence_may_be_made_from_the_errors_own_text)
{
	struct dt_error error;

	dti_error_set(&error, DT_ERR_PARSE, "no port");
	dti_error_set(&error, DT_ERR_CONFIG, "line %d: %s", 3, error.text);

	cr_assert_str_eq(error.text, "line 3: no port");
	cr_assert_eq(error.code, DT_ERR_CONFIG);
}

Test(lib_error, a_sentence_that_is_too_long_ends_in_an_ellipsis)
{
	struct dt_error error;
	char longest[sizeof(error.text)];
	char longer[sizeof(error.text) + 1];

	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	memset(longer, 'a', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';

	dti_error_set(&error, DT_ERR_PARSE, "%s", longest);
	cr_assert_str_eq(error.text, longest);

	dti_error_set(&error, DT_ERR_PARSE, "%s", longer);
	cr_assert_eq(strlen(error.text), sizeof(error.text) - 1);
	cr_assert_str_eq(error.text + sizeof(error.text) - 5, "a...");
}

Test(lib_error, a_sentence_stays_one_line)
{
	struct dt_error error;

	dti_error_set(&error, DT_ERR_FILE, "no file \"%s\"", "a\nb\r\t\x7f");

	cr_assert_str_eq(error.text, "no file \"a?b???\"");
}
