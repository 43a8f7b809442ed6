/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/memory.h"
#include "lib/node/endpoint.h"
#include "lib/node/node_copy.h"

#include "workers/clock.h"
#include "workers/dialer.h"
#include "workers/park.h"
#include "workers/rcu.h"

static dt_err post_while_open(dt_dialer *dialer,
			      const struct dti_command *filled)
{
	struct dti_command *command;
	dt_err err;

	if (dti_dialer_phase(dialer) >= DTI_PHASE_STOPPING)
		return DT_ERR_STOPPED;
	err = dti_inbox_get(&dialer->handoff.inbox, &command, filled);
	if (!err)
		dti_handoff_post(&dialer->handoff, command);
	return err;
}

dt_err dti_dialer_post(dt_dialer *dialer, const struct dti_command *filled)
{
	dt_err err;

	dti_rcu_read_lock(); /* see GATE */
	err = post_while_open(dialer, filled);
	dti_rcu_read_unlock();
	return err;
}

static dt_err post_id(dt_dialer *dialer, enum dti_command_kind kind,
		      const struct dt_node_id *id)
{
	return dti_dialer_post(dialer, &(struct dti_command){
					       .kind = kind,
					       .node = {.id = *id},
				       });
}

/* One block: the nodes, then their names. */
static struct dt_node *copy_nodes(const struct dt_allocator *allocator,
				  const struct dt_node *nodes, size_t count)
{
	size_t names = dti_node_copy_names_size(nodes, count);
	struct dt_node *copy;
	char *name;

	if (count > (SIZE_MAX - names) / sizeof(*nodes))
		return NULL;
	copy = dti_malloc(allocator, count * sizeof(*copy) + names);
	if (!copy)
		return NULL;
	name = (char *)(copy + count);
	for (size_t i = 0; i < count; i++) {
		name = dti_node_copy(&copy[i], name, &nodes[i]);
		dti_endpoint_normalize(&copy[i].endpoint);
	}
	return copy;
}

static bool is_family(uint8_t family)
{
	return family == 0 || family == 4 || family == 6;
}

static bool are_acceptable(const struct dt_node *nodes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_family(nodes[i].endpoint.family))
			return false;
		if (nodes[i].host_name &&
		    strnlen(nodes[i].host_name, DT_HOST_NAME_SIZE) ==
			    DT_HOST_NAME_SIZE)
			return false;
	}
	return true;
}

static dt_err post_nodes(dt_dialer *dialer, enum dti_command_kind kind,
			 const struct dt_node *nodes, size_t count)
{
	struct dti_command command = {.kind = kind, .node_count = count};
	bool fits = count == 1 && !nodes->host_name;
	dt_err err;

	if (!are_acceptable(nodes, count))
		return DT_ERR_ARGUMENT;
	if (count == 0)
		return dti_dialer_phase(dialer) >= DTI_PHASE_STOPPING
			       ? DT_ERR_STOPPED
			       : DT_OK;
	if (fits) {
		command.node = *nodes;
		dti_endpoint_normalize(&command.node.endpoint);
	} else {
		command.nodes = copy_nodes(&dialer->allocator, nodes, count);
	}
	if (!fits && !command.nodes)
		return DT_ERR_NO_MEMORY;
	err = dti_dialer_post(dialer, &command);
	if (err)
		dti_free(&dialer->allocator, command.nodes);
	return err;
}

dt_err dt_dialer_add_static(dt_dialer *dialer, const struct dt_node *nodes,
			    size_t count)
{
	return post_nodes(dialer, DTI_COMMAND_ADD_STATIC, nodes, count);
}

dt_err dt_dialer_remove_static(dt_dialer *dialer, const struct dt_node_id *id)
{
	return post_id(dialer, DTI_COMMAND_REMOVE_STATIC, id);
}

dt_err dt_dialer_add_bootnode(dt_dialer *dialer, const struct dt_node *node)
{
	return post_nodes(dialer, DTI_COMMAND_ADD_BOOTNODE, node, 1);
}

dt_err dt_dialer_remove_bootnode(dt_dialer *dialer, const struct dt_node_id *id)
{
	return post_id(dialer, DTI_COMMAND_REMOVE_BOOTNODE, id);
}

dt_err dt_dialer_peer_added(dt_dialer *dialer, const struct dt_node_id *id,
			    uint32_t flags)
{
	const uint32_t known = DT_PEER_DYN | DT_PEER_STATIC | DT_PEER_INBOUND |
			       DT_PEER_TRUSTED;

	if (flags == 0 || (flags & ~known) != 0)
		return DT_ERR_ARGUMENT;
	return dti_dialer_post(dialer, &(struct dti_command){
					       .kind = DTI_COMMAND_PEER_ADDED,
					       .node = {.id = *id},
					       .flags = flags,
				       });
}

dt_err dt_dialer_peer_removed(dt_dialer *dialer, const struct dt_node_id *id)
{
	return post_id(dialer, DTI_COMMAND_PEER_REMOVED, id);
}

dt_err dt_dialer_inbound_pending(dt_dialer *dialer, const struct dt_node_id *id)
{
	return post_id(dialer, DTI_COMMAND_INBOUND_PENDING, id);
}

dt_err dt_dialer_inbound_done(dt_dialer *dialer, const struct dt_node_id *id)
{
	return post_id(dialer, DTI_COMMAND_INBOUND_DONE, id);
}

dt_err dt_dialer_ban(dt_dialer *dialer, const struct dt_node_id *id,
		     int64_t duration_ms)
{
	if (duration_ms < 0)
		return DT_ERR_ARGUMENT;
	return dti_dialer_post(dialer, &(struct dti_command){
					       .kind = DTI_COMMAND_BAN,
					       .node = {.id = *id},
					       .duration_ms = duration_ms,
				       });
}

dt_err dt_dialer_unban(dt_dialer *dialer, const struct dt_node_id *id)
{
	return post_id(dialer, DTI_COMMAND_UNBAN, id);
}

dt_err dt_dialer_dial_now(dt_dialer *dialer, const struct dt_node *node)
{
	return post_nodes(dialer, DTI_COMMAND_DIAL_NOW, node, 1);
}

dt_err dt_dialer_pause(dt_dialer *dialer)
{
	return dti_dialer_post(
		dialer, &(struct dti_command){.kind = DTI_COMMAND_PAUSE});
}

dt_err dt_dialer_resume(dt_dialer *dialer)
{
	return dti_dialer_post(
		dialer, &(struct dti_command){.kind = DTI_COMMAND_RESUME});
}

void dti_dialer_peer_ended(void *context, const struct dt_node_id *id)
{
	dt_dialer *dialer = context;
	struct dti_command *command = dti_inbox_get_waiting(
		&dialer->handoff.inbox, &(struct dti_command){
						.kind = DTI_COMMAND_PEER_ENDED,
						.node = {.id = *id},
					});

	dti_handoff_post(&dialer->handoff, command);
}

void dti_dialer_peer_ended_because(dt_dialer *dialer,
				   const struct dt_node_id *id, uint32_t flags,
				   int32_t reason)
{
	struct dti_command command = {
		.kind = DTI_COMMAND_PEER_ENDED,
		.node = {.id = *id},
		.flags = flags,
		.reason = reason,
	};

	/* As dti_inbox_get_waiting(); but see GATE. */
	while (dti_dialer_post(dialer, &command) != DT_OK &&
	       dti_dialer_phase(dialer) == DTI_PHASE_RUNNING)
		dti_park_nap(DTI_NS_PER_MS);
}
