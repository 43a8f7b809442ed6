/* SPDX-License-Identifier: MIT */
#include "lib/node/node_draw.h"

#include <string.h>

void dti_node_draw_init(struct dti_node_draw *draw, struct dt_node *out,
			size_t max, uint64_t seed)
{
	uint8_t bytes[32] = {0};

	*draw = (struct dti_node_draw){.out = out, .max = max};
	memcpy(bytes, &seed, sizeof(seed));
	dti_random_init(&draw->random, bytes);
}

/*
 * The k-th that is seen takes a place below k. While there is room, who was there
 * moves to the end (a shuffle from the inside out); afterwards it is dropped,
 * and a place beyond the room is none (Vitter's algorithm R).
 */
void dti_node_draw_see(struct dti_node_draw *draw, const struct dt_node *node)
{
	uint32_t place = dti_random_below(&draw->random, ++draw->seen);

	if (draw->count < draw->max) {
		draw->out[draw->count] = draw->out[place];
		draw->count++;
	}
	if (place < draw->count)
		draw->out[place] = *node;
}

void dti_node_draw_settle(struct dti_node_draw *draw)
{
	draw->out += draw->count;
	draw->max -= draw->count;
	draw->count = 0;
	draw->seen = 0;
}
