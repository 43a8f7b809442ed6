/* SPDX-License-Identifier: MIT */
#include "workers/cmd/node_text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

void cmd_node_id_text(char out[CMD_NODE_ID_SIZE], const struct dt_node_id *id)
{
	for (size_t i = 0; i < sizeof(id->bytes); i++)
		(void)snprintf(out + 2 * i, 3, "%02x", id->bytes[i]);
}

void cmd_node_url(char out[DT_ENODE_URL_SIZE], const struct dt_node *node)
{
	/* Cannot fail: the size is always enough. */
	if (dt_enode_format(out, DT_ENODE_URL_SIZE, node) != DT_OK)
		out[0] = '\0';
}

void cmd_node_id_short(char out[CMD_NODE_SHORT_SIZE],
		       const struct dt_node_id *id)
{
	const uint8_t *bytes = id->bytes;

	(void)snprintf(out, CMD_NODE_SHORT_SIZE, "%02x%02x..%02x%02x", bytes[0],
		       bytes[1], bytes[62], bytes[63]);
}

/* What was not meant to be an enode URL may have been meant to be a record. */
static bool read_enode(struct dt_node *out, char *host_name, const char *text,
		       struct dt_error *error)
{
	size_t length;

	if (dt_enode_parse(out, host_name, text, strlen(text), error) == DT_OK)
		return true;
	length = strlen(error->text);
	if (strncasecmp(text, "enode:", 6) != 0)
		(void)snprintf(error->text + length,
			       sizeof(error->text) - length,
			       "; a node record (enr:...) is accepted too");
	return false;
}

bool cmd_node_read(struct dt_node *out, char *host_name, const char *text,
		   struct dt_error *error)
{
	struct dt_record record;

	if (strncmp(text, "enr:", 4) != 0)
		return read_enode(out, host_name, text, error);
	if (dt_record_parse(&record, text, strlen(text), error) != DT_OK)
		return false;
	*out = record.node;
	return true;
}
