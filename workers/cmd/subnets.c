/* SPDX-License-Identifier: MIT */
#include "workers/cmd/subnets.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_OF_4 3
#define BYTES_OF_6 8

static int compare_prefixes(const void *a, const void *b)
{
	const struct cmd_subnet *first = a;
	const struct cmd_subnet *second = b;

	if (first->family != second->family)
		return first->family < second->family ? -1 : 1;
	return memcmp(first->prefix, second->prefix, sizeof(first->prefix));
}

static int compare_sizes(const void *a, const void *b)
{
	const struct cmd_subnet *first = a;
	const struct cmd_subnet *second = b;

	if (first->nodes != second->nodes)
		return first->nodes > second->nodes ? -1 : 1;
	return compare_prefixes(a, b);
}

static struct cmd_subnet subnet_of(const struct cmd_crawl_node *node)
{
	const struct dt_endpoint *endpoint = &node->node.endpoint;
	struct cmd_subnet subnet = {.family = endpoint->family,
				    .nodes = 1,
				    .answered =
					    node->fate == CMD_CRAWL_ANSWERED};

	memcpy(subnet.prefix, endpoint->ip,
	       endpoint->family == 4 ? BYTES_OF_4 : BYTES_OF_6);
	return subnet;
}

/* Neighbours that are of one network become one. */
static size_t merge(struct cmd_subnet *subnets, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (kept > 0 &&
		    compare_prefixes(&subnets[kept - 1], &subnets[i]) == 0) {
			subnets[kept - 1].nodes += subnets[i].nodes;
			subnets[kept - 1].answered += subnets[i].answered;
		} else {
			subnets[kept++] = subnets[i];
		}
	}
	return kept;
}

bool cmd_subnets_make(struct cmd_subnets *out,
		      const struct cmd_crawl_node *nodes, size_t count)
{
	*out = (struct cmd_subnets){0};
	out->all = calloc(count > 0 ? count : 1, sizeof(*out->all));
	if (out->all == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (nodes[i].node.endpoint.family != 0)
			out->all[out->count++] = subnet_of(&nodes[i]);
	}
	qsort(out->all, out->count, sizeof(*out->all), compare_prefixes);
	out->count = merge(out->all, out->count);
	qsort(out->all, out->count, sizeof(*out->all), compare_sizes);
	return true;
}

void cmd_subnets_fini(struct cmd_subnets *subnets)
{
	free(subnets->all);
	*subnets = (struct cmd_subnets){0};
}

void cmd_subnet_text(char out[CMD_SUBNET_TEXT_SIZE],
		     const struct cmd_subnet *subnet)
{
	uint8_t address[16] = {0};
	char text[INET6_ADDRSTRLEN] = "?";

	memcpy(address, subnet->prefix, sizeof(subnet->prefix));
	(void)inet_ntop(subnet->family == 4 ? AF_INET : AF_INET6, address, text,
			sizeof(text));
	(void)snprintf(out, CMD_SUBNET_TEXT_SIZE, "%s/%d", text,
		       subnet->family == 4 ? 24 : 64);
}
