/* SPDX-License-Identifier: MIT */
#include "bench/contenders/floor_slices.h"

#include <time.h>

#include "bench/harness/measure.h"
#include "bench/harness/statistics.h"

enum {
	TIMES_BETWEEN_CLOCKS = 16,
};

int64_t floor_slice_cpu_ns(void)
{
	struct timespec cpu;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
	return cpu.tv_sec * INT64_C(1000000000) + cpu.tv_nsec;
}

struct floor_slice floor_slice_run(bool (*run)(void *subject, uint64_t times),
				   void *subject)
{
	struct floor_slice slice = {.count = 0};
	int64_t begin_ns = bench_now_ns();
	int64_t begin_cpu_ns = floor_slice_cpu_ns();

	do {
		if (!run(subject, TIMES_BETWEEN_CLOCKS))
			return (struct floor_slice){.count = 0};
		slice.count += TIMES_BETWEEN_CLOCKS;
		slice.ns = bench_now_ns() - begin_ns;
	} while (slice.ns < FLOOR_SLICE_NS);
	slice.cpu_ns = floor_slice_cpu_ns() - begin_cpu_ns;
	return slice;
}

double floor_slice_cpu_s(const struct floor_slice *slice)
{
	return (double)slice->cpu_ns / 1e9 / (double)slice->count;
}

void floor_slices_add(struct floor_slices *slices,
		      const struct floor_slice *subject,
		      const struct floor_slice *floor)
{
	if (subject->count == 0 || floor->count == 0 ||
	    slices->pairs == FLOOR_SLICE_PAIRS)
		return;
	slices->subject.count += subject->count;
	slices->subject.cpu_ns += subject->cpu_ns;
	slices->subject.ns += subject->ns;
	slices->ratios[slices->pairs++] =
		floor_slice_cpu_s(floor) / floor_slice_cpu_s(subject);
}

double floor_slices_share(struct floor_slices *slices)
{
	return bench_statistics_summary(slices->ratios, slices->pairs).median;
}
