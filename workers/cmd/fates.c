/* SPDX-License-Identifier: MIT */
#include "workers/cmd/fates.h"

#include <inttypes.h>

#include "workers/cmd/allocator.h"

static uint64_t sum(const uint64_t *values, size_t count)
{
	uint64_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += values[i];
	return total;
}

bool cmd_fates_task_adds_up(const struct dt_task_counters *task)
{
	return task->created == task->waiting + task->queued + task->running +
					sum(task->outcomes, DT_OUTCOME_MAX);
}

bool cmd_fates_candidates_add_up(const struct dt_counters *counters)
{
	return sum(counters->offered, DT_SOURCE_MAX) ==
	       sum(counters->dialed, DT_SOURCE_MAX) +
		       sum(counters->skipped, DT_SKIP_MAX);
}

bool cmd_fates_add_up(const struct dt_counters *counters)
{
	for (int i = 0; i < DT_TASK_COUNT; i++) {
		if (!cmd_fates_task_adds_up(&counters->tasks[i]))
			return false;
	}
	return cmd_fates_candidates_add_up(counters);
}

void cmd_fates_put_check(struct cmd_text *out, bool adds_up,
			 const struct cmd_style *style)
{
	const char *mark = adds_up ? cmd_style_choose(style, "✓", "ok")
				   : cmd_style_choose(style, "✗", "WRONG");

	cmd_text_printf(out, "%s%s%s",
			cmd_style_paint(style, adds_up ? CMD_COLOUR_GOOD
						       : CMD_COLOUR_BAD),
			mark, cmd_style_paint(style, CMD_COLOUR_PLAIN));
}

static void put_task(struct cmd_text *out, enum dt_task kind,
		     const struct dt_task_counters *task,
		     const struct cmd_style *style)
{
	cmd_text_printf(out,
			"  %-12s %9" PRIu64 " = %7" PRIu64 " + %6" PRIu64
			" + %7" PRIu64 " + %9" PRIu64 "   ",
			dt_task_name(kind), task->created, task->waiting,
			task->queued, task->running,
			sum(task->outcomes, DT_OUTCOME_MAX));
	cmd_fates_put_check(out, cmd_fates_task_adds_up(task), style);
	cmd_text_add(out, "\n");
}

static bool has_outcome(const struct dt_counters *counters, int outcome)
{
	for (int i = 0; i < DT_TASK_COUNT; i++) {
		if (counters->tasks[i].outcomes[outcome] > 0)
			return true;
	}
	return false;
}

/* A zero is a dash: what happened is to stand out. */
static void put_cell(struct cmd_text *out, uint64_t value)
{
	if (value == 0)
		cmd_text_printf(out, " %11s", "-");
	else
		cmd_text_printf(out, " %11" PRIu64, value);
}

static void put_outcomes(struct cmd_text *out,
			 const struct dt_counters *counters,
			 const struct cmd_style *style)
{
	cmd_text_printf(out, "\n  %s%-18s",
			cmd_style_paint(style, CMD_COLOUR_DIM), "outcome");
	for (int i = 0; i < DT_TASK_COUNT; i++)
		cmd_text_printf(out, " %11s", dt_task_name((enum dt_task)i));
	cmd_text_printf(out, "%s\n", cmd_style_paint(style, CMD_COLOUR_PLAIN));
	for (int i = 0; i < DT_OUTCOME_COUNT; i++) {
		if (!has_outcome(counters, i))
			continue;
		cmd_text_printf(out, "  %-18s",
				dt_outcome_name((enum dt_outcome)i));
		for (int k = 0; k < DT_TASK_COUNT; k++)
			put_cell(out, counters->tasks[k].outcomes[i]);
		cmd_text_add(out, "\n");
	}
}

