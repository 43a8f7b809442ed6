/* SPDX-License-Identifier: MIT */
#include "workers/node_database.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/error.h"
#include "lib/memory.h"
#include "lib/node/node_draw.h"

#include "workers/kept_facts.h"
#include "workers/move_aside.h"
#include "workers/node_store.h"
#include "workers/path_text.h"

#define SENTENCE_SIZE 768

struct dti_node_database {
	struct dti_node_database_options options; /* all but its path */
	char *path;
	struct dti_node_store store;
	size_t count; /* of nodes in the file */
	bool told;    /* of a trouble that is not over */
	struct dti_kept_facts kept;
};

__attribute__((format(printf, 2, 3))) static void
notify(const struct dti_node_database *database, const char *format, ...)
{
	char sentence[SENTENCE_SIZE];
	va_list arguments;

	if (!database->options.notice)
		return;
	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	database->options.notice(database->options.context, sentence);
}

static void notify_trouble(struct dti_node_database *database)
{
	if (database->told)
		return;
	database->told = true;
	notify(database,
	       "the node database \"%s\" cannot be used for now: %s; what is "
	       "learned is kept in memory",
	       dti_path_text_of(database->path).text, database->store.why);
}

/* False: that does not work either. The file is not open. */
static bool replace_bad(struct dti_node_database *database)
{
	const struct dt_allocator *allocator = database->options.allocator;
	struct dti_node_store *store = &database->store;
	char words[64];
	size_t length;
	char *to;

	if (dti_move_aside(&to, database->path, allocator)) {
		length = strlen(store->why);
		(void)snprintf(store->why + length, sizeof(store->why) - length,
			       ", and it cannot be moved aside: %s",
			       strerror_r(errno, words, sizeof(words)));
		return false;
	}
	notify(database,
	       "the node database \"%s\" cannot be used (%s); it is \"%s\" now, "
	       "and a new one begins",
	       dti_path_text_of(database->path).text, store->why,
	       dti_path_text_of(to).text);
	dti_free(allocator, to);
	return true;
}

static void close_store(struct dti_node_database *database, bool untouched)
{
	dti_node_store_close(&database->store, untouched);
	database->count = 0;
}

static enum dti_store_result open_store(struct dti_node_database *database)
{
	struct dti_node_store *store = &database->store;
	const char *path = database->path;
	enum dti_store_result result = dti_node_store_open(store, path);

	if (result == DTI_STORE_BAD) {
		if (!replace_bad(database))
			return DTI_STORE_REFUSED;
		result = dti_node_store_open(store, path);
	}
	if (!result)
		result = dti_node_store_count(store, &database->count);
	if (result && store->file)
		close_store(database, true);
	return result;
}

static dt_err refuse_no_memory(const char *path, struct dt_error *error)
{
	return dti_error_set(error, DT_ERR_NO_MEMORY,
			     "there is not enough memory to open the node "
			     "database \"%s\"",
			     dti_path_text_of(path).text);
}

static dt_err refuse(const struct dti_node_database *database,
		     enum dti_store_result result, struct dt_error *error)
{
	struct dti_path_text path = dti_path_text_of(database->path);

	if (result == DTI_STORE_NO_MEMORY)
		return refuse_no_memory(database->path, error);
	if (result == DTI_STORE_LOCKED)
		return dti_error_set(error, DT_ERR_FILE,
				     "the node database \"%s\" is in use by "
				     "another process or dialer; a file that "
				     "nobody else uses is accepted",
				     path.text);
	return dti_error_set(error, DT_ERR_FILE,
			     "cannot open the node database \"%s\": %s; a "
			     "file in a folder where files can be made is "
			     "accepted",
			     path.text, database->store.why);
}

dt_err dti_node_database_open(struct dti_node_database **out,
			      const struct dti_node_database_options *options,
			      struct dt_error *error)
{
	const struct dt_allocator *allocator = options->allocator;
	struct dti_node_database *database =
		dti_calloc(allocator, 1, sizeof(*database));
	char *path = dti_strdup(allocator, options->path);
	enum dti_store_result result;
	dt_err err;

