/* SPDX-License-Identifier: MIT */
#include "bench/contenders/dialtone_peers.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/dialtone.h"

#include "bench/contenders/peer_network.h"
#include "bench/harness/measure.h"

/* More than a line of the list: "enode://", id, "@", address, ":", port. */
#define LINE_SIZE 192

struct crowd;

/* One dialer in its copy of the network. */
struct subject {
	dt_dialer *dialer;
	dt_list_table *table;
	struct crowd *crowd;
	unsigned int copy;

	/* Under crowd->lock. Times are 0 until it has come to that. */
	unsigned int peers;
	unsigned int lost; /* since half of them were closed */
	int64_t started_ns;
	int64_t reached_ns;
	int64_t halved_ns;
	int64_t recovered_ns;
};

struct crowd {
	bool adaptive;
	pthread_mutex_t lock;
	pthread_cond_t moved; /* somebody has reached or recovered */
	struct peer_network network;
	struct subject subjects[PEER_NETWORK_COPIES];
};

struct span {
	int64_t begin_ns; /* 0: it has not begun */
	int64_t end_ns;   /* 0: it has not ended */
};

static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static size_t write_node(char *line, const struct peer_network *network,
			 unsigned int copy, unsigned int node)
{
	uint8_t address[4];
	uint16_t port = peer_network_place(network, address, copy, node);
	size_t length = (size_t)snprintf(line, LINE_SIZE, "enode://");

	/* 8 times 16 digits: an id that nobody else has. */
	for (unsigned int i = 0; i < 8; i++)
		length += (size_t)snprintf(
			line + length, LINE_SIZE - length, "%016llx",
			(unsigned long long)mix(1 + i + 8 * (uint64_t)node));
	length += (size_t)snprintf(line + length, LINE_SIZE - length,
				   "@%u.%u.%u.%u:%u\n", address[0], address[1],
				   address[2], address[3], port);
	return length;
}

static dt_err make_table(struct subject *subject, struct dt_error *error)
{
	char *text = malloc((size_t)PEER_NETWORK_NODES * LINE_SIZE);
	dt_node_list *list = NULL;
	size_t length = 0;
	dt_err err;

	if (!text)
		return DT_ERR_NO_MEMORY;
	for (unsigned int node = 0; node < PEER_NETWORK_NODES; node++)
		length += write_node(text + length, &subject->crowd->network,
				     subject->copy, node);
	err = dt_node_list_parse(&list, text, length, "network", error);
	free(text);
	if (!err)
		err = dt_list_table_create(&subject->table, list);
	dt_node_list_destroy(list);
	return err;
}

/* Under crowd->lock. */
static void count_peer(struct subject *subject)
{
	subject->peers++;
	if (subject->peers != PEERS_WANTED)
		return;
	if (!subject->reached_ns)
		subject->reached_ns = bench_now_ns();
	else if (subject->lost >= PEERS_WANTED / 2 && !subject->recovered_ns)
		subject->recovered_ns = bench_now_ns();
	(void)pthread_cond_signal(&subject->crowd->moved);
}

static void watch(void *context, const struct dt_event *event)
{
	struct subject *subject = context;

	if (event->type != DT_EVENT_PEER_ADDED &&
	    event->type != DT_EVENT_PEER_REMOVED)
		return;
	(void)pthread_mutex_lock(&subject->crowd->lock);
	if (event->type == DT_EVENT_PEER_ADDED) {
		count_peer(subject);
	} else {
		subject->peers--;
		subject->lost += subject->halved_ns != 0;
	}
	(void)pthread_mutex_unlock(&subject->crowd->lock);
}

/*
 * The defaults, but for how many peers are wanted, and for what the point asks
 * for. With another dial timeout the lookup interval shrinks with it, so that it
 * is the same run in a quicker world; the history doesn't, as the server's can't.
 */
