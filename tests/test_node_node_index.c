/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/node/endpoint.h"
#include "lib/node/id.h"
#include "lib/node/node_index.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

static const struct dt_allocator libc_allocator;

/* A fixed sequence of numbers, the same in every run. */
static uint64_t next_number(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *state >> 33;
}

static struct dt_node_id random_id(uint64_t *state)
{
	struct dt_node_id id = {{0}};

	for (size_t i = 0; i < sizeof(id.bytes); i++)
		id.bytes[i] = (uint8_t)next_number(state);
	return id;
}

static struct dt_node node_at(struct dt_node_id id, uint16_t port)
{
	return (struct dt_node){
		.id = id,
		.endpoint = {.ip = {127, 0, 0, 1},
			     .family = 4,
			     .tcp_port = port},
	};
}

static void fill_random(struct dt_node *nodes, size_t count)
{
	uint64_t state = 42;

	for (size_t i = 0; i < count; i++)
		nodes[i] = node_at(random_id(&state), (uint16_t)(i + 1));
}

static struct dti_node_index *create(const struct dt_node *nodes, size_t count)
{
	struct dti_node_index *index = NULL;

	cr_assert_eq(
		dti_node_index_create(&index, nodes, count, &libc_allocator),
		DT_OK);
	return index;
}

/* -1, 0, 1: @a is closer to @target than @b. */
static int compare_distance(const struct dt_node_id *target,
			    const struct dt_node_id *a,
			    const struct dt_node_id *b)
{
	for (size_t i = 0; i < sizeof(target->bytes); i++) {
		int to_a = target->bytes[i] ^ a->bytes[i];
		int to_b = target->bytes[i] ^ b->bytes[i];

		if (to_a != to_b)
			return to_a < to_b ? -1 : 1;
	}
	return 0;
}

/* How many of @nodes are closer to @target than @id is. */
static size_t count_closer(const struct dt_node *nodes, size_t count,
			   const struct dt_node_id *target,
			   const struct dt_node_id *id)
{
	size_t closer = 0;

	for (size_t i = 0; i < count; i++)
		closer += compare_distance(target, &nodes[i].id, id) < 0;
	return closer;
}

static bool is_in(const struct dt_node *nodes, size_t count,
		  const struct dt_node_id *id)
{
	for (size_t i = 0; i < count; i++)
		if (dti_node_id_equal(&nodes[i].id, id))
			return true;
	return false;
}

static bool has_repeats(const struct dt_node *nodes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_in(nodes + i + 1, count - i - 1, &nodes[i].id))
			return true;
	return false;
}

/* Every answer is among the @max closest of @nodes, and none is missing. */
static void check_closest(const struct dt_node *nodes, size_t count, size_t max,
			  const struct dt_node_id *target)
{
	struct dti_node_index *index = create(nodes, count);
	struct dt_node *out = calloc(max + 1, sizeof(*out));
	size_t found = dti_node_index_closest(index, out, max, target);
	size_t too_far = 0;

	cr_assert_eq(found, max < count ? max : count);
	for (size_t i = 0; i < found; i++)
		too_far +=
			count_closer(nodes, count, target, &out[i].id) >= found;
	cr_assert_eq(too_far, 0);
	cr_assert_not(has_repeats(out, found));
	free(out);
	dti_node_index_destroy(index, &libc_allocator);
}

Test(node_node_index, an_empty_one_answers_nothing)
{
	struct dti_node_index *index = create(NULL, 0);
	struct dt_node_id id = {{1}};
	struct dt_node out[4];

	cr_assert_null(dti_node_index_find(index, &id));
	cr_assert_eq(dti_node_index_closest(index, out, 4, &id), 0);
	cr_assert_eq(dti_node_index_random(index, out, 4, 1), 0);
	dti_node_index_destroy(index, &libc_allocator);
}

Test(node_node_index, every_node_is_found_by_its_id)
{
	enum {
		MOST = 200
	};
	struct dt_node nodes[MOST];
	struct dt_node_id stranger = {{0}};

	fill_random(nodes, MOST);
	for (size_t count = 0; count <= MOST; count += 7) {
		struct dti_node_index *index = create(nodes, count);
		size_t wrong = dti_node_index_find(index, &stranger) != NULL;

		for (size_t i = 0; i < count; i++) {
			const struct dt_node *found =
				dti_node_index_find(index, &nodes[i].id);

			wrong += !found ||
				 !dti_endpoint_equal(&found->endpoint,
						     &nodes[i].endpoint);
		}
		cr_assert_eq(wrong, 0, "of %zu", count);
		dti_node_index_destroy(index, &libc_allocator);
	}
}

