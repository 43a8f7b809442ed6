/* SPDX-License-Identifier: MIT */
/*
 * What the thread needs, and nobody else: whoever has a dt_rlpx for its sessions
 * only, as a test network has hundreds, does not pay for it.
 */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/error.h"
#include "lib/memory.h"

#include "workers/rlpx.h"

/* Events of @fd come with the address @what. */
static dt_err watch(const dt_rlpx *rlpx, int fd, void *what)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = what};

	if (fd < 0 || epoll_ctl(rlpx->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0)
		return DT_OK;
	return DT_ERR_NO_MEMORY;
}

/* A worker may want to wake the thread that will be. */
static void set_wake_fd(dt_rlpx *rlpx, int fd)
{
	dti_rlpx_lock(rlpx);
	rlpx->wake_fd = fd;
	dti_rlpx_unlock(rlpx);
}

static dt_err open_descriptors(dt_rlpx *rlpx)
{
	int wake_fd;
	dt_err err;

	rlpx->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (rlpx->epoll_fd < 0)
		return DT_ERR_NO_DESCRIPTORS;
	wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake_fd < 0)
		return DT_ERR_NO_DESCRIPTORS;
	set_wake_fd(rlpx, wake_fd);
	err = watch(rlpx, wake_fd, &rlpx->wake_fd);
	if (!err)
		err = watch(rlpx, rlpx->listener_fd, &rlpx->listener_fd);
	return err;
}

static dt_err get_memory(dt_rlpx *rlpx)
{
	rlpx->input = dti_malloc(&rlpx->allocator, DTI_RLPX_READ_SIZE);
	if (rlpx->input != NULL &&
	    dti_slab_reserve(&rlpx->lines, DTI_RLPX_RESERVE) &&
	    dti_session_pool_reserve(&rlpx->owner.pool, rlpx->reserve))
		return DT_OK;
	return DT_ERR_NO_MEMORY;
}

dt_err dti_rlpx_equip(dt_rlpx *rlpx, struct dt_error *error)
{
	dt_err err;

	if (rlpx->input != NULL)
		return DT_OK;
	err = open_descriptors(rlpx);
	if (err == DT_ERR_NO_DESCRIPTORS)
		(void)dti_error_set(error, err,
				    "no descriptor to watch peers with (%s); "
				    "raise the limit of open files",
				    strerrordesc_np(errno));
	if (!err)
		err = get_memory(rlpx);
	if (err == DT_ERR_NO_MEMORY)
		(void)dti_error_set(error, err,
				    "no memory to make and keep peers");
	if (err)
		dti_rlpx_unequip(rlpx);
	return err;
}

void dti_rlpx_unequip(dt_rlpx *rlpx)
{
	int wake_fd = rlpx->wake_fd;

	/* Before its number is somebody else's, to which workers would write. */
	set_wake_fd(rlpx, -1);
	if (wake_fd >= 0)
		close(wake_fd);
	if (rlpx->epoll_fd >= 0)
		close(rlpx->epoll_fd);
	rlpx->epoll_fd = -1;
	dti_free(&rlpx->allocator, rlpx->input);
	rlpx->input = NULL;
}
