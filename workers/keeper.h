/* SPDX-License-Identifier: MIT */
#ifndef DTI_KEEPER_H
#define DTI_KEEPER_H

/*
 * The peer keeper: holds connected sockets for embedders that do not take them
 * over, and says when the remote has closed one. One thread (dt-peers) for all
 * of them, asleep in epoll_wait(2) while nothing ends.
 *
 * What a peer sends is read and thrown away: without that its close would not
 * be seen behind unread bytes. A wake reads once from each socket that has
 * something, so one that floods delays no other.
 *
 *		hold	drop	stop	the thread
 *	hold	 -	 -	 -	 -		-: may run at once
 *	drop	 -	 -	 -	 -		X: may not
 *	stop	 -	 -	 X	 -
 *	create, start and destroy: alone.
 *
 * Progress: blocking, under one mutex. It is held for a hash of the id, a short
 * chain and one system call at most (epoll_ctl or an eventfd write), never
 * while a socket is read or closed, while ended() runs, or, by the thread,
 * while memory is allocated. It is taken when a dial has become a peer, not in
 * a dial's path.
 *
 * SLOT: the thread gets the addresses of slots from epoll_wait(2) and uses them
 * without having found them in the index. Other threads only mark a slot as
 * ending; the thread alone takes it out of epoll, closes the socket and frees
 * the slot, after it has gone through all events of a wake. So no event of that
 * wake can point to a slot that was freed, or freed and given to another peer.
 *
 * MEMORY: a worker's first malloc costs 20 KiB under jemalloc, so hold() takes
 * its slot from a free list. When that runs low, hold() asks the thread, which
 * doubles it. Only if holds come faster than the thread can run, hold() has to
 * allocate itself: that costs memory, but it does not cost a peer.
 */

#include "lib/dialtone.h"

struct dti_keeper;

/**
 * Called on the keeper's thread, or in stop, for each peer that ended, after
 * its socket is closed and with no lock held: it may call hold and drop. @id is
 * valid during the call.
 */
typedef void (*dti_keeper_ended_fn)(void *context, const struct dt_node_id *id);

/**
 * No thread yet. @allocator must outlive the keeper.
 * Errors: DT_ERR_NO_MEMORY, DT_ERR_NO_DESCRIPTORS, DT_ERR_SYSTEM (no entropy).
 */
dt_err dti_keeper_create(struct dti_keeper **out,
			 const struct dt_allocator *allocator,
			 dti_keeper_ended_fn ended, void *context);
/** Errors: DT_ERR_NO_THREAD (may be tried again). */
dt_err dti_keeper_start(struct dti_keeper *keeper);
/**
 * Hold @fd, which is the keeper's on true. Any thread. Does not block. One id
 * may have several sockets. False: stopped, or errno says why: no memory, or not
 * a descriptor that can be watched; @fd stays the caller's.
 */
bool dti_keeper_hold(struct dti_keeper *keeper, const struct dt_node_id *id,
		     int fd);
/**
 * Close the connections of @id, if any (a ban, a removed peer). Any thread.
 * True: some were held; ended() is called for each on the keeper's thread.
 */
bool dti_keeper_drop(struct dti_keeper *keeper, const struct dt_node_id *id);
/**
 * Join the thread and close every socket, with ended() for each. Not on the
 * keeper's thread. A second stop does nothing.
 */
void dti_keeper_stop(struct dti_keeper *keeper);
/** NULL is allowed. Stops it if need be. */
void dti_keeper_destroy(struct dti_keeper *keeper);

#endif /* DTI_KEEPER_H */
