/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCOVERY_SNAPSHOT_H
#define DTI_DISCOVERY_SNAPSHOT_H

/*
 * The node table as others see it: the host's thread, which owns the table,
 * publishes pictures of it; any thread reads the latest under RCU, waiting for
 * nobody. A picture that was replaced goes to the housekeeper, which frees it
 * when no reader can see it any more.
 *
 *		publish	random	entries		-: may run at once
 *	publish	 X	 -	 -		X: one thread only
 *	random	 -	 -	 -
 *	entries	 -	 -	 -
 *	init and fini: alone, fini without readers.
 *
 * Progress: publish is wait-free but for the allocator; random and entries are
 * wait-free, see workers/rcu.h.
 */

#include <stdatomic.h>

#include "lib/discv4/table.h"

#include "workers/housekeeper.h"

/* At most so often: a table that fills changes with every packet. */
#define DTI_PICTURE_INTERVAL_MS 100
/* That wait to be freed: the housekeeper writes to a disk too, which may stall. */
#define DTI_PICTURES_RETIRED    8

struct dti_picture;

struct dti_published_table {
	/* Set by init, read-only afterwards. */
	const struct dt_allocator *allocator;
	struct dti_housekeeper *housekeeper;
	uint64_t seed;

	/* The host's thread's. */
	uint64_t version;     /* of the table that was published */
	int64_t published_ms; /* or tried to, without memory */

	/* Shared: atomic. Read under dti_rcu_read_lock(). NULL: none yet. */
	_Atomic(struct dti_picture *) picture;
	/* Shared: handed to the housekeeper and not yet freed; relaxed, as it
	 * is a bound only. */
	_Atomic uint32_t retired;
	/* Shared: draws so far; relaxed, a number that nobody else gets. */
	_Atomic uint64_t draws;
};

/** @housekeeper, @allocator: outlive it, and what it pushes. Pair with fini. */
void dti_published_table_init(struct dti_published_table *published,
			      struct dti_housekeeper *housekeeper,
			      const struct dt_allocator *allocator,
			      uint64_t seed);
/** The housekeeper has run what was pushed to it. */
void dti_published_table_fini(struct dti_published_table *published);

/** When to publish next; INT64_MAX: nothing has changed. */
int64_t dti_published_table_due_ms(const struct dti_published_table *published,
				   const struct dti_table *table);
/**
 * Publish if it is due, by the table's clock, and few old ones wait. Without memory the old picture
 * stays for now.
 */
void dti_published_table_update(struct dti_published_table *published,
				const struct dti_table *table, int64_t now_ms);

/** See dti_discv4_draw(). Any thread. */
size_t dti_published_table_random(struct dti_published_table *published,
				  struct dt_node *out, size_t max);
/** The first @max entries, bucket by bucket. Any thread. */
size_t dti_published_table_entries(struct dti_published_table *published,
				   struct dt_discv4_entry *out, size_t max);

#endif /* DTI_DISCOVERY_SNAPSHOT_H */