	if (!database || !path) {
		err = refuse_no_memory(options->path, error);
		goto fail;
	}
	database->options = *options;
	database->path = path;
	database->kept.allocator = allocator;
	database->kept.limit = options->capacity;
	result = open_store(database);
	/* It may pass, and until then there are no more nodes than in it. */
	if (result == DTI_STORE_TROUBLE || result == DTI_STORE_BAD) {
		notify_trouble(database);
	} else if (result) {
		err = refuse(database, result, error);
		goto fail;
	}
	*out = database;
	return DT_OK;

fail:
	dti_free(allocator, path);
	dti_free(allocator, database);
	return err;
}

static enum dti_store_result put_all(struct dti_node_store *store,
				     const struct dti_node_fact *facts,
				     size_t count)
{
	enum dti_store_result result = DTI_STORE_OK;

	for (size_t i = 0; !result && i < count; i++)
		result = dti_node_store_put(store, &facts[i]);
	return result;
}

/* All or nothing. */
static enum dti_store_result write_all(struct dti_node_database *database,
				       const struct dti_node_fact *facts,
				       size_t count, int64_t now_unix_s)
{
	struct dti_node_store *store = &database->store;
	enum dti_store_result result = dti_node_store_begin(store);
	size_t left = 0;

	if (!result)
		result = put_all(store, database->kept.facts,
				 database->kept.count);
	if (!result)
		result = put_all(store, facts, count);
	if (!result)
		result = dti_node_store_prune(
			store, now_unix_s - DTI_NODE_DATABASE_MAX_AGE_S,
			database->options.capacity, &left);
	if (!result)
		result = dti_node_store_commit(store);
	if (result)
		dti_node_store_roll_back(store);
	else
		database->count = left;
	return result;
}

dt_err dti_node_database_store(struct dti_node_database *database,
			       const struct dti_node_fact *facts, size_t count,
			       int64_t now_unix_s)
{
	enum dti_store_result result = DTI_STORE_OK;

	/* Once more, if it was found damaged and moved aside. */
	for (int attempt = 0; attempt < 2; attempt++) {
		if (!database->store.file)
			result = open_store(database);
		if (!result)
			result = write_all(database, facts, count, now_unix_s);
		if (result != DTI_STORE_BAD || !database->store.file)
			break;
		close_store(database, true);
		if (!replace_bad(database))
			break;
		result = DTI_STORE_OK;
	}
	if (result) {
		dti_kept_facts_add(&database->kept, facts, count);
		notify_trouble(database);
		return DT_ERR_FILE;
	}
	dti_kept_facts_clear(&database->kept);
	database->told = false;
	return DT_OK;
}

static void see_node(void *context, const struct dt_node *node)
{
	dti_node_draw_see(context, node);
}

dt_err dti_node_database_seeds(struct dti_node_database *database,
			       struct dt_node *out, size_t *count,
			       const struct dti_node_database_query *query)
{
	enum dti_store_result result = DTI_STORE_OK;
	struct dti_node_draw draw;

	*count = 0;
	if (!database->store.file)
		return DT_ERR_FILE;
	dti_node_draw_init(&draw, out, query->max, query->seed);
	for (int failed = 0; !result && failed < 2; failed++) {
		const struct dti_store_filter filter = {
			.oldest_unix_s = query->now_unix_s - query->max_age_s,
			.failed = failed == 1,
		};

		result = dti_node_store_scan(&database->store, &filter,
					     see_node, &draw);
		*count += draw.count;
		dti_node_draw_settle(&draw);
	}
	if (!result)
		return DT_OK;
	/* The next store opens it anew, and moves it aside if it is damaged. */
	close_store(database, true);
	notify_trouble(database);
	return DT_ERR_FILE;
}

size_t dti_node_database_count(const struct dti_node_database *database)
{
	return database->count;
}

void dti_node_database_close(struct dti_node_database *database)
{
	if (!database)
		return;
	close_store(database, false);
	dti_kept_facts_clear(&database->kept);
	dti_free(database->options.allocator, database->path);
	dti_free(database->options.allocator, database);
}
