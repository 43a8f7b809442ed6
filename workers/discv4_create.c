/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "lib/error.h"
#include "lib/memory.h"
#include "lib/node/endpoint.h"
#include "lib/node/external_address.h"
#include "lib/node/listen_address.h"
#include "lib/node/node_list.h"

#include "workers/clock.h"
#include "workers/discv4.h"
#include "workers/entropy.h"
#include "workers/node_key_load.h"

static_assert(sizeof(struct dt_discv4_counters) % sizeof(uint64_t) == 0,
	      "dt_discv4_counters is made of 64-bit words only");

#define DATABASE_NODES 10000
#define DATABASE_SEEDS 30 /* that are tried at each start */

/* A reply that is waited for takes one; half are for pings to strangers. */
#define REQUESTS_AT_LEAST  32
#define REQUESTS_AT_MOST   512 /* but for queries */
#define REQUESTS_FOR_QUERY 3   /* a lookup's */

/*
 * What strangers' packets may cost: a request takes up to 80 us of a core, so
 * those of one network get 2% of one in the long run, those whose address
 * nobody has proven yet a third of one in all. How many networks are remembered
 * is limited by max_proofs too.
 */
static const struct dti_limiter_rates stranger_rates = {
	.subnet_per_s = 250,
	.subnet_burst = 1000,
	.all_per_s = 4000,
	.all_burst = 4000,
	.subnets = 4096,
};

/* ---- the state machine ---- */

/* Those that can be asked: names are not looked up here. */
static size_t keep_those_with_address(struct dt_node *nodes, size_t count,
				      const struct dt_config *config)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (nodes[i].endpoint.family != 0 &&
		    nodes[i].endpoint.udp_port != 0)
			nodes[kept++] = nodes[i];
	}
	if (kept < count && config->notice)
		config->notice(config->notice_context,
			       "bootnodes: some have no address or no UDP "
			       "port; discovery does not ask these");
	return kept;
}

/* The own copy, to be freed; NULL: none. */
static dt_err read_bootnodes(struct dt_node **out, size_t *count,
			     const struct dt_config *config,
			     struct dt_error *error)
{
	const struct dt_node *nodes;
	dt_node_list *list;
	dt_err err = dti_node_list_parse_option(&list, config->bootnodes,
						"bootnodes", &config->allocator,
						error);

	if (err)
		return err;
	nodes = dt_node_list_nodes(list, count);
	*out = dti_calloc(&config->allocator, *count, sizeof(**out));
	if (*out && *count > 0)
		memcpy(*out, nodes, *count * sizeof(**out));
	dt_node_list_destroy(list);
	if (!*out)
		return DT_ERR_NO_MEMORY;
	*count = keep_those_with_address(*out, *count, config);
	return DT_OK;
}

static uint32_t between(uint32_t least, uint32_t most, uint32_t value)
{
	if (value < least)
		return least;
	return value < most ? value : most;
}

/* Who remembers few others has little to remember of them: a process may have
 * thousands of small nodes. */
static void fill_machine(dt_discv4 *discv4, struct dti_discv4_config *out,
			 const struct dt_config *config)
{
	*out = (struct dti_discv4_config){
		.self = discv4->identity.self,
		.record_seq = discv4->identity.record.seq,
		.record = {discv4->identity.record.bytes,
			   discv4->identity.record.length},
		.netrestrict = discv4->netrestrict,
		.limit_lan = config->limit_lan,
		.max_queries = config->max_queries,
		.max_requests = between(REQUESTS_AT_LEAST, REQUESTS_AT_MOST,
					config->max_proofs) +
				REQUESTS_FOR_QUERY * config->max_queries,
		.max_proofs = config->max_proofs,
		.refresh_ms = config->refresh_interval_ms,
		.check_ms = config->check_interval_ms,
		.rates = stranger_rates,
		.allocator = &discv4->allocator,
	};
	if (out->rates.subnets > config->max_proofs)
		out->rates.subnets = config->max_proofs;
	dti_discovery_fill_seams(discv4, &out->seams);
}

static dt_err create_machine(dt_discv4 *discv4, const struct dt_config *config,
			     struct dt_error *error)
{
	struct dti_discv4_config machine;
	struct dt_node *bootnodes;
	dt_err err;

