/* SPDX-License-Identifier: MIT */
/* How the file is opened, and what makes it one of ours. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/container.h"

#include "workers/node_store.h"

#define TEXT_OF(number)  TEXT_OF_(number)
#define TEXT_OF_(number) #number

/* Before anything is read. What a stranger's schema has is not to be run. */
static const char settings[] = "PRAGMA locking_mode = EXCLUSIVE;"
			       "PRAGMA mmap_size = 0;"
			       "PRAGMA synchronous = NORMAL;"
			       "PRAGMA temp_store = MEMORY;"
			       "PRAGMA cache_size = -1024;" /* KiB */
			       "PRAGMA cell_size_check = ON;"
			       "PRAGMA trusted_schema = OFF";

/* In one transaction, so that a file is empty or has all of it. */
static const char schema[] =
	"BEGIN IMMEDIATE;"
	"CREATE TABLE nodes ("
	"  id       BLOB PRIMARY KEY," /* 64 bytes */
	"  ip       BLOB NOT NULL,"    /* 4 or 16 bytes */
	"  tcp_port INTEGER NOT NULL,"
	"  udp_port INTEGER NOT NULL,"
	"  alive    INTEGER NOT NULL," /* Unix time of the last pong */
	"  failures INTEGER NOT NULL," /* pings without answer since then */
	"  seq      INTEGER NOT NULL"  /* of its record; 0: unknown */
	") STRICT, WITHOUT ROWID;"
	"PRAGMA application_id = " TEXT_OF(
		DTI_NODE_STORE_APPLICATION) ";"
					    "PRAGMA user_version = " TEXT_OF(
						    DTI_NODE_STORE_VERSION) ";"
									    "COMMIT";

static const char *const statements[DTI_STORE_STATEMENT_COUNT] = {
	[DTI_STORE_BEGIN] = "BEGIN IMMEDIATE",
	[DTI_STORE_COMMIT] = "COMMIT",
	[DTI_STORE_ROLL_BACK] = "ROLLBACK",
	[DTI_STORE_ALIVE] =
		"INSERT INTO nodes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
		"ON CONFLICT (id) DO UPDATE SET ip = ?2, tcp_port = ?3, "
		"udp_port = ?4, alive = ?5, failures = ?6, "
		"seq = CASE ?7 WHEN 0 THEN seq ELSE ?7 END",
	[DTI_STORE_FAILED] = "UPDATE nodes SET failures = "
			     "min(failures + ?2, 4294967295) WHERE id = ?1",
	[DTI_STORE_FORGET_OLD] = "DELETE FROM nodes WHERE alive < ?1",
	[DTI_STORE_FORGET_OLDEST] =
		"DELETE FROM nodes WHERE id IN "
		"(SELECT id FROM nodes ORDER BY alive LIMIT ?1)",
	[DTI_STORE_COUNT] = "SELECT count(*) FROM nodes",
	[DTI_STORE_SCAN] = "SELECT id, ip, tcp_port, udp_port FROM nodes "
			   "WHERE alive >= ?1 AND (failures > 0) = ?2",
};

static enum dti_store_result say(struct dti_node_store *store,
				 enum dti_store_result result, const char *why)
{
	(void)snprintf(store->why, sizeof(store->why), "%s", why);
	return result;
}

/* "no such table", "unsupported file format": it is the file's fault. */
static enum dti_store_result result_of(struct dti_node_store *store, int code)
{
	if (code == SQLITE_ERROR)
		return say(store, DTI_STORE_BAD, sqlite3_errmsg(store->file));
	return dti_node_store_result(store, code);
}

static enum dti_store_result execute(struct dti_node_store *store,
				     const char *sql)
{
	return result_of(store,
			 sqlite3_exec(store->file, sql, NULL, NULL, NULL));
}

/* The first column of the first row. */
static enum dti_store_result ask(struct dti_node_store *store, const char *sql,
				 int64_t *number, bool *is_ok)
{
	sqlite3_stmt *statement = NULL;
	const unsigned char *text;
	int code = sqlite3_prepare_v2(store->file, sql, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		text = sqlite3_column_text(statement, 0);
		*is_ok = text && strcmp((const char *)text, "ok") == 0;
		*number = sqlite3_column_int64(statement, 0);
	}
	sqlite3_finalize(statement);
	return result_of(store, code);
}

