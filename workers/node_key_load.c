/* SPDX-License-Identifier: MIT */
#include "workers/node_key_load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/error.h"

#include "workers/path_text.h"
#include "workers/same_file.h"

static dt_err generate(struct dt_node_key *out, struct dt_error *error)
{
	if (dt_node_key_generate(out) == DT_OK)
		return DT_OK;
	return dti_error_set(error, DT_ERR_SYSTEM,
			     "getrandom(2) gives no random bytes for a node "
			     "key (%s)",
			     strerrordesc_np(errno));
}

/* A new one in a new file. */
static dt_err make_file(struct dt_node_key *out, const char *path,
			struct dt_error *error)
{
	dt_err err = generate(out, error);

	if (!err)
		err = dt_node_key_write(path, out, error);
	return err;
}

static bool exists(const char *path)
{
	return access(path, F_OK) == 0 || errno != ENOENT;
}

/* Whoever reads a key can pass for its node. */
static void warn_of_mode(const struct dt_config *config)
{
	const char *path = config->node_key_file;
	char sentence[384];
	struct stat status;

	if (!config->notice || stat(path, &status) != 0 ||
	    (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return;
	(void)snprintf(sentence, sizeof(sentence),
		       "the node key \"%s\" may be used by others than its "
		       "owner: its mode is %04o, and 0600 is right",
		       dti_path_text_of(path).text,
		       (unsigned int)(status.st_mode & ALLPERMS));
	config->notice(config->notice_context, sentence);
}

static dt_err read_file(struct dt_node_key *out, const struct dt_config *config,
			struct dt_error *error)
{
	dt_err err = dt_node_key_read(out, config->node_key_file, error);

	if (!err)
		warn_of_mode(config);
	return err;
}

dt_err dti_node_key_check(const struct dt_config *config,
			  struct dt_error *error)
{
	const char *key = config->node_key_file;
	const char *database = config->node_database;

	if (key[0] == '\0' || database[0] == '\0' ||
	    !dti_same_file(key, database))
		return DT_OK;
	return dti_error_set(error, DT_ERR_CONFIG,
			     "node_database: \"%s\" is not accepted: it is the "
			     "same file as node_key_file; it takes a path of "
			     "its own",
			     dti_path_text_of(database).text);
}

dt_err dti_node_key_load(struct dt_node_key *out,
			 const struct dt_config *config, struct dt_error *error)
{
	const char *path = config->node_key_file;
	dt_err err = dti_node_key_check(config, error);

	if (err)
		return err;
	if (config->node_key) {
		*out = *config->node_key;
		return DT_OK;
	}
	if (path[0] == '\0')
		return generate(out, error);
	if (exists(path))
		return read_file(out, config, error);
	err = make_file(out, path, error);
	/* Another process may have made it meanwhile. */
	if (err == DT_ERR_FILE && exists(path))
		return read_file(out, config, error);
	return err;
}
