/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"

#include "workers/discovery_snapshot.h"

#include "tests/harness.h"
#include "tests/shared_allocator.h"

#define READERS 3
#define CHANGES 500

/* A table, and where it is published. */
struct board {
	struct shared_allocator counter;
	struct dt_allocator allocator;
	struct dti_housekeeper housekeeper;
	struct dti_published_table published;
	struct dti_table *table;
	struct dti_random random;
	uint64_t added;
};

static struct board *open_board(void)
{
	static const uint8_t seed[32] = {1};
	struct dt_node_id self = {.bytes = {[63] = 1}};
	void *memory = NULL;
	struct board *board;

	cr_assert_eq(
		posix_memalign(&memory, _Alignof(struct board), sizeof(*board)),
		0);
	board = memory;
	memset(board, 0, sizeof(*board));
	board->allocator = shared_allocator_functions(&board->counter);
	dti_random_init(&board->random, seed);
	dti_housekeeper_init(&board->housekeeper);
	cr_assert_eq(dti_housekeeper_start(&board->housekeeper), DT_OK);
	dti_published_table_init(&board->published, &board->housekeeper,
				 &board->allocator, 7);
	board->table = dti_table_create(&self, false, &board->allocator);
	cr_assert_not_null(board->table);
	return board;
}

static void close_board(struct board *board)
{
	dti_table_destroy(board->table);
	dti_housekeeper_stop(&board->housekeeper);
	dti_published_table_fini(&board->published);
	cr_assert_eq(atomic_load(&board->counter.live), 0);
	free(board);
}

/* Another node, numbered from 1, at 127.0.0.1 with its number as TCP port. */
static void add_node(struct board *board)
{
	struct dt_node node = {
		.endpoint = {.ip = {127, 0, 0, 1},
			     .family = 4,
			     .udp_port = 2000},
	};
	struct dti_place place;
	enum dti_table_added added;

	do {
		uint64_t number = ++board->added;

		memcpy(node.id.bytes, &number, sizeof(number));
		node.endpoint.tcp_port = (uint16_t)(1 + number % 60000);
		place = dti_place_of(&node.id);
		added = dti_table_add(board->table, &node, &place, true, 1000);
	} while (added == DTI_TABLE_REPLACEMENT);
	cr_assert_eq(added, DTI_TABLE_ADDED);
}

static size_t count_entries(struct board *board)
{
	struct dt_discv4_entry out[DT_DISCV4_ENTRIES];

	return dti_published_table_entries(&board->published, out,
					   DT_DISCV4_ENTRIES);
}

Test(workers_discovery_snapshot, before_the_first_there_is_nothing,
     .timeout = 60)
{
	struct board *board = open_board();
	struct dt_node node;

	cr_assert_eq(count_entries(board), 0);
	cr_assert_eq(dti_published_table_random(&board->published, &node, 1),
		     0);
	cr_assert_eq(
		dti_published_table_due_ms(&board->published, board->table),
		INT64_MAX);
	close_board(board);
}

Test(workers_discovery_snapshot, what_the_table_has_is_seen, .timeout = 60)
{
	struct board *board = open_board();
	struct dt_discv4_entry out[3];
	struct dt_node node;

	add_node(board);
	add_node(board);
	dti_published_table_update(&board->published, board->table, 1500);

	cr_assert_eq(dti_published_table_entries(&board->published, out, 3), 2);
	for (size_t i = 0; i < 2; i++) {
		struct dti_table_entry *entry =
			dti_table_find(board->table, &out[i].node.id);

		cr_assert_not_null(entry);
		cr_assert_eq(out[i].bucket, entry->bucket);
		cr_assert_eq(out[i].liveness, entry->liveness);
		cr_assert_geq(out[i].age_ms, 500);
	}
	cr_assert_eq(dti_published_table_entries(&board->published, out, 1), 1);
	cr_assert_eq(dti_published_table_random(&board->published, &node, 1),
		     1);
	cr_assert_not_null(dti_table_find(board->table, &node.id));
	close_board(board);
}

Test(workers_discovery_snapshot, it_is_due_when_something_changes_not_too_often,
     .timeout = 60)
{
	struct board *board = open_board();
	struct dti_published_table *published = &board->published;

	add_node(board);
	cr_assert_leq(dti_published_table_due_ms(published, board->table), 0);
	dti_published_table_update(published, board->table, 1000);
	cr_assert_eq(dti_published_table_due_ms(published, board->table),
		     INT64_MAX);
	add_node(board);
	cr_assert_eq(dti_published_table_due_ms(published, board->table), 1100);
	dti_published_table_update(published, board->table, 1099);
	cr_assert_eq(count_entries(board), 1);
	dti_published_table_update(published, board->table, 1100);
	cr_assert_eq(count_entries(board), 2);
	dti_published_table_update(published, board->table, 9999);
	cr_assert_eq(count_entries(board), 2);
	close_board(board);
}

