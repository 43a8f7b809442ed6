/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "workers/clock.h"
#include "workers/discovery_journal.h"

#include "tests/failing_allocator.h"
#include "tests/folder.h"
#include "tests/gate.h"
#include "tests/harness.h"
#include "tests/node_facts.h"

#define PAGE 512 /* facts of one */

static const struct dt_allocator libc_allocator;

struct desk {
	struct folder folder;
	struct dti_housekeeper housekeeper;
	struct dti_discovery_journal journal;
};

static struct dti_node_database_options options_of(const struct desk *desk)
{
	return (struct dti_node_database_options){
		.path = folder_file(&desk->folder, "nodes"),
		.capacity = 5000,
		.allocator = &libc_allocator,
	};
}

static struct desk *open_desk(void)
{
	void *memory = NULL;
	struct dti_node_database_options options;
	struct desk *desk;

	cr_assert_eq(
		posix_memalign(&memory, _Alignof(struct desk), sizeof(*desk)),
		0);
	desk = memory;
	memset(desk, 0, sizeof(*desk));
	desk->folder = folder_make();
	dti_housekeeper_init(&desk->housekeeper);
	cr_assert_eq(dti_housekeeper_start(&desk->housekeeper), DT_OK);
	options = options_of(desk);
	cr_assert_eq(dti_discovery_journal_open(&desk->journal,
						&desk->housekeeper, &options,
						NULL),
		     DT_OK);
	return desk;
}

static void close_desk(struct desk *desk)
{
	dti_discovery_journal_close(&desk->journal);
	dti_housekeeper_stop(&desk->housekeeper);
	folder_remove(&desk->folder);
	free(desk);
}

static void note(struct desk *desk, uint32_t number, int64_t now_ms)
{
	struct dti_node_fact fact = pong_of(number, dti_clock_unix_s());

	dti_discovery_journal_note(&desk->journal, &fact, now_ms);
}

Test(workers_discovery_journal, what_was_noted_is_stored_when_it_is_due,
     .timeout = 60)
{
	struct desk *desk = open_desk();

	cr_assert_eq(dti_discovery_journal_due_ms(&desk->journal), INT64_MAX);
	note(desk, 1, 1000);
	note(desk, 2, 2000);
	cr_assert_eq(dti_discovery_journal_due_ms(&desk->journal), 31000);
	dti_discovery_journal_turn(&desk->journal, 30999);
	dti_housekeeper_settle(&desk->housekeeper);
	cr_assert_eq(dti_discovery_journal_nodes(&desk->journal), 0);
	dti_discovery_journal_turn(&desk->journal, 31000);
	dti_housekeeper_settle(&desk->housekeeper);

	cr_assert_eq(dti_discovery_journal_nodes(&desk->journal), 2);
	cr_assert_eq(dti_discovery_journal_due_ms(&desk->journal), INT64_MAX);
	close_desk(desk);
}

Test(workers_discovery_journal, close_stores_the_rest, .timeout = 60)
{
	struct desk *desk = open_desk();
	struct dti_node_database_options options = options_of(desk);
	struct dti_node_database *database;

	note(desk, 1, 0);
	dti_discovery_journal_turn(&desk->journal, 30000);
	note(desk, 2, 40000);
	note(desk, 3, 40000);
	dti_discovery_journal_close(&desk->journal);
	cr_assert_eq(dti_node_database_open(&database, &options, NULL), DT_OK);

	cr_assert_eq(dti_node_database_count(database), 3);
	dti_node_database_close(database);
	desk->journal.database = NULL; /* it is closed */
	close_desk(desk);
}

/* One that was noted twice is one. */
Test(workers_discovery_journal, facts_of_one_node_become_one, .timeout = 60)
{
	struct desk *desk = open_desk();
	struct dti_node_fact fact = failures_of(1, 1);

	note(desk, 1, 0);
	dti_discovery_journal_note(&desk->journal, &fact, 10);
	dti_discovery_journal_note(&desk->journal, &fact, 20);
	cr_assert_eq(desk->journal.count, 1);
	cr_assert_eq(desk->journal.page[0].failures, 2);
	cr_assert_neq(desk->journal.page[0].alive_unix_s, 0);
	note(desk, 1, 30);

	cr_assert_eq(desk->journal.count, 1);
	cr_assert_eq(desk->journal.page[0].failures, 0);
	close_desk(desk);
}

