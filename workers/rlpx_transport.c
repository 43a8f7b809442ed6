/* SPDX-License-Identifier: MIT */
#include "lib/node/id.h"
#include "lib/rlpx/ending.h"

#include "workers/clock.h"
#include "workers/handshake.h"
#include "workers/rlpx.h"

/* What a dialer calls. */

/* ---- set-up, on worker threads ---- */

static enum dt_outcome outcome_of(struct dt_outcome_detail *detail,
				  enum dt_ending ending)
{
	detail->reason = (int32_t)ending;
	return dti_ending_outcome(ending);
}

/* NONE: go on, and end it with one of the next two. */
static enum dt_ending begin_dial(dt_rlpx *rlpx, const struct dt_node_id *id,
				 uint32_t flags)
{
	struct dt_rlpx_setups *setups = &rlpx->counters.outbound;
	enum dt_ending ending = DT_ENDING_LOCAL_QUITTING;

	dti_rlpx_lock(rlpx);
	if (rlpx->phase != DTI_RLPX_STOPPED)
		ending = dti_peer_registry_dial(&rlpx->registry, id, flags);
	setups->begun++;
	if (ending == DT_ENDING_NONE)
		setups->running++;
	else
		setups->ended[ending]++;
	dti_rlpx_unlock(rlpx);
	return ending;
}

static void note_awaited_locked(dt_rlpx *rlpx, bool awaited)
{
	if (!awaited)
		return;
	rlpx->is_awaited = true;
	dti_rlpx_wake_locked(rlpx);
}

static void dial_failed(dt_rlpx *rlpx, const struct dt_node_id *id,
			enum dt_ending ending)
{
	struct dt_rlpx_setups *setups = &rlpx->counters.outbound;

	dti_rlpx_lock(rlpx);
	setups->running--;
	setups->ended[ending]++;
	note_awaited_locked(rlpx,
			    dti_peer_registry_dial_failed(&rlpx->registry, id));
	dti_rlpx_unlock(rlpx);
}

/* NONE: the id is the session's. */
static enum dt_ending dial_opened(dt_rlpx *rlpx, const struct dt_node_id *id,
				  uint32_t flags)
{
	struct dt_rlpx_setups *setups = &rlpx->counters.outbound;
	enum dt_ending ending;
	bool awaited;

	dti_rlpx_lock(rlpx);
	ending = dti_peer_registry_dial_opened(&rlpx->registry, &awaited, id,
					       flags);
	setups->running--;
	if (ending == DT_ENDING_NONE)
		setups->opened++;
	else
		setups->ended[ending]++;
	note_awaited_locked(rlpx, awaited);
	dti_rlpx_unlock(rlpx);
	return ending;
}

/* It is over: a last word, if the socket takes it at once. */
static void give_up(dt_session *session, int fd, enum dt_ending ending)
{
	dti_session_end(session, ending);
	dti_handshake_last_word(session, fd);
	dt_session_destroy(session);
}

static enum dt_outcome shake_hands(dt_rlpx *rlpx, const struct dt_op *op,
				   dt_session *session,
				   struct dt_outcome_detail *detail,
				   uint32_t flags, int fd)
{
	const struct dt_node_id *id = &session->info.id;
	enum dt_outcome outcome = dti_handshake_run(session, op, fd, detail);
	enum dt_ending ending;

	if (outcome != DT_OUTCOME_CONNECTED) {
		dial_failed(rlpx, id, session->info.ending);
		dt_session_destroy(session);
		return outcome;
	}
	ending = dial_opened(rlpx, id, flags);
	if (ending != DT_ENDING_NONE) {
		give_up(session, fd, ending);
		return outcome_of(detail, ending);
	}
	session->is_claimed = true;
	return DT_OUTCOME_CONNECTED;
}

