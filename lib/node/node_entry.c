/* SPDX-License-Identifier: MIT */
#include "lib/node/node_entry.h"

#include <strings.h>

#include "lib/error.h"
#include "lib/node/endpoint.h"
#include "lib/node/record.h"

static const char record_prefix[] = "enr:";
static const char enode_prefix[] = "enode:";

static dt_err parse_record(struct dti_node_entry_parser *parser,
			   struct dt_node *out, struct dti_span entry,
			   struct dt_error *error)
{
	/* Nothing secret is calculated with: there is nothing to blind. */
	static const uint8_t entropy[32];
	struct dt_record record;
	dt_err err = DT_OK;

	if (parser->secp.context == NULL)
		err = dti_secp_init(&parser->secp, entropy, parser->allocator);
	if (err == DT_OK)
		err = dti_record_parse(&record, entry.text, entry.length,
				       &parser->secp, error);
	if (err != DT_OK)
		return err;
	*out = record.node;
	/* Ports alone are no endpoint: it is resolved, as an id alone is. */
	if (!dti_endpoint_has_address(&out->endpoint))
		out->endpoint = (struct dt_endpoint){0};
	return DT_OK;
}

/* What was not meant to be an enode URL may have been meant to be a record. */
static dt_err parse_enode(struct dt_node *out,
			  char host_name[DT_HOST_NAME_SIZE],
			  struct dti_span entry, struct dt_error *error)
{
	size_t length = sizeof(enode_prefix) - 1;
	struct dt_error sentence;
	dt_err err = dt_enode_parse(out, host_name, entry.text, entry.length,
				    &sentence);

	if (err == DT_OK)
		return DT_OK;
	if (entry.length >= length &&
	    strncasecmp(entry.text, enode_prefix, length) == 0)
		return dti_error_set(error, err, "%s", sentence.text);
	return dti_error_set(error, err,
			     "%s; a node record (enr:...) is accepted too",
			     sentence.text);
}

dt_err dti_node_entry_parse(struct dti_node_entry_parser *parser,
			    struct dt_node *out,
			    char host_name[DT_HOST_NAME_SIZE],
			    struct dti_span entry, struct dt_error *error)
{
	struct dti_span start =
		dti_span_first(entry, sizeof(record_prefix) - 1);

	if (dti_span_find(entry, '\0') < entry.length)
		return dti_error_set(error, DT_ERR_PARSE,
				     "there is a NUL byte; a node list is text "
				     "with one node a line");
	if (dti_span_equal(start, record_prefix))
		return parse_record(parser, out, entry, error);
	return parse_enode(out, host_name, entry, error);
}

void dti_node_entry_parser_fini(struct dti_node_entry_parser *parser)
{
	dti_secp_fini(&parser->secp);
}
