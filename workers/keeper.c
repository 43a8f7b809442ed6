/* SPDX-License-Identifier: MIT */
#include "workers/keeper.h"

#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/memory.h"

#include "workers/entropy.h"
#include "workers/peer_slots.h"
#include "workers/thread.h"

#define STACK_SIZE     ((size_t)64 * 1024)
#define EVENTS_AT_ONCE 64
#define DISCARD_SIZE   ((size_t)16 * 1024) /* bytes read of a peer in a wake */

struct dti_keeper {
	/* Set by create, read-only afterwards. */
	const struct dt_allocator *allocator;
	dti_keeper_ended_fn ended;
	void *context;
	int epoll_fd;
	int wake_fd; /* eventfd; in epoll with a NULL pointer */

	/* Owned by whoever starts and stops. */
	struct dti_thread thread;
	bool started;

	pthread_mutex_t lock;
	/* Under the lock. */
	struct dti_peer_slots slots;
	bool stopping;
	bool woken; /* wake_fd is raised and not yet taken back */
};

static dt_err open_descriptors(struct dti_keeper *keeper)
{
	struct epoll_event wake = {.events = EPOLLIN, .data.ptr = NULL};

	keeper->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (keeper->epoll_fd < 0)
		return DT_ERR_NO_DESCRIPTORS;
	keeper->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (keeper->wake_fd < 0)
		goto fail_close_epoll;
	if (epoll_ctl(keeper->epoll_fd, EPOLL_CTL_ADD, keeper->wake_fd, &wake))
		goto fail_close_wake;
	return DT_OK;

fail_close_wake:
	close(keeper->wake_fd);
fail_close_epoll:
	close(keeper->epoll_fd);
	return DT_ERR_NO_DESCRIPTORS;
}

dt_err dti_keeper_create(struct dti_keeper **out,
			 const struct dt_allocator *allocator,
			 dti_keeper_ended_fn ended, void *context)
{
	struct dti_keeper *keeper = dti_calloc(allocator, 1, sizeof(*keeper));
	struct dti_peer_slab *slab;
	dt_err err = DT_ERR_NO_MEMORY;

	if (!keeper)
		return DT_ERR_NO_MEMORY;
	keeper->allocator = allocator;
	keeper->ended = ended;
	keeper->context = context;
	slab = dti_peer_slots_make_slab(
		allocator, dti_peer_slots_next_slab(&keeper->slots));
	if (!slab)
		goto fail_free;
	dti_peer_slots_add_slab(&keeper->slots, slab);
	err = DT_ERR_SYSTEM;
	if (!dti_entropy_fill(keeper->slots.hash_key,
			      sizeof(keeper->slots.hash_key)))
		goto fail_free;
	err = open_descriptors(keeper);
	if (err)
		goto fail_free;
	/* Cannot fail: a mutex without attributes needs no memory in glibc. */
	pthread_mutex_init(&keeper->lock, NULL);
	*out = keeper;
	return DT_OK;

fail_free:
	dti_peer_slots_fini(&keeper->slots, allocator);
	dti_free(allocator, keeper);
	return err;
}

static void lock(struct dti_keeper *keeper)
{
	pthread_mutex_lock(&keeper->lock);
}

static void unlock(struct dti_keeper *keeper)
{
	pthread_mutex_unlock(&keeper->lock);
}

static void wake_locked(struct dti_keeper *keeper)
{
	if (keeper->woken)
		return;
	keeper->woken = true;
	eventfd_write(keeper->wake_fd, 1);
}

/* False: no memory. Without the lock. */
static bool grow(struct dti_keeper *keeper, size_t count)
{
	struct dti_peer_slab *slab =
		dti_peer_slots_make_slab(keeper->allocator, count);

	if (!slab)
		return false;
	lock(keeper);
	dti_peer_slots_add_slab(&keeper->slots, slab);
	unlock(keeper);
	return true;
}

/* See MEMORY in keeper.h. May let the lock go meanwhile. NULL: no memory. */
static struct dti_peer_slot *
take_slot_locked(struct dti_keeper *keeper, const struct dt_node_id *id, int fd)
{
	struct dti_peer_slot *slot;

	while (!(slot = dti_peer_slots_hold(&keeper->slots, id, fd))) {
		size_t count = dti_peer_slots_next_slab(&keeper->slots);
		bool grown;

		unlock(keeper);
		grown = grow(keeper, count);
		lock(keeper);
		if (!grown)
			return NULL;
	}
	return slot;
}

bool dti_keeper_hold(struct dti_keeper *keeper, const struct dt_node_id *id,
		     int fd)
{
	struct epoll_event event = {.events = EPOLLIN};
	struct dti_peer_slot *slot;
	bool held = false;

	lock(keeper);
	slot = take_slot_locked(keeper, id, fd);
	errno = keeper->stopping ? ECANCELED : ENOMEM;
	if (slot) {
		event.data.ptr = slot;
		held = !keeper->stopping &&
		       epoll_ctl(keeper->epoll_fd, EPOLL_CTL_ADD, fd, &event) ==
			       0;
	}
	if (slot && !held)
		dti_peer_slots_unhold(&keeper->slots, slot);
	if (held && dti_peer_slots_low(&keeper->slots))
		wake_locked(keeper);
	unlock(keeper);
	return held;
}

