/* SPDX-License-Identifier: MIT */
#include "tests/instant.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

static enum dt_outcome connect_at_once(void *context, const struct dt_op *op,
				       int *fd,
				       struct dt_outcome_detail *detail,
				       const struct dt_node *node)
{
	struct instant *instant = context;
	uint64_t number = atomic_fetch_add(&instant->connects, 1) + 1;

	(void)op;
	(void)node;
	if (instant->refuse_each && number % instant->refuse_each == 0) {
		detail->sys_errno = ECONNREFUSED;
		return DT_OUTCOME_REFUSED;
	}
	*fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (*fd >= 0)
		return DT_OUTCOME_CONNECTED;
	detail->sys_errno = errno;
	return DT_OUTCOME_NO_DESCRIPTORS;
}

static bool let_go(void *context, const struct dt_node *node, uint32_t flags,
		   int fd, void *session)
{
	struct instant *instant = context;

	(void)flags;
	(void)session;
	close(fd);
	atomic_fetch_add(&instant->kept, 1);
	if (!instant->holds_peers) {
		/* Refused once the dialer stops: the peer ends with it. */
		dt_err err = dt_dialer_peer_removed(instant->dialer, &node->id);

		(void)err;
	}
	return true;
}

struct dt_transport instant_transport(struct instant *instant)
{
	return (struct dt_transport){
		.context = instant,
		.connect = connect_at_once,
		.keep = let_go,
	};
}
