/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/folder.h"
#include "tests/harness.h"
#include "tests/program.h"

/* What the program may write over, and what it must not. */

static struct program program;

/* Of a network's first node, for a moment. */
static void run_with_metrics(const char *path, const char *key,
			     const char *database)
{
	program_run(&program,
		    (const char *const[]){"run", "--discovery", "v4",
					  "--listen", "127.201.8.1:0", "--for",
					  "100ms", "--metrics-file", path,
					  "--node-key-file", key,
					  "--node-database", database, NULL},
		    NULL);
}

static void refused(const char *part)
{
	cr_assert_eq(program.exit_code, 2, "%s", program.out_text);
	cr_assert_str_eq(program.out_text, "");
	cr_assert_not_null(strstr(program.err_text, part), "%s",
			   program.err_text);
	program_free(&program);
}

static void went_well(void)
{
	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	cr_assert_str_eq(program.err_text, "");
	program_free(&program);
}

static mode_t kind_of(const char *path)
{
	struct stat status;

	cr_assert_eq(lstat(path, &status), 0, "%s", path);
	return status.st_mode & S_IFMT;
}

static void holds_metrics(const struct folder *folder, const char *name)
{
	size_t length;
	char *text = (char *)folder_read(folder, name, &length);

	cr_assert_gt(length, 10);
	cr_assert_eq(strncmp(text, "# HELP", 6), 0, "%.60s", text);
	free(text);
}

static void make_fifo(const struct folder *folder, const char *name)
{
	cr_assert_eq(mkfifo(folder_file(folder, name), 0600), 0);
}

static void make_link(const struct folder *folder, const char *to,
		      const char *name)
{
	cr_assert_eq(symlink(to, folder_file(folder, name)), 0);
}

Test(cmd_output_file, metrics_replace_nothing_but_a_regular_file, .timeout = 60)
{
	static const char *const names[] = {"fifo", "link", "below", "late"};
	struct folder folder = folder_make();

	make_fifo(&folder, "fifo");
	make_link(&folder, "fifo", "link");
	cr_assert_eq(mkdir(folder_file(&folder, "below"), 0700), 0);
	make_fifo(&folder, "late.new"); /* what is renamed to "late" */
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char part[200];

		run_with_metrics(folder_file(&folder, names[i]), "", "");
		snprintf(part, sizeof(part),
			 "--metrics-file: '%s/%s%s' is not a regular file, and "
			 "would be replaced by one; a regular file or a new "
			 "one is accepted",
			 folder.path, names[i], i == 3 ? ".new" : "");
		refused(part);
	}
	cr_assert_eq(kind_of(folder_file(&folder, "fifo")), S_IFIFO);
	cr_assert_eq(kind_of(folder_file(&folder, "link")), S_IFLNK);
	cr_assert_eq(folder_count(&folder), 4);
	folder_remove(&folder);
}

Test(cmd_output_file, metrics_go_where_a_link_leads, .timeout = 60)
{
	struct folder folder = folder_make();

	cr_assert_eq(mkdir(folder_file(&folder, "below"), 0700), 0);
	folder_write(&folder, "old", "old", 3);
	make_link(&folder, "old", "link");
	make_link(&folder, "link", "link-to-link");
	make_link(&folder, "below/new", "dangling");
	run_with_metrics(folder_file(&folder, "link-to-link"), "", "");
	went_well();
	run_with_metrics(folder_file(&folder, "dangling"), "", "");
	went_well();

	cr_assert_eq(kind_of(folder_file(&folder, "link")), S_IFLNK);
	cr_assert_eq(kind_of(folder_file(&folder, "link-to-link")), S_IFLNK);
	cr_assert_eq(kind_of(folder_file(&folder, "dangling")), S_IFLNK);
	holds_metrics(&folder, "old");
	holds_metrics(&folder, "below/new");
	cr_assert_eq(folder_count(&folder), 5, "nothing is left beside");
	cr_assert_eq(remove(folder_file(&folder, "below/new")), 0);
	folder_remove(&folder);
}

