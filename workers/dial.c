/* SPDX-License-Identifier: MIT */
#include "workers/dial.h"

#include "lib/node/endpoint.h"

#include "workers/make_peer.h"
#include "workers/names.h"
#include "workers/tcp.h"

/*
 * STACK. A thread begins below its thread-local storage. With jemalloc that is
 * so much that less than a kilobyte is left of the stack's second page, and
 * where libsodium is a shared library not half of one. What a dial in flight
 * stands on has to be small, then, or each costs a page more: what only some
 * dials need is in functions that are not inlined.
 */
#define APART __attribute__((noinline))

/* One run of a dial; lives on the worker's stack. */
struct dial_run {
	struct dti_job *job;
	const struct dti_steps *steps;
	struct dti_settings settings; /* as they were when it began */
	struct dti_dial_task dial;
	struct dt_endpoint *addresses; /* of the host name: DTI_NAMES_MAX */
	size_t address_count;
	enum dt_outcome outcome;
	int fd; /* -1: none */
};

static bool may_connect(const struct dial_run *run,
			const struct dt_endpoint *endpoint)
{
	return endpoint->tcp_port != 0 &&
	       !dti_endpoint_is_bad_address(endpoint) &&
	       dti_settings_allow(run->steps->settings, endpoint);
}

/* The addresses that may be dialed go to the front; the others are dropped. */
static void drop_not_allowed(struct dial_run *run)
{
	size_t kept = 0;

	for (size_t i = 0; i < run->address_count; i++) {
		if (may_connect(run, &run->addresses[i]))
			run->addresses[kept++] = run->addresses[i];
	}
	run->address_count = kept;
}

/* False: the run is over. */
static bool look_up_name(struct dial_run *run)
{
	struct dt_op op =
		dti_job_begin_step(run->job, run->settings.name_timeout_ms);
	const struct dt_node *node = &run->job->task.node;

	dti_job_extra(run->job)->name_lookups++;
	run->outcome = dti_names_look_up(
		run->addresses, &run->address_count, &run->job->result.detail,
		&op, node->host_name, &node->endpoint, run->steps->dns_servers);
	dti_job_extra(run->job)->resolve_ns += dti_job_end_step(run->job);
	if (run->outcome == DT_OUTCOME_RESOLVE_FAILED)
		return true; /* the table may know it */
	if (run->outcome != DT_OUTCOME_FOUND)
		return false;
	drop_not_allowed(run);
	run->outcome = DT_OUTCOME_NOT_ALLOWED;
	return run->address_count > 0;
}

static bool ask_table(struct dial_run *run, struct dt_endpoint *endpoint)
{
	struct dt_op op =
		dti_job_begin_step(run->job, run->settings.lookup_timeout_ms);
	const struct dt_table *table = &run->steps->table;
	bool found;

	dti_job_extra(run->job)->resolves++;
	found = table->resolve(table->context, &op, endpoint,
			       &run->job->task.node.id);
	dti_job_extra(run->job)->resolve_ns += dti_job_end_step(run->job);
	dti_endpoint_normalize(endpoint);
	found = found && dti_endpoint_has_address(endpoint);
	dti_job_extra(run->job)->resolves_found += found;
	return found;
}

static bool is_cancelled(const struct dial_run *run)
{
	return dti_cancel_is_raised(&run->job->cancel);
}

/* What was not dialed is not remembered either: it is asked for again. */
static void give_up(struct dial_run *run, enum dt_outcome outcome)
{
	run->outcome = outcome;
	run->dial.resolved = false;
	run->dial.step = DTI_DIAL_STEP_END;
}

static APART void resolve(struct dial_run *run)
{
	struct dt_endpoint endpoint = {0};
	bool found = ask_table(run, &endpoint);

	if (!found && run->outcome == DT_OUTCOME_FOUND)
		run->outcome = DT_OUTCOME_RESOLVE_FAILED;
	dti_dial_task_resolved(&run->dial, dti_job_now_ms(run->job),
			       found ? &endpoint : NULL);
	if (is_cancelled(run))
		give_up(run, DT_OUTCOME_CANCELLED);
	else if (found && !may_connect(run, &endpoint))
		give_up(run, DT_OUTCOME_NOT_ALLOWED);
}

static APART enum dt_outcome connect_by_hook(struct dial_run *run,
					     const struct dt_op *op,
					     const struct dt_endpoint *endpoint)
{
	const struct dt_transport *transport = &run->steps->transport;
	struct dt_node node = run->job->task.node;

	node.endpoint = *endpoint;
	return dti_dial_outcome(
		transport->connect(transport->context, op, &run->fd,
				   &run->job->result.detail, &node));
}

/*
 * A node that was chosen has all the time there is: by command, or since it is
 * static and the last dial to it had less.
 */
static struct dt_op begin_connect(const struct dial_run *run)
{
	const struct dti_task *task = &run->job->task;
	struct dt_op op =
		dti_job_begin_step(run->job, run->settings.dial_timeout_ms);

