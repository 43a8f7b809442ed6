/* SPDX-License-Identifier: MIT */
#ifndef DTI_KEEPER_H
#define DTI_KEEPER_H

/*
 * The peer keeper: holds connected sockets for embedders that do not take them
 * over, and says when the remote has closed one. One thread (dt-peers) for all
 * of them, asleep in epoll_wait(2) while nothing ends.
 *
 * What a peer sends is read and thrown away: without that its close would not
 * be seen behind unread bytes.
 */

#include "lib/dialtone.h"

struct dti_keeper;

/** Called on the keeper's thread, or in stop, for each peer that ended. */
typedef void (*dti_keeper_ended_fn)(void *context, const struct dt_node_id *id);

/** Errors: DT_ERR_NO_MEMORY, DT_ERR_NO_DESCRIPTORS. No thread yet. */
dt_err dti_keeper_create(struct dti_keeper **out,
			 const struct dt_allocator *allocator,
			 dti_keeper_ended_fn ended, void *context);
/** Errors: DT_ERR_NO_THREAD. */
dt_err dti_keeper_start(struct dti_keeper *keeper);
/**
 * Hold @fd, which is the keeper's on true. Any worker thread. Does not block.
 * False: no memory or descriptor watch; @fd stays the caller's.
 */
bool dti_keeper_hold(struct dti_keeper *keeper, const struct dt_node_id *id,
		     int fd);
/**
 * Close the connections of @id, if any (a ban, a removed peer). Any thread.
 * ended() is called for each on the keeper's thread.
 */
void dti_keeper_drop(struct dti_keeper *keeper, const struct dt_node_id *id);
/** Join the thread and close every socket, with ended() for each. */
void dti_keeper_stop(struct dti_keeper *keeper);
/** NULL is allowed. After stop, or never started. */
void dti_keeper_destroy(struct dti_keeper *keeper);

#endif /* DTI_KEEPER_H */
