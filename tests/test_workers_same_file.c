/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workers/same_file.h"

#include "tests/folder.h"
#include "tests/harness.h"

static struct folder fill(void)
{
	struct folder folder = folder_make();

	folder_write(&folder, "key", "k", 1);
	folder_write(&folder, "other", "k", 1);
	cr_assert_eq(symlink("key", folder_file(&folder, "soft")), 0);
	cr_assert_eq(
		link(folder_file(&folder, "key"), folder_file(&folder, "hard")),
		0);
	cr_assert_eq(symlink("nothing", folder_file(&folder, "dangling")), 0);
	cr_assert_eq(mkdir(folder_file(&folder, "below"), 0700), 0);
	return folder;
}

static bool same(const struct folder *folder, const char *a, const char *b)
{
	char path_a[128];
	char path_b[128];

	snprintf(path_a, sizeof(path_a), "%s/%s", folder->path, a);
	snprintf(path_b, sizeof(path_b), "%s/%s", folder->path, b);
	cr_assert_eq(dti_same_file(path_a, path_b),
		     dti_same_file(path_b, path_a), "%s %s", a, b);
	return dti_same_file(path_a, path_b);
}

Test(workers_same_file, one_file_has_many_paths)
{
	static const char *const pairs[][2] = {
		{"key", "key"},           {"key", "./key"},
		{"key", "below/../key"},  {"key", "soft"},
		{"key", "hard"},          {"soft", "hard"},
		{"new", "new"},           {"new", ".//new"},
		{"new", "below/../new"},  {"no/such/folder", "no/such/folder"},
		{"dangling", "dangling"},
	};
	struct folder folder = fill();

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		cr_assert(same(&folder, pairs[i][0], pairs[i][1]), "%s %s",
			  pairs[i][0], pairs[i][1]);
	folder_remove(&folder);
}

Test(workers_same_file, two_files_are_two)
{
	static const char *const pairs[][2] = {
		{"key", "other"},     {"key", "new"},
		{"new", "newer"},     {"new", "below/new"},
		{"key", "below/key"}, {"no/folder/new", "new"},
		{"soft", "other"},    {"key", "dangling"},
	};
	struct folder folder = fill();

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		cr_assert_not(same(&folder, pairs[i][0], pairs[i][1]), "%s %s",
			      pairs[i][0], pairs[i][1]);
	folder_remove(&folder);
}

Test(workers_same_file, a_path_without_a_slash_is_in_the_working_folder)
{
	cr_assert(dti_same_file("dialtone-not-there", "./dialtone-not-there"));
	cr_assert_not(
		dti_same_file("dialtone-not-there", "/dialtone-not-there"));
}
