/* SPDX-License-Identifier: MIT */
/*
 * The verdicts of go-ethereum's two generations of enode parsers, as data in
 * tests/verdicts. dialtone accepts what either accepts.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/dialtone.h"

#include "tests/harness.h"
#include "tests/vectors.h"

#define LINES_MAX 64

/* A line: verdict, tab, URL. Owns the line. */
struct verdict {
	char *line;
	const char *url;
};

struct verdicts {
	struct verdict all[LINES_MAX];
	size_t count;
};

static void add_file(struct verdicts *out, const char *name)
{
	struct vectors file = vectors_open(name);
	char *next;

	while ((next = vectors_next(&file)) != NULL) {
		char *line = strdup(next);

		cr_assert_lt(out->count, (size_t)LINES_MAX);
		out->all[out->count++] =
			(struct verdict){line, vectors_cut(line, '\t')};
	}
}

static void free_verdicts(struct verdicts *verdicts)
{
	for (size_t i = 0; i < verdicts->count; i++)
		free(verdicts->all[i].line);
}

/* The canonical URL of the line that accepts @url, or NULL: none does. */
static const char *canonical_of(const struct verdicts *verdicts,
				const char *url)
{
	for (size_t i = 0; i < verdicts->count; i++) {
		const char *canonical = strstr(verdicts->all[i].line, " url=");

		if (strcmp(verdicts->all[i].url, url) == 0 && canonical != NULL)
			return canonical + strlen(" url=");
	}
	return NULL;
}

/* What dialtone makes of @url: its canonical URL, or "" if it is refused. */
static void canonical(char *out, size_t size, const char *url)
{
	char host_name[DT_HOST_NAME_SIZE];
	struct dt_node node;

	if (dt_enode_parse(&node, host_name, url, strlen(url), NULL) != DT_OK ||
	    dt_enode_format(out, size, &node) != DT_OK)
		out[0] = '\0';
}

Test(node_enode_vectors, what_either_parser_accepts_is_accepted)
{
	struct verdicts verdicts = {.count = 0};
	size_t accepted = 0;

	add_file(&verdicts, "enode-url-1.6.7.txt");
	add_file(&verdicts, "enode-url-1.10.26.txt");
	for (size_t i = 0; i < verdicts.count; i++) {
		const char *url = verdicts.all[i].url;
		const char *expected = canonical_of(&verdicts, url);
		char text[DT_ENODE_URL_SIZE];

		/* The newer parser looks names up; here they are kept. */
		if (strstr(url, "@localhost:") != NULL)
			expected = url;
		canonical(text, sizeof(text), url);
		cr_assert_str_eq(text, expected == NULL ? "" : expected, "%s",
				 url);
		accepted += expected == NULL ? 0 : 1;
	}

	cr_assert_eq(verdicts.count, 56u);
	cr_assert_eq(accepted, 34u);
	free_verdicts(&verdicts);
}
