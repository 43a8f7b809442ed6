/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/dialtone.h"

#include "tests/harness.h"
#include "tests/json_check.h"
#include "tests/program.h"

/* The program dialtone before a subcommand does anything. */

static struct program run(const char *const *arguments)
{
	struct program program;

	program_run(&program, arguments, NULL);
	return program;
}

/* Ended with @exit_code, said @sentence on stderr and nothing on stdout. */
static void refuses(const char *const *arguments, int exit_code,
		    const char *sentence)
{
	struct program program = run(arguments);

	cr_assert_eq(program.exit_code, exit_code, "exit code %d: %s",
		     program.exit_code, program.err_text);
	cr_assert(strstr(program.err_text, sentence) != NULL, "%s",
		  program.err_text);
	cr_assert_eq(strncmp(program.err_text, "dialtone: ", 10), 0);
	cr_assert_eq(program_count(program.err_text, "\n"), 1,
		     "more than one line: %s", program.err_text);
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}

Test(cmd_main, without_a_command_it_says_what_to_try, .timeout = 20)
{
	refuses((const char *const[]){NULL}, 2, "'dialtone demo'");
}

Test(cmd_main, an_unknown_command_is_refused, .timeout = 20)
{
	refuses((const char *const[]){"dail", NULL}, 2,
		"'dail' is no command; known are run, demo, ping, peer, lookup, "
		"resolve, crawl, key, check and config (see");
}

Test(cmd_main, an_unknown_flag_is_refused_by_its_name, .timeout = 20)
{
	refuses((const char *const[]){"run", "--statik", "x", NULL}, 2,
		"run: unknown or unfit flag '--statik'");
	refuses((const char *const[]){"config", "-x", NULL}, 2,
		"config: unknown or unfit flag '-x'");
}

Test(cmd_main, a_flag_without_its_value_is_refused, .timeout = 20)
{
	refuses((const char *const[]){"run", "--nodes", NULL}, 2,
		"run: a value is missing after '--nodes'");
}

Test(cmd_main, an_operand_too_many_is_refused, .timeout = 20)
{
	refuses((const char *const[]){"run", "nodes.txt", NULL}, 2,
		"run takes no operand, and 'nodes.txt' is one");
}

Test(cmd_main, a_flag_of_a_command_is_checked, .timeout = 20)
{
	refuses((const char *const[]){"run", "--for", "3", NULL}, 2,
		"--for: '3' is not a duration above 0 such as 500ms");
	refuses((const char *const[]){"run", "--for", "1s1h", NULL}, 2,
		"--for: '1s1h' is not a duration");
	refuses((const char *const[]){"run", "--for", "99999999999999999h",
				      NULL},
		2, "is not a duration");
	refuses((const char *const[]){"demo", "--peers", "-1", NULL}, 2,
		"--peers: '-1' is not a whole number from 3 to 5000");
	refuses((const char *const[]){"demo", "--peers", "12x", NULL}, 2,
		"--peers: '12x' is not a whole number");
}

Test(cmd_main, the_version_is_the_librarys, .timeout = 20)
{
	struct program program = run((const char *const[]){"--version", NULL});

	cr_assert_eq(program.exit_code, 0);
	cr_assert_str_eq(program.out_text, "dialtone " DIALTONE_VERSION "\n");
	program_free(&program);
}

Test(cmd_main, help_goes_to_stdout, .timeout = 20)
{
	struct program program = run((const char *const[]){"--help", NULL});

	cr_assert_eq(program.exit_code, 0);
	cr_assert(strstr(program.out_text, "dialtone COMMAND") != NULL);
	cr_assert(strstr(program.out_text, "Exit codes") != NULL);
	cr_assert_str_eq(program.err_text, "");
	program_free(&program);
}

Test(cmd_main, each_commands_help_has_what_it_takes, .timeout = 60)
{
	static const char *const commands[] = {"run", "demo", "crawl",
					       "config"};

	for (size_t i = 0; i < 4; i++) {
		struct program program =
			run((const char *const[]){commands[i], "--help", NULL});

		cr_assert_eq(program.exit_code, 0);
		cr_assert_str_eq(program.err_text, "");
		for (size_t k = 0; dt_option_at(k); k++)
			cr_assert(strstr(program.out_text,
					 dt_option_at(k)->help) != NULL ||
					  strstr(program.out_text,
						 dt_option_at(k)->initial) !=
						  NULL,
				  "%s: no %s", commands[i],
				  dt_option_at(k)->name);
		program_free(&program);
	}
}

Test(cmd_main, what_only_asks_takes_the_options_of_discovery, .timeout = 20)
{
	struct program help =
		run((const char *const[]){"ping", "--help", NULL});

	cr_assert(strstr(help.out_text, "--listen ") != NULL);
	cr_assert(strstr(help.out_text, "--node-key-file ") != NULL);
	cr_assert(strstr(help.out_text, "--max-dyn-dials") == NULL);
	refuses((const char *const[]){"ping", "--workers", "3", NULL}, 2,
		"ping: unknown or unfit flag '--workers'");
	program_free(&help);
}

Test(cmd_main, help_says_where_a_command_has_a_default_of_its_own,
     .timeout = 20)
{
	struct program help = run((const char *const[]){"run", "--help", NULL});

	cr_assert(strstr(help.out_text, "default no, here yes)") != NULL);
	program_free(&help);
	help = run((const char *const[]){"config", "--help", NULL});
	cr_assert(strstr(help.out_text, "here yes") == NULL);
	program_free(&help);
}

Test(cmd_main, no_line_of_help_is_wider_than_a_terminal, .timeout = 60)
{
	static const char *const commands[] = {
		"run",     "demo",  "ping", "peer",   "lookup",
		"resolve", "crawl", "key",  "config", "check"};

	for (size_t i = 0; i < 10; i++) {
		struct program program =
			run((const char *const[]){commands[i], "--help", NULL});
		const char *line = program.out_text;

		while (*line != '\0') {
			size_t length = strcspn(line, "\n");

			cr_assert_leq(length, 80, "%s: %.*s", commands[i],
				      (int)length, line);
			line += length + 1;
		}
		program_free(&program);
	}
}

Test(json_check, takes_what_is_json_and_nothing_else)
{
	static const char *const good[] = {
		"{}",
		"[]",
		"0",
		"-1.5e+3",
		"\"a\\u00e9\\n\"",
		"{\"a\": [1, true, null], \"b\": {\"c\": \"\xc3\xa9\"}}",
	};
	static const char *const bad[] = {
		"",       "{",        "{\"a\"}",      "{\"a\":}",
		"[1,]",   "01",       "1.",           "\"\\x\"",
		"\"\n\"", "\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"",
		"{} {}",  "nul",      "'a'",          "{a:1}",
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		cr_assert(json_check(good[i], strlen(good[i])), "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not(json_check(bad[i], strlen(bad[i])), "%s", bad[i]);
}
