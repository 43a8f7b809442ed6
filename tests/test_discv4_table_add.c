/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/table.h"
#include "lib/node/endpoint.h"

#include "tests/harness.h"
#include "tests/table_scene.h"

enum {
	MEMBERS = DTI_BUCKET_SIZE + DTI_BUCKET_REPLACEMENTS
};

Test(discv4_table_add, an_endpoint_that_nobody_can_ask_is_refused)
{
	static const struct {
		const char *ip; /* "": none */
		uint16_t udp_port;
		enum dti_table_added added;
	} cases[] = {
		{"20.1.2.3", 30303, DTI_TABLE_ADDED},
		{"20.1.2.3", 1, DTI_TABLE_ADDED},
		{"10.1.2.3", 30303, DTI_TABLE_ADDED},
		{"127.0.0.1", 30303, DTI_TABLE_ADDED},
		{"2a00::1", 30303, DTI_TABLE_ADDED},
		{"::1", 30303, DTI_TABLE_ADDED},
		{"20.1.2.3", 0, DTI_TABLE_BAD_ENDPOINT},
		{"", 30303, DTI_TABLE_BAD_ENDPOINT},
		{"0.0.0.0", 30303, DTI_TABLE_BAD_ENDPOINT},
		{"224.0.0.1", 30303, DTI_TABLE_BAD_ENDPOINT},
		{"255.255.255.255", 30303, DTI_TABLE_BAD_ENDPOINT},
		{"192.0.2.1", 30303, DTI_TABLE_BAD_ENDPOINT},
		{"::", 30303, DTI_TABLE_BAD_ENDPOINT},
		{"ff02::1", 30303, DTI_TABLE_BAD_ENDPOINT},
	};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct table_scene scene;
		struct dt_node node;

		table_scene_begin(&scene, false);
		node = table_scene_node(&scene, FAR, NULL);
		node.endpoint.family = 0;
		if (cases[i].ip[0] != '\0')
			node.endpoint = table_scene_endpoint(cases[i].ip);
		node.endpoint.udp_port = cases[i].udp_port;

		cr_assert_eq(table_scene_add(&scene, &node, true),
			     cases[i].added, "\"%s\" %u", cases[i].ip,
			     cases[i].udp_port);
		cr_assert_eq(dti_table_find(scene.table, &node.id) != NULL,
			     cases[i].added == DTI_TABLE_ADDED);
		table_scene_end(&scene);
	}
}

Test(discv4_table_add, a_node_that_cannot_be_dialed_can_be_asked)
{
	struct table_scene scene;
	struct dt_node node;

	table_scene_begin(&scene, false);
	node = table_scene_node(&scene, FAR, NULL);
	node.endpoint.tcp_port = 0;

	cr_assert_eq(table_scene_add(&scene, &node, false), DTI_TABLE_ADDED);
	table_scene_end(&scene);
}

Test(discv4_table_add, a_known_node_is_not_moved_to_an_endpoint_that_is_none)
{
	struct table_scene scene;
	struct dt_node node;
	struct dt_node changed;

	table_scene_begin(&scene, false);
	node = table_scene_node(&scene, FAR, NULL);
	changed = node;
	changed.endpoint.udp_port = 0;
	cr_assert_eq(table_scene_add(&scene, &node, true), DTI_TABLE_ADDED);

	cr_assert_eq(table_scene_add(&scene, &changed, true),
		     DTI_TABLE_BAD_ENDPOINT);
	cr_assert_eq(table_scene_find(&scene, &node)->node.endpoint.udp_port,
		     30303);
	table_scene_end(&scene);
}

Test(discv4_table_add, the_table_does_not_contain_itself)
{
	struct table_scene scene;
	struct dt_node self;

	table_scene_begin(&scene, false);
	self = (struct dt_node){
		.id = scene.self,
		.endpoint = table_scene_endpoint("20.1.2.3"),
	};

	cr_assert_eq(table_scene_add(&scene, &self, true), DTI_TABLE_SELF);
	cr_assert_null(dti_table_find(scene.table, &scene.self));
	table_scene_end(&scene);
}

