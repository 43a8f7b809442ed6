/* SPDX-License-Identifier: MIT */
/*
 * An own node table: random nodes for half of the dynamic dials, lookups for
 * the rest, and resolve for nodes whose address nobody has given. A real table
 * would ask the network in lookup() and resolve(), waiting with dt_op_wait() so
 * that the dialer can stop at any time.
 */
#include <semaphore.h>

#include "someone_to_dial.h"

#define NODES 6

struct table {
	struct dt_node nodes[NODES];
};

static size_t random_nodes(void *context, struct dt_node *out, size_t max)
{
	const struct table *table = context;
	size_t count = max < 2 ? max : 2;

	/* On the scheduler's thread: answers at once, from memory. */
	memcpy(out, table->nodes, count * sizeof(*out));
	return count;
}

static bool resolve(void *context, const struct dt_op *op,
		    struct dt_endpoint *out, const struct dt_node_id *id)
{
	const struct table *table = context;

	(void)op;
	for (size_t i = 0; i < NODES; i++) {
		if (memcmp(&table->nodes[i].id, id, sizeof(*id)) == 0) {
			*out = table->nodes[i].endpoint;
			return true;
		}
	}
	return false;
}

static bool lookup(void *context, const struct dt_op *op, struct dt_node *out,
		   size_t max, size_t *count, const struct dt_node_id *target)
{
	const struct table *table = context;

	(void)target;
	/* On a worker: may take its time, as long as it sees a cancel. */
	if (dt_op_cancelled(op))
		return false;
	*count = NODES < max ? NODES : max;
	memcpy(out, table->nodes, *count * sizeof(*out));
	return true;
}

static void on_event(void *context, const struct dt_event *event)
{
	if (event->type == DT_EVENT_PEER_ADDED)
		sem_post((sem_t *)context);
}

int main(void)
{
	struct table table;
	struct dt_config config;
	struct dt_error error;
	struct dt_node unknown_address = {.host_name = NULL};
	struct dt_counters counters;
	dt_dialer *dialer;
	sem_t peers;

	for (size_t i = 0; i < NODES; i++)
		someone_to_dial(&table.nodes[i], (uint8_t)(i + 1));
	unknown_address.id = table.nodes[NODES - 1].id;
	sem_init(&peers, 0, 0);
	dt_config_init(&config, sizeof(config));
	config.max_dyn_dials = NODES - 1;
	config.table = (struct dt_table){
		.context = &table,
		.random_nodes = random_nodes,
		.resolve = resolve,
		.lookup = lookup,
	};
	config.event = on_event;
	config.event_context = &peers;
	must(dt_dialer_create(&dialer, &config, &error), &error);
	must(dt_dialer_add_static(dialer, &unknown_address, 1), NULL);
	must(dt_dialer_start(dialer, &error), &error);
	for (size_t i = 0; i < NODES; i++)
		sem_wait(&peers);
	must(dt_dialer_stop(dialer), NULL);
	dt_dialer_counters(dialer, &counters, sizeof(counters));
	printf("%llu peers, %llu of them resolved first\n",
	       (unsigned long long)counters.peers_added,
	       (unsigned long long)counters.resolves_found);
	dt_dialer_destroy(dialer);
	return counters.peers_added == NODES && counters.resolves_found == 1
		       ? 0
		       : 1;
}
