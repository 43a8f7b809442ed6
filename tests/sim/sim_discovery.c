/* SPDX-License-Identifier: MIT */
/*
 * Networks of discv4 nodes in virtual time: no sockets, no signatures, but the
 * protocol machine that dialtone runs.
 *
 *	sim_discovery SCENARIO OUT NAME [OPTION=NUMBER...]
 *
 * writes OUT/NAME-*.csv. One seed is one run.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"

#include "tests/sim/scenarios.h"

#define MADE_SIZE 512

static const struct {
	const char *name;
	void (*run)(const struct scenario *scenario);
} scenarios[] = {
	{"convergence", scenario_convergence},
	{"churn", scenario_churn},
	{"eclipse", scenario_eclipse},
	{"whole", scenario_whole},
};

/* In order of the options' names. */
enum {
	SEED,
	NODES,
	JOIN_S,
	SESSION_S,
	LOSS,
	CHECK_MS,
	MINUTES,
	SAMPLES,
	IDS,
	ATTACK_S,
	OPTIONS
};

struct option {
	const char *name;
	const char *help;
	long value;
};

static const struct option defaults[OPTIONS] = {
	[SEED] = {"seed", "one seed is one run", 1},
	[NODES] = {"nodes", "that are up at once", 1000},
	[JOIN_S] = {"join", "seconds in which they come", 120},
	[SESSION_S] = {"session", "seconds that they stay on average; 0: all",
		       0},
	[LOSS] = {"loss", "of 1,000 packets", 0},
	[CHECK_MS] = {"check", "ms between checks of a table's entries", 5000},
	[MINUTES] = {"minutes", "until the end, or the attack", 15},
	[SAMPLES] = {"samples", "lookups, and tables, for each figure", 100},
	[IDS] = {"ids", "of the attacker", 1000},
	[ATTACK_S] = {"attack", "seconds that it lasts", 1200},
};

static int usage(void)
{
	(void)fputs("usage: sim_discovery SCENARIO OUT NAME "
		    "[OPTION=NUMBER...]\n  scenarios:",
		    stderr);
	for (size_t i = 0; i < dti_array_length(scenarios); i++)
		fprintf(stderr, " %s", scenarios[i].name);
	(void)fputs("\n", stderr);
	for (size_t i = 0; i < OPTIONS; i++)
		fprintf(stderr, "  %-8s %s (%ld)\n", defaults[i].name,
			defaults[i].help, defaults[i].value);
	return EXIT_FAILURE;
}

/* "NAME=NUMBER" */
static bool read_option(struct option options[OPTIONS], const char *text)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		size_t length = strlen(options[i].name);
		char *end;

		if (strncmp(text, options[i].name, length) != 0 ||
		    text[length] != '=')
			continue;
		options[i].value = strtol(text + length + 1, &end, 10);
		return *end == '\0' && end != text + length + 1 &&
		       options[i].value >= 0;
	}
	return false;
}

static void write_made(char made[MADE_SIZE], const char *scenario,
		       const struct option options[OPTIONS])
{
	int length = snprintf(made, MADE_SIZE, "sim_discovery %s", scenario);

	for (size_t i = 0; i < OPTIONS; i++)
		length +=
			snprintf(made + length, MADE_SIZE - (size_t)length,
				 " %s=%ld", options[i].name, options[i].value);
}

FILE *scenario_open(const struct scenario *scenario, const char *what,
		    const char *columns)
{
	char path[4096];
	FILE *csv;

	snprintf(path, sizeof(path), "%s/%s-%s.csv", scenario->out,
		 scenario->name, what);
	csv = fopen(path, "we");
	if (csv == NULL) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	fprintf(csv, "# %s\n%s\n", scenario->made, columns);
	(void)fflush(csv);
	return csv;
}

void scenario_close(FILE *csv)
{
	if (fclose(csv) != 0) {
		perror("a CSV file");
		exit(EXIT_FAILURE);
	}
}

void scenario_tell(int64_t done_ms, int64_t all_ms)
{
	printf("%" PRId64 " of %" PRId64 " s\n", done_ms / 1000, all_ms / 1000);
	(void)fflush(stdout);
}

static struct scenario make_scenario(const struct option options[OPTIONS])
{
	return (struct scenario){
		.swarm = {.seed = (uint64_t)options[SEED].value,
			  .nodes = (size_t)options[NODES].value,
			  .join_ms = options[JOIN_S].value * 1000,
			  .session_ms = options[SESSION_S].value * 1000,
			  .live_ms = options[MINUTES].value * 60 * 1000,
			  .check_ms = options[CHECK_MS].value,
			  .loss_per_mille = (uint32_t)options[LOSS].value},
		.until_ms = options[MINUTES].value * 60 * 1000,
		.samples = (size_t)options[SAMPLES].value,
		.ids = (size_t)options[IDS].value,
		.attack_ms = options[ATTACK_S].value * 1000,
	};
}

int main(int argc, char **argv)
{
	struct option options[OPTIONS];
	struct scenario scenario;
	char made[MADE_SIZE];

	memcpy(options, defaults, sizeof(options));
	if (argc < 4)
		return usage();
	for (int i = 4; i < argc; i++)
		if (!read_option(options, argv[i]))
			return usage();
	write_made(made, argv[1], options);
	scenario = make_scenario(options);
	scenario.out = argv[2];
	scenario.name = argv[3];
	scenario.made = made;
	for (size_t i = 0; i < dti_array_length(scenarios); i++) {
		if (strcmp(argv[1], scenarios[i].name) != 0)
			continue;
		printf("%s\n", made);
		(void)fflush(stdout);
		scenarios[i].run(&scenario);
		return EXIT_SUCCESS;
	}
	return usage();
}
