/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "lib/container.h"

#include "workers/clock.h"
#include "workers/rlpx.h"

void dti_rlpx_set_deadline(dt_rlpx *rlpx, struct dti_line *line, int64_t at_ms)
{
	if (line->has_deadline)
		dti_deadline_heap_remove(&rlpx->deadlines, &line->deadline);
	dti_deadline_heap_add(&rlpx->deadlines, &line->deadline, at_ms);
	line->has_deadline = true;
}

/* ---- what other threads ask for ---- */

/* What is under the lock, as it is when a turn begins. */
struct requests {
	bool stop;
	bool awaited;
};

static struct requests take_requests(dt_rlpx *rlpx)
{
	struct dti_rlpx_tally *tally = &rlpx->tally;
	struct dt_rlpx_counters *counters = &rlpx->counters;
	struct requests requests;

	dti_rlpx_lock(rlpx);
	rlpx->is_woken = false;
	requests.stop = rlpx->phase == DTI_RLPX_STOPPED;
	requests.awaited = rlpx->is_awaited;
	rlpx->is_awaited = false;
	counters->pings_sent += tally->pings_sent;
	counters->pongs_received += tally->pongs_received;
	counters->pings_received += tally->pings_received;
	counters->messages_received += tally->messages_received;
	dti_rlpx_unlock(rlpx);
	*tally = (struct dti_rlpx_tally){.pings_sent = 0};
	return requests;
}

static struct dti_line *take_handed(dt_rlpx *rlpx)
{
	struct dti_list_link *link;

	dti_rlpx_lock(rlpx);
	link = dti_list_first(&rlpx->handed);
	if (link)
		dti_list_remove(link);
	dti_rlpx_unlock(rlpx);
	return link ? dti_container_of(link, struct dti_line, among_handed)
		    : NULL;
}

/*
 * NULL also if a peer was handed over meanwhile, which may be the one: it is
 * adopted first, in the turn for which that has woken the thread.
 */
static struct dti_line *first_dropped(dt_rlpx *rlpx)
{
	struct dti_list_link *link = NULL;

	dti_rlpx_lock(rlpx);
	if (!dti_list_first(&rlpx->handed))
		link = dti_list_first(&rlpx->dropped);
	dti_rlpx_unlock(rlpx);
	return link ? dti_container_of(link, struct dti_line, among_dropped)
		    : NULL;
}

/* So that the next dials need not allocate. It may fail: then they do. */
static void reserve(dt_rlpx *rlpx)
{
	dti_rlpx_lock(rlpx);
	(void)dti_slab_reserve(&rlpx->lines, DTI_RLPX_RESERVE);
	(void)dti_slab_reserve(&rlpx->registry.entries, DTI_RLPX_RESERVE);
	dti_rlpx_unlock(rlpx);
}

static void adopt_handed(dt_rlpx *rlpx)
{
	struct dti_line *line = take_handed(rlpx);

	if (!line)
		return;
	for (; line; line = take_handed(rlpx))
		dti_rlpx_adopt(rlpx, line);
	reserve(rlpx);
}

/* False: stop. */
static bool settle(dt_rlpx *rlpx)
{
	struct requests requests = take_requests(rlpx);
	struct dti_line *line;

	adopt_handed(rlpx);
	if (requests.stop)
		return false;
	while ((line = first_dropped(rlpx)))
		dti_rlpx_end(rlpx, line, DT_ENDING_LOCAL_REQUESTED);
	if (requests.awaited)
		dti_rlpx_retry_waiting(rlpx);
	return true;
}

/* ---- deadlines ---- */

static int timeout_ms(const dt_rlpx *rlpx)
{
	int64_t first_ms = dti_deadline_heap_first_ms(&rlpx->deadlines);
	int64_t left_ms;

	if (first_ms == INT64_MAX)
		return -1;
	left_ms = first_ms - dti_clock_ms();
	if (left_ms <= 0)
		return 0;
	return left_ms < INT_MAX ? (int)left_ms : INT_MAX;
}

static void come_due(dt_rlpx *rlpx, struct dti_deadline *deadline)
{
	struct dti_line *line;

	dti_deadline_heap_remove(&rlpx->deadlines, deadline);
	if (deadline == &rlpx->accept_again) {
		dti_rlpx_accept_again(rlpx);
		return;
	}
	line = dti_container_of(deadline, struct dti_line, deadline);
	line->has_deadline = false;
	dti_rlpx_due(rlpx, line);
}

static void run_deadlines(dt_rlpx *rlpx)
{
	for (int i = 0; i < DTI_RLPX_DUE; i++) {
		if (dti_deadline_heap_first_ms(&rlpx->deadlines) > rlpx->now_ms)
			return;
		come_due(rlpx, rlpx->deadlines.first);
	}
}

/* ---- the loop ---- */

/* The connections that are there, then those that come: see LINE in rlpx.h. */
static void serve(dt_rlpx *rlpx, const struct epoll_event *events, int count)
{
	bool is_called = false;
	eventfd_t raised;

	for (int i = 0; i < count; i++) {
		void *what = events[i].data.ptr;

		if (what == &rlpx->wake_fd)
			eventfd_read(rlpx->wake_fd, &raised);
		else if (what == &rlpx->listener_fd)
			is_called = true;
		else
			dti_rlpx_serve(rlpx, what, events[i].events);
	}
	if (is_called)
		dti_rlpx_accept(rlpx);
}

static void shut_down(dt_rlpx *rlpx)
{
	struct dti_list_link *link;

	rlpx->is_stopping = true;
	while ((link = dti_list_first(&rlpx->all)))
		dti_rlpx_end(rlpx,
			     dti_container_of(link, struct dti_line, among_all),
			     DT_ENDING_LOCAL_QUITTING);
	dti_closer_finish(&rlpx->closer);
	if (rlpx->accepting_pauses)
		dti_deadline_heap_remove(&rlpx->deadlines, &rlpx->accept_again);
	rlpx->accepting_pauses = false;
	(void)take_requests(rlpx);
}

void dti_rlpx_run(void *argument)
{
	struct epoll_event events[DTI_RLPX_EVENTS];
	dt_rlpx *rlpx = argument;

	rlpx->now_ms = dti_clock_ms();
	while (settle(rlpx)) {
		/* No event: the signals are blocked, but a debugger may be
		 * there. */
		int count = epoll_wait(rlpx->epoll_fd, events, DTI_RLPX_EVENTS,
				       timeout_ms(rlpx));

		rlpx->now_ms = dti_clock_ms();
		serve(rlpx, events, count);
		run_deadlines(rlpx);
	}
	shut_down(rlpx);
}
