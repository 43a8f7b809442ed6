/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_ID_H
#define DTI_NODE_ID_H

#include "lib/dialtone.h"

bool dti_node_id_equal(const struct dt_node_id *a, const struct dt_node_id *b);

/** Read 128 hex digits, no prefix. False: not that; *@out is untouched. */
bool dti_node_id_parse(struct dt_node_id *out, const char *text, size_t length);

/** Write 128 lower-case hex digits and a NUL. */
void dti_node_id_format(char out[129], const struct dt_node_id *id);

#endif /* DTI_NODE_ID_H */
