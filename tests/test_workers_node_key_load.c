/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/stat.h>

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
