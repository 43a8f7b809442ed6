/* SPDX-License-Identifier: MIT */
#include "lib/node/node_copy.h"

#include <string.h>

size_t dti_node_copy_name_size(const struct dt_node *node)
{
	return node->host_name == NULL ? 0 : strlen(node->host_name) + 1;
}

size_t dti_node_copy_names_size(const struct dt_node *nodes, size_t count)
{
	size_t size = 0;

	for (size_t i = 0; i < count; i++)
		size += dti_node_copy_name_size(&nodes[i]);
	return size;
}

char *dti_node_copy(struct dt_node *out, char *name, const struct dt_node *node)
{
	size_t size = dti_node_copy_name_size(node);

	*out = *node;
	if (size == 0)
		return name;
	out->host_name = memcpy(name, node->host_name, size);
	return name + size;
}
