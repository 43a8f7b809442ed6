/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_KEY_LOAD_H
#define DTI_NODE_KEY_LOAD_H

#include "lib/dialtone.h"

/**
 * The key that @config means: node_key, else that of node_key_file, which is
 * made if it is not there, else a new one. Wipe it. @error: may be NULL.
 * Blocks on the file. Errors: DT_ERR_FILE, DT_ERR_PARSE, DT_ERR_SYSTEM.
 */
dt_err dti_node_key_load(struct dt_node_key *out,
			 const struct dt_config *config,
			 struct dt_error *error);

#endif /* DTI_NODE_KEY_LOAD_H */
