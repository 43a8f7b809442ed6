/* SPDX-License-Identifier: MIT */
#include "bench/contenders/bare_keeper.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/clock.h"
#include "workers/tcp_listener.h"

enum {
	EVENTS = 64,
	LOOK_MS = 100, /* for stopping, if nothing is due before */
	PING_SIZE = 64,
	READ_SIZE = 4096,
};

bool bare_keeper_open(struct bare_keeper *keeper, size_t count,
		      int64_t interval_ms)
{
	struct dt_endpoint listen = {.ip = {127, 0, 0, 1}, .family = 4};

	memset(keeper, 0, sizeof(*keeper));
	keeper->count = count;
	keeper->interval_ms = interval_ms;
	keeper->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	keeper->connections = calloc(count, sizeof(*keeper->connections));
	return keeper->epoll_fd >= 0 && keeper->connections &&
	       dti_tcp_listen(&keeper->listener_fd, &keeper->at, &listen,
			      NULL) == DT_OK;
}

static void enqueue(struct bare_keeper *keeper,
		    struct bare_connection *connection, int64_t now_ms)
{
	connection->due_ms = now_ms + keeper->interval_ms;
	connection->next = NULL;
	if (keeper->last)
		keeper->last->next = connection;
	else
		keeper->first = connection;
	keeper->last = connection;
}

static void accept_some(struct bare_keeper *keeper, int64_t now_ms)
{
	uint64_t count = atomic_load(&keeper->connected);
	struct dt_endpoint from;
	int fd;

	while (count < keeper->count &&
	       (fd = dti_tcp_accept(keeper->listener_fd, &from)) >= 0) {
		struct bare_connection *connection =
			&keeper->connections[count++];
		struct epoll_event event = {.events = EPOLLIN,
					    .data.ptr = connection};

		connection->fd = fd;
		epoll_ctl(keeper->epoll_fd, EPOLL_CTL_ADD, fd, &event);
		enqueue(keeper, connection, now_ms);
	}
	atomic_store(&keeper->connected, count);
}

static void send_due(struct bare_keeper *keeper, int64_t now_ms)
{
	static const uint8_t ping[PING_SIZE];

	while (keeper->first && keeper->first->due_ms <= now_ms) {
		struct bare_connection *connection = keeper->first;

		keeper->first = connection->next;
		if (!keeper->first)
			keeper->last = NULL;
		if (send(connection->fd, ping, sizeof(ping), MSG_NOSIGNAL) > 0)
			atomic_fetch_add(&keeper->sent, 1);
		enqueue(keeper, connection, now_ms);
	}
}

static int timeout_ms(const struct bare_keeper *keeper)
{
	int64_t left_ms = keeper->first ? keeper->first->due_ms - dti_clock_ms()
					: LOOK_MS;

	if (left_ms < 0)
		return 0;
	return left_ms < LOOK_MS ? (int)left_ms : LOOK_MS;
}

static void *keep(void *argument)
{
	struct bare_keeper *keeper = argument;
	struct epoll_event events[EVENTS];
	uint8_t bytes[READ_SIZE];

	while (!atomic_load(&keeper->stopping)) {
		int count = epoll_wait(keeper->epoll_fd, events, EVENTS,
				       timeout_ms(keeper));
		int64_t now_ms = dti_clock_ms();

		for (int i = 0; i < count; i++) {
			struct bare_connection *connection = events[i].data.ptr;

			if (!connection)
				accept_some(keeper, now_ms);
			else if (recv(connection->fd, bytes, sizeof(bytes),
				      MSG_DONTWAIT) > 0)
				atomic_fetch_add(&keeper->received, 1);
		}
		send_due(keeper, now_ms);
	}
	return NULL;
}

bool bare_keeper_start(struct bare_keeper *keeper)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};

	epoll_ctl(keeper->epoll_fd, EPOLL_CTL_ADD, keeper->listener_fd, &event);
	return pthread_create(&keeper->thread, NULL, keep, keeper) == 0;
}

void bare_keeper_stop(struct bare_keeper *keeper)
{
	atomic_store(&keeper->stopping, true);
	pthread_join(keeper->thread, NULL);
}

void bare_keeper_close(struct bare_keeper *keeper)
{
	for (size_t i = 0; i < atomic_load(&keeper->connected); i++)
		close(keeper->connections[i].fd);
	close(keeper->listener_fd);
	close(keeper->epoll_fd);
	free(keeper->connections);
}
