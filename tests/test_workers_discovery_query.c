/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/container.h"

#include "workers/discovery_query.h"

#include "tests/failing_allocator.h"
#include "tests/gate.h"
#include "tests/harness.h"
#include "tests/sockets.h"

#define SLOTS 3

static const struct dt_allocator libc_allocator;

/* A node that answers at once, or when it is told to. */
struct node {
	struct dti_host_member member;
	struct dt_discv4_host *host;
	struct dti_query_slots slots;
	bool answers; /* at once */
	/* Passed by the host's thread with each question and abandonment. */
	struct gate asked;
	struct gate abandoned;
	/* The host's thread's. */
	struct dti_query_slot *held[SLOTS];
	size_t held_count;
};

static struct node *node_of(struct dti_host_message *message)
{
	return dti_container_of(message->member, struct node, member);
}

static void answer(struct dti_query_slot *slot)
{
	slot->answer.err = DT_OK;
	slot->answer.rtt_ms = slot->question.target.bytes[0];
	dti_query_finish(slot);
}

static void question(struct dti_host_message *message)
{
	struct dti_query_slot *slot = dti_container_of(
		message, struct dti_query_slot, question_message);
	struct node *node = node_of(message);

	gate_pass(&node->asked);
	if (node->answers)
		answer(slot);
	else
		node->held[node->held_count++] = slot;
}

static void abandoned(struct dti_host_message *message)
{
	struct dti_query_slot *slot = dti_container_of(
		message, struct dti_query_slot, abandon_message);
	struct node *node = node_of(message);

	gate_pass(&node->abandoned);
	node->held_count = 0;
	dti_query_release(slot);
}

static void nothing(struct dti_host_member *member)
{
	(void)member;
}

static int64_t never_ms(struct dti_host_member *member)
{
	(void)member;
	return INT64_MAX;
}

static const struct dti_host_member_calls calls = {
	.joined = nothing,
	.readable = nothing,
	.due = nothing,
	.deadline_ms = never_ms,
};

static struct node *open_node(bool answers)
{
	struct node *node = calloc(1, sizeof(*node));

	cr_assert_not_null(node);
	cr_assert_eq(dti_host_create(&node->host, &libc_allocator, NULL),
		     DT_OK);
	node->member = (struct dti_host_member){
		.calls = &calls,
		.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
	};
	node->slots = (struct dti_query_slots){
		.allocator = &libc_allocator,
		.host = node->host,
		.member = &node->member,
		.question = question,
		.abandoned = abandoned,
		.count = SLOTS,
	};
	node->answers = answers;
	gate_init(&node->asked);
	gate_init(&node->abandoned);
	gate_open(&node->asked);
	gate_open(&node->abandoned);
	cr_assert_eq(dti_query_slots_init(&node->slots), DT_OK);
	cr_assert_eq(dti_host_join(node->host, &node->member), DT_OK);
	return node;
}

static void close_node(struct node *node)
{
	dti_query_slots_drain(&node->slots);
	dti_host_leave(node->host, &node->member);
	dti_query_slots_fini(&node->slots);
	close(node->member.fd);
	dti_host_destroy(node->host);
	gate_fini(&node->asked);
	gate_fini(&node->abandoned);
	free(node);
}

/* A message's: answer what the node holds. */
static void answer_held(struct dti_host_message *message)
{
	struct node *node = node_of(message);

	for (size_t i = 0; i < node->held_count; i++)
		answer(node->held[i]);
	node->held_count = 0;
}

static struct dti_query_slot *take(struct node *node, uint8_t number)
{
	struct dti_query_slot *slot = dti_query_take(&node->slots);

	cr_assert_not_null(slot);
	slot->question.target.bytes[0] = number;
	return slot;
}

