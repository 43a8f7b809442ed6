/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lib/hex.h"

#include "tests/harness.h"

Test(lib_hex, every_byte_is_two_digits_and_comes_back)
{
	for (unsigned int i = 0; i < 256; i++) {
		uint8_t byte = (uint8_t)i;
		uint8_t again = 0;
		char expected[3];
		char text[3];

		snprintf(expected, sizeof(expected), "%02x", i);
		dti_hex_format(text, &byte, 1);
		cr_assert_str_eq(text, expected);
		cr_assert(dti_hex_parse(&again, 1, text, 2));
		cr_assert_eq(again, byte);
	}
}

Test(lib_hex, digits_may_be_of_either_case)
{
	const uint8_t expected[] = {0xab, 0xcd, 0xef};
	uint8_t bytes[3];

	cr_assert(dti_hex_parse(bytes, 3, "aBCdEf", 6));

	cr_assert_arr_eq(bytes, expected, 3);
}

Test(lib_hex, nothing_is_the_text_of_no_bytes)
{
	char text[1] = {'x'};

	dti_hex_format(text, NULL, 0);

	cr_assert_str_eq(text, "");
	cr_assert(dti_hex_parse(NULL, 0, NULL, 0));
}

Test(lib_hex, another_length_or_another_character_is_refused)
{
	uint8_t bytes[2] = {0xa5, 0xa5};

	cr_assert_not(dti_hex_parse(bytes, 2, "", 0));
	cr_assert_not(dti_hex_parse(bytes, 2, "123", 3));
	cr_assert_not(dti_hex_parse(bytes, 2, "12345", 5));
	for (unsigned int i = 0; i < 256; i++) {
		char text[4] = {'1', '2', '3', (char)i};

		if (strchr("0123456789abcdefABCDEF", (char)i) == NULL || i == 0)
			for (size_t at = 0; at < 4; at++) {
				text[3] = '3';
				text[at] = (char)i;
				cr_assert_not(dti_hex_parse(bytes, 2, text, 4),
					      "%u at %zu", i, at);
				text[at] = '1';
			}
	}

	cr_assert_eq(bytes[0] + bytes[1], 2 * 0xa5);
}
