/* SPDX-License-Identifier: MIT */
#include "workers/make_peer.h"

#include <errno.h>
#include <unistd.h>

/* A connection on its way to a peer. */
struct candidate {
	struct dti_job *job;
	const struct dti_steps *steps;
	struct dt_node node; /* with the endpoint that is connected */
	uint32_t flags;
	int fd;
	void *session; /* the set-up's */
};

enum dt_outcome dti_dial_outcome(enum dt_outcome answer)
{
	return answer >= DT_OUTCOME_CONNECTED &&
			       answer <= DT_OUTCOME_LOCAL_FAULT
		       ? answer
		       : DT_OUTCOME_SETUP_FAILED;
}

static void note_setup(struct dti_job *job, enum dt_outcome outcome)
{
	struct dti_job_extra *extra = dti_job_extra(job);
	int32_t reason = job->result.detail.reason;
	bool counts = outcome != DT_OUTCOME_CONNECTED && reason > 0 &&
		      reason < DT_ENDING_MAX;

	extra->setup_ns = dti_job_end_step(job);
	extra->setups++;
	extra->setup_reason = counts ? (uint32_t)reason : 0;
}

static enum dt_outcome set_up(struct candidate *peer)
{
	const struct dt_transport *transport = &peer->steps->transport;
	struct dt_outcome_detail *detail = &peer->job->result.detail;
	enum dt_outcome outcome;
	struct dt_op op;

	if (!transport->setup)
		return DT_OUTCOME_CONNECTED;
	op = dti_job_begin_step(
		peer->job,
		dti_settings_read(peer->steps->settings).setup_timeout_ms);
	outcome = dti_dial_outcome(
		transport->setup(transport->context, &op, &peer->session,
				 detail, &peer->node, peer->flags, peer->fd));
	note_setup(peer->job, outcome);
	return outcome;
}

/* The scheduler must know the peer before its keeper can report its end. */
static void announce(const struct candidate *peer)
{
	struct dti_job *job = peer->job;

	job->apart->announce = (struct dti_command){
		.kind = DTI_COMMAND_ANNOUNCE,
		.home = DTI_COMMAND_HOME_JOB,
		.flags = peer->flags,
		.node = {.id = peer->node.id, .endpoint = peer->node.endpoint},
	};
	job->announced = true;
	dti_handoff_post(peer->steps->handoff, &job->apart->announce);
}

static enum dt_outcome hold(const struct candidate *peer)
{
	if (dti_keeper_hold(peer->steps->keeper, &peer->node.id, peer->fd))
		return DT_OUTCOME_CONNECTED;
	peer->job->result.detail.sys_errno = errno;
	return errno == ENOMEM || errno == ENOSPC ? DT_OUTCOME_NO_BUFFERS
						  : DT_OUTCOME_SETUP_FAILED;
}

static enum dt_outcome keep(const struct candidate *peer)
{
	const struct dt_transport *transport = &peer->steps->transport;

	announce(peer);
	if (!transport->keep)
		return hold(peer);
	return transport->keep(transport->context, &peer->node, peer->flags,
			       peer->fd, peer->session)
		       ? DT_OUTCOME_CONNECTED
		       : DT_OUTCOME_SETUP_FAILED;
}

enum dt_outcome dti_make_peer(struct dti_job *job,
			      const struct dti_steps *steps,
			      const struct dt_endpoint *endpoint, int fd)
{
	bool is_static = job->task.kind == DT_TASK_STATIC_DIAL;
	struct candidate peer = {
		.job = job,
		.steps = steps,
		.node = job->task.node,
		.flags = is_static ? DT_PEER_STATIC : DT_PEER_DYN,
		.fd = fd,
	};
	enum dt_outcome outcome;

	peer.node.endpoint = *endpoint;
	outcome = set_up(&peer);
	/* Too late once there is a session: only keep() can take that. */
	if (outcome == DT_OUTCOME_CONNECTED && !peer.session &&
	    dti_cancel_is_raised(&job->cancel))
		outcome = DT_OUTCOME_CANCELLED;
	if (outcome == DT_OUTCOME_CONNECTED) {
		outcome = keep(&peer);
		(void)dti_job_end_step(job);
	}
	if (outcome != DT_OUTCOME_CONNECTED && fd >= 0)
		close(fd);
	return outcome;
}
