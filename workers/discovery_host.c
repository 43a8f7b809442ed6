/* SPDX-License-Identifier: MIT */
#include "workers/discovery_host.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/container.h"
#include "lib/error.h"
#include "lib/memory.h"

#include "workers/clock.h"

/* Signatures, and a packet or two in the open. */
#define STACK_SIZE       ((size_t)256 * 1024)
/* Pieces of one kind of work, before the others have their turn. */
#define DUE_AT_ONCE      64
#define MESSAGES_AT_ONCE 64

/* ---- the thread ---- */

/* See TIME: time goes on, but by @most_ms at most. How much it was. */
static int64_t pass_time(struct dt_discv4_host *host, int64_t most_ms)
{
	int64_t clock_ms = dti_clock_ms();
	int64_t passed_ms = clock_ms - host->looked_ms;

	if (passed_ms > most_ms)
		passed_ms = most_ms;
	host->looked_ms = clock_ms;
	host->now_ms += passed_ms;
	return passed_ms;
}

int64_t dti_host_now_ms(struct dt_discv4_host *host)
{
	host->round_left_ms -= pass_time(host, host->round_left_ms);
	return host->now_ms;
}

/* After a call of @member. */
static void settle(struct dt_discv4_host *host, struct dti_host_member *member)
{
	int64_t due_ms = member->calls->deadline_ms(member);

	if (due_ms == member->deadline.at_ms)
		return;
	dti_deadline_heap_remove(&host->deadlines, &member->deadline);
	dti_deadline_heap_add(&host->deadlines, &member->deadline, due_ms);
}

static void serve_due(struct dt_discv4_host *host)
{
	int64_t now_ms = dti_host_now_ms(host);

	for (int i = 0; i < DUE_AT_ONCE; i++) {
		struct dti_host_member *member;

		if (dti_deadline_heap_first_ms(&host->deadlines) > now_ms)
			return;
		member = dti_container_of(host->deadlines.first,
					  struct dti_host_member, deadline);
		member->calls->due(member);
		settle(host, member);
	}
}

static void deliver(struct dt_discv4_host *host,
		    struct dti_host_message *message)
{
	/* The message is its maker's again, and may be gone, from deliver on. */
	struct dti_host_member *member = message->member;

	message->deliver(message);
	if (member && member->joined)
		settle(host, member);
}

static void take_messages(struct dt_discv4_host *host)
{
	(void)dti_batch_take(&host->batch, &host->inbox);
	for (int i = 0; i < MESSAGES_AT_ONCE; i++) {
		bool blocked;
		struct dti_batch_node *node =
			dti_batch_next(&host->batch, &blocked);

		if (!node)
			return;
		deliver(host,
			dti_container_of(node, struct dti_host_message, link));
	}
}

/* All that is there of one descriptor, or a piece of it. */
static void serve_event(struct dt_discv4_host *host,
			const struct epoll_event *event)
{
	struct dti_host_member *member = event->data.ptr;
	eventfd_t raised;

	if (event->data.ptr == host) {
		eventfd_read(host->wake_fd, &raised);
		return;
	}
	if (!member) /* it has left */
		return;
	member->calls->readable(member);
	settle(host, member);
}

/* For epoll_wait(2); -1: for ever. */
static int timeout_ms(struct dt_discv4_host *host)
{
	int64_t first_ms = dti_deadline_heap_first_ms(&host->deadlines);
	int64_t now_ms = dti_host_now_ms(host);

	/* Whoever is in the middle of a push wakes us when it is done: ORDER
	 * in workers/batch_queue.h. */
	if (first_ms <= now_ms || dti_batch_ready(&host->batch))
		return 0;
	if (first_ms == INT64_MAX)
		return -1;
	return first_ms - now_ms < INT_MAX ? (int)(first_ms - now_ms) : INT_MAX;
}

static void sleep_until_something_is_to_do(struct dt_discv4_host *host)
{
	int patience_ms = timeout_ms(host);

	/* Negative: a debugger may be there. */
	host->event_count = epoll_wait(host->epoll_fd, host->events,
				       DTI_HOST_EVENTS, patience_ms);
	/* Some more than it was to last: the clock has whole milliseconds. */
	(void)pass_time(host, patience_ms < 0 ? INT64_MAX
					      : (int64_t)patience_ms +
							DTI_HOST_ROUND_MS);
	host->round_left_ms = DTI_HOST_ROUND_MS;
}

static bool is_stopping(struct dt_discv4_host *host)
{
	/* Acquire: pairs with the release in dti_host_destroy(). */
	return atomic_load_explicit(&host->stopping, memory_order_acquire);
}

static void serve(void *argument)
{
	struct dt_discv4_host *host = argument;

	while (!is_stopping(host)) {
		sleep_until_something_is_to_do(host);
		for (int i = 0; i < host->event_count; i++) {
			serve_event(host, &host->events[i]);
			take_messages(host);
			serve_due(host);
		}
		take_messages(host);
		serve_due(host);
	}
}

/* ---- create and destroy ---- */

static dt_err open_descriptors(struct dt_discv4_host *host)
{
	struct epoll_event wake = {.events = EPOLLIN, .data.ptr = host};

	host->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (host->epoll_fd < 0)
		return DT_ERR_NO_DESCRIPTORS;
	host->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (host->wake_fd < 0)
		goto fail_close_epoll;
	if (epoll_ctl(host->epoll_fd, EPOLL_CTL_ADD, host->wake_fd, &wake))
		goto fail_close_wake;
	return DT_OK;

fail_close_wake:
	close(host->wake_fd);
fail_close_epoll:
	close(host->epoll_fd);
	return DT_ERR_NO_DESCRIPTORS;
}

