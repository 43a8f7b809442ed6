/* SPDX-License-Identifier: MIT */
#include "tests/table_scene.h"

#include <string.h>

#include "lib/node/endpoint.h"

#include "tests/harness.h"
#include "tests/random_stream.h"

#define SELF 0 /* its number */

void table_scene_begin(struct table_scene *scene, bool limit_lan)
{
	static const uint8_t seed[32] = "a seed of thirty-two bytes, once";

	*scene = (struct table_scene){.self = table_scene_id(SELF)};
	scene->ids = SELF + 1;
	scene->allocator = failing_allocator_functions(&scene->counter);
	dti_random_init(&scene->random, seed);
	scene->table =
		dti_table_create(&scene->self, limit_lan, &scene->allocator);
	cr_assert_not_null(scene->table);
}

void table_scene_end(struct table_scene *scene)
{
	dti_table_verify(scene->table);
	dti_table_destroy(scene->table);
	cr_assert_eq(scene->counter.live, 0u);
}

struct dt_node_id table_scene_id(uint64_t number)
{
	struct random_stream stream = {.state = number << 32};
	struct dt_node_id id = {.bytes = {0}};

	for (size_t i = 0; i < sizeof(id.bytes); i += sizeof(uint64_t)) {
		uint64_t word = random_next(&stream);

		memcpy(&id.bytes[i], &word, sizeof(word));
	}
	return id;
}

struct dt_endpoint table_scene_endpoint(const char *ip)
{
	struct dt_endpoint endpoint = {.tcp_port = 30303, .udp_port = 30303};

	cr_assert(dti_endpoint_parse_ip(&endpoint, ip, strlen(ip)), "%s", ip);
	return endpoint;
}

unsigned int table_scene_bucket(const struct table_scene *scene,
				const struct dt_node_id *id)
{
	struct dti_place self = dti_place_of(&scene->self);
	struct dti_place place = dti_place_of(id);

	return dti_place_bucket(dti_place_log_distance(&self, &place));
}

struct dt_node table_scene_node(struct table_scene *scene, unsigned int bucket,
				const char *ip)
{
	struct dt_node node = {.endpoint = {.family = 0}};

	do
		node.id = table_scene_id(scene->ids++);
	while (table_scene_bucket(scene, &node.id) != bucket);
	scene->nodes++;
	node.endpoint = table_scene_endpoint(ip == NULL ? "20.0.0.1" : ip);
	if (ip == NULL) {
		node.endpoint.ip[1] = (uint8_t)(scene->nodes >> 8);
		node.endpoint.ip[2] = (uint8_t)scene->nodes;
	}
	return node;
}

enum dti_table_added table_scene_add(struct table_scene *scene,
				     const struct dt_node *node, bool proven)
{
	struct dti_place place = dti_place_of(&node->id);
	enum dti_table_added added =
		dti_table_add(scene->table, node, &place, proven, 0);

	dti_table_verify(scene->table);
	return added;
}

void table_scene_fill(struct table_scene *scene, unsigned int bucket,
		      struct dt_node *nodes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct dt_node node = table_scene_node(scene, bucket, NULL);
		enum dti_table_added added =
			table_scene_add(scene, &node, false);

		cr_assert(added == DTI_TABLE_ADDED ||
			  added == DTI_TABLE_REPLACEMENT);
		if (nodes != NULL)
			nodes[i] = node;
	}
}

struct dti_table_entry *table_scene_find(const struct table_scene *scene,
					 const struct dt_node *node)
{
	struct dti_table_entry *entry = dti_table_find(scene->table, &node->id);

	cr_assert_not_null(entry);
	return entry;
}

void table_scene_verify_node(struct table_scene *scene,
			     const struct dt_node *node, uint32_t checks)
{
	for (uint32_t i = 0; i < checks; i++)
		dti_table_alive(scene->table, table_scene_find(scene, node), 1);
}

struct dti_table_sizes table_scene_sizes(const struct table_scene *scene)
{
	struct dti_table_sizes sizes;

	dti_table_sizes(scene->table, &sizes);
	return sizes;
}
