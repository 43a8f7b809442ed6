/* SPDX-License-Identifier: MIT */
#include "workers/cmd/demo_table.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "workers/cmd/dice.h"

#define DELAY_MIN_MS 50
#define DELAY_MAX_MS 200
#define CLOSEST_MAX  16

struct cmd_demo_table {
	/* Set by create, read-only afterwards. */
	const struct cmd_greeting *greeting;
	const struct cmd_network_node *nodes;
	size_t count;

	/* Owned by the look-up that runs: there is one at a time. */
	bool *is_known;

	/* Owned by the scheduler thread. */
	struct cmd_dice dice;

	/* The look-up appends an index, then counts it: the scheduler thread
	 * reads as many as are counted. */
	size_t *known;
	_Atomic size_t known_count;
};

/* @id stands for chance: a long or a short way through the network. */
static long delay_ms(const struct dt_node_id *id)
{
	struct cmd_dice dice = {0};

	memcpy(&dice.state, id->bytes, sizeof(dice.state));
	return DELAY_MIN_MS +
	       (long)cmd_dice_below(&dice, DELAY_MAX_MS - DELAY_MIN_MS + 1);
}

/* False: cut short by the deadline or by cancel. */
static bool wait_for(const struct dt_op *op, long wait_ms)
{
	const struct itimerspec once = {
		.it_value = {.tv_nsec = wait_ms * 1000000L}};
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	bool waited;

	if (timer < 0)
		return false;
	waited = timerfd_settime(timer, 0, &once, NULL) == 0 &&
		 dt_op_wait(op, timer, POLLIN) == DT_OK;
	(void)close(timer);
	return waited;
}

/* Scheduler thread: does not block. */
static size_t random_nodes(void *context, struct dt_node *out, size_t max)
{
	struct cmd_demo_table *table = context;
	/* Acquire: pairs with the release in learn(). */
	size_t known =
		atomic_load_explicit(&table->known_count, memory_order_acquire);
	size_t first;

	if (known == 0)
		return 0;
	max = max < known ? max : known;
	first = cmd_dice_below(&table->dice, known);
	for (size_t i = 0; i < max; i++)
		out[i] = table->nodes[table->known[(first + i) % known]].node;
	return max;
}

/* Worker threads, several at once: reads what nobody writes. */
static bool resolve(void *context, const struct dt_op *op,
		    struct dt_endpoint *out, const struct dt_node_id *id)
{
	const struct cmd_demo_table *table = context;

	if (!wait_for(op, delay_ms(id)))
		return false;
	for (size_t i = 0; i < table->count; i++) {
		const struct dt_node *node = &table->nodes[i].node;

		if (memcmp(node->id.bytes, id->bytes, sizeof(id->bytes)) != 0)
			continue;
		*out = node->endpoint;
		return true;
	}
	return false;
}

/* Is @a nearer to @target than @b, by XOR of their ids? */
static bool is_nearer(const struct dt_node_id *a, const struct dt_node_id *b,
		      const struct dt_node_id *target)
{
	for (size_t i = 0; i < sizeof(target->bytes); i++) {
		unsigned int first = a->bytes[i] ^ target->bytes[i];
		unsigned int second = b->bytes[i] ^ target->bytes[i];

		if (first != second)
			return first < second;
	}
	return false;
}

/* The nearest nodes' indexes, nearest first; returns how many. */
static size_t find_nearest(const struct cmd_demo_table *table,
			   size_t nearest[CLOSEST_MAX], size_t max,
			   const struct dt_node_id *target)
{
	size_t found = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct dt_node_id *id = &table->nodes[i].node.id;
		size_t place = found;

		if (table->nodes[i].is_private)
			continue;
		while (place > 0 &&
		       is_nearer(id, &table->nodes[nearest[place - 1]].node.id,
				 target))
			place--;
		if (place == max)
			continue;
		found += found < max ? 1 : 0;
		memmove(&nearest[place + 1], &nearest[place],
			(found - place - 1) * sizeof(nearest[0]));
		nearest[place] = i;
	}
	return found;
}

static void learn(struct cmd_demo_table *table, size_t index)
{
	/* Relaxed: only look-ups write it, one at a time, and the dialer's
	 * queues order one look-up before the next. */
	size_t known =
		atomic_load_explicit(&table->known_count, memory_order_relaxed);

	if (table->is_known[index])
		return;
	table->is_known[index] = true;
	table->known[known] = index;
	/* Release: pairs with the acquire in random_nodes(); publishes the
	 * index. */
	atomic_store_explicit(&table->known_count, known + 1,
			      memory_order_release);
}

/* A worker thread; one at a time. */
static bool lookup(void *context, const struct dt_op *op, struct dt_node *out,
		   size_t max, size_t *count, const struct dt_node_id *target)
{
	struct cmd_demo_table *table = context;
	size_t nearest[CLOSEST_MAX];
	size_t found;

	if (!wait_for(op, delay_ms(target)))
		return false;
	*count = 0;
	if (!cmd_greeting_has_met(table->greeting) || max == 0)
		return true;
	found = find_nearest(table, nearest,
			     max < CLOSEST_MAX ? max : CLOSEST_MAX, target);
	for (size_t i = 0; i < found; i++) {
		out[i] = table->nodes[nearest[i]].node;
		learn(table, nearest[i]);
	}
	/* The others know us too: the last one is us, now and then. */
	if (found > 0 && target->bytes[1] < 32)
		out[found - 1].id = table->greeting->self;
	*count = found;
	return true;
}

struct cmd_demo_table *
cmd_demo_table_create(const struct cmd_network *network,
		      const struct cmd_greeting *greeting, uint64_t seed)
{
	struct cmd_demo_table *table = calloc(1, sizeof(*table));

	if (table == NULL)
		return NULL;
	table->greeting = greeting;
	table->nodes = cmd_network_nodes(network, &table->count);
	table->dice.state = ~seed;
	table->known = calloc(table->count, sizeof(*table->known));
	table->is_known = calloc(table->count, sizeof(*table->is_known));
	if (table->known != NULL && table->is_known != NULL)
		return table;
	cmd_demo_table_destroy(table);
	return NULL;
}

void cmd_demo_table_destroy(struct cmd_demo_table *table)
{
	if (table == NULL)
		return;
	free(table->known);
	free(table->is_known);
	free(table);
}

struct dt_table cmd_demo_table_functions(struct cmd_demo_table *table)
{
	return (struct dt_table){.context = table,
				 .random_nodes = random_nodes,
				 .resolve = resolve,
				 .lookup = lookup};
}
