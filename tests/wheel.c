/* SPDX-License-Identifier: MIT */
#include "tests/wheel.h"

#include <stdbool.h>
#include <stdlib.h>

#include "lib/container.h"

#include "tests/require.h"

#define WORD_BITS 64

void wheel_init(struct wheel *wheel, size_t size, int64_t now_ms)
{
	*wheel = (struct wheel){
		.now_ms = now_ms,
		.size = size,
		.moments = calloc(size, sizeof(*wheel->moments)),
		.used = calloc(size / WORD_BITS, sizeof(*wheel->used)),
	};
	require(wheel->moments && wheel->used, "room for a wheel");
	for (size_t i = 0; i < size; i++)
		dti_list_init(&wheel->moments[i]);
}

void wheel_fini(struct wheel *wheel)
{
	free(wheel->moments);
	free(wheel->used);
}

static size_t place_of(const struct wheel *wheel, int64_t ms)
{
	return (size_t)ms & (wheel->size - 1);
}

void wheel_put(struct wheel *wheel, struct wheel_item *item, int64_t due_ms)
{
	int64_t last_ms = wheel->now_ms + (int64_t)wheel->size - 1;
	int64_t at_ms = due_ms < last_ms ? due_ms : last_ms;
	size_t place;

	if (at_ms < wheel->now_ms)
		at_ms = wheel->now_ms;
	place = place_of(wheel, at_ms);
	item->due_ms = due_ms;
	dti_list_push_back(&wheel->moments[place], &item->link);
	wheel->used[place / WORD_BITS] |= UINT64_C(1) << place % WORD_BITS;
}

void wheel_take(struct wheel_item *item)
{
	dti_list_remove(&item->link);
}

/* The first place from @from on that may have items; the size: none. */
static size_t next_used(const struct wheel *wheel, size_t from)
{
	size_t word = from / WORD_BITS;
	uint64_t bits = wheel->used[word] & UINT64_MAX << from % WORD_BITS;

	while (bits == 0) {
		if (++word == wheel->size / WORD_BITS)
			return wheel->size;
		bits = wheel->used[word];
	}
	return word * WORD_BITS + (size_t)__builtin_ctzll(bits);
}

/* Has it items? If not, its bit says so from now on. */
static bool has_items(struct wheel *wheel, size_t place)
{
	if (dti_list_first(&wheel->moments[place]))
		return true;
	wheel->used[place / WORD_BITS] &= ~(UINT64_C(1) << place % WORD_BITS);
	return false;
}

int64_t wheel_next_ms(struct wheel *wheel)
{
	const size_t now = place_of(wheel, wheel->now_ms);
	size_t place = now;

	while ((place = next_used(wheel, place)) < wheel->size)
		if (has_items(wheel, place))
			return wheel->now_ms + (int64_t)(place - now);
	place = 0;
	while ((place = next_used(wheel, place)) < now)
		if (has_items(wheel, place))
			return wheel->now_ms +
			       (int64_t)(wheel->size + place - now);
	return INT64_MAX;
}

void wheel_advance(struct wheel *wheel, int64_t now_ms)
{
	wheel->now_ms = now_ms;
}

struct wheel_item *wheel_pop(struct wheel *wheel)
{
	struct dti_list *moment =
		&wheel->moments[place_of(wheel, wheel->now_ms)];
	struct dti_list_link *link;

	while ((link = dti_list_first(moment)) != NULL) {
		struct wheel_item *item =
			dti_container_of(link, struct wheel_item, link);

		wheel_take(item);
		if (item->due_ms <= wheel->now_ms)
			return item;
		/* The ring did not reach so far when it went in. */
		wheel_put(wheel, item, item->due_ms);
	}
	return NULL;
}
