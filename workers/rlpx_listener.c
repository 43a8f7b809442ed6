/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "workers/rlpx.h"
#include "workers/tcp_listener.h"

/* Without descriptors or memory a listener is ready all the time. */
#define PAUSE_MS 1000

/* accepted = throttled + not_allowed + no_room + inbound.begun */
static void count(dt_rlpx *rlpx, enum dti_rlpx_verdict verdict)
{
	struct dt_rlpx_counters *counters = &rlpx->counters;

	dti_rlpx_lock(rlpx);
	counters->accepted++;
	switch (verdict) {
	case DTI_RLPX_ADMITTED:
		counters->inbound.begun++;
		counters->inbound.running++;
		break;
	case DTI_RLPX_NOT_ALLOWED:
		counters->not_allowed++;
		break;
	case DTI_RLPX_THROTTLED:
		counters->throttled++;
		break;
	case DTI_RLPX_NO_ROOM:
		counters->no_room++;
		break;
	}
	dti_rlpx_unlock(rlpx);
}

/* What is wrong is not with one connection, and will be so for a while. */
static bool is_shortage(int sys_errno)
{
	return sys_errno == EMFILE || sys_errno == ENFILE ||
	       sys_errno == ENOBUFS || sys_errno == ENOMEM;
}

static void listen_for(dt_rlpx *rlpx, uint32_t events)
{
	struct epoll_event event = {.events = events,
				    .data.ptr = &rlpx->listener_fd};

	/* Cannot fail: it is there already. */
	epoll_ctl(rlpx->epoll_fd, EPOLL_CTL_MOD, rlpx->listener_fd, &event);
}

static void pause_accepting(dt_rlpx *rlpx, int sys_errno)
{
	char sentence[256];

	listen_for(rlpx, 0);
	dti_deadline_heap_add(&rlpx->deadlines, &rlpx->accept_again,
			      rlpx->now_ms + PAUSE_MS);
	rlpx->accepting_pauses = true;
	if (rlpx->is_short || !rlpx->notice)
		return;
	rlpx->is_short = true;
	snprintf(sentence, sizeof(sentence),
		 "inbound: no connection can be accepted for now (%s); raise "
		 "the limit of open files, or lower max_peers",
		 strerrordesc_np(sys_errno));
	rlpx->notice(rlpx->notice_context, sentence);
}

/*
 * None is left; or one that is over already, and then the rest comes in the next
 * turn. The kernel looks for a descriptor first: it may be short of them though
 * none is left.
 */
static void note_failure(dt_rlpx *rlpx, int sys_errno)
{
	if (is_shortage(sys_errno))
		pause_accepting(rlpx, sys_errno);
	else
		rlpx->is_short = false;
}

void dti_rlpx_accept_again(dt_rlpx *rlpx)
{
	rlpx->accepting_pauses = false;
	listen_for(rlpx, EPOLLIN);
}

void dti_rlpx_accept(dt_rlpx *rlpx)
{
	for (int i = 0; i < DTI_RLPX_ACCEPTS; i++) {
		struct dt_endpoint from;
		int fd = dti_tcp_accept(rlpx->listener_fd, &from);
		enum dti_rlpx_verdict verdict;

		if (fd < 0) {
			note_failure(rlpx, errno);
			return;
		}
		verdict = dti_rlpx_judge(rlpx, fd, &from);
		count(rlpx, verdict);
		if (verdict != DTI_RLPX_ADMITTED)
			close(fd);
	}
}
