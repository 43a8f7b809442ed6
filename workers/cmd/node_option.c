/* SPDX-License-Identifier: MIT */
#include "workers/cmd/node_option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/cmd/node_set.h"
#include "workers/cmd/node_text.h"
#include "workers/cmd/text.h"

static dt_err no_memory(struct dt_error *error)
{
	error->code = DT_ERR_NO_MEMORY;
	(void)snprintf(error->text, sizeof(error->text),
		       "there is no memory for the lists of nodes");
	return DT_ERR_NO_MEMORY;
}

dt_err cmd_node_option_parse(dt_node_list **out, const char *text,
			     const char *name, struct dt_error *error)
{
	size_t length = strlen(text);
	char *lines;
	dt_err err;

	if (length == 0)
		return DT_OK;
	lines = strdup(text);
	if (lines == NULL)
		return no_memory(error);
	for (char *at = lines; *at != '\0'; at++)
		*at = (char)(*at == ',' ? '\n' : *at);
	err = dt_node_list_parse(out, lines, length, name, error);
	free(lines);
	return err;
}

static dt_err put_all(struct cmd_text *text, const dt_node_list *first,
		      const dt_node_list *second, struct dt_error *error)
{
	struct cmd_node_set set;

	if (!cmd_node_set_union(&set, first, second))
		return no_memory(error);
	cmd_text_clear(text);
	for (size_t i = 0; i < set.count; i++) {
		char url[DT_ENODE_URL_SIZE];

		cmd_node_url(url, &set.nodes[i]);
		cmd_text_printf(text, "%s%s", i > 0 ? "," : "", url);
	}
	cmd_node_set_fini(&set);
	return text->cut ? no_memory(error) : DT_OK;
}

dt_err cmd_node_option_join(struct cmd_text *text, const dt_node_list *more,
			    struct dt_error *error)
{
	dt_node_list *own = NULL;
	dt_err err;

	if (text->cut)
		return no_memory(error);
	if (more == NULL)
		return DT_OK;
	err = cmd_node_option_parse(&own, text->bytes, "bootnodes", error);
	if (err == DT_OK)
		err = put_all(text, own, more, error);
	dt_node_list_destroy(own);
	return err;
}
