/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#include "workers/clock.h"
#include "workers/op.h"

#include "tests/harness.h"
#include "tests/sockets.h"

#define LONG_MS 3600000

/* A pipe with a byte in it. */
static void make_ready(int ends[2])
{
	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(write(ends[1], "x", 1), 1);
}

static void close_both(int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

/* A thread that waits; the test's until it is joined. */
struct waiter {
	pthread_t thread;
	const struct dt_op *op;
	int fd;
	dt_err answer;
	pid_t id; /* set before the gate opens */
	sem_t running;
};

static void *wait_in_thread(void *argument)
{
	struct waiter *waiter = argument;

	waiter->id = sockets_thread_id();
	sem_post(&waiter->running);
	waiter->answer = dt_op_wait(waiter->op, waiter->fd, POLLIN);
	return NULL;
}

/* It is asleep in its wait when this returns. */
static void start_waiter(struct waiter *waiter, const struct dt_op *op, int fd)
{
	*waiter = (struct waiter){.op = op, .fd = fd};
	sem_init(&waiter->running, 0, 0);
	cr_assert_eq(
		pthread_create(&waiter->thread, NULL, wait_in_thread, waiter),
		0);
	sockets_wait(&waiter->running);
	sockets_until_asleep(waiter->id);
}

static dt_err join_waiter(struct waiter *waiter)
{
	pthread_join(waiter->thread, NULL);
	sem_destroy(&waiter->running);
	return waiter->answer;
}

Test(workers_op, a_ready_descriptor_ends_the_wait, .timeout = 10)
{
	struct sockets_op op;
	int ends[2];

	sockets_op_init(&op, LONG_MS);
	make_ready(ends);

	cr_assert_eq(dt_op_wait(&op.op, ends[0], POLLIN), DT_OK);
	close_both(ends);
	sockets_op_fini(&op);
}

Test(workers_op, a_hang_up_ends_the_wait_too, .timeout = 10)
{
	struct sockets_op op;
	int ends[2];

	sockets_op_init(&op, LONG_MS);
	cr_assert_eq(pipe(ends), 0);
	close(ends[1]);

	cr_assert_eq(dt_op_wait(&op.op, ends[0], POLLIN), DT_OK);
	close(ends[0]);
	sockets_op_fini(&op);
}

Test(workers_op, cancel_wins_over_ready_and_over_the_deadline, .timeout = 10)
{
	struct sockets_op op;
	int ends[2];

	sockets_op_init(&op, -1);
	make_ready(ends);
	dti_cancel_raise(&op.cancel);

	cr_assert_eq(dt_op_wait(&op.op, ends[0], POLLIN), DT_ERR_CANCELLED);
	close_both(ends);
	sockets_op_fini(&op);
}

Test(workers_op, a_passed_deadline_wins_over_ready, .timeout = 10)
{
	struct sockets_op op;
	int ends[2];

	sockets_op_init(&op, 0);
	make_ready(ends);

	cr_assert_eq(dt_op_wait(&op.op, ends[0], POLLIN), DT_ERR_TIMED_OUT);
	close_both(ends);
	sockets_op_fini(&op);
}

Test(workers_op, the_descriptor_alone_cancels, .timeout = 10)
{
	struct sockets_op op;

	sockets_op_init(&op, LONG_MS);
	/* As a waiter sees it that looked at the flag before it was set. */
	cr_assert_eq(write(op.cancel.fd, &(uint64_t){1}, 8), 8);

	cr_assert_eq(dt_op_wait(&op.op, -1, 0), DT_ERR_CANCELLED);
	sockets_op_fini(&op);
}

Test(workers_op, without_descriptor_it_waits_for_the_deadline, .timeout = 10)
{
	struct sockets_op op;

	sockets_op_init(&op, 30);

	cr_assert_eq(dt_op_wait(&op.op, -1, 0), DT_ERR_TIMED_OUT);
	cr_assert_geq(dti_clock_ms(), op.op.deadline_ms);
	sockets_op_fini(&op);
}

Test(workers_op, a_silent_descriptor_waits_for_the_deadline, .timeout = 10)
{
	struct sockets_op op;
	int ends[2];

	sockets_op_init(&op, 30);
	cr_assert_eq(pipe(ends), 0);

	cr_assert_eq(dt_op_wait(&op.op, ends[0], POLLIN), DT_ERR_TIMED_OUT);
	cr_assert_geq(dti_clock_ms(), op.op.deadline_ms);
	close_both(ends);
	sockets_op_fini(&op);
}

Test(workers_op, a_deadline_that_never_comes_is_no_overflow, .timeout = 10)
{
	struct sockets_op op;
	int ends[2];

	sockets_op_init(&op, 0);
	op.op.deadline_ms = INT64_MAX;
	make_ready(ends);

	cr_assert_eq(dt_op_wait(&op.op, ends[0], POLLIN), DT_OK);
	close_both(ends);
	sockets_op_fini(&op);
}

Test(workers_op, a_limit_brings_the_deadline_nearer, .timeout = 10)
{
	struct sockets_op op;
	_Atomic int64_t limit_ms = DTI_OP_NO_LIMIT;
	int64_t latest_ms;

	sockets_op_init(&op, LONG_MS);
	latest_ms = dt_op_deadline_ms(&op.op);
	op.op.limit_ms = &limit_ms;
	cr_assert_eq(dt_op_deadline_ms(&op.op), latest_ms);

	atomic_store(&limit_ms, 7);
	cr_assert_eq(dt_op_deadline_ms(&op.op), op.op.began_ms + 7);
	cr_assert_eq(dt_op_wait(&op.op, -1, 0), DT_ERR_TIMED_OUT);
	atomic_store(&limit_ms, LONG_MS + 1);

	cr_assert_eq(dt_op_deadline_ms(&op.op), latest_ms);
	sockets_op_fini(&op);
}

/* If it did not look it would wait for longer than the test may take. */
Test(workers_op, a_wait_looks_whether_a_limit_is_known, .timeout = 30)
{
	struct sockets_op op;
	struct waiter waiter;
	_Atomic int64_t limit_ms = DTI_OP_NO_LIMIT;

	sockets_op_init(&op, LONG_MS);
	/* A tenth of its time has gone by, but for a second. */
	op.op.began_ms -= LONG_MS / 9 - 1000;
	op.op.limit_ms = &limit_ms;
	start_waiter(&waiter, &op.op, -1);

	atomic_store(&limit_ms, 1);

	cr_assert_eq(join_waiter(&waiter), DT_ERR_TIMED_OUT);
	sockets_op_fini(&op);
}

Test(workers_op, cancel_from_another_thread_wakes_the_wait, .timeout = 10)
{
	struct sockets_op op;
	struct waiter waiter;
	int ends[2];

	sockets_op_init(&op, LONG_MS);
	cr_assert_eq(pipe(ends), 0);
	start_waiter(&waiter, &op.op, ends[0]);

	dti_cancel_raise(&op.cancel);

	cr_assert_eq(join_waiter(&waiter), DT_ERR_CANCELLED);
	cr_assert(dt_op_cancelled(&op.op));
	close_both(ends);
	sockets_op_fini(&op);
}

Test(workers_op, a_cancel_stays_until_it_is_cleared, .timeout = 10)
{
	struct sockets_op op;
	int ends[2];

	sockets_op_init(&op, LONG_MS);
	make_ready(ends);
	dti_cancel_raise(&op.cancel);
	dti_cancel_raise(&op.cancel);

	cr_assert_eq(dt_op_wait(&op.op, -1, 0), DT_ERR_CANCELLED);
	cr_assert_eq(dt_op_wait(&op.op, -1, 0), DT_ERR_CANCELLED);
	cr_assert_eq(poll(&(struct pollfd){.fd = dt_op_cancel_fd(&op.op),
					   .events = POLLIN},
			  1, 0),
		     1);

	dti_cancel_clear(&op.cancel);

	cr_assert_not(dt_op_cancelled(&op.op));
	cr_assert_eq(dt_op_wait(&op.op, ends[0], POLLIN), DT_OK);
	cr_assert_eq(poll(&(struct pollfd){.fd = dt_op_cancel_fd(&op.op),
					   .events = POLLIN},
			  1, 0),
		     0);
	close_both(ends);
	sockets_op_fini(&op);
}

Test(workers_op, a_cleared_cancel_can_be_raised_again, .timeout = 10)
{
	struct sockets_op op;

	sockets_op_init(&op, LONG_MS);
	dti_cancel_clear(&op.cancel);
	for (int i = 0; i < 3; i++) {
		dti_cancel_raise(&op.cancel);
		cr_assert_eq(dt_op_wait(&op.op, -1, 0), DT_ERR_CANCELLED);
		dti_cancel_clear(&op.cancel);
		cr_assert_not(dt_op_cancelled(&op.op));
	}
	sockets_op_fini(&op);
}

/* Opened by the handler: sem_post() may be called there. */
static sem_t handled;

static void report_signal(int number)
{
	(void)number;
	sem_post(&handled);
}

Test(workers_op, a_signal_does_not_end_the_wait, .timeout = 10)
{
	struct sigaction action = {.sa_handler = report_signal};
	struct sockets_op op;
	struct waiter waiter;
	int ends[2];

	sem_init(&handled, 0, 0);
	sigaction(SIGUSR1, &action, NULL);
	sockets_op_init(&op, LONG_MS);
	cr_assert_eq(pipe(ends), 0);
	start_waiter(&waiter, &op.op, ends[0]);

	for (int i = 0; i < 10; i++) {
		pthread_kill(waiter.thread, SIGUSR1);
		sockets_wait(&handled);
		sockets_until_asleep(waiter.id);
	}
	cr_assert_eq(write(ends[1], "x", 1), 1);

	cr_assert_eq(join_waiter(&waiter), DT_OK);
	close_both(ends);
	sockets_op_fini(&op);
}

Test(workers_op, a_closed_descriptor_is_an_error, .timeout = 10)
{
	struct sockets_op op;
	int ends[2];

	sockets_op_init(&op, LONG_MS);
	cr_assert_eq(pipe(ends), 0);
	close_both(ends);
	errno = 0;

	cr_assert_eq(dt_op_wait(&op.op, ends[0], POLLIN), DT_ERR_SYSTEM);
	cr_assert_eq(errno, EBADF);
	sockets_op_fini(&op);
}

Test(workers_op, a_poll_ends_at_its_own_time_before_the_deadline, .timeout = 10)
{
	struct pollfd polled[2] = {[1] = {.fd = -1}};
	struct sockets_op op;
	int64_t until_ms;

	sockets_op_init(&op, LONG_MS);
	until_ms = dti_clock_ms() + 20;

	cr_assert_eq(dti_op_poll(&op.op, polled, 2, until_ms), DT_OK);
	cr_assert_eq(polled[1].revents, 0);
	cr_assert_geq(dti_clock_ms(), until_ms);
	sockets_op_fini(&op);
}

Test(workers_op, the_embedder_sees_deadline_and_cancel)
{
	struct sockets_op op;

	sockets_op_init(&op, LONG_MS);

	cr_assert_eq(dt_op_deadline_ms(&op.op), op.op.deadline_ms);
	cr_assert_eq(dt_op_cancel_fd(&op.op), op.cancel.fd);
	cr_assert_not(dt_op_cancelled(&op.op));
	sockets_op_fini(&op);
}

Test(workers_op, no_descriptor_no_cancel)
{
	struct dti_cancel cancel;

	sockets_forbid_more();

	cr_assert_eq(dti_cancel_init(&cancel), DT_ERR_NO_DESCRIPTORS);
}
