/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/memory.h"

#include "workers/move_aside.h"

#include "tests/failing_allocator.h"
#include "tests/folder.h"
#include "tests/harness.h"

static const struct dt_allocator libc_allocator;

static void assert_moved(const struct folder *folder, const char *name)
{
	char *to = NULL;

	cr_assert_eq(dti_move_aside(&to, folder_file(folder, "nodes"),
				    &libc_allocator),
		     DT_OK);
	cr_assert_str_eq(to, folder_file(folder, name));
	cr_assert_not(folder_has(folder, "nodes"));
	cr_assert(folder_has(folder, name));
	dti_free(&libc_allocator, to);
}

static void assert_holds(const struct folder *folder, const char *name,
			 const char *text)
{
	size_t length;
	unsigned char *bytes = folder_read(folder, name, &length);

	cr_assert_eq(length, strlen(text), "%s", name);
	cr_assert_arr_eq(bytes, text, strlen(text), "%s", name);
	free(bytes);
}

Test(workers_move_aside, a_file_gets_the_first_name_that_is_free)
{
	struct folder folder = folder_make();

	folder_write(&folder, "nodes.bad-3", "old", 3);
	folder_write(&folder, "nodes", "a", 1);
	assert_moved(&folder, "nodes.bad-1");
	folder_write(&folder, "nodes", "b", 1);
	assert_moved(&folder, "nodes.bad-2");
	folder_write(&folder, "nodes", "c", 1);
	assert_moved(&folder, "nodes.bad-4");

	assert_holds(&folder, "nodes.bad-1", "a");
	assert_holds(&folder, "nodes.bad-2", "b");
	assert_holds(&folder, "nodes.bad-3", "old");
	assert_holds(&folder, "nodes.bad-4", "c");
	folder_remove(&folder);
}

Test(workers_move_aside, its_log_and_journal_go_along)
{
	struct folder folder = folder_make();

	folder_write(&folder, "nodes", "a", 1);
	folder_write(&folder, "nodes-wal", "log", 3);
	folder_write(&folder, "nodes-journal", "journal", 7);
	folder_write(&folder, "nodes-other", "other", 5);
	/* Of a file that was moved aside, and then taken away alone. */
	folder_write(&folder, "nodes.bad-1-shm", "stale", 5);

	assert_moved(&folder, "nodes.bad-1");

	assert_holds(&folder, "nodes.bad-1-wal", "log");
	assert_holds(&folder, "nodes.bad-1-journal", "journal");
	assert_holds(&folder, "nodes-other", "other");
	cr_assert_eq(folder_count(&folder), 4);
	folder_remove(&folder);
}

Test(workers_move_aside, when_no_name_is_free_the_last_one_is_taken)
{
	struct folder folder = folder_make();

	for (int i = 1; i <= DTI_MOVE_ASIDE_MOST; i++) {
		char name[32];

		snprintf(name, sizeof(name), "nodes.bad-%d", i);
		folder_write(&folder, name, name, strlen(name));
	}
	folder_write(&folder, "nodes", "a", 1);

	assert_moved(&folder, "nodes.bad-99");

	assert_holds(&folder, "nodes.bad-99", "a");
	assert_holds(&folder, "nodes.bad-98", "nodes.bad-98");
	cr_assert_eq(folder_count(&folder), DTI_MOVE_ASIDE_MOST);
	folder_remove(&folder);
}

Test(workers_move_aside, what_is_not_there_cannot_be_moved)
{
	struct folder folder = folder_make();
	char *to = folder.path;

	cr_assert_eq(dti_move_aside(&to, folder_file(&folder, "nodes"),
				    &libc_allocator),
		     DT_ERR_FILE);

	cr_assert_eq(errno, ENOENT);
	cr_assert_eq(to, folder.path);
	cr_assert_eq(folder_count(&folder), 0);
	folder_remove(&folder);
}

Test(workers_move_aside, nothing_is_moved_when_any_allocation_fails)
{
	struct folder folder = folder_make();
	dt_err err = DT_ERR_NO_MEMORY;
	size_t n;

	folder_write(&folder, "nodes", "a", 1);
	for (n = 1; err; n++) {
		struct failing_allocator memory = {.fail_at = n};
		struct dt_allocator allocator =
			failing_allocator_functions(&memory);
		char *to;

		err = dti_move_aside(&to, folder_file(&folder, "nodes"),
				     &allocator);

		if (!err)
			dti_free(&allocator, to);
		else
			cr_assert(folder_has(&folder, "nodes"));
		cr_assert_eq(memory.live, 0);
	}
	cr_assert_gt(n, 3);
	folder_remove(&folder);
}
