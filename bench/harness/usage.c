/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "bench/harness/measure.h"

int64_t bench_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t ns_of(const struct timeval *time)
{
	return (int64_t)time->tv_sec * 1000000000 +
	       (int64_t)time->tv_usec * 1000;
}

struct bench_usage bench_usage(void)
{
	struct rusage all;

	getrusage(RUSAGE_SELF, &all);
	return (struct bench_usage){
		.cpu_ns = ns_of(&all.ru_utime) + ns_of(&all.ru_stime),
		.switches = (int64_t)all.ru_nvcsw + all.ru_nivcsw,
	};
}

int64_t bench_resident_bytes(void)
{
	static const char label[] = "RssAnon:";
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	int64_t kib = 0;

	if (!status)
		return 0;
	while (fgets(line, sizeof(line), status)) {
		if (strncmp(line, label, strlen(label)) == 0)
			kib = strtoll(line + strlen(label), NULL, 10);
	}
	(void)fclose(status);
	return kib * 1024;
}
