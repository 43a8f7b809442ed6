/* SPDX-License-Identifier: MIT */
#include "workers/closer.h"

#include <string.h>
#include <unistd.h>

/* Worth to wake somebody for. */
#define ENOUGH 16

void dti_closer_init(struct dti_closer *closer)
{
	closer->count = 0;
	closer->is_finished = false;
	/* Cannot fail: without attributes they need no memory in glibc. */
	pthread_mutex_init(&closer->lock, NULL);
	pthread_cond_init(&closer->changed, NULL);
}

void dti_closer_fini(struct dti_closer *closer)
{
	pthread_cond_destroy(&closer->changed);
	pthread_mutex_destroy(&closer->lock);
}

/* False: too many wait already. */
static bool leave(struct dti_closer *closer, int fd)
{
	bool has_room;

	pthread_mutex_lock(&closer->lock);
	has_room = closer->count < DTI_CLOSER_WAITING;
	if (has_room)
		closer->waiting[closer->count++] = fd;
	if (closer->count == ENOUGH)
		pthread_cond_signal(&closer->changed);
	pthread_mutex_unlock(&closer->lock);
	return has_room;
}

void dti_closer_close(struct dti_closer *closer, int fd)
{
	if (!leave(closer, fd))
		close(fd);
}

struct batch {
	int fds[DTI_CLOSER_WAITING];
	size_t count;
};

static void take_locked(struct dti_closer *closer, struct batch *out)
{
	out->count = closer->count;
	memcpy(out->fds, closer->waiting, out->count * sizeof(out->fds[0]));
	closer->count = 0;
}

static void close_all(const struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		close(batch->fds[i]);
}

void dti_closer_finish(struct dti_closer *closer)
{
	struct batch batch;

	pthread_mutex_lock(&closer->lock);
	closer->is_finished = true;
	take_locked(closer, &batch);
	pthread_cond_signal(&closer->changed);
	pthread_mutex_unlock(&closer->lock);
	close_all(&batch);
}

/* False: there will be no more. */
static bool await_batch(struct dti_closer *closer, struct batch *out)
{
	bool goes_on;

	pthread_mutex_lock(&closer->lock);
	while (closer->count < ENOUGH && !closer->is_finished)
		pthread_cond_wait(&closer->changed, &closer->lock);
	goes_on = !closer->is_finished;
	take_locked(closer, out);
	pthread_mutex_unlock(&closer->lock);
	return goes_on;
}

void dti_closer_help(struct dti_closer *closer)
{
	struct batch batch;

	while (await_batch(closer, &batch))
		close_all(&batch);
}
