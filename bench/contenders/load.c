/* SPDX-License-Identifier: MIT */
#include "bench/contenders/load.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	NODES_PER_DIAL = 3, /* of those in flight */
	NODES_EACH = 500,   /* of each thread that calls */
	CYCLES = 2,         /* of the phases */
	SAMPLES_MAX = 1 << 15,
	PAUSE_NS = 100000, /* between two calls that are timed, about */
};

/* Of the time of a measurement. */
static const double share_of[] = {
	[LOAD_ALONE] = 0.2,
	[LOAD_BUSY] = 0.2,
	[LOAD_CALLS] = 0.6,
};

struct load_caller {
	struct load *load;
	pthread_t thread;
	uint64_t calls;
	struct dt_node nodes[NODES_EACH];
};

static void fill_nodes(struct dt_node *nodes, uint32_t count, uint32_t series)
{
	for (uint32_t i = 0; i < count; i++) {
		memset(&nodes[i], 0, sizeof(nodes[i]));
		memcpy(nodes[i].id.bytes, &i, sizeof(i));
		memcpy(nodes[i].id.bytes + 8, &series, sizeof(series));
		nodes[i].endpoint = (struct dt_endpoint){
			.ip = {127, 0, 0, 1}, .family = 4, .tcp_port = 30303};
	}
}

static bool is_over(const struct load *load)
{
	/* Relaxed: see the field. */
	return atomic_load_explicit(&load->over, memory_order_relaxed);
}

static void sleep_for(int64_t ns)
{
	struct timespec left = {
		.tv_sec = (time_t)(ns / 1000000000),
		.tv_nsec = (long)(ns % 1000000000),
	};

	while (nanosleep(&left, &left) != 0)
		;
}

/* ---- threads of the embedder --------------------------------------------- */

/* In a round; a command for each that it takes back. */
static const enum callable_call in_turn[] = {
	CALLABLE_ADD_STATIC, CALLABLE_COUNTERS,     CALLABLE_PEER_ADDED,
	CALLABLE_EXPLAIN,    CALLABLE_PEER_REMOVED, CALLABLE_REMOVE_STATIC,
	CALLABLE_SET,
};

enum {
	CALLS_EACH = 6, /* in a round of the threads that never pause */
	CALLS_TIMED = sizeof(in_turn) / sizeof(in_turn[0]),
};

static void call(struct load_caller *caller, enum callable_call call,
		 uint64_t round)
{
	const struct load *load = caller->load;
	bool is_peer =
		call == CALLABLE_PEER_ADDED || call == CALLABLE_PEER_REMOVED;
	size_t index = (round + (is_peer ? NODES_EACH / 2 : 0)) % NODES_EACH;

	/* Refused while too many wait: an embedder tries again. */
	while (!load->subject->call(load->dialer, call, &caller->nodes[index]))
		;
	caller->calls++;
}

static void *call_on(void *argument)
{
	struct load_caller *caller = argument;

	for (uint64_t round = 0; !is_over(caller->load); round++) {
		for (size_t i = 0; i < CALLS_EACH; i++)
			call(caller, in_turn[i], round);
	}
	return NULL;
}

static void *do_something_else(void *argument)
{
	const struct load_caller *caller = argument;

	while (!is_over(caller->load))
		(void)bench_now_ns();
	return NULL;
}

static void keep_sample(struct load *load, enum callable_call call, int64_t ns)
{
	bool is_peer =
		call == CALLABLE_PEER_ADDED || call == CALLABLE_PEER_REMOVED;

	bench_latencies_add(&load->latencies[call], ns);
	if (is_peer)
		bench_latencies_add(&load->peers, ns);
	if (is_peer || call == CALLABLE_ADD_STATIC ||
	    call == CALLABLE_REMOVE_STATIC)
		bench_latencies_add(&load->commands, ns);
}

static void *take_times(void *argument)
{
	struct load_caller *caller = argument;
	uint32_t random = 1;

	for (uint64_t n = 0; !is_over(caller->load); n++) {
		enum callable_call kind = in_turn[n % CALLS_TIMED];
		int64_t began_ns;

		/* Not in step with anything: half to one and a half of it. */
		random = random * 1664525 + 1013904223;
		sleep_for(PAUSE_NS / 2 + random % PAUSE_NS);
		began_ns = bench_now_ns();
		call(caller, kind, n / CALLS_TIMED);
		keep_sample(caller->load, kind, bench_now_ns() - began_ns);
	}
	return NULL;
}

