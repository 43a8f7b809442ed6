/* SPDX-License-Identifier: MIT */
#include "lib/discv4/draw.h"

#include "lib/node/shuffle.h"

/* The entries of one bucket, and their order. */
struct pile {
	const struct dt_discv4_entry *entries;
	struct dti_shuffle order;
};

/* How many buckets have entries; one pile for each. */
static uint32_t make_piles(struct pile piles[DT_DISCV4_BUCKETS],
			   const struct dt_discv4_entry *entries, size_t count,
			   uint64_t seed)
{
	uint32_t made = 0;
	size_t begin = 0;

	while (begin < count && made < DT_DISCV4_BUCKETS) {
		size_t end = begin + 1;

		while (end < count &&
		       entries[end].bucket == entries[begin].bucket)
			end++;
		piles[made].entries = &entries[begin];
		dti_shuffle_init(&piles[made].order, (uint32_t)(end - begin),
				 seed + made);
		made++;
		begin = end;
	}
	return made;
}

static bool can_be_dialed(const struct dt_node *node)
{
	return node->endpoint.family != 0 && node->endpoint.tcp_port != 0;
}

/* The node at @place of a pile. NULL: there is none to dial. */
static const struct dt_node *node_at(const struct pile *pile, uint32_t place)
{
	const struct dt_node *node;

	if (place >= pile->order.count)
		return NULL;
	node = &pile->entries[dti_shuffle_at(&pile->order, place)].node;
	return can_be_dialed(node) ? node : NULL;
}

size_t dti_discv4_draw(struct dt_node *out, size_t max,
		       const struct dt_discv4_entry *entries, size_t count,
		       uint64_t seed)
{
	struct pile piles[DT_DISCV4_BUCKETS];
	uint32_t pile_count = make_piles(piles, entries, count, seed);
	struct dti_shuffle turns;
	size_t drawn = 0;

	dti_shuffle_init(&turns, pile_count, seed + DT_DISCV4_BUCKETS);
	for (uint32_t place = 0; place < count && drawn < max; place++) {
		for (uint32_t i = 0; i < pile_count && drawn < max; i++) {
			const struct dt_node *node = node_at(
				&piles[dti_shuffle_at(&turns, i)], place);

			if (node)
				out[drawn++] = *node;
		}
	}
	return drawn;
}
