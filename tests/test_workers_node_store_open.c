/* SPDX-License-Identifier: MIT */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/container.h"

#include "workers/node_store.h"

#include "tests/folder.h"
#include "tests/harness.h"
#include "tests/node_facts.h"

#define NOBODY 65534

/* Make the file "nodes" by SQL. */
static void make_by(const struct folder *folder, const char *sql)
{
	sqlite3 *file;

	cr_assert_eq(sqlite3_open(folder_file(folder, "nodes"), &file),
		     SQLITE_OK);
	cr_assert_eq(sqlite3_exec(file, sql, NULL, NULL, NULL), SQLITE_OK, "%s",
		     sqlite3_errmsg(file));
	sqlite3_close(file);
}

static enum dti_store_result open_in(struct dti_node_store *store,
				     const struct folder *folder)
{
	return dti_node_store_open(store, folder_file(folder, "nodes"));
}

static void assert_opens(const struct folder *folder)
{
	struct dti_node_store store;

	cr_assert_eq(open_in(&store, folder), DTI_STORE_OK, "%s", store.why);
	cr_assert_not_null(store.file);
	dti_node_store_close(&store, false);
	cr_assert_null(store.file);
}

static void assert_is(const struct folder *folder, enum dti_store_result result,
		      const char *why)
{
	struct dti_node_store store;

	cr_assert_eq(open_in(&store, folder), result, "%s", why);
	cr_assert_str_eq(store.why, why);
	cr_assert_null(store.file);
	dti_node_store_close(&store, false); /* allowed */
}

Test(workers_node_store_open, a_new_file_is_ours_and_alone_when_it_is_closed)
{
	struct folder folder = folder_make();
	size_t length;
	unsigned char *bytes;

	assert_opens(&folder);

	cr_assert_eq(folder_count(&folder), 1);
	bytes = folder_read(&folder, "nodes", &length);
	cr_assert_gt(length, 100);
	/* Where file(1) and others look for it. */
	cr_assert_arr_eq(bytes + 60, "\0\0\0\1", 4);
	cr_assert_arr_eq(bytes + 68, "dial", 4);
	free(bytes);
	assert_opens(&folder);
	folder_remove(&folder);
}

Test(workers_node_store_open, an_empty_file_is_a_new_one)
{
	struct folder folder = folder_make();

	folder_write(&folder, "nodes", "", 0);
	assert_opens(&folder);
	folder_remove(&folder);

	folder = folder_make();
	make_by(&folder, "PRAGMA journal_mode = WAL");
	assert_opens(&folder);
	folder_remove(&folder);
}

Test(workers_node_store_open, another_applications_file_is_not_ours)
{
	static const char *const files[] = {
		"PRAGMA application_id = 1",
		"PRAGMA user_version = 1",
		"CREATE TABLE nodes (id)",
		"CREATE TABLE other (id); INSERT INTO other VALUES (1)",
		"PRAGMA application_id = 1; CREATE TABLE nodes (id)",
		"PRAGMA journal_mode = WAL; CREATE TABLE other (id)",
	};

	for (size_t i = 0; i < dti_array_length(files); i++) {
		struct folder folder = folder_make();
		unsigned char *before;
		unsigned char *after;
		size_t length;
		size_t length_after;

		make_by(&folder, files[i]);
		before = folder_read(&folder, "nodes", &length);

		assert_is(&folder, DTI_STORE_BAD, "another application's file");

		after = folder_read(&folder, "nodes", &length_after);
		cr_assert_eq(length, length_after, "%s", files[i]);
		cr_assert_arr_eq(before, after, length, "%s", files[i]);
		free(before);
		free(after);
		folder_remove(&folder);
	}
}

Test(workers_node_store_open, another_format_is_said)
{
	struct folder folder = folder_make();

	assert_opens(&folder);
	make_by(&folder, "PRAGMA user_version = 2");
	assert_is(&folder, DTI_STORE_BAD,
		  "its format is 2, and this version reads 1");
	make_by(&folder, "PRAGMA user_version = -1");
	assert_is(&folder, DTI_STORE_BAD,
		  "its format is -1, and this version reads 1");
	folder_remove(&folder);
}

Test(workers_node_store_open, a_file_of_ours_without_our_table_is_bad)
{
	struct folder folder = folder_make();

	assert_opens(&folder);
	make_by(&folder, "ALTER TABLE nodes RENAME seq TO sequel");
	assert_is(&folder, DTI_STORE_BAD, "no such column: seq");
	make_by(&folder, "ALTER TABLE nodes RENAME TO edges");
	assert_is(&folder, DTI_STORE_BAD, "no such table: nodes");
	folder_remove(&folder);
}

Test(workers_node_store_open, a_file_that_sqlite_does_not_write_is_bad)
{
	struct folder folder = folder_make();
	unsigned char *bytes;
	size_t length;

	assert_opens(&folder);
	bytes = folder_read(&folder, "nodes", &length);
	bytes[18] = 3; /* the format for writing; that for reading stays */
	folder_write(&folder, "nodes", bytes, length);
	free(bytes);
	assert_is(&folder, DTI_STORE_BAD, "a newer version of SQLite made it");
	folder_remove(&folder);
}

