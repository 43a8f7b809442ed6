/* SPDX-License-Identifier: MIT */
/*
 * Which connections may come in. Strangers are all who are not in a private
 * network. So that they cannot keep others out, or the thread busy:
 *
 *	one address		once in inbound_throttle
 *	all strangers		STRANGERS_PER_S: before anybody is proven an auth
 *				costs some 215 us of the thread, of which this is
 *				a ninth
 *	one network		a SHARE of the places of max_pending_inbound
 *	who says nothing	is given up for the next who comes, once all
 *				places are taken
 */
#include "lib/container.h"
#include "lib/node/address_class.h"

#include "workers/rlpx.h"

#define STRANGERS_PER_S 500  /* and as many at once */
#define SHARE           4    /* one in so many */
#define SLOW_MS         1000 /* two round trips around the world, and a loss */

void dti_rlpx_init_doors(struct dti_rlpx_doors *doors)
{
	doors->slow_ms = SLOW_MS;
	doors->rate = dti_token_rate(STRANGERS_PER_S, STRANGERS_PER_S);
	doors->bucket = dti_token_bucket_full(&doors->rate, 0);
}

static struct dti_line *line_of(struct dti_list_link *link)
{
	return dti_container_of(link, struct dti_line, among_pending);
}

/* O(set-ups), which STRANGERS_PER_S bounds too, however many may be pending. */
static bool has_its_share(const dt_rlpx *rlpx, const struct dt_endpoint *from)
{
	struct dti_list_link *link = dti_list_first(&rlpx->set_ups);
	uint32_t share = rlpx->max_pending_inbound / SHARE;
	uint32_t count = 0;

	for (; link; link = dti_list_next(&rlpx->set_ups, link))
		count += dti_address_is_near(&line_of(link)->node.endpoint,
					     from);
	return count >= (share > 0 ? share : 1);
}

/*
 * Of those who had time: who has waited longest without saying who it is, else
 * without proving it. NULL: nobody.
 */
static struct dti_line *find_slowest(const dt_rlpx *rlpx)
{
	struct dti_list_link *link = dti_list_first(&rlpx->set_ups);
	struct dti_line *unproven = NULL;

	for (; link; link = dti_list_next(&rlpx->set_ups, link)) {
		struct dti_line *line = line_of(link);

		if (rlpx->now_ms - line->since_ms < rlpx->doors.slow_ms)
			break;
		if (line->stage != DTI_LINE_SETUP)
			continue;
		if (!line->is_identified)
			return line;
		if (!unproven)
			unproven = line;
	}
	return unproven;
}

static bool make_room(dt_rlpx *rlpx)
{
	struct dti_line *slowest;

	if (rlpx->pending < rlpx->max_pending_inbound)
		return true;
	slowest = find_slowest(rlpx);
	if (!slowest)
		return false;
	dti_rlpx_end(rlpx, slowest,
		     dti_session_silent_ending(slowest->session));
	return true;
}

/* Who finds no room may try again at once. */
enum dti_rlpx_verdict dti_rlpx_judge(dt_rlpx *rlpx, int fd,
				     const struct dt_endpoint *from)
{
	struct dti_rlpx_doors *doors = &rlpx->doors;
	bool is_stranger = !dti_address_is_private(from);

	if (!dti_netrestrict_allows(rlpx->netrestrict, from))
		return DTI_RLPX_NOT_ALLOWED;
	if (dti_address_holds_back(&rlpx->holds, from, rlpx->now_ms))
		return DTI_RLPX_THROTTLED;
	if (is_stranger &&
	    !dti_token_bucket_fill(&doors->bucket, &doors->rate, rlpx->now_ms))
		return DTI_RLPX_THROTTLED;
	if (is_stranger && has_its_share(rlpx, from))
		return DTI_RLPX_NO_ROOM;
	if (!make_room(rlpx) || !dti_rlpx_begin_inbound(rlpx, fd, from))
		return DTI_RLPX_NO_ROOM;
	dti_address_holds_add(&rlpx->holds, from, rlpx->now_ms);
	if (is_stranger)
		dti_token_bucket_take(&doors->bucket, &doors->rate);
	return DTI_RLPX_ADMITTED;
}
