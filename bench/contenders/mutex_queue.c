/* SPDX-License-Identifier: MIT */
#include "bench/contenders/mutex_queue.h"

#include <pthread.h>
#include <stdlib.h>

struct list {
	pthread_mutex_t mutex;
	pthread_cond_t filled;
	/* Under the mutex. */
	struct handoff_item *first;
	struct handoff_item **end;
	bool closed;
};

struct mutex_queue {
	struct list tasks;
	struct list done;
	const struct handoff_setup *setup;
};

static void list_init(struct list *list)
{
	pthread_mutex_init(&list->mutex, NULL);
	pthread_cond_init(&list->filled, NULL);
	list->first = NULL;
	list->end = &list->first;
	list->closed = false;
}

static void list_fini(struct list *list)
{
	pthread_cond_destroy(&list->filled);
	pthread_mutex_destroy(&list->mutex);
}

static void push(struct list *list, struct handoff_item *item)
{
	item->next = NULL;
	pthread_mutex_lock(&list->mutex);
	*list->end = item;
	list->end = &item->next;
	pthread_cond_signal(&list->filled);
	pthread_mutex_unlock(&list->mutex);
}

static void wait_until_filled_locked(struct list *list)
{
	while (!list->first && !list->closed)
		pthread_cond_wait(&list->filled, &list->mutex);
}

static struct handoff_item *take(struct list *list)
{
	struct handoff_item *item;

	pthread_mutex_lock(&list->mutex);
	wait_until_filled_locked(list);
	item = list->first;
	if (item) {
		list->first = item->next;
		if (!list->first)
			list->end = &list->first;
	}
	pthread_mutex_unlock(&list->mutex);
	return item;
}

static struct handoff_item *take_all(struct list *list)
{
	struct handoff_item *first;

	pthread_mutex_lock(&list->mutex);
	wait_until_filled_locked(list);
	first = list->first;
	list->first = NULL;
	list->end = &list->first;
	pthread_mutex_unlock(&list->mutex);
	return first;
}

static void *create(const struct handoff_setup *setup)
{
	struct mutex_queue *queue = malloc(sizeof(*queue));

	if (!queue)
		return NULL;
	list_init(&queue->tasks);
	list_init(&queue->done);
	queue->setup = setup;
	return queue;
}

static size_t exchange(void *state, struct handoff_item **items, size_t count)
{
	struct mutex_queue *queue = state;
	struct handoff_item *item;
	size_t back = 0;

	for (size_t i = 0; i < count; i++)
		push(&queue->tasks, items[i]);
	for (item = take_all(&queue->done); item; item = item->next)
		items[back++] = item;
	return back;
}

static void work(void *state)
{
	struct mutex_queue *queue = state;
	int64_t work_ns = queue->setup->work_ns;
	struct handoff_item *item;

	while ((item = take(&queue->tasks))) {
		handoff_work(work_ns);
		push(&queue->done, item);
	}
}

static void close_queue(void *state)
{
	struct list *tasks = &((struct mutex_queue *)state)->tasks;

	pthread_mutex_lock(&tasks->mutex);
	tasks->closed = true;
	pthread_cond_broadcast(&tasks->filled);
	pthread_mutex_unlock(&tasks->mutex);
}

static void destroy(void *state)
{
	struct mutex_queue *queue = state;

	list_fini(&queue->done);
	list_fini(&queue->tasks);
	free(queue);
}

void mutex_queue_measure(struct bench_result *result,
			 const struct bench_run *run)
{
	static const struct handoff_queue queue = {
		create, exchange, work, close_queue, destroy,
	};

	handoff_measure(result, run, &queue);
}
