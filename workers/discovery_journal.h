/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCOVERY_JOURNAL_H
#define DTI_DISCOVERY_JOURNAL_H

/*
 * What a node of discovery has learned of others since it was last written to
 * the database. The host's thread notes it; now and then the housekeeper stores
 * all of it, in one transaction, while the thread goes on in a second page.
 *
 * Bounded: where a page is full and the other not yet stored, further nodes are
 * not noted; those that live on will pass another check.
 *
 *	open, close: alone. note, due_ms, turn: the host's thread.
 *
 * Progress: wait-free for the host's thread. open and close block on the disk.
 */

#include <stdatomic.h>

#include "workers/housekeeper.h"
#include "workers/node_database.h"

struct dti_discovery_journal {
	/* Set by open, read-only afterwards. */
	const struct dt_allocator *allocator;
	struct dti_housekeeper *housekeeper;

	/* The host's thread's. */
	struct dti_node_fact *page;
	size_t count;
	int64_t due_ms; /* when to store the page; INT64_MAX: it is empty */

	/* The housekeeper's while it stores, else the host's thread's. */
	struct dti_chore chore;
	struct dti_node_fact *stored_page;
	size_t stored_count;
	/* Shared: release by who hands the page over, acquire by the other. */
	_Atomic bool storing;

	/* The housekeeper's; open's and close's before and after. */
	struct dti_node_database *database; /* NULL: there is none */
	/* Shared: nodes in it. Relaxed: nothing is published by it. */
	_Atomic uint64_t nodes;
};

/**
 * dti_discovery_journal_open - open the database, if @options has a path.
 * @housekeeper, and the allocator of @options: outlive it.
 * Errors: dti_node_database_open()'s. Pair with close.
 */
dt_err
dti_discovery_journal_open(struct dti_discovery_journal *journal,
			   struct dti_housekeeper *housekeeper,
			   const struct dti_node_database_options *options,
			   struct dt_error *error);
/** Store what is not stored yet. The host's thread is done with it. */
void dti_discovery_journal_close(struct dti_discovery_journal *journal);

/** A node of the table has answered, or not. */
void dti_discovery_journal_note(struct dti_discovery_journal *journal,
				const struct dti_node_fact *fact,
				int64_t now_ms);
/** When to turn the page. INT64_MAX: not before something is noted. */
int64_t
dti_discovery_journal_due_ms(const struct dti_discovery_journal *journal);
/** Have the page stored, if that is due. */
void dti_discovery_journal_turn(struct dti_discovery_journal *journal,
				int64_t now_ms);

/** Any thread: nodes in the database. */
uint64_t
dti_discovery_journal_nodes(const struct dti_discovery_journal *journal);

#endif /* DTI_DISCOVERY_JOURNAL_H */
