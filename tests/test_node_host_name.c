/* SPDX-License-Identifier: MIT */
#include "lib/node/host_name.h"

#include "tests/harness.h"

#define LABEL_63 \
	"a23456789012345678901234567890123456789012345678901234567890123"

static struct dti_span span_of(const char *text)
{
	return (struct dti_span){text, strlen(text)};
}

Test(node_host_name, dns_names_are_valid)
{
	const char *const names[] = {
		"a",
		"localhost",
		"boot.example.org",
		"boot.example.org.",
		"Node-1.POOL",
		"_dns._udp.example",
		"-a-.b-",
		"1a",
		"1.2.a",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		cr_assert(dti_host_name_valid(span_of(names[i])), "%s",
			  names[i]);
}

Test(node_host_name, a_label_has_at_most_63_bytes)
{
	cr_assert(dti_host_name_valid(span_of(LABEL_63 ".org")));
	cr_assert(dti_host_name_valid(span_of(LABEL_63)));
	cr_assert_not(dti_host_name_valid(span_of(LABEL_63 "4.org")));
	cr_assert_not(dti_host_name_valid(span_of("org." LABEL_63 "4")));
}

Test(node_host_name, other_texts_are_not)
{
	const char *const names[] = {
		"",    ".",   "..",  ".a",  "a..b", "a..",         "a b",
		"a@b", "a/b", "a:1", "a,b", "*.a",  "b\xc3\xbcro", "[::1]",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		cr_assert_not(dti_host_name_valid(span_of(names[i])), "\"%s\"",
			      names[i]);
	cr_assert_not(dti_host_name_valid((struct dti_span){"a\0b", 3}));
}

Test(node_host_name, a_name_has_at_most_253_bytes_with_its_last_dot)
{
	char name[260];
	struct dti_span span = {name, 0};

	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 50 == 49 ? '.' : 'x';

	span.length = 253;
	cr_assert(dti_host_name_valid(span));
	span.length = 254;
	cr_assert_not(dti_host_name_valid(span));
	name[252] = '.';
	span.length = 253;
	cr_assert(dti_host_name_valid(span));
	name[252] = 'x';
	name[253] = '.';
	span.length = 254;
	cr_assert_not(dti_host_name_valid(span));
}

Test(node_host_name, a_number_at_the_end_is_meant_as_an_address)
{
	const char *const numbers[] = {
		"1",        "1.2.3", "127.0.0.01",      "1.2.3.4",
		"1.2.3.4.", "a.1",   "256.256.256.256",
	};
	const char *const names[] = {
		"",        ".",  "a",         "a1",  "1a",
		"1.2.3.a", "-1", "1.2.3.4..", "1-2", "1.2_3",
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		cr_assert(dti_host_name_ends_in_number(span_of(numbers[i])),
			  "%s", numbers[i]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		cr_assert_not(dti_host_name_ends_in_number(span_of(names[i])),
			      "\"%s\"", names[i]);
}