Test(node_node_index, a_node_without_address_is_only_found)
{
	char name[] = "node.example";
	struct dt_node nodes[3] = {
		node_at((struct dt_node_id){{9}}, 1),
		{.id = {{5}}, .host_name = name},
		{.id = {{7}}},
	};
	struct dti_node_index *index = create(nodes, 3);
	struct dt_node out[4];

	name[0] = '!'; /* the index has its own copy */

	cr_assert_str_eq(dti_node_index_find(index, &nodes[1].id)->host_name,
			 "node.example");
	cr_assert_null(dti_node_index_find(index, &nodes[2].id)->host_name);
	cr_assert_eq(dti_node_index_closest(index, out, 4, &nodes[1].id), 1);
	cr_assert(dti_node_id_equal(&out[0].id, &nodes[0].id));
	cr_assert_eq(dti_node_index_random(index, out, 4, 1), 1);
	cr_assert(dti_node_id_equal(&out[0].id, &nodes[0].id));
	dti_node_index_destroy(index, &libc_allocator);
}

Test(node_node_index, what_is_handed_out_has_no_name_of_the_index)
{
	struct dt_node node = node_at((struct dt_node_id){{1}}, 1);
	struct dti_node_index *index;
	struct dt_node out[1];

	node.host_name = "node.example";
	index = create(&node, 1);

	cr_assert_eq(dti_node_index_closest(index, out, 1, &node.id), 1);
	cr_assert_null(out[0].host_name);
	cr_assert_eq(dti_node_index_random(index, out, 1, 1), 1);
	cr_assert_null(out[0].host_name);
	dti_node_index_destroy(index, &libc_allocator);
}

Test(node_node_index, the_closest_are_exact_for_random_ids, .timeout = 30)
{
	enum {
		COUNT = 300
	};
	struct dt_node nodes[COUNT];
	uint64_t state = 7;

	fill_random(nodes, COUNT);
	for (size_t i = 0; i < 60; i++) {
		struct dt_node_id target = random_id(&state);
		size_t max = next_number(&state) % 40;

		check_closest(nodes, COUNT - i, max, &target);
	}
	check_closest(nodes, COUNT, 1, &nodes[17].id);
	check_closest(nodes, COUNT, COUNT - 1, &nodes[17].id);
	check_closest(nodes, COUNT, COUNT, &nodes[17].id);
	check_closest(nodes, COUNT, COUNT + 5, &nodes[17].id);
	check_closest(nodes, COUNT, 0, &nodes[17].id);
}

/* Each shares one bit more with the first: the longest walk there is. */
Test(node_node_index, the_closest_are_exact_for_hostile_ids, .timeout = 30)
{
	enum {
		COUNT = 512
	};
	static struct dt_node nodes[COUNT];
	struct dt_node_id target = {{0}};

	for (size_t i = 0; i < COUNT; i++) {
		struct dt_node_id id = {{0}};

		id.bytes[i / 8] = (uint8_t)(0x80 >> i % 8);
		nodes[i] = node_at(id, 1);
	}

	check_closest(nodes, COUNT, 16, &target);
	check_closest(nodes, COUNT, 1, &nodes[300].id);
	memset(target.bytes, 0xff, sizeof(target.bytes));
	check_closest(nodes, COUNT, 16, &target);
	check_closest(nodes, COUNT, 500, &target);
}

Test(node_node_index, random_nodes_differ_and_all_come)
{
	enum {
		COUNT = 50
	};
	struct dt_node nodes[COUNT];
	struct dt_node out[COUNT + 1];
	struct dti_node_index *index;

	fill_random(nodes, COUNT);
	index = create(nodes, COUNT);

	for (size_t max = 0; max <= COUNT + 1; max++) {
		size_t found = dti_node_index_random(index, out, max, max);

		cr_assert_eq(found, max < COUNT ? max : COUNT);
		cr_assert_not(has_repeats(out, found));
	}
	dti_node_index_destroy(index, &libc_allocator);
}

Test(node_node_index, create_fails_whole_at_each_allocation)
{
	struct dt_node nodes[20];
	dt_err err = DT_ERR_NO_MEMORY;

	fill_random(nodes, 20);
	nodes[3].host_name = "node.example";
	for (size_t n = 1; err != DT_OK; n++) {
		struct failing_allocator counts = {.fail_at = n};
		struct dt_allocator allocator =
			failing_allocator_functions(&counts);
		struct dti_node_index *index = NULL;

		err = dti_node_index_create(&index, nodes, 20, &allocator);
		cr_assert(err == DT_OK || err == DT_ERR_NO_MEMORY);
		cr_assert_lt(n, 10);
		dti_node_index_destroy(index, &allocator);
		cr_assert_eq(counts.live, 0, "allocation %zu", n);
	}
}

Test(node_node_index, a_hundred_thousand_are_sorted, .timeout = 30)
{
	enum {
		COUNT = 100000
	};
	struct dt_node *nodes = calloc(COUNT, sizeof(*nodes));
	struct dti_node_index *index;
	size_t missing = 0;

	cr_assert_not_null(nodes);
	fill_random(nodes, COUNT);
	for (size_t i = 0; i < COUNT; i += 3)
		nodes[i].endpoint.family = 0;
	index = create(nodes, COUNT);

	for (size_t i = 0; i < COUNT; i++)
		missing += !dti_node_index_find(index, &nodes[i].id);
	cr_assert_eq(missing, 0);
	dti_node_index_destroy(index, &libc_allocator);
	free(nodes);
}
