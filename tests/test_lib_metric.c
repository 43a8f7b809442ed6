/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/dialtone.h"

#include "tests/harness.h"

/*
 * A reader of Prometheus' text format, as strict as the format: HELP, then
 * TYPE, then the samples of that metric, none twice.
 */
struct sample {
	char series[160]; /* name and labels */
	uint64_t value;
};

struct page {
	struct sample samples[512];
	size_t count;
	size_t metrics;
	char metric[80];
	char type[16];
};

static void read_sample(struct page *page, const char *line)
{
	struct sample *sample = &page->samples[page->count];
	const char *space = strrchr(line, ' ');
	size_t name_length = strcspn(line, "{ ");
	char *end;

	cr_assert_lt(page->count, 512);
	cr_assert_not_null(space, "no value: %s", line);
	cr_assert_eq(name_length, strlen(page->metric), "no TYPE: %s", line);
	cr_assert_eq(strncmp(line, page->metric, name_length), 0, "no TYPE: %s",
		     line);
	snprintf(sample->series, sizeof(sample->series), "%.*s",
		 (int)(space - line), line);
	sample->value = strtoull(space + 1, &end, 10);
	cr_assert_eq(*end, '\0', "not a number: %s", line);
	for (size_t i = 0; i < page->count; i++)
		cr_assert_str_neq(page->samples[i].series, sample->series);
	page->count++;
}

static void read_line(struct page *page, const char *line)
{
	char metric[80];

	if (sscanf(line, "# HELP %79s", metric) == 1) {
		cr_assert_eq(strncmp(metric, "dialtone_", 9), 0);
		cr_assert_eq(line[strlen(line) - 1], '.', "%s", line);
		snprintf(page->metric, sizeof(page->metric), "%s", metric);
		page->type[0] = '\0';
		page->metrics++;
	} else if (sscanf(line, "# TYPE %79s %15s", metric, page->type) == 2) {
		bool is_total =
			strlen(metric) > 6 &&
			strcmp(metric + strlen(metric) - 6, "_total") == 0;

		cr_assert_str_eq(metric, page->metric);
		cr_assert_eq(is_total, strcmp(page->type, "counter") == 0, "%s",
			     line);
		cr_assert(is_total || strcmp(page->type, "gauge") == 0, "%s",
			  line);
	} else {
		cr_assert_neq(page->type[0], '\0', "no TYPE: %s", line);
		read_sample(page, line);
	}
}

static void read_page(struct page *page, const struct dt_counters *counters)
{
	size_t needed = dt_counters_prometheus(NULL, 0, counters);
	char *text = malloc(needed + 1);
	char *line = text;
	char *end;

	cr_assert_not_null(text);
	cr_assert_eq(dt_counters_prometheus(text, needed + 1, counters),
		     needed);
	cr_assert_eq(strlen(text), needed);
	cr_assert_eq(text[needed - 1], '\n', "the last line does not end");
	memset(page, 0, sizeof(*page));
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		read_line(page, line);
	}
	free(text);
}

static uint64_t value_of(const struct page *page, const char *series)
{
	for (size_t i = 0; i < page->count; i++)
		if (strcmp(page->samples[i].series, series) == 0)
			return page->samples[i].value;
	cr_fail("there is no %s", series);
	return 0;
}

/* The sum of the series that begin with @start. */
static uint64_t sum_of(const struct page *page, const char *start)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < page->count; i++)
		if (strncmp(page->samples[i].series, start, strlen(start)) == 0)
			sum += page->samples[i].value;
	return sum;
}

/* Each number of the struct another power or so: no two can be mixed up. */
static void fill(struct dt_counters *counters)
{
	uint64_t numbers[sizeof(*counters) / sizeof(uint64_t)];

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		numbers[i] = 1000000 + i * i;
	memcpy(counters, numbers, sizeof(numbers));
}

static uint64_t total(const uint64_t *numbers, size_t count)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += numbers[i];
	return sum;
}

Test(lib_metric, labels_name_each_number)
{
	static struct page page;
	struct dt_counters counters;

	fill(&counters);
	read_page(&page, &counters);

	cr_assert_eq(value_of(&page, "dialtone_tasks_created_total"
				     "{task=\"static_dial\"}"),
		     counters.tasks[DT_TASK_STATIC_DIAL].created);
	cr_assert_eq(value_of(&page, "dialtone_tasks_waiting{task=\"lookup\"}"),
		     counters.tasks[DT_TASK_LOOKUP].waiting);
	cr_assert_eq(
		value_of(&page, "dialtone_tasks_queued{task=\"dyn_dial\"}"),
		counters.tasks[DT_TASK_DYN_DIAL].queued);
	cr_assert_eq(value_of(&page, "dialtone_tasks_running{task=\"wait\"}"),
		     counters.tasks[DT_TASK_WAIT].running);
	cr_assert_eq(value_of(&page,
			      "dialtone_tasks_ended_total"
			      "{task=\"dyn_dial\",outcome=\"timed_out\"}"),
		     counters.tasks[DT_TASK_DYN_DIAL]
			     .outcomes[DT_OUTCOME_TIMED_OUT]);
	cr_assert_eq(value_of(&page, "dialtone_candidates_offered_total"
				     "{source=\"random\"}"),
		     counters.offered[DT_SOURCE_RANDOM]);
	cr_assert_eq(value_of(&page, "dialtone_candidates_dialed_total"
				     "{source=\"bootnode\"}"),
		     counters.dialed[DT_SOURCE_BOOTNODE]);
	cr_assert_eq(value_of(&page, "dialtone_candidates_skipped_total"
				     "{reason=\"self\"}"),
		     counters.skipped[DT_SKIP_SELF]);
	cr_assert_eq(value_of(&page, "dialtone_setups_total"
				     "{reason=\"remote_too_many\"}"),
		     counters.setups[DT_ENDING_REMOTE_TOO_MANY]);
	cr_assert_eq(value_of(&page, "dialtone_setups_total{reason=\"63\"}"),
		     counters.setups[63]);
	cr_assert_eq(value_of(&page, "dialtone_peers_added_total"),
		     counters.peers_added);
	cr_assert_eq(value_of(&page, "dialtone_workers"), counters.workers);
}

