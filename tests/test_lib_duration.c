/* SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "lib/container.h"
#include "lib/duration.h"

#include "tests/harness.h"

#define SECOND INT64_C(1000000000)

static const struct {
	const char *text;
	int64_t ns;
} readable[] = {
	{"0", 0},
	{"0s", 0},
	{"0h0ns", 0},
	{"1ns", 1},
	{"50us", 50000},
	{"500ms", SECOND / 2},
	{"15s", 15 * SECOND},
	{"015s", 15 * SECOND},
	{"1m30s", 90 * SECOND},
	{"90s", 90 * SECOND},
	{"1h", 3600 * SECOND},
	{"1h1m1s1ms1us1ns", 3661 * SECOND + 1001001},
	{"168h", 604800 * SECOND},
	{"9223372036854775807ns", INT64_MAX},
	{"2562047h47m16s854ms775us807ns", INT64_MAX},
};

Test(lib_duration, reads_numbers_with_units_largest_first)
{
	for (size_t i = 0; i < dti_array_length(readable); i++) {
		int64_t ns = -1;

		cr_assert(dti_duration_parse(&ns, readable[i].text),
			  "\"%s\" is refused", readable[i].text);
		cr_assert_eq(ns, readable[i].ns, "\"%s\" is %lld ns",
			     readable[i].text, (long long)ns);
	}
}

static const char *const unreadable[] = {
	"",       " ",    "1",    "00",        "s",          "-1s",     "+1s",
	" 1s",    "1s ",  "1 s",  "1.5s",      "1,5s",       "1S",      "1sec",
	"1d",     "1{",   "1ss",  "1s1s",      "1s1m",       "1ms1s",   "1s2",
	"1s-2ms", "0x1s", "1s\n", "\xc2\xb5s", "1\xc2\xb5s", "15s,30s",
};

Test(lib_duration, refuses_what_is_not_a_duration)
{
	for (size_t i = 0; i < dti_array_length(unreadable); i++) {
		int64_t ns = 42;

		cr_assert_not(dti_duration_parse(&ns, unreadable[i]),
			      "\"%s\" is taken", unreadable[i]);
		cr_assert_eq(ns, 42, "\"%s\" changes the output",
			     unreadable[i]);
	}
}

static const char *const too_long[] = {
	"9223372036854775808ns",
	"9223372036854775807us",
	"18446744073709551616ns",
	"18446744073709551617s",
	"99999999999999999999999999999999h",
	"2562048h",
	"2562047h47m16s854ms775us808ns",
	"2562047h60m",
};

Test(lib_duration, refuses_more_than_an_int64_holds)
{
	for (size_t i = 0; i < dti_array_length(too_long); i++) {
		int64_t ns = 42;

		cr_assert_not(dti_duration_parse(&ns, too_long[i]),
			      "\"%s\" is taken", too_long[i]);
		cr_assert_eq(ns, 42);
	}
}

static const struct {
	int64_t ns;
	const char *text;
} written[] = {
	{0, "0"},
	{1, "1ns"},
	{999, "999ns"},
	{50000, "50us"},
	{SECOND / 2, "500ms"},
	{15 * SECOND, "15s"},
	{90 * SECOND, "1m30s"},
	{3600 * SECOND, "1h"},
	{3600 * SECOND + 1, "1h1ns"},
	{24 * 3600 * SECOND, "24h"},
	{-90 * SECOND, "-1m30s"},
	{INT64_MAX, "2562047h47m16s854ms775us807ns"},
	{INT64_MIN, "-2562047h47m16s854ms775us808ns"},
};

Test(lib_duration, writes_each_unit_as_large_as_can_be)
{
	for (size_t i = 0; i < dti_array_length(written); i++) {
		char text[DTI_DURATION_TEXT_SIZE];

		dti_duration_format(text, sizeof(text), written[i].ns);

		cr_assert_str_eq(text, written[i].text);
	}
}

Test(lib_duration, reads_back_what_it_wrote)
{
	int64_t ns = 1;

	for (int i = 0; i < 62; i++) {
		char text[DTI_DURATION_TEXT_SIZE];
		int64_t back = -1;

		ns = ns * 2 + (i % 3 == 0);
		dti_duration_format(text, sizeof(text), ns);

		cr_assert(dti_duration_parse(&back, text), "\"%s\"", text);
		cr_assert_eq(back, ns, "\"%s\"", text);
		if (ns > INT64_MAX / 2 - 1)
			break;
	}
	cr_assert_gt(ns, INT64_MAX / 4);
}

Test(lib_duration, cuts_what_does_not_fit_and_ends_it)
{
	char text[8] = "unused!";

	dti_duration_format(text, 4, 90 * SECOND);
	cr_assert_str_eq(text, "1m3");
	cr_assert_eq(text[4], 'e', "it writes beyond the size");

	dti_duration_format(text, 1, 90 * SECOND);
	cr_assert_str_eq(text, "");

	text[0] = 'x';
	dti_duration_format(text, 0, 90 * SECOND);
	cr_assert_eq(text[0], 'x');
}
