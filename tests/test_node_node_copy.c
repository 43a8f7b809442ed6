/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/endpoint.h"
#include "lib/node/id.h"
#include "lib/node/node_copy.h"

#include "tests/harness.h"

static const struct dt_node nodes[] = {
	{.id = {{1}},
	 .host_name = "boot.example",
	 .endpoint = {.tcp_port = 1, .udp_port = 2}},
	{.id = {{2}}, .endpoint = {.ip = {192, 0, 2, 7}, .family = 4}},
	{.id = {{3}}, .host_name = ""},
};

Test(node_node_copy, a_name_takes_its_bytes_and_a_nul)
{
	cr_assert_eq(dti_node_copy_name_size(&nodes[0]), 13);
	cr_assert_eq(dti_node_copy_name_size(&nodes[1]), 0);
	cr_assert_eq(dti_node_copy_name_size(&nodes[2]), 1);
	cr_assert_eq(dti_node_copy_names_size(nodes, 3), 14);
	cr_assert_eq(dti_node_copy_names_size(nodes, 0), 0);
}

Test(node_node_copy, copies_are_the_same_and_have_names_of_their_own)
{
	struct dt_node copies[3];
	char names[14];
	char *name = names;

	for (size_t i = 0; i < 3; i++)
		name = dti_node_copy(&copies[i], name, &nodes[i]);

	cr_assert_eq(name, names + sizeof(names));
	for (size_t i = 0; i < 3; i++) {
		cr_assert(dti_node_id_equal(&copies[i].id, &nodes[i].id));
		cr_assert(dti_endpoint_equal(&copies[i].endpoint,
					     &nodes[i].endpoint));
	}
	cr_assert_eq(copies[0].host_name, names);
	cr_assert_str_eq(copies[0].host_name, "boot.example");
	cr_assert_null(copies[1].host_name);
	cr_assert_eq(copies[2].host_name, names + 13);
	cr_assert_str_eq(copies[2].host_name, "");
}

Test(node_node_copy, without_a_name_there_need_be_no_room)
{
	struct dt_node copy;

	cr_assert_null(dti_node_copy(&copy, NULL, &nodes[1]));

	cr_assert(dti_node_id_equal(&copy.id, &nodes[1].id));
}
