/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_KEY_LOAD_H
#define DTI_NODE_KEY_LOAD_H

#include "lib/dialtone.h"

/**
 * Refuse a node_database that is the file of the key: it would be moved aside.
 * @error: may be NULL. Blocks on the disk. Errors: DT_ERR_CONFIG.
 */
dt_err dti_node_key_check(const struct dt_config *config,
			  struct dt_error *error);

/**
 * The key that @config means: node_key, else that of node_key_file, which is
 * made if it is not there, else a new one. Wipe it. @error: may be NULL.
 * A file that others may use gives a notice. Blocks on the file.
 * Errors: DT_ERR_CONFIG (node_database is the same file; nothing was touched),
 * DT_ERR_FILE, DT_ERR_PARSE, DT_ERR_SYSTEM.
 */
dt_err dti_node_key_load(struct dt_node_key *out,
			 const struct dt_config *config,
			 struct dt_error *error);

#endif /* DTI_NODE_KEY_LOAD_H */