static void wake(struct dt_discv4_host *host)
{
	/* It fails only where the thread has 2^64 wakes to take. */
	(void)eventfd_write(host->wake_fd, 1);
}

static void init_parts(struct dt_discv4_host *host)
{
	dti_batch_queue_init(&host->inbox);
	dti_batch_init(&host->batch);
	dti_park_init(&host->visitors);
	dti_housekeeper_init(&host->housekeeper);
	atomic_init(&host->stopping, false);
	host->looked_ms = dti_clock_ms();
	host->now_ms = host->looked_ms;
	dti_udp_in_init(&host->in);
	dti_udp_out_init(&host->out);
}

/* Both or none. */
static dt_err start_threads(struct dt_discv4_host *host)
{
	dt_err err = dti_housekeeper_start(&host->housekeeper);

	if (err)
		return err;
	host->thread = (struct dti_thread){
		.run = serve,
		.argument = host,
		.name = "dt-discovery",
	};
	err = dti_thread_start(&host->thread, STACK_SIZE);
	if (err)
		dti_housekeeper_stop(&host->housekeeper);
	return err;
}

static dt_err explain_failure(dt_err err, struct dt_error *error)
{
	if (err == DT_ERR_NO_MEMORY)
		return dti_error_set(error, err,
				     "no memory for the threads of discovery");
	if (err == DT_ERR_NO_DESCRIPTORS)
		return dti_error_set(error, err,
				     "discovery needs two descriptors besides "
				     "its sockets, and one could not be made "
				     "(%s); raise the limit of open files",
				     strerrordesc_np(errno));
	return dti_error_set(error, err,
			     "a thread of discovery could not be started (%s); "
			     "raise the limit of threads",
			     strerrordesc_np(errno));
}

dt_err dti_host_create(struct dt_discv4_host **out,
		       const struct dt_allocator *allocator,
		       struct dt_error *error)
{
	void *memory;
	struct dt_discv4_host *host =
		dti_calloc_aligned(allocator, sizeof(*host),
				   _Alignof(struct dt_discv4_host), &memory);
	dt_err err;

	if (!host)
		return explain_failure(DT_ERR_NO_MEMORY, error);
	host->allocator = allocator;
	host->memory = memory;
	init_parts(host);
	err = open_descriptors(host);
	if (err)
		goto fail_free;
	err = start_threads(host);
	if (err)
		goto fail_close;
	*out = host;
	return DT_OK;

fail_close:
	close(host->wake_fd);
	close(host->epoll_fd);
fail_free:
	err = explain_failure(err, error);
	dti_free(allocator, memory);
	return err;
}

void dti_host_destroy(struct dt_discv4_host *host)
{
	if (!host)
		return;
	/* Release: pairs with the acquire in is_stopping(). */
	atomic_store_explicit(&host->stopping, true, memory_order_release);
	wake(host);
	dti_thread_join(&host->thread);
	dti_housekeeper_stop(&host->housekeeper);
	close(host->wake_fd);
	close(host->epoll_fd);
	dti_free(host->allocator, host->memory);
}

/* ---- join, leave, tell ---- */

/* A message whose sender waits until it was delivered; on its stack. */
struct visit {
	struct dti_host_message message;
	struct dti_call call;
	struct dt_discv4_host *host;
	struct dti_host_member *member;
	dt_err err;
};

static dt_err visit(struct dt_discv4_host *host, struct dti_host_member *member,
		    void (*deliver_visit)(struct dti_host_message *message))
{
	struct visit visit = {
		.message = {.deliver = deliver_visit},
		.host = host,
		.member = member,
		.err = DT_OK,
	};

	dti_call_init(&visit.call, &host->visitors);
	dti_host_tell(host, &visit.message);
	dti_call_await(&visit.call);
	return visit.err;
}

static void deliver_join(struct dti_host_message *message)
{
	struct visit *visit = dti_container_of(message, struct visit, message);
	struct dt_discv4_host *host = visit->host;
	struct dti_host_member *member = visit->member;
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = member};

	if (epoll_ctl(host->epoll_fd, EPOLL_CTL_ADD, member->fd, &event)) {
		visit->err = DT_ERR_NO_MEMORY;
	} else {
		member->joined = true;
		dti_deadline_heap_add(&host->deadlines, &member->deadline,
				      INT64_MAX);
		member->calls->joined(member);
		settle(host, member);
	}
	dti_call_finish(&visit->call);
}

/* See LEAVING in the header. */
static void deliver_leave(struct dti_host_message *message)
{
	struct visit *visit = dti_container_of(message, struct visit, message);
	struct dt_discv4_host *host = visit->host;
	struct dti_host_member *member = visit->member;

	epoll_ctl(host->epoll_fd, EPOLL_CTL_DEL, member->fd, NULL);
	for (int i = 0; i < host->event_count; i++) {
		if (host->events[i].data.ptr == member)
			host->events[i].data.ptr = NULL;
	}
	dti_deadline_heap_remove(&host->deadlines, &member->deadline);
	member->joined = false;
	dti_call_finish(&visit->call);
}

dt_err dti_host_join(struct dt_discv4_host *host,
		     struct dti_host_member *member)
{
	return visit(host, member, deliver_join);
}

void dti_host_leave(struct dt_discv4_host *host, struct dti_host_member *member)
{
	(void)visit(host, member, deliver_leave);
}

void dti_host_tell(struct dt_discv4_host *host,
		   struct dti_host_message *message)
{
	dti_batch_queue_push(&host->inbox, &message->link);
	wake(host);
}
