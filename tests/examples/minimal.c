/* SPDX-License-Identifier: MIT */
/*
 * The least that an embedder writes: keep two nodes connected, and wait until
 * they are. The library holds the TCP connections.
 */
#include <semaphore.h>

#include "someone_to_dial.h"

static void on_event(void *context, const struct dt_event *event)
{
	sem_t *connected = context;
	char line[256];

	dt_event_format(line, sizeof(line), event);
	printf("%s\n", line);
	if (event->type == DT_EVENT_PEER_ADDED)
		sem_post(connected);
}

int main(void)
{
	struct dt_config config;
	struct dt_error error;
	struct dt_node nodes[2];
	dt_dialer *dialer;
	sem_t connected;

	someone_to_dial(&nodes[0], 1);
	someone_to_dial(&nodes[1], 2);
	sem_init(&connected, 0, 0);

	dt_config_init(&config, sizeof(config));
	must(dt_config_from_env(&config, &error, NULL, NULL), &error);
	config.event = on_event;
	config.event_context = &connected;
	must(dt_dialer_create(&dialer, &config, &error), &error);
	dt_config_fini(&config);

	must(dt_dialer_add_static(dialer, nodes, 2), NULL);
	must(dt_dialer_start(dialer, &error), &error);
	sem_wait(&connected);
	sem_wait(&connected);
	must(dt_dialer_stop(dialer), NULL);
	dt_dialer_destroy(dialer);
	return 0;
}
