/* SPDX-License-Identifier: MIT */
#include "bench/contenders/dials.h"

#include <errno.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP_S 0.15

void dials_tally_add(struct dials_tally *tally, const struct bench_run *run,
		     int sys_errno)
{
	int wanted = run->values[DIALS_REFUSED] ? ECONNREFUSED : 0;
	_Atomic uint64_t *counter =
		sys_errno == wanted ? &tally->done : &tally->failed;

	/* Relaxed: a number that nothing else hangs on, with one writer. */
	atomic_store_explicit(
		counter,
		atomic_load_explicit(counter, memory_order_relaxed) + 1,
		memory_order_relaxed);
}

struct dials_count dials_tally_sum(const struct dials_tally *tallies,
				   size_t count)
{
	struct dials_count sum = {0};

	for (size_t i = 0; i < count; i++) {
		/* Relaxed: as above. */
		sum.done += atomic_load_explicit(&tallies[i].done,
						 memory_order_relaxed);
		sum.failed += atomic_load_explicit(&tallies[i].failed,
						   memory_order_relaxed);
	}
	return sum;
}

static void rest(double seconds)
{
	struct timespec left = {
		.tv_sec = (time_t)seconds,
		.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9),
	};

	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		continue;
}

void dials_observe(struct bench_result *result, const struct bench_run *run,
		   struct dials_count (*count)(void *context), void *context)
{
	struct dials_count before;
	struct dials_count after;
	int64_t began_ns;
	int64_t cpu_ns;
	double seconds;
	double done;

	rest(WARM_UP_S);
	before = count(context);
	began_ns = bench_now_ns();
	cpu_ns = bench_usage().cpu_ns;
	rest(run->seconds);
	after = count(context);
	seconds = (double)(bench_now_ns() - began_ns) / 1e9;
	cpu_ns = bench_usage().cpu_ns - cpu_ns;
	done = (double)(after.done - before.done);
	result->figures[DIALS_PER_S] = done / seconds;
	result->figures[DIALS_CPU_S] = (double)cpu_ns / 1e9 / done;
	result->figures[DIALS_FAILURES_PER_S] =
		(double)(after.failed - before.failed) / seconds;
}

void dials_abort(int fd)
{
	struct linger none = {.l_onoff = 1, .l_linger = 0};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	(void)close(fd);
}