/* From peers_added on the struct is plain numbers, but for its last array. */
static size_t plain_count(void)
{
	return (offsetof(struct dt_counters, setups) -
		offsetof(struct dt_counters, peers_added)) /
	       sizeof(uint64_t);
}

/*
 * Each is a metric, in the same order, so a number that is added to the struct
 * must be added to the table.
 */
Test(lib_metric, every_plain_number_is_a_metric_in_the_structs_order)
{
	static struct page page;
	struct dt_counters counters;
	size_t first = offsetof(struct dt_counters, peers_added);
	size_t count = plain_count();
	size_t end;

	fill(&counters);
	read_page(&page, &counters);

	cr_assert_geq(page.count, count + DT_ENDING_MAX);
	end = page.count - DT_ENDING_MAX;
	for (size_t i = 0; i < count; i++) {
		const struct sample *sample = &page.samples[end - count + i];
		uint64_t number;

		memcpy(&number,
		       (const char *)&counters + first + i * sizeof(number),
		       sizeof(number));
		cr_assert_null(strchr(sample->series, '{'), "%s",
			       sample->series);
		cr_assert_eq(sample->value, number, "%s is %" PRIu64,
			     sample->series, sample->value);
	}
}

Test(lib_metric, there_is_a_series_for_each_combination_of_labels)
{
	static struct page page;
	struct dt_counters counters = {0};
	size_t plain = plain_count();

	read_page(&page, &counters);

	cr_assert_eq(page.metrics, 9 + plain);
	cr_assert_eq(page.count, plain + 4 * DT_TASK_COUNT +
					 DT_TASK_COUNT * DT_OUTCOME_COUNT +
					 2 * DT_SOURCE_COUNT + DT_SKIP_COUNT +
					 DT_ENDING_COUNT);
	cr_assert_eq(sum_of(&page, "dialtone_"), 0);
}

Test(lib_metric, the_sums_of_the_page_are_those_of_the_struct)
{
	static struct page page;
	struct dt_counters counters;

	fill(&counters);
	read_page(&page, &counters);

	for (int i = 0; i < DT_TASK_COUNT; i++) {
		char start[80];

		snprintf(start, sizeof(start),
			 "dialtone_tasks_ended_total{task=\"%s\"",
			 dt_task_name((enum dt_task)i));
		cr_assert_eq(
			sum_of(&page, start),
			total(counters.tasks[i].outcomes, DT_OUTCOME_COUNT));
	}
	cr_assert_eq(sum_of(&page, "dialtone_candidates_offered_total"),
		     total(counters.offered, DT_SOURCE_COUNT));
	cr_assert_eq(sum_of(&page, "dialtone_candidates_dialed_total"),
		     total(counters.dialed, DT_SOURCE_COUNT));
	cr_assert_eq(sum_of(&page, "dialtone_candidates_skipped_total"),
		     total(counters.skipped, DT_SKIP_COUNT));
}

Test(lib_metric, the_largest_number_is_written_whole)
{
	static struct page page;
	struct dt_counters counters = {.peers = UINT64_MAX};

	read_page(&page, &counters);

	cr_assert_eq(value_of(&page, "dialtone_peers"), UINT64_MAX);
}

Test(lib_metric, a_small_buffer_gets_the_beginning_and_the_whole_length)
{
	struct dt_counters counters = {.peers = 7};
	size_t needed = dt_counters_prometheus(NULL, 0, &counters);
	char *whole = malloc(needed + 1);
	char *part = malloc(needed + 2);

	cr_assert(whole && part);
	dt_counters_prometheus(whole, needed + 1, &counters);
	for (size_t size = 1; size <= needed + 1; size += 97) {
		memset(part, 'x', needed + 2);

		cr_assert_eq(dt_counters_prometheus(part, size, &counters),
			     needed);

		cr_assert_eq(strlen(part), size - 1);
		cr_assert_eq(strncmp(part, whole, size - 1), 0);
		cr_assert_eq(part[size], 'x', "it writes beyond %zu", size);
	}
	free(part);
	free(whole);
}
