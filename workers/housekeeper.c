/* SPDX-License-Identifier: MIT */
#include "workers/housekeeper.h"

#include "lib/container.h"

#include "workers/call.h"
#include "workers/rcu.h"

/* A database's library needs most of it. */
#define STACK_SIZE ((size_t)256 * 1024)

/* In the order in which they came. */
struct chores {
	struct dti_chore *first;
	struct dti_chore **end;
};

static void append(struct chores *chores, struct dti_chore *chore)
{
	chore->next = NULL;
	*chores->end = chore;
	chores->end = &chore->next;
}

static void run_each(struct dti_chore *chore)
{
	while (chore) {
		/* It may be gone afterwards. */
		struct dti_chore *next = chore->next;

		chore->run(chore);
		chore = next;
	}
}

/* All that are there. False: there were none. */
static bool run_chores(struct dti_housekeeper *keeper)
{
	struct chores waiting = {.first = NULL, .end = &waiting.first};
	struct chores others = {.first = NULL, .end = &others.first};
	struct dti_batch_node *node;
	bool blocked;

	(void)dti_batch_take(&keeper->batch, &keeper->queue);
	while ((node = dti_batch_next(&keeper->batch, &blocked)) != NULL) {
		struct dti_chore *chore =
			dti_container_of(node, struct dti_chore, link);

		append(chore->after_grace ? &waiting : &others, chore);
	}
	if (waiting.first)
		dti_rcu_synchronize();
	run_each(waiting.first);
	run_each(others.first);
	return waiting.first || others.first;
}

static bool is_stopping(struct dti_housekeeper *keeper)
{
	/* Acquire: pairs with the release in dti_housekeeper_stop(); all that
	 * was pushed before it is seen. */
	return atomic_load_explicit(&keeper->stopping, memory_order_acquire);
}

/* See the rule in workers/park.h, and ORDER in workers/batch_queue.h. */
static void sleep_until_pushed(struct dti_housekeeper *keeper)
{
	uint32_t ticket = dti_park_begin(&keeper->park);

	if (!dti_batch_queue_empty(&keeper->queue) ||
	    dti_batch_ready(&keeper->batch) || is_stopping(keeper))
		dti_park_cancel(&keeper->park);
	else
		(void)dti_park_wait(&keeper->park, ticket, INT64_MAX);
}

static void keep_house(void *argument)
{
	struct dti_housekeeper *keeper = argument;

	while (!is_stopping(keeper)) {
		if (!run_chores(keeper))
			sleep_until_pushed(keeper);
	}
	while (run_chores(keeper))
		continue;
}

void dti_housekeeper_init(struct dti_housekeeper *keeper)
{
	dti_batch_queue_init(&keeper->queue);
	dti_batch_init(&keeper->batch);
	dti_park_init(&keeper->park);
	dti_park_init(&keeper->callers);
	atomic_init(&keeper->stopping, false);
}

dt_err dti_housekeeper_start(struct dti_housekeeper *keeper)
{
	keeper->thread = (struct dti_thread){
		.run = keep_house,
		.argument = keeper,
		.name = "dt-nodes",
	};
	return dti_thread_start(&keeper->thread, STACK_SIZE);
}

void dti_housekeeper_push(struct dti_housekeeper *keeper,
			  struct dti_chore *chore)
{
	dti_batch_queue_push(&keeper->queue, &chore->link);
	dti_park_wake_one(&keeper->park);
}

/* A chore whose run somebody waits for; on their stack. */
struct landmark {
	struct dti_chore chore;
	struct dti_call call;
};

static void reach(struct dti_chore *chore)
{
	dti_call_finish(&dti_container_of(chore, struct landmark, chore)->call);
}

void dti_housekeeper_settle(struct dti_housekeeper *keeper)
{
	struct landmark landmark = {.chore = {.run = reach}};

	dti_call_init(&landmark.call, &keeper->callers);
	dti_housekeeper_push(keeper, &landmark.chore);
	dti_call_await(&landmark.call);
}

void dti_housekeeper_stop(struct dti_housekeeper *keeper)
{
	/* Release: pairs with the acquire in is_stopping(). */
	atomic_store_explicit(&keeper->stopping, true, memory_order_release);
	dti_park_wake_all(&keeper->park);
	dti_thread_join(&keeper->thread);
}
