/* SPDX-License-Identifier: MIT */
/*
 * Random events to the dial state and to a plain model of the policy: do they
 * always answer the same? A difference names the seed of its run, with which
 * DIALTONE_TEST_SEED begins again. (A run is long if it is the first, so a
 * difference in a short run is found there as well.)
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/property/pair.h"

enum {
	/* Then everything begins anew: beginnings are rare in long runs. */
	SHORT_RUN_EVENTS = 100,
	LONG_RUN_EVENTS = 2000
};

/* An environment variable's number, or @initial if it is not set. */
static uint64_t number_from(const char *variable, uint64_t initial)
{
	const char *text = getenv(variable);
	unsigned long long number;
	char *end;

	if (text == NULL)
		return initial;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno == 0 && end != text && *end == '\0' && text[0] != '-')
		return number;
	(void)fprintf(stderr, "%s=%s: a number is accepted\n", variable, text);
	exit(EXIT_FAILURE);
}

int main(void)
{
	uint64_t events = number_from("DIALTONE_PROPERTY_EVENTS", 300000);
	uint64_t seed = number_from("DIALTONE_TEST_SEED", 1);
	struct pair *pair = malloc(sizeof(*pair));
	uint64_t done = 0;

	if (pair == NULL)
		return EXIT_FAILURE;
	for (uint64_t run = 0; done < events; run++) {
		int length = run % 20 == 0 ? LONG_RUN_EVENTS : SHORT_RUN_EVENTS;

		pair_init(pair, seed + run);
		for (int i = 0; i < length && done < events; i++, done++)
			pair_step(pair);
		pair_fini(pair);
	}
	free(pair);
	(void)printf("property_dialstate: %" PRIu64 " events, seed %" PRIu64
		     "\n",
		     done, seed);
	return EXIT_SUCCESS;
}
