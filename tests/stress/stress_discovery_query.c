/* SPDX-License-Identifier: MIT */

/*
 * ANSWER of workers/discovery_query.h under load: callers that wait for as long
 * as they like, for a millisecond or not at all, against a host's thread that
 * answers at once, later, or never (until the caller has given up). There are
 * fewer slots than callers, so that each slot changes hands all the time.
 *
 * The answer to a question is made of its number: one that came to another
 * question, or was half written, is seen. A question whose end is lost is a
 * caller that waits for ever; the watchdog reports it.
 */

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/container.h"

#include "workers/clock.h"
#include "workers/discovery_query.h"
#include "workers/op.h"

#include "tests/require.h"
#include "tests/stress_run.h"

#define CALLERS 6
#define SLOTS   4

/* A node that knows the answers. */
struct oracle {
	struct dti_host_member member;
	struct dti_query_slots slots;
	struct stress_run *run;
	/* The host's thread's. */
	struct dti_query_slot *later[SLOTS];
	size_t later_count;
	uint64_t seed;
	uint64_t questions;
	uint64_t abandoned;
};

struct caller {
	struct oracle *oracle;
	pthread_t thread;
	uint64_t number; /* of its first question */
	uint64_t count;
	uint64_t seed;
	uint64_t answered;
	uint64_t given_up;
	uint64_t refused;
};

static uint64_t number_of(const struct dt_node_id *id)
{
	uint64_t number;

	memcpy(&number, id->bytes, sizeof(number));
	return number;
}

static void answer(struct oracle *oracle, struct dti_query_slot *slot)
{
	uint64_t number = number_of(&slot->question.target);

	slot->answer.rtt_ms = (int64_t)number;
	slot->answer.count = number % DTI_LOOKUP_RESULTS;
	slot->answer.record_seq = ~number;
	dti_query_finish(slot);
	stress_progress(oracle->run);
}

static void forget(struct oracle *oracle, const struct dti_query_slot *slot)
{
	for (size_t i = 0; i < oracle->later_count; i++) {
		if (oracle->later[i] == slot) {
			oracle->later_count--;
			oracle->later[i] = oracle->later[oracle->later_count];
			return;
		}
	}
}

static void question(struct dti_host_message *message)
{
	struct dti_query_slot *slot = dti_container_of(
		message, struct dti_query_slot, question_message);
	struct oracle *oracle =
		dti_container_of(message->member, struct oracle, member);

	oracle->questions++;
	require(slot->question.tag == slot, "the question is whole");
	if (stress_random(&oracle->seed) % 8 != 0) {
		answer(oracle, slot);
		return;
	}
	require(oracle->later_count < SLOTS, "a slot has one question");
	oracle->later[oracle->later_count++] = slot;
}

static void abandoned(struct dti_host_message *message)
{
	struct dti_query_slot *slot = dti_container_of(
		message, struct dti_query_slot, abandon_message);
	struct oracle *oracle =
		dti_container_of(message->member, struct oracle, member);

	oracle->abandoned++;
	forget(oracle, slot);
	dti_query_release(slot);
	stress_progress(oracle->run);
}

static void joined(struct dti_host_member *member)
{
	(void)member;
}

/* Each millisecond: some of those that wait. */
static void due(struct dti_host_member *member)
{
	struct oracle *oracle = dti_container_of(member, struct oracle, member);

	if (oracle->later_count > 0 && stress_random(&oracle->seed) % 4 != 0) {
		struct dti_query_slot *slot =
			oracle->later[stress_random(&oracle->seed) %
				      oracle->later_count];

		forget(oracle, slot);
		answer(oracle, slot);
	}
}

static int64_t deadline_ms(struct dti_host_member *member)
{
	(void)member;
	return dti_clock_ms() + 1;
}

static const struct dti_host_member_calls calls = {
	.joined = joined,
	.readable = joined,
	.due = due,
	.deadline_ms = deadline_ms,
};

