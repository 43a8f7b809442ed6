/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "bench/harness/markup.h"
#include "tests/harness.h"

static char *write_down(void (*write)(FILE *, const char *), const char *from)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	cr_assert_not_null(file);
	write(file, from);
	cr_assert_eq(fclose(file), 0);
	return text;
}

Test(bench_markup, text_cannot_become_an_element)
{
	char *text = write_down(bench_markup_write, "<b class=\"x\">&amp;");

	cr_assert_str_eq(text, "&lt;b class=&quot;x&quot;&gt;&amp;amp;");
	free(text);
}

Test(bench_markup, an_empty_line_begins_a_paragraph)
{
	char *text = write_down(bench_markup_write_paragraphs,
				"one\nstill one\n\ntwo < 3");

	cr_assert_str_eq(text, "<p>one\nstill one</p>\n<p>two &lt; 3</p>\n");
	free(text);
}
