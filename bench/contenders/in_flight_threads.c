/* SPDX-License-Identifier: MIT */
#include "bench/contenders/in_flight_threads.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/contenders/dial_site.h"

struct swallowed_dial {
	pthread_t handle;
	const struct in_flight_threads *all;
	uint32_t node;
};

struct in_flight_threads {
	size_t stack_size; /* 0: the default */
	uint16_t port;
	int cancel_fd;
	uint32_t size;
	uint32_t made;
	struct swallowed_dial *dials;
};

static void *run_dial(void *argument)
{
	const struct swallowed_dial *dial = argument;
	struct sockaddr_in to = dial_site_address(dial->node, dial->all->port);
	struct pollfd polled[2] = {
		{.events = POLLOUT},
		{.fd = dial->all->cancel_fd, .events = POLLIN},
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	polled[0].fd = fd;
	(void)connect(fd, (const struct sockaddr *)&to, sizeof(to));
	while (poll(polled, 2, -1) < 0 && errno == EINTR)
		continue;
	(void)close(fd);
	return NULL;
}

static bool prepare(void *context, struct bench_result *result, uint32_t dials,
		    uint16_t port)
{
	struct in_flight_threads *all = context;

	all->port = port;
	all->size = dials;
	all->dials = calloc(dials, sizeof(*all->dials));
	all->cancel_fd = eventfd(0, EFD_CLOEXEC);
	if (all->dials && all->cancel_fd >= 0)
		return true;
	bench_fail(result, "no memory or no descriptor");
	return false;
}

static void stop(void *context)
{
	struct in_flight_threads *all = context;

	(void)eventfd_write(all->cancel_fd, 1);
	for (uint32_t i = 0; i < all->made; i++)
		pthread_join(all->dials[i].handle, NULL);
}

static bool start(void *context, struct bench_result *result)
{
	struct in_flight_threads *all = context;
	pthread_attr_t attributes;
	int failed = 0;

	pthread_attr_init(&attributes);
	if (all->stack_size > 0)
		pthread_attr_setstacksize(&attributes, all->stack_size);
	while (all->made < all->size) {
		struct swallowed_dial *dial = &all->dials[all->made];

		dial->all = all;
		dial->node = all->made;
		failed = pthread_create(&dial->handle, &attributes, run_dial,
					dial);
		if (failed)
			break;
		all->made++;
	}
	pthread_attr_destroy(&attributes);
	if (!failed)
		return true;
	bench_fail(result, "only %u threads can be made: %s", all->made,
		   strerrordesc_np(failed));
	stop(all);
	return false;
}

static void fini(void *context)
{
	struct in_flight_threads *all = context;

	(void)close(all->cancel_fd);
	free(all->dials);
}

static void measure(struct bench_result *result, const struct bench_run *run,
		    size_t stack_size)
{
	struct in_flight_threads all = {.stack_size = stack_size};
	const struct in_flight_subject subject = {
		.context = &all,
		.prepare = prepare,
		.start = start,
		.stop = stop,
		.fini = fini,
		.descriptors_each = 1,
	};

	in_flight_observe(result, run, &subject);
}

void in_flight_threads_measure(struct bench_result *result,
			       const struct bench_run *run)
{
	measure(result, run, IN_FLIGHT_STACK_BYTES);
}

void in_flight_threads_measure_default(struct bench_result *result,
				       const struct bench_run *run)
{
	measure(result, run, 0);
}
