/* SPDX-License-Identifier: MIT */
#ifndef TESTS_TABLE_SCENE_H
#define TESTS_TABLE_SCENE_H

/* A node table and nodes that belong into a bucket of it, for the tests. */

#include "lib/discv4/table.h"

#include "tests/failing_allocator.h"

/** Nodes come at once in buckets from here on: half of all, a quarter, ... */
enum {
	NEAR = DTI_BUCKETS - 4,
	FAR = DTI_BUCKETS - 1,
};

struct table_scene {
	struct failing_allocator counter;
	struct dt_allocator allocator;
	struct dti_random random;
	struct dt_node_id self;
	struct dti_table *table;
	uint32_t nodes; /* made so far */
	uint64_t ids;   /* drawn so far */
};

/** An empty table; end with table_scene_end(). */
void table_scene_begin(struct table_scene *scene, bool limit_lan);
/** Verify the table, destroy it; nothing of it may be left. */
void table_scene_end(struct table_scene *scene);

/** Any id, each @number its own. */
struct dt_node_id table_scene_id(uint64_t number);
/** From "1.2.3.4"; ports 30303. */
struct dt_endpoint table_scene_endpoint(const char *ip);
/** The bucket that an id belongs to. */
unsigned int table_scene_bucket(const struct table_scene *scene,
				const struct dt_node_id *id);
/** A new node of @bucket. @ip: NULL: in a network of its own. */
struct dt_node table_scene_node(struct table_scene *scene, unsigned int bucket,
				const char *ip);
/** dti_table_add() at 0 ms, and verify the table. */
enum dti_table_added table_scene_add(struct table_scene *scene,
				     const struct dt_node *node, bool proven);
/** Make and add @count nodes to @bucket; they get in. @nodes may be NULL. */
void table_scene_fill(struct table_scene *scene, unsigned int bucket,
		      struct dt_node *nodes, size_t count);
/** The entry of a node that is in the table. */
struct dti_table_entry *table_scene_find(const struct table_scene *scene,
					 const struct dt_node *node);
/** Let it pass @checks checks, at 1 ms. */
void table_scene_verify_node(struct table_scene *scene,
			     const struct dt_node *node, uint32_t checks);
struct dti_table_sizes table_scene_sizes(const struct table_scene *scene);

#endif /* TESTS_TABLE_SCENE_H */