/* How many nodes of @bucket get in, whose addresses differ in one byte only? */
static size_t add_until_full(struct table_scene *scene, unsigned int bucket,
			     const char *ip, size_t byte)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		struct dt_node node = table_scene_node(scene, bucket, ip);
		enum dti_table_added added;

		node.endpoint.ip[byte] = (uint8_t)(i + 1);
		added = table_scene_add(scene, &node, false);
		if (added == DTI_TABLE_SUBNET_FULL)
			return i;
		cr_assert(added == DTI_TABLE_ADDED ||
			  added == DTI_TABLE_REPLACEMENT);
	}
	return MEMBERS;
}

Test(discv4_table_add, a_network_has_two_places_in_a_bucket_and_ten_in_all)
{
	static const struct {
		const char *ip;
		size_t byte; /* that differs */
		bool limit_lan;
		bool limited;
	} cases[] = {
		{"20.1.2.0", 3, false, true},
		{"2a00:1:2:3::", 8, false, true},
		{"2a00:1:2:3::", 15, false, true},
		{"127.0.0.0", 3, false, false},
		{"192.168.1.0", 3, false, false},
		{"fd00::", 15, false, false},
		{"127.0.0.0", 3, true, true},
		{"192.168.1.0", 3, true, true},
		{"fd00::", 15, true, true},
	};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct table_scene scene;

		table_scene_begin(&scene, cases[i].limit_lan);
		for (unsigned int bucket = FAR; bucket > FAR - 6; bucket--) {
			size_t room = bucket > FAR - 5 ? 2 : 0;

			if (!cases[i].limited)
				room = MEMBERS;
			cr_assert_eq(add_until_full(&scene, bucket, cases[i].ip,
						    cases[i].byte),
				     room, "%s in bucket %u", cases[i].ip,
				     bucket);
		}
		table_scene_end(&scene);
	}
}

Test(discv4_table_add, networks_of_their_own_do_not_limit_each_other)
{
	static const struct {
		const char *ip;
		size_t byte;
	} cases[] = {
		{"20.1.0.3", 2},
		{"20.0.2.3", 1},
		{"2a00:1:2:0::3", 7},
		{"192.168.0.1", 2},
	};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct table_scene scene;

		table_scene_begin(&scene, true);
		cr_assert_eq(
			add_until_full(&scene, FAR, cases[i].ip, cases[i].byte),
			(size_t)MEMBERS, "%s", cases[i].ip);
		table_scene_end(&scene);
	}
}

Test(discv4_table_add, replacements_are_counted_with_their_network)
{
	struct table_scene scene;
	struct dt_node nodes[3];

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, NULL, DTI_BUCKET_SIZE);
	for (size_t i = 0; i < 3; i++) {
		nodes[i] = table_scene_node(&scene, FAR, "30.1.2.3");
		cr_assert_eq(table_scene_add(&scene, &nodes[i], false),
			     i < 2 ? DTI_TABLE_REPLACEMENT
				   : DTI_TABLE_SUBNET_FULL);
	}
	table_scene_end(&scene);
}

Test(discv4_table_add, who_leaves_makes_room_for_its_network)
{
	struct table_scene scene;
	struct dt_node nodes[4];

	table_scene_begin(&scene, false);
	for (size_t i = 0; i < 4; i++)
		nodes[i] = table_scene_node(&scene, FAR, "30.1.2.3");
	cr_assert_eq(table_scene_add(&scene, &nodes[0], false),
		     DTI_TABLE_ADDED);
	table_scene_fill(&scene, FAR, NULL, DTI_BUCKET_SIZE - 1);
	cr_assert_eq(table_scene_add(&scene, &nodes[1], false),
		     DTI_TABLE_REPLACEMENT);
	cr_assert_eq(table_scene_add(&scene, &nodes[2], false),
		     DTI_TABLE_SUBNET_FULL);

	/* The replacement is pushed out, then the entry is removed. */
	table_scene_fill(&scene, FAR, NULL, DTI_BUCKET_REPLACEMENTS);
	cr_assert_null(dti_table_find(scene.table, &nodes[1].id));
	cr_assert_eq(table_scene_add(&scene, &nodes[2], false),
		     DTI_TABLE_REPLACEMENT);
	dti_table_remove(scene.table, table_scene_find(&scene, &nodes[0]),
			 &scene.random);
	cr_assert_eq(table_scene_add(&scene, &nodes[3], false),
		     DTI_TABLE_REPLACEMENT);
	table_scene_end(&scene);
}

