/* SPDX-License-Identifier: MIT */
#include "tests/loopback.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/require.h"

#define BACKLOG      4096
#define HOST_NUMBERS 0xfffffeu /* of 127.0.0.0/8, without its ends */

static int open_bound(uint16_t *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	require(fd >= 0, "socket");
	require(bind(fd, (struct sockaddr *)&address, size) == 0, "bind");
	require(getsockname(fd, (struct sockaddr *)&address, &size) == 0,
		"getsockname");
	*port = ntohs(address.sin_port);
	return fd;
}

/*
 * One connection fills a backlog of 0. The kernel finishes it within connect(2)
 * on the loopback device, and from then on drops every SYN.
 */
static int fill_backlog(uint16_t port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	require(fd >= 0, "socket");
	require(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0,
		"fill the backlog");
	return fd;
}

static void hold(struct loopback *loopback, int fd)
{
	if (loopback->held_count == loopback->held_size) {
		loopback->held_size = 2 * loopback->held_size + 16;
		loopback->held =
			realloc(loopback->held,
				loopback->held_size * sizeof(*loopback->held));
		require(loopback->held, "memory for held sockets");
	}
	loopback->held[loopback->held_count++] = fd;
	atomic_fetch_add(&loopback->holding, 1);
}

static void close_with_reset(int fd)
{
	struct linger none = {.l_onoff = 1, .l_linger = 0};
	char byte;

	/* The other side must be in its set-up, or connect() may see it. */
	while (recv(fd, &byte, 1, 0) < 0 && errno == EINTR)
		continue;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	close(fd);
}

static void serve(struct loopback *loopback, int fd)
{
	switch (loopback->kind) {
	case LOOPBACK_GREETS:
		require(send(fd, "!", 1, MSG_NOSIGNAL) == 1, "greet");
		hold(loopback, fd);
		break;
	case LOOPBACK_DROPS:
		close(fd);
		break;
	case LOOPBACK_RESETS:
		close_with_reset(fd);
		break;
	default:
		hold(loopback, fd);
		break;
	}
	atomic_fetch_add(&loopback->accepted, 1);
}

static void close_held(struct loopback *loopback)
{
	for (size_t i = 0; i < loopback->held_count; i++)
		close(loopback->held[i]);
	loopback->held_count = 0;
	atomic_store(&loopback->holding, 0);
	atomic_store(&loopback->drop, false);
}

static void *run(void *argument)
{
	struct loopback *loopback = argument;
	eventfd_t raised;

	do {
		struct pollfd polled[2] = {
			{.fd = loopback->listener, .events = POLLIN},
			{.fd = loopback->wake, .events = POLLIN},
		};
		int fd;

		if (poll(polled, 2, -1) < 0)
			continue;
		if (polled[1].revents)
			eventfd_read(loopback->wake, &raised);
		while ((fd = accept4(loopback->listener, NULL, NULL,
				     SOCK_CLOEXEC)) >= 0)
			serve(loopback, fd);
		if (atomic_load(&loopback->drop))
			close_held(loopback);
	} while (!atomic_load(&loopback->stopping));
	close_held(loopback);
	return NULL;
}

static bool has_thread(const struct loopback *loopback)
{
	return loopback->kind != LOOPBACK_SWALLOWS &&
	       loopback->kind != LOOPBACK_REFUSES;
}

void loopback_open(struct loopback *loopback, enum loopback_kind kind)
{
	memset(loopback, 0, sizeof(*loopback));
	loopback->kind = kind;
	loopback->wake = -1;
	loopback->listener = open_bound(&loopback->port);
	if (kind == LOOPBACK_REFUSES)
		return; /* bound and not listening: nobody else gets the port */
	require(listen(loopback->listener,
		       kind == LOOPBACK_SWALLOWS ? 0 : BACKLOG) == 0,
		"listen");
	if (kind == LOOPBACK_SWALLOWS) {
		loopback->wake = fill_backlog(loopback->port);
		return;
	}
	loopback->wake = eventfd(0, EFD_CLOEXEC);
	require(loopback->wake >= 0, "eventfd");
	require(pthread_create(&loopback->thread, NULL, run, loopback) == 0,
		"start the listener's thread");
}

void loopback_close(struct loopback *loopback)
{
	if (has_thread(loopback)) {
		atomic_store(&loopback->stopping, true);
		eventfd_write(loopback->wake, 1);
		pthread_join(loopback->thread, NULL);
	}
	close(loopback->listener);
	if (loopback->wake >= 0)
		close(loopback->wake);
	free(loopback->held);
}

void loopback_drop_all(struct loopback *loopback)
{
	atomic_store(&loopback->drop, true);
	eventfd_write(loopback->wake, 1);
	while (atomic_load(&loopback->drop))
		sched_yield();
}

void loopback_await(struct loopback *loopback, uint64_t accepted)
{
	while (atomic_load(&loopback->accepted) < accepted)
		sched_yield();
}

struct dt_endpoint loopback_endpoint(const struct loopback *loopback,
				     uint32_t number)
{
	uint32_t host = number % HOST_NUMBERS + 1;

	return (struct dt_endpoint){
		.ip = {127, (uint8_t)(host >> 16), (uint8_t)(host >> 8),
		       (uint8_t)host},
		.family = 4,
		.tcp_port = loopback->port,
		.udp_port = loopback->port,
	};
}

struct dt_node_id loopback_id(uint64_t number)
{
	struct dt_node_id id = {{0x0a}};

	for (size_t i = 0; i < 8; i++)
		id.bytes[63 - i] = (uint8_t)(number >> (8 * i));
	return id;
}

uint64_t loopback_number(const struct dt_node_id *id)
{
	uint64_t number = 0;

	for (size_t i = 0; i < 8; i++)
		number = number << 8 | id->bytes[56 + i];
	return number;
}

struct dt_node loopback_node(uint64_t number, struct dt_endpoint endpoint)
{
	return (struct dt_node){.id = loopback_id(number),
				.endpoint = endpoint};
}
