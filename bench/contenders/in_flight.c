/* SPDX-License-Identifier: MIT */
#include "bench/contenders/in_flight.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "bench/contenders/dial_site.h"

#define SPARE_DESCRIPTORS 32
#define LOOK_NS           200000
#define SETTLE_NS         100000000
#define PATIENCE_NS       INT64_C(60000000000)
#define OPENS_FIELD       5 /* of Tcp: in /proc/net/snmp */

/* False: the limit of descriptors is too low, which result->failure says. */
static bool raise_limit(struct bench_result *result, uint64_t wanted)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
		/* The hard limit too, where that is allowed. */
		struct rlimit raised = {wanted, wanted};

		if (limit.rlim_max >= wanted)
			raised.rlim_max = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &raised) != 0) {
			bench_fail(result,
				   "needs %" PRIu64 " descriptors, and the "
				   "limit (ulimit -Hn) is %" PRIu64,
				   wanted, (uint64_t)limit.rlim_max);
			return false;
		}
	}
	return true;
}

/* The number at @field of the second line that begins with "Tcp:". */
static int64_t read_opens(FILE *snmp)
{
	char line[1024];
	bool is_second = false;
	char *rest = NULL;
	char *word;

	while (fgets(line, sizeof(line), snmp)) {
		if (strncmp(line, "Tcp:", 4) != 0)
			continue;
		if (is_second)
			break;
		is_second = true;
	}
	word = strtok_r(line, " ", &rest);
	for (int i = 0; i < OPENS_FIELD && word; i++)
		word = strtok_r(NULL, " ", &rest);
	return word ? strtoll(word, NULL, 10) : -1;
}

/* How often a connect was begun on this machine; -1: it is not told. */
static int64_t active_opens(void)
{
	FILE *snmp = fopen("/proc/net/snmp", "re");
	int64_t opens;

	if (!snmp)
		return -1;
	opens = read_opens(snmp);
	(void)fclose(snmp);
	return opens;
}

static void rest(long ns)
{
	struct timespec pause = {.tv_nsec = ns};

	(void)nanosleep(&pause, NULL);
}

static bool await_opens(int64_t opens)
{
	int64_t until_ns = bench_now_ns() + PATIENCE_NS;

	while (active_opens() < opens) {
		if (bench_now_ns() > until_ns)
			return false;
		rest(LOOK_NS);
	}
	return true;
}

/* From start to stop. */
static void go(struct bench_result *result,
	       const struct in_flight_subject *subject, int64_t dials,
	       int64_t resident_before)
{
	int64_t opens = active_opens();
	int64_t switches = bench_usage().switches;
	int64_t began_ns = bench_now_ns();

	if (!subject->start(subject->context, result))
		return;
	if (!await_opens(opens + dials)) {
		bench_fail(result, "not all dials are in flight after %d s",
			   (int)(PATIENCE_NS / 1000000000));
	} else {
		result->figures[IN_FLIGHT_UP_S] =
			(double)(bench_now_ns() - began_ns) / 1e9;
		rest(SETTLE_NS);
		result->figures[IN_FLIGHT_BYTES] =
			(double)(bench_resident_bytes() - resident_before) /
			(double)dials;
	}
	began_ns = bench_now_ns();
	subject->stop(subject->context);
	result->figures[IN_FLIGHT_CANCELLED_S] =
		(double)(bench_now_ns() - began_ns) / 1e9;
	result->figures[IN_FLIGHT_SWITCHES] =
		(double)(bench_usage().switches - switches) / (double)dials;
}

void in_flight_observe(struct bench_result *result, const struct bench_run *run,
		       const struct in_flight_subject *subject)
{
	int64_t dials = run->values[IN_FLIGHT_DIALS];
	int64_t resident;
	uint16_t port = 0;
	int swallower;

	if (!raise_limit(result, (uint64_t)dials * subject->descriptors_each +
					 SPARE_DESCRIPTORS))
		return;
	swallower = dial_site_swallow(&port);
	if (swallower < 0) {
		bench_fail(result, "no listener that swallows: %s",
			   strerrordesc_np(errno));
		return;
	}
	(void)active_opens(); /* its buffers are not the contender's memory */
	resident = bench_resident_bytes();
	if (subject->prepare(subject->context, result, (uint32_t)dials, port))
		go(result, subject, dials, resident);
	subject->fini(subject->context);
	(void)close(swallower);
}
