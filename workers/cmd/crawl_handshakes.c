/* SPDX-License-Identifier: MIT */
/* What came of shaking hands with the nodes of a crawl. */
#include <stdlib.h>
#include <string.h>

#include "workers/cmd/crawl_nodes_state.h"

int64_t cmd_crawl_contact_tcp_ms(const struct cmd_crawl_contact *contact)
{
	int64_t rest_ms = contact->hello->auth_ms + contact->hello->hello_ms;

	return contact->took_ms > rest_ms ? contact->took_ms - rest_ms : 0;
}

void cmd_crawl_hello_expand(struct dt_hello *out,
			    const struct cmd_crawl_hello *hello)
{
	*out = (struct dt_hello){
		.version = hello->version,
		.listen_port = hello->listen_port,
		.capability_count = hello->capability_count,
	};
	memcpy(out->client, hello->client, sizeof(out->client));
	memcpy(out->capabilities, hello->capabilities,
	       hello->capability_count * sizeof(hello->capabilities[0]));
}

static void settle(struct cmd_crawl_nodes *nodes, struct cmd_crawl_node *node,
		   enum cmd_crawl_handshake handshake)
{
	node->handshake = handshake;
	nodes->counts.handshakes[CMD_HANDSHAKE_WAITING]--;
	nodes->counts.handshakes[handshake]++;
	cmd_crawl_nodes_finish(nodes, node);
}

/* NULL: there is no such node, or its handshake is over. */
static struct cmd_crawl_node *find_dialed(const struct cmd_crawl_nodes *nodes,
					  const struct dt_node_id *id)
{
	struct cmd_crawl_node *node = cmd_crawl_nodes_find(nodes, id);

	return node != NULL && node->handshake == CMD_HANDSHAKE_WAITING ? node
									: NULL;
}

/* NULL: no memory. */
static struct cmd_crawl_hello *copy_hello(const struct dt_session_info *info)
{
	const struct dt_hello *from = &info->hello;
	size_t size = from->capability_count * sizeof(from->capabilities[0]);
	struct cmd_crawl_hello *hello = malloc(sizeof(*hello) + size);

	if (hello == NULL)
		return NULL;
	hello->auth_ms = info->auth_ms;
	hello->hello_ms = info->hello_ms;
	hello->version = from->version;
	hello->listen_port = from->listen_port;
	hello->capability_count = from->capability_count;
	memcpy(hello->client, from->client, sizeof(hello->client));
	memcpy(hello->capabilities, from->capabilities, size);
	return hello;
}

void cmd_crawl_nodes_greeted(struct cmd_crawl_nodes *nodes,
			     const struct dt_node_id *id,
			     const struct dt_session_info *info)
{
	struct cmd_crawl_hello *hello = copy_hello(info);
	struct cmd_crawl_node *node;

	(void)pthread_mutex_lock(&nodes->lock);
	node = find_dialed(nodes, id);
	if (node != NULL) {
		free(node->contact.hello);
		node->contact.hello = hello;
		hello = NULL;
	}
	(void)pthread_mutex_unlock(&nodes->lock);
	free(hello);
}

static void dialed_locked(struct cmd_crawl_nodes *nodes,
			  struct cmd_crawl_node *node,
			  const struct dt_event *event)
{
	int32_t reason = event->detail.reason;

	node->contact.outcome = event->outcome;
	node->contact.took_ms = event->duration_ms;
	if (reason > DT_ENDING_NONE && reason < DT_ENDING_COUNT)
		node->contact.ending = (enum dt_ending)reason;
	settle(nodes, node,
	       event->outcome == DT_OUTCOME_CONNECTED ? CMD_HANDSHAKE_OPENED
						      : CMD_HANDSHAKE_FAILED);
}

void cmd_crawl_nodes_dialed(struct cmd_crawl_nodes *nodes,
			    const struct dt_event *event)
{
	struct cmd_crawl_node *node;

	if (event->outcome == DT_OUTCOME_CANCELLED)
		return;
	(void)pthread_mutex_lock(&nodes->lock);
	node = find_dialed(nodes, &event->node->id);
	if (node != NULL)
		dialed_locked(nodes, node, event);
	(void)pthread_mutex_unlock(&nodes->lock);
}

void cmd_crawl_nodes_not_dialed(struct cmd_crawl_nodes *nodes,
				const struct dt_node_id *id, enum dt_skip skip)
{
	struct cmd_crawl_node *node;

	(void)pthread_mutex_lock(&nodes->lock);
	node = find_dialed(nodes, id);
	if (node != NULL) {
		node->contact.skip = skip;
		settle(nodes, node, CMD_HANDSHAKE_SKIPPED);
	}
	(void)pthread_mutex_unlock(&nodes->lock);
}
