/* SPDX-License-Identifier: MIT */
#include "bench/harness/rounds.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/harness/measurement.h"
#include "bench/harness/peer.h"

static void show_progress(const struct bench_measured *measured, size_t point,
			  unsigned int round,
			  const struct bench_contender *contender)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr,
			"\r\033[K%s: point %zu of %zu, round %u of %u: %s",
			measured->bench->name, point + 1, measured->point_count,
			round + 1, measured->arguments->rounds,
			contender->title);
}

static void clear_progress(void)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K");
}

void bench_rounds_find_missing(struct bench_measured *measured)
{
	for (size_t i = 0; i < measured->contender_count; i++) {
		const struct bench_contender *contender =
			&measured->bench->contenders[i];
		char path[4096];

		measured->missing[i] =
			!contender->measure &&
			!bench_peer_find(path, sizeof(path),
					 measured->arguments->peers,
					 contender->command);
	}
}

static bool takes_part(const struct bench_measured *measured, size_t point,
		       size_t contender)
{
	const struct bench_contender *c =
		&measured->bench->contenders[contender];

	return !measured->missing[contender] &&
	       bench_arguments_want(measured->arguments, c->name) &&
	       (!c->runs_at || c->runs_at(measured->points[point].values));
}

static void run_one(const struct bench_measured *measured, size_t point,
		    size_t contender)
{
	struct bench_cell *cell =
		bench_measured_cell(measured, point, contender);
	struct bench_result *result = &cell->rounds[cell->round_count++];
	struct bench_run run = {.seconds = measured->arguments->seconds};

	memcpy(run.values, measured->points[point].values, sizeof(run.values));
	cell->is_given_up =
		!bench_measurement_run(result, measured->bench,
				       &measured->bench->contenders[contender],
				       &run, measured->arguments->peers);
}

void bench_rounds_run(struct bench_measured *measured, size_t point)
{
	size_t count = measured->contender_count;
	unsigned int rounds = measured->arguments->rounds;

	for (size_t turn = 0; turn < rounds * count; turn++) {
		unsigned int round = (unsigned int)(turn / count);
		size_t contender = (turn + round) % count;

		if (!takes_part(measured, point, contender) ||
		    bench_measured_cell(measured, point, contender)
			    ->is_given_up)
			continue;
		show_progress(measured, point, round,
			      &measured->bench->contenders[contender]);
		run_one(measured, point, contender);
	}
	clear_progress();
}
