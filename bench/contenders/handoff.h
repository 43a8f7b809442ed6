/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_HANDOFF_H
#define BENCH_CONTENDERS_HANDOFF_H

/*
 * Tasks that go round: a scheduler hands them to workers, which do the work and
 * hand them back, and it hands them out again. What carries them both ways is
 * the contender; this is what they have in common, so that nothing else differs
 * between them.
 */

#include <stddef.h>
#include <stdint.h>

#include "bench/harness/measure.h"

/** The parameters of both questions, in this order in bench_run.values. */
enum handoff_parameter {
	HANDOFF_IN_FLIGHT,
	HANDOFF_WORKERS,
	HANDOFF_WORK_NS,
};

/** The figures of both questions, in this order in bench_result.figures. */
enum handoff_figure {
	HANDOFF_TASKS_PER_S,
	HANDOFF_P50_S, /* from push until the scheduler has it back */
	HANDOFF_P99_S,
	HANDOFF_P999_S,
	HANDOFF_CPU_S_PER_TASK,
	HANDOFF_SWITCHES_PER_TASK,
};

/* Address space of a worker's stack, for all contenders alike. */
#define HANDOFF_STACK_BYTES 65536
/* Before a measurement: time to find its pace. */
#define HANDOFF_WARM_UP_S   0.1

/** A task. Its holder's: the scheduler, or one worker. */
struct handoff_item {
	struct handoff_item *next; /* for the contender */
	int64_t pushed_ns;         /* the scheduler's; 0: it is not timed */
	uint32_t index;            /* read-only: its place in setup.items */
};

struct handoff_setup {
	struct handoff_item *items; /* in_flight of them */
	uint32_t in_flight;
	uint32_t workers;
	int64_t work_ns;
};

/** How a contender carries tasks. */
struct handoff_queue {
	/** @setup outlives the queue. NULL: no memory. */
	void *(*create)(const struct handoff_setup *setup);
	/**
	 * The scheduler: hand @count items out, then take back into @items what
	 * has come, wait if nothing has. Returns how many; seldom 0.
	 */
	size_t (*exchange)(void *queue, struct handoff_item **items,
			   size_t count);
	/** A worker: take, handoff_work(), give back, until closed. */
	void (*work)(void *queue);
	/** Let the workers return; nothing is in flight. */
	void (*close)(void *queue);
	void (*destroy)(void *queue);
};

/** What a task does: wait in the kernel for @ns, as a dial does; 0: nothing. */
void handoff_work(int64_t ns);

/** Sleep, while others work. */
void handoff_rest(double seconds);

/** How it stood at some moment; the difference of two gives figures. */
struct handoff_mark {
	struct bench_usage usage;
	int64_t now_ns;
	uint64_t tasks; /* ended so far */
};
struct handoff_mark handoff_mark(uint64_t tasks);
/** Tasks a second, CPU and switches a task. */
void handoff_report_rates(struct bench_result *result,
			  const struct handoff_mark *begin,
			  const struct handoff_mark *end);
void handoff_report_latencies(struct bench_result *result,
			      struct bench_latencies *latencies);
/** Timing all would cost more than empty work: one in so many is timed. */
uint32_t handoff_timed_each(int64_t work_ns);

/** Measure @queue, with threads of its own. */
void handoff_measure(struct bench_result *result, const struct bench_run *run,
		     const struct handoff_queue *queue);

#endif /* BENCH_CONTENDERS_HANDOFF_H */