Test(cmd_output_file, links_in_a_circle_are_refused, .timeout = 60)
{
	struct folder folder = folder_make();

	make_link(&folder, "b", "a");
	make_link(&folder, "a", "b");
	run_with_metrics(folder_file(&folder, "a"), "", "");
	refused("/a' cannot be followed: Too many levels of symbolic links");
	folder_remove(&folder);
}

Test(cmd_output_file, metrics_spare_the_node_key_and_the_node_database,
     .timeout = 60)
{
	struct folder folder = folder_make();
	const char *key = folder_file(&folder, "key");
	char around[128];

	snprintf(around, sizeof(around), "%s/./key", folder.path);
	run_with_metrics(around, key, "");
	refused("/./key' is the file of the node key (--node-key-file), which "
		"would be lost; a path of its own is accepted");
	run_with_metrics(folder_file(&folder, "nodes"), "",
			 folder_file(&folder, "nodes"));
	refused("/nodes' is the file of the node database (--node-database)");
	run_with_metrics(folder_file(&folder, "m"),
			 folder_file(&folder, "m.new"), "");
	refused("/m.new' is the file of the node key");
	cr_assert_eq(folder_count(&folder), 0);

	make_link(&folder, "key", "link"); /* to what is not there yet */
	run_with_metrics(folder_file(&folder, "link"),
			 folder_file(&folder, "key"), "");
	refused("/link' is the file of the node key");
	folder_write(&folder, "key", "k", 1);
	cr_assert_eq(
		link(folder_file(&folder, "key"), folder_file(&folder, "hard")),
		0);
	run_with_metrics(folder_file(&folder, "hard"),
			 folder_file(&folder, "key"), "");
	refused("/hard' is the file of the node key");
	folder_remove(&folder);
}

Test(cmd_output_file, a_crawl_spares_them_too, .timeout = 60)
{
	static const char *const flags[] = {"--output", "--enr", "--plot"};
	struct folder folder = folder_make();

	for (size_t i = 0; i < 3; i++) {
		char part[128];

		program_run(&program,
			    (const char *const[]){
				    "crawl", "--handshake", "--network",
				    "sepolia", "--node-key-file",
				    folder_file(&folder, "key"), flags[i],
				    folder_file(&folder, "key"), NULL},
			    NULL);
		snprintf(part, sizeof(part), "%s: '%s/key' is the file of",
			 flags[i], folder.path);
		refused(part);
	}
	cr_assert_eq(folder_count(&folder), 0);
	folder_remove(&folder);
}

Test(cmd_output_file, a_database_that_is_the_key_is_refused, .timeout = 60)
{
	struct folder folder = folder_make();

	run_with_metrics(folder_file(&folder, "metrics"),
			 folder_file(&folder, "key"),
			 folder_file(&folder, "key"));
	refused("node_database: ");
	make_link(&folder, "key", "nodes");
	run_with_metrics(folder_file(&folder, "metrics"),
			 folder_file(&folder, "key"),
			 folder_file(&folder, "nodes"));
	refused("node_database: ");
	folder_remove(&folder);
}

Test(cmd_output_file, a_key_that_others_may_use_is_said_once, .timeout = 60)
{
	struct folder folder = folder_make();

	run_with_metrics(folder_file(&folder, "metrics"),
			 folder_file(&folder, "key"), "");
	went_well();
	cr_assert_eq(chmod(folder_file(&folder, "key"), 0644), 0);
	run_with_metrics(folder_file(&folder, "metrics"),
			 folder_file(&folder, "key"), "");
	cr_assert_eq(program_count(program.out_text,
				   "its mode is 0644, and 0600 is right"),
		     1, "%s", program.out_text);
	went_well();
	folder_remove(&folder);
}
