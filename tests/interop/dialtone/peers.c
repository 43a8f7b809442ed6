/* SPDX-License-Identifier: MIT */
#include "tests/interop/dialtone/peers.h"

#include <stdlib.h>

#define PEERS_MAX 256

static void write_id(const struct dt_node_id *id, FILE *out)
{
	fprintf(out, "\"id\": \"");
	for (size_t i = 0; i < sizeof(id->bytes); i++)
		fprintf(out, "%02x", id->bytes[i]);
	fprintf(out, "\"");
}

static const char *boolean(bool is)
{
	return is ? "true" : "false";
}

/* Clients and capabilities of these tests need no escapes in JSON. */
static void write_peer(const struct dt_peer *peer, FILE *out)
{
	const struct dt_hello *hello = &peer->hello;

	fprintf(out, "{");
	write_id(&peer->node.id, out);
	fprintf(out, ", \"inbound\": %s, \"static\": %s, \"client\": \"%s\"",
		boolean(peer->flags & DT_PEER_INBOUND),
		boolean(peer->flags & DT_PEER_STATIC), hello->client);
	fprintf(out, ", \"dynamic\": %s, \"capabilities\": [",
		boolean(peer->flags & DT_PEER_DYN));
	for (uint16_t i = 0; i < hello->capability_count; i++)
		fprintf(out, "%s\"%s/%u\"", i == 0 ? "" : ", ",
			hello->capabilities[i].name,
			hello->capabilities[i].version);
	fprintf(out, "]}");
}

dt_err peers_list(struct node *node, FILE *out)
{
	struct dt_peer *peers = calloc(PEERS_MAX, sizeof(*peers));
	size_t count;

	if (!peers)
		return DT_ERR_NO_MEMORY;
	count = dt_rlpx_peers(node->rlpx, peers, PEERS_MAX);
	fprintf(out, ", \"peers\": [");
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "%s", i == 0 ? "" : ", ");
		write_peer(&peers[i], out);
	}
	fprintf(out, "]");
	free(peers);
	return DT_OK;
}

static void write_refused(const struct dt_rlpx_counters *counters, FILE *out)
{
	const char *separator = "";

	fprintf(out, ", \"refused\": [");
	for (int i = 0; i < DT_ENDING_COUNT; i++) {
		if (counters->inbound.ended[i] + counters->outbound.ended[i] ==
		    0)
			continue;
		fprintf(out, "%s\"%s\"", separator,
			dt_ending_name((enum dt_ending)i));
		separator = ", ";
	}
	fprintf(out, "]");
}

dt_err peers_past(struct node *node, FILE *out)
{
	struct dt_rlpx_counters counters;

	dt_rlpx_counters(node->rlpx, &counters, sizeof(counters));
	write_refused(&counters, out);
	fprintf(out, ", \"pings\": %llu, \"pongs\": %llu, \"ended\": [",
		(unsigned long long)counters.pings_received,
		(unsigned long long)counters.pongs_received);
	pthread_mutex_lock(&node->lock);
	for (size_t i = 0; i < node->ended_count; i++) {
		fprintf(out, "%s{", i == 0 ? "" : ", ");
		write_id(&node->ended[i].id, out);
		fprintf(out, ", \"why\": \"%s\"}",
			dt_ending_name(node->ended[i].ending));
	}
	pthread_mutex_unlock(&node->lock);
	fprintf(out, "]");
	return DT_OK;
}

dt_err peers_dial(struct node *node, const struct dt_node *of)
{
	return dt_dialer_add_static(node->dialer, of, 1);
}

dt_err peers_forget(struct node *node, const struct dt_node *of)
{
	dt_err err = dt_dialer_remove_static(node->dialer, &of->id);

	return err == DT_OK ? dt_dialer_peer_removed(node->dialer, &of->id)
			    : err;
}

dt_err peers_fate(struct node *node, const struct dt_node *of, FILE *out)
{
	struct dt_explanation explanation;
	dt_err err = dt_dialer_explain(node->dialer, &explanation, &of->id);
	int32_t reason;

	if (err != DT_OK || explanation.dials == 0)
		return err;
	reason = explanation.last_detail.reason;
	fprintf(out, ", \"outcome\": \"%s\", \"ending\": \"%s\"",
		dt_outcome_name(explanation.last_outcome),
		dt_ending_name((enum dt_ending)reason));
	return DT_OK;
}