	fill_machine(discv4, &machine, config);
	if (!dti_entropy_fill(machine.seed, sizeof(machine.seed)))
		return DT_ERR_SYSTEM;
	err = read_bootnodes(&bootnodes, &machine.bootnode_count, config,
			     error);
	if (err)
		return err;
	machine.bootnodes = bootnodes;
	discv4->machine = dti_discv4_create(&machine);
	dti_free(&discv4->allocator, bootnodes);
	explicit_bzero(machine.seed, sizeof(machine.seed));
	return discv4->machine ? DT_OK : DT_ERR_NO_MEMORY;
}

/* ---- the database ---- */

/* What can not be read gives a notice; there are bootnodes too. */
static dt_err read_seeds(dt_discv4 *discv4)
{
	struct dti_node_database_query query = {
		.max = DATABASE_SEEDS,
		.now_unix_s = dti_clock_unix_s(),
		.max_age_s = DTI_NODE_DATABASE_MAX_AGE_S,
	};

	if (!dti_entropy_fill(&query.seed, sizeof(query.seed)))
		query.seed = (uint64_t)dti_clock_ns();
	discv4->seeds = dti_calloc(&discv4->allocator, DATABASE_SEEDS,
				   sizeof(*discv4->seeds));
	if (!discv4->seeds)
		return DT_ERR_NO_MEMORY;
	(void)dti_node_database_seeds(discv4->journal.database, discv4->seeds,
				      &discv4->seed_count, &query);
	return DT_OK;
}

static dt_err open_database(dt_discv4 *discv4, const struct dt_config *config,
			    struct dt_error *error)
{
	struct dti_node_database_options options = {
		.path = config->node_database,
		.capacity = DATABASE_NODES,
		.notice = config->notice,
		.context = config->notice_context,
		.allocator = &discv4->allocator,
	};
	/* Once more: it may be a link to the key, which is there now. */
	dt_err err = dti_node_key_check(config, error);

	if (err)
		return err;
	err = dti_discovery_journal_open(
		&discv4->journal, &discv4->host->housekeeper, &options, error);
	if (err || !discv4->journal.database)
		return err;
	err = read_seeds(discv4);
	if (err)
		dti_discovery_journal_close(&discv4->journal);
	return err;
}

/* ---- create and free ---- */

static dt_err open_socket(dt_discv4 *discv4, const struct dt_config *config,
			  struct dt_error *error)
{
	struct dti_span text = {config->listen, strlen(config->listen)};
	struct dt_endpoint listen;
	dt_err err;

	/* The configuration was checked. */
	if (!dti_listen_address_parse(&listen, text))
		return DT_ERR_CONFIG;
	err = dti_udp_open(&discv4->udp, &discv4->bound, &listen, error);
	if (!config->announce_tcp)
		discv4->bound.tcp_port = 0;
	return err;
}

/* The port is the one that is bound unless it says another. */
static void read_external(dt_discv4 *discv4, const struct dt_config *config)
{
	struct dti_span text = {config->external, strlen(config->external)};
	struct dt_endpoint *external = &discv4->external;

	/* The configuration was checked: empty, or right. */
	if (!dti_external_address_parse(external, text))
		return;
	if (external->udp_port == 0) {
		external->udp_port = discv4->bound.udp_port;
		external->tcp_port = discv4->bound.tcp_port;
	}
	if (!config->announce_tcp)
		external->tcp_port = 0;
}

static dt_err init_slots(dt_discv4 *discv4, const struct dt_config *config)
{
	discv4->slots.allocator = &discv4->allocator;
	discv4->slots.host = discv4->host;
	discv4->slots.member = &discv4->member;
	discv4->slots.question = dti_discovery_question;
	discv4->slots.abandoned = dti_discovery_abandoned;
	discv4->slots.count = config->max_queries;
	return dti_query_slots_init(&discv4->slots);
}

static dt_err init_published(dt_discv4 *discv4)
{
	uint64_t seed;

	if (!dti_entropy_fill(&seed, sizeof(seed)))
		return DT_ERR_SYSTEM;
	dti_published_table_init(&discv4->published, &discv4->host->housekeeper,
				 &discv4->allocator, seed);
	dti_snapshot_init(&discv4->snapshot, discv4->pictures,
			  DTI_SNAPSHOT_WORDS(struct dt_discv4_counters));
	return DT_OK;
}

