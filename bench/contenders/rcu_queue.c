/* SPDX-License-Identifier: MIT */
#include "bench/contenders/rcu_queue.h"

#include <stdalign.h>
#include <stdlib.h>
#include <urcu/lfstack.h>
#include <urcu/rculfqueue.h>
#include <urcu/urcu-memb.h>

#include "lib/container.h"

#include "workers/cacheline.h"

#include "bench/contenders/parking.h"

#define NODES_A_GRACE_PERIOD 8192

/* A ticket carries one task once. */
struct ticket {
	struct cds_lfq_node_rcu task_link;
	struct cds_lfs_node done_link;
	struct handoff_item *item;
	struct ticket *next; /* the scheduler's: free, or waiting to be */
};

struct rcu_queue {
	struct parking parking;
	alignas(DTI_CACHELINE) struct cds_lfq_queue_rcu tasks;
	alignas(DTI_CACHELINE) struct __cds_lfs_stack done;
	/* Read-only. */
	alignas(DTI_CACHELINE) const struct handoff_setup *setup;
	/* The scheduler's. */
	alignas(DTI_CACHELINE) struct ticket *tickets;
	struct ticket *free;
	struct ticket *used; /* came back, free after a grace period */
	struct dti_spin spin;
	bool registered; /* the scheduler's thread with RCU */
};

/* Workers, which are registered; see cds_lfq_dequeue_rcu(). */
static struct ticket *take(struct rcu_queue *queue)
{
	struct cds_lfq_node_rcu *link;

	urcu_memb_read_lock();
	link = cds_lfq_dequeue_rcu(&queue->tasks);
	urcu_memb_read_unlock();
	return link ? dti_container_of(link, struct ticket, task_link) : NULL;
}

/* Empty is what dequeue calls so: a dummy without a successor. */
static bool has_task(void *state)
{
	struct rcu_queue *queue = state;
	struct cds_lfq_node_rcu *head;
	bool has_one;

	urcu_memb_read_lock();
	head = rcu_dereference(queue->tasks.head);
	has_one = !head->dummy || CMM_LOAD_SHARED(head->next);
	urcu_memb_read_unlock();
	return has_one;
}

static bool has_results(void *state)
{
	return !cds_lfs_empty(&((struct rcu_queue *)state)->done);
}

static void *create(const struct handoff_setup *setup)
{
	size_t count = (size_t)setup->in_flight + NODES_A_GRACE_PERIOD;
	struct rcu_queue *queue =
		aligned_alloc(alignof(struct rcu_queue), sizeof(*queue));

	if (!queue)
		return NULL;
	*queue = (struct rcu_queue){
		.setup = setup,
		.tickets = calloc(count, sizeof(*queue->tickets)),
	};
	if (!queue->tickets) {
		free(queue);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		queue->tickets[i].next = queue->free;
		queue->free = &queue->tickets[i];
	}
	cds_lfq_init_rcu(&queue->tasks, urcu_memb_call_rcu);
	__cds_lfs_init(&queue->done);
	parking_init(&queue->parking, queue, has_task, has_results);
	queue->spin = parking_spin(&queue->parking);
	return queue;
}

static struct ticket *get_ticket(struct rcu_queue *queue)
{
	struct ticket *ticket;

	if (!queue->free) {
		urcu_memb_synchronize_rcu();
		queue->free = queue->used;
		queue->used = NULL;
	}
	ticket = queue->free;
	queue->free = ticket->next;
	return ticket;
}

static void push(struct rcu_queue *queue, struct handoff_item *item)
{
	struct ticket *ticket = get_ticket(queue);

	ticket->item = item;
	cds_lfq_node_init_rcu(&ticket->task_link);
	urcu_memb_read_lock();
	cds_lfq_enqueue_rcu(&queue->tasks, &ticket->task_link);
	urcu_memb_read_unlock();
}

static size_t take_results(struct rcu_queue *queue, struct handoff_item **items)
{
	struct cds_lfs_head *all = __cds_lfs_pop_all(&queue->done);
	struct cds_lfs_node *link;
	size_t back = 0;

	for (link = all ? &all->node : NULL; link; link = link->next) {
		struct ticket *ticket =
			dti_container_of(link, struct ticket, done_link);

		items[back++] = ticket->item;
		ticket->next = queue->used;
		queue->used = ticket;
	}
	return back;
}

static size_t exchange(void *state, struct handoff_item **items, size_t count)
{
	struct rcu_queue *queue = state;

	if (!queue->registered) {
		urcu_memb_register_thread();
		queue->registered = true;
	}
	for (size_t i = 0; i < count; i++)
		push(queue, items[i]);
	parking_tasks_pushed(&queue->parking, count > 0);
	while (!has_results(queue))
		parking_wait_for_results(&queue->parking, &queue->spin);
	return take_results(queue, items);
}

static void work(void *state)
{
	struct rcu_queue *queue = state;
	struct parking_worker worker = parking_worker(&queue->parking);
	int64_t work_ns = queue->setup->work_ns;
	struct ticket *ticket;

	urcu_memb_register_thread();
	do {
		while ((ticket = take(queue))) {
			parking_task_taken(&queue->parking, &worker);
			handoff_work(work_ns);
			cds_lfs_node_init(&ticket->done_link);
			cds_lfs_push(&queue->done, &ticket->done_link);
			parking_result_pushed(&queue->parking);
		}
	} while (parking_wait_for_task(&queue->parking, &worker));
	urcu_memb_unregister_thread();
}

static void close_queue(void *state)
{
	parking_close(&((struct rcu_queue *)state)->parking);
}

static void destroy(void *state)
{
	struct rcu_queue *queue = state;

	urcu_memb_barrier(); /* the queue's own nodes */
	(void)cds_lfq_destroy_rcu(&queue->tasks);
	free(queue->tickets);
	free(queue);
}

void rcu_queue_measure(struct bench_result *result, const struct bench_run *run)
{
	static const struct handoff_queue queue = {
		create, exchange, work, close_queue, destroy,
	};

	handoff_measure(result, run, &queue);
}
