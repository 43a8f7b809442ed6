/* SPDX-License-Identifier: MIT */
#include "bench/contenders/uring_dials.h"

#ifndef BENCH_LIBURING

void uring_dials_measure(struct bench_result *result,
			 const struct bench_run *run)
{
	(void)run;
	bench_fail(result, "built without liburing (liburing-dev)");
}

#else

#include <errno.h>
#include <liburing.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/contenders/dial_site.h"

#define LOOK_NS 100000000 /* how long stop may go unseen, at most */

struct uring_dial {
	struct sockaddr_in to; /* the kernel's while it is under way */
	int fd;
};

struct uring_dials {
	/* Read-only while the thread runs. */
	const struct bench_run *run;
	uint32_t size;
	/* The thread's. */
	struct io_uring ring;
	struct uring_dial *dials;
	uint32_t next_node;
	uint32_t under_way;
	/* Shared. */
	struct dials_tally tally;
	_Atomic bool stopping; /* relaxed: nothing is published by it */
};

static void begin(struct uring_dials *all, struct uring_dial *dial)
{
	const int64_t *values = all->run->values;
	struct io_uring_sqe *entry = io_uring_get_sqe(&all->ring);

	dial->to = dial_site_address(all->next_node++ %
					     (uint32_t)values[DIALS_NODES],
				     (uint16_t)values[DIALS_PORT]);
	dial->fd =
		socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	io_uring_prep_connect(entry, dial->fd,
			      (const struct sockaddr *)&dial->to,
			      sizeof(dial->to));
	io_uring_sqe_set_data(entry, dial);
	all->under_way++;
}

/* And begin the next in its place, unless it is time to stop. */
static void end(struct uring_dials *all, struct io_uring_cqe *entry)
{
	struct uring_dial *dial = io_uring_cqe_get_data(entry);

	dials_tally_add(&all->tally, all->run, -entry->res);
	dials_abort(dial->fd);
	all->under_way--;
	io_uring_cqe_seen(&all->ring, entry);
	if (!atomic_load_explicit(&all->stopping, memory_order_relaxed))
		begin(all, dial);
}

static void *run_loop(void *argument)
{
	struct uring_dials *all = argument;

	for (uint32_t i = 0; i < all->size; i++)
		begin(all, &all->dials[i]);
	while (all->under_way > 0) {
		struct __kernel_timespec look = {.tv_nsec = LOOK_NS};
		struct io_uring_cqe *entry = NULL;

		(void)io_uring_submit_and_wait_timeout(&all->ring, &entry, 1,
						       &look, NULL);
		while (io_uring_peek_cqe(&all->ring, &entry) == 0)
			end(all, entry);
	}
	return NULL;
}

static struct dials_count count(void *context)
{
	const struct uring_dials *all = context;

	return dials_tally_sum(&all->tally, 1);
}

static void run_all(struct uring_dials *all, struct bench_result *result)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run_loop, all)) {
		bench_fail(result, "its thread cannot be started");
		return;
	}
	dials_observe(result, all->run, count, all);
	atomic_store_explicit(&all->stopping, true, memory_order_relaxed);
	pthread_join(thread, NULL);
}

void uring_dials_measure(struct bench_result *result,
			 const struct bench_run *run)
{
	struct uring_dials all = {
		.run = run,
		.size = (uint32_t)run->values[DIALS_WORKERS],
	};
	int failed = io_uring_queue_init(2 * all.size, &all.ring, 0);

	if (failed) {
		bench_fail(result, "the kernel does not allow io_uring: %s",
			   strerrordesc_np(-failed));
		return;
	}
	all.dials = calloc(all.size, sizeof(*all.dials));
	if (all.dials)
		run_all(&all, result);
	else
		bench_fail(result, "no memory for %u dials", all.size);
	free(all.dials);
	io_uring_queue_exit(&all.ring);
}

#endif /* BENCH_LIBURING */
