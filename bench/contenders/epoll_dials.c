/* SPDX-License-Identifier: MIT */
#include "bench/contenders/epoll_dials.h"

#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/contenders/dial_site.h"

#define EVENTS_AT_ONCE 64
#define LOOK_MS        100 /* how long stop may go unseen, at most */

struct epoll_dials {
	/* Read-only while the thread runs. */
	const struct bench_run *run;
	int epoll_fd;
	/* The thread's. */
	uint32_t next_node;
	uint32_t under_way;
	/* Shared. */
	struct dials_tally tally;
	_Atomic bool stopping; /* relaxed: nothing is published by it */
};

/* False: it ended at once. */
static bool begin(struct epoll_dials *dials)
{
	const int64_t *values = dials->run->values;
	struct sockaddr_in to = dial_site_address(
		dials->next_node++ % (uint32_t)values[DIALS_NODES],
		(uint16_t)values[DIALS_PORT]);
	struct epoll_event event = {.events = EPOLLOUT};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int failed = 0;

	if (fd < 0) {
		dials_tally_add(&dials->tally, dials->run, errno);
		return false;
	}
	event.data.fd = fd;
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0)
		failed = errno;
	if (failed == EINPROGRESS &&
	    epoll_ctl(dials->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0)
		return true;
	dials_tally_add(&dials->tally, dials->run, failed);
	dials_abort(fd);
	return false;
}

static void end(struct epoll_dials *dials, int fd)
{
	int failed = 0;
	socklen_t size = sizeof(failed);

	(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size);
	dials_tally_add(&dials->tally, dials->run, failed);
	dials_abort(fd);
	dials->under_way--;
}

static void *run_loop(void *argument)
{
	struct epoll_dials *dials = argument;
	uint32_t wanted = (uint32_t)dials->run->values[DIALS_WORKERS];

	while (!atomic_load_explicit(&dials->stopping, memory_order_relaxed) ||
	       dials->under_way > 0) {
		struct epoll_event events[EVENTS_AT_ONCE];
		int count;

		while (dials->under_way < wanted &&
		       !atomic_load_explicit(&dials->stopping,
					     memory_order_relaxed))
			dials->under_way += begin(dials);
		count = epoll_wait(dials->epoll_fd, events, EVENTS_AT_ONCE,
				   LOOK_MS);
		for (int i = 0; i < count; i++)
			end(dials, events[i].data.fd);
	}
	return NULL;
}

static struct dials_count count(void *context)
{
	const struct epoll_dials *dials = context;

	return dials_tally_sum(&dials->tally, 1);
}

void epoll_dials_measure(struct bench_result *result,
			 const struct bench_run *run)
{
	struct epoll_dials dials = {
		.run = run,
		.epoll_fd = epoll_create1(EPOLL_CLOEXEC),
	};
	pthread_t thread;

	if (dials.epoll_fd < 0 ||
	    pthread_create(&thread, NULL, run_loop, &dials)) {
		bench_fail(result, "the event loop cannot be started");
		return;
	}
	dials_observe(result, run, count, &dials);
	atomic_store_explicit(&dials.stopping, true, memory_order_relaxed);
	pthread_join(thread, NULL);
	(void)close(dials.epoll_fd);
}
