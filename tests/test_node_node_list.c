/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/node/node_list.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

/* Three ids: 128 digits each, the last digits differ. */
#define ID_START                                                           \
	"ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd3138" \
	"7574077f301b421bc84df7266c44e9e6d569fc56be00812904767bf5ccd1fc"
#define ID_1     ID_START "01"
#define ID_2     ID_START "02"
#define ID_3     ID_START "03"
#define ID_SHOWN "ca634cae0d49acb401d8a4c6b6fe8c55b70d115b..."

/* The record of EIP-778, and its node's id. */
#define RECORD                                                               \
	"enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCB" \
	"OonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPK" \
	"Y0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8"
#define RECORD_ID ID_START "7f"

/* What a call gives that must not touch its output: a list of nobody. */
static dt_node_list *untouched(void)
{
	static char place;

	return (dt_node_list *)(void *)&place;
}

static dt_err parse_lines(dt_node_list **out, const char *text,
			  struct dt_error *error)
{
	return dt_node_list_parse(out, text, strlen(text), "nodes.txt", error);
}

static dt_err parse_items(dt_node_list **out, const char *text,
			  struct dt_error *error)
{
	static const struct dt_allocator libc;

	return dti_node_list_parse_option(out, text, "static_nodes", &libc,
					  error);
}

/* The canonical URLs of a list, each with a newline behind it. */
static void write_urls(char *out, size_t size, const dt_node_list *list)
{
	size_t count;
	const struct dt_node *nodes = dt_node_list_nodes(list, &count);
	size_t length = 0;

	out[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		char url[DT_ENODE_URL_SIZE];

		if (dt_enode_format(url, sizeof(url), &nodes[i]) != DT_OK)
			return;
		length += (size_t)snprintf(out + length, size - length, "%s\n",
					   url);
	}
}

Test(node_node_list, a_file_may_have_comments_blank_lines_and_crlf)
{
	const char text[] = "# our nodes\r\n"
			    "\r\n"
			    "enode://" ID_1 "@1.2.3.4:5\r\n"
			    "  enode://" ID_2 "@boot.example.org:7 # boot\n"
			    "\t# nothing\n"
			    "\n" ID_3;
	char urls[2000];
	struct dt_error error;
	dt_node_list *list;

	cr_assert_eq(parse_lines(&list, text, &error), DT_OK, "%s", error.text);

	write_urls(urls, sizeof(urls), list);
	cr_assert_str_eq(urls, "enode://" ID_1 "@1.2.3.4:5\n"
			       "enode://" ID_2 "@boot.example.org:7\n"
			       "enode://" ID_3 "\n");
	dt_node_list_destroy(list);
}

Test(node_node_list, an_option_has_commas)
{
	char urls[2000];
	struct dt_error error;
	dt_node_list *list;

	cr_assert_eq(parse_items(&list,
				 "enode://" ID_1 "@[::1]:5?discport=6 ,\n"
				 "enode://" ID_2 "@boot.example.org:7",
				 &error),
		     DT_OK, "%s", error.text);

	write_urls(urls, sizeof(urls), list);
	cr_assert_str_eq(urls, "enode://" ID_1 "@[::1]:5?discport=6\n"
			       "enode://" ID_2 "@boot.example.org:7\n");
	dt_node_list_destroy(list);
}

Test(node_node_list, a_node_record_is_a_node)
{
	static const char expected[] =
		"enode://" RECORD_ID "@127.0.0.1:0?discport=30303\n"
		"enode://" ID_1 "@1.2.3.4:5\n";
	char urls[2000];
	struct dt_error error;
	dt_node_list *list;

	cr_assert_eq(parse_lines(&list,
				 RECORD " # as crawl writes it\n"
					"enode://" ID_1 "@1.2.3.4:5\n",
				 &error),
		     DT_OK, "%s", error.text);
	write_urls(urls, sizeof(urls), list);
	cr_assert_str_eq(urls, expected);
	dt_node_list_destroy(list);

	cr_assert_eq(parse_items(&list, RECORD ",enode://" ID_1 "@1.2.3.4:5",
				 &error),
		     DT_OK, "%s", error.text);
	write_urls(urls, sizeof(urls), list);
	cr_assert_str_eq(urls, expected);
	dt_node_list_destroy(list);
}

