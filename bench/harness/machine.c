/* SPDX-License-Identifier: MIT */
#include "bench/harness/machine.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

/* The Makefile says these when it builds the benchmarks. */
#ifndef BENCH_BUILD_FLAGS
#define BENCH_BUILD_FLAGS "unknown"
#endif
#ifndef BENCH_BUILD_VERSION
#define BENCH_BUILD_VERSION "unknown"
#endif

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

static void read_cpu(char *out, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256];

	snprintf(out, size, "unknown processor");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		const char *colon = strchr(line, ':');

		if (!colon || strncmp(line, "model name", 10) != 0)
			continue;
		snprintf(out, size, "%.*s", (int)strcspn(colon + 2, "\n"),
			 colon + 2);
		break;
	}
	(void)fclose(file);
}

static long count_cores(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set)
							    : 0;
}

void bench_machine_read(struct bench_machine *machine)
{
	struct utsname system;
	struct tm date;
	time_t now = time(NULL);

	*machine = (struct bench_machine){
		.cores = count_cores(),
		.compiler = COMPILER,
		.flags = BENCH_BUILD_FLAGS,
		.version = BENCH_BUILD_VERSION,
	};
	read_cpu(machine->cpu, sizeof(machine->cpu));
	if (uname(&system) == 0)
		snprintf(machine->kernel, sizeof(machine->kernel), "%s %s %s",
			 system.sysname, system.release, system.machine);
	(void)getloadavg(&machine->load, 1);
	if (gmtime_r(&now, &date))
		(void)strftime(machine->date, sizeof(machine->date),
			       "%Y-%m-%d %H:%M UTC", &date);
}

struct bench_machine_line
bench_machine_line(const struct bench_machine *machine)
{
	struct bench_machine_line line;

	snprintf(line.text, sizeof(line.text),
		 "%s, %ld core%s, %s; %s; dialtone %s; load %.2f; %s",
		 machine->cpu, machine->cores, machine->cores == 1 ? "" : "s",
		 machine->kernel, machine->compiler, machine->version,
		 machine->load, machine->date);
	return line;
}
