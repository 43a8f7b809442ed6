/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/dialtone.h"
#include "lib/node/id.h"

#include "tests/harness.h"
#include "tests/sockets.h"

#define LONG_MS 3600000

/* A list of @count nodes at 127.0.0.1, ports @first_port and up. */
static dt_node_list *make_list(size_t count, unsigned int first_port)
{
	size_t size = count * 180 + 1;
	char *text = malloc(size);
	size_t length = 0;
	dt_node_list *list = NULL;
	struct dt_error error;

	cr_assert_not_null(text);
	for (size_t i = 0; i < count; i++)
		length += (size_t)snprintf(text + length, size - length,
					   "enode://%0126zx%02x@127.0.0.1:%u\n",
					   i + 1, 0xaa,
					   first_port + (unsigned int)i);
	cr_assert_eq(dt_node_list_parse(&list, text, length, "list", &error),
		     DT_OK, "%s", error.text);
	free(text);
	return list;
}

static dt_list_table *make_table(size_t count, unsigned int first_port)
{
	dt_node_list *list = make_list(count, first_port);
	dt_list_table *table = NULL;

	cr_assert_eq(dt_list_table_create(&table, list), DT_OK);
	dt_node_list_destroy(list); /* it was copied */
	return table;
}

/* The id of the @number-th node of make_list(), from 0. */
static struct dt_node_id id_of(size_t number)
{
	struct dt_node_id id;
	char text[129];

	snprintf(text, sizeof(text), "%0126zx%02x", number + 1, 0xaa);
	cr_assert(dti_node_id_parse(&id, text, 128));
	return id;
}

static bool resolve(dt_list_table *table, struct dt_endpoint *out,
		    const struct dt_node_id *id)
{
	struct dt_table functions = dt_list_table_functions(table);
	struct sockets_op op;
	bool found;

	sockets_op_init(&op, LONG_MS);
	found = functions.resolve(functions.context, &op.op, out, id);
	sockets_op_fini(&op);
	return found;
}

Test(workers_list_table, a_node_of_the_list_is_resolved)
{
	dt_list_table *table = make_table(10, 30000);
	struct dt_node_id id = id_of(7);
	struct dt_endpoint endpoint = {0};

	cr_assert(resolve(table, &endpoint, &id));

	cr_assert_eq(endpoint.tcp_port, 30007);
	cr_assert_eq(endpoint.family, 4);
	dt_list_table_destroy(table);
}

Test(workers_list_table, a_stranger_is_not_resolved)
{
	dt_list_table *table = make_table(10, 30000);
	struct dt_node_id id = id_of(10);
	struct dt_endpoint endpoint = {.tcp_port = 7};

	cr_assert_not(resolve(table, &endpoint, &id));

	cr_assert_eq(endpoint.tcp_port, 7);
	dt_list_table_destroy(table);
}

Test(workers_list_table, a_host_name_is_looked_up_to_resolve, .timeout = 10)
{
	static const char text[] =
		"enode://0000000000000000000000000000000000000000000000000000"
		"000000000000000000000000000000000000000000000000000000000000"
		"0000000000000001@localhost:30303\n"
		"0000000000000000000000000000000000000000000000000000"
		"000000000000000000000000000000000000000000000000000000000000"
		"0000000000000002\n";
	struct dt_node_id named = {.bytes[63] = 1};
	struct dt_node_id incomplete = {.bytes[63] = 2};
	struct dt_endpoint endpoint = {0};
	struct dt_error error;
	dt_node_list *list = NULL;
	dt_list_table *table = NULL;
	struct dt_table functions;
	struct dt_node out[2];

	cr_assert_eq(dt_node_list_parse(&list, text, sizeof(text) - 1, "list",
					&error),
		     DT_OK, "%s", error.text);
	cr_assert_eq(dt_list_table_create(&table, list), DT_OK);
	dt_node_list_destroy(list);

	cr_assert(resolve(table, &endpoint, &named));
	cr_assert_eq(endpoint.tcp_port, 30303);
	cr_assert_neq(endpoint.family, 0);
	cr_assert_not(resolve(table, &endpoint, &incomplete));
	functions = dt_list_table_functions(table);
	cr_assert_eq(functions.random_nodes(functions.context, out, 2), 0);
	dt_list_table_destroy(table);
}

Test(workers_list_table, random_nodes_are_picked_anew_each_time)
{
	enum {
		COUNT = 40,
		PICKED = 5
	};
	dt_list_table *table = make_table(COUNT, 30000);
	struct dt_table functions = dt_list_table_functions(table);
	struct dt_node out[PICKED];
	uint16_t first_ports[COUNT];
	size_t same = 0;

	for (size_t i = 0; i < COUNT; i++) {
		cr_assert_eq(
			functions.random_nodes(functions.context, out, PICKED),
			PICKED);
		first_ports[i] = out[0].endpoint.tcp_port;
		same += first_ports[i] == first_ports[0];
	}

	/* All 40 draws the same: once in 40 to the 39th. */
	cr_assert_lt(same, COUNT);
	dt_list_table_destroy(table);
}

Test(workers_list_table, no_more_random_nodes_than_there_are)
{
	dt_list_table *table = make_table(3, 30000);
	struct dt_table functions = dt_list_table_functions(table);
	struct dt_node out[8];
	unsigned int ports = 0;

	cr_assert_eq(functions.random_nodes(functions.context, out, 8), 3);

	for (size_t i = 0; i < 3; i++)
		ports |= 1U << (out[i].endpoint.tcp_port - 30000);
	cr_assert_eq(ports, 7U);
	dt_list_table_destroy(table);
}

