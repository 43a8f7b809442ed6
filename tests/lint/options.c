/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lib/dialtone.h"

/*
 * options md | mdoc - print the options as a table for README.md or as a list
 * for the manual page. Made from dt_option_at(), as all that shows options is.
 */

static void print_md(void)
{
	const struct dt_option *option;

	puts("| variable | default | range | live | meaning |");
	puts("|---|---|---|---|---|");
	for (size_t i = 0; (option = dt_option_at(i)) != NULL; i++) {
		printf("| `%s` | ", option->variable);
		if (option->initial[0] != '\0')
			printf("`%s`", option->initial);
		else
			printf("empty");
		printf(" | %s | %s | %s |\n", option->range,
		       option->live ? "yes" : "no", option->help);
	}
}

/* --dial-timeout; Fl writes the first dash. */
static void print_flag(const char *name)
{
	printf(".It Fl -");
	for (; *name != '\0'; name++)
		putchar(*name == '_' ? '-' : *name);
}

static void print_mdoc(void)
{
	const struct dt_option *option;

	puts(".Bl -tag -width Ds");
	for (size_t i = 0; (option = dt_option_at(i)) != NULL; i++) {
		print_flag(option->name);
		if (strcmp(option->type, "boolean") != 0)
			printf(" Ar %s", option->type);
		printf(" , Ev %s\n%s\n", option->variable, option->help);
		printf("Takes %s; the default is %s.\n", option->range,
		       option->initial[0] != '\0' ? option->initial : "empty");
		if (option->live)
			puts("Can be changed while the dialer runs.");
	}
	puts(".El");
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "md") == 0) {
		print_md();
	} else if (argc == 2 && strcmp(argv[1], "mdoc") == 0) {
		print_mdoc();
	} else {
		fprintf(stderr, "usage: options md | mdoc\n");
		return 2;
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
