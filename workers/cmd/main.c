/* SPDX-License-Identifier: MIT */
#include <dialtone.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"

struct subcommand {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
};

static const struct subcommand subcommands[] = {
	{"run", cmd_run, "dial nodes, keep them as peers, redial them"},
	{"demo", cmd_demo, "the same on a network of its own, on 127.0.0.0/8"},
	{"ping", cmd_ping, "ping a node by the discovery protocol"},
	{"peer", cmd_peer, "dial one node, and say what happens in each phase"},
	{"lookup", cmd_lookup, "find the nodes closest to an id"},
	{"resolve", cmd_resolve, "find a node's address by its id"},
	{"crawl", cmd_crawl, "walk a network and say who is there"},
	{"key", cmd_key, "make a node key, or show whose it is"},
	{"check", cmd_check, "say whether node files are valid"},
	{"config", cmd_config, "show every option, its value and its source"},
};

#define SUBCOMMAND_COUNT (sizeof(subcommands) / sizeof(subcommands[0]))

static int print_help(void)
{
	printf("dialtone %s: keeps a peer-to-peer node well connected\n\n"
	       "Usage:\n"
	       "  dialtone COMMAND [OPTION]...\n"
	       "  dialtone --help | --version\n\n"
	       "Commands:\n",
	       dt_version());
	for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
		printf("  %-8s %s\n", subcommands[i].name, subcommands[i].help);
	printf("\n'dialtone COMMAND --help' describes a command, dialtone(1) "
	       "all of it.\n"
	       "New here? 'dialtone demo' needs nothing.\n\n"
	       "Exit codes: 0 all is well; 1 the job failed; 2 usage or "
	       "configuration;\n"
	       "3 the system did not give what is needed.\n");
	return CMD_EXIT_OK;
}

static const struct subcommand *find(const char *name)
{
	for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
		if (strcmp(subcommands[i].name, name) == 0)
			return &subcommands[i];
	}
	return NULL;
}

static int refuse(const char *name)
{
	char known[256] = "";
	size_t length = 0;

	for (size_t i = 0; i < SUBCOMMAND_COUNT && length < sizeof(known); i++)
		length += (size_t)snprintf(known + length,
					   sizeof(known) - length, "%s%s",
					   i == 0                      ? ""
					   : i + 1 == SUBCOMMAND_COUNT ? " and "
								       : ", ",
					   subcommands[i].name);
	cmd_complain("'%s' is no command; known are %s (see 'dialtone "
		     "--help')",
		     name, known);
	return CMD_EXIT_USAGE;
}

static bool is_flag(const char *argument, char letter, const char *name)
{
	if (argument[0] == '-' && argument[1] == letter && argument[2] == '\0')
		return true;
	return strcmp(argument, name) == 0;
}

/* What went to stdout may still fail to get there (a full disk). */
static int close_output(int exit_code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return exit_code;
	cmd_complain("the output could not be written");
	return exit_code != CMD_EXIT_OK ? exit_code : CMD_EXIT_SYSTEM;
}

int main(int argc, char **argv)
{
	const struct subcommand *subcommand;

	/* Characters only: numbers are written and read the same everywhere. */
	(void)setlocale(LC_CTYPE, "");
	if (argc < 2) {
		cmd_complain("a command is missing; 'dialtone demo' shows what "
			     "this is, 'dialtone --help' lists all commands");
		return CMD_EXIT_USAGE;
	}
	if (is_flag(argv[1], 'h', "--help") || strcmp(argv[1], "help") == 0)
		return close_output(print_help());
	if (is_flag(argv[1], 'V', "--version")) {
		printf("dialtone %s\n", dt_version());
		return close_output(CMD_EXIT_OK);
	}
	subcommand = find(argv[1]);
	if (subcommand == NULL)
		return refuse(argv[1]);
	return close_output(subcommand->run(argc - 1, argv + 1));
}