/* Only if something is known of one that failed. */
static void put_setups(struct cmd_text *out, const struct dt_counters *counters,
		       const struct cmd_style *style)
{
	uint64_t all = sum(counters->setups, DT_ENDING_COUNT);

	if (all == counters->setups[DT_ENDING_NONE])
		return;
	cmd_text_printf(out, "\n  %s%-18s %11s%s\n",
			cmd_style_paint(style, CMD_COLOUR_DIM),
			"set-up that failed", "dials",
			cmd_style_paint(style, CMD_COLOUR_PLAIN));
	for (int i = DT_ENDING_NONE + 1; i < DT_ENDING_COUNT; i++) {
		if (counters->setups[i] > 0)
			cmd_text_printf(out, "  %-18s %11" PRIu64 "   %s\n",
					dt_ending_name((enum dt_ending)i),
					counters->setups[i],
					dt_ending_text((enum dt_ending)i));
	}
}

static void put_tasks(struct cmd_text *out, const struct dt_counters *counters,
		      const struct cmd_style *style)
{
	cmd_text_printf(out, "  %s%-12s %9s = %7s + %6s + %7s + %9s%s\n",
			cmd_style_paint(style, CMD_COLOUR_DIM), "task",
			"created", "waiting", "queued", "running", "ended",
			cmd_style_paint(style, CMD_COLOUR_PLAIN));
	for (int i = 0; i < DT_TASK_COUNT; i++)
		put_task(out, (enum dt_task)i, &counters->tasks[i], style);
	put_outcomes(out, counters, style);
	put_setups(out, counters, style);
}

static void put_candidates(struct cmd_text *out,
			   const struct dt_counters *counters,
			   const struct cmd_style *style)
{
	cmd_text_printf(out,
			"\n  candidates: %" PRIu64 " offered = %" PRIu64
			" dialed + %" PRIu64 " skipped   ",
			sum(counters->offered, DT_SOURCE_MAX),
			sum(counters->dialed, DT_SOURCE_MAX),
			sum(counters->skipped, DT_SKIP_MAX));
	cmd_fates_put_check(out, cmd_fates_candidates_add_up(counters), style);
	cmd_text_add(out, "\n");
	for (int i = 0; i < DT_SOURCE_COUNT; i++) {
		if (counters->offered[i] > 0)
			cmd_text_printf(out,
					"    from    %-18s %9" PRIu64
					" offered %9" PRIu64 " dialed\n",
					dt_source_name((enum dt_source)i),
					counters->offered[i],
					counters->dialed[i]);
	}
	for (int i = 0; i < DT_SKIP_COUNT; i++) {
		if (counters->skipped[i] > 0)
			cmd_text_printf(out, "    skipped %-18s %9" PRIu64 "\n",
					dt_skip_name((enum dt_skip)i),
					counters->skipped[i]);
	}
}

static double mebibytes(uint64_t bytes)
{
	return (double)bytes / (1024.0 * 1024.0);
}

static void put_allocator(struct cmd_text *out)
{
	struct cmd_allocator_figures figures = cmd_allocator_read();

	cmd_text_printf(out, "\n  %s: %.1f MiB allocated", figures.name,
			mebibytes(figures.allocated));
	if (figures.has_resident)
		cmd_text_printf(out, ", %.1f active, %.1f resident",
				mebibytes(figures.active),
				mebibytes(figures.resident));
	cmd_text_printf(out, ", %.1f mapped\n", mebibytes(figures.mapped));
}

void cmd_fates_put(struct cmd_text *out, const struct dt_counters *counters,
		   const struct cmd_style *style)
{
	bool adds_up = cmd_fates_add_up(counters);

	cmd_text_printf(out, "%sfates%s\n",
			cmd_style_paint(style, CMD_COLOUR_BOLD),
			cmd_style_paint(style, CMD_COLOUR_PLAIN));
	put_tasks(out, counters, style);
	put_candidates(out, counters, style);
	cmd_text_add(out, "\n  ");
	cmd_fates_put_check(out, adds_up, style);
	cmd_text_add(out, adds_up ? " every task and every candidate has one "
				    "fate: it adds up\n"
				  : " it does not add up\n");
	put_allocator(out);
}
