/* SPDX-License-Identifier: MIT */
#include "tests/sim/identities.h"

#include <stdlib.h>
#include <string.h>

#include "tests/require.h"

#define FIRST_IP   UINT32_C(0x40000000) /* 64.0.0.0 */
#define FIRST_PORT 30303
#define HOSTS      254 /* addresses of a /24; then ports tell ids apart */

struct identity {
	struct dt_node node;
	struct dti_place place;
};

struct identities {
	size_t count;
	size_t subnets;
	struct identity *sorted; /* by place */
	size_t *index;           /* among those, of the one with a number */
};

static struct dt_endpoint endpoint_of(size_t number, size_t subnets)
{
	size_t in_subnet = number / subnets;
	uint32_t ip = FIRST_IP + (uint32_t)(number % subnets) * 256 +
		      (uint32_t)(in_subnet % HOSTS) + 1;
	uint16_t port = (uint16_t)(FIRST_PORT + in_subnet / HOSTS);

	return (struct dt_endpoint){
		.family = 4,
		.ip = {(uint8_t)(ip >> 24), (uint8_t)(ip >> 16),
		       (uint8_t)(ip >> 8), (uint8_t)ip},
		.tcp_port = port,
		.udp_port = port,
	};
}

static size_t number_of(const struct dt_endpoint *endpoint, size_t subnets)
{
	const uint8_t *ip = endpoint->ip;
	uint32_t beyond = ((uint32_t)ip[0] << 24 | (uint32_t)ip[1] << 16 |
			   (uint32_t)ip[2] << 8 | ip[3]) -
			  FIRST_IP;
	size_t of_port = (size_t)(endpoint->udp_port - FIRST_PORT);

	return (of_port * HOSTS + beyond % 256 - 1) * subnets + beyond / 256;
}

static int compare(const void *a, const void *b)
{
	const struct identity *left = a;
	const struct identity *right = b;

	return memcmp(&left->place, &right->place, sizeof(left->place));
}

struct identities *identities_create(size_t count, size_t subnets,
				     struct dti_random *random)
{
	struct identities *made = calloc(1, sizeof(*made));

	require(made != NULL, "identities");
	made->count = count;
	made->subnets = subnets;
	made->sorted = calloc(count, sizeof(*made->sorted));
	made->index = calloc(count, sizeof(*made->index));
	require(made->sorted && made->index, "room for identities");
	for (size_t i = 0; i < count; i++) {
		struct identity *one = &made->sorted[i];

		dti_random_fill(random, &one->node.id, sizeof(one->node.id));
		one->node.endpoint = endpoint_of(i, subnets);
		one->place = dti_place_of(&one->node.id);
	}
	qsort(made->sorted, count, sizeof(*made->sorted), compare);
	for (size_t i = 0; i < count; i++)
		made->index[number_of(&made->sorted[i].node.endpoint,
				      subnets)] = i;
	return made;
}

void identities_destroy(struct identities *identities)
{
	free(identities->sorted);
	free(identities->index);
	free(identities);
}

const struct dt_node *identities_get(const struct identities *identities,
				     size_t number)
{
	require(number < identities->count, "an identity");
	return &identities->sorted[identities->index[number]].node;
}

const struct dt_node *identities_at(const struct identities *identities,
				    const struct dt_endpoint *endpoint)
{
	return identities_get(identities,
			      number_of(endpoint, identities->subnets));
}

bool identities_own(const struct dt_endpoint *endpoint)
{
	return endpoint->family == 4 && endpoint->ip[0] >= FIRST_IP >> 24;
}

/* ---- closest ---- */

static bool has_bit(const struct dti_place *place, unsigned int bit)
{
	return place->bytes[bit / 8] & 0x80 >> bit % 8;
}

/* Those of the range agree before @bit: the first that has it. */
static size_t first_with(const struct identities *identities, size_t low,
			 size_t high, unsigned int bit)
{
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (has_bit(&identities->sorted[middle].place, bit))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/*
 * Those who agree with @place in as many bits as leaves @max of them are all
 * closer than any other.
 */
static void narrow(const struct identities *identities, size_t *low,
		   size_t *high, size_t max, const struct dti_place *place)
{
	for (unsigned int bit = 0; bit < 8 * sizeof(*place); bit++) {
		size_t middle = first_with(identities, *low, *high, bit);
		size_t new_low = has_bit(place, bit) ? middle : *low;
		size_t new_high = has_bit(place, bit) ? *high : middle;

		if (new_high - new_low < max)
			return;
		*low = new_low;
		*high = new_high;
	}
}

size_t identities_closest(const struct identities *identities,
			  struct dt_node *out, size_t max,
			  const struct dti_place *place)
{
	const struct identity *best[16];
	size_t low = 0;
	size_t high = identities->count;
	size_t count = 0;

	require(max <= sizeof(best) / sizeof(best[0]), "sixteen at most");
	narrow(identities, &low, &high, max, place);
	for (size_t i = low; i < high; i++) {
		const struct identity *one = &identities->sorted[i];
		size_t at = count;

		while (at > 0 && dti_place_compare(place, &one->place,
						   &best[at - 1]->place) < 0)
			at--;
		if (at == max)
			continue;
		count += count < max;
		for (size_t j = count - 1; j > at; j--)
			best[j] = best[j - 1];
		best[at] = one;
	}
	for (size_t i = 0; i < count; i++)
		out[i] = best[i]->node;
	return count;
}
