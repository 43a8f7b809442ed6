/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_STORE_H
#define DTI_NODE_STORE_H

/*
 * The file of the node database: an SQLite file with one table. Whatever SQLite
 * answers is said as one of a few results, which node_database.c acts on.
 *
 * JOURNAL: write-ahead, synchronous=NORMAL. A transaction is appended to PATH-wal
 * and the disk is not waited for. The log's frames have checksums, and the file
 * itself is only written from a log that is on the disk. So after a kill all
 * that was committed is there, and after a power cut the file is whole, while
 * the last transactions may be missing: nodes that will be found again. A
 * rollback journal waits for the disk several times a transaction, to promise
 * more than is needed here.
 *
 * LOCK: locking_mode=EXCLUSIVE, from open to close: another process, or another
 * dialer in this one, is refused. It also keeps the log's index in memory
 * instead of in a mapped file; the file itself is not mapped either. So a file
 * that somebody cuts short is an error here, and no SIGBUS.
 *
 * Nothing of SQLite that is global is set. It allocates for itself, not through
 * struct dt_allocator; the cache is 1 MiB at most. Values are bound to prepared
 * statements, never written into SQL.
 *
 * Owner: one thread at a time. Blocks: on the disk.
 */

#include "workers/node_fact.h"

#define DTI_NODE_STORE_APPLICATION 0x6469616c /* "dial" */
#define DTI_NODE_STORE_VERSION     1

enum dti_store_result {
	DTI_STORE_OK,
	DTI_STORE_BAD,       /* damaged, not ours, or of a newer version */
	DTI_STORE_LOCKED,    /* somebody else has it open */
	DTI_STORE_REFUSED,   /* no such folder, no permission, not a file */
	DTI_STORE_TROUBLE,   /* disk full, I/O error: it may pass */
	DTI_STORE_NO_MEMORY, /* SQLite's */
};

enum dti_store_statement {
	DTI_STORE_BEGIN,
	DTI_STORE_COMMIT,
	DTI_STORE_ROLL_BACK,
	DTI_STORE_ALIVE,
	DTI_STORE_FAILED,
	DTI_STORE_FORGET_OLD,
	DTI_STORE_FORGET_OLDEST,
	DTI_STORE_COUNT,
	DTI_STORE_SCAN,
	DTI_STORE_STATEMENT_COUNT
};

struct sqlite3;
struct sqlite3_stmt;

struct dti_node_store {
	struct sqlite3 *file; /* NULL: not open */
	struct sqlite3_stmt *statements[DTI_STORE_STATEMENT_COUNT];
	char why[128]; /* of the last result that was not OK; no full stop */
};

/**
 * Open @path, or make it. If the result is not OK, there is nothing to close,
 * and what was in the file is as it was.
 */
enum dti_store_result dti_node_store_open(struct dti_node_store *store,
					  const char *path);
/**
 * Close it, if it is open. @untouched: leave file and log as they are, as
 * evidence; else the log goes into the file.
 */
void dti_node_store_close(struct dti_node_store *store, bool untouched);

/*
 * A transaction: begin; put and prune; commit, or roll back, as must be done
 * after a result that is not OK. Without one, each call is one by itself.
 */
enum dti_store_result dti_node_store_begin(struct dti_node_store *store);
/**
 * A pong is of a node with an IP address and a UDP port, else it is left out;
 * failures count for a node that is there.
 */
enum dti_store_result dti_node_store_put(struct dti_node_store *store,
					 const struct dti_node_fact *fact);
/**
 * Forget the nodes that were last alive before @oldest_unix_s, then the oldest
 * beyond @capacity. @count: how many are left.
 */
enum dti_store_result dti_node_store_prune(struct dti_node_store *store,
					   int64_t oldest_unix_s,
					   size_t capacity, size_t *count);
enum dti_store_result dti_node_store_commit(struct dti_node_store *store);
void dti_node_store_roll_back(struct dti_node_store *store);

enum dti_store_result dti_node_store_count(struct dti_node_store *store,
					   size_t *count);

struct dti_store_filter {
	int64_t oldest_unix_s; /* alive then or later */
	bool failed;           /* since then at least once, or never */
};
typedef void (*dti_store_node_fn)(void *context, const struct dt_node *node);
/** Call @each for each node, in an order that means nothing. */
enum dti_store_result dti_node_store_scan(struct dti_node_store *store,
					  const struct dti_store_filter *filter,
					  dti_store_node_fn each,
					  void *context);

/* ---- of node_store.c and node_store_open.c ---- */

/** What SQLite's result code @code means; fills in why if it is not good. */
enum dti_store_result dti_node_store_result(struct dti_node_store *store,
					    int code);

#endif /* DTI_NODE_STORE_H */
