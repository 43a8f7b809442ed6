/* SPDX-License-Identifier: MIT */
#include "workers/cmd/node_set.h"

#include <stdlib.h>
#include <string.h>

static int compare_ids(const void *a, const void *b)
{
	const struct dt_node *first = a;
	const struct dt_node *second = b;

	return memcmp(first->id.bytes, second->id.bytes,
		      sizeof(first->id.bytes));
}

static bool init(struct cmd_node_set *set, size_t room)
{
	set->count = 0;
	set->nodes = calloc(room > 0 ? room : 1, sizeof(*set->nodes));
	return set->nodes != NULL;
}

void cmd_node_set_fini(struct cmd_node_set *set)
{
	free(set->nodes);
	*set = (struct cmd_node_set){0};
}

static const struct dt_node *find(const struct cmd_node_set *set,
				  const struct dt_node *node)
{
	return bsearch(node, set->nodes, set->count, sizeof(*set->nodes),
		       compare_ids);
}

static const struct dt_node *nodes_of(const dt_node_list *list, size_t *count)
{
	*count = 0;
	return list != NULL ? dt_node_list_nodes(list, count) : NULL;
}

static void append(struct cmd_node_set *set, const struct dt_node *nodes,
		   size_t count)
{
	if (count > 0)
		memcpy(set->nodes + set->count, nodes, count * sizeof(*nodes));
	set->count += count;
}

static void sort(struct cmd_node_set *set)
{
	qsort(set->nodes, set->count, sizeof(*set->nodes), compare_ids);
}

bool cmd_node_set_union(struct cmd_node_set *out, const dt_node_list *first,
			const dt_node_list *second)
{
	size_t first_count;
	size_t second_count;
	const struct dt_node *firsts = nodes_of(first, &first_count);
	const struct dt_node *seconds = nodes_of(second, &second_count);
	struct cmd_node_set known = {0};

	if (!init(out, first_count + second_count))
		return false;
	append(out, firsts, first_count);
	sort(out);
	known = *out; /* what is added behind it is not looked at */
	for (size_t i = 0; i < second_count; i++) {
		if (find(&known, &seconds[i]) == NULL)
			append(out, &seconds[i], 1);
	}
	sort(out);
	return true;
}

static bool same_name(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

static bool same(const struct dt_node *a, const struct dt_node *b)
{
	return memcmp(a->endpoint.ip, b->endpoint.ip, sizeof(a->endpoint.ip)) ==
		       0 &&
	       a->endpoint.family == b->endpoint.family &&
	       a->endpoint.tcp_port == b->endpoint.tcp_port &&
	       a->endpoint.udp_port == b->endpoint.udp_port &&
	       same_name(a->host_name, b->host_name);
}

bool cmd_node_set_added(struct cmd_node_set *out,
			const struct cmd_node_set *before,
			const struct cmd_node_set *now)
{
	if (!init(out, now->count))
		return false;
	for (size_t i = 0; i < now->count; i++) {
		const struct dt_node *known = find(before, &now->nodes[i]);

		if (known == NULL || !same(known, &now->nodes[i]))
			append(out, &now->nodes[i], 1);
	}
	return true;
}

bool cmd_node_set_removed(struct cmd_node_set *out,
			  const struct cmd_node_set *before,
			  const struct cmd_node_set *now)
{
	if (!init(out, before->count))
		return false;
	for (size_t i = 0; i < before->count; i++) {
		if (find(now, &before->nodes[i]) == NULL)
			append(out, &before->nodes[i], 1);
	}
	return true;
}
