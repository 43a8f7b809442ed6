/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/dialtone.h"

#include "tests/harness.h"
#include "tests/json_check.h"
#include "tests/program.h"

/* `dialtone key`: node keys in files. */

/* A path in the test's own folder where nothing is. */
static const char *new_path(void)
{
	const char *path = program_write_file("key", "");

	unlink(path);
	return path;
}

static struct program key(const char *const *arguments)
{
	struct program program;

	program_run(&program, arguments, NULL);
	return program;
}

static void is_id_line(const char *text)
{
	cr_assert_eq(strspn(text, "0123456789abcdef"), 128, "%s", text);
	cr_assert_str_eq(text + 128, "\n");
}

Test(cmd_key, makes_a_key_that_its_owner_alone_may_read, .timeout = 20,
     .fini = program_remove_files)
{
	const char *path = new_path();
	struct program program = key((const char *const[]){"key", path, NULL});
	struct dt_node_key made;
	struct stat status;

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	is_id_line(program.out_text);
	cr_assert_eq(stat(path, &status), 0);
	cr_assert_eq(status.st_mode & 0777, 0600);
	cr_assert_eq(dt_node_key_read(&made, path, NULL), DT_OK);
	program_free(&program);
}

Test(cmd_key, shows_the_id_of_the_key_that_it_made, .timeout = 20,
     .fini = program_remove_files)
{
	const char *path = new_path();
	struct program made = key((const char *const[]){"key", path, NULL});
	struct program shown =
		key((const char *const[]){"key", "--show", path, NULL});

	cr_assert_eq(shown.exit_code, 0, "%s", shown.err_text);
	cr_assert_str_eq(shown.out_text, made.out_text);
	program_free(&made);
	program_free(&shown);
}

Test(cmd_key, makes_another_one_each_time, .timeout = 20,
     .fini = program_remove_files)
{
	const char *path = new_path();
	struct program first = key((const char *const[]){"key", path, NULL});
	struct program second;

	unlink(path);
	second = key((const char *const[]){"key", path, NULL});
	cr_assert_str_neq(first.out_text, second.out_text);
	program_free(&first);
	program_free(&second);
}

Test(cmd_key, never_overwrites_a_file, .timeout = 20,
     .fini = program_remove_files)
{
	const char *path = program_write_file("key", "precious\n");
	struct program program = key((const char *const[]){"key", path, NULL});
	char text[64] = "";
	FILE *file;

	cr_assert_eq(program.exit_code, 1);
	cr_assert(strstr(program.err_text, path) != NULL, "%s",
		  program.err_text);
	cr_assert_str_eq(program.out_text, "");
	file = fopen(path, "re");
	cr_assert_not_null(file);
	cr_assert_not_null(fgets(text, sizeof(text), file));
	fclose(file);
	cr_assert_str_eq(text, "precious\n");
	program_free(&program);
}

Test(cmd_key, a_file_that_is_no_key_is_refused_by_its_name, .timeout = 20,
     .fini = program_remove_files)
{
	const char *path = program_write_file("key", "not hex\n");
	struct program program =
		key((const char *const[]){"key", "--show", path, NULL});

	cr_assert_eq(program.exit_code, 1);
	cr_assert(strstr(program.err_text, path) != NULL, "%s",
		  program.err_text);
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}

Test(cmd_key, prints_the_url_of_a_node_that_listens_somewhere, .timeout = 20,
     .fini = program_remove_files)
{
	const char *path = new_path();
	struct program id;
	struct program program = key((const char *const[]){
		"key", path, "--listen", "[2001:db8::1]:30303", NULL});
	char expected[DT_ENODE_URL_SIZE];

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	id = key((const char *const[]){"key", "--show", path, NULL});
	snprintf(expected, sizeof(expected),
		 "enode://%.128s@[2001:db8::1]:30303\n", id.out_text);
	cr_assert_str_eq(program.out_text, expected);
	program_free(&program);
	program_free(&id);
}

Test(cmd_key, with_a_bad_address_nothing_is_made, .timeout = 20,
     .fini = program_remove_files)
{
	const char *path = new_path();
	struct program program = key((const char *const[]){
		"key", path, "--listen", "1.2.3.4:99999", NULL});

	cr_assert_eq(program.exit_code, 2);
	cr_assert(strstr(program.err_text,
			 "--listen: '1.2.3.4:99999' is not HOST:PORT") != NULL,
		  "%s", program.err_text);
	cr_assert_neq(access(path, F_OK), 0, "a key was made");
	program_free(&program);
}

Test(cmd_key, writes_an_object_of_json_when_asked, .timeout = 20,
     .fini = program_remove_files)
{
	const char *path = new_path();
	struct program program = key((const char *const[]){
		"key", path, "--json", "--listen", "1.2.3.4:5", NULL});
	const char *bad;
	size_t count;

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	cr_assert(json_check_lines(program.out_text, &count, &bad));
	cr_assert_eq(count, 1);
	cr_assert(strstr(program.out_text, "\"made\":true,\"id\":\"") != NULL);
	cr_assert(strstr(program.out_text, "@1.2.3.4:5\"}") != NULL, "%s",
		  program.out_text);
	program_free(&program);
}

Test(cmd_key, wants_one_file, .timeout = 20)
{
	struct program none = key((const char *const[]){"key", NULL});
	struct program two =
		key((const char *const[]){"key", "/nowhere/a", "b", NULL});

	cr_assert_eq(none.exit_code, 2);
	cr_assert_eq(two.exit_code, 2);
	cr_assert(strstr(none.err_text, "key: give one file") != NULL);
	program_free(&none);
	program_free(&two);
}