/* ---- phases --------------------------------------------------------------- */

static bool start_thread(struct load *load, size_t index)
{
	struct load_caller *caller = &load->callers[index];
	void *(*run)(void *) = call_on;

	if (load->phase == LOAD_BUSY)
		run = do_something_else;
	else if (index == load->caller_count)
		run = take_times;
	return pthread_create(&caller->thread, NULL, run, caller) == 0;
}

static size_t threads_of(const struct load *load)
{
	switch (load->phase) {
	case LOAD_BUSY:
		return load->caller_count;
	case LOAD_CALLS:
		return load->caller_count + 1;
	case LOAD_ALONE:
	case LOAD_PHASES:
		break;
	}
	return 0;
}

static double ended_so_far(const struct load *load)
{
	/* Relaxed: a count. */
	return (double)atomic_load_explicit(&load->dials.ended,
					    memory_order_relaxed);
}

static bool run_phase(struct load *load, enum load_phase phase, double seconds)
{
	size_t started = 0;
	int64_t began_ns;
	double ended;

	load->phase = phase;
	atomic_store_explicit(&load->over, false, memory_order_relaxed);
	while (started < threads_of(load) && start_thread(load, started))
		started++;
	sleep_for(2 * load->dials.each_ns); /* until the dials are used to it */
	began_ns = bench_now_ns();
	ended = ended_so_far(load);
	sleep_for((int64_t)(seconds * 1e9));
	load->ended[phase] += ended_so_far(load) - ended;
	load->seconds[phase] += (double)(bench_now_ns() - began_ns) * 1e-9;
	atomic_store_explicit(&load->over, true, memory_order_relaxed);
	for (size_t i = 0; i < started; i++)
		pthread_join(load->callers[i].thread, NULL);
	return started == threads_of(load);
}

static bool run_phases(struct load *load, double seconds)
{
	for (int cycle = 0; cycle < CYCLES; cycle++) {
		for (enum load_phase phase = 0; phase < LOAD_PHASES; phase++) {
			if (!run_phase(load, phase,
				       seconds * share_of[phase] / CYCLES))
				return false;
		}
	}
	return true;
}

bool load_run(struct load *load, const struct callable *subject, double seconds)
{
	bool ran;

	load->subject = subject;
	load->dialer = subject->start(&load->dials);
	if (!load->dialer)
		return false;
	sleep_for(4 * load->dials.each_ns);
	ran = run_phases(load, seconds);
	subject->stop(load->dialer);
	for (size_t i = 0; i < load->caller_count; i++)
		load->calls += load->callers[i].calls;
	return ran;
}

double load_dial_rate(const struct load *load, enum load_phase phase)
{
	return load->ended[phase] / load->seconds[phase];
}

static bool make_latencies(struct load *load)
{
	bool made = bench_latencies_init(&load->commands, SAMPLES_MAX);

	made &= bench_latencies_init(&load->peers, SAMPLES_MAX);
	for (size_t i = 0; i < CALLABLE_COUNT; i++)
		made &= bench_latencies_init(&load->latencies[i], SAMPLES_MAX);
	return made;
}

bool load_init(struct load *load, size_t callers, uint32_t in_flight,
	       int64_t dial_ns)
{
	uint32_t nodes = NODES_PER_DIAL * in_flight;

	*load = (struct load){
		.callers = calloc(callers + 1, sizeof(*load->callers)),
		.nodes = calloc(nodes, sizeof(*load->nodes)),
		.caller_count = callers,
	};
	if (!make_latencies(load) || !load->callers || !load->nodes) {
		load_fini(load);
		return false;
	}
	fill_nodes(load->nodes, nodes, 0);
	for (uint32_t i = 0; i <= callers; i++) {
		load->callers[i].load = load;
		fill_nodes(load->callers[i].nodes, NODES_EACH, i + 1);
	}
	load->dials.in_flight = in_flight;
	load->dials.each_ns = dial_ns;
	load->dials.nodes = load->nodes;
	load->dials.node_count = nodes;
	return true;
}

void load_fini(struct load *load)
{
	bench_latencies_fini(&load->commands);
	bench_latencies_fini(&load->peers);
	for (size_t i = 0; i < CALLABLE_COUNT; i++)
		bench_latencies_fini(&load->latencies[i]);
	free(load->callers);
	free(load->nodes);
}