/* NOLINTNEXTLINE(readability-function-size): as dialtone.h has it. */
static enum dt_outcome set_up(void *context, const struct dt_op *op, void **out,
			      struct dt_outcome_detail *detail,
			      const struct dt_node *node, uint32_t flags,
			      int fd)
{
	dt_rlpx *rlpx = context;
	enum dt_ending ending = begin_dial(rlpx, &node->id, flags);
	enum dt_outcome outcome;
	dt_session *session;
	dt_err err;

	if (ending != DT_ENDING_NONE)
		return outcome_of(detail, ending);
	err = dti_session_open_call(&rlpx->owner, &session, &node->id);
	if (err) {
		ending = err == DT_ERR_ARGUMENT ? DT_ENDING_HANDSHAKE_KEY
						: DT_ENDING_LOCAL_FAULT;
		dial_failed(rlpx, &node->id, ending);
		return outcome_of(detail, ending);
	}
	outcome = shake_hands(rlpx, op, session, detail, flags, fd);
	if (outcome == DT_OUTCOME_CONNECTED)
		*out = session;
	return outcome;
}

/* ---- keep, on worker threads ---- */

static void hand_over_locked(dt_rlpx *rlpx, struct dti_line *line)
{
	dti_list_push_back(&rlpx->handed, &line->among_handed);
	dti_rlpx_note_peer_locked(rlpx, line);
	dti_rlpx_wake_locked(rlpx);
}

/* NONE: it is the thread's. Else it is nobody's. */
static enum dt_ending hand_over(dt_rlpx *rlpx, const struct dti_line *filled)
{
	enum dt_ending ending = DT_ENDING_LOCAL_QUITTING;
	struct dti_line *line;

	dti_rlpx_lock(rlpx);
	if (rlpx->phase == DTI_RLPX_RUNNING) {
		line = dti_slab_take(&rlpx->lines);
		ending = line ? DT_ENDING_NONE : DT_ENDING_LOCAL_FAULT;
		if (line) {
			*line = *filled;
			hand_over_locked(rlpx, line);
		}
	}
	dti_rlpx_unlock(rlpx);
	return ending;
}

/* Opened by set_up(): nothing else has claimed its id. */
static bool is_from_here(const dt_rlpx *rlpx, const dt_session *session,
			 const struct dt_node_id *id)
{
	return session && session->owner == &rlpx->owner &&
	       session->is_claimed && dti_node_id_equal(&session->info.id, id);
}

static bool keep(void *context, const struct dt_node *node, uint32_t flags,
		 int fd, void *session)
{
	dt_rlpx *rlpx = context;
	struct dti_line line = {
		.node = {.id = node->id, .endpoint = node->endpoint},
		.flags = flags,
		.fd = fd,
		.since_ms = dti_clock_ms(),
		.stage = DTI_LINE_KEPT,
		.session = session,
		.pinged_ms = -1,
		.blocked_ms = -1,
		.rtt_ms = -1,
	};
	enum dt_ending ending = DT_ENDING_LOCAL_FAULT;

	if (is_from_here(rlpx, session, &node->id))
		ending = hand_over(rlpx, &line);
	if (ending == DT_ENDING_NONE)
		return true;
	if (session)
		give_up(session, fd, ending);
	return false;
}

/* ---- drop, on the scheduler's thread ---- */

static void drop(void *context, const struct dt_node_id *id)
{
	dt_rlpx *rlpx = context;
	struct dti_peer_entry *entry;

	dti_rlpx_lock(rlpx);
	entry = dti_peer_registry_find(&rlpx->registry, id);
	if (entry) {
		entry->is_unwanted = true;
		if (entry->kept_by)
			dti_rlpx_drop_locked(rlpx, entry->kept_by);
	}
	dti_rlpx_unlock(rlpx);
}

struct dt_transport dt_rlpx_transport(dt_rlpx *rlpx)
{
	return (struct dt_transport){
		.context = rlpx,
		.setup = set_up,
		.keep = keep,
		.drop = drop,
	};
}
