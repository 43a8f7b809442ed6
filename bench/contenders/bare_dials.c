/* SPDX-License-Identifier: MIT */
#include "bench/contenders/bare_dials.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/contenders/dial_site.h"

#define STACK_SIZE ((size_t)64 * 1024)

struct dialing_thread {
	pthread_t handle;
	const struct bare_dials *all;
	struct dials_tally *tally;
	uint32_t index;
};

struct bare_dials {
	/* Read-only while threads run. */
	const struct bench_run *run;
	int cancel_fd; /* -1: a blocking connect */
	uint32_t size;
	struct dialing_thread *threads;
	struct dials_tally *tallies;
	/* Shared. Relaxed: nothing is published by it. */
	_Atomic bool stopping;
};

/* What a blocking connect answers: 0 or an error number. */
static int connect_blocking(const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int failed = 0;

	if (fd < 0)
		return errno;
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0)
		failed = errno;
	dials_abort(fd);
	return failed;
}

static int wait_connected(int fd, int cancel_fd)
{
	struct pollfd polled[2] = {
		{.fd = fd, .events = POLLOUT},
		{.fd = cancel_fd, .events = POLLIN},
	};
	int failed = 0;
	socklen_t size = sizeof(failed);

	while (poll(polled, 2, 15000) < 0 && errno == EINTR)
		continue;
	if (polled[1].revents)
		return ECANCELED;
	(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size);
	return failed;
}

static int connect_polling(const struct sockaddr_in *to, int cancel_fd)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int failed = 0;

	if (fd < 0)
		return errno;
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0)
		failed = errno == EINPROGRESS ? wait_connected(fd, cancel_fd)
					      : errno;
	dials_abort(fd);
	return failed;
}

static void *run_thread(void *argument)
{
	struct dialing_thread *thread = argument;
	const struct bare_dials *all = thread->all;
	uint32_t nodes = (uint32_t)all->run->values[DIALS_NODES];
	uint16_t port = (uint16_t)all->run->values[DIALS_PORT];
	uint32_t node = thread->index;

	while (!atomic_load_explicit(&all->stopping, memory_order_relaxed)) {
		struct sockaddr_in to = dial_site_address(node % nodes, port);
		int failed = all->cancel_fd < 0
				     ? connect_blocking(&to)
				     : connect_polling(&to, all->cancel_fd);

		dials_tally_add(thread->tally, all->run, failed);
		node += all->size;
	}
	return NULL;
}

/* How many were made. */
static uint32_t make_threads(struct bare_dials *bare)
{
	pthread_attr_t attributes;
	uint32_t made = 0;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	for (; made < bare->size; made++) {
		struct dialing_thread *thread = &bare->threads[made];

		*thread = (struct dialing_thread){
			.all = bare,
			.tally = &bare->tallies[made],
			.index = made,
		};
		if (pthread_create(&thread->handle, &attributes, run_thread,
				   thread))
			break;
	}
	pthread_attr_destroy(&attributes);
	return made;
}

static struct dials_count count(void *context)
{
	struct bare_dials *bare = context;

	return dials_tally_sum(bare->tallies, bare->size);
}

static void run_all(struct bare_dials *bare, struct bench_result *result)
{
	uint32_t made = make_threads(bare);

	if (made == bare->size)
		dials_observe(result, bare->run, count, bare);
	else
		bench_fail(result, "only %u threads can be made", made);
	atomic_store_explicit(&bare->stopping, true, memory_order_relaxed);
	for (uint32_t i = 0; i < made; i++)
		pthread_join(bare->threads[i].handle, NULL);
}

static void measure(struct bench_result *result, const struct bench_run *run,
		    int cancel_fd)
{
	struct bare_dials bare = {
		.run = run,
		.cancel_fd = cancel_fd,
		.size = (uint32_t)run->values[DIALS_WORKERS],
	};

	bare.threads = calloc(bare.size, sizeof(*bare.threads));
	bare.tallies = aligned_alloc(_Alignof(struct dials_tally),
				     bare.size * sizeof(*bare.tallies));
	if (bare.threads && bare.tallies) {
		for (uint32_t i = 0; i < bare.size; i++)
			bare.tallies[i] = (struct dials_tally){0};
		run_all(&bare, result);
	} else {
		bench_fail(result, "no memory for %u threads", bare.size);
	}
	free(bare.tallies);
	free(bare.threads);
}

void bare_dials_measure(struct bench_result *result,
			const struct bench_run *run)
{
	measure(result, run, -1);
}

void bare_dials_measure_poll(struct bench_result *result,
			     const struct bench_run *run)
{
	int cancel_fd = eventfd(0, EFD_CLOEXEC);

	if (cancel_fd < 0) {
		bench_fail(result, "no cancel descriptor can be made");
		return;
	}
	measure(result, run, cancel_fd);
	(void)close(cancel_fd);
}