Test(discv4_table_add, a_promoted_replacement_is_counted_on)
{
	struct table_scene scene;
	struct dt_node nodes[3];
	struct dt_node first;

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, &first, 1);
	table_scene_fill(&scene, FAR, NULL, DTI_BUCKET_SIZE - 1);
	for (size_t i = 0; i < 3; i++)
		nodes[i] = table_scene_node(&scene, FAR, "30.1.2.3");
	for (size_t i = 0; i < 2; i++)
		cr_assert_eq(table_scene_add(&scene, &nodes[i], false),
			     DTI_TABLE_REPLACEMENT);
	dti_table_remove(scene.table, table_scene_find(&scene, &first),
			 &scene.random);

	cr_assert_neq(table_scene_find(&scene, &nodes[0])->is_replacement,
		      table_scene_find(&scene, &nodes[1])->is_replacement);
	cr_assert_eq(table_scene_add(&scene, &nodes[2], false),
		     DTI_TABLE_SUBNET_FULL);
	table_scene_end(&scene);
}

/* What is heard of a node that is known, at 20.1.2.3 and ports 30303. */
Test(discv4_table_add, a_known_node_moves_if_it_is_proven_or_was_not_verified)
{
	static const struct {
		uint32_t liveness;
		bool proven;
		bool moves;
	} cases[] = {
		{0, false, true}, {0, true, true},   {1, false, false},
		{1, true, true},  {9, false, false}, {9, true, true},
	};
	static const struct {
		const char *ip;
		uint16_t tcp_port;
		uint16_t udp_port;
	} changes[] = {
		{"20.1.2.3", 1, 30303},     {"20.1.2.3", 30303, 1},
		{"20.1.2.4", 30303, 30303}, {"20.1.3.3", 30303, 30303},
		{"10.0.0.1", 30303, 30303}, {"2a00::1", 30303, 30303},
	};

	for (size_t i = 0; i < 6 * dti_array_length(changes); i++) {
		uint32_t liveness = cases[i % 6].liveness;
		struct table_scene scene;
		struct dt_node node;
		struct dt_node changed;
		const struct dti_table_entry *entry;

		table_scene_begin(&scene, false);
		node = table_scene_node(&scene, FAR, "20.1.2.3");
		cr_assert_eq(table_scene_add(&scene, &node, false),
			     DTI_TABLE_ADDED);
		table_scene_verify_node(&scene, &node, liveness);
		changed = node;
		changed.endpoint = table_scene_endpoint(changes[i / 6].ip);
		changed.endpoint.tcp_port = changes[i / 6].tcp_port;
		changed.endpoint.udp_port = changes[i / 6].udp_port;
		cr_assert_eq(
			table_scene_add(&scene, &changed, cases[i % 6].proven),
			DTI_TABLE_KNOWN);

		entry = table_scene_find(&scene, &node);
		cr_assert(dti_endpoint_equal(&entry->node.endpoint,
					     cases[i % 6].moves
						     ? &changed.endpoint
						     : &node.endpoint),
			  "case %zu, change %zu", i % 6, i / 6);
		cr_assert_eq(entry->liveness, liveness);
		cr_assert_eq(table_scene_sizes(&scene).entries, 1u);
		table_scene_end(&scene);
	}
}

