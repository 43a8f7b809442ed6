/* SPDX-License-Identifier: MIT */
#include "workers/inbox.h"

#include "lib/memory.h"

#include "workers/clock.h"
#include "workers/park.h"

dt_err dti_inbox_init(struct dti_inbox *inbox, uint32_t size,
		      const struct dt_allocator *allocator)
{
	inbox->allocator = allocator;
	inbox->commands = dti_calloc(allocator, size, sizeof(*inbox->commands));
	if (!inbox->commands)
		return DT_ERR_NO_MEMORY;
	if (dti_task_queue_init(&inbox->free_commands, size, allocator)) {
		dti_free(allocator, inbox->commands);
		return DT_ERR_NO_MEMORY;
	}
	dti_batch_queue_init(&inbox->queue);
	/* Relaxed: no other thread knows the inbox yet. */
	atomic_store_explicit(&inbox->from_heap, 0, memory_order_relaxed);
	for (uint32_t i = 0; i < size; i++)
		dti_task_queue_push(&inbox->free_commands, &inbox->commands[i]);
	return DT_OK;
}

void dti_inbox_fini(struct dti_inbox *inbox)
{
	dti_task_queue_fini(&inbox->free_commands, inbox->allocator);
	dti_free(inbox->allocator, inbox->commands);
}

static struct dti_command *fill(struct dti_command *command,
				const struct dti_command *filled,
				enum dti_command_home home)
{
	if (!command)
		return NULL;
	*command = *filled;
	command->home = home;
	return command;
}

static dt_err get_from_heap(struct dti_inbox *inbox, struct dti_command **out,
			    const struct dti_command *filled)
{
	/* Relaxed: a bound on memory, see the field. */
	uint32_t out_now = atomic_fetch_add_explicit(&inbox->from_heap, 1,
						     memory_order_relaxed);
	bool room = out_now < DTI_INBOX_MAX;

	*out = fill(room ? dti_malloc(inbox->allocator, sizeof(**out)) : NULL,
		    filled, DTI_COMMAND_HOME_HEAP);
	if (*out)
		return DT_OK;
	atomic_fetch_sub_explicit(&inbox->from_heap, 1, memory_order_relaxed);
	return room ? DT_ERR_NO_MEMORY : DT_ERR_BUSY;
}

dt_err dti_inbox_get(struct dti_inbox *inbox, struct dti_command **out,
		     const struct dti_command *filled)
{
	*out = fill(dti_task_queue_take(&inbox->free_commands), filled,
		    DTI_COMMAND_HOME_POOL);
	return *out ? DT_OK : get_from_heap(inbox, out, filled);
}

struct dti_command *dti_inbox_get_waiting(struct dti_inbox *inbox,
					  const struct dti_command *filled)
{
	struct dti_command *command;

	/*
	 * It can fail only with DTI_INBOX_MAX commands waiting, or without
	 * memory: too rare to be worth a wake-up with each put.
	 */
	while (dti_inbox_get(inbox, &command, filled))
		dti_park_nap(DTI_NS_PER_MS);
	return command;
}

void dti_inbox_push(struct dti_inbox *inbox, struct dti_command *command)
{
	dti_batch_queue_push(&inbox->queue, &command->link);
}

static void free_payload(const struct dti_inbox *inbox,
			 struct dti_command *command)
{
	dti_free(inbox->allocator, command->nodes);
	if (!command->new_limits)
		return;
	dti_netrestrict_destroy(command->new_limits->netrestrict,
				inbox->allocator);
	dti_free(inbox->allocator, command->new_limits);
}

void dti_inbox_put(struct dti_inbox *inbox, struct dti_command *command)
{
	free_payload(inbox, command);
	switch (command->home) {
	case DTI_COMMAND_HOME_POOL:
		dti_task_queue_push(&inbox->free_commands, command);
		break;
	case DTI_COMMAND_HOME_HEAP:
		dti_free(inbox->allocator, command);
		atomic_fetch_sub_explicit(&inbox->from_heap, 1,
					  memory_order_relaxed);
		break;
	case DTI_COMMAND_HOME_JOB:
		break;
	}
}
