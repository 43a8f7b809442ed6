/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_BENCH_H
#define BENCH_HARNESS_BENCH_H

/*
 * One program a question. A program describes its question as a constant
 * struct bench and gives it to bench_main(), which measures and reports.
 *
 * A measurement is one contender at one point (a setting of the parameters),
 * once. Each runs in a process of its own, so that no contender inherits the
 * heap, the threads or the descriptors of another, and contenders that are
 * other programs (Go) are measured in the same way. At each point the
 * contenders take turns, round by round, in an order that moves on by one each
 * round: what disturbs the machine for a while disturbs all of them. Figures
 * are the medians of the rounds, with minimum and maximum.
 *
 * The result: a table on the terminal, and NAME.csv (all rounds), NAME.json
 * (medians, machine, build), NAME-PLOT.svg for each plot, and NAME.html, this
 * question's part of the report, in the output folder.
 */

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_PARAMETERS_MAX 4
#define BENCH_FIGURES_MAX    12

/** What one measurement is asked to do. */
struct bench_run {
	/* In the order of bench.parameters; 0 for those there are not. */
	int64_t values[BENCH_PARAMETERS_MAX];
	double seconds; /* measure for about so long, after the warm-up */
};

/** The figure that a measurement has not; see isnan(). */
#define BENCH_NOT_MEASURED ((double)NAN)

/** What one measurement found. */
struct bench_result {
	/* In the order of bench.figures; may be BENCH_NOT_MEASURED. */
	double figures[BENCH_FIGURES_MAX];
	/* Empty: it worked. Else why there are no figures, as a sentence. */
	char failure[160];
};

enum bench_better {
	BENCH_MORE_IS_BETTER,
	BENCH_LESS_IS_BETTER,
	BENCH_NEITHER, /* only told */
};

/** A quantity. One column of the table. */
struct bench_figure {
	const char *name;  /* "tasks_per_s": in CSV and JSON, and from peers */
	const char *title; /* "tasks/s": in tables and plots */
	/* How values are written: "" (with k, M), "s", "B"; see scale.h. */
	const char *unit;
	enum bench_better better;
};

struct bench_contender {
	const char *name;  /* "go_pool": in CSV and JSON */
	const char *title; /* "Go, channel pool" */
	/**
	 * Measure, in a process of its own; NULL: @command is run. May take a
	 * second or two longer than run->seconds. result->figures are
	 * BENCH_NOT_MEASURED when it is called.
	 */
	void (*measure)(struct bench_result *result,
			const struct bench_run *run);
	/**
	 * A program and its first arguments, separated by spaces, below the
	 * folder of the peers ("handoff pool"). It is started with NAME=VALUE
	 * for each parameter and seconds=SECONDS, prints "FIGURE VALUE" a line
	 * (names as in bench.figures) and exits with 0; or prints a sentence on
	 * standard error and exits with another status.
	 */
	const char *command;
	/** What it has to be compared with: the cheapest that can be. */
	bool is_floor;
	/** NULL: it runs at all points. False: not at this one. */
	bool (*runs_at)(const int64_t *values);
};

/** A setting of all parameters. */
struct bench_point {
	int64_t values[BENCH_PARAMETERS_MAX];
	bool only_long; /* left out by `make bench` */
};

/** A plot: one line a contender, over one parameter. */
struct bench_plot {
	const char *name; /* of the file: NAME-name.svg */
	const char *title;
	const char *figure;    /* name of the figure: the y axis */
	const char *parameter; /* name of the parameter: the x axis */
	/* The other parameters have these values (the one above: ignored). */
	int64_t values[BENCH_PARAMETERS_MAX];
	bool log_x;
	bool log_y;
};

enum bench_bound {
	BENCH_AT_LEAST, /* ours >= ratio x theirs */
	BENCH_AT_MOST,  /* ours <= ratio x theirs */
};

/**
 * What must be reached. Reported with the ratio that was found, met or not, for
 * each point that it holds for; a missed target is no failure of the program.
 */
struct bench_target {
	const char *figure;
	const char *ours;
	/* A contender's name; NULL: @ratio is the limit itself. "*": the best
	 * of all other contenders. */
	const char *theirs;
	enum bench_bound bound;
	double ratio;
	/* NULL: it holds at all points. */
	bool (*holds_at)(const int64_t *values);
};

/** A question. Arrays end with an entry whose first pointer is NULL. */
struct bench {
	const char *name;     /* "handoff": of the files */
	const char *title;    /* "Hand-off" */
	const char *question; /* one or two sentences */
	/* What limits the figure, and how far from it we are: paragraphs for
	 * the report, separated by an empty line; NULL: nothing is known. */
	const char *limits;
	const char *const *parameters; /* names: "in_flight", NULL */
	const struct bench_figure *figures;
	const struct bench_contender *contenders;
	const struct bench_point *points;
	size_t point_count;
	const struct bench_plot *plots;     /* NULL: none */
	const struct bench_target *targets; /* NULL: none */
	double seconds;                     /* of a measurement, short */
	double seconds_long;                /* the same for `make bench-long` */
	unsigned int rounds;                /* 0: 3, or 7 when long */
};

/**
 * Measure and report. Options (bench_main prints them with --help): --long,
 * --rounds N, --seconds S, --only CONTENDER[,CONTENDER], --points N, --out DIR,
 * --peers DIR. Returns the exit status: 0, 1 (nothing was measured), 2 (usage).
 */
int bench_main(const struct bench *bench, int argc, char **argv);

#endif /* BENCH_HARNESS_BENCH_H */
