/* SPDX-License-Identifier: MIT */
#include <sys/epoll.h>

#include "lib/container.h"
#include "lib/rlpx/ending.h"

#include "workers/dialer.h"
#include "workers/rlpx.h"

static struct dti_line *take_line(dt_rlpx *rlpx)
{
	struct dti_line *line;

	dti_rlpx_lock(rlpx);
	line = dti_slab_take(&rlpx->lines);
	dti_rlpx_unlock(rlpx);
	return line;
}

static void give_line(dt_rlpx *rlpx, struct dti_line *line)
{
	dti_rlpx_lock(rlpx);
	dti_slab_give(&rlpx->lines, line);
	dti_rlpx_unlock(rlpx);
}

static void fill_in(struct dti_line *line, int fd,
		    const struct dt_endpoint *from)
{
	*line = (struct dti_line){
		.node = {.endpoint = *from},
		.flags = DT_PEER_INBOUND,
		.fd = fd,
		.stage = DTI_LINE_SETUP,
		.pinged_ms = -1,
		.blocked_ms = -1,
		.rtt_ms = -1,
	};
}

bool dti_rlpx_begin_inbound(dt_rlpx *rlpx, int fd,
			    const struct dt_endpoint *from)
{
	struct dti_line *line = take_line(rlpx);

	if (!line)
		return false;
	fill_in(line, fd, from);
	if (dti_session_open_answer(&rlpx->owner, &line->session))
		goto fail_line;
	if (!dti_line_watch(line, rlpx->epoll_fd))
		goto fail_session;
	/* Who takes it over may have more to say. */
	if (!rlpx->keep_inbound)
		dti_line_limit_buffers(line);
	dti_session_hold(&line->session->machine, true);
	dti_list_push_back(&rlpx->all, &line->among_all);
	line->since_ms = rlpx->now_ms;
	dti_list_push_back(&rlpx->set_ups, &line->among_pending);
	dti_rlpx_set_deadline(rlpx, line,
			      rlpx->now_ms + rlpx->setup_timeout_ms);
	rlpx->pending++;
	return true;

fail_session:
	dt_session_destroy(line->session);
fail_line:
	give_line(rlpx, line);
	return false;
}

/*
 * Nobody is proven yet: a stranger who says to be a node would keep us from
 * dialing it. So of an id that was said and not proven lately the dialer does
 * not hear.
 */
static void announce(dt_rlpx *rlpx, struct dti_line *line)
{
	const struct dt_node_id *id = &line->node.id;

	if (rlpx->dialer && !dti_recent_has(rlpx->unproven, id->bytes,
					    sizeof(id->bytes), rlpx->now_ms))
		line->is_pending =
			dt_dialer_inbound_pending(rlpx->dialer, id) == DT_OK;
}

bool dti_rlpx_identified(dt_rlpx *rlpx, struct dti_line *line)
{
	enum dt_ending ending;

	line->node.id = line->session->info.id;
	line->is_identified = true;
	dti_rlpx_lock(rlpx);
	ending =
		dti_peer_registry_would_refuse(&rlpx->registry, &line->node.id);
	dti_rlpx_unlock(rlpx);
	if (ending != DT_ENDING_NONE) {
		dti_rlpx_end(rlpx, line, ending);
		return false;
	}
	announce(rlpx, line);
	return true;
}

/* NONE: it is a peer, or waits. */
static enum dt_ending admit(dt_rlpx *rlpx, struct dti_line *line, bool *waits)
{
	enum dt_ending ending;

	dti_rlpx_lock(rlpx);
	ending = dti_peer_registry_inbound_opened(&rlpx->registry, waits,
						  &line->node.id);
	dti_rlpx_unlock(rlpx);
	line->session->is_claimed = ending == DT_ENDING_NONE && !*waits;
	return ending;
}

/* The dialer must know the peer before it can hear of its end. */
static bool tell_dialer(dt_rlpx *rlpx, const struct dti_line *line)
{
	dt_err err;

	if (!rlpx->dialer)
		return true;
	err = dt_dialer_peer_added(rlpx->dialer, &line->node.id, line->flags);
	return err == DT_OK || err == DT_ERR_STOPPED;
}

static void count_opened_locked(dt_rlpx *rlpx)
{
	rlpx->counters.inbound.running--;
	rlpx->counters.inbound.opened++;
}

static void leave_setups(dt_rlpx *rlpx, struct dti_line *line)
{
	dti_list_remove(&line->among_pending);
	rlpx->pending--;
}

static void become_peer(dt_rlpx *rlpx, struct dti_line *line)
{
	line->stage = DTI_LINE_KEPT;
	line->since_ms = rlpx->now_ms;
	leave_setups(rlpx, line);
	dti_rlpx_lock(rlpx);
	count_opened_locked(rlpx);
	dti_rlpx_note_peer_locked(rlpx, line);
	dti_rlpx_unlock(rlpx);
	dti_rlpx_begin_keeping(rlpx, line);
	dti_rlpx_end_pending(rlpx, line);
}

/* The embedder is to keep it; or not: then it ends. */
static void give_away(dt_rlpx *rlpx, struct dti_line *line)
{
	const struct dt_node *node = &line->node;

	/* What it owes is written by whoever has it. */
	epoll_ctl(rlpx->epoll_fd, EPOLL_CTL_DEL, line->fd, NULL);
	line->watched = 0;
	if (!rlpx->keep_inbound(rlpx->keep_inbound_context, node, line->fd,
				line->session)) {
		if (rlpx->dialer)
			dti_dialer_peer_ended_because(
				rlpx->dialer, &node->id, line->flags,
				DT_ENDING_LOCAL_REQUESTED);
		dti_rlpx_end(rlpx, line, DT_ENDING_LOCAL_REQUESTED);
		return;
	}
	leave_setups(rlpx, line);
	dti_rlpx_lock(rlpx);
	count_opened_locked(rlpx);
	dti_rlpx_unlock(rlpx);
	dti_rlpx_end_pending(rlpx, line);
	dti_rlpx_forget(rlpx, line);
}

bool dti_rlpx_opened(dt_rlpx *rlpx, struct dti_line *line)
{
	enum dt_ending ending;
	bool waits;

	line->is_identified = false;
	ending = admit(rlpx, line, &waits);
	if (ending == DT_ENDING_NONE && !waits && !tell_dialer(rlpx, line))
		ending = DT_ENDING_LOCAL_FAULT;
	if (ending != DT_ENDING_NONE) {
		dti_rlpx_end(rlpx, line, ending);
		return false;
	}
	if (waits) {
		line->stage = DTI_LINE_WAITING;
		return true;
	}
	dti_session_hold(&line->session->machine, false);
	if (rlpx->keep_inbound) {
		give_away(rlpx, line);
		return false;
	}
	become_peer(rlpx, line);
	return true;
}

void dti_rlpx_retry_waiting(dt_rlpx *rlpx)
{
	struct dti_list_link *link = dti_list_first(&rlpx->all);

	while (link) {
		struct dti_line *line =
			dti_container_of(link, struct dti_line, among_all);

		link = dti_list_next(&rlpx->all, link);
		if (line->stage == DTI_LINE_WAITING &&
		    dti_rlpx_opened(rlpx, line))
			(void)dti_rlpx_flush(rlpx, line);
	}
}
