/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/program.h"

/* `dialtone check`: are node files valid? */

#define ID(digit)                              \
	"000000000000000000000000000000000000" \
	"000000000000000000000000000000000000" \
	"000000000000000000000000000000000000" \
	"0000000000000000000" digit

#define GOOD                                                  \
	"# a comment\n"                                       \
	"enode://" ID(                                        \
		"1") "@127.0.0.1:30303\n\n"                   \
		     "enode://" ID(                           \
			     "2") "@peer.example:30303\n"     \
				  "enode://" ID(              \
					  "3") "\n"           \
					       "enode://" ID( \
						       "4") "@[::1]:30303?discport=30301\n"

static struct program check(const char *first, const char *second)
{
	struct program program;

	program_run(&program,
		    (const char *const[]){"check", first, second, NULL}, NULL);
	return program;
}

static void holds_line(const char *text, const char *path, const char *rest)
{
	char line[512];

	snprintf(line, sizeof(line), "%s%s", path, rest);
	cr_assert(strstr(text, line) != NULL, "no \"%s\" in: %s", line, text);
}

Test(cmd_check, counts_the_nodes_of_a_good_file, .timeout = 20,
     .fini = program_remove_files)
{
	const char *path = program_write_file("good.txt", GOOD);
	struct program program = check(path, NULL);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds_line(program.out_text, path,
		   ": 4 nodes, 1 with a host name, 1 incomplete\n");
	cr_assert_str_eq(program.err_text, "");
	program_free(&program);
}

Test(cmd_check, an_empty_file_has_no_nodes, .timeout = 20,
     .fini = program_remove_files)
{
	const char *path = program_write_file("empty.txt", "");
	struct program program = check(path, NULL);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds_line(program.out_text, path, ": 0 nodes");
	program_free(&program);
}

Test(cmd_check, names_file_and_line_of_an_error_and_goes_on, .timeout = 20,
     .fini = program_remove_files)
{
	const char *good = program_write_file("good.txt", GOOD);
	const char *bad = program_write_file(
		"bad.txt", "# one\nenode://" ID("1") "@127.0.0.1:99999\n");
	struct program program = check(bad, good);

	cr_assert_eq(program.exit_code, 1);
	holds_line(program.err_text, "dialtone: ", bad);
	holds_line(program.err_text, bad, ":2: ");
	holds_line(program.err_text, "", "99999");
	holds_line(program.out_text, good, ": 4 nodes");
	cr_assert_eq(program_count(program.out_text, "\n"), 1);
	program_free(&program);
}

Test(cmd_check, an_id_that_stands_twice_is_an_error, .timeout = 20,
     .fini = program_remove_files)
{
	const char *path = program_write_file(
		"twice.txt",
		"enode://" ID("1") "@127.0.0.1:1\nenode://" ID("1") "\n");
	struct program program = check(path, NULL);

	cr_assert_eq(program.exit_code, 1);
	holds_line(program.err_text, path, ":2: ");
	program_free(&program);
}

Test(cmd_check, a_file_that_is_not_there_is_an_error, .timeout = 20)
{
	struct program program = check("no-such-file", NULL);

	cr_assert_eq(program.exit_code, 1);
	holds_line(program.err_text, "", "no-such-file");
	holds_line(program.err_text, "", "No such file or directory");
	program_free(&program);
}

Test(cmd_check, no_file_at_all_is_bad_usage, .timeout = 20)
{
	struct program program = check(NULL, NULL);

	cr_assert_eq(program.exit_code, 2);
	holds_line(program.err_text, "dialtone: ", "check: a file is missing");
	program_free(&program);
}