Test(discv4_table_add, a_known_node_does_not_move_to_a_network_that_is_full)
{
	struct table_scene scene;
	struct dt_node nodes[3];

	table_scene_begin(&scene, false);
	for (size_t i = 0; i < 3; i++) {
		nodes[i] = table_scene_node(&scene, FAR,
					    i < 2 ? "30.1.2.3" : "30.1.3.3");
		cr_assert_eq(table_scene_add(&scene, &nodes[i], true),
			     DTI_TABLE_ADDED);
	}
	nodes[2].endpoint = nodes[0].endpoint;
	cr_assert_eq(table_scene_add(&scene, &nodes[2], true),
		     DTI_TABLE_SUBNET_FULL);
	cr_assert_eq(table_scene_find(&scene, &nodes[2])->node.endpoint.ip[2],
		     3);

	/* Within its network it may move, and one that leaves makes room. */
	nodes[0].endpoint.ip[3] = 77;
	cr_assert_eq(table_scene_add(&scene, &nodes[0], true), DTI_TABLE_KNOWN);
	cr_assert_eq(table_scene_find(&scene, &nodes[0])->node.endpoint.ip[3],
		     77);
	nodes[0].endpoint.ip[2] = 4;
	cr_assert_eq(table_scene_add(&scene, &nodes[0], true), DTI_TABLE_KNOWN);
	cr_assert_eq(table_scene_add(&scene, &nodes[2], true), DTI_TABLE_KNOWN);
	cr_assert_eq(table_scene_find(&scene, &nodes[2])->node.endpoint.ip[2],
		     2);
	table_scene_end(&scene);
}

Test(discv4_table_add, who_moves_within_or_out_of_the_lan_is_counted_anew)
{
	struct table_scene scene;
	struct dt_node nodes[4];

	table_scene_begin(&scene, false);
	for (size_t i = 0; i < 4; i++) {
		nodes[i] = table_scene_node(&scene, FAR, "10.1.2.3");
		cr_assert_eq(table_scene_add(&scene, &nodes[i], false),
			     DTI_TABLE_ADDED);
	}
	for (size_t i = 0; i < 4; i++) {
		nodes[i].endpoint = table_scene_endpoint("30.1.2.3");
		cr_assert_eq(table_scene_add(&scene, &nodes[i], false),
			     i < 2 ? DTI_TABLE_KNOWN : DTI_TABLE_SUBNET_FULL);
	}
	nodes[0].endpoint = table_scene_endpoint("10.7.7.7");
	cr_assert_eq(table_scene_add(&scene, &nodes[0], false),
		     DTI_TABLE_KNOWN);

	cr_assert_eq(table_scene_add(&scene, &nodes[3], false),
		     DTI_TABLE_KNOWN);
	table_scene_end(&scene);
}

Test(discv4_table_add, a_replacement_that_is_proven_stays_longest)
{
	struct table_scene scene;
	struct dt_node nodes[MEMBERS];

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, nodes, MEMBERS);
	cr_assert_eq(table_scene_add(&scene, &nodes[DTI_BUCKET_SIZE], true),
		     DTI_TABLE_KNOWN);
	cr_assert_eq(
		table_scene_add(&scene, &nodes[DTI_BUCKET_SIZE + 1], false),
		DTI_TABLE_KNOWN);
	table_scene_fill(&scene, FAR, NULL, DTI_BUCKET_REPLACEMENTS - 1);

	for (size_t i = DTI_BUCKET_SIZE; i < MEMBERS; i++)
		cr_assert_eq(dti_table_find(scene.table, &nodes[i].id) != NULL,
			     i == DTI_BUCKET_SIZE);
	table_scene_end(&scene);
}

