/* SPDX-License-Identifier: MIT */
#include "workers/discovery_query.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/assert.h"
#include "lib/memory.h"

/* See ANSWER. */
enum state {
	STATE_FREE,
	STATE_WAITING,
	STATE_DONE,
	STATE_ABANDONED,
};

static int event_fd(const struct dti_query_slot *slot)
{
	return slot->event_fd_plus_1 - 1;
}

dt_err dti_query_slots_init(struct dti_query_slots *slots)
{
	slots->all =
		dti_calloc(slots->allocator, slots->count, sizeof(*slots->all));
	if (!slots->all)
		return DT_ERR_NO_MEMORY;
	slots->callers = 0;
	/* Cannot fail: without attributes they need no memory in glibc. */
	pthread_mutex_init(&slots->lock, NULL);
	pthread_cond_init(&slots->left, NULL);
	return DT_OK;
}

void dti_query_slots_fini(struct dti_query_slots *slots)
{
	for (uint32_t i = 0; i < slots->count; i++) {
		struct dti_query_slot *slot = &slots->all[i];

		/* Relaxed: no other thread knows it any more. */
		DTI_ASSERT(atomic_load_explicit(&slot->state,
						memory_order_relaxed) ==
			   STATE_FREE);
		if (slot->event_fd_plus_1 != 0)
			close(event_fd(slot));
	}
	pthread_cond_destroy(&slots->left);
	pthread_mutex_destroy(&slots->lock);
	dti_free(slots->allocator, slots->all);
}

static void enter(struct dti_query_slots *slots)
{
	pthread_mutex_lock(&slots->lock);
	slots->callers++;
	pthread_mutex_unlock(&slots->lock);
}

/* The caller's last access: see DRAIN. */
static void leave(struct dti_query_slots *slots)
{
	pthread_mutex_lock(&slots->lock);
	slots->callers--;
	if (slots->callers == 0)
		pthread_cond_broadcast(&slots->left);
	pthread_mutex_unlock(&slots->lock);
}

void dti_query_slots_drain(struct dti_query_slots *slots)
{
	pthread_mutex_lock(&slots->lock);
	while (slots->callers > 0)
		pthread_cond_wait(&slots->left, &slots->lock);
	pthread_mutex_unlock(&slots->lock);
}

/* True: the state was @before. */
static bool change(struct dti_query_slot *slot, uint32_t before, uint32_t after)
{
	/*
	 * Acq_rel, and acquire where it was another: whoever changes the state
	 * hands over what it wrote to the slot, and sees what was written by
	 * the one who has changed it last.
	 */
	return atomic_compare_exchange_strong_explicit(
		&slot->state, &before, after, memory_order_acq_rel,
		memory_order_acquire);
}

static struct dti_query_slot *take_free(struct dti_query_slots *slots)
{
	/* From the first on: those that are never used take no memory. */
	for (uint32_t i = 0; i < slots->count; i++) {
		if (change(&slots->all[i], STATE_FREE, STATE_WAITING))
			return &slots->all[i];
	}
	return NULL;
}

static bool has_descriptor(struct dti_query_slot *slot)
{
	if (slot->event_fd_plus_1 == 0)
		slot->event_fd_plus_1 =
			eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) + 1;
	return slot->event_fd_plus_1 != 0;
}

struct dti_query_slot *dti_query_take(struct dti_query_slots *slots)
{
	struct dti_query_slot *slot;

	enter(slots);
	slot = take_free(slots);
	if (slot && has_descriptor(slot)) {
		slot->slots = slots;
		return slot;
	}
	if (slot)
		(void)change(slot, STATE_WAITING, STATE_FREE);
	leave(slots);
	return NULL;
}

static void tell(struct dti_query_slot *slot, struct dti_host_message *message,
		 void (*deliver)(struct dti_host_message *message))
{
	message->member = slot->slots->member;
	message->deliver = deliver;
	dti_host_tell(slot->slots->host, message);
}

static bool is_done(const struct dti_query_slot *slot)
{
	/* Acquire: pairs with the release in finish; the answer is read. */
	return atomic_load_explicit(&slot->state, memory_order_acquire) ==
	       STATE_DONE;
}

/* False: it was answered meanwhile. */
static bool abandon(struct dti_query_slot *slot)
{
	struct dti_query_slots *slots = slot->slots;

	if (!change(slot, STATE_WAITING, STATE_ABANDONED))
		return false;
	tell(slot, &slot->abandon_message, slots->abandoned);
	leave(slots);
	return true;
}

dt_err dti_query_await(struct dti_query_slot *slot, const struct dt_op *op)
{
	slot->question.tag = slot;
	tell(slot, &slot->question_message, slot->slots->question);
	while (!is_done(slot)) {
		dt_err err = dt_op_wait(op, event_fd(slot), POLLIN);
		eventfd_t raised;

		if (err)
			return abandon(slot) ? err : DT_OK;
		/* Before the state is looked at: see ANSWER (c). */
		eventfd_read(event_fd(slot), &raised);
	}
	return DT_OK;
}

void dti_query_give(struct dti_query_slot *slot)
{
	struct dti_query_slots *slots = slot->slots;

	(void)change(slot, STATE_DONE, STATE_FREE);
	leave(slots);
}

void dti_query_finish(struct dti_query_slot *slot)
{
	/* Read before the slot may be another's; see ANSWER (e). */
	int fd = event_fd(slot);

	slot->under_way = false;
	if (change(slot, STATE_WAITING, STATE_DONE))
		(void)eventfd_write(fd, 1);
}

void dti_query_release(struct dti_query_slot *slot)
{
	bool released;

	slot->under_way = false;
	released = change(slot, STATE_ABANDONED, STATE_FREE);
	DTI_ASSERT(released);
	(void)released;
}
