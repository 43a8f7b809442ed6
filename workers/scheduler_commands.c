/* SPDX-License-Identifier: MIT */
#include "workers/scheduler.h"

static void cancel_dial(struct dti_scheduler *scheduler,
			const struct dt_node_id *id)
{
	uint32_t tag = dti_dialstate_tag(scheduler->state, id);

	if (tag != DTI_NO_TAG)
		dti_scheduler_cancel(scheduler, tag);
}

/* Nobody waits for the answer of a command that ran out of memory. */
static void check(struct dti_scheduler *scheduler, const struct dt_node *node,
		  dt_err err)
{
	if (!err)
		return;
	scheduler->ledger.counters.commands_lost++;
	dti_scheduler_emit(scheduler, &(struct dt_event){
					      .type = DT_EVENT_COMMAND_LOST,
					      .level = DT_LEVEL_ERROR,
					      .node = node,
				      });
}

static void add_static(struct dti_scheduler *scheduler,
		       struct dti_command *command)
{
	const struct dt_node *nodes = dti_command_nodes(command);

	for (size_t i = 0; i < command->node_count; i++)
		check(scheduler, &nodes[i],
		      dti_dialstate_add_static(scheduler->state, &nodes[i]));
}

static void remove_static(struct dti_scheduler *scheduler,
			  struct dti_command *command)
{
	uint32_t tag = dti_dialstate_tag(scheduler->state, &command->node.id);

	dti_dialstate_remove_static(scheduler->state, &command->node.id);
	if (tag != DTI_NO_TAG &&
	    scheduler->jobs.jobs[tag].task.kind == DT_TASK_STATIC_DIAL)
		dti_scheduler_cancel(scheduler, tag);
}

static void add_bootnode(struct dti_scheduler *scheduler,
			 struct dti_command *command)
{
	const struct dt_node *node = dti_command_nodes(command);

	check(scheduler, node,
	      dti_dialstate_add_bootnode(scheduler->state, node));
}

static void remove_bootnode(struct dti_scheduler *scheduler,
			    struct dti_command *command)
{
	dti_dialstate_remove_bootnode(scheduler->state, &command->node.id);
}

static void add_peer(struct dti_scheduler *scheduler,
		     struct dti_command *command)
{
	const struct dt_node *node = &command->node;
	bool known = dti_dialstate_peer_flags(scheduler->state, &node->id) != 0;
	dt_err err = dti_dialstate_peer_added(scheduler->state, &node->id,
					      command->flags);

	check(scheduler, node, err);
	if (!err && !known)
		dti_scheduler_emit_peer(scheduler,
					&(struct dt_event){
						.type = DT_EVENT_PEER_ADDED,
						.node = node,
						.flags = command->flags,
					});
}

static bool is_dialed(uint32_t flags)
{
	return flags == DT_PEER_DYN || flags == DT_PEER_STATIC;
}

/* A dial's peer. If it connected inbound too, that is what it stays. */
static void announce(struct dti_scheduler *scheduler,
		     struct dti_command *command)
{
	uint32_t flags =
		dti_dialstate_peer_flags(scheduler->state, &command->node.id);

	if (flags == 0 || is_dialed(flags))
		add_peer(scheduler, command);
}

static void peer_added(struct dti_scheduler *scheduler,
		       struct dti_command *command)
{
	const struct dt_node_id *id = &command->node.id;

	add_peer(scheduler, command);
	cancel_dial(scheduler, id);
	/* Who listens knows of no bans. It was a peer, and its end is told. */
	if (dti_dialstate_is_banned(scheduler->state, id))
		(void)dti_scheduler_drop_peer(scheduler, id);
}

/* @reason: 0: not known. */
static void remove_peer(struct dti_scheduler *scheduler,
			const struct dt_node *node, int32_t reason)
{
	uint32_t flags =
		dti_dialstate_peer_removed(scheduler->state, &node->id);

	if (flags)
		dti_scheduler_emit_peer(scheduler,
					&(struct dt_event){
						.type = DT_EVENT_PEER_REMOVED,
						.node = node,
						.flags = flags,
						.detail.reason = reason,
					});
}

