/* SPDX-License-Identifier: MIT */
#include "workers/name_servers.h"

#include <string.h>
#include <sys/socket.h>

#include "lib/node/name_server.h"
#include "lib/span.h"

bool dti_name_servers_parse(struct dti_name_servers *out, const char *text)
{
	struct dti_span rest = {text, strlen(text)};
	bool more = rest.length > 0;

	out->count = 0;
	while (more) {
		struct dt_endpoint server;
		size_t length = dti_span_find(rest, ',');

		if (!dti_name_server_parse(&server,
					   dti_span_first(rest, length)))
			return false;
		if (out->count < DTI_NAME_SERVERS_MAX)
			out->servers[out->count++] = server;
		more = length < rest.length;
		rest = dti_span_skip(rest, length + 1);
	}
	return true;
}

static void fill_node(struct ares_addr_port_node *node,
		      const struct dt_endpoint *server)
{
	bool is_v4 = server->family == 4;

	node->family = is_v4 ? AF_INET : AF_INET6;
	memcpy(&node->addr, server->ip, is_v4 ? 4 : 16);
	node->udp_port = server->tcp_port;
	node->tcp_port = server->tcp_port;
}

int dti_name_servers_use(const struct dti_name_servers *servers,
			 ares_channel channel)
{
	struct ares_addr_port_node nodes[DTI_NAME_SERVERS_MAX];

	if (servers->count == 0)
		return ARES_SUCCESS;
	memset(nodes, 0, sizeof(nodes));
	for (size_t i = 0; i < servers->count; i++) {
		fill_node(&nodes[i], &servers->servers[i]);
		if (i > 0)
			nodes[i - 1].next = &nodes[i];
	}
	return ares_set_servers_ports(channel, nodes);
}
