/* SPDX-License-Identifier: MIT */
#include "workers/discovery_journal.h"

#include "lib/container.h"
#include "lib/memory.h"
#include "lib/node/id.h"

#include "workers/clock.h"

#define PAGE_FACTS 512
#define PAGE_MS    30000 /* the longest that something is not yet on disk */

static void count_nodes(struct dti_discovery_journal *journal)
{
	/* Relaxed: see the field. */
	atomic_store_explicit(&journal->nodes,
			      dti_node_database_count(journal->database),
			      memory_order_relaxed);
}

static void store(struct dti_discovery_journal *journal,
		  const struct dti_node_fact *facts, size_t count)
{
	/* What fails is kept for the next time, and gives a notice. */
	if (count > 0)
		(void)dti_node_database_store(journal->database, facts, count,
					      dti_clock_unix_s());
	count_nodes(journal);
}

static void store_page(struct dti_chore *chore)
{
	struct dti_discovery_journal *journal =
		dti_container_of(chore, struct dti_discovery_journal, chore);

	store(journal, journal->stored_page, journal->stored_count);
	journal->stored_count = 0;
	/* Release: pairs with the acquire in is_storing(); gives the page
	 * back. */
	atomic_store_explicit(&journal->storing, false, memory_order_release);
}

static bool is_storing(const struct dti_discovery_journal *journal)
{
	/* Acquire: pairs with the release in store_page(). */
	return atomic_load_explicit(&journal->storing, memory_order_acquire);
}

dt_err
dti_discovery_journal_open(struct dti_discovery_journal *journal,
			   struct dti_housekeeper *housekeeper,
			   const struct dti_node_database_options *options,
			   struct dt_error *error)
{
	struct dti_node_fact *pages;
	dt_err err;

	*journal = (struct dti_discovery_journal){
		.allocator = options->allocator,
		.housekeeper = housekeeper,
		.due_ms = INT64_MAX,
		.chore = {.run = store_page},
	};
	if (!options->path || options->path[0] == '\0')
		return DT_OK;
	pages = dti_calloc(options->allocator, (size_t)2 * PAGE_FACTS,
			   sizeof(*pages));
	if (!pages)
		return DT_ERR_NO_MEMORY;
	err = dti_node_database_open(&journal->database, options, error);
	if (err) {
		dti_free(options->allocator, pages);
		return err;
	}
	journal->page = pages;
	journal->stored_page = pages + PAGE_FACTS;
	count_nodes(journal);
	return DT_OK;
}

/* The two pages are one allocation. */
static void free_pages(struct dti_discovery_journal *journal)
{
	dti_free(journal->allocator, journal->page < journal->stored_page
					     ? journal->page
					     : journal->stored_page);
}

void dti_discovery_journal_close(struct dti_discovery_journal *journal)
{
	if (!journal->database)
		return;
	dti_housekeeper_settle(journal->housekeeper);
	store(journal, journal->page, journal->count);
	dti_node_database_close(journal->database);
	free_pages(journal);
}

/* Of the page. NULL: it is full. */
static struct dti_node_fact *find(struct dti_discovery_journal *journal,
				  const struct dt_node_id *id)
{
	for (size_t i = 0; i < journal->count; i++) {
		if (dti_node_id_equal(&journal->page[i].node.id, id))
			return &journal->page[i];
	}
	if (journal->count == PAGE_FACTS)
		return NULL;
	journal->page[journal->count] = (struct dti_node_fact){.failures = 0};
	return &journal->page[journal->count++];
}

void dti_discovery_journal_note(struct dti_discovery_journal *journal,
				const struct dti_node_fact *fact,
				int64_t now_ms)
{
	struct dti_node_fact *noted;

	if (!journal->database)
		return;
	noted = find(journal, &fact->node.id);
	if (!noted)
		return;
	if (fact->alive_unix_s != 0) {
		*noted = *fact;
	} else {
		noted->node = fact->node;
		noted->failures += fact->failures;
	}
	if (journal->due_ms == INT64_MAX)
		journal->due_ms = now_ms + PAGE_MS;
	if (journal->count == PAGE_FACTS)
		journal->due_ms = now_ms;
}

int64_t
dti_discovery_journal_due_ms(const struct dti_discovery_journal *journal)
{
	return journal->due_ms;
}

void dti_discovery_journal_turn(struct dti_discovery_journal *journal,
				int64_t now_ms)
{
	struct dti_node_fact *page = journal->page;

	if (now_ms < journal->due_ms)
		return;
	if (is_storing(journal)) {
		/* The disk is slow; come again. */
		journal->due_ms = now_ms + PAGE_MS;
		return;
	}
	journal->page = journal->stored_page;
	journal->stored_page = page;
	journal->stored_count = journal->count;
	journal->count = 0;
	journal->due_ms = INT64_MAX;
	/* Relaxed: the push publishes it with the page. */
	atomic_store_explicit(&journal->storing, true, memory_order_relaxed);
	dti_housekeeper_push(journal->housekeeper, &journal->chore);
}

uint64_t
dti_discovery_journal_nodes(const struct dti_discovery_journal *journal)
{
	/* Relaxed: see the field. */
	return atomic_load_explicit(&journal->nodes, memory_order_relaxed);
}
