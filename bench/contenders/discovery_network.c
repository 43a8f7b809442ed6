/* SPDX-License-Identifier: MIT */
#include "bench/contenders/discovery_network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "lib/error.h"

#include "bench/harness/measure.h"

enum {
	HOSTS_MAX = 8,
	BOOTNODES_MAX = 16,
	NODES_A_BLOCK = 250,
	FIRST_BLOCK = 200,
	LOOK_MS = 10,
	SPARE_DESCRIPTORS = 256,
};

struct member {
	dt_discv4 *node;
	struct dti_place place;
};

struct discovery_network {
	struct discovery_network_options options;
	dt_discv4_host *hosts[HOSTS_MAX];
	struct member *members;
	size_t count; /* of those that were made */
	char bootnodes[BOOTNODES_MAX * DT_ENODE_URL_SIZE];
};

static void sleep_ms(int64_t ms)
{
	struct timespec left = {
		.tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000,
	};

	while (nanosleep(&left, &left) != 0)
		;
}

/* As far as one may; else nodes say that there are no descriptors. */
static void raise_descriptors(size_t nodes)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    limit.rlim_cur >= nodes + SPARE_DESCRIPTORS)
		return;
	limit.rlim_cur = nodes + SPARE_DESCRIPTORS;
	if (limit.rlim_cur > limit.rlim_max)
		limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* ---- create and destroy ---- */

static bool add_bootnode(struct discovery_network *network,
			 const struct dt_node *node)
{
	size_t length = strlen(network->bootnodes);
	char *end = network->bootnodes + length;
	size_t size = sizeof(network->bootnodes) - length;

	if (length > 0) {
		*end++ = ',';
		size--;
	}
	return dt_enode_format(end, size, node) == DT_OK;
}

static dt_err configure(const struct discovery_network *network,
			struct dt_config *config, struct dt_error *error)
{
	size_t i = network->count;
	char listen[64];
	dt_err err;

	snprintf(listen, sizeof(listen), "127.%zu.%zu.7:30303",
		 FIRST_BLOCK + i / NODES_A_BLOCK, 1 + i % NODES_A_BLOCK);
	err = dt_config_set(config, "listen", listen, error);
	if (!err)
		err = dt_config_set(config, "bootnodes", network->bootnodes,
				    error);
	config->max_queries = network->options.max_queries;
	config->check_interval_ms = network->options.check_ms;
	config->refresh_interval_ms = network->options.refresh_ms;
	return err;
}

/* The next one. */
static dt_err make_node(struct discovery_network *network,
			struct dt_error *error)
{
	size_t i = network->count;
	struct dt_config config;
	struct dt_node self;
	dt_err err;

	dt_config_init(&config, sizeof(config));
	err = configure(network, &config, error);
	if (!err)
		err = dt_discv4_create(
			&network->members[i].node, &config,
			network->hosts[i % network->options.hosts], error);
	dt_config_fini(&config);
	if (err)
		return err;
	network->count++;
	self = dt_discv4_self(network->members[i].node);
	network->members[i].place = dti_place_of(&self.id);
	if (i < network->options.bootnodes && !add_bootnode(network, &self))
		return dti_error_set(error, DT_ERR_TOO_SMALL,
				     "no room for so many bootnodes");
	return DT_OK;
}

static dt_err make_all(struct discovery_network *network,
		       struct dt_error *error)
{
	const struct discovery_network_options *options = &network->options;
	dt_err err = DT_OK;

	for (size_t i = 0; i < options->hosts && !err; i++)
		err = dt_discv4_host_create(&network->hosts[i], error);
	while (network->count < options->nodes && !err)
		err = make_node(network, error);
	return err;
}

struct discovery_network *
discovery_network_create(const struct discovery_network_options *options,
			 struct dt_error *error)
{
	struct discovery_network *network = calloc(1, sizeof(*network));

	if (!network)
		goto fail_memory;
	network->options = *options;
	if (network->options.hosts > HOSTS_MAX)
		network->options.hosts = HOSTS_MAX;
	network->members = calloc(options->nodes, sizeof(*network->members));
	if (!network->members)
		goto fail_memory;
	raise_descriptors(options->nodes);
	if (make_all(network, error)) {
		discovery_network_destroy(network);
		return NULL;
	}
	return network;

fail_memory:
	free(network);
	(void)dti_error_set(error, DT_ERR_NO_MEMORY, "no memory for %zu nodes",
			    options->nodes);
	return NULL;
}

