/* SPDX-License-Identifier: MIT */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/container.h"

#include "workers/node_store.h"

#include "tests/folder.h"
#include "tests/harness.h"
#include "tests/node_facts.h"

struct scene {
	struct folder folder;
	struct dti_node_store store;
};

static struct scene begin_scene(void)
{
	struct scene scene = {.folder = folder_make()};

	cr_assert_eq(dti_node_store_open(&scene.store,
					 folder_file(&scene.folder, "nodes")),
		     DTI_STORE_OK, "%s", scene.store.why);
	return scene;
}

static void end_scene(struct scene *scene)
{
	dti_node_store_close(&scene->store, false);
	folder_remove(&scene->folder);
}

static void put(struct scene *scene, struct dti_node_fact fact)
{
	cr_assert_eq(dti_node_store_put(&scene->store, &fact), DTI_STORE_OK,
		     "%s", scene->store.why);
}

static size_t count_of(struct scene *scene)
{
	size_t count = 0;

	cr_assert_eq(dti_node_store_count(&scene->store, &count), DTI_STORE_OK);
	return count;
}

/* A column of the node @number. */
static int64_t column(struct scene *scene, uint32_t number, const char *name)
{
	struct dt_node node = numbered_node(number);
	sqlite3_stmt *statement;
	char sql[64];
	int64_t value;

	snprintf(sql, sizeof(sql), "SELECT %s FROM nodes WHERE id = ?", name);
	cr_assert_eq(sqlite3_prepare_v2(scene->store.file, sql, -1, &statement,
					NULL),
		     SQLITE_OK);
	sqlite3_bind_blob(statement, 1, &node.id, sizeof(node.id),
			  SQLITE_STATIC);
	cr_assert_eq(sqlite3_step(statement), SQLITE_ROW, "no node %u", number);
	value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

struct seen {
	uint32_t count;
	uint64_t sum; /* of the numbers */
};

static void see(void *context, const struct dt_node *node)
{
	struct seen *seen = context;

	seen->count++;
	seen->sum += node_number(node);
}

static struct seen scan(struct scene *scene, int64_t oldest, bool failed)
{
	struct dti_store_filter filter = {oldest, failed};
	struct seen seen = {0};

	cr_assert_eq(dti_node_store_scan(&scene->store, &filter, see, &seen),
		     DTI_STORE_OK);
	return seen;
}

Test(workers_node_store, a_node_is_read_as_it_was_written)
{
	struct scene scene = begin_scene();

	for (uint32_t i = 0; i < 300; i++)
		put(&scene, pong_of(i * 7, 1000 + i));

	cr_assert_eq(count_of(&scene), 300);
	cr_assert_eq(scan(&scene, 0, false).count, 300);
	cr_assert_eq(scan(&scene, 0, false).sum, 7 * 299 * 300 / 2);
	cr_assert_eq(scan(&scene, 1100, false).count, 200);
	cr_assert_eq(scan(&scene, 1299, false).sum, 7 * 299);
	cr_assert_eq(scan(&scene, 1300, false).count, 0);
	cr_assert_eq(column(&scene, 14, "seq"), 15);
	end_scene(&scene);
}

Test(workers_node_store, a_pong_brings_what_is_new_and_resets_the_failures)
{
	struct scene scene = begin_scene();
	struct dti_node_fact fact = pong_of(5, 1000);

	put(&scene, fact);
	put(&scene, failures_of(5, 3));
	cr_assert_eq(column(&scene, 5, "failures"), 3);

	fact.alive_unix_s = 900; /* the clock was set back */
	fact.failures = 1;
	fact.record_seq = UINT64_MAX;
	fact.node.endpoint.tcp_port = 77;
	fact.node.endpoint.udp_port = 78;
	put(&scene, fact);

	cr_assert_eq(count_of(&scene), 1);
	cr_assert_eq(column(&scene, 5, "failures"), 1);
	cr_assert_eq(column(&scene, 5, "alive"), 900);
	cr_assert_eq(column(&scene, 5, "tcp_port"), 77);
	cr_assert_eq(column(&scene, 5, "udp_port"), 78);
	cr_assert_eq((uint64_t)column(&scene, 5, "seq"), UINT64_MAX);
	fact.record_seq = 0; /* not told */
	put(&scene, fact);
	cr_assert_eq((uint64_t)column(&scene, 5, "seq"), UINT64_MAX);
	end_scene(&scene);
}

Test(workers_node_store, failures_add_up_without_overflow)
{
	struct scene scene = begin_scene();

	put(&scene, pong_of(5, 1000));
	put(&scene, failures_of(5, 2));
	put(&scene, failures_of(5, 40));
	cr_assert_eq(column(&scene, 5, "failures"), 42);
	cr_assert_eq(scan(&scene, 0, false).count, 0);
	cr_assert_eq(scan(&scene, 0, true).count, 1);

	put(&scene, failures_of(5, UINT32_MAX));
	put(&scene, failures_of(5, UINT32_MAX));
	cr_assert_eq(column(&scene, 5, "failures"), UINT32_MAX);
	cr_assert_eq(column(&scene, 5, "alive"), 1000);
	end_scene(&scene);
}

Test(workers_node_store, who_never_was_alive_or_has_no_address_is_left_out)
{
	struct scene scene = begin_scene();
	struct dti_node_fact fact = pong_of(1, 1000);

	put(&scene, failures_of(1, 1));
	fact.alive_unix_s = -1;
	put(&scene, fact);
	fact = pong_of(1, 1000);
	fact.node.endpoint.family = 0;
	put(&scene, fact);
	fact.node.endpoint.family = 5;
	put(&scene, fact);
	fact = pong_of(1, 1000);
	fact.node.endpoint.udp_port = 0;
	put(&scene, fact);
	cr_assert_eq(count_of(&scene), 0);

	fact = pong_of(65536, 1000); /* whose TCP port is 0 */
	put(&scene, fact);
	cr_assert_eq(scan(&scene, 0, false).sum, 65536);
	end_scene(&scene);
}

Test(workers_node_store, prune_forgets_the_old_ones_then_the_oldest)
{
	struct scene scene = begin_scene();
	size_t count = 7;

	for (uint32_t i = 0; i < 100; i++)
		put(&scene, pong_of(i * 37 % 100, 1000 + i * 37 % 100));

	cr_assert_eq(dti_node_store_prune(&scene.store, 1010, 100, &count),
		     DTI_STORE_OK);
	cr_assert_eq(count, 90);
	cr_assert_eq(dti_node_store_prune(&scene.store, 1010, 60, &count),
		     DTI_STORE_OK);
	cr_assert_eq(count, 60);

	cr_assert_eq(count_of(&scene), 60);
	cr_assert_eq(scan(&scene, 0, false).sum, (40 + 99) * 60 / 2);
	cr_assert_eq(dti_node_store_prune(&scene.store, 0, 0, &count),
		     DTI_STORE_OK);
	cr_assert_eq(count, 0);
	cr_assert_eq(count_of(&scene), 0);
	end_scene(&scene);
}

Test(workers_node_store, a_transaction_counts_when_it_is_committed)
{
	struct scene scene = begin_scene();

	put(&scene, pong_of(1, 1000));
	cr_assert_eq(dti_node_store_begin(&scene.store), DTI_STORE_OK);
	put(&scene, pong_of(2, 1000));
	cr_assert_eq(count_of(&scene), 2);
	dti_node_store_roll_back(&scene.store);
	cr_assert_eq(count_of(&scene), 1);
	dti_node_store_roll_back(&scene.store); /* there is none: nothing */

	cr_assert_eq(dti_node_store_begin(&scene.store), DTI_STORE_OK);
	put(&scene, pong_of(3, 1000));
	cr_assert_eq(dti_node_store_commit(&scene.store), DTI_STORE_OK);
	dti_node_store_roll_back(&scene.store);
	cr_assert_eq(count_of(&scene), 2);
	end_scene(&scene);
}

Test(workers_node_store, rows_that_are_no_nodes_are_passed_over)
{
	static const char *const rows[] = {
		"(zeroblob(63), zeroblob(4), 1, 1, 1000, 0, 0)",
		"(zeroblob(65), zeroblob(4), 1, 1, 1000, 0, 0)",
		"(x'', zeroblob(4), 1, 1, 1000, 0, 0)",
		"(randomblob(64), zeroblob(5), 1, 1, 1000, 0, 0)",
		"(randomblob(64), x'', 1, 1, 1000, 0, 0)",
		"(randomblob(64), zeroblob(4), 65536, 1, 1000, 0, 0)",
		"(randomblob(64), zeroblob(4), -1, 1, 1000, 0, 0)",
		"(randomblob(64), zeroblob(4), 1, 65536, 1000, 0, 0)",
		"(randomblob(64), zeroblob(4), 1, 0, 1000, 0, 0)",
		"(randomblob(64), zeroblob(4), 1, 4294967297, 1000, 0, 0)",
	};
	struct scene scene = begin_scene();

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		char sql[128];

		snprintf(sql, sizeof(sql), "INSERT INTO nodes VALUES %s",
			 rows[i]);
		cr_assert_eq(
			sqlite3_exec(scene.store.file, sql, NULL, NULL, NULL),
			SQLITE_OK, "%s", sql);
	}
	put(&scene, pong_of(9, 1000));

	cr_assert_eq(count_of(&scene), dti_array_length(rows) + 1);
	cr_assert_eq(scan(&scene, 0, false).count, 1);
	cr_assert_eq(scan(&scene, 0, false).sum, 9);
	end_scene(&scene);
}

