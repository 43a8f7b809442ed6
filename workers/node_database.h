/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_DATABASE_H
#define DTI_NODE_DATABASE_H

/*
 * Nodes that proved alive, on disk, so that a restart does not start from
 * nothing.
 *
 * What goes wrong with the file is never fatal once it is open. One that is
 * damaged, another application's or a newer version's is moved aside to
 * PATH.bad-N, and a new one begins; also if that is found out later. Where the
 * disk is full or fails, what is to be stored is kept in memory, as many facts
 * as the database may have nodes, and stored with the next that succeeds. Each
 * gives a notice, a full disk one until it works again.
 *
 * A configuration that cannot work is refused by open: see there.
 *
 * Owner: one thread at a time. Blocks: on the disk, milliseconds for 1,000 facts
 * unless the log goes into the file (each 4 MiB), which waits for fsync(2).
 * Stack: 27 KiB were seen in use, nearly all by SQLite: let a thread have 64.
 */

#include "workers/node_fact.h"

#define DTI_NODE_DATABASE_MAX_AGE_S (INT64_C(5) * 24 * 60 * 60)

struct dti_node_database;

struct dti_node_database_options {
	const char *path;
	size_t capacity;      /* of nodes */
	dt_warning_fn notice; /* may be NULL; called within these functions */
	void *context;
	const struct dt_allocator *allocator; /* must outlive the database */
};

/**
 * dti_node_database_open - open the file, or make it.
 * @error: may be NULL.
 * Errors: DT_ERR_NO_MEMORY, DT_ERR_FILE (there is no such folder, no permission
 * to write, it is not a file, or another process or dialer has it open).
 */
dt_err dti_node_database_open(struct dti_node_database **out,
			      const struct dti_node_database_options *options,
			      struct dt_error *error);

/**
 * dti_node_database_store - store what was learned, in one transaction.
 * @now_unix_s: now. Nodes not alive for DTI_NODE_DATABASE_MAX_AGE_S are
 * forgotten, and the oldest beyond the capacity.
 *
 * A pong makes a node known and starts its failures anew; failures without one
 * add up, and are nothing to a node that is not known.
 * Errors: DT_ERR_FILE (kept in memory for now).
 */
dt_err dti_node_database_store(struct dti_node_database *database,
			       const struct dti_node_fact *facts, size_t count,
			       int64_t now_unix_s);

/** Which nodes to give, and how many. */
struct dti_node_database_query {
	size_t max;
	int64_t now_unix_s;
	int64_t max_age_s;
	uint64_t seed; /* of the choice */
};

/**
 * dti_node_database_seeds - random nodes that were alive in the last @max_age_s.
 * @out: room for @max; no node is there twice. @count: how many they are.
 *
 * Those that have failed since their last pong are taken when there are too few
 * others. In random order within the two kinds.
 * Errors: DT_ERR_FILE (@count nodes are there all the same).
 */
dt_err dti_node_database_seeds(struct dti_node_database *database,
			       struct dt_node *out, size_t *count,
			       const struct dti_node_database_query *query);

/** How many nodes the file has. */
size_t dti_node_database_count(const struct dti_node_database *database);

/** NULL is allowed. What is only in memory is lost. */
void dti_node_database_close(struct dti_node_database *database);

#endif /* DTI_NODE_DATABASE_H */