Test(workers_discovery_query, an_answer_comes_to_its_question, .timeout = 60)
{
	struct node *node = open_node(true);
	struct sockets_op op;

	sockets_op_init(&op, 60000);
	for (uint8_t number = 1; number < 50; number++) {
		struct dti_query_slot *slot = take(node, number);

		cr_assert_eq(dti_query_await(slot, &op.op), DT_OK);
		cr_assert_eq(slot->answer.rtt_ms, number);
		dti_query_give(slot);
	}
	sockets_op_fini(&op);
	close_node(node);
}

/* One that is not used makes none. */
Test(workers_discovery_query, a_slot_makes_its_descriptor_once, .timeout = 60)
{
	struct node *node = open_node(true);
	size_t open = sockets_count_open();
	struct sockets_op op;

	sockets_op_init(&op, 60000);
	for (uint8_t number = 1; number < 10; number++) {
		struct dti_query_slot *slot = take(node, number);

		cr_assert_eq(dti_query_await(slot, &op.op), DT_OK);
		dti_query_give(slot);
	}
	sockets_op_fini(&op);

	cr_assert_eq(sockets_count_open(), open + 1);
	close_node(node);
}

Test(workers_discovery_query, when_all_slots_are_in_use_there_is_none,
     .timeout = 60)
{
	struct node *node = open_node(true);
	struct dti_query_slot *slots[SLOTS];
	struct sockets_op op;

	sockets_op_init(&op, 60000);
	for (uint8_t i = 0; i < SLOTS; i++)
		slots[i] = take(node, i);
	cr_assert_null(dti_query_take(&node->slots));
	for (uint8_t i = 0; i < SLOTS; i++) {
		cr_assert_eq(dti_query_await(slots[i], &op.op), DT_OK);
		cr_assert_eq(slots[i]->answer.rtt_ms, i);
	}
	dti_query_give(slots[1]);
	cr_assert_eq(dti_query_take(&node->slots), slots[1]);
	cr_assert_eq(dti_query_await(slots[1], &op.op), DT_OK);
	for (uint8_t i = 0; i < SLOTS; i++)
		dti_query_give(slots[i]);
	sockets_op_fini(&op);
	close_node(node);
}

Test(workers_discovery_query, without_a_descriptor_there_is_no_slot,
     .timeout = 60)
{
	struct node *node = open_node(true);

	sockets_forbid_more();

	cr_assert_null(dti_query_take(&node->slots));
	cr_assert_null(dti_query_take(&node->slots));
	close_node(node); /* and nobody is counted as being inside */
}

static void check_gives_up(struct node *node, const struct dt_op *op,
			   dt_err expected)
{
	struct dti_query_slot *slot = take(node, 7);
	uint64_t before = gate_arrived(&node->abandoned);

	cr_assert_eq(dti_query_await(slot, op), expected);
	gate_await(&node->abandoned, before + 1);
}

Test(workers_discovery_query, a_deadline_ends_the_wait, .timeout = 60)
{
	struct node *node = open_node(false);
	struct sockets_op op;

	sockets_op_init(&op, 20);
	check_gives_up(node, &op.op, DT_ERR_TIMED_OUT);
	check_gives_up(node, &op.op, DT_ERR_TIMED_OUT); /* long past */
	sockets_op_fini(&op);
	close_node(node);
}

struct canceller {
	struct node *node;
	struct dti_cancel *cancel;
};

static void *cancel_once_asked(void *argument)
{
	struct canceller *canceller = argument;

	gate_await(&canceller->node->asked, 1);
	dti_cancel_raise(canceller->cancel);
	return NULL;
}

Test(workers_discovery_query, a_cancel_ends_the_wait, .timeout = 60)
{
	struct node *node = open_node(false);
	struct sockets_op op;
	struct canceller canceller = {node, &op.cancel};
	pthread_t thread;

	sockets_op_init(&op, 600000);
	cr_assert_eq(
		pthread_create(&thread, NULL, cancel_once_asked, &canceller),
		0);
	check_gives_up(node, &op.op, DT_ERR_CANCELLED);
	pthread_join(thread, NULL);
	sockets_op_fini(&op);
	close_node(node);
}

