/* SPDX-License-Identifier: MIT */
#include "lib/node/node_draw.h"

#include "tests/harness.h"

#define MOST 8

static struct dt_node numbered(uint8_t number)
{
	return (struct dt_node){.id = {.bytes = {number}}};
}

static void draw_of(struct dti_node_draw *draw, uint8_t first, uint8_t count)
{
	for (uint8_t i = 0; i < count; i++) {
		struct dt_node node = numbered((uint8_t)(first + i));

		dti_node_draw_see(draw, &node);
	}
}

Test(node_node_draw, each_node_is_drawn_once_and_no_more_than_wanted)
{
	for (uint8_t max = 0; max <= MOST; max++) {
		for (uint8_t seen = 0; seen <= 3 * MOST; seen++) {
			struct dt_node out[MOST + 1];
			struct dti_node_draw draw;
			bool there[3 * MOST] = {false};

			memset(out, 0xff, sizeof(out));
			dti_node_draw_init(&draw, out, max, 7);
			draw_of(&draw, 0, seen);

			cr_assert_eq(draw.count, seen < max ? seen : max);
			for (size_t i = 0; i < draw.count; i++) {
				uint8_t number = out[i].id.bytes[0];

				cr_assert_lt(number, seen);
				cr_assert_not(there[number], "twice");
				there[number] = true;
			}
			cr_assert_eq(out[max].id.bytes[0], 0xff, "too many");
		}
	}
}

/*
 * Twelve seen, five drawn: each stands at each place in a twelfth of all draws.
 * The bounds are five standard deviations of 12,000 draws.
 */
Test(node_node_draw, each_node_is_as_likely_at_each_place)
{
	enum {
		SEEN = 12,
		DRAWN = 5,
		DRAWS = 12000
	};
	int counts[SEEN][DRAWN] = {{0}};

	for (uint64_t seed = 0; seed < DRAWS; seed++) {
		struct dt_node out[DRAWN];
		struct dti_node_draw draw;

		dti_node_draw_init(&draw, out, DRAWN, seed);
		draw_of(&draw, 0, SEEN);
		for (size_t i = 0; i < DRAWN; i++)
			counts[out[i].id.bytes[0]][i]++;
	}
	for (int i = 0; i < SEEN; i++) {
		for (int j = 0; j < DRAWN; j++) {
			cr_assert_gt(counts[i][j], 1000 - 152);
			cr_assert_lt(counts[i][j], 1000 + 152);
		}
	}
}

Test(node_node_draw, a_seed_is_one_draw)
{
	struct dt_node first[MOST];
	struct dt_node again[MOST];
	struct dti_node_draw draw;

	dti_node_draw_init(&draw, first, MOST, 1);
	draw_of(&draw, 0, 100);
	dti_node_draw_init(&draw, again, MOST, 1);
	draw_of(&draw, 0, 100);
	cr_assert_arr_eq(first, again, sizeof(first));

	dti_node_draw_init(&draw, again, MOST, 2);
	draw_of(&draw, 0, 100);
	cr_assert_arr_neq(first, again, sizeof(first));
}

Test(node_node_draw, what_is_settled_stays_and_the_rest_comes_from_others)
{
	struct dt_node out[MOST];
	struct dti_node_draw draw;
	bool there[3] = {false};

	dti_node_draw_init(&draw, out, MOST, 3);
	draw_of(&draw, 0, 3);
	cr_assert_eq(draw.count, 3);
	dti_node_draw_settle(&draw);
	draw_of(&draw, 50, 100);
	cr_assert_eq(draw.count, MOST - 3);

	for (size_t i = 0; i < 3; i++)
		there[out[i].id.bytes[0]] = true;
	for (size_t i = 0; i < 3; i++)
		cr_assert(there[i]);
	for (size_t i = 3; i < MOST; i++)
		cr_assert_geq(out[i].id.bytes[0], 50);
	dti_node_draw_settle(&draw);
	draw_of(&draw, 200, 20);
	cr_assert_eq(draw.count, 0);
}