/* @fresh: there is nothing in it yet. */
static enum dti_store_result check_owner(struct dti_node_store *store,
					 bool *fresh)
{
	static const char *const questions[] = {
		"PRAGMA application_id",
		"PRAGMA user_version",
		"SELECT count(*) FROM sqlite_schema",
	};
	int64_t answers[3] = {0, 0, 0};
	enum dti_store_result result = DTI_STORE_OK;
	bool is_ok;

	for (size_t i = 0; !result && i < dti_array_length(questions); i++)
		result = ask(store, questions[i], &answers[i], &is_ok);
	if (result)
		return result;
	*fresh = answers[0] == 0 && answers[1] == 0 && answers[2] == 0;
	if (*fresh)
		return DTI_STORE_OK;
	if (answers[0] != DTI_NODE_STORE_APPLICATION)
		return say(store, DTI_STORE_BAD, "another application's file");
	if (answers[1] == DTI_NODE_STORE_VERSION)
		return DTI_STORE_OK;
	(void)snprintf(store->why, sizeof(store->why),
		       "its format is %lld, and this version reads %d",
		       (long long)answers[1], DTI_NODE_STORE_VERSION);
	return DTI_STORE_BAD;
}

static enum dti_store_result check_pages(struct dti_node_store *store)
{
	bool is_ok = false;
	int64_t number = 0;
	enum dti_store_result result =
		ask(store, "PRAGMA quick_check(1)", &number, &is_ok);

	if (result || is_ok)
		return result;
	return say(store, DTI_STORE_BAD, sqlite3_errstr(SQLITE_CORRUPT));
}

static enum dti_store_result prepare(struct dti_node_store *store)
{
	enum dti_store_result result = DTI_STORE_OK;

	for (size_t i = 0; !result && i < DTI_STORE_STATEMENT_COUNT; i++)
		result = result_of(
			store, sqlite3_prepare_v3(store->file, statements[i],
						  -1, SQLITE_PREPARE_PERSISTENT,
						  &store->statements[i], NULL));
	return result;
}

/* Whose file it is comes first: another application's stays as it was. */
static enum dti_store_result take(struct dti_node_store *store)
{
	bool fresh = false;
	enum dti_store_result result;

	if (sqlite3_db_readonly(store->file, "main") == 1)
		return say(store, DTI_STORE_REFUSED, "it cannot be written");
	result = execute(store, settings);
	if (!result)
		result = check_owner(store, &fresh);
	/* Now that its header was read: SQLite does not write every format. */
	if (!result && sqlite3_db_readonly(store->file, "main") == 1)
		return say(store, DTI_STORE_BAD,
			   "a newer version of SQLite made it");
	if (!result)
		result = check_pages(store);
	if (!result)
		result = execute(store, "PRAGMA journal_mode = WAL");
	if (!result && fresh)
		result = execute(store, schema);
	if (!result)
		result = prepare(store);
	/* Makes sure of the lock and of the log, and writes nothing. */
	if (!result)
		result = dti_node_store_begin(store);
	return result ? result : dti_node_store_commit(store);
}

static enum dti_store_result open_file(struct dti_node_store *store,
				       const char *path)
{
	/* Else "file:..." and ":memory:" are not files to SQLite. */
	char *name = sqlite3_mprintf("%s%s", *path == '/' ? "" : "./", path);
	enum dti_store_result result;

	if (!name)
		return DTI_STORE_NO_MEMORY;
	result = dti_node_store_result(
		store,
		sqlite3_open_v2(name, &store->file,
				SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
					SQLITE_OPEN_NOMUTEX,
				NULL));
	sqlite3_free(name);
	return result;
}

/*
 * SQLite tries again without writing, and then only knows why that failed, if
 * it knows at all. Where the system does not object, its words stay.
 */
static void explain_refusal(struct dti_node_store *store, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder =
		slash ? sqlite3_mprintf("%.*s/", (int)(slash - path), path)
		      : sqlite3_mprintf(".");
	char words[96];

	if (folder && (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) ||
		       (faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) &&
			errno != ENOENT)))
		(void)say(store, DTI_STORE_REFUSED,
			  strerror_r(errno, words, sizeof(words)));
	sqlite3_free(folder);
}

enum dti_store_result dti_node_store_open(struct dti_node_store *store,
					  const char *path)
{
	enum dti_store_result result;
	struct stat status;

	*store = (struct dti_node_store){.file = NULL};
	if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
		return say(store, DTI_STORE_REFUSED, "it is not a file");
	result = open_file(store, path);
	if (!result)
		result = take(store);
	if (result == DTI_STORE_REFUSED)
		explain_refusal(store, path);
	if (result)
		dti_node_store_close(store, true);
	return result;
}

void dti_node_store_close(struct dti_node_store *store, bool untouched)
{
	if (untouched && store->file)
		sqlite3_db_config(store->file, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
				  1, NULL);
	for (size_t i = 0; i < DTI_STORE_STATEMENT_COUNT; i++) {
		sqlite3_finalize(store->statements[i]);
		store->statements[i] = NULL;
	}
	sqlite3_close(store->file);
	store->file = NULL;
}
