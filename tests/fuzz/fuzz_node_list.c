/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as the text of a node list, and as an option's. The first byte also
 * says which allocation is to fail in a further run.
 */
#include <string.h>

#include "lib/node/endpoint.h"
#include "lib/node/id.h"
#include "lib/node/node_list.h"

#include "tests/failing_allocator.h"
#include "tests/fuzz/fuzz.h"

struct urls {
	char *text; /* canonical URLs with a newline behind each */
	size_t length;
};

static dt_node_list *untouched(void)
{
	static char place;

	return (dt_node_list *)(void *)&place;
}

static struct urls write_urls(const dt_node_list *list)
{
	size_t count;
	const struct dt_node *nodes = dt_node_list_nodes(list, &count);
	struct urls urls = {malloc((count + 1) * DT_ENODE_URL_SIZE), 0};

	fuzz_check(urls.text != NULL, "the fuzzer has memory");
	for (size_t i = 0; i < count; i++) {
		fuzz_check(dt_enode_format(urls.text + urls.length,
					   DT_ENODE_URL_SIZE,
					   &nodes[i]) == DT_OK,
			   "each node has a URL");
		urls.length += strlen(urls.text + urls.length);
		urls.text[urls.length++] = '\n';
	}
	return urls;
}

static void check_same(const dt_node_list *a, const dt_node_list *b)
{
	size_t count_a;
	size_t count_b;
	const struct dt_node *nodes_a = dt_node_list_nodes(a, &count_a);
	const struct dt_node *nodes_b = dt_node_list_nodes(b, &count_b);

	fuzz_check(count_a == count_b, "as many nodes are read again");
	for (size_t i = 0; i < count_a; i++)
		fuzz_check(dti_node_id_equal(&nodes_a[i].id, &nodes_b[i].id) &&
				   dti_endpoint_equal(&nodes_a[i].endpoint,
						      &nodes_b[i].endpoint),
			   "each node is read again");
}

static void check_accepted(const dt_node_list *list)
{
	struct urls urls = write_urls(list);
	char *newline = memchr(urls.text, '\n', urls.length);
	dt_node_list *again = NULL;

	fuzz_check(dt_node_list_parse(&again, urls.text, urls.length, "again",
				      NULL) == DT_OK,
		   "a list's canonical URLs are accepted");
	check_same(list, again);
	dt_node_list_destroy(again);
	if (newline != NULL) {
		size_t first = (size_t)(newline + 1 - urls.text);

		memcpy(urls.text + urls.length, urls.text, first);
		again = untouched();
		fuzz_check(dt_node_list_parse(&again, urls.text,
					      urls.length + first, "again",
					      NULL) == DT_ERR_PARSE &&
				   again == untouched(),
			   "the first node once more is refused");
	}
	free(urls.text);
}

static void check_text(const struct dti_node_list_text *text, size_t fail_at)
{
	struct failing_allocator counter = {.fail_at = fail_at};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	dt_node_list *list = untouched();
	struct dt_error error = {.code = DT_OK};
	dt_err err = dti_node_list_parse_with(&list, text, &allocator, &error);

	if (err == DT_OK) {
		check_accepted(list);
		dt_node_list_destroy(list);
	} else {
		fuzz_check(list == untouched(), "the output is untouched");
		fuzz_check(error.code == err, "there is a sentence");
		fuzz_check((err == DT_ERR_NO_MEMORY) ==
				   (fail_at > 0 && counter.calls >= fail_at),
			   "no memory is said when there is none");
		fuzz_check(err == DT_ERR_NO_MEMORY ||
				   strncmp(error.text, "list:", 5) == 0,
			   "the sentence begins with the name");
	}
	fuzz_check(counter.live == 0, "nothing leaks");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dti_node_list_text text = {
		.text = {(const char *)data, size},
		.name = "list",
	};
	size_t fail_at = size > 0 ? data[0] % 8 : 0;

	text.form = DTI_ENTRY_FORM_LINES;
	check_text(&text, 0);
	check_text(&text, fail_at);
	text.form = DTI_ENTRY_FORM_ITEMS;
	check_text(&text, 0);
	check_text(&text, fail_at);
	return 0;
}
