/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_LIST_H
#define DTI_NODE_LIST_H

#include "lib/dialtone.h"
#include "lib/node/entry_reader.h"

/**
 * dti_node_list_parse_option - read comma-separated nodes (an option).
 * @name: the option's or variable's name, for the sentence.
 * @allocator: must outlive the list.
 * As dt_node_list_parse() otherwise; an empty text is an empty list.
 */
dt_err dti_node_list_parse_option(dt_node_list **out, const char *text,
				  const char *name,
				  const struct dt_allocator *allocator,
				  struct dt_error *error);

/** What a list is read from. */
struct dti_node_list_text {
	enum dti_entry_form form;
	struct dti_span text;
	const char *name; /* for the sentence */
};

/** What that and dt_node_list_parse() are made of. */
dt_err dti_node_list_parse_with(dt_node_list **out,
				const struct dti_node_list_text *text,
				const struct dt_allocator *allocator,
				struct dt_error *error);

#endif /* DTI_NODE_LIST_H */
