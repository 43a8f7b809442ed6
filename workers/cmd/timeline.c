/* SPDX-License-Identifier: MIT */
#include "workers/cmd/timeline.h"

void cmd_timeline_init(struct cmd_timeline *timeline, int64_t step_ms)
{
	*timeline = (struct cmd_timeline){.step_ms = step_ms};
}

static void halve(struct cmd_timeline *timeline)
{
	timeline->count /= 2;
	timeline->step_ms *= 2;
	for (size_t i = 0; i < timeline->count; i++)
		timeline->values[i] = timeline->values[2 * i];
}

void cmd_timeline_add(struct cmd_timeline *timeline, int64_t elapsed_ms,
		      uint64_t value)
{
	uint32_t kept = value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;

	while ((int64_t)timeline->count * timeline->step_ms <= elapsed_ms) {
		timeline->values[timeline->count++] = kept;
		if (timeline->count == CMD_TIMELINE_SIZE)
			halve(timeline);
	}
}

void cmd_timeline_mark(struct cmd_timeline *timeline, int64_t elapsed_ms,
		       const char *label)
{
	if (timeline->mark_count == CMD_TIMELINE_MARKS)
		return;
	timeline->marks[timeline->mark_count++] =
		(struct cmd_mark){.elapsed_ms = elapsed_ms, .label = label};
}

double cmd_timeline_mean(const struct cmd_timeline *timeline, size_t part,
			 size_t parts)
{
	size_t first = part * timeline->count / parts;
	size_t end = (part + 1) * timeline->count / parts;
	double sum = 0;

	if (timeline->count == 0)
		return 0;
	if (end == first)
		end = first + 1;
	for (size_t i = first; i < end; i++)
		sum += timeline->values[i];
	return sum / (double)(end - first);
}

uint32_t cmd_timeline_max(const struct cmd_timeline *timeline)
{
	uint32_t max = 0;

	for (size_t i = 0; i < timeline->count; i++)
		max = timeline->values[i] > max ? timeline->values[i] : max;
	return max;
}

int64_t cmd_timeline_end_ms(const struct cmd_timeline *timeline)
{
	return (int64_t)timeline->count * timeline->step_ms;
}
