/* SPDX-License-Identifier: MIT */
#include "lib/container.h"
#include "lib/rlpx/capability_text.h"

#include "tests/harness.h"

static bool parse(struct dti_capability out[DTI_CAPABILITIES_MAX],
		  size_t *count, const char *text, struct dti_span *refused)
{
	return dti_capability_text_parse(
		out, count, (struct dti_span){text, strlen(text)}, refused);
}

Test(rlpx_capability_text, an_item_is_read_with_the_codes_that_it_takes)
{
	static const struct {
		const char *text;
		const char *name;
		uint32_t version;
		uint32_t messages;
	} items[] = {
		{"eth/62", "eth", 62, 17},
		{"eth/68", "eth", 68, 17},
		{"eth/69", "eth", 69, 18},
		{"eth/4294967295", "eth", UINT32_MAX, 18},
		{"eth/69:17", "eth", 69, 17},
		{"snap/1", "snap", 1, 8},
		{"snap/2", "snap", 2, 8},
		{"les/4", "les", 4, 16},
		{"Eth/68", "Eth", 68, 16},
		{"ethe/68", "ethe", 68, 16},
		{"et/68", "et", 68, 16},
		{"chat/0:1", "chat", 0, 1},
		{"chat/007:65535", "chat", 7, 65535},
		{"!/1", "!", 1, 16},
		{"~=-_.123456789a/1", "~=-_.123456789a", 1, 16},
	};

	for (size_t i = 0; i < dti_array_length(items); i++) {
		struct dti_capability out[DTI_CAPABILITIES_MAX];
		struct dti_span refused;
		size_t count = 7;

		cr_assert(parse(out, &count, items[i].text, &refused), "%s",
			  items[i].text);
		cr_assert_eq(count, 1, "%s", items[i].text);
		cr_assert_str_eq(out[0].name, items[i].name, "%s",
				 items[i].text);
		cr_assert_eq(out[0].version, items[i].version, "%s",
			     items[i].text);
		cr_assert_eq(out[0].messages, items[i].messages, "%s",
			     items[i].text);
	}
}

Test(rlpx_capability_text, several_are_read_in_their_order)
{
	struct dti_capability out[DTI_CAPABILITIES_MAX];
	struct dti_span refused;
	size_t count = 7;

	cr_assert(parse(out, &count, "snap/1,eth/68,eth/69,b/2:3", &refused));

	cr_assert_eq(count, 4);
	cr_assert_str_eq(out[0].name, "snap");
	cr_assert_eq(out[1].version, 68);
	cr_assert_eq(out[2].version, 69);
	cr_assert_eq(out[3].messages, 3);
}

Test(rlpx_capability_text, an_empty_text_is_none)
{
	struct dti_capability out[DTI_CAPABILITIES_MAX];
	struct dti_span refused;
	size_t count = 7;

	cr_assert(parse(out, &count, "", &refused));

	cr_assert_eq(count, 0);
}

Test(rlpx_capability_text, what_is_none_is_refused_and_named)
{
	static const char *const pairs[][2] = {
		{"eth", "eth"},
		{"/", "/"},
		{"eth/", "eth/"},
		{"/68", "/68"},
		{"eth/x", "eth/x"},
		{"eth/-1", "eth/-1"},
		{"eth/68/69", "eth/68/69"},
		{"eth/4294967296", "eth/4294967296"},
		{"eth/68:", "eth/68:"},
		{"eth/68:0", "eth/68:0"},
		{"eth/68:65536", "eth/68:65536"},
		{"eth/68:1:2", "eth/68:1:2"},
		{"eth:17/68", "eth:17/68"},
		{"eth :17/68", "eth :17/68"},
		{" eth/68", " eth/68"},
		{"eth/68 ", "eth/68 "},
		{"eth\t/68", "eth\t/68"},
		{"\xc3\xa9/1", "\xc3\xa9/1"},
		{"\x7f/1", "\x7f/1"},
		{"1234567890123456/1", "1234567890123456/1"},
		{",", ""},
		{",eth/68", ""},
		{"eth/68,", ""},
		{"eth/68,,snap/1", ""},
		{"eth/68;snap/1", "eth/68;snap/1"},
		{"eth/68,snap/1,eth/068:3", "eth/068:3"},
	};

	for (size_t i = 0; i < dti_array_length(pairs); i++) {
		struct dti_capability out[DTI_CAPABILITIES_MAX];
		struct dti_span refused = {NULL, 0};
		size_t count = 7;

		cr_assert_not(parse(out, &count, pairs[i][0], &refused), "%s",
			      pairs[i][0]);
		cr_assert(dti_span_equal(refused, pairs[i][1]), "%s",
			  pairs[i][0]);
		cr_assert_eq(count, 7, "%s", pairs[i][0]);
	}
}

Test(rlpx_capability_text, there_are_no_more_than_a_hello_may_offer)
{
	struct dti_capability out[DTI_CAPABILITIES_MAX];
	struct dti_span refused;
	size_t count = 0;

	cr_assert(parse(out, &count,
			"a/1,b/1,c/1,d/1,e/1,f/1,g/1,h/1,i/1,j/1,k/1,l/1,m/1,"
			"n/1,o/1,p/1",
			&refused));
	cr_assert_eq(count, DTI_CAPABILITIES_MAX);
	cr_assert_str_eq(out[15].name, "p");

	cr_assert_not(parse(out, &count,
			    "a/1,b/1,c/1,d/1,e/1,f/1,g/1,h/1,i/1,j/1,k/1,l/1,"
			    "m/1,n/1,o/1,p/1,q/1",
			    &refused));
	cr_assert(dti_span_equal(refused, "q/1"));
}