Test(workers_node_store, every_result_of_sqlite_has_a_meaning)
{
	static const struct {
		int code;
		enum dti_store_result result;
	} meanings[] = {
		{SQLITE_OK, DTI_STORE_OK},
		{SQLITE_DONE, DTI_STORE_OK},
		{SQLITE_ROW, DTI_STORE_OK},
		{SQLITE_NOMEM, DTI_STORE_NO_MEMORY},
		{SQLITE_CORRUPT, DTI_STORE_BAD},
		{SQLITE_CORRUPT_SEQUENCE, DTI_STORE_BAD},
		{SQLITE_NOTADB, DTI_STORE_BAD},
		{SQLITE_BUSY, DTI_STORE_LOCKED},
		{SQLITE_BUSY_RECOVERY, DTI_STORE_LOCKED},
		{SQLITE_CANTOPEN, DTI_STORE_REFUSED},
		{SQLITE_READONLY_DIRECTORY, DTI_STORE_REFUSED},
		{SQLITE_FULL, DTI_STORE_TROUBLE},
		{SQLITE_IOERR_WRITE, DTI_STORE_TROUBLE},
		{SQLITE_ERROR, DTI_STORE_TROUBLE},
	};

	for (size_t i = 0; i < dti_array_length(meanings); i++) {
		struct dti_node_store store = {.file = NULL};
		enum dti_store_result result =
			dti_node_store_result(&store, meanings[i].code);

		cr_assert_eq(result, meanings[i].result, "%d",
			     meanings[i].code);
		cr_assert_eq(store.why[0] == '\0',
			     result == DTI_STORE_OK ||
				     result == DTI_STORE_NO_MEMORY,
			     "%d", meanings[i].code);
	}
}