static void configure(struct dt_config *config, struct subject *subject,
		      const struct bench_run *run)
{
	int64_t timeout_ms = run->values[PEERS_DIAL_TIMEOUT_MS];
	int64_t in_flight = run->values[PEERS_IN_FLIGHT];

	dt_config_init(config, sizeof(*config));
	config->lookup_interval_ms = config->lookup_interval_ms * timeout_ms /
				     config->dial_timeout_ms;
	config->dial_timeout_ms = timeout_ms;
	config->adaptive_timeout = subject->crowd->adaptive;
	config->max_dyn_dials = PEERS_WANTED;
	if (in_flight)
		config->max_active_dials = (uint32_t)in_flight;
	config->table = dt_list_table_functions(subject->table);
	config->event = watch;
	config->event_context = subject;
}

static dt_err start_one(struct subject *subject, const struct bench_run *run,
			struct dt_error *error)
{
	struct dt_config config;
	dt_err err;

	configure(&config, subject, run);
	err = dt_dialer_create(&subject->dialer, &config, error);
	dt_config_fini(&config);
	if (err)
		return err;
	subject->started_ns = bench_now_ns();
	return dt_dialer_start(subject->dialer, error);
}

/* Under crowd->lock, which is not held while the network works. */
static bool halve(struct crowd *crowd, struct subject *subject)
{
	bool is_halved;

	subject->halved_ns = bench_now_ns();
	(void)pthread_mutex_unlock(&crowd->lock);
	is_halved = peer_network_halve(&crowd->network, subject->copy);
	(void)pthread_mutex_lock(&crowd->lock);
	return is_halved;
}

/* Under crowd->lock. How many have recovered; halves those that are ready. */
static size_t attend(struct crowd *crowd, struct bench_result *result)
{
	size_t recovered = 0;

	for (size_t i = 0; i < PEER_NETWORK_COPIES; i++) {
		struct subject *subject = &crowd->subjects[i];

		recovered += subject->recovered_ns != 0;
		if (subject->reached_ns && !subject->halved_ns &&
		    !halve(crowd, subject))
			bench_fail(result, "the network does not answer");
	}
	return recovered;
}

static void wait_for_all(struct crowd *crowd, struct bench_result *result,
			 double seconds)
{
	int64_t until_ns = bench_now_ns() + (int64_t)(seconds * 1e9);
	struct timespec until = {.tv_sec = until_ns / 1000000000,
				 .tv_nsec = until_ns % 1000000000};

	(void)pthread_mutex_lock(&crowd->lock);
	while (attend(crowd, result) < PEER_NETWORK_COPIES &&
	       pthread_cond_timedwait(&crowd->moved, &crowd->lock, &until) == 0)
		;
	(void)pthread_mutex_unlock(&crowd->lock);
}

/* Of all subjects; who has not come to the end has had the time so far. */
static void report_times(struct bench_result *result, enum peers_figure figure,
			 const struct span *spans)
{
	struct bench_latencies times;
	size_t ended = 0;

	if (!bench_latencies_init(&times, PEER_NETWORK_COPIES)) {
		bench_fail(result, "no memory for the times");
		return;
	}
	for (size_t i = 0; i < PEER_NETWORK_COPIES; i++) {
		int64_t end_ns = spans[i].end_ns;

		ended += end_ns != 0;
		if (spans[i].begin_ns)
			bench_latencies_add(&times,
					    (end_ns ? end_ns : bench_now_ns()) -
						    spans[i].begin_ns);
	}
	/* When less than half have come to the end, nothing is known. */
	if (ended > PEER_NETWORK_COPIES / 2) {
		result->figures[figure] = bench_latencies_quantile(&times, 0.5);
		result->figures[figure + 1] =
			bench_latencies_quantile(&times, 1);
	}
	bench_latencies_fini(&times);
}