/* Its slot is the thread's until that has forgotten the question. */
Test(workers_discovery_query, who_gave_up_leaves_the_slot_to_the_thread,
     .timeout = 60)
{
	struct node *node = open_node(false);
	struct dti_query_slot *slots[SLOTS];
	struct sockets_op op;

	sockets_op_init(&op, 0);
	gate_close(&node->abandoned);
	slots[0] = take(node, 1);
	cr_assert_eq(dti_query_await(slots[0], &op.op), DT_ERR_TIMED_OUT);
	gate_await(&node->abandoned, 1);
	for (uint8_t i = 1; i < SLOTS; i++)
		slots[i] = take(node, i);

	cr_assert_null(dti_query_take(&node->slots));

	gate_open(&node->abandoned);
	for (uint8_t i = 1; i < SLOTS; i++)
		cr_assert_eq(dti_query_await(slots[i], &op.op),
			     DT_ERR_TIMED_OUT);
	sockets_op_fini(&op);
	close_node(node);
}

/* A deadline that has passed, and an answer that comes at the same time. */
Test(workers_discovery_query, what_an_answer_meets_is_its_end_or_none,
     .timeout = 60)
{
	struct node *node = open_node(true);
	struct sockets_op op;
	size_t answered = 0;
	size_t given_up = 0;

	sockets_op_init(&op, 0);
	for (uint8_t number = 0; number < 200; number++) {
		struct dti_query_slot *slot = take(node, number);
		dt_err err = dti_query_await(slot, &op.op);

		if (err == DT_OK) {
			cr_assert_eq(slot->answer.rtt_ms, number);
			dti_query_give(slot);
			answered++;
			continue;
		}
		cr_assert_eq(err, DT_ERR_TIMED_OUT);
		given_up++;
		gate_await(&node->abandoned, given_up);
	}
	cr_assert_eq(answered + given_up, 200);
	sockets_op_fini(&op);
	close_node(node);
}

struct caller {
	struct node *node;
	pthread_t thread;
	int64_t got;
};

static void *ask_once(void *argument)
{
	struct caller *caller = argument;
	struct dti_query_slot *slot = take(caller->node, 5);
	struct sockets_op op;

	sockets_op_init(&op, 600000);
	cr_assert_eq(dti_query_await(slot, &op.op), DT_OK);
	caller->got = slot->answer.rtt_ms;
	dti_query_give(slot);
	sockets_op_fini(&op);
	return NULL;
}

Test(workers_discovery_query, drain_waits_for_those_who_wait, .timeout = 60)
{
	struct node *node = open_node(false);
	struct caller callers[SLOTS];
	struct dti_host_message order = {
		.member = &node->member,
		.deliver = answer_held,
	};

	for (size_t i = 0; i < SLOTS; i++) {
		callers[i] = (struct caller){.node = node};
		cr_assert_eq(pthread_create(&callers[i].thread, NULL, ask_once,
					    &callers[i]),
			     0);
	}
	gate_await(&node->asked, SLOTS);
	dti_host_tell(node->host, &order);
	close_node(node);

	for (size_t i = 0; i < SLOTS; i++) {
		pthread_join(callers[i].thread, NULL);
		cr_assert_eq(callers[i].got, 5);
	}
}

Test(workers_discovery_query, without_memory_there_are_no_slots)
{
	struct failing_allocator counter = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_query_slots slots = {.allocator = &allocator, .count = 10};

	cr_assert_eq(dti_query_slots_init(&slots), DT_ERR_NO_MEMORY);
	cr_assert_eq(counter.live, 0);
	counter.fail_at = 0;
	cr_assert_eq(dti_query_slots_init(&slots), DT_OK);
	dti_query_slots_fini(&slots);
	cr_assert_eq(counter.live, 0);
}
