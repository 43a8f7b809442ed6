/* SPDX-License-Identifier: MIT */
#include "workers/cmd/node_option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/cmd/node_set.h"
#include "workers/cmd/node_text.h"
#include "workers/cmd/text.h"

static bool no_memory(struct dt_error *error)
{
	error->code = DT_ERR_NO_MEMORY;
	(void)snprintf(error->text, sizeof(error->text),
		       "there is no memory for the lists of nodes");
	return false;
}

bool cmd_node_option_parse(dt_node_list **out, const char *text,
			   const char *name, struct dt_error *error)
{
	size_t length = strlen(text);
	char *lines;
	dt_err err;

	if (length == 0)
		return true;
	lines = strdup(text);
	if (lines == NULL)
		return no_memory(error);
	for (char *at = lines; *at != '\0'; at++)
		*at = (char)(*at == ',' ? '\n' : *at);
	err = dt_node_list_parse(out, lines, length, name, error);
	free(lines);
	return err == DT_OK;
}

static void put_nodes(struct cmd_text *out, const struct cmd_node_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		char url[DT_ENODE_URL_SIZE];

		cmd_node_url(url, &set->nodes[i]);
		cmd_text_printf(out, "%s%s", i > 0 ? "," : "", url);
	}
}

static bool set_bootnodes(struct dt_config *config, const dt_node_list *first,
			  const dt_node_list *second, struct dt_error *error)
{
	struct cmd_text text = {0};
	struct cmd_node_set set;
	bool done = true;

	if (!cmd_node_set_union(&set, first, second))
		return no_memory(error);
	put_nodes(&text, &set);
	if (text.cut)
		done = no_memory(error);
	else if (text.length > 0)
		done = dt_config_set(config, "bootnodes", text.bytes, error) ==
		       DT_OK;
	cmd_text_fini(&text);
	cmd_node_set_fini(&set);
	return done;
}

bool cmd_node_option_add_bootnodes(struct dt_config *config,
				   const dt_node_list *more,
				   struct dt_error *error)
{
	dt_node_list *own = NULL;
	bool done;

	if (!cmd_node_option_parse(&own, config->bootnodes, "bootnodes", error))
		return false;
	done = set_bootnodes(config, own, more, error);
	dt_node_list_destroy(own);
	return done;
}
