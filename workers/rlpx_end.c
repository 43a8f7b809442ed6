/* SPDX-License-Identifier: MIT */
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/rlpx/ending.h"

#include "workers/clock.h"
#include "workers/dialer.h"
#include "workers/park.h"
#include "workers/rlpx.h"

void dti_rlpx_tell(dt_rlpx *rlpx, const struct dti_line *line,
		   enum dt_peer_event_type type, enum dt_ending ending)
{
	struct dt_peer peer;

	if (!rlpx->peer)
		return;
	/* This thread is the only one that changes what is described. */
	dti_rlpx_describe(&peer, line, rlpx->now_ms);
	rlpx->peer(rlpx->peer_context,
		   &(struct dt_peer_event){
			   .size = sizeof(struct dt_peer_event),
			   .type = type,
			   .ending = ending,
			   .peer = &peer,
		   });
}

/* It must not be lost: the node would not be dialed any more. */
void dti_rlpx_end_pending(dt_rlpx *rlpx, struct dti_line *line)
{
	if (!line->is_pending)
		return;
	line->is_pending = false;
	while (dt_dialer_inbound_done(rlpx->dialer, &line->node.id) != DT_OK &&
	       dti_dialer_phase(rlpx->dialer) == DTI_PHASE_RUNNING)
		dti_park_nap(DTI_NS_PER_MS);
}

/* True: the remote may be reading it now. */
static bool say_last_word(dt_rlpx *rlpx, struct dti_line *line,
			  enum dt_ending ending)
{
	bool owed;

	if (ending == DT_ENDING_OWN_ID)
		dt_session_disconnect(line->session, DT_ENDING_REMOTE_SELF);
	else
		dti_session_end(line->session, ending);
	owed = dt_session_owes(line->session);
	line->is_ending = true;
	if (!dti_line_flush(line, &rlpx->rests, rlpx->now_ms))
		return false;
	return owed && !line->rest && !line->is_broken;
}

/* Who said to be somebody and did not prove it; see announce() of inbound. */
static void note_unproven(dt_rlpx *rlpx, const struct dti_line *line,
			  enum dt_ending ending)
{
	const struct dt_node_id *id = &line->node.id;

	if (line->is_identified && ending < DT_ENDING_LOCAL_REQUESTED)
		dti_recent_add(rlpx->unproven, id->bytes, sizeof(id->bytes),
			       rlpx->now_ms + DTI_RLPX_UNPROVEN);
}

static void forget_setup(dt_rlpx *rlpx, struct dti_line *line,
			 enum dt_ending ending)
{
	struct dt_rlpx_setups *setups = &rlpx->counters.inbound;

	dti_list_remove(&line->among_pending);
	rlpx->pending--;
	dti_rlpx_lock(rlpx);
	setups->running--;
	setups->ended[ending]++;
	dti_rlpx_unlock(rlpx);
	note_unproven(rlpx, line, ending);
	dti_rlpx_end_pending(rlpx, line);
}

static void forget_peer(dt_rlpx *rlpx, struct dti_line *line,
			enum dt_ending ending)
{
	struct dt_rlpx_counters *counters = &rlpx->counters;

	dti_rlpx_lock(rlpx);
	dti_list_remove(&line->among_kept);
	if (line->is_dropped)
		dti_list_remove(&line->among_dropped);
	/* So that nobody drops it any more. */
	dti_peer_registry_find(&rlpx->registry, &line->node.id)->kept_by = NULL;
	counters->peers--;
	counters->peers_inbound -= (line->flags & DT_PEER_INBOUND) != 0;
	counters->peers_ended[ending]++;
	dti_rlpx_unlock(rlpx);
	dti_rlpx_tell(rlpx, line, DT_PEER_EVENT_REMOVED, ending);
	/* See ORDER in rlpx.h. */
	if (rlpx->dialer)
		dti_dialer_peer_ended_because(rlpx->dialer, &line->node.id,
					      line->flags, (int32_t)ending);
}

static void close_later(dt_rlpx *rlpx, struct dti_line *line)
{
	line->stage = DTI_LINE_CLOSING;
	rlpx->closing++;
	dti_line_forget_rest(line, &rlpx->rests);
	(void)shutdown(line->fd, SHUT_WR);
	dti_rlpx_set_deadline(rlpx, line, rlpx->now_ms + DTI_RLPX_LAST_WORD);
	if (!dti_line_watch(line, rlpx->epoll_fd))
		dti_rlpx_close(rlpx, line);
}

void dti_rlpx_end(dt_rlpx *rlpx, struct dti_line *line, enum dt_ending ending)
{
	bool said;

	if (line->stage == DTI_LINE_CLOSING) {
		dti_rlpx_close(rlpx, line);
		return;
	}
	said = say_last_word(rlpx, line, ending);
	if (line->stage == DTI_LINE_KEPT)
		forget_peer(rlpx, line, ending);
	else
		forget_setup(rlpx, line, ending);
	dt_session_destroy(line->session);
	line->session = NULL;
	if (said && !rlpx->is_stopping && rlpx->closing < DTI_RLPX_CLOSING)
		close_later(rlpx, line);
	else
		dti_rlpx_close(rlpx, line);
}

/*
 * Who does not read, or does not go, gets a reset: else the kernel would keep
 * what is left for minutes. With all others bytes that were not read would make
 * the kernel send one, which may take our last word away from the remote.
 */
static void close_socket(dt_rlpx *rlpx, const struct dti_line *line)
{
	struct linger none = {.l_onoff = 1, .l_linger = 0};

	if (line->rest || line->stage == DTI_LINE_CLOSING)
		(void)setsockopt(line->fd, SOL_SOCKET, SO_LINGER, &none,
				 sizeof(none));
	else
		(void)recv(line->fd, rlpx->input, DTI_RLPX_READ_SIZE,
			   MSG_DONTWAIT | MSG_TRUNC);
	/* Also from epoll: a copy of the descriptor that somebody else holds
	 * would keep it there. */
	if (rlpx->is_stopping) {
		dti_closer_close(&rlpx->closer, line->fd);
		return;
	}
	if (line->watched != 0)
		epoll_ctl(rlpx->epoll_fd, EPOLL_CTL_DEL, line->fd, NULL);
	close(line->fd);
}

void dti_rlpx_forget(dt_rlpx *rlpx, struct dti_line *line)
{
	if (line->has_deadline)
		dti_deadline_heap_remove(&rlpx->deadlines, &line->deadline);
	dti_line_forget_rest(line, &rlpx->rests);
	dti_list_remove(&line->among_all);
	dti_rlpx_lock(rlpx);
	dti_slab_give(&rlpx->lines, line);
	dti_rlpx_unlock(rlpx);
}

void dti_rlpx_close(dt_rlpx *rlpx, struct dti_line *line)
{
	close_socket(rlpx, line);
	if (line->stage == DTI_LINE_CLOSING)
		rlpx->closing--;
	dti_rlpx_forget(rlpx, line);
}
