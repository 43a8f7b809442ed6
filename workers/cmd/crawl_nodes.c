/* SPDX-License-Identifier: MIT */
#include "workers/cmd/crawl_nodes.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "workers/cmd/crawl_nodes_state.h"

#define FIRST_SLOTS 1024 /* a power of two; at most half are in use */

static uint64_t mix(uint64_t value)
{
	value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
	return value ^ (value >> 31);
}

static uint64_t hash(const struct cmd_crawl_nodes *nodes,
		     const struct dt_node_id *id)
{
	uint64_t words[sizeof(id->bytes) / sizeof(uint64_t)];
	uint64_t sum = nodes->key[0];

	memcpy(words, id->bytes, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		sum = mix(sum ^ words[i]) + nodes->key[1];
	return sum;
}

/* The slot of @id, or the free one where it would be. */
static size_t *find_slot(const struct cmd_crawl_nodes *nodes,
			 const struct dt_node_id *id)
{
	size_t at = (size_t)hash(nodes, id);

	for (;; at++) {
		size_t *slot = &nodes->slots[at & (nodes->slot_count - 1)];

		if (*slot == 0 || memcmp(nodes->nodes[*slot - 1].node.id.bytes,
					 id->bytes, sizeof(id->bytes)) == 0)
			return slot;
	}
}

struct cmd_crawl_nodes *cmd_crawl_nodes_create(size_t limit, bool handshakes)
{
	struct cmd_crawl_nodes *nodes = calloc(1, sizeof(*nodes));

	if (nodes == NULL)
		return NULL;
	nodes->limit = limit;
	nodes->handshakes = handshakes;
	nodes->slot_count = FIRST_SLOTS;
	nodes->slots = calloc(FIRST_SLOTS, sizeof(*nodes->slots));
	if (nodes->slots != NULL &&
	    getrandom(nodes->key, sizeof(nodes->key), 0) ==
		    sizeof(nodes->key) &&
	    pthread_mutex_init(&nodes->lock, NULL) == 0)
		return nodes;
	free(nodes->slots);
	free(nodes);
	return NULL;
}

void cmd_crawl_nodes_destroy(struct cmd_crawl_nodes *nodes)
{
	if (nodes == NULL)
		return;
	for (size_t i = 0; i < nodes->counts.found; i++) {
		free(nodes->nodes[i].record);
		free(nodes->nodes[i].contact.hello);
	}
	(void)pthread_mutex_destroy(&nodes->lock);
	free(nodes->nodes);
	free(nodes->done);
	free(nodes->slots);
	free(nodes);
}

static bool double_slots(struct cmd_crawl_nodes *nodes)
{
	size_t *old = nodes->slots;

	nodes->slots = calloc(nodes->slot_count * 2, sizeof(*nodes->slots));
	if (nodes->slots == NULL) {
		nodes->slots = old;
		return false;
	}
	nodes->slot_count *= 2;
	for (size_t i = 0; i < nodes->counts.found; i++)
		*find_slot(nodes, &nodes->nodes[i].node.id) = i + 1;
	free(old);
	return true;
}

static bool double_room(struct cmd_crawl_nodes *nodes)
{
	size_t room = nodes->room > 0 ? nodes->room * 2 : FIRST_SLOTS / 2;
	struct cmd_crawl_node *larger =
		realloc(nodes->nodes, room * sizeof(*larger));
	size_t *done;

	if (larger == NULL)
		return false;
	nodes->nodes = larger;
	done = realloc(nodes->done, room * sizeof(*done));
	if (done == NULL)
		return false;
	nodes->done = done;
	nodes->room = room;
	return true;
}

static bool make_room(struct cmd_crawl_nodes *nodes)
{
	size_t found = nodes->counts.found;

	if (found >= nodes->limit)
		return false;
	if (found == nodes->room && !double_room(nodes))
		return false;
	return (found + 1) * 2 <= nodes->slot_count || double_slots(nodes);
}

static bool add_locked(struct cmd_crawl_nodes *nodes,
		       const struct dt_node *node, bool told)
{
	size_t *slot = find_slot(nodes, &node->id);
	struct cmd_crawl_node *added;

	if (*slot != 0) {
		nodes->nodes[*slot - 1].found_by += told;
		return false;
	}
	if (!make_room(nodes)) {
		nodes->counts.left_out++;
		return false;
	}
	added = &nodes->nodes[nodes->counts.found++];
	*added = (struct cmd_crawl_node){.node = *node, .found_by = told};
	added->node.host_name = NULL;
	*find_slot(nodes, &node->id) = nodes->counts.found;
	if (nodes->handshakes && node->endpoint.tcp_port != 0)
		added->handshake = CMD_HANDSHAKE_WAITING;
	nodes->counts.fates[CMD_CRAWL_WAITING]++;
	nodes->counts.handshakes[added->handshake]++;
	return true;
}

bool cmd_crawl_nodes_add(struct cmd_crawl_nodes *nodes,
			 const struct dt_node *node, bool told)
{
	bool added;

	(void)pthread_mutex_lock(&nodes->lock);
	added = add_locked(nodes, node, told);
	(void)pthread_mutex_unlock(&nodes->lock);
	return added;
}

struct cmd_crawl_node *cmd_crawl_nodes_find(const struct cmd_crawl_nodes *nodes,
					    const struct dt_node_id *id)
{
	size_t slot = *find_slot(nodes, id);

	return slot > 0 ? &nodes->nodes[slot - 1] : NULL;
}

/* NULL: there is no such node, or it has its fate. */
static struct cmd_crawl_node *find_waiting(const struct cmd_crawl_nodes *nodes,
					   const struct dt_node_id *id)
{
	struct cmd_crawl_node *node = cmd_crawl_nodes_find(nodes, id);

	return node != NULL && node->fate == CMD_CRAWL_WAITING ? node : NULL;
}

void cmd_crawl_nodes_told(struct cmd_crawl_nodes *nodes,
			  const struct dt_node_id *id, uint32_t told,
			  const struct dt_record *record)
{
	struct dt_record *copy = record != NULL ? malloc(sizeof(*copy)) : NULL;
	struct cmd_crawl_node *node;

	if (copy != NULL)
		*copy = *record;
	(void)pthread_mutex_lock(&nodes->lock);
	node = find_waiting(nodes, id);
	if (node != NULL) {
		node->told = told;
		nodes->counts.records += copy != NULL;
		free(node->record);
		node->record = copy;
		copy = NULL;
	}
	(void)pthread_mutex_unlock(&nodes->lock);
	free(copy);
}

void cmd_crawl_nodes_finish(struct cmd_crawl_nodes *nodes,
			    const struct cmd_crawl_node *node)
{
	if (node->fate != CMD_CRAWL_WAITING &&
	    node->handshake != CMD_HANDSHAKE_WAITING)
		nodes->done[nodes->done_count++] =
			(size_t)(node - nodes->nodes);
}

static void settle(struct cmd_crawl_nodes *nodes, struct cmd_crawl_node *node,
		   enum cmd_crawl_fate fate)
{
	node->fate = fate;
	nodes->counts.fates[CMD_CRAWL_WAITING]--;
	nodes->counts.fates[fate]++;
	cmd_crawl_nodes_finish(nodes, node);
}

/* True: it is to be asked again. */
static bool asked_locked(struct cmd_crawl_nodes *nodes,
			 struct cmd_crawl_node *node, enum dt_outcome outcome,
			 uint64_t tries)
{
	bool answered = outcome == DT_OUTCOME_CONNECTED;

	node->asked++;
	node->outcome = outcome;
	if (outcome == DT_OUTCOME_TIMED_OUT && node->asked < tries)
		return true;
	settle(nodes, node, answered ? CMD_CRAWL_ANSWERED : CMD_CRAWL_SILENT);
	return false;
}

bool cmd_crawl_nodes_asked(struct cmd_crawl_nodes *nodes,
			   const struct dt_node_id *id, enum dt_outcome outcome,
			   int64_t took_ms, uint64_t tries)
{
	struct cmd_crawl_node *node;
	bool again = false;

	if (outcome == DT_OUTCOME_CANCELLED)
		return false;
	(void)pthread_mutex_lock(&nodes->lock);
	node = find_waiting(nodes, id);
	if (node != NULL) {
		node->took_ms = took_ms;
		again = asked_locked(nodes, node, outcome, tries);
	}
	(void)pthread_mutex_unlock(&nodes->lock);
	return again;
}

void cmd_crawl_nodes_skipped(struct cmd_crawl_nodes *nodes,
			     const struct dt_node_id *id, enum dt_skip skip)
{
	struct cmd_crawl_node *node;

	(void)pthread_mutex_lock(&nodes->lock);
	node = find_waiting(nodes, id);
	if (node != NULL) {
		node->skip = skip;
		settle(nodes, node, CMD_CRAWL_SKIPPED);
	}
	(void)pthread_mutex_unlock(&nodes->lock);
}

struct cmd_crawl_counts cmd_crawl_nodes_count(struct cmd_crawl_nodes *nodes)
{
	struct cmd_crawl_counts counts;

	(void)pthread_mutex_lock(&nodes->lock);
	counts = nodes->counts;
	(void)pthread_mutex_unlock(&nodes->lock);
	return counts;
}

bool cmd_crawl_nodes_next(struct cmd_crawl_nodes *nodes,
			  struct cmd_crawl_node *out)
{
	bool is_there;

	(void)pthread_mutex_lock(&nodes->lock);
	is_there = nodes->done_taken < nodes->done_count;
	if (is_there)
		*out = nodes->nodes[nodes->done[nodes->done_taken++]];
	(void)pthread_mutex_unlock(&nodes->lock);
	return is_there;
}

void cmd_crawl_nodes_end(struct cmd_crawl_nodes *nodes)
{
	(void)pthread_mutex_lock(&nodes->lock);
	for (size_t i = 0; i < nodes->counts.found; i++) {
		if (nodes->nodes[i].fate != CMD_CRAWL_WAITING &&
		    nodes->nodes[i].handshake == CMD_HANDSHAKE_WAITING)
			nodes->done[nodes->done_count++] = i;
	}
	(void)pthread_mutex_unlock(&nodes->lock);
}

const struct cmd_crawl_node *
cmd_crawl_nodes_all(const struct cmd_crawl_nodes *nodes, size_t *count)
{
	*count = nodes->counts.found;
	return nodes->nodes;
}
