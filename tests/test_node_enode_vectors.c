/* SPDX-License-Identifier: MIT */
/*
 * The verdicts of go-ethereum's two generations of enode parsers, as data in
 * tests/vectors. dialtone accepts what either accepts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/dialtone.h"

#include "tests/harness.h"

#define VECTORS_MAX 64

/* A line: verdict, tab, URL. Owns the line. */
struct vector {
	char *line;
	const char *url;
};

struct vectors {
	struct vector all[VECTORS_MAX];
	size_t count;
};

/* @line is taken over. */
static bool add_vector(struct vectors *out, char *line)
{
	char *tab = strchr(line, '\t');

	if (tab == NULL || out->count == VECTORS_MAX) {
		free(line);
		return false;
	}
	*tab = '\0';
	tab[1 + strcspn(tab + 1, "\n")] = '\0';
	out->all[out->count++] = (struct vector){line, tab + 1};
	return true;
}

static bool read_vectors(struct vectors *out, const char *path)
{
	FILE *file = fopen(path, "r");
	bool good = file != NULL;
	char *line = NULL;
	size_t size = 0;

	while (good && getline(&line, &size, file) > 0) {
		if (line[0] == '#')
			continue;
		good = add_vector(out, line);
		line = NULL;
	}
	free(line);
	if (file != NULL)
		(void)fclose(file);
	return good;
}

static void free_vectors(struct vectors *vectors)
{
	for (size_t i = 0; i < vectors->count; i++)
		free(vectors->all[i].line);
}

/* The canonical URL of the line that accepts @url, or NULL: none does. */
static const char *canonical_of(const struct vectors *vectors, const char *url)
{
	for (size_t i = 0; i < vectors->count; i++) {
		const char *canonical = strstr(vectors->all[i].line, " url=");

		if (strcmp(vectors->all[i].url, url) == 0 && canonical != NULL)
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
	struct vectors vectors = {.count = 0};
	size_t accepted = 0;

	cr_assert(read_vectors(&vectors, "tests/vectors/enode-url-1.6.7.txt"),
		  "to be run from the project's root");
	cr_assert(
		read_vectors(&vectors, "tests/vectors/enode-url-1.10.26.txt"));
	for (size_t i = 0; i < vectors.count; i++) {
		const char *url = vectors.all[i].url;
		const char *expected = canonical_of(&vectors, url);
		char text[DT_ENODE_URL_SIZE];

		/* The newer parser looks names up; here they are kept. */
		if (strstr(url, "@localhost:") != NULL)
			expected = url;
		canonical(text, sizeof(text), url);
		cr_assert_str_eq(text, expected == NULL ? "" : expected, "%s",
				 url);
		accepted += expected == NULL ? 0 : 1;
	}

	cr_assert_eq(vectors.count, 56u);
	cr_assert_eq(accepted, 34u);
	free_vectors(&vectors);
}
