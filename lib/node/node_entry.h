/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_ENTRY_H
#define DTI_NODE_ENTRY_H

/*
 * One node of a list as text: an enode URL, an id alone, or a node record.
 * Owner: one call that reads a list.
 */

#include "lib/crypto/secp.h"
#include "lib/dialtone.h"
#include "lib/span.h"

struct dti_node_entry_parser {
	const struct dt_allocator *allocator; /* set this; end with fini */
	struct dti_secp
		secp; /* made with the first record, which not all have */
};

/**
 * Read an entry without white space around it. @host_name as with
 * dt_enode_parse(). A record's node has no endpoint if it has no address.
 * Errors: DT_ERR_PARSE (with a sentence), DT_ERR_NO_MEMORY (without).
 */
dt_err dti_node_entry_parse(struct dti_node_entry_parser *parser,
			    struct dt_node *out,
			    char host_name[DT_HOST_NAME_SIZE],
			    struct dti_span entry, struct dt_error *error);
void dti_node_entry_parser_fini(struct dti_node_entry_parser *parser);

#endif /* DTI_NODE_ENTRY_H */