Test(workers_discovery_snapshot, without_memory_the_old_one_stays,
     .timeout = 60)
{
	struct board *board = open_board();
	struct dti_published_table *published = &board->published;

	add_node(board);
	dti_published_table_update(published, board->table, 1000);
	add_node(board);
	atomic_store(&board->counter.fail_all, true);
	dti_published_table_update(published, board->table, 1100);
	cr_assert_eq(count_entries(board), 1);
	/* Tried again later, not at once. */
	cr_assert_eq(dti_published_table_due_ms(published, board->table), 1200);
	atomic_store(&board->counter.fail_all, false);
	dti_published_table_update(published, board->table, 1200);

	cr_assert_eq(count_entries(board), 2);
	close_board(board);
}

/* A write to a disk that stalls. */
struct stall {
	struct dti_chore chore;
	sem_t begun;
	sem_t over;
};

static void stall(struct dti_chore *chore)
{
	struct stall *stalled = dti_container_of(chore, struct stall, chore);

	sem_post(&stalled->begun);
	sem_wait(&stalled->over);
}

Test(workers_discovery_snapshot, few_wait_for_a_disk_that_stalls, .timeout = 60)
{
	struct board *board = open_board();
	struct dti_published_table *published = &board->published;
	struct stall stalled = {.chore = {.run = stall}};
	int64_t now_ms = 1000;
	size_t seen;

	sem_init(&stalled.begun, 0, 0);
	sem_init(&stalled.over, 0, 0);
	dti_housekeeper_push(&board->housekeeper, &stalled.chore);
	sem_wait(&stalled.begun);
	for (int i = 0; i < 100; i++, now_ms += DTI_PICTURE_INTERVAL_MS) {
		add_node(board);
		dti_published_table_update(published, board->table, now_ms);
	}
	/* The latest, and those that it has replaced. */
	seen = count_entries(board);
	cr_assert_eq(seen, 1 + DTI_PICTURES_RETIRED);
	sem_post(&stalled.over);
	dti_housekeeper_settle(&board->housekeeper);
	dti_published_table_update(published, board->table, now_ms);

	cr_assert_eq(count_entries(board), 100);
	close_board(board);
	sem_destroy(&stalled.begun);
	sem_destroy(&stalled.over);
}

Test(workers_discovery_snapshot, draws_differ_from_each_other, .timeout = 60)
{
	struct board *board = open_board();
	struct dt_node first;
	bool differs = false;

	for (size_t i = 0; i < 40; i++)
		add_node(board);
	dti_published_table_update(&board->published, board->table, 1000);
	cr_assert_eq(dti_published_table_random(&board->published, &first, 1),
		     1);
	for (size_t i = 0; i < 40; i++) {
		struct dt_node node;

		cr_assert_eq(
			dti_published_table_random(&board->published, &node, 1),
			1);
		differs |= memcmp(&node.id, &first.id, sizeof(node.id)) != 0;
	}
	cr_assert(differs);
	close_board(board);
}

struct reader {
	struct board *board;
	_Atomic bool *done;
	pthread_t thread;
	size_t most;
	bool wrong;
};

/* A node's TCP port is made of its number, which is in its id. */
static bool is_whole(const struct dt_node *node)
{
	uint64_t number;

	memcpy(&number, node->id.bytes, sizeof(number));
	return node->endpoint.tcp_port == 1 + number % 60000;
}

static void *read_on(void *argument)
{
	struct reader *reader = argument;
	struct dti_published_table *published = &reader->board->published;
	bool last;

	do {
		struct dt_node nodes[16];
		struct dt_discv4_entry entries[DT_DISCV4_ENTRIES];
		size_t count;

		last = atomic_load(reader->done);
		count = dti_published_table_random(published, nodes, 16);
		for (size_t i = 0; i < count; i++)
			reader->wrong |= !is_whole(&nodes[i]);
		count = dti_published_table_entries(published, entries,
						    DT_DISCV4_ENTRIES);
		for (size_t i = 0; i < count; i++)
			reader->wrong |= !is_whole(&entries[i].node);
		reader->most = count > reader->most ? count : reader->most;
	} while (!last);
	return NULL;
}

static void change(struct board *board)
{
	const struct dti_table_entry *entries[DTI_TABLE_ENTRIES_MAX];
	size_t count = dti_table_entries(board->table, entries);
	uint32_t any = dti_random_below(&board->random, (uint32_t)count + 1);

	if (count < 60)
		add_node(board);
	else
		dti_table_remove(board->table,
				 dti_table_find(board->table,
						&entries[any % count]->node.id),
				 &board->random);
}

Test(workers_discovery_snapshot, readers_see_whole_pictures_while_it_changes,
     .timeout = 120)
{
	struct board *board = open_board();
	struct reader readers[READERS];
	_Atomic bool done = false;

	for (size_t i = 0; i < READERS; i++) {
		readers[i] = (struct reader){.board = board, .done = &done};
		cr_assert_eq(pthread_create(&readers[i].thread, NULL, read_on,
					    &readers[i]),
			     0);
	}
	for (int64_t i = 0; i < CHANGES; i++) {
		change(board);
		/* So that each is published. */
		if (i % DTI_PICTURES_RETIRED == 0)
			dti_housekeeper_settle(&board->housekeeper);
		dti_published_table_update(&board->published, board->table,
					   i * 100);
	}
	atomic_store(&done, true);

	for (size_t i = 0; i < READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		cr_assert_not(readers[i].wrong);
		cr_assert_geq(readers[i].most, 59);
	}
	close_board(board);
}
