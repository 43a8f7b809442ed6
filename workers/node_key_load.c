/* SPDX-License-Identifier: MIT */
#include "workers/node_key_load.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/error.h"

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

dt_err dti_node_key_load(struct dt_node_key *out,
			 const struct dt_config *config, struct dt_error *error)
{
	const char *path = config->node_key_file;
	dt_err err;

	if (config->node_key) {
		*out = *config->node_key;
		return DT_OK;
	}
	if (path[0] == '\0')
		return generate(out, error);
	if (exists(path))
		return dt_node_key_read(out, path, error);
	err = make_file(out, path, error);
	/* Another process may have made it meanwhile. */
	if (err == DT_ERR_FILE && exists(path))
		return dt_node_key_read(out, path, error);
	return err;
}