void dti_scheduler_dialed_peer_ended(struct dti_scheduler *scheduler,
				     const struct dt_node *node)
{
	if (is_dialed(dti_dialstate_peer_flags(scheduler->state, &node->id)))
		remove_peer(scheduler, node, 0);
}

/*
 * The library's own keeper knows but sockets, and says nothing of how the peer
 * came to be.
 */
static void peer_ended(struct dti_scheduler *scheduler,
		       struct dti_command *command)
{
	if (command->flags == 0)
		dti_scheduler_dialed_peer_ended(scheduler, &command->node);
	else
		remove_peer(scheduler, &command->node, command->reason);
}

bool dti_scheduler_drop_peer(struct dti_scheduler *scheduler,
			     const struct dt_node_id *id)
{
	const struct dt_transport *transport = &scheduler->steps->transport;
	struct dti_keeper *keeper = scheduler->steps->keeper;

	if (transport->drop)
		transport->drop(transport->context, id);
	return keeper && dti_keeper_drop(keeper, id);
}

/* A dialed peer that the library holds is gone when its keeper says so. */
static void peer_removed(struct dti_scheduler *scheduler,
			 struct dti_command *command)
{
	const struct dt_node *node = &command->node;
	uint32_t flags = dti_dialstate_peer_flags(scheduler->state, &node->id);
	bool held = dti_scheduler_drop_peer(scheduler, &node->id);

	if (!held || !is_dialed(flags))
		remove_peer(scheduler, node, 0);
}

static void inbound_pending(struct dti_scheduler *scheduler,
			    struct dti_command *command)
{
	check(scheduler, &command->node,
	      dti_dialstate_inbound_pending(scheduler->state,
					    &command->node.id));
}

static void inbound_done(struct dti_scheduler *scheduler,
			 struct dti_command *command)
{
	dti_dialstate_inbound_done(scheduler->state, &command->node.id);
}

static void ban(struct dti_scheduler *scheduler, struct dti_command *command)
{
	uint32_t tag = dti_dialstate_tag(scheduler->state, &command->node.id);
	int64_t until_ms = DTI_NEVER;

	if (command->duration_ms > 0 &&
	    command->duration_ms < DTI_NEVER - scheduler->now_ms)
		until_ms = scheduler->now_ms + command->duration_ms;
	check(scheduler, &command->node,
	      dti_dialstate_ban(scheduler->state, &command->node.id, until_ms));
	if (tag != DTI_NO_TAG) {
		scheduler->jobs.jobs[tag].unwanted = true;
		dti_scheduler_cancel(scheduler, tag);
	}
	(void)dti_scheduler_drop_peer(scheduler, &command->node.id);
}

static void unban(struct dti_scheduler *scheduler, struct dti_command *command)
{
	dti_dialstate_unban(scheduler->state, &command->node.id);
}

static void dial_now(struct dti_scheduler *scheduler,
		     struct dti_command *command)
{
	const struct dt_node *node = dti_command_nodes(command);
	enum dt_skip refused;
	dt_err err = dti_dialstate_dial_now(scheduler->state, &refused, node);

	if (err != DT_ERR_ARGUMENT) {
		check(scheduler, node, err);
		return;
	}
	dti_scheduler_emit(scheduler, &(struct dt_event){
					      .type = DT_EVENT_DIAL_NOW_REFUSED,
					      .level = DT_LEVEL_WARNING,
					      .skip = refused,
					      .node = node,
				      });
}

static void pause_dials(struct dti_scheduler *scheduler,
			struct dti_command *command)
{
	(void)command;
	scheduler->paused = true;
}

static void resume_dials(struct dti_scheduler *scheduler,
			 struct dti_command *command)
{
	(void)command;
	scheduler->paused = false;
}

static void change_limits(struct dti_scheduler *scheduler,
			  struct dti_command *command)
{
	struct dti_new_limits *new_limits = command->new_limits;
	struct dti_netrestrict *old = scheduler->netrestrict;

