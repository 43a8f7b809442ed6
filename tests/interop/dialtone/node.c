/* SPDX-License-Identifier: MIT */
#include "tests/interop/dialtone/node.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* Sooner than by default, as the other nodes do. */
#define CHECK_MS    300
#define REFRESH_MS  10000
#define LOOKUP_MS   1000
/* As soon as a test can wait for: others have their own 30 s. */
#define HISTORY_MS  2000
#define PING_MS     5000
#define SILENCE_MS  12000
#define CLIENT_NAME "interop-dialtone"

enum option_number {
	OPTION_LISTEN,
	OPTION_BOOTNODES,
	OPTION_KEY,
	OPTION_RLPX,
	OPTION_MAX_PEERS,
	OPTION_DYNAMIC,
	OPTION_CAPABILITY,
	OPTION_STATIC,
};

static const struct option options[] = {
	{"listen", required_argument, NULL, OPTION_LISTEN},
	{"bootnodes", required_argument, NULL, OPTION_BOOTNODES},
	{"key", required_argument, NULL, OPTION_KEY},
	{"rlpx", no_argument, NULL, OPTION_RLPX},
	{"max-peers", required_argument, NULL, OPTION_MAX_PEERS},
	{"dynamic", required_argument, NULL, OPTION_DYNAMIC},
	{"capability", required_argument, NULL, OPTION_CAPABILITY},
	{"static", required_argument, NULL, OPTION_STATIC},
	{NULL, 0, NULL, 0},
};

/* The names of those whose value is taken as it stands. */
static const char *const config_names[] = {
	[OPTION_LISTEN] = "listen",
	[OPTION_BOOTNODES] = "bootnodes",
	[OPTION_KEY] = "node_key_file",
	[OPTION_RLPX] = "inbound",
	[OPTION_MAX_PEERS] = "max_peers",
	[OPTION_DYNAMIC] = "max_dyn_dials",
	[OPTION_CAPABILITY] = "capabilities",
	[OPTION_STATIC] = "static_nodes",
};

static bool set(struct node *node, int option, struct dt_error *error)
{
	char capability[32];
	const char *text = optarg;

	if (option < 0 || option > OPTION_STATIC) {
		snprintf(error->text, sizeof(error->text), "no such option");
		return false;
	}
	if (option == OPTION_RLPX)
		text = "yes";
	if (option == OPTION_CAPABILITY) {
		snprintf(capability, sizeof(capability), "%s:1", optarg);
		text = capability;
	}
	return dt_config_set(&node->config, config_names[option], text,
			     error) == DT_OK;
}

static bool configure(struct node *node, int argc, char **argv,
		      struct dt_error *error)
{
	struct dt_config *config = &node->config;
	int option;

	dt_config_init(config, sizeof(*config));
	config->check_interval_ms = CHECK_MS;
	config->refresh_interval_ms = REFRESH_MS;
	config->lookup_interval_ms = LOOKUP_MS;
	config->history_expiration_ms = HISTORY_MS;
	config->ping_interval_ms = PING_MS;
	config->peer_timeout_ms = SILENCE_MS;
	config->client = CLIENT_NAME;
	config->max_dyn_dials = 0;
	config->capabilities = "dtt/1:1";
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (!set(node, option, error))
			return false;
	}
	if (config->node_key_file[0] == '\0') {
		/* Discovery and peers have the same. */
		if (dt_node_key_generate(&node->key) != DT_OK)
			return false;
		config->node_key = &node->key;
	}
	return true;
}

/* Called on the thread of the dt_rlpx. */
static void note_peer(void *context, const struct dt_peer_event *event)
{
	struct node *node = context;

	if (event->type != DT_PEER_EVENT_REMOVED)
		return;
	pthread_mutex_lock(&node->lock);
	if (node->ended_count < ENDED_MAX)
		node->ended[node->ended_count++] =
			(struct ended){event->peer->node.id, event->ending};
	pthread_mutex_unlock(&node->lock);
}

static bool start_discovery(struct node *node, struct dt_error *error)
{
	return dt_discv4_create(&node->discv4, &node->config, NULL, error) ==
		       DT_OK &&
	       dt_discv4_start(node->discv4, error) == DT_OK;
}

static bool start_peers(struct node *node, struct dt_error *error)
{
	struct dt_config *config = &node->config;

	config->peer = note_peer;
	config->peer_context = node;
	if (dt_rlpx_create(&node->rlpx, config, error) != DT_OK)
		return false;
	config->has_self = true;
	config->self = dt_rlpx_self(node->rlpx).id;
	config->table = dt_discv4_table(node->discv4);
	config->transport = dt_rlpx_transport(node->rlpx);
	return dt_dialer_create(&node->dialer, config, error) == DT_OK &&
	       dt_rlpx_start(node->rlpx, node->dialer, error) == DT_OK &&
	       dt_dialer_start(node->dialer, error) == DT_OK;
}

bool node_start(struct node *node, int argc, char **argv)
{
	struct dt_error error = {.text = "it cannot be started"};

	memset(node, 0, sizeof(*node));
	pthread_mutex_init(&node->lock, NULL);
	if (configure(node, argc, argv, &error) &&
	    start_discovery(node, &error) &&
	    (!node->config.inbound || start_peers(node, &error)))
		return true;
	fprintf(stderr, "%s\n", error.text);
	node_stop(node);
	return false;
}

void node_stop(struct node *node)
{
	/* Not started is stopped, too. */
	dt_err err = node->dialer ? dt_dialer_stop(node->dialer) : DT_OK;

	(void)err;
	dt_rlpx_destroy(node->rlpx);
	dt_dialer_destroy(node->dialer);
	dt_discv4_destroy(node->discv4);
	dt_config_fini(&node->config);
	dt_node_key_wipe(&node->key);
	pthread_mutex_destroy(&node->lock);
}
