/* SPDX-License-Identifier: MIT */
#include "workers/cmd/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 64

static bool make_room(struct cmd_tally *tally)
{
	size_t room = tally->room > 0 ? 2 * tally->room : FIRST_ROOM;
	struct cmd_tally_entry *larger;

	if (tally->count < tally->room)
		return true;
	larger = realloc(tally->all, room * sizeof(*larger));
	if (larger == NULL)
		return false;
	tally->all = larger;
	tally->room = room;
	return true;
}

void cmd_tally_add(struct cmd_tally *tally, const char *name, size_t count)
{
	struct cmd_tally_entry *entry;

	if (!make_room(tally)) {
		tally->cut = true;
		return;
	}
	entry = &tally->all[tally->count++];
	(void)snprintf(entry->name, sizeof(entry->name), "%s", name);
	entry->count = count;
}

static int compare_names(const void *a, const void *b)
{
	const struct cmd_tally_entry *first = a;
	const struct cmd_tally_entry *second = b;

	return strcmp(first->name, second->name);
}

static int compare_counts(const void *a, const void *b)
{
	const struct cmd_tally_entry *first = a;
	const struct cmd_tally_entry *second = b;

	if (first->count != second->count)
		return first->count > second->count ? -1 : 1;
	return compare_names(a, b);
}

/* Neighbours with one name become one. */
static size_t merge(struct cmd_tally_entry *all, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && compare_names(&all[kept - 1], &all[i]) == 0)
			all[kept - 1].count += all[i].count;
		else
			all[kept++] = all[i];
	}
	return kept;
}

void cmd_tally_sum_up(struct cmd_tally *tally)
{
	if (tally->count == 0)
		return;
	qsort(tally->all, tally->count, sizeof(*tally->all), compare_names);
	tally->count = merge(tally->all, tally->count);
	qsort(tally->all, tally->count, sizeof(*tally->all), compare_counts);
}

void cmd_tally_fini(struct cmd_tally *tally)
{
	free(tally->all);
	*tally = (struct cmd_tally){0};
}