void discovery_network_destroy(struct discovery_network *network)
{
	for (size_t i = 0; i < network->count; i++)
		dt_discv4_destroy(network->members[i].node);
	for (size_t i = 0; i < network->options.hosts; i++)
		dt_discv4_host_destroy(network->hosts[i]);
	free(network->members);
	free(network);
}

/* ---- join ---- */

static struct dt_discv4_counters counters_of(const struct member *member)
{
	struct dt_discv4_counters counters;

	dt_discv4_counters(member->node, &counters, sizeof(counters));
	return counters;
}

static bool start_bootnodes(struct discovery_network *network,
			    struct dt_error *error)
{
	size_t count = network->options.bootnodes;

	for (size_t i = 0; i < count; i++) {
		if (dt_discv4_start(network->members[i].node, error))
			return false;
	}
	return true;
}

static bool know_each_other(const struct discovery_network *network)
{
	for (size_t i = 0; i < network->options.bootnodes; i++) {
		struct dt_discv4_counters counters =
			counters_of(&network->members[i]);

		if (counters.refreshes == 0 ||
		    counters.verified + 1 < network->options.bootnodes)
			return false;
	}
	return true;
}

/* Of the nodes that were started, those that still fill their table. */
struct joining {
	size_t started;
	size_t first; /* all before it are done */
	size_t count;
};

static void look(struct joining *joining,
		 const struct discovery_network *network)
{
	joining->count = 0;
	for (size_t i = joining->first; i < joining->started; i++) {
		if (counters_of(&network->members[i]).refreshes == 0)
			joining->count++;
		else if (joining->first == i)
			joining->first++;
	}
}

static bool start_some(struct discovery_network *network,
		       struct joining *joining, size_t at_once,
		       struct dt_error *error)
{
	while (joining->started < network->count && joining->count < at_once) {
		if (dt_discv4_start(network->members[joining->started].node,
				    error))
			return false;
		joining->started++;
		joining->count++;
	}
	return true;
}

bool discovery_network_join(struct discovery_network *network, size_t at_once,
			    double bound_s, struct dt_error *error)
{
	struct joining joining = {.started = network->options.bootnodes};
	int64_t end_ns = bench_now_ns() + (int64_t)(bound_s * 1e9);

	if (!start_bootnodes(network, error))
		return false;
	while (bench_now_ns() < end_ns) {
		look(&joining, network);
		if (joining.first == network->count)
			return true;
		if (know_each_other(network) &&
		    !start_some(network, &joining, at_once, error))
			return false;
		sleep_ms(LOOK_MS);
	}
	(void)dti_error_set(error, DT_ERR_TIMED_OUT,
			    "%zu of %zu nodes have not joined after %.0f s",
			    network->count - joining.started + joining.count,
			    network->count, bound_s);
	return false;
}

/* ---- what there is ---- */

const char *discovery_network_bootnodes(const struct discovery_network *network)
{
	return network->bootnodes;
}

dt_discv4 *discovery_network_node(const struct discovery_network *network,
				  size_t i)
{
	return network->members[i].node;
}

size_t discovery_network_size(const struct discovery_network *network)
{
	return network->count;
}

/* Insert @place among the @count closest so far; how many there are then. */
static size_t insert(const struct dti_place *target, struct dti_place *closest,
		     size_t count, const struct dti_place *place)
{
	size_t at = count;

	while (at > 0 && dti_place_compare(target, place, &closest[at - 1]) < 0)
		at--;
	if (at == DISCOVERY_NETWORK_CLOSEST)
		return count;
	if (count < DISCOVERY_NETWORK_CLOSEST)
		count++;
	memmove(&closest[at + 1], &closest[at],
		(count - 1 - at) * sizeof(*closest));
	closest[at] = *place;
	return count;
}

size_t discovery_network_true_ones(const struct discovery_network *network,
				   const struct dt_node_id *target,
				   size_t asker, const struct dt_node *found,
				   size_t count)
{
	struct dti_place closest[DISCOVERY_NETWORK_CLOSEST];
	struct dti_place place = dti_place_of(target);
	size_t expected = 0;
	size_t right = 0;

	for (size_t i = 0; i < network->count; i++) {
		if (i != asker)
			expected = insert(&place, closest, expected,
					  &network->members[i].place);
	}
	for (size_t i = 0; i < count; i++) {
		struct dti_place one = dti_place_of(&found[i].id);

		for (size_t j = 0; j < expected; j++)
			right += memcmp(&closest[j], &one, sizeof(one)) == 0;
	}
	return right;
}
