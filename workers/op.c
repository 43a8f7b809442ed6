/* SPDX-License-Identifier: MIT */
#include "workers/op.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "workers/clock.h"

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
	 * Release: pairs with the acquire in dt_op_cancelled(). Before the
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

int64_t dt_op_deadline_ms(const struct dt_op *op)
{
	return op->deadline_ms;
}

int dt_op_cancel_fd(const struct dt_op *op)
{
	return op->cancel->fd;
}

bool dt_op_cancelled(const struct dt_op *op)
{
	/* Acquire: pairs with the release in dti_cancel_raise(). */
	return atomic_load_explicit(&op->cancel->cancelled,
				    memory_order_acquire);
}

/*
 * Whole milliseconds until the deadline, rounded up because the clock is
 * rounded down: poll(2) with this never returns before the deadline, so a wait
 * does not spin through its last millisecond. 0 or less: it has passed.
 */
static int64_t remaining_ms(const struct dt_op *op)
{
	int64_t now_ms = dti_clock_ms();

	return op->deadline_ms <= now_ms ? 0 : op->deadline_ms - now_ms;
}

/* What one poll(2) of the cancel and @fd means; DT_ERR_BUSY: wait on. */
static dt_err wait_once(const struct dt_op *op, int fd, short events,
			int timeout_ms)
{
	struct pollfd polled[2] = {
		{.fd = op->cancel->fd, .events = POLLIN},
		{.fd = fd, .events = events},
	};

	if (poll(polled, 2, timeout_ms) < 0)
		return errno == EINTR ? DT_ERR_BUSY : DT_ERR_SYSTEM;
	if (polled[0].revents != 0)
		return DT_ERR_CANCELLED;
	if ((polled[1].revents & POLLNVAL) != 0) {
		errno = EBADF;
		return DT_ERR_SYSTEM;
	}
	return polled[1].revents != 0 ? DT_OK : DT_ERR_BUSY;
}

dt_err dt_op_wait(const struct dt_op *op, int fd, short events)
{
	/* The flag as well as the descriptor: no system call to find out. */
	while (!dt_op_cancelled(op)) {
		int64_t left_ms = remaining_ms(op);
		dt_err err;

		if (left_ms <= 0)
			return DT_ERR_TIMED_OUT;
		err = wait_once(op, fd, events,
				left_ms < INT_MAX ? (int)left_ms : INT_MAX);
		if (err != DT_ERR_BUSY)
			return err;
	}
	return DT_ERR_CANCELLED;
}
