/* SPDX-License-Identifier: MIT */
#include "workers/cmd/ending_list.h"

#include <dialtone.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MORE ", ..." /* where the list is cut */

static bool is_more_frequent(const uint64_t *setups, int a, int b)
{
	return setups[a] != setups[b] ? setups[a] > setups[b] : a < b;
}

/* The most frequent ending after @last (NONE: of all); NONE: there is none. */
static int next_ending(const uint64_t *setups, int last)
{
	int next = DT_ENDING_NONE;

	for (int i = DT_ENDING_NONE + 1; i < DT_ENDING_COUNT; i++) {
		if (setups[i] == 0 || (last != DT_ENDING_NONE &&
				       !is_more_frequent(setups, last, i)))
			continue;
		if (next == DT_ENDING_NONE || is_more_frequent(setups, i, next))
			next = i;
	}
	return next;
}

void cmd_ending_list_put(struct cmd_text *out, const uint64_t *setups,
			 size_t room)
{
	int ending = next_ending(setups, DT_ENDING_NONE);
	const char *before = "; ";
	char item[64];

	for (; ending != DT_ENDING_NONE; ending = next_ending(setups, ending)) {
		(void)snprintf(item, sizeof(item), "%s%" PRIu64 " %s", before,
			       setups[ending],
			       dt_ending_name((enum dt_ending)ending));
		if (strlen(item) + strlen(MORE) > room) {
			cmd_text_add(out, MORE);
			return;
		}
		cmd_text_add(out, item);
		room -= strlen(item);
		before = ", ";
	}
}