/* What it is and what it does, once it has a host and a socket. */
static dt_err create_parts(dt_discv4 *discv4, const struct dt_config *config,
			   struct dt_error *error)
{
	dt_err err = dti_discv4_identify(discv4, error);

	if (err)
		return err;
	err = dti_netrestrict_parse(&discv4->netrestrict, config->netrestrict,
				    &discv4->allocator, error);
	if (err)
		goto fail_secp;
	err = create_machine(discv4, config, error);
	if (err)
		goto fail_netrestrict;
	err = init_slots(discv4, config);
	if (err)
		goto fail_machine;
	err = init_published(discv4);
	if (err)
		goto fail_slots;
	err = open_database(discv4, config, error);
	if (err)
		goto fail_slots;
	return DT_OK;

fail_slots:
	dti_query_slots_fini(&discv4->slots);
fail_machine:
	dti_discv4_destroy(discv4->machine);
fail_netrestrict:
	dti_netrestrict_destroy(discv4->netrestrict, &discv4->allocator);
fail_secp:
	dti_secp_fini(&discv4->secp);
	return err;
}

static void free_shell(dt_discv4 *discv4)
{
	struct dt_allocator allocator = discv4->allocator;
	void *memory = discv4->memory;

	dti_host_destroy(discv4->own_host);
	dt_node_key_wipe(&discv4->key);
	dti_free(&allocator, memory);
}

/* The key, the socket, and threads: what can fail for reasons outside. */
static dt_err create_shell(dt_discv4 *discv4, const struct dt_config *config,
			   dt_discv4_host *host, struct dt_error *error)
{
	dt_err err = dti_node_key_load(&discv4->key, config, error);

	if (err)
		return err;
	discv4->host = host;
	if (!host) {
		err = dti_host_create(&discv4->own_host, &discv4->allocator,
				      error);
		discv4->host = discv4->own_host;
	}
	if (!err)
		err = open_socket(discv4, config, error);
	if (err)
		return err;
	read_external(discv4, config);
	discv4->member.calls = &dti_discovery_calls;
	discv4->member.fd = discv4->udp.fd;
	return DT_OK;
}

/* For what fails deep inside, where nobody knows what it is for. */
static dt_err explain_failure(dt_err err, const struct dt_config *config,
			      struct dt_error *error)
{
	if (err == DT_ERR_NO_MEMORY)
		return dti_error_set(error, err,
				     "no memory for a node of discovery with "
				     "%u queries at once and %u proofs",
				     (unsigned int)config->max_queries,
				     (unsigned int)config->max_proofs);
	return err;
}

dt_err dt_discv4_create(dt_discv4 **out, const struct dt_config *config,
			dt_discv4_host *host, struct dt_error *error)
{
	dt_discv4 *discv4;
	void *memory;
	dt_err err = dt_config_check(config, error);

	if (err)
		return err;
	discv4 = dti_calloc_aligned(&config->allocator, sizeof(*discv4),
				    _Alignof(dt_discv4), &memory);
	if (!discv4)
		return explain_failure(DT_ERR_NO_MEMORY, config, error);
	discv4->memory = memory;
	discv4->allocator = config->allocator;
	discv4->notice = config->notice;
	discv4->notice_context = config->notice_context;
	discv4->udp.fd = -1;
	err = create_shell(discv4, config, host, error);
	if (!err)
		err = create_parts(discv4, config, error);
	if (err) {
		if (discv4->udp.fd >= 0)
			dti_udp_close(&discv4->udp);
		free_shell(discv4);
		return explain_failure(err, config, error);
	}
	*out = discv4;
	return DT_OK;
}

void dti_discv4_free(dt_discv4 *discv4)
{
	/* With it goes what the housekeeper still has of this node. */
	dti_housekeeper_settle(&discv4->host->housekeeper);
	dti_discovery_journal_close(&discv4->journal);
	dti_free(&discv4->allocator, discv4->seeds);
	dti_published_table_fini(&discv4->published);
	dti_query_slots_fini(&discv4->slots);
	dti_discv4_destroy(discv4->machine);
	dti_netrestrict_destroy(discv4->netrestrict, &discv4->allocator);
	dti_secp_fini(&discv4->secp);
	dti_udp_close(&discv4->udp);
	free_shell(discv4);
}
