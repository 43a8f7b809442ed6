/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_CPU_PAIR_H
#define BENCH_CONTENDERS_CPU_PAIR_H

/*
 * Two of the processors that this process may use: for threads that must not
 * take each other's, and for what is compared and must run on the same one, as
 * no two of them are equally fast at any moment on a machine that is shared.
 */

#include <sys/types.h>

/** The same one twice where there is one only. */
struct cpu_pair {
	int numbers[2];
};

struct cpu_pair cpu_pair_find(void);
/** Have @thread (0: the calling one) run on @cpu alone. */
void cpu_pair_pin(pid_t thread, int cpu);

#endif /* BENCH_CONTENDERS_CPU_PAIR_H */