Test(node_node_list, a_node_stands_once_by_whatever_it_is_named)
{
	struct dt_error error;
	dt_node_list *list = untouched();

	cr_assert_eq(parse_lines(&list, RECORD "\n" RECORD_ID "\n", &error),
		     DT_ERR_PARSE);
	cr_assert_str_eq(error.text,
			 "nodes.txt:2: the node id \"" ID_SHOWN
			 "\" stands in line 1 already; each may stand once");
	cr_assert_eq(parse_lines(&list, ID_1 "\nenr:xyz!\n" ID_1, &error),
		     DT_ERR_PARSE);
	cr_assert_str_eq(
		error.text,
		"nodes.txt:2: \"enr:xyz!\" (length 8) is not base64url "
		"behind \"enr:\"; at most 300 bytes, without padding, "
		"are accepted");
	cr_assert_eq(list, untouched());
}

Test(node_node_list, nothing_makes_an_empty_list)
{
	const char *const texts[] = {"", " \t", "\n"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct dt_error error;
		dt_node_list *lines;
		dt_node_list *items;
		size_t count = 7;

		cr_assert_eq(parse_lines(&lines, texts[i], &error), DT_OK);
		cr_assert_eq(parse_items(&items, texts[i], &error), DT_OK);
		dt_node_list_nodes(lines, &count);
		cr_assert_eq(count, 0u);
		count = 7;
		dt_node_list_nodes(items, &count);
		cr_assert_eq(count, 0u);
		dt_node_list_destroy(lines);
		dt_node_list_destroy(items);
	}
	dt_node_list_destroy(NULL);
}

#define TOO "; a node record (enr:...) is accepted too"

struct refused_text {
	const char *text;
	const char *sentence;
};

Test(node_node_list, a_bad_file_is_refused_whole_with_the_first_bad_line)
{
	const struct refused_text cases[] = {
		{"# comment\n\nenode://" ID_1 "@1.2.3.4:5\nenode://" ID_2
		 "@1.2.3.4:x\nnonsense\n",
		 "nodes.txt:4: the TCP port \"x\" is not a number from 0 to "
		 "65535"},
		{"enode://" ID_1 "@1.2.3.4:5 enode://" ID_2 "@1.2.3.4:5\n",
		 "nodes.txt:1: byte 147 of the enode URL, \" \", is white "
		 "space or a control character; enode://ID@HOST:PORT with an "
		 "ID of 128 hex digits is accepted"},
		{ID_1 "\n" ID_2 "\n# again\nenode://" ID_1 "@1.2.3.4:5\n",
		 "nodes.txt:4: the node id \"" ID_SHOWN "\" stands in line 1 "
		 "already; each may stand once"},
		{ID_1 "\n" ID_2 "\n" ID_2 "\n" ID_1 "\n",
		 "nodes.txt:3: the node id \"" ID_SHOWN "\" stands in line 2 "
		 "already; each may stand once"},
		{ID_1 "\n" ID_1 "\nnonsense\n",
		 "nodes.txt:2: the node id \"" ID_SHOWN "\" stands in line 1 "
		 "already; each may stand once"},
		{ID_1 "\nnonsense\n" ID_1 "\n",
		 "nodes.txt:2: \"nonsense\" (length 8) is neither a node "
		 "id of 128 hex digits nor enode://ID@HOST:PORT" TOO},
		{ID_1 "," ID_2 "\n",
		 "nodes.txt:1: \"" ID_SHOWN "\" (length 257) is neither a "
		 "node id of 128 hex digits nor enode://ID@HOST:PORT" TOO},
		{"\xef\xbb\xbf" ID_1 "\n",
		 "nodes.txt:1: \"\\xef\\xbb\\xbfca634cae0d49acb401d8a4c6b6fe8c"
		 "55b70d1...\" (length 131) is neither a node id of 128 "
		 "hex digits nor enode://ID@HOST:PORT" TOO},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dt_error error;
		dt_node_list *list = untouched();

		cr_assert_eq(parse_lines(&list, cases[i].text, &error),
			     DT_ERR_PARSE, "%s", cases[i].text);
		cr_assert_eq(error.code, DT_ERR_PARSE);
		cr_assert_str_eq(error.text, cases[i].sentence);
		cr_assert_eq(list, untouched(), "%s", cases[i].text);
	}
}

