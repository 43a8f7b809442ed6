/* SPDX-License-Identifier: MIT */
/*
 * What a node exports: all counters from one consistent snapshot as Prometheus
 * text, a latency, and why a node is or is not being dialed.
 */
#include <semaphore.h>

#include "someone_to_dial.h"

static void on_event(void *context, const struct dt_event *event)
{
	if (event->type == DT_EVENT_DIAL_ENDED)
		sem_post((sem_t *)context);
}

static void print_prometheus(const struct dt_counters *counters)
{
	size_t size = dt_counters_prometheus(NULL, 0, counters) + 1;
	char *text = malloc(size);

	if (!text)
		exit(1);
	dt_counters_prometheus(text, size, counters);
	fputs(text, stdout);
	free(text);
}

int main(void)
{
	struct dt_config config;
	struct dt_error error;
	struct dt_node node;
	struct dt_counters counters;
	struct dt_latency latency;
	struct dt_explanation explanation;
	dt_dialer *dialer;
	sem_t ended;

	someone_to_dial(&node, 1);
	sem_init(&ended, 0, 0);
	dt_config_init(&config, sizeof(config));
	config.log = DT_LEVEL_DEBUG;
	config.event = on_event;
	config.event_context = &ended;
	must(dt_dialer_create(&dialer, &config, &error), &error);
	must(dt_dialer_add_static(dialer, &node, 1), NULL);
	must(dt_dialer_start(dialer, &error), &error);
	sem_wait(&ended);

	must(dt_dialer_latency(dialer, &latency, DT_LATENCY_CONNECT), NULL);
	must(dt_dialer_explain(dialer, &explanation, &node.id), NULL);
	must(dt_dialer_stop(dialer), NULL);
	dt_dialer_counters(dialer, &counters, sizeof(counters));
	print_prometheus(&counters);
	printf("# connect: %llu ns at the median of %llu\n# %s\n",
	       (unsigned long long)latency.p50_ns,
	       (unsigned long long)latency.samples, explanation.text);
	dt_dialer_destroy(dialer);
	return latency.samples == 1 ? 0 : 1;
}