Test(discv4_table_add, without_memory_the_table_stays_as_it_was)
{
	enum {
		STEPS = 80
	};
	struct table_scene scene;
	size_t failures = 0;

	table_scene_begin(&scene, false);
	for (size_t i = 0; i < STEPS; i++) {
		struct dt_node node = table_scene_node(
			&scene, FAR - (unsigned int)i % 4, NULL);
		enum dti_table_added added = DTI_TABLE_NO_MEMORY;

		for (size_t fail_at = 1; added == DTI_TABLE_NO_MEMORY;
		     fail_at++) {
			uint64_t version = dti_table_version(scene.table);
			size_t live = scene.counter.live;

			scene.counter.fail_at = scene.counter.calls + fail_at;
			added = table_scene_add(&scene, &node, false);
			if (added != DTI_TABLE_NO_MEMORY)
				break;
			failures++;
			cr_assert_null(dti_table_find(scene.table, &node.id));
			cr_assert_eq(dti_table_version(scene.table), version);
			cr_assert_eq(scene.counter.live, live);
		}
		cr_assert(added == DTI_TABLE_ADDED ||
			  added == DTI_TABLE_REPLACEMENT);
	}

	cr_assert_eq(failures, STEPS + 4u, "one a node, and 16, 32, 64, 128");
	table_scene_end(&scene);
}

Test(discv4_table_add, without_memory_a_known_node_stays_where_it_was)
{
	struct table_scene scene;
	struct dt_node node;
	struct dt_node changed;

	table_scene_begin(&scene, false);
	node = table_scene_node(&scene, FAR, "10.1.2.3");
	changed = node;
	changed.endpoint = table_scene_endpoint("30.1.2.3");
	cr_assert_eq(table_scene_add(&scene, &node, false), DTI_TABLE_ADDED);
	scene.counter.fail_at = scene.counter.calls + 1;

	cr_assert_eq(table_scene_add(&scene, &changed, true),
		     DTI_TABLE_NO_MEMORY);
	cr_assert_eq(table_scene_find(&scene, &node)->node.endpoint.ip[0], 10);
	cr_assert_eq(table_scene_add(&scene, &changed, true), DTI_TABLE_KNOWN);
	cr_assert_eq(table_scene_find(&scene, &node)->node.endpoint.ip[0], 30);
	table_scene_end(&scene);
}

/* An attacker has any number of identities, but few networks. */
Test(discv4_table_add, ten_thousand_ids_in_four_networks_get_forty_places)
{
	enum {
		ATTACKERS = 10000,
		NETWORKS = 4
	};
	size_t places[NETWORKS] = {0};
	struct table_scene scene;
	struct dt_node honest[20];
	size_t entries;

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, honest, 8);
	table_scene_fill(&scene, FAR - 1, honest + 8, 8);
	table_scene_fill(&scene, NEAR, honest + 16, 4);
	for (uint32_t i = 0; i < ATTACKERS; i++) {
		struct dt_node node = {
			.id = table_scene_id(UINT32_MAX - i),
			.endpoint = table_scene_endpoint("66.6.0.1"),
		};
		struct dti_place place = dti_place_of(&node.id);

		node.endpoint.ip[2] = (uint8_t)(i % NETWORKS);
		node.endpoint.ip[3] = (uint8_t)(i / NETWORKS);
		node.endpoint.udp_port = (uint16_t)(1025 + i);
		dti_table_add(scene.table, &node, &place, i % 3 == 0, i);
		if (i % 100 == 0)
			dti_table_verify(scene.table);
	}

	for (uint32_t i = 0; i < ATTACKERS; i++) {
		struct dt_node_id id = table_scene_id(UINT32_MAX - i);

		places[i % NETWORKS] +=
			dti_table_find(scene.table, &id) != NULL;
	}
	for (size_t i = 0; i < NETWORKS; i++)
		cr_assert_eq(places[i], (size_t)DTI_SUBNET_A_TABLE);
	for (size_t i = 0; i < dti_array_length(honest); i++)
		cr_assert_not(
			table_scene_find(&scene, &honest[i])->is_replacement);
	entries = table_scene_sizes(&scene).entries;
	cr_assert_leq(entries, 20 + NETWORKS * (size_t)DTI_SUBNET_A_TABLE);
	table_scene_end(&scene);
}