static void report_all_times(struct crowd *crowd, struct bench_result *result)
{
	struct span to_peers[PEER_NETWORK_COPIES];
	struct span recovery[PEER_NETWORK_COPIES];

	(void)pthread_mutex_lock(&crowd->lock);
	for (size_t i = 0; i < PEER_NETWORK_COPIES; i++) {
		const struct subject *subject = &crowd->subjects[i];

		to_peers[i].begin_ns = subject->started_ns;
		to_peers[i].end_ns = subject->reached_ns;
		recovery[i].begin_ns = subject->halved_ns;
		recovery[i].end_ns = subject->recovered_ns;
	}
	(void)pthread_mutex_unlock(&crowd->lock);
	report_times(result, PEERS_TO_PEERS, to_peers);
	report_times(result, PEERS_RECOVERY, recovery);
}

static void report_costs(struct crowd *crowd, struct bench_result *result,
			 int64_t cpu_ns)
{
	struct dt_counters counters;
	uint64_t dials = 0;
	uint64_t connected = 0;

	for (size_t i = 0; i < PEER_NETWORK_COPIES; i++) {
		const struct dt_task_counters *dyn =
			&counters.tasks[DT_TASK_DYN_DIAL];

		dt_dialer_counters(crowd->subjects[i].dialer, &counters,
				   sizeof(counters));
		dials += dyn->created;
		connected += dyn->outcomes[DT_OUTCOME_CONNECTED];
	}
	if (connected)
		result->figures[PEERS_DIALS_A_PEER] =
			(double)dials / (double)connected;
	result->figures[PEERS_CPU] = (double)cpu_ns / 1e9 / PEER_NETWORK_COPIES;
}

static void crowd_init(struct crowd *crowd, bool adaptive)
{
	pthread_condattr_t attributes;

	crowd->adaptive = adaptive;
	(void)pthread_mutex_init(&crowd->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&crowd->moved, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	for (unsigned int i = 0; i < PEER_NETWORK_COPIES; i++)
		crowd->subjects[i] =
			(struct subject){.crowd = crowd, .copy = i};
}

static void crowd_fini(struct crowd *crowd)
{
	for (size_t i = 0; i < PEER_NETWORK_COPIES; i++) {
		dt_dialer_destroy(crowd->subjects[i].dialer);
		dt_list_table_destroy(crowd->subjects[i].table);
	}
	(void)pthread_cond_destroy(&crowd->moved);
	(void)pthread_mutex_destroy(&crowd->lock);
}

static dt_err start_all(struct crowd *crowd, const struct bench_run *run,
			struct dt_error *error, int64_t *cpu_ns)
{
	dt_err err = DT_OK;

	for (size_t i = 0; i < PEER_NETWORK_COPIES && !err; i++)
		err = make_table(&crowd->subjects[i], error);
	*cpu_ns = bench_usage().cpu_ns;
	for (size_t i = 0; i < PEER_NETWORK_COPIES && !err; i++)
		err = start_one(&crowd->subjects[i], run, error);
	return err;
}

static void measure(struct bench_result *result, const struct bench_run *run,
		    bool adaptive)
{
	struct dt_error error = {.text = ""};
	struct crowd crowd;
	int64_t cpu_ns;
	dt_err err;

	if (!peer_network_find(&crowd.network)) {
		bench_fail(result, "there is no network (%s is not set)",
			   PEER_NETWORK_VARIABLE);
		return;
	}
	crowd_init(&crowd, adaptive);
	err = start_all(&crowd, run, &error, &cpu_ns);
	if (err) {
		bench_fail(result, "the dialer: %s",
			   error.text[0] ? error.text : dt_err_text(err));
	} else {
		wait_for_all(&crowd, result, run->seconds);
		report_all_times(&crowd, result);
		report_costs(&crowd, result, bench_usage().cpu_ns - cpu_ns);
	}
	crowd_fini(&crowd);
}

void dialtone_peers_measure(struct bench_result *result,
			    const struct bench_run *run)
{
	measure(result, run, true);
}

void dialtone_peers_measure_fixed(struct bench_result *result,
				  const struct bench_run *run)
{
	measure(result, run, false);
}
