/* SPDX-License-Identifier: MIT */
#include "workers/cmd/acquaintances.h"

#include <stdlib.h>

struct maker {
	const struct dt_node_id *ids;
	struct cmd_dice *dice;
	struct cmd_acquaintances *out;
	size_t size;             /* pairs that there is room for */
	unsigned int *distances; /* of the members that are halved */
};

static bool introduce(struct maker *maker, uint32_t a, uint32_t b)
{
	struct cmd_acquaintances *out = maker->out;

	if (out->count == maker->size) {
		size_t size = 2 * maker->size + 64;
		struct cmd_acquaintance *more =
			realloc(out->pairs, size * sizeof(*more));

		if (more == NULL)
			return false;
		out->pairs = more;
		maker->size = size;
	}
	out->pairs[out->count++] = (struct cmd_acquaintance){
		.newcomer = a > b ? a : b, .known = a > b ? b : a};
	return true;
}

/* Each of @some gets to know one of @others, who have as many of them each. */
static bool mix(struct maker *maker, const uint32_t *some, size_t count,
		const uint32_t *others, size_t other_count)
{
	size_t other = cmd_dice_below(maker->dice, other_count);

	for (size_t i = 0; i < count; i++) {
		if (!introduce(maker, some[i], others[other]))
			return false;
		other = other + 1 < other_count ? other + 1 : 0;
	}
	return true;
}

static void swap(uint32_t *a, uint32_t *b)
{
	uint32_t kept = *a;

	*a = *b;
	*b = kept;
}

/*
 * Those that are farthest from the first one are the other half; they move
 * behind its own half, whose size is returned. @count is 2 at least.
 */
static size_t halve(struct maker *maker, uint32_t *members, size_t count)
{
	unsigned int *distances = maker->distances;
	unsigned int farthest = 0;
	size_t near = 0;

	for (size_t i = 0; i < count; i++) {
		distances[i] = dt_node_distance(&maker->ids[members[0]],
						&maker->ids[members[i]]);
		if (distances[i] > farthest)
			farthest = distances[i];
	}
	for (size_t i = 0; i < count; i++) {
		if (distances[i] != farthest)
			swap(&members[i], &members[near++]);
	}
	return near;
}

static bool mix_all(struct maker *maker, uint32_t *members, size_t count)
{
	size_t near;

	if (count < 2)
		return true;
	near = halve(maker, members, count);
	return mix(maker, members, near, members + near, count - near) &&
	       mix(maker, members + near, count - near, members, near) &&
	       mix_all(maker, members, near) &&
	       mix_all(maker, members + near, count - near);
}

static int compare(const void *a, const void *b)
{
	const struct cmd_acquaintance *first = a;
	const struct cmd_acquaintance *second = b;

	if (first->newcomer != second->newcomer)
		return first->newcomer < second->newcomer ? -1 : 1;
	if (first->known != second->known)
		return first->known < second->known ? -1 : 1;
	return 0;
}

static void sort_and_keep_one_of_each(struct cmd_acquaintances *out)
{
	size_t kept = 0;

	if (out->count == 0)
		return;
	qsort(out->pairs, out->count, sizeof(*out->pairs), compare);
	for (size_t i = 1; i < out->count; i++) {
		if (compare(&out->pairs[i], &out->pairs[kept]) != 0)
			out->pairs[++kept] = out->pairs[i];
	}
	out->count = kept + 1;
}

bool cmd_acquaintances_make(struct cmd_acquaintances *out,
			    const struct dt_node_id *ids, size_t count,
			    struct cmd_dice *dice)
{
	struct maker maker = {.ids = ids, .dice = dice, .out = out};
	uint32_t *members = calloc(count + 1, sizeof(*members));
	bool made;

	*out = (struct cmd_acquaintances){0};
	maker.distances = calloc(count + 1, sizeof(*maker.distances));
	for (size_t i = 0; members != NULL && i < count; i++)
		members[i] = (uint32_t)i;
	made = members != NULL && maker.distances != NULL &&
	       mix_all(&maker, members, count);
	free(maker.distances);
	free(members);
	if (made)
		sort_and_keep_one_of_each(out);
	else
		cmd_acquaintances_fini(out);
	return made;
}

const struct cmd_acquaintance *
cmd_acquaintances_of(const struct cmd_acquaintances *acquaintances,
		     size_t newcomer, size_t *count)
{
	const struct cmd_acquaintance *pairs = acquaintances->pairs;
	size_t first = 0;
	size_t end = acquaintances->count;

	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (pairs[middle].newcomer < newcomer)
			first = middle + 1;
		else
			end = middle;
	}
	while (end < acquaintances->count && pairs[end].newcomer == newcomer)
		end++;
	*count = end - first;
	return pairs + first;
}

void cmd_acquaintances_fini(struct cmd_acquaintances *acquaintances)
{
	free(acquaintances->pairs);
	*acquaintances = (struct cmd_acquaintances){0};
}