Test(node_node_list, a_bad_option_is_refused_whole_with_the_first_bad_item)
{
	const struct refused_text cases[] = {
		{"x", "static_nodes: item 1: \"x\" (length 1) is neither a "
		      "node id of 128 hex digits nor enode://ID@HOST:PORT" TOO},
		{ID_1 ",,", "static_nodes: item 2: \"\" (length 0) is "
			    "neither a node id of 128 hex digits nor "
			    "enode://ID@HOST:PORT" TOO},
		{ID_1 ",", "static_nodes: item 2: \"\" (length 0) is "
			   "neither a node id of 128 hex digits nor "
			   "enode://ID@HOST:PORT" TOO},
		{ID_1 "\n" ID_2,
		 "static_nodes: item 1: byte 129 of the enode URL, \"\\x0a\", "
		 "is white space or a control character; "
		 "enode://ID@HOST:PORT with an ID of 128 hex digits is "
		 "accepted" TOO},
		{ID_1 "," ID_2 "," ID_2,
		 "static_nodes: item 3: the node id \"" ID_SHOWN "\" stands "
		 "in item 2 already; each may stand once"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dt_error error;
		dt_node_list *list = untouched();

		cr_assert_eq(parse_items(&list, cases[i].text, &error),
			     DT_ERR_PARSE, "%s", cases[i].text);
		cr_assert_str_eq(error.text, cases[i].sentence);
		cr_assert_eq(list, untouched(), "%s", cases[i].text);
	}
}

Test(node_node_list, a_nul_byte_is_refused_wherever_it_stands)
{
	const char *const lines[] = {
		"enode://" ID_1 "@1.2.3.4:5?",
		"# a comment ",
		"",
		"  ",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct dt_error error;
		dt_node_list *list = untouched();
		char text[600];
		int length = snprintf(text, sizeof(text), "%s\n%s@\nnonsense",
				      ID_2, lines[i]);

		*strrchr(text, '@') = '\0';
		cr_assert_eq(dt_node_list_parse(&list, text, (size_t)length,
						"nodes.txt", &error),
			     DT_ERR_PARSE, "%s", lines[i]);
		cr_assert_str_eq(error.text,
				 "nodes.txt:2: there is a NUL byte; a node "
				 "list is text with one node a line");
		cr_assert_eq(list, untouched());
	}
}

Test(node_node_list, a_long_name_is_shortened_at_its_start)
{
	char name[5000];
	char expected[300];
	struct dt_error error;
	dt_node_list *list;

	memset(name, 'd', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	snprintf(expected, sizeof(expected), "...%s:1: \"x\" (length 1)",
		 name + sizeof(name) - 1 - 120);

	cr_assert_eq(dt_node_list_parse(&list, "x", 1, name, &error),
		     DT_ERR_PARSE);
	cr_assert_arr_eq(error.text, expected, strlen(expected));
}

Test(node_node_list, a_sentence_need_not_be_asked_for)
{
	dt_node_list *list;

	cr_assert_eq(dt_node_list_parse(&list, "x", 1, "nodes.txt", NULL),
		     DT_ERR_PARSE);
	cr_assert_eq(dt_node_list_parse(&list, ID_1 "\n" ID_1, 257, "nodes.txt",
					NULL),
		     DT_ERR_PARSE);
}

/* @count nodes with host names. The caller frees it. */
static char *long_list(size_t count, size_t *length)
{
	const size_t line_size = sizeof("enode://" ID_1 "@node-123456.org:7\n");
	char *text = malloc(count * line_size);

	*length = 0;
	for (size_t i = 0; i < count && text != NULL; i++)
		*length += (size_t)snprintf(
			text + *length, line_size,
			"enode://%06zx%.122s@node-%06zu.org:7\n", i, ID_1, i);
	return text;
}

Test(node_node_list, names_of_a_long_list_stay_in_their_places)
{
	const size_t wanted = 5000;
	const struct dt_node *nodes;
	struct dt_error error;
	dt_node_list *list;
	size_t length;
	size_t count;
	char *text = long_list(wanted, &length);

	cr_assert_not_null(text);
	cr_assert_eq(dt_node_list_parse(&list, text, length, "l", &error),
		     DT_OK, "%s", error.text);
	free(text);

	nodes = dt_node_list_nodes(list, &count);
	cr_assert_eq(count, wanted);
	for (size_t i = 0; i < count; i++) {
		char name[32];

		snprintf(name, sizeof(name), "node-%06zu.org", i);
		cr_assert_str_eq(nodes[i].host_name, name);
		cr_assert_eq(nodes[i].endpoint.tcp_port, 7);
	}
	dt_node_list_destroy(list);
}

/* The name of the @index-th node: 1 to 60 bytes, in no regular order. */
static void odd_name(char *out, size_t index)
{
	size_t length = 1 + index * index % 59;

	memset(out, 'a' + (int)(index % 26), length);
	out[length] = '\0';
}

Test(node_node_list, names_of_many_lengths_do_not_overlap)
{
	const size_t wanted = 5000;
	const size_t line_size = 300;
	char *text = malloc(wanted * line_size);
	const struct dt_node *nodes;
	dt_node_list *list;
	size_t length = 0;
	size_t count;
	char name[64];

	cr_assert_not_null(text);
	for (size_t i = 0; i < wanted; i++) {
		odd_name(name, i);
		length += (size_t)snprintf(text + length, line_size,
					   "enode://%06zx%.122s@%s:7\n", i,
					   ID_1, name);
	}
	cr_assert_eq(dt_node_list_parse(&list, text, length, "l", NULL), DT_OK);
	free(text);

	nodes = dt_node_list_nodes(list, &count);
	cr_assert_eq(count, wanted);
	for (size_t i = 0; i < count; i++) {
		odd_name(name, i);
		cr_assert_str_eq(nodes[i].host_name, name);
	}
	dt_node_list_destroy(list);
}

Test(node_node_list, a_duplicate_in_a_long_list_is_found)
{
	const size_t wanted = 5000;
	struct dt_error error;
	dt_node_list *list;
	size_t length;
	char *text = long_list(wanted, &length);
	size_t line_length = length / wanted;

	cr_assert_not_null(text);
	memcpy(text + 4321 * line_length, text + 1234 * line_length,
	       line_length);

	cr_assert_eq(dt_node_list_parse(&list, text, length, "l", &error),
		     DT_ERR_PARSE);
	cr_assert_str_eq(error.text,
			 "l:4322: the node id \"0004d2ca634cae0d49acb401d8a4c6"
			 "b6fe8c55b7...\" stands in line 1235 already; each "
			 "may stand once");
	free(text);
}

Test(node_node_list, every_allocation_may_fail)
{
	struct failing_allocator counter = {.fail_at = 0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_node_list_text lines = {.form = DTI_ENTRY_FORM_LINES,
					   .name = "nodes.txt"};
	struct dt_error error;
	dt_node_list *list;
	char *text = long_list(300, &lines.text.length);

	cr_assert_not_null(text);
	lines.text.text = text;
	for (;;) {
		dt_err err;

		list = untouched();
		counter.calls = 0;
		counter.fail_at++;
		err = dti_node_list_parse_with(&list, &lines, &allocator,
					       &error);
		if (err == DT_OK)
			break;
		cr_assert_eq(err, DT_ERR_NO_MEMORY);
		cr_assert_eq(error.code, DT_ERR_NO_MEMORY);
		cr_assert_str_eq(error.text,
				 "there is not enough memory for the nodes of "
				 "nodes.txt, 46500 bytes of text");
		cr_assert_eq(list, untouched());
		cr_assert_eq(counter.live, 0u, "call %zu", counter.fail_at);
	}

	/* The list, 6 sizes of the array, 2 blocks of names, the sort. */
	cr_assert_eq(counter.calls, 10u);
	dt_node_list_destroy(list);
	cr_assert_eq(counter.live, 0u);
	free(text);
}
