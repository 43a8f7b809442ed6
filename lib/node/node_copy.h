/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_NODE_COPY_H
#define DTI_NODE_NODE_COPY_H

/* Copies of nodes that do not point to the names of their originals. */

#include "lib/dialtone.h"

/** The bytes of the host name with its NUL; 0: the node has none. */
size_t dti_node_copy_name_size(const struct dt_node *node);

/** The bytes of all host names. */
size_t dti_node_copy_names_size(const struct dt_node *nodes, size_t count);

/**
 * Copy @node to *@out and its host name to @name, which has room for it.
 * Returns what is behind the name: @name itself if there is none.
 */
char *dti_node_copy(struct dt_node *out, char *name,
		    const struct dt_node *node);

#endif /* DTI_NODE_NODE_COPY_H */
