/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "lib/container.h"
#include "lib/dialtone.h"
#include "lib/text.h"

/*
 * Counters in Prometheus' text format. Every combination of labels is written,
 * also those that are 0, so that a series does not begin with its first event.
 */

enum shape {
	SHAPE_SCALAR,
	SHAPE_TASK,
	SHAPE_OUTCOME,
	SHAPE_SOURCE,
	SHAPE_SKIP,
	SHAPE_SETUP,
};

struct metric {
	const char *name;
	const char *type;
	const char *help;
	enum shape shape;
	size_t offset; /* of its first uint64_t in what the shape says */
};

#define TYPE_COUNTER   "counter"
#define TYPE_GAUGE     "gauge"
#define STRUCT_SCALAR  struct dt_counters
#define STRUCT_TASK    struct dt_task_counters
#define STRUCT_OUTCOME struct dt_task_counters
#define STRUCT_SOURCE  struct dt_counters
#define STRUCT_SKIP    struct dt_counters
#define STRUCT_SETUP   struct dt_counters

static const struct metric metrics[] = {
#define DTI_METRIC(SHAPE, field, TYPE, text, sentence)     \
	{                                                  \
		.name = "dialtone_" text,                  \
		.type = TYPE_##TYPE,                       \
		.help = (sentence),                        \
		.shape = SHAPE_##SHAPE,                    \
		.offset = offsetof(STRUCT_##SHAPE, field), \
	},
#include "lib/metric.def"
#undef DTI_METRIC
};

/* The @index-th of the numbers that begin @offset bytes into @counters. */
static uint64_t number_at(const void *counters, size_t offset, size_t index)
{
	uint64_t number;

	memcpy(&number,
	       (const char *)counters + offset + index * sizeof(number),
	       sizeof(number));
	return number;
}

static void append_tasks(struct dti_text *text, const struct metric *metric,
			 const struct dt_counters *counters)
{
	for (size_t task = 0; task < DT_TASK_COUNT; task++)
		dti_text_append(
			text, "%s{task=\"%s\"} %" PRIu64 "\n", metric->name,
			dt_task_name((enum dt_task)task),
			number_at(&counters->tasks[task], metric->offset, 0));
}

static void append_outcomes(struct dti_text *text, const struct metric *metric,
			    const struct dt_counters *counters,
			    enum dt_task task)
{
	for (size_t i = 0; i < DT_OUTCOME_COUNT; i++)
		dti_text_append(
			text, "%s{task=\"%s\",outcome=\"%s\"} %" PRIu64 "\n",
			metric->name, dt_task_name(task),
			dt_outcome_name((enum dt_outcome)i),
			number_at(&counters->tasks[task], metric->offset, i));
}

static void append_sources(struct dti_text *text, const struct metric *metric,
			   const struct dt_counters *counters)
{
	for (size_t i = 0; i < DT_SOURCE_COUNT; i++)
		dti_text_append(text, "%s{source=\"%s\"} %" PRIu64 "\n",
				metric->name, dt_source_name((enum dt_source)i),
				number_at(counters, metric->offset, i));
}

static void append_skips(struct dti_text *text, const struct metric *metric,
			 const struct dt_counters *counters)
{
	for (size_t i = 0; i < DT_SKIP_COUNT; i++)
		dti_text_append(text, "%s{reason=\"%s\"} %" PRIu64 "\n",
				metric->name, dt_skip_name((enum dt_skip)i),
				number_at(counters, metric->offset, i));
}

/* A reason of an embedder's own has no name, and is there once it happened. */
static void append_setups(struct dti_text *text, const struct metric *metric,
			  const struct dt_counters *counters)
{
	for (size_t i = 0; i < DT_ENDING_MAX; i++) {
		uint64_t number = number_at(counters, metric->offset, i);

		if (i < DT_ENDING_COUNT)
			dti_text_append(text, "%s{reason=\"%s\"} %" PRIu64 "\n",
					metric->name,
					dt_ending_name((enum dt_ending)i),
					number);
		else if (number > 0)
			dti_text_append(text,
					"%s{reason=\"%zu\"} %" PRIu64 "\n",
					metric->name, i, number);
	}
}

static void append_samples(struct dti_text *text, const struct metric *metric,
			   const struct dt_counters *counters)
{
	switch (metric->shape) {
	case SHAPE_SCALAR:
		dti_text_append(text, "%s %" PRIu64 "\n", metric->name,
				number_at(counters, metric->offset, 0));
		break;
	case SHAPE_TASK:
		append_tasks(text, metric, counters);
		break;
	case SHAPE_OUTCOME:
		for (size_t task = 0; task < DT_TASK_COUNT; task++)
			append_outcomes(text, metric, counters,
					(enum dt_task)task);
		break;
	case SHAPE_SOURCE:
		append_sources(text, metric, counters);
		break;
	case SHAPE_SKIP:
		append_skips(text, metric, counters);
		break;
	case SHAPE_SETUP:
		append_setups(text, metric, counters);
		break;
	}
}

size_t dt_counters_prometheus(char *out, size_t size,
			      const struct dt_counters *counters)
{
	struct dti_text text = dti_text_begin(out, size);

	for (size_t i = 0; i < dti_array_length(metrics); i++) {
		dti_text_append(&text, "# HELP %s %s\n# TYPE %s %s\n",
				metrics[i].name, metrics[i].help,
				metrics[i].name, metrics[i].type);
		append_samples(&text, &metrics[i], counters);
	}
	return text.length;
}
