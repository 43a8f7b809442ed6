/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workers/node_key_load.h"

#include "tests/folder.h"
#include "tests/harness.h"

static struct dt_config config_of(const char *key_file)
{
	struct dt_config config;

	dt_config_init(&config, sizeof(config));
	config.node_key_file = key_file;
	return config;
}

Test(workers_node_key_load, without_a_file_each_key_is_a_new_one)
{
	struct dt_config config = config_of("");
	struct dt_node_key a;
	struct dt_node_key b;

	cr_assert_eq(dti_node_key_load(&a, &config, NULL), DT_OK);
	cr_assert_eq(dti_node_key_load(&b, &config, NULL), DT_OK);

	cr_assert_arr_neq(a.bytes, b.bytes, sizeof(a.bytes));
}

Test(workers_node_key_load, a_file_that_is_not_there_is_made_and_kept)
{
	struct folder folder = folder_make();
	struct dt_config config = config_of(folder_file(&folder, "key"));
	struct dt_node_key a;
	struct dt_node_key b;
	struct stat status;

	cr_assert_eq(dti_node_key_load(&a, &config, NULL), DT_OK);
	cr_assert_eq(dti_node_key_load(&b, &config, NULL), DT_OK);

	cr_assert_arr_eq(a.bytes, b.bytes, sizeof(a.bytes));
	cr_assert_eq(stat(config.node_key_file, &status), 0);
	cr_assert_eq(status.st_mode & 0777, 0600);
	cr_assert_eq(folder_count(&folder), 1);
	folder_remove(&folder);
}

Test(workers_node_key_load, a_key_that_is_given_goes_before_a_file)
{
	struct folder folder = folder_make();
	struct dt_config config = config_of(folder_file(&folder, "key"));
	struct dt_node_key given = {.bytes = {9}};
	struct dt_node_key key;

	config.node_key = &given;

	cr_assert_eq(dti_node_key_load(&key, &config, NULL), DT_OK);

	cr_assert_arr_eq(key.bytes, given.bytes, sizeof(key.bytes));
	cr_assert_eq(folder_count(&folder), 0);
	folder_remove(&folder);
}

struct notices {
	size_t count;
	char text[512];
};

static void note(void *context, const char *sentence)
{
	struct notices *notices = context;

	notices->count++;
	snprintf(notices->text, sizeof(notices->text), "%s", sentence);
}

Test(workers_node_key_load, a_file_that_others_may_use_gives_a_notice)
{
	static const struct {
		mode_t mode;
		const char *shown; /* NULL: there is none */
	} rows[] = {
		{0600, NULL},   {0400, NULL},   {0644, "0644"},
		{0640, "0640"}, {0604, "0604"}, {0610, "0610"},
	};
	struct folder folder = folder_make();
	struct dt_config config = config_of(folder_file(&folder, "key"));
	struct notices notices = {.count = 0};
	struct dt_node_key key;

	config.notice = note;
	config.notice_context = &notices;
	cr_assert_eq(dti_node_key_load(&key, &config, NULL), DT_OK);
	cr_assert_eq(notices.count, 0, "of a file that it made itself");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char expected[512];

		notices.count = 0;
		cr_assert_eq(chmod(config.node_key_file, rows[i].mode), 0);
		cr_assert_eq(dti_node_key_load(&key, &config, NULL), DT_OK);
		cr_assert_eq(notices.count, rows[i].shown != NULL, "%zu", i);
		if (rows[i].shown == NULL)
			continue;
		snprintf(expected, sizeof(expected),
			 "the node key \"%s\" may be used by others than its "
			 "owner: its mode is %s, and 0600 is right",
			 config.node_key_file, rows[i].shown);
		cr_assert_str_eq(notices.text, expected);
	}
	config.notice = NULL;
	cr_assert_eq(dti_node_key_load(&key, &config, NULL), DT_OK);
	folder_remove(&folder);
}

static void refuses_database(const struct dt_config *config)
{
	struct dt_error error = {.code = DT_OK};
	struct dt_node_key key;

	cr_assert_eq(dti_node_key_load(&key, config, &error), DT_ERR_CONFIG,
		     "%s", config->node_database);
	cr_assert_not_null(strstr(error.text,
				  "\" is not accepted: it is the same file as "
				  "node_key_file; it takes a path of its own"),
			   "%s", error.text);
	cr_assert_eq(strncmp(error.text, "node_database: \"", 16), 0, "%s",
		     error.text);
}

Test(workers_node_key_load, a_database_that_is_the_same_file_is_refused)
{
	struct folder folder = folder_make();
	struct dt_config config = config_of(folder_file(&folder, "key"));
	struct dt_node_key given = {.bytes = {9}};
	struct dt_node_key key;
	char around[128];

	snprintf(around, sizeof(around), "%s/./key", folder.path);
	config.node_database = around;
	refuses_database(&config);
	cr_assert_eq(folder_count(&folder), 0, "the key was made");

	config.node_database = "";
	cr_assert_eq(dti_node_key_load(&key, &config, NULL), DT_OK);
	config.node_database = around;
	refuses_database(&config);
	config.node_key = &given;
	refuses_database(&config);
	config.node_key = NULL;
	config.node_database = folder_file(&folder, "link");
	cr_assert_eq(symlink("key", config.node_database), 0);
	refuses_database(&config);
	config.node_database = folder_file(&folder, "nodes");
	cr_assert_eq(dti_node_key_load(&key, &config, NULL), DT_OK);
	folder_remove(&folder);
}

static void refuses(const struct dt_config *config, dt_err expected)
{
	struct dt_node_key key;
	struct dt_error error = {.code = DT_OK};

	cr_assert_eq(dti_node_key_load(&key, config, &error), expected);
	cr_assert_eq(error.code, expected);
	cr_assert_not_null(strstr(error.text, config->node_key_file), "%s",
			   error.text);
	cr_assert_eq(dti_node_key_load(&key, config, NULL), expected);
}

Test(workers_node_key_load, a_file_that_is_no_key_is_refused_and_kept)
{
	struct folder folder = folder_make();
	struct dt_config config = config_of(folder_file(&folder, "key"));

	folder_write(&folder, "key", "not a key\n", 10);
	refuses(&config, DT_ERR_PARSE);
	cr_assert(folder_has(&folder, "key"));
	folder_remove(&folder);
}

Test(workers_node_key_load, a_file_that_cannot_be_made_is_refused)
{
	struct dt_config config = config_of("/nonexistent/folder/key");

	refuses(&config, DT_ERR_FILE);
}
