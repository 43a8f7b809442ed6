/* SPDX-License-Identifier: MIT */
#include "workers/node_store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "lib/node/endpoint.h"

/* Columns of DTI_STORE_SCAN. */
enum {
	COLUMN_ID,
	COLUMN_IP,
	COLUMN_TCP_PORT,
	COLUMN_UDP_PORT
};

/* The system's words where SQLite has none of its own. */
static void say_why(struct dti_node_store *store, int code)
{
	int sys_errno = store->file ? sqlite3_system_errno(store->file) : 0;
	bool is_of_system = (code & 0xff) == SQLITE_CANTOPEN ||
			    (code & 0xff) == SQLITE_IOERR;
	char words[96];

	(void)snprintf(store->why, sizeof(store->why), "%s",
		       is_of_system && sys_errno != 0
			       ? strerror_r(sys_errno, words, sizeof(words))
			       : sqlite3_errstr(code));
}

enum dti_store_result dti_node_store_result(struct dti_node_store *store,
					    int code)
{
	switch (code & 0xff) { /* without what an extended code adds */
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return DTI_STORE_OK;
	case SQLITE_NOMEM:
		return DTI_STORE_NO_MEMORY;
	default:
		break;
	}
	say_why(store, code);
	switch (code & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return DTI_STORE_BAD;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return DTI_STORE_LOCKED;
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return DTI_STORE_REFUSED;
	default:
		return DTI_STORE_TROUBLE;
	}
}

/* Run a statement that gives no rows, or whose first row is enough. */
static enum dti_store_result run(struct dti_node_store *store,
				 enum dti_store_statement which,
				 int64_t *number)
{
	sqlite3_stmt *statement = store->statements[which];
	int code = sqlite3_step(statement);

	if (code == SQLITE_ROW && number)
		*number = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	/* Values are the caller's, and not looked at again. */
	sqlite3_clear_bindings(statement);
	return dti_node_store_result(store, code);
}

enum dti_store_result dti_node_store_begin(struct dti_node_store *store)
{
	return run(store, DTI_STORE_BEGIN, NULL);
}

enum dti_store_result dti_node_store_commit(struct dti_node_store *store)
{
	return run(store, DTI_STORE_COMMIT, NULL);
}

void dti_node_store_roll_back(struct dti_node_store *store)
{
	/* Some errors have rolled back already. */
	if (!sqlite3_get_autocommit(store->file))
		(void)run(store, DTI_STORE_ROLL_BACK, NULL);
}

static enum dti_store_result put_failures(struct dti_node_store *store,
					  const struct dti_node_fact *fact)
{
	sqlite3_stmt *statement = store->statements[DTI_STORE_FAILED];

	sqlite3_bind_blob(statement, 1, &fact->node.id, sizeof(fact->node.id),
			  SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, fact->failures);
	return run(store, DTI_STORE_FAILED, NULL);
}

static enum dti_store_result put_alive(struct dti_node_store *store,
				       const struct dti_node_fact *fact)
{
	sqlite3_stmt *statement = store->statements[DTI_STORE_ALIVE];
	const struct dt_endpoint *endpoint = &fact->node.endpoint;

	sqlite3_bind_blob(statement, 1, &fact->node.id, sizeof(fact->node.id),
			  SQLITE_STATIC);
	sqlite3_bind_blob(statement, 2, endpoint->ip,
			  endpoint->family == 4 ? 4 : 16, SQLITE_STATIC);
	sqlite3_bind_int(statement, 3, endpoint->tcp_port);
	sqlite3_bind_int(statement, 4, endpoint->udp_port);
	sqlite3_bind_int64(statement, 5, fact->alive_unix_s);
	sqlite3_bind_int64(statement, 6, fact->failures);
	/* SQLite has no unsigned numbers: the same bits. */
	sqlite3_bind_int64(statement, 7, (int64_t)fact->record_seq);
	return run(store, DTI_STORE_ALIVE, NULL);
}

enum dti_store_result dti_node_store_put(struct dti_node_store *store,
					 const struct dti_node_fact *fact)
{
	const struct dt_endpoint *endpoint = &fact->node.endpoint;

	if (fact->alive_unix_s <= 0)
		return put_failures(store, fact);
	if ((endpoint->family != 4 && endpoint->family != 6) ||
	    endpoint->udp_port == 0)
		return DTI_STORE_OK;
	return put_alive(store, fact);
}

enum dti_store_result dti_node_store_count(struct dti_node_store *store,
					   size_t *count)
{
	int64_t number = 0;
	enum dti_store_result result = run(store, DTI_STORE_COUNT, &number);

	*count = (size_t)number;
	return result;
}

enum dti_store_result dti_node_store_prune(struct dti_node_store *store,
					   int64_t oldest_unix_s,
					   size_t capacity, size_t *count)
{
	enum dti_store_result result;

	sqlite3_bind_int64(store->statements[DTI_STORE_FORGET_OLD], 1,
			   oldest_unix_s);
	result = run(store, DTI_STORE_FORGET_OLD, NULL);
	if (!result)
		result = dti_node_store_count(store, count);
	if (result || *count <= capacity)
		return result;
	sqlite3_bind_int64(store->statements[DTI_STORE_FORGET_OLDEST], 1,
			   (int64_t)(*count - capacity));
	*count = capacity;
	return run(store, DTI_STORE_FORGET_OLDEST, NULL);
}

/* False: the row is no node. It is not trusted, since bits of a file flip. */
static bool read_row(struct dt_node *node, sqlite3_stmt *row)
{
	const void *id = sqlite3_column_blob(row, COLUMN_ID);
	const void *ip = sqlite3_column_blob(row, COLUMN_IP);
	int id_length = sqlite3_column_bytes(row, COLUMN_ID);
	int ip_length = sqlite3_column_bytes(row, COLUMN_IP);
	int64_t tcp_port = sqlite3_column_int64(row, COLUMN_TCP_PORT);
	int64_t udp_port = sqlite3_column_int64(row, COLUMN_UDP_PORT);

	if (!id || id_length != sizeof(node->id) || !ip ||
	    (ip_length != 4 && ip_length != 16) || tcp_port < 0 ||
	    tcp_port > UINT16_MAX || udp_port <= 0 || udp_port > UINT16_MAX)
		return false;
	*node = (struct dt_node){
		.endpoint = {.tcp_port = (uint16_t)tcp_port,
			     .udp_port = (uint16_t)udp_port},
	};
	memcpy(&node->id, id, sizeof(node->id));
	dti_endpoint_set_ip(&node->endpoint, ip, (size_t)ip_length);
	return true;
}

enum dti_store_result dti_node_store_scan(struct dti_node_store *store,
					  const struct dti_store_filter *filter,
					  dti_store_node_fn each, void *context)
{
	sqlite3_stmt *statement = store->statements[DTI_STORE_SCAN];
	struct dt_node node;
	int code;

	sqlite3_bind_int64(statement, 1, filter->oldest_unix_s);
	sqlite3_bind_int(statement, 2, filter->failed);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		if (read_row(&node, statement))
			each(context, &node);
	sqlite3_reset(statement);
	return dti_node_store_result(store, code);
}
