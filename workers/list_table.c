/* SPDX-License-Identifier: MIT */
#include <stdatomic.h>
#include <string.h>

#include "lib/dialtone.h"
#include "lib/memory.h"
#include "lib/node/endpoint.h"
#include "lib/node/node_index.h"

#include "workers/clock.h"
#include "workers/entropy.h"
#include "workers/names.h"
#include "workers/rcu.h"

/*
 * The public table over a list of nodes. Its three services run on any thread,
 * several at once, also those of two dialers, while another thread replaces the
 * nodes: they read the index in force within a read section and copy out what
 * they answer. replace() publishes the new index, waits until nobody can still
 * read the old one, and frees that.
 */
struct dt_list_table {
	/* Set by create, read-only afterwards. */
	uint64_t seed;

	/* Shared: atomic. Read under dti_rcu_read_lock(). */
	_Atomic(struct dti_node_index *) index;
	_Atomic uint64_t draws; /* calls of random_nodes() */
};

/* Its makers take no allocator. */
static const struct dt_allocator libc_allocator;

static dt_err make_index(struct dti_node_index **out, const dt_node_list *list)
{
	const struct dt_node *nodes = NULL;
	size_t count = 0;

	if (list)
		nodes = dt_node_list_nodes(list, &count);
	return dti_node_index_create(out, nodes, count, &libc_allocator);
}

dt_err dt_list_table_create(dt_list_table **out, const dt_node_list *list)
{
	dt_list_table *table = dti_calloc(&libc_allocator, 1, sizeof(*table));
	struct dti_node_index *index;
	dt_err err;

	if (!table)
		return DT_ERR_NO_MEMORY;
	err = make_index(&index, list);
	if (err) {
		dti_free(&libc_allocator, table);
		return err;
	}
	/* Which nodes come first is no secret: the clock will do. */
	if (!dti_entropy_fill(&table->seed, sizeof(table->seed)))
		table->seed = (uint64_t)dti_clock_ns();
	atomic_init(&table->index, index);
	atomic_init(&table->draws, 0);
	*out = table;
	return DT_OK;
}

dt_err dt_list_table_replace(dt_list_table *table, const dt_node_list *list)
{
	struct dti_node_index *index;
	struct dti_node_index *old;
	dt_err err = make_index(&index, list);

	if (err)
		return err;
	/* Release: pairs with the acquire in read_index(); publishes *index.
	 * Acquire: *old as another replace() has published it. */
	old = atomic_exchange_explicit(&table->index, index,
				       memory_order_acq_rel);
	dti_rcu_synchronize();
	dti_node_index_destroy(old, &libc_allocator);
	return DT_OK;
}

/* In a read section, and good until its end. */
static const struct dti_node_index *read_index(dt_list_table *table)
{
	/* Acquire: pairs with the release in dt_list_table_replace(). */
	return atomic_load_explicit(&table->index, memory_order_acquire);
}

static size_t random_nodes(void *context, struct dt_node *out, size_t max)
{
	dt_list_table *table = context;
	/* Relaxed: a number that nobody else gets; nothing is published. */
	uint64_t draw = atomic_fetch_add_explicit(&table->draws, 1,
						  memory_order_relaxed);
	size_t count;

	dti_rcu_read_lock();
	count = dti_node_index_random(read_index(table), out, max,
				      table->seed + draw);
	dti_rcu_read_unlock();
	return count;
}

static bool lookup(void *context, const struct dt_op *op, struct dt_node *out,
		   size_t max, size_t *count, const struct dt_node_id *target)
{
	(void)op; /* does not block */
	dti_rcu_read_lock();
	*count = dti_node_index_closest(read_index(context), out, max, target);
	dti_rcu_read_unlock();
	return true;
}

/* False: unknown. @name: DT_HOST_NAME_SIZE bytes; empty if it has none. */
static bool find(dt_list_table *table, struct dt_endpoint *endpoint, char *name,
		 const struct dt_node_id *id)
{
	const struct dt_node *node;
	bool found;

	dti_rcu_read_lock();
	node = dti_node_index_find(read_index(table), id);
	found = node != NULL;
	name[0] = '\0';
	if (found) {
		*endpoint = node->endpoint;
		if (node->host_name)
			strncat(name, node->host_name, DT_HOST_NAME_SIZE - 1);
	}
	dti_rcu_read_unlock();
	return found;
}

/*
 * A node of the list with a host name is where that name says, its address, if
 * it has one too, where the name says nothing. Outside the read section: a name
 * look-up blocks, and replace() waits for read sections.
 */
static bool resolve(void *context, const struct dt_op *op,
		    struct dt_endpoint *out, const struct dt_node_id *id)
{
	struct dt_endpoint found[DTI_NAMES_MAX];
	struct dt_endpoint endpoint;
	struct dt_outcome_detail detail;
	char name[DT_HOST_NAME_SIZE];
	size_t count;

	if (!find(context, &endpoint, name, id))
		return false;
	if (name[0] != '\0' &&
	    dti_names_look_up(found, &count, &detail, op, name, &endpoint,
			      "") == DT_OUTCOME_FOUND)
		endpoint = found[0];
	if (!dti_endpoint_has_address(&endpoint))
		return false;
	*out = endpoint;
	return true;
}

struct dt_table dt_list_table_functions(dt_list_table *table)
{
	return (struct dt_table){
		.context = table,
		.random_nodes = random_nodes,
		.resolve = resolve,
		.lookup = lookup,
	};
}

void dt_list_table_destroy(dt_list_table *table)
{
	if (!table)
		return;
	/* Relaxed: no other call is under way. */
	dti_node_index_destroy(
		atomic_load_explicit(&table->index, memory_order_relaxed),
		&libc_allocator);
	dti_free(&libc_allocator, table);
}
