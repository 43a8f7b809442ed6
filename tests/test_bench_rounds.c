/* SPDX-License-Identifier: MIT */
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/harness/rounds.h"
#include "tests/bench_sample.h"
#include "tests/harness.h"

/* How many measurements there were, in all processes. */
static atomic_uint *turns;

static void take_turn(struct bench_result *result, const struct bench_run *run)
{
	(void)run;
	result->figures[0] = atomic_fetch_add(turns, 1);
}

static bool not_at_16(const int64_t *values)
{
	return values[0] != 16;
}

static const struct bench_contender contenders[] = {
	{.name = "a", .title = "a", .measure = take_turn},
	{.name = "b", .title = "b", .measure = take_turn, .runs_at = not_at_16},
	{.name = "c", .title = "c", .measure = take_turn},
	{.name = "gone", .title = "gone", .command = "nothing"},
	{.name = NULL},
};

static const struct bench_arguments all = {
	.rounds = 3, .seconds = 0.01, .peers = "no-folder"};

static void begin(struct bench_measured *measured, struct bench *bench,
		  const struct bench_arguments *arguments)
{
	void *shared = mmap(NULL, sizeof(*turns), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(shared, MAP_FAILED);
	turns = shared;
	*bench = bench_sample;
	bench->contenders = contenders;
	cr_assert(bench_measured_init(measured, bench, arguments));
	bench_rounds_find_missing(measured);
}

static void check_turns(const struct bench_measured *measured, size_t point,
			size_t contender, const double *expected)
{
	const struct bench_cell *cell =
		bench_measured_cell(measured, point, contender);

	cr_assert_eq(cell->round_count, 3);
	for (size_t i = 0; i < 3; i++)
		cr_assert_float_eq(cell->rounds[i].figures[0], expected[i], 0,
				   "contender %zu, round %zu", contender, i);
}

Test(bench_rounds, the_order_moves_on_by_one_each_round, .timeout = 30)
{
	struct bench bench;
	struct bench_measured measured;

	begin(&measured, &bench, &all);
	bench_rounds_run(&measured, 0);

	/* a b c, b c a, c a b */
	check_turns(&measured, 0, 0, (const double[]){0, 5, 7});
	check_turns(&measured, 0, 1, (const double[]){1, 3, 8});
	check_turns(&measured, 0, 2, (const double[]){2, 4, 6});
	bench_measured_fini(&measured);
}

Test(bench_rounds, a_program_that_is_not_there_is_missing_and_takes_no_turn,
     .timeout = 30)
{
	struct bench bench;
	struct bench_measured measured;

	begin(&measured, &bench, &all);
	bench_rounds_run(&measured, 0);

	cr_assert(measured.missing[3]);
	cr_assert_not(measured.missing[0]);
	cr_assert_eq(bench_measured_cell(&measured, 0, 3)->round_count, 0);
	cr_assert_str_eq(bench_measured_missing(&measured, 3).text,
			 "missing (Go is not installed, or no-folder/nothing "
			 "was not built)");
	bench_measured_fini(&measured);
}

Test(bench_rounds, a_contender_is_left_out_where_it_does_not_run, .timeout = 30)
{
	struct bench bench;
	struct bench_measured measured;

	begin(&measured, &bench, &all);
	bench_rounds_run(&measured, 1);

	cr_assert_eq(bench_measured_cell(&measured, 1, 1)->round_count, 0);
	cr_assert_eq(bench_measured_cell(&measured, 1, 2)->round_count, 3);
	bench_measured_fini(&measured);
}

Test(bench_rounds, only_those_that_are_asked_for_run, .timeout = 30)
{
	const struct bench_arguments one = {.rounds = 2,
					    .seconds = 0.01,
					    .only = "b",
					    .peers = "no-folder"};
	struct bench bench;
	struct bench_measured measured;

	begin(&measured, &bench, &one);
	bench_rounds_run(&measured, 0);

	cr_assert_eq(bench_measured_cell(&measured, 0, 0)->round_count, 0);
	cr_assert_eq(bench_measured_cell(&measured, 0, 1)->round_count, 2);
	bench_measured_fini(&measured);
}
