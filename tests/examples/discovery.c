/* SPDX-License-Identifier: MIT */
/*
 * Peers with nothing but a bootnode: a node of discovery (discv4), whose table
 * the dialer dials from. The bootnode and a listener stand in for a network
 * here; on a real one the nodes listen on public addresses, and config.bootnodes
 * is the network's list.
 */
#include <semaphore.h>

#include "someone_to_dial.h"

static dt_discv4 *start_node(struct dt_config *config)
{
	struct dt_error error;
	dt_discv4 *node;

	must(dt_discv4_create(&node, config, NULL, &error), &error);
	must(dt_discv4_start(node, &error), &error);
	return node;
}

/* A node of discovery at @ip, and somebody who listens at its TCP port. */
static dt_discv4 *start_network(int *listener, const char *ip)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct dt_config config;
	struct dt_node self;
	dt_discv4 *node;

	dt_config_init(&config, sizeof(config));
	config.listen = ip;
	node = start_node(&config);
	self = dt_discv4_self(node);
	memcpy(&address.sin_addr, self.endpoint.ip, 4);
	address.sin_port = htons(self.endpoint.tcp_port);
	*listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*listener < 0 ||
	    bind(*listener, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(*listener, 16)) {
		perror("listen");
		exit(1);
	}
	dt_config_fini(&config);
	return node;
}

static void on_event(void *context, const struct dt_event *event)
{
	if (event->type == DT_EVENT_PEER_ADDED)
		sem_post((sem_t *)context);
}

int main(void)
{
	struct dt_config config;
	struct dt_discv4_pong pong;
	struct dt_error error;
	struct dt_node bootnode;
	char url[DT_ENODE_URL_SIZE];
	sem_t found;
	dt_discv4 *network;
	dt_discv4 *node;
	dt_dialer *dialer;
	int listener;

	sem_init(&found, 0, 0);
	network = start_network(&listener, "127.0.0.2:0");
	bootnode = dt_discv4_self(network);
	must(dt_enode_format(url, sizeof(url), &bootnode), NULL);

	dt_config_init(&config, sizeof(config));
	config.listen = "127.0.0.3:0";
	config.bootnodes = url;
	node = start_node(&config);
	must(dt_discv4_ping(node, &pong, &bootnode, 5000), NULL);
	printf("the bootnode answers\n");

	config.has_self = true;
	config.self = dt_discv4_self(node).id;
	config.table = dt_discv4_table(node);
	config.bootnodes = ""; /* to be found by discovery, not to be told */
	config.event = on_event;
	config.event_context = &found;
	must(dt_dialer_create(&dialer, &config, &error), &error);
	must(dt_dialer_start(dialer, &error), &error);
	sem_wait(&found);
	printf("found and connected\n");

	dt_dialer_destroy(dialer);
	dt_discv4_destroy(node); /* after the dialers that use it */
	dt_discv4_destroy(network);
	close(listener);
	dt_config_fini(&config);
	sem_destroy(&found);
	return 0;
}
