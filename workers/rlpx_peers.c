/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "lib/assert.h"

#include "workers/rlpx.h"

void dti_rlpx_drop_locked(dt_rlpx *rlpx, struct dti_line *line)
{
	if (line->is_dropped)
		return;
	line->is_dropped = true;
	dti_list_push_back(&rlpx->dropped, &line->among_dropped);
	dti_rlpx_wake_locked(rlpx);
}

void dti_rlpx_note_peer_locked(dt_rlpx *rlpx, struct dti_line *line)
{
	struct dti_peer_entry *entry =
		dti_peer_registry_find(&rlpx->registry, &line->node.id);

	DTI_ASSERT(entry != NULL && entry->flags != 0);
	entry->kept_by = line;
	dti_list_push_back(&rlpx->kept, &line->among_kept);
	rlpx->counters.peers_added++;
	rlpx->counters.peers++;
	rlpx->counters.peers_inbound += (line->flags & DT_PEER_INBOUND) != 0;
	if (entry->is_unwanted)
		dti_rlpx_drop_locked(rlpx, line);
}

void dti_rlpx_describe(struct dt_peer *out, const struct dti_line *line,
		       int64_t now_ms)
{
	*out = (struct dt_peer){
		.node = line->node,
		.flags = line->flags,
		.age_ms = now_ms > line->since_ms ? now_ms - line->since_ms : 0,
		.rtt_ms = line->rtt_ms,
		.hello = line->session->info.hello,
	};
}

/* ---- beginning ---- */

void dti_rlpx_begin_keeping(dt_rlpx *rlpx, struct dti_line *line)
{
	line->heard_ms = rlpx->now_ms;
	dti_rlpx_set_deadline(rlpx, line, dti_rlpx_next_ms(rlpx, line));
	dti_rlpx_tell(rlpx, line, DT_PEER_EVENT_ADDED, DT_ENDING_NONE);
}

void dti_rlpx_adopt(dt_rlpx *rlpx, struct dti_line *line)
{
	dti_list_push_back(&rlpx->all, &line->among_all);
	dti_line_limit_buffers(line);
	dti_rlpx_begin_keeping(rlpx, line);
	/* It also begins to be watched. */
	(void)dti_rlpx_flush(rlpx, line);
}

/* ---- what comes and what goes ---- */

bool dti_rlpx_flush(dt_rlpx *rlpx, struct dti_line *line)
{
	if (dti_line_flush(line, &rlpx->rests, rlpx->now_ms) &&
	    dti_line_watch(line, rlpx->epoll_fd))
		return true;
	dti_rlpx_end(rlpx, line, DT_ENDING_LOCAL_FAULT);
	return false;
}

static void note_pong(dt_rlpx *rlpx, struct dti_line *line)
{
	rlpx->tally.pongs_received++;
	if (line->pinged_ms < 0)
		return; /* nobody has asked */
	dti_rlpx_lock(rlpx);
	line->rtt_ms = rlpx->now_ms - line->pinged_ms;
	dti_rlpx_unlock(rlpx);
	line->pinged_ms = -1;
	dti_rlpx_set_deadline(rlpx, line, dti_rlpx_next_ms(rlpx, line));
}

/* False: that has ended it. */
static bool note(dt_rlpx *rlpx, struct dti_line *line,
		 enum dt_session_event event)
{
	switch (event) {
	case DT_SESSION_MORE:
	case DT_SESSION_ANNOUNCED:
		break;
	case DT_SESSION_IDENTIFIED:
		return dti_rlpx_identified(rlpx, line);
	case DT_SESSION_OPENED:
		return dti_rlpx_opened(rlpx, line);
	case DT_SESSION_PINGED:
		rlpx->tally.pings_received++;
		break;
	case DT_SESSION_PONGED:
		note_pong(rlpx, line);
		break;
	case DT_SESSION_MESSAGE:
		/* Nobody here speaks about anything. */
		rlpx->tally.messages_received++;
		break;
	case DT_SESSION_ENDED:
		dti_rlpx_end(rlpx, line, line->session->info.ending);
		return false;
	}
	return true;
}

static void take(dt_rlpx *rlpx, struct dti_line *line, size_t length)
{
	const uint8_t *input = rlpx->input;
	struct dt_message message;
	enum dt_session_event event;

	line->heard_ms = rlpx->now_ms;
	do {
		event = dt_session_take(line->session, &input, &length,
					&message);
		if (!note(rlpx, line, event))
			return;
	} while (event != DT_SESSION_MORE);
	(void)dti_rlpx_flush(rlpx, line);
}

/* True: the connection is over. */
static bool is_over(ssize_t got, uint32_t events)
{
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		/* Else a hang-up without error would be reported for ever. */
		return (events & (EPOLLHUP | EPOLLERR)) != 0;
	return got <= 0;
}

/* What comes behind Hello is for whoever takes the peer over. */
static size_t may_read(const dt_rlpx *rlpx, const struct dti_line *line)
{
	size_t needs;

	if (!rlpx->keep_inbound || line->stage == DTI_LINE_KEPT)
		return DTI_RLPX_READ_SIZE;
	needs = dt_session_needs(line->session);
	return needs < DTI_RLPX_READ_SIZE ? needs : DTI_RLPX_READ_SIZE;
}

static void listen_on(dt_rlpx *rlpx, struct dti_line *line, uint32_t events)
{
	ssize_t got =
		recv(line->fd, rlpx->input, may_read(rlpx, line), MSG_DONTWAIT);

	if (is_over(got, events))
		dti_rlpx_end(rlpx, line,
			     dti_session_closed_ending(line->session));
	else if (got > 0)
		take(rlpx, line, (size_t)got);
}

/* Only its end counts. MSG_TRUNC: TCP does not even copy what comes. */
static void discard(dt_rlpx *rlpx, struct dti_line *line, uint32_t events)
{
	ssize_t got = recv(line->fd, rlpx->input, DTI_RLPX_READ_SIZE,
			   MSG_DONTWAIT | MSG_TRUNC);

	if (is_over(got, events))
		dti_rlpx_close(rlpx, line);
}

void dti_rlpx_serve(dt_rlpx *rlpx, struct dti_line *line, uint32_t events)
{
	if (line->stage == DTI_LINE_CLOSING) {
		discard(rlpx, line, events);
		return;
	}
	if ((events & EPOLLOUT) != 0 && !dti_rlpx_flush(rlpx, line))
		return;
	if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
		listen_on(rlpx, line, events);
}
