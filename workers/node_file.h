/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_FILE_H
#define DTI_NODE_FILE_H

#include "lib/dialtone.h"

/**
 * dti_node_file_read - as dt_node_list_read(), with an allocator, which must
 * outlive the list.
 */
dt_err dti_node_file_read(dt_node_list **out, const char *path,
			  const struct dt_allocator *allocator,
			  struct dt_error *error);

#endif /* DTI_NODE_FILE_H */