bool dti_keeper_drop(struct dti_keeper *keeper, const struct dt_node_id *id)
{
	bool held;

	lock(keeper);
	held = dti_peer_slots_end_id(&keeper->slots, id);
	if (held)
		wake_locked(keeper);
	unlock(keeper);
	return held;
}

/*
 * Throw away what a peer sent. MSG_TRUNC: TCP then does not even copy it. True:
 * the connection is over.
 */
static bool discard(int fd, uint32_t events)
{
	char unwanted[DISCARD_SIZE];
	ssize_t got =
		recv(fd, unwanted, sizeof(unwanted), MSG_DONTWAIT | MSG_TRUNC);

	/* A custom transport's descriptor; it is readable, so this returns. */
	if (got < 0 && errno == ENOTSOCK)
		got = read(fd, unwanted, sizeof(unwanted));
	if (got > 0)
		return false;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		/* Else a hang-up without error would be reported for ever. */
		return (events & (EPOLLHUP | EPOLLERR)) != 0;
	return true;
}

/* See SLOT in keeper.h. */
static void serve(struct dti_keeper *keeper, struct dti_peer_slot *slot,
		  uint32_t events)
{
	int fd;
	bool ending;

	lock(keeper);
	fd = slot->fd;
	ending = slot->ending;
	unlock(keeper);
	if (ending || !discard(fd, events))
		return;
	lock(keeper);
	dti_peer_slots_end(&keeper->slots, slot);
	unlock(keeper);
}

/* Close those that are ending and say so. Without the lock. */
static void close_ended(struct dti_keeper *keeper, struct dti_peer_slot *list)
{
	for (struct dti_peer_slot *slot = list; slot; slot = slot->next) {
		/* Also from epoll: a copy of the descriptor that somebody else
		 * holds would keep it there. */
		epoll_ctl(keeper->epoll_fd, EPOLL_CTL_DEL, slot->fd, NULL);
		close(slot->fd);
		keeper->ended(keeper->context, &slot->id);
	}
	lock(keeper);
	dti_peer_slots_give_back(&keeper->slots, list);
	unlock(keeper);
}

/* What other threads asked for, and what the events led to. False: stop. */
static bool settle(struct dti_keeper *keeper)
{
	struct dti_peer_slot *list;
	size_t missing = 0;
	bool stopping;

	lock(keeper);
	keeper->woken = false;
	stopping = keeper->stopping;
	list = dti_peer_slots_take_ending(&keeper->slots);
	if (dti_peer_slots_low(&keeper->slots))
		missing = dti_peer_slots_next_slab(&keeper->slots);
	unlock(keeper);
	close_ended(keeper, list);
	/* No memory: hold() tries again when it needs one. */
	if (missing > 0 && !stopping)
		grow(keeper, missing);
	return !stopping;
}

static void run(void *argument)
{
	struct dti_keeper *keeper = argument;
	struct epoll_event events[EVENTS_AT_ONCE];
	eventfd_t raised;

	do {
		/* No event: the signals are blocked, but a debugger may be
		 * there. */
		int count = epoll_wait(keeper->epoll_fd, events, EVENTS_AT_ONCE,
				       -1);

		for (int i = 0; i < count; i++) {
			if (events[i].data.ptr)
				serve(keeper, events[i].data.ptr,
				      events[i].events);
			else
				eventfd_read(keeper->wake_fd, &raised);
		}
	} while (settle(keeper));
}

dt_err dti_keeper_start(struct dti_keeper *keeper)
{
	dt_err err;

	lock(keeper);
	keeper->stopping = false; /* a start that failed may be tried again */
	unlock(keeper);
	keeper->thread = (struct dti_thread){
		.run = run,
		.argument = keeper,
		.name = "dt-peers",
	};
	err = dti_thread_start(&keeper->thread, STACK_SIZE);
	keeper->started = err == DT_OK;
	return err;
}

void dti_keeper_stop(struct dti_keeper *keeper)
{
	lock(keeper);
	keeper->stopping = true;
	wake_locked(keeper);
	unlock(keeper);
	if (keeper->started)
		dti_thread_join(&keeper->thread);
	keeper->started = false;
	lock(keeper);
	dti_peer_slots_end_all(&keeper->slots);
	unlock(keeper);
	settle(keeper);
}

void dti_keeper_destroy(struct dti_keeper *keeper)
{
	if (!keeper)
		return;
	dti_keeper_stop(keeper);
	close(keeper->wake_fd);
	close(keeper->epoll_fd);
	pthread_mutex_destroy(&keeper->lock);
	dti_peer_slots_fini(&keeper->slots, keeper->allocator);
	dti_free(keeper->allocator, keeper);
}