	if (!task->cut_short && task->source != DT_SOURCE_DIAL_NOW)
		op.limit_ms = &run->steps->connect_limit_ms;
	return op;
}

static enum dt_outcome connect_to(struct dial_run *run,
				  const struct dt_endpoint *endpoint)
{
	struct dt_op op = begin_connect(run);
	const struct dt_transport *transport = &run->steps->transport;
	enum dt_outcome outcome;
	int64_t took_ns;

	run->fd = -1;
	run->job->result.detail = (struct dt_outcome_detail){0};
	if (transport->connect)
		outcome = connect_by_hook(run, &op, endpoint);
	else
		outcome = dti_tcp_connect(&run->fd, &run->job->result.detail,
					  &op, endpoint);
	took_ns = dti_job_end_step(run->job);
	if (outcome == DT_OUTCOME_CONNECTED)
		dti_job_extra(run->job)->connect_ns = took_ns;
	else if (outcome == DT_OUTCOME_TIMED_OUT &&
		 dt_op_deadline_ms(&op) < op.deadline_ms)
		run->job->connects_cut++;
	/* Without a descriptor only the embedder's own keep() can go on. */
	if (outcome == DT_OUTCOME_CONNECTED && run->fd < 0 && !transport->keep)
		return DT_OUTCOME_SETUP_FAILED;
	return outcome;
}

/* No later attempt of this run could end differently. */
static bool is_final(enum dt_outcome outcome)
{
	return outcome == DT_OUTCOME_CONNECTED ||
	       outcome == DT_OUTCOME_CANCELLED ||
	       dt_outcome_is_local_fault(outcome);
}

static void connect_step(struct dial_run *run)
{
	/* A name's addresses are tried in turn; a resolve replaces them. */
	size_t count = run->dial.resolved ? 1 : run->address_count;

	for (size_t i = 0; i < count || i == 0; i++) {
		if (count > 0 && !run->dial.resolved)
			run->dial.endpoint = run->addresses[i];
		run->outcome = connect_to(run, &run->dial.endpoint);
		if (is_final(run->outcome) || is_cancelled(run))
			break;
	}
	if (is_final(run->outcome))
		run->dial.step = DTI_DIAL_STEP_END;
	else if (is_cancelled(run))
		give_up(run, DT_OUTCOME_CANCELLED);
	else
		dti_dial_task_connected(&run->dial, dti_job_now_ms(run->job),
					false);
}

static void reach(struct dial_run *run)
{
	run->outcome = DT_OUTCOME_FOUND; /* nothing has gone wrong yet */
	if (run->address_count > 0)
		run->dial.endpoint = run->addresses[0];
	dti_dial_task_begin(&run->dial, dti_job_now_ms(run->job));
	while (run->dial.step != DTI_DIAL_STEP_END) {
		if (run->dial.step == DTI_DIAL_STEP_RESOLVE)
			resolve(run);
		else
			connect_step(run);
	}
	/* It may not resolve: no table, or too soon after the last time. */
	if (run->outcome == DT_OUTCOME_FOUND)
		run->outcome = DT_OUTCOME_RESOLVE_FAILED;
}

static APART void reach_by_name(struct dial_run *run)
{
	struct dt_endpoint addresses[DTI_NAMES_MAX];

	run->addresses = addresses;
	if (look_up_name(run))
		reach(run);
	run->addresses = NULL;
}

/* Member by member: what has not changed is not written; see struct dti_job. */
static void report(const struct dial_run *run)
{
	struct dti_job *job = run->job;
	struct dti_task_result *result = &job->result;
	bool connected = job->has_extra && job->extra.connect_ns > 0;

	result->outcome = run->outcome;
	result->cut_short = job->connects_cut > 0 && !connected;
	result->has_endpoint = run->dial.resolved;
	if (run->dial.resolved)
		result->endpoint = run->dial.endpoint;
	result->has_backoff = job->has_extra && job->extra.resolves > 0;
	if (result->has_backoff)
		result->backoff = run->dial.backoff;
}

void dti_dial_run(struct dti_job *job, const struct dti_steps *steps)
{
	struct dial_run run = {
		.job = job,
		.steps = steps,
		.settings = dti_settings_read(steps->settings),
		.outcome = DT_OUTCOME_LOCAL_FAULT,
		.fd = -1,
	};

	run.dial = (struct dti_dial_task){
		.endpoint = job->task.node.endpoint,
		.backoff = job->task.backoff,
		.delay_initial_ms = run.settings.resolve_delay_ms,
		.delay_max_ms = run.settings.resolve_delay_max_ms,
		.is_static = job->task.kind == DT_TASK_STATIC_DIAL,
		.has_table = steps->table.resolve != NULL,
	};
	if (is_cancelled(&run))
		run.outcome = DT_OUTCOME_CANCELLED;
	else if (job->task.node.host_name)
		reach_by_name(&run);
	else
		reach(&run);
	if (run.outcome == DT_OUTCOME_CONNECTED)
		run.outcome =
			dti_make_peer(job, steps, &run.dial.endpoint, run.fd);
	report(&run);
}
