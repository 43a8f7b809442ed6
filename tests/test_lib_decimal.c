/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/decimal.h"

#include "tests/harness.h"

Test(lib_decimal, digits_up_to_the_maximum_are_read)
{
	const struct {
		const char *text;
		uint32_t value;
	} cases[] = {
		{"0", 0},
		{"7", 7},
		{"65535", 65535},
		{"0030303", 30303},
		{"00000000000000000000000000001", 1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t value = 1234;

		cr_assert(dti_decimal_parse(&value, cases[i].text,
					    strlen(cases[i].text), 65535),
			  "%s", cases[i].text);
		cr_assert_eq(value, cases[i].value, "%s", cases[i].text);
	}
}

Test(lib_decimal, the_largest_maximum_does_not_overflow)
{
	uint32_t value = 0;

	cr_assert(dti_decimal_parse(&value, "4294967295", 10, UINT32_MAX));
	cr_assert_eq(value, UINT32_MAX);
	cr_assert_not(dti_decimal_parse(&value, "4294967296", 10, UINT32_MAX));
	cr_assert_not(dti_decimal_parse(&value, "18446744073709551617", 20,
					UINT32_MAX));
}

Test(lib_decimal, all_else_is_refused_and_leaves_the_output)
{
	const char *const cases[] = {
		"",   "65536", "-1",  "+1",     " 1", "1 ",
		"1x", "0x10",  "1.0", "999999", ":",  "/",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t value = 1234;

		cr_assert_not(dti_decimal_parse(&value, cases[i],
						strlen(cases[i]), 65535),
			      "\"%s\"", cases[i]);
		cr_assert_eq(value, 1234u, "\"%s\"", cases[i]);
	}
}
