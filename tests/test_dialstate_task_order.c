/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/dialstate/round.h"

#include "tests/harness.h"

/* Tasks from a word: upper case static, lower case dynamic. */
static size_t write_tasks(struct dti_task *out, const char *word)
{
	size_t count = strlen(word);

	for (size_t i = 0; i < count; i++)
		out[i] = (struct dti_task){
			.kind = word[i] < 'a' ? DT_TASK_STATIC_DIAL
					      : DT_TASK_DYN_DIAL,
			.wait_ms = word[i],
		};
	return count;
}

Test(dialstate_task_order, static_dials_move_forward_and_both_keep_their_order)
{
	static const struct {
		const char *before;
		size_t first;
		const char *after;
	} cases[] = {
		{"", 0, ""},
		{"A", 0, "A"},
		{"ab", 0, "ab"},
		{"AbC", 0, "ACb"},
		{"abCD", 0, "CDab"},
		{"AbCdEFg", 0, "ACEFbdg"},
		{"aB", 1, "aB"},
		{"aBcD", 1, "aBDc"},
		{"abcdefGHijK", 0, "GHKabcdefij"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dti_task tasks[16];
		char after[16] = "";
		struct dti_round round = {
			.out = tasks,
			.count = write_tasks(tasks, cases[i].before),
		};

		dti_round_static_first(&round, cases[i].first);
		for (size_t at = 0; at < round.count; at++)
			after[at] = (char)tasks[at].wait_ms;

		cr_assert_str_eq(after, cases[i].after);
	}
}
