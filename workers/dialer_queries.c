/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "workers/clock.h"
#include "workers/dialer.h"

/*
 * The picture may be older than the workers' last step: the scheduler makes it
 * when it has pushed, and may then sleep. An empty queue says that all of it
 * has been taken since.
 */
static void count_taken(const dt_dialer *dialer, struct dt_counters *counters)
{
	if (dti_task_queue_has_item(&dialer->handoff.task_queue))
		return;
	for (size_t i = 0; i < DT_TASK_COUNT; i++) {
		counters->tasks[i].running += counters->tasks[i].queued;
		counters->tasks[i].queued = 0;
	}
}

void dt_dialer_counters(const dt_dialer *dialer, struct dt_counters *out,
			size_t size)
{
	struct dt_counters counters;

	dti_snapshot_read(&dialer->snapshot, &counters);
	count_taken(dialer, &counters);
	if (size > sizeof(counters)) {
		memset((char *)out + sizeof(counters), 0,
		       size - sizeof(counters));
		size = sizeof(counters);
	}
	memcpy(out, &counters, size);
}

/* The commands' events come on this thread, with the lock. False: a command
 * that was given before cannot be reached yet (ORDER). */
static bool apply_here(dt_dialer *dialer, struct dti_command *question)
{
	const void *owner = dti_thread_adopt(dialer);
	bool settled = dti_scheduler_settle(&dialer->scheduler);

	if (settled) {
		dti_scheduler_apply(&dialer->scheduler, question);
		dti_scheduler_send_replies(&dialer->scheduler);
	}
	dti_thread_adopt(owner);
	return settled;
}

/*
 * Ask while no scheduler runs. The command is applied by this thread, after all
 * that were given before it. False: one runs now, ask it.
 */
static bool ask_here(dt_dialer *dialer, struct dti_command *question)
{
	bool running;
	bool asked = false;

	do {
		pthread_mutex_lock(&dialer->lifecycle);
		running = dti_dialer_phase(dialer) == DTI_PHASE_RUNNING;
		if (!running)
			asked = apply_here(dialer, question);
		pthread_mutex_unlock(&dialer->lifecycle);
		if (!running && !asked)
			dti_park_nap(DTI_NS_PER_MS);
	} while (!running && !asked);
	return asked;
}

static dt_err ask(dt_dialer *dialer, struct dti_command *question)
{
	dt_err err;

	if (dti_thread_belongs_to(dialer))
		return DT_ERR_WRONG_THREAD;
	do {
		/* While it stops, ask_here() waits for the end of that. */
		if (dti_dialer_phase(dialer) != DTI_PHASE_RUNNING &&
		    ask_here(dialer, question))
			return DT_OK;
		err = dti_dialer_post(dialer, question);
	} while (err == DT_ERR_STOPPED);
	if (!err)
		dti_reply_wait(question->reply);
	return err;
}

dt_err dt_dialer_latency(dt_dialer *dialer, struct dt_latency *out,
			 enum dt_latency_kind kind)
{
	struct dti_reply reply;
	struct dti_command question = {
		.kind = DTI_COMMAND_LATENCY,
		.latency = kind,
		.reply = &reply,
	};
	dt_err err;

	if ((unsigned int)kind >= DT_LATENCY_COUNT)
		return DT_ERR_ARGUMENT;
	dti_reply_init(&reply, &dialer->replies);
	err = ask(dialer, &question);
	if (!err)
		*out = reply.latency;
	return err;
}

dt_err dt_dialer_explain(dt_dialer *dialer, struct dt_explanation *out,
			 const struct dt_node_id *id)
{
	struct dti_reply reply;
	struct dti_command question = {
		.kind = DTI_COMMAND_EXPLAIN,
		.node = {.id = *id},
		.reply = &reply,
	};
	dt_err err;

	dti_reply_init(&reply, &dialer->replies);
	err = ask(dialer, &question);
	if (err)
		return err;
	dti_explain_finish(&reply.explanation, &reply.pause);
	*out = reply.explanation;
	return reply.found ? DT_OK : DT_ERR_NOT_FOUND;
}
