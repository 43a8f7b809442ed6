/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/round.h"

static void reverse(struct dti_task *tasks, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct dti_task task = tasks[i];

		tasks[i] = tasks[count - 1 - i];
		tasks[count - 1 - i] = task;
	}
}

/* Bring tasks [middle, end) before tasks [0, middle); both keep their order. */
static void rotate(struct dti_task *tasks, size_t middle, size_t end)
{
	reverse(tasks, middle);
	reverse(tasks + middle, end - middle);
	reverse(tasks, end);
}

/* The first task from @from on that is, or is not, a static dial. */
static size_t find(const struct dti_round *round, size_t from, bool is_static)
{
	while (from < round->count &&
	       (round->out[from].kind == DT_TASK_STATIC_DIAL) != is_static)
		from++;
	return from;
}

/* Each run of static dials that stands behind a dynamic one moves forward. */
void dti_round_static_first(struct dti_round *round, size_t first)
{
	size_t dyn = find(round, first, false);
	size_t run = find(round, dyn, true);

	while (run < round->count) {
		size_t end = find(round, run, false);

		rotate(round->out + dyn, run - dyn, end - dyn);
		dyn += end - run;
		run = find(round, end, true);
	}
}