	scheduler->limits = new_limits->limits;
	dti_connect_patience_set_dial_timeout(
		&scheduler->patience, scheduler->limits.dial_timeout_ms);
	dti_scheduler_limit_connects(scheduler);
	dti_dialstate_set_limits(scheduler->state,
				 &new_limits->limits.dialstate);
	scheduler->netrestrict = new_limits->netrestrict;
	dti_dialstate_set_netrestrict(scheduler->state, scheduler->netrestrict);
	new_limits->netrestrict = old; /* freed with the command */
}

static void answer(struct dti_scheduler *scheduler, struct dti_reply *reply)
{
	reply->next = NULL;
	if (scheduler->last_reply)
		scheduler->last_reply->next = reply;
	else
		scheduler->first_reply = reply;
	scheduler->last_reply = reply;
}

void dti_scheduler_send_replies(struct dti_scheduler *scheduler)
{
	struct dti_reply *first = scheduler->first_reply;

	if (!first)
		return;
	/* Who has an answer may compare it with the counters. */
	dti_scheduler_publish(scheduler);
	scheduler->first_reply = NULL;
	scheduler->last_reply = NULL;
	dti_reply_send(first);
}

static void explain(struct dti_scheduler *scheduler,
		    struct dti_command *command)
{
	struct dti_reply *reply = command->reply;

	reply->pause = (struct dti_explain_pause){
		.paused = scheduler->paused || scheduler->limits.no_dial,
		.faulted = scheduler->fault.active,
		.fault_ms = scheduler->fault.last_ms +
			    scheduler->limits.local_fault_pause_ms -
			    scheduler->now_ms,
	};
	reply->found =
		dti_dialstate_explain(scheduler->state, &reply->explanation,
				      scheduler->now_ms, &command->node.id);
	answer(scheduler, reply);
}

static void latency(struct dti_scheduler *scheduler,
		    struct dti_command *command)
{
	dti_histogram_read(&scheduler->ledger.latencies[command->latency],
			   &command->reply->latency);
	answer(scheduler, command->reply);
}

typedef void (*apply_fn)(struct dti_scheduler *scheduler,
			 struct dti_command *command);

static const apply_fn apply[] = {
	[DTI_COMMAND_ADD_STATIC] = add_static,
	[DTI_COMMAND_REMOVE_STATIC] = remove_static,
	[DTI_COMMAND_ADD_BOOTNODE] = add_bootnode,
	[DTI_COMMAND_REMOVE_BOOTNODE] = remove_bootnode,
	[DTI_COMMAND_PEER_ADDED] = peer_added,
	[DTI_COMMAND_ANNOUNCE] = announce,
	[DTI_COMMAND_PEER_REMOVED] = peer_removed,
	[DTI_COMMAND_PEER_ENDED] = peer_ended,
	[DTI_COMMAND_INBOUND_PENDING] = inbound_pending,
	[DTI_COMMAND_INBOUND_DONE] = inbound_done,
	[DTI_COMMAND_BAN] = ban,
	[DTI_COMMAND_UNBAN] = unban,
	[DTI_COMMAND_DIAL_NOW] = dial_now,
	[DTI_COMMAND_PAUSE] = pause_dials,
	[DTI_COMMAND_RESUME] = resume_dials,
	[DTI_COMMAND_LIMITS] = change_limits,
	[DTI_COMMAND_EXPLAIN] = explain,
	[DTI_COMMAND_LATENCY] = latency,
};

/* Questions change nothing, so they are no reason to ask for new tasks. */
static bool is_question(const struct dti_command *command)
{
	return command->kind == DTI_COMMAND_EXPLAIN ||
	       command->kind == DTI_COMMAND_LATENCY;
}

void dti_scheduler_apply(struct dti_scheduler *scheduler,
			 struct dti_command *command)
{
	scheduler->stirred |= !is_question(command);
	scheduler->ledger.counters.commands++;
	apply[command->kind](scheduler, command);
}

void dti_scheduler_apply_commands(struct dti_scheduler *scheduler)
{
	struct dti_command *command;

	while ((command = dti_handoff_next_command(scheduler->handoff))) {
		dti_scheduler_apply(scheduler, command);
		dti_inbox_put(&scheduler->handoff->inbox, command);
	}
	dti_scheduler_send_replies(scheduler);
}
