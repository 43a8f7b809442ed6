/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCOVERY_HOST_H
#define DTI_DISCOVERY_HOST_H

/*
 * The thread dt-discovery: sleeps in epoll_wait(2) over the sockets of any
 * number of nodes until one of them has a datagram, is due, or is told
 * something, and has it do what follows. It knows nothing of what they say.
 *
 *	datagram -----> readable ---+
 *	deadline -----> due --------+--> deadline_ms: when it is due next
 *	any thread ---> message ----+
 *
 * Fair: each call of a member does a bounded piece of work, and between two of
 * them come those that are due, and messages. Nothing is looked at that has
 * nothing to do: members cost memory, not time.
 *
 *		tell	join	leave	the thread	-: may run at once
 *	tell	 -	 -	 X	 -		X: the caller must see to
 *	join	 -	 -	 X	 -		   it, for the same member
 *	leave	 X	 X	 X	 -
 *	create, destroy: alone, without members.
 *
 * Messages of one thread are delivered in its order; all that were told before
 * a leave are delivered before it.
 *
 * Progress: tell is wait-free, with one system call. join and leave block until
 * the thread has come to them: a few calls of members.
 *
 * TIME. Members live by the host's clock, which is CLOCK_MONOTONIC less the time
 * that the thread could not follow: a round of work counts for 20 ms at most, a
 * sleep for 20 ms more than it was meant to last. So a reply that waits in a
 * socket because the thread is behind is not late for it. Else each node of a
 * crowd would take the others for dead, ask again, and keep the thread behind
 * for good; and one that was stopped in a debugger would forget all it knows.
 *
 * LEAVING. epoll_wait(2) hands the thread addresses of members, several at a
 * time, and it uses them without having found them anywhere. A member that
 * leaves is taken out of epoll and out of what is left of that list, both by the
 * thread itself, before leave returns: so no address outlives its member.
 */

#include <stdatomic.h>
#include <sys/epoll.h>

#include "lib/deadline_heap.h"
#include "lib/dialtone.h"

#include "workers/batch_queue.h"
#include "workers/call.h"
#include "workers/housekeeper.h"
#include "workers/thread.h"
#include "workers/udp_batch.h"

struct dti_host_member;

/** All are called on the host's thread, one at a time. None may block. */
struct dti_host_member_calls {
	/** It is served from now on. */
	void (*joined)(struct dti_host_member *member);
	/** Its descriptor can be read: a batch at most, the rest later. */
	void (*readable)(struct dti_host_member *member);
	/** Its deadline has come. */
	void (*due)(struct dti_host_member *member);
	/** After each of these, and after messages; see dti_host_now_ms(). */
	int64_t (*deadline_ms)(struct dti_host_member *member);
};

/** A node, for its host. Embedded in its owner. */
struct dti_host_member {
	/* Set before it joins, read-only afterwards. */
	const struct dti_host_member_calls *calls;
	int fd;
	/* The thread's. */
	struct dti_deadline deadline;
	bool joined;
};

/** Something to be done on the host's thread; its maker's but for the link. */
struct dti_host_message {
	struct dti_batch_node link;
	/* Set before each tell. NULL: it concerns none. */
	struct dti_host_member *member;
	/** It is the maker's again from this call on. */
	void (*deliver)(struct dti_host_message *message);
};

#define DTI_HOST_EVENTS   1024
#define DTI_HOST_ROUND_MS 20

struct dt_discv4_host {
	/* Set by create, read-only afterwards. */
	const struct dt_allocator *allocator;
	void *memory; /* what to free: the host begins at a cache line */
	int epoll_fd;
	int wake_fd; /* eventfd; in epoll with the host's own address */

	/* Owned by whoever creates and destroys. */
	struct dti_thread thread;

	/* Shared: each has its own rules. */
	struct dti_batch_queue inbox;
	struct dti_park visitors; /* in join and leave */
	struct dti_housekeeper housekeeper;
	/* Shared: release in destroy, acquire by the thread. */
	_Atomic bool stopping;

	/* The thread's: its clock, see TIME. */
	int64_t now_ms;
	int64_t looked_ms; /* CLOCK_MONOTONIC, when that was looked at last */
	int64_t round_left_ms;

	/* The thread's. */
	struct dti_batch batch;
	struct dti_deadline_heap deadlines;
	struct epoll_event events[DTI_HOST_EVENTS];
	int event_count;
	/* Lent to the member that is served. */
	struct dti_udp_in in;
	struct dti_udp_out out;
};

/**
 * dti_host_create - make the host and both threads.
 * @allocator: outlives it. @error: may be NULL. Pair with destroy.
 * Errors: DT_ERR_NO_MEMORY, DT_ERR_NO_DESCRIPTORS, DT_ERR_NO_THREAD.
 */
dt_err dti_host_create(struct dt_discv4_host **out,
		       const struct dt_allocator *allocator,
		       struct dt_error *error);
/** Joins the threads. NULL is allowed. */
void dti_host_destroy(struct dt_discv4_host *host);

/** Errors: DT_ERR_NO_MEMORY (the kernel has none to watch its descriptor). */
dt_err dti_host_join(struct dt_discv4_host *host,
		     struct dti_host_member *member);
/** When it returns the host knows nothing of @member, which had joined. */
void dti_host_leave(struct dt_discv4_host *host,
		    struct dti_host_member *member);
/** Any thread. Wait-free, with one system call. */
void dti_host_tell(struct dt_discv4_host *host,
		   struct dti_host_message *message);

/** The host's thread only: what time it is for members. See TIME. */
int64_t dti_host_now_ms(struct dt_discv4_host *host);

#endif /* DTI_DISCOVERY_HOST_H */
