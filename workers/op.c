/* SPDX-License-Identifier: MIT */
#include "workers/op.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "workers/clock.h"

/* The first look at a limit that was not known is after one part in so many. */
#define LIMIT_SHARE 10

dt_err dti_cancel_init(struct dti_cancel *cancel)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (fd < 0)
		return DT_ERR_NO_DESCRIPTORS;
	cancel->fd = fd;
	atomic_init(&cancel->cancelled, false);
	return DT_OK;
}

void dti_cancel_fini(struct dti_cancel *cancel)
{
	close(cancel->fd);
}

void dti_cancel_raise(struct dti_cancel *cancel)
{
	/* Relaxed: this thread is the only one that writes it. */
	if (atomic_load_explicit(&cancel->cancelled, memory_order_relaxed))
		return;
	/*
	 * Release: pairs with the acquire in dti_cancel_is_raised(). Before the
	 * eventfd, so that whoever is woken by it sees the flag too.
	 */
	atomic_store_explicit(&cancel->cancelled, true, memory_order_release);
	/* Cannot fail: the counter goes from 0 to 1. */
	eventfd_write(cancel->fd, 1);
}

void dti_cancel_clear(struct dti_cancel *cancel)
{
	eventfd_t raised;

	/* Relaxed: this thread is the only one that writes it. */
	if (!atomic_load_explicit(&cancel->cancelled, memory_order_relaxed))
		return;
	eventfd_read(cancel->fd, &raised);
	/* Relaxed: the worker that sees it gets the job by task_queue's
	 * release. */
	atomic_store_explicit(&cancel->cancelled, false, memory_order_relaxed);
}

static int64_t limit_of(const struct dt_op *op)
{
	/* Relaxed: see the field. */
	return op->limit_ms ? atomic_load_explicit(op->limit_ms,
						   memory_order_relaxed)
			    : DTI_OP_NO_LIMIT;
}

/* With a limit of so much. */
static int64_t deadline_ms(const struct dt_op *op, int64_t limit_ms)
{
	return limit_ms < op->deadline_ms - op->began_ms
		       ? op->began_ms + limit_ms
		       : op->deadline_ms;
}

int64_t dt_op_deadline_ms(const struct dt_op *op)
{
	return deadline_ms(op, limit_of(op));
}

int dt_op_cancel_fd(const struct dt_op *op)
{
	return op->cancel->fd;
}

bool dti_cancel_is_raised(const struct dti_cancel *cancel)
{
	/* Acquire: pairs with the release in dti_cancel_raise(). */
	return atomic_load_explicit(&cancel->cancelled, memory_order_acquire);
}

bool dt_op_cancelled(const struct dt_op *op)
{
	return dti_cancel_is_raised(op->cancel);
}

/*
 * poll(2)'s timeout. Rounded up, since the clock is rounded down: a wait never
 * ends before its time, and so does not spin through the last millisecond.
 */
static int timeout_ms(int64_t now_ms, int64_t until_ms)
{
	int64_t left_ms = until_ms - now_ms;

	if (left_ms <= 0)
		return 0;
	return left_ms < INT_MAX ? (int)left_ms : INT_MAX;
}

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
	return a_ms < b_ms ? a_ms : b_ms;
}

/* When it may have become known how long the step may take. */
static int64_t look_again_ms(const struct dt_op *op, int64_t now_ms)
{
	int64_t first_ms = (op->deadline_ms - op->began_ms) / LIMIT_SHARE;
	int64_t gone_ms = now_ms - op->began_ms;

	return now_ms + (gone_ms < first_ms ? first_ms - gone_ms : gone_ms + 1);
}

dt_err dti_op_poll(const struct dt_op *op, struct pollfd *polled, nfds_t count,
		   int64_t until_ms)
{
	int64_t now_ms = dti_clock_ms();
	int64_t limit_ms = limit_of(op);
	int64_t ends_ms = deadline_ms(op, limit_ms);

	/* The flag as well as the descriptor: no system call to find out. */
	if (dt_op_cancelled(op))
		return DT_ERR_CANCELLED;
	if (ends_ms <= now_ms)
		return DT_ERR_TIMED_OUT;
	if (op->limit_ms && limit_ms == DTI_OP_NO_LIMIT)
		until_ms = earlier(until_ms, look_again_ms(op, now_ms));
	until_ms = earlier(until_ms, ends_ms);
	polled[0] = (struct pollfd){.fd = op->cancel->fd, .events = POLLIN};
	if (poll(polled, count, timeout_ms(now_ms, until_ms)) < 0) {
		if (errno != EINTR)
			return DT_ERR_SYSTEM;
		for (nfds_t i = 0; i < count; i++)
			polled[i].revents = 0;
	}
	return polled[0].revents != 0 ? DT_ERR_CANCELLED : DT_OK;
}

dt_err dt_op_wait(const struct dt_op *op, int fd, short events)
{
	struct pollfd polled[2] = {[1] = {.fd = fd, .events = events}};
	dt_err err;

	do
		err = dti_op_poll(op, polled, 2, op->deadline_ms);
	while (err == DT_OK && polled[1].revents == 0);
	if (err == DT_OK && (polled[1].revents & POLLNVAL) != 0) {
		errno = EBADF;
		return DT_ERR_SYSTEM;
	}
	return err;
}