Test(workers_list_table, a_lookup_gives_the_closest)
{
	dt_list_table *table = make_table(100, 30000);
	struct dt_table functions = dt_list_table_functions(table);
	struct dt_node_id target = id_of(42);
	struct dt_node out[1];
	struct sockets_op op;
	size_t count = 0;

	sockets_op_init(&op, LONG_MS);
	cr_assert(functions.lookup(functions.context, &op.op, out, 1, &count,
				   &target));

	cr_assert_eq(count, 1);
	cr_assert_eq(out[0].endpoint.tcp_port, 30042);
	sockets_op_fini(&op);
	dt_list_table_destroy(table);
}

Test(workers_list_table, no_list_is_an_empty_table)
{
	dt_list_table *table = NULL;
	struct dt_table functions;
	struct dt_node out[4];
	struct dt_node_id id = id_of(0);
	struct dt_endpoint endpoint;
	struct sockets_op op;
	size_t count = 7;

	cr_assert_eq(dt_list_table_create(&table, NULL), DT_OK);
	functions = dt_list_table_functions(table);
	sockets_op_init(&op, LONG_MS);

	cr_assert_eq(functions.random_nodes(functions.context, out, 4), 0);
	cr_assert(functions.lookup(functions.context, &op.op, out, 4, &count,
				   &id));
	cr_assert_eq(count, 0);
	cr_assert_not(resolve(table, &endpoint, &id));
	cr_assert_null(functions.close);
	sockets_op_fini(&op);
	dt_list_table_destroy(table);
}

Test(workers_list_table, replaced_nodes_are_gone_and_the_new_ones_there)
{
	dt_list_table *table = make_table(10, 30000);
	dt_node_list *list = make_list(5, 40000);
	struct dt_node_id kept = id_of(4);
	struct dt_node_id lost = id_of(5);
	struct dt_endpoint endpoint;

	cr_assert_eq(dt_list_table_replace(table, list), DT_OK);
	dt_node_list_destroy(list);

	cr_assert(resolve(table, &endpoint, &kept));
	cr_assert_eq(endpoint.tcp_port, 40004);
	cr_assert_not(resolve(table, &endpoint, &lost));
	cr_assert_eq(dt_list_table_replace(table, NULL), DT_OK);
	cr_assert_not(resolve(table, &endpoint, &kept));
	dt_list_table_destroy(table);
}

Test(workers_list_table, no_table_can_be_destroyed)
{
	dt_list_table_destroy(NULL);
	cr_assert(true);
}

/* Uses a table until it is told to stop. */
struct reader {
	dt_list_table *table;
	_Atomic bool *stop;
	pthread_t thread;
	sem_t reading;
	size_t wrong; /* read after the join */
	size_t rounds;
};

#define READER_NODES 64

/* All nodes of a list have ports of one thousand: never a mix of two lists. */
static bool is_one_list(const struct dt_node *nodes, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (nodes[i].endpoint.tcp_port / 1000 !=
		    nodes[0].endpoint.tcp_port / 1000)
			return false;
	return true;
}

static void *read_table(void *argument)
{
	struct reader *reader = argument;
	struct dt_table functions = dt_list_table_functions(reader->table);
	struct dt_node out[READER_NODES];
	struct dt_node_id target = id_of(3);
	struct dt_endpoint endpoint;
	struct sockets_op op;
	size_t count;

	sockets_op_init(&op, LONG_MS);
	/* Relaxed: nothing else is read because of it. */
	while (!atomic_load_explicit(reader->stop, memory_order_relaxed)) {
		count = functions.random_nodes(functions.context, out,
					       READER_NODES);
		reader->wrong +=
			count != READER_NODES || !is_one_list(out, count);
		reader->wrong += !functions.lookup(functions.context, &op.op,
						   out, 16, &count, &target) ||
				 count != 16 || !is_one_list(out, count);
		reader->wrong += !functions.resolve(functions.context, &op.op,
						    &endpoint, &target);
		if (reader->rounds++ == 0)
			sem_post(&reader->reading);
	}
	sockets_op_fini(&op);
	return NULL;
}

Test(workers_list_table, it_is_replaced_while_threads_read_it, .timeout = 60)
{
	enum {
		READERS = 3,
		REPLACES = 40
	};
	dt_list_table *table = make_table(READER_NODES, 30000);
	dt_node_list *lists[2] = {make_list(READER_NODES, 40000),
				  make_list(READER_NODES, 30000)};
	struct reader readers[READERS];
	_Atomic bool stop = false;

	for (size_t i = 0; i < READERS; i++) {
		readers[i] = (struct reader){.table = table, .stop = &stop};
		sem_init(&readers[i].reading, 0, 0);
		cr_assert_eq(pthread_create(&readers[i].thread, NULL,
					    read_table, &readers[i]),
			     0);
	}
	for (size_t i = 0; i < READERS; i++)
		sockets_wait(&readers[i].reading);
	for (size_t i = 0; i < REPLACES; i++)
		cr_assert_eq(dt_list_table_replace(table, lists[i % 2]), DT_OK);
	atomic_store_explicit(&stop, true, memory_order_relaxed);
	for (size_t i = 0; i < READERS; i++)
		pthread_join(readers[i].thread, NULL);

	for (size_t i = 0; i < READERS; i++)
		cr_assert_eq(readers[i].wrong, 0, "reader %zu", i);
	dt_node_list_destroy(lists[0]);
	dt_node_list_destroy(lists[1]);
	dt_list_table_destroy(table);
}
