/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/id.h"

#include "tests/harness.h"

static const char lower[] =
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	"202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3eff";

Test(node_id, hex_digits_are_read_in_order)
{
	struct dt_node_id id;

	cr_assert(dti_node_id_parse(&id, lower, 128));

	for (uint8_t i = 0; i < 63; i++)
		cr_assert_eq(id.bytes[i], i);
	cr_assert_eq(id.bytes[63], 0xff);
}

Test(node_id, upper_case_digits_are_read_and_lower_case_written)
{
	char upper[129];
	char written[129];
	struct dt_node_id id;

	for (size_t i = 0; i < sizeof(upper); i++)
		upper[i] = (char)(lower[i] >= 'a' ? lower[i] - 'a' + 'A'
						  : lower[i]);

	cr_assert(dti_node_id_parse(&id, upper, 128));
	dti_node_id_format(written, &id);

	cr_assert_str_eq(written, lower);
}

Test(node_id, other_lengths_are_refused)
{
	struct dt_node_id id = {{7}};
	struct dt_node_id before = id;
	char longer[130];

	memset(longer, '0', sizeof(longer));

	cr_assert_not(dti_node_id_parse(&id, lower, 0));
	cr_assert_not(dti_node_id_parse(&id, lower, 126));
	cr_assert_not(dti_node_id_parse(&id, lower, 127));
	cr_assert_not(dti_node_id_parse(&id, longer, 129));
	cr_assert_not(dti_node_id_parse(&id, longer, 130));
	cr_assert(dti_node_id_equal(&id, &before), "the output was touched");
}

Test(node_id, a_wrong_digit_anywhere_is_refused)
{
	const char wrong[] = {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xe9'};

	for (size_t place = 0; place < 128; place++) {
		for (size_t i = 0; i < sizeof(wrong); i++) {
			struct dt_node_id id = {{7}};
			struct dt_node_id before = id;
			char text[129];

			memcpy(text, lower, sizeof(text));
			text[place] = wrong[i];
			cr_assert_not(dti_node_id_parse(&id, text, 128),
				      "place %zu", place);
			cr_assert(dti_node_id_equal(&id, &before));
		}
	}
}

Test(node_id, ids_that_differ_in_a_bit_are_not_equal)
{
	struct dt_node_id a;

	cr_assert(dti_node_id_parse(&a, lower, 128));
	for (size_t bit = 0; bit < 512; bit++) {
		struct dt_node_id b = a;

		cr_assert(dti_node_id_equal(&a, &b));
		b.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		cr_assert_not(dti_node_id_equal(&a, &b), "bit %zu", bit);
	}
}
