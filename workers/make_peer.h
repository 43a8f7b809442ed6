/* SPDX-License-Identifier: MIT */
#ifndef DTI_MAKE_PEER_H
#define DTI_MAKE_PEER_H

#include "workers/job.h"
#include "workers/steps.h"

/** An embedder's hook may answer anything: what it means for a dial. */
enum dt_outcome dti_dial_outcome(enum dt_outcome answer);

/**
 * dti_make_peer - the second half of a dial: set-up, announce, keep.
 * @endpoint: where @fd is connected to.
 * @fd: handed over to whoever keeps the peer, or closed; -1: none.
 *
 * A worker thread's, on the job that it holds. Blocks in the set-up step, until
 * its deadline or the job's cancel. Fills in the result's detail.
 */
enum dt_outcome dti_make_peer(struct dti_job *job,
			      const struct dti_steps *steps,
			      const struct dt_endpoint *endpoint, int fd);

#endif /* DTI_MAKE_PEER_H */