static void ask(struct caller *caller, struct dti_cancel *cancel,
		uint64_t number)
{
	struct dti_query_slot *slot;
	uint64_t patience = stress_between(&caller->seed, 0, 3);
	struct dt_op op = {.cancel = cancel, .deadline_ms = INT64_MAX};

	while (!(slot = dti_query_take(&caller->oracle->slots))) {
		caller->refused++;
		(void)poll(NULL, 0, 1); /* the host's thread needs the core */
	}
	memcpy(slot->question.target.bytes, &number, sizeof(number));
	if (patience < 3)
		op.deadline_ms = dti_clock_ms() + (int64_t)patience;
	if (dti_query_await(slot, &op) != DT_OK) {
		require(patience < 3, "only who has a deadline gives up");
		caller->given_up++;
		return;
	}
	require(slot->answer.rtt_ms == (int64_t)number &&
			slot->answer.count == number % DTI_LOOKUP_RESULTS &&
			slot->answer.record_seq == ~number,
		"the answer is to this question");
	caller->answered++;
	dti_query_give(slot);
}

static void *call(void *argument)
{
	struct caller *caller = argument;
	struct dti_cancel cancel;

	require(dti_cancel_init(&cancel) == DT_OK, "a cancel");
	for (uint64_t i = 0; i < caller->count; i++)
		ask(caller, &cancel, caller->number + i);
	dti_cancel_fini(&cancel);
	return NULL;
}

static void open_oracle(struct oracle *oracle, struct dt_discv4_host **host,
			struct stress_run *run)
{
	static const struct dt_allocator libc_allocator;

	require(dti_host_create(host, &libc_allocator, NULL) == DT_OK, "host");
	*oracle = (struct oracle){
		.member = {.calls = &calls,
			   .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
		.slots = {.allocator = &libc_allocator,
			  .host = *host,
			  .member = &oracle->member,
			  .question = question,
			  .abandoned = abandoned,
			  .count = SLOTS},
		.run = run,
		.seed = run->seed,
	};
	require(oracle->member.fd >= 0, "a descriptor");
	require(dti_query_slots_init(&oracle->slots) == DT_OK, "slots");
	require(dti_host_join(*host, &oracle->member) == DT_OK, "join");
}

/* While the last callers may still be on their way out. */
static void close_oracle(struct oracle *oracle, struct dt_discv4_host *host)
{
	dti_query_slots_drain(&oracle->slots);
	dti_host_leave(host, &oracle->member);
	require(oracle->later_count == 0, "no question is left");
	dti_query_slots_fini(&oracle->slots); /* asserts that all are free */
	close(oracle->member.fd);
	dti_host_destroy(host);
}

int main(void)
{
	struct stress_run run;
	struct dt_discv4_host *host;
	struct caller callers[CALLERS];
	struct oracle oracle;
	struct caller sum = {.answered = 0};

	stress_begin(&run, "stress_discovery_query", 8000);
	open_oracle(&oracle, &host, &run);
	for (uint64_t i = 0; i < CALLERS; i++) {
		callers[i] = (struct caller){
			.oracle = &oracle,
			.number = i << 32,
			.count = run.items / CALLERS,
			.seed = run.seed + i,
		};
		require(pthread_create(&callers[i].thread, NULL, call,
				       &callers[i]) == 0,
			"start a thread");
	}
	for (size_t i = 0; i < CALLERS; i++) {
		pthread_join(callers[i].thread, NULL);
		sum.answered += callers[i].answered;
		sum.given_up += callers[i].given_up;
		sum.refused += callers[i].refused;
	}
	close_oracle(&oracle, host);
	require(oracle.questions == sum.answered + sum.given_up,
		"each question was asked once and has one end");
	require(oracle.abandoned == sum.given_up,
		"who gave up said so, and nobody else");
	printf("stress_discovery_query: %" PRIu64 " answered, %" PRIu64
	       " given up, %" PRIu64 " refused\n",
	       sum.answered, sum.given_up, sum.refused);
	stress_end(&run, sum.answered + sum.given_up);
	return EXIT_SUCCESS;
}
