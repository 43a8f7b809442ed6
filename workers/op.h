/* SPDX-License-Identifier: MIT */
#ifndef DTI_OP_H
#define DTI_OP_H

/*
 * The cancel of a job, and the deadline of one of its steps. Each job has one
 * cancel for life: an eventfd, so that a blocked poll(2) sees it.
 *
 * The worker that runs the job reads it; the scheduler raises it; the scheduler
 * clears it again when it has the job back. Raise and clear are never at once.
 *
 * What a wait says when several hold: cancelled before timed out before ready.
 * So a step that only ever waits and reads ends at its deadline also when the
 * remote keeps its descriptor ready all the time. After DT_ERR_SYSTEM errno says
 * which: EBADF for a descriptor that is not open, else as poll(2) left it.
 *
 * The deadline may move while a step waits, see struct dt_op. A wait looks at it
 * when it begins and when it should be over; while no limit is known also a
 * tenth of the step's time after its beginning, and then each time that as much
 * time again has gone by.
 */

#include <poll.h>
#include <stdatomic.h>

#include "lib/dialtone.h"

struct dti_cancel {
	int fd;                 /* eventfd; set by init, read-only afterwards */
	_Atomic bool cancelled; /* written by the scheduler */
};

/* No limit: the step has all of its time. */
#define DTI_OP_NO_LIMIT INT64_MAX

struct dt_op {
	struct dti_cancel *cancel;
	int64_t deadline_ms; /* at the latest */
	int64_t began_ms;
	/*
	 * How long after its beginning the step is over if that is sooner;
	 * NULL: never sooner. Another thread may write it at any time; read
	 * relaxed, since nothing else is published by it.
	 */
	const _Atomic int64_t *limit_ms;
};

/** Errors: DT_ERR_NO_DESCRIPTORS. Pair with fini. */
dt_err dti_cancel_init(struct dti_cancel *cancel);
void dti_cancel_fini(struct dti_cancel *cancel);
/** Scheduler only. Makes every wait on it return. Idempotent. Never blocks. */
void dti_cancel_raise(struct dti_cancel *cancel);
/** The worker that runs the job: was it raised? */
bool dti_cancel_is_raised(const struct dti_cancel *cancel);
/** Scheduler only, while no worker has the job. No system call if not raised */
void dti_cancel_clear(struct dti_cancel *cancel);

/**
 * dti_op_poll - one poll(2) of several descriptors under @op.
 * @polled: @count of them; the first is the cancel's, filled in by the call.
 * @until_ms: return then at the latest, also before @op's deadline.
 * DT_OK: the caller looks at revents, which may be all zero (until_ms, EINTR).
 * Errors: as dt_op_wait().
 */
dt_err dti_op_poll(const struct dt_op *op, struct pollfd *polled, nfds_t count,
		   int64_t until_ms);

#endif /* DTI_OP_H */