Test(workers_node_store_open, what_is_no_sqlite_file_is_bad_and_left_alone)
{
	static const char text[] = "enode://0123456789abcdef\n";
	struct folder folder = folder_make();
	unsigned char *bytes;
	size_t length;

	folder_write(&folder, "nodes", text, sizeof(text) - 1);
	assert_is(&folder, DTI_STORE_BAD, "file is not a database");

	bytes = folder_read(&folder, "nodes", &length);
	cr_assert_eq(length, sizeof(text) - 1);
	cr_assert_arr_eq(bytes, text, length);
	cr_assert_eq(folder_count(&folder), 1);
	free(bytes);
	folder_remove(&folder);
}

Test(workers_node_store_open, one_opener_is_enough)
{
	struct folder folder = folder_make();
	struct dti_node_store store;
	int status;
	pid_t child;

	cr_assert_eq(open_in(&store, &folder), DTI_STORE_OK);
	/* In this process, and in another one. */
	assert_is(&folder, DTI_STORE_LOCKED, "database is locked");
	child = fork();
	if (child == 0) {
		struct dti_node_store second;

		_exit(open_in(&second, &folder) == DTI_STORE_LOCKED ? 0 : 1);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0);
	/* What did not work leaves the first one's lock. */
	assert_is(&folder, DTI_STORE_LOCKED, "database is locked");
	cr_assert_not(folder_has(&folder, "nodes-shm"), "it is mapped");
	dti_node_store_close(&store, false);
	assert_opens(&folder);
	folder_remove(&folder);
}

Test(workers_node_store_open, places_that_cannot_work_are_refused)
{
	struct folder folder = folder_make();
	struct dti_node_store store;

	cr_assert_eq(dti_node_store_open(&store, folder.path),
		     DTI_STORE_REFUSED);
	cr_assert_str_eq(store.why, "it is not a file");
	cr_assert_eq(dti_node_store_open(&store, "/dev/null"),
		     DTI_STORE_REFUSED);
	cr_assert_str_eq(store.why, "it is not a file");
	cr_assert_eq(
		dti_node_store_open(&store, folder_file(&folder, "none/nodes")),
		DTI_STORE_REFUSED);
	cr_assert_str_eq(store.why, "No such file or directory");
	cr_assert_eq(folder_count(&folder), 0);
	folder_remove(&folder);
}

/* Root may write everywhere: somebody else tries. */
static void open_as_nobody(const struct folder *folder,
			   enum dti_store_result expected, const char *why)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		struct dti_node_store store;

		if (geteuid() == 0 && setresuid(NOBODY, NOBODY, NOBODY) != 0)
			_exit(2);
		if (open_in(&store, folder) != expected)
			_exit(3);
		_exit(strcmp(store.why, why) == 0 ? 0 : 4);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status));
	cr_assert_eq(WEXITSTATUS(status), 0, "%d", WEXITSTATUS(status));
}

Test(workers_node_store_open, without_permission_it_is_refused)
{
	struct folder folder = folder_make();

	cr_assert_eq(chmod(folder.path, 0555), 0);
	open_as_nobody(&folder, DTI_STORE_REFUSED, "Permission denied");
	cr_assert_eq(chmod(folder.path, 0755), 0);
	assert_opens(&folder);
	cr_assert_eq(chmod(folder_file(&folder, "nodes"), 0444), 0);
	cr_assert_eq(chmod(folder.path, 0777), 0);
	open_as_nobody(&folder, DTI_STORE_REFUSED, "Permission denied");
	/* The file alone is not enough: the log stands beside it. */
	cr_assert_eq(chmod(folder_file(&folder, "nodes"), 0666), 0);
	cr_assert_eq(chmod(folder.path, 0555), 0);
	open_as_nobody(&folder, DTI_STORE_REFUSED, "Permission denied");
	cr_assert_eq(chmod(folder.path, 0755), 0);
	assert_opens(&folder);
	folder_remove(&folder);
}

Test(workers_node_store_open, names_that_sqlite_takes_otherwise_are_files)
{
	static const char *const names[] = {":memory:", "file:x?mode=memory",
					    "-x", "a b'c"};
	struct folder folder = folder_make();
	struct dti_node_store store;

	cr_assert_eq(chdir(folder.path), 0);
	for (size_t i = 0; i < dti_array_length(names); i++) {
		cr_assert_eq(dti_node_store_open(&store, names[i]),
			     DTI_STORE_OK, "%s", store.why);
		dti_node_store_close(&store, false);
		cr_assert(folder_has(&folder, names[i]), "%s", names[i]);
	}
	folder_remove(&folder);
}

Test(workers_node_store_open, closed_untouched_the_log_stays_and_is_read_again)
{
	struct folder folder = folder_make();
	struct dti_node_fact fact = pong_of(3, 1000);
	struct dti_node_store store;
	size_t count = 0;

	cr_assert_eq(open_in(&store, &folder), DTI_STORE_OK);
	cr_assert_eq(dti_node_store_put(&store, &fact), DTI_STORE_OK);
	dti_node_store_close(&store, true);
	cr_assert(folder_has(&folder, "nodes-wal"));

	cr_assert_eq(open_in(&store, &folder), DTI_STORE_OK);
	cr_assert_eq(dti_node_store_count(&store, &count), DTI_STORE_OK);
	cr_assert_eq(count, 1);
	dti_node_store_close(&store, false);
	cr_assert_eq(folder_count(&folder), 1);
	folder_remove(&folder);
}
