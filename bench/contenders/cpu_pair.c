/* SPDX-License-Identifier: MIT */
#include "bench/contenders/cpu_pair.h"

#include <sched.h>

struct cpu_pair cpu_pair_find(void)
{
	struct cpu_pair pair = {.numbers = {0, 0}};
	int found = 0;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	(void)sched_getaffinity(0, sizeof(cpus), &cpus);
	for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++) {
		if (CPU_ISSET((size_t)cpu, &cpus))
			pair.numbers[found++] = cpu;
	}
	if (found == 1)
		pair.numbers[1] = pair.numbers[0];
	return pair;
}

void cpu_pair_pin(pid_t thread, int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET((size_t)cpu, &cpus);
	/* Where that is not allowed it runs where it did. */
	(void)sched_setaffinity(thread, sizeof(cpus), &cpus);
}