Test(workers_discovery_journal, a_full_page_is_due_at_once, .timeout = 60)
{
	struct desk *desk = open_desk();

	for (uint32_t i = 0; i < PAGE; i++) {
		cr_assert_neq(dti_discovery_journal_due_ms(&desk->journal), 5);
		note(desk, i, 5);
	}
	cr_assert_eq(dti_discovery_journal_due_ms(&desk->journal), 5);
	dti_discovery_journal_turn(&desk->journal, 5);
	dti_housekeeper_settle(&desk->housekeeper);
	cr_assert_eq(dti_discovery_journal_nodes(&desk->journal), PAGE);
	close_desk(desk);
}

struct delay {
	struct dti_chore chore;
	struct gate gate;
};

static void wait_at_gate(struct dti_chore *chore)
{
	gate_pass(&((struct delay *)chore)->gate); /* its first member */
}

/* While the disk is slow: both pages, and no more. Nobody waits for it. */
Test(workers_discovery_journal, a_slow_disk_costs_facts_but_no_time,
     .timeout = 60)
{
	struct desk *desk = open_desk();
	struct delay delay = {.chore = {.run = wait_at_gate}};

	gate_init(&delay.gate);
	dti_housekeeper_push(&desk->housekeeper, &delay.chore);
	gate_await(&delay.gate, 1);
	for (uint32_t i = 0; i < 3 * PAGE; i++) {
		note(desk, i, 7);
		dti_discovery_journal_turn(&desk->journal, 7);
	}
	cr_assert_eq(desk->journal.count, PAGE);
	cr_assert_gt(dti_discovery_journal_due_ms(&desk->journal), 7);
	gate_open(&delay.gate);
	dti_housekeeper_settle(&desk->housekeeper);
	cr_assert_eq(dti_discovery_journal_nodes(&desk->journal), PAGE);
	dti_discovery_journal_turn(&desk->journal, 1000000);
	dti_housekeeper_settle(&desk->housekeeper);

	cr_assert_eq(dti_discovery_journal_nodes(&desk->journal), 2 * PAGE);
	close_desk(desk);
}

Test(workers_discovery_journal, without_a_database_nothing_is_noted,
     .timeout = 60)
{
	static const char *const paths[] = {NULL, ""};

	for (size_t i = 0; i < 2; i++) {
		struct dti_node_database_options options = {
			.path = paths[i],
			.allocator = &libc_allocator,
		};
		struct dti_node_fact fact = pong_of(1, 1);
		struct dti_discovery_journal journal;

		cr_assert_eq(dti_discovery_journal_open(&journal, NULL,
							&options, NULL),
			     DT_OK);
		dti_discovery_journal_note(&journal, &fact, 0);
		cr_assert_eq(dti_discovery_journal_due_ms(&journal), INT64_MAX);
		dti_discovery_journal_turn(&journal, 0);
		cr_assert_eq(dti_discovery_journal_nodes(&journal), 0);
		dti_discovery_journal_close(&journal);
	}
}

Test(workers_discovery_journal, each_allocation_may_fail, .timeout = 60)
{
	struct desk *desk = open_desk();
	struct failing_allocator counter = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_node_database_options options = {
		.path = folder_file(&desk->folder, "others"),
		.capacity = 10,
		.allocator = &allocator,
	};
	struct dti_discovery_journal journal;

	for (; dti_discovery_journal_open(&journal, &desk->housekeeper,
					  &options, NULL);
	     counter.fail_at++) {
		cr_assert_eq(counter.live, 0);
		counter.calls = 0;
	}
	cr_assert_gt(counter.fail_at, 1);
	dti_discovery_journal_close(&journal);
	cr_assert_eq(counter.live, 0);
	close_desk(desk);
}
