/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "lib/node/entry_reader.h"

#include "tests/harness.h"

/* All entries with their numbers: "1:a 3:b ". */
static void read_all(char *out, size_t size, enum dti_entry_form form,
		     struct dti_span text)
{
	struct dti_entry_reader reader = dti_entry_reader_make(form, text);
	struct dti_span entry;
	size_t length = 0;

	out[0] = '\0';
	while (length < size && dti_entry_reader_next(&reader, &entry))
		length += (size_t)snprintf(out + length, size - length,
					   "%zu:%.*s ", reader.number,
					   (int)entry.length, entry.text);
}

struct example {
	const char *text;
	const char *entries;
};

Test(node_entry_reader, lines_are_cut_and_numbered)
{
	const struct example examples[] = {
		{"", ""},
		{"\n\n", ""},
		{"a", "1:a "},
		{"a\n", "1:a "},
		{"a\nb", "1:a 2:b "},
		{"a\r\n\r\nb\r\n", "1:a 3:b "},
		{" \t\n  a \t \n", "2:a "},
		{"# all of it\na\n", "2:a "},
		{"a # behind\n\t# alone\nb", "1:a 3:b "},
		{"a#b\n", "1:a#b "},
		{"#", ""},
		{"a #", "1:a "},
		{"a,b\n", "1:a,b "},
		{"a b\n", "1:a b "},
	};

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct dti_span text = {examples[i].text,
					strlen(examples[i].text)};
		char entries[100];

		read_all(entries, sizeof(entries), DTI_ENTRY_FORM_LINES, text);
		cr_assert_str_eq(entries, examples[i].entries, "\"%s\"",
				 examples[i].text);
	}
}

Test(node_entry_reader, items_are_cut_and_numbered)
{
	const struct example examples[] = {
		{"", ""},
		{" \t\n", ""},
		{"a", "1:a "},
		{" a ,\n b ", "1:a 2:b "},
		{"a,", "1:a 2: "},
		{",", "1: 2: "},
		{",,a", "1: 2: 3:a "},
		{"a #b,c", "1:a #b 2:c "},
	};

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct dti_span text = {examples[i].text,
					strlen(examples[i].text)};
		char entries[100];

		read_all(entries, sizeof(entries), DTI_ENTRY_FORM_ITEMS, text);
		cr_assert_str_eq(entries, examples[i].entries, "\"%s\"",
				 examples[i].text);
	}
}

Test(node_entry_reader, a_nul_byte_is_not_hidden_by_a_comment)
{
	struct dti_span text = {"# a\0b\nc", 7};
	struct dti_entry_reader reader =
		dti_entry_reader_make(DTI_ENTRY_FORM_LINES, text);
	struct dti_span entry;

	cr_assert(dti_entry_reader_next(&reader, &entry));
	cr_assert_eq(entry.length, 5u);
	cr_assert_eq(reader.number, 1u);
	cr_assert(dti_entry_reader_next(&reader, &entry));
	cr_assert_eq(entry.length, 1u);
	cr_assert_not(dti_entry_reader_next(&reader, &entry));
}
