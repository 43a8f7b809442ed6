/* SPDX-License-Identifier: MIT */
#include "tests/node_facts.h"

#include <string.h>

#include "tests/require.h"

struct dt_node numbered_node(uint32_t number)
{
	uint8_t family = number % 3 == 0 ? 6 : 4;
	struct dt_node node = {
		.endpoint =
			{
				.ip = {0x20, (uint8_t)(number >> 16),
				       (uint8_t)(number >> 8), (uint8_t)number},
				.family = family,
				.tcp_port = (uint16_t)number,
				.udp_port = (uint16_t)(number % 65535 + 1),
			},
	};

	/* Neighbours by number are none by id, as the ids of nodes are not. */
	number *= 0x9e3779b1;
	memcpy(node.id.bytes, &number, sizeof(number));
	memset(node.id.bytes + sizeof(number), 0xab,
	       sizeof(node.id.bytes) - sizeof(number));
	if (family == 6)
		node.endpoint.ip[15] = 1;
	return node;
}

uint32_t node_number(const struct dt_node *node)
{
	uint32_t number = (uint32_t)node->endpoint.ip[1] << 16 |
			  (uint32_t)node->endpoint.ip[2] << 8 |
			  node->endpoint.ip[3];
	struct dt_node expected = numbered_node(number);

	require(memcmp(&expected.id, &node->id, sizeof(node->id)) == 0 &&
			memcmp(expected.endpoint.ip, node->endpoint.ip, 16) ==
				0 &&
			expected.endpoint.family == node->endpoint.family &&
			expected.endpoint.tcp_port == node->endpoint.tcp_port &&
			expected.endpoint.udp_port == node->endpoint.udp_port &&
			node->host_name == NULL,
		"a node is as it was made");
	return number;
}

struct dti_node_fact pong_of(uint32_t number, int64_t alive_unix_s)
{
	return (struct dti_node_fact){
		.node = numbered_node(number),
		.alive_unix_s = alive_unix_s,
		.record_seq = number + 1,
	};
}

struct dti_node_fact failures_of(uint32_t number, uint32_t failures)
{
	return (struct dti_node_fact){
		.node = numbered_node(number),
		.failures = failures,
	};
}
