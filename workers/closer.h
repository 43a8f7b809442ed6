/* SPDX-License-Identifier: MIT */
#ifndef DTI_CLOSER_H
#define DTI_CLOSER_H

/*
 * Two threads that close the descriptors of one: it has thousands to let go of,
 * for each of which the kernel takes its time, while another thread can only
 * wait for it. All under one mutex, which nobody holds while closing.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define DTI_CLOSER_WAITING 64

struct dti_closer {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Under the lock: what nobody closes yet. */
	int waiting[DTI_CLOSER_WAITING];
	size_t count;
	bool is_finished;
};

/** Before both threads; needs no memory. */
void dti_closer_init(struct dti_closer *closer);
void dti_closer_fini(struct dti_closer *closer);

/** Close @fd, here or in the helper. The thread that has them. */
void dti_closer_close(struct dti_closer *closer, int fd);
/** No more will come: close those that still wait. The same thread. */
void dti_closer_finish(struct dti_closer *closer);

/**
 * Close what the other thread has to close, until it finishes: afterwards the
 * last ones may still be its. One thread. Blocks: until then.
 */
void dti_closer_help(struct dti_closer *closer);

#endif /* DTI_CLOSER_H */
