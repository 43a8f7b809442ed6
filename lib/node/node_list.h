/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_LIST_H
#define DTI_NODE_LIST_H

#include "lib/dialtone.h"

/**
 * dti_node_list_parse_option - read comma-separated enode URLs (an option).
 * @name: the option's or variable's name, for the sentence.
 * As dt_node_list_parse() otherwise; an empty text is an empty list.
 */
dt_err dti_node_list_parse_option(dt_node_list **out, const char *text,
				  const char *name, struct dt_error *error);

#endif /* DTI_NODE_LIST_H */
