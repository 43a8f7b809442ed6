/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/socket.h>

#include "workers/rlpx.h"

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
	return a_ms < b_ms ? a_ms : b_ms;
}

int64_t dti_rlpx_next_ms(const dt_rlpx *rlpx, const struct dti_line *line)
{
	int64_t next =
		line->heard_ms + (line->pinged_ms < 0 ? rlpx->ping_interval_ms
						      : rlpx->peer_timeout_ms);

	if (line->blocked_ms >= 0)
		next = earlier(next, line->blocked_ms + rlpx->peer_timeout_ms);
	return next;
}

/* False: that has ended it. */
static bool ping(dt_rlpx *rlpx, struct dti_line *line)
{
	line->pinged_ms = rlpx->now_ms;
	rlpx->tally.pings_sent++;
	dt_session_ping(line->session);
	return dti_rlpx_flush(rlpx, line);
}

/* Bytes, or an end, that the next turns will find. */
static bool has_news(const struct dti_line *line)
{
	uint8_t byte;

	return recv(line->fd, &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT) >=
		       0 ||
	       errno != EAGAIN;
}

/*
 * When the thread was kept from its work, by a callback or with the whole
 * process, the time of all peers is over at once: of those that were not heard
 * though they have spoken, and of those that were not asked.
 */
static void excuse(const dt_rlpx *rlpx, struct dti_line *line)
{
	if (rlpx->now_ms < line->heard_ms + rlpx->peer_timeout_ms)
		return;
	if (has_news(line))
		line->heard_ms = rlpx->now_ms;
	else if (line->pinged_ms < 0)
		line->heard_ms = rlpx->now_ms - rlpx->ping_interval_ms;
}

static bool is_stuck(const dt_rlpx *rlpx, const struct dti_line *line)
{
	return line->blocked_ms >= 0 &&
	       rlpx->now_ms >= line->blocked_ms + rlpx->peer_timeout_ms;
}

static void peer_due(dt_rlpx *rlpx, struct dti_line *line)
{
	int64_t now_ms = rlpx->now_ms;

	/* It may have read while the thread was kept from its work. */
	if (is_stuck(rlpx, line) && !dti_rlpx_flush(rlpx, line))
		return;
	if (is_stuck(rlpx, line)) {
		dti_rlpx_end(rlpx, line, DT_ENDING_STUCK);
		return;
	}
	excuse(rlpx, line);
	if (now_ms >= line->heard_ms + rlpx->peer_timeout_ms) {
		/* Who does not read may not be heard either: TCP drops what
		 * acknowledges its bytes with what it has no room for. */
		dti_rlpx_end(rlpx, line,
			     line->blocked_ms >= 0 ? DT_ENDING_STUCK
						   : DT_ENDING_SILENT);
		return;
	}
	if (line->pinged_ms < 0 &&
	    now_ms >= line->heard_ms + rlpx->ping_interval_ms &&
	    !ping(rlpx, line))
		return;
	dti_rlpx_set_deadline(rlpx, line, dti_rlpx_next_ms(rlpx, line));
}

void dti_rlpx_due(dt_rlpx *rlpx, struct dti_line *line)
{
	switch (line->stage) {
	case DTI_LINE_SETUP:
		dti_rlpx_end(rlpx, line,
			     dti_session_silent_ending(line->session));
		break;
	case DTI_LINE_WAITING:
		dti_rlpx_end(rlpx, line, DT_ENDING_LOCAL_ALREADY);
		break;
	case DTI_LINE_KEPT:
		peer_due(rlpx, line);
		break;
	case DTI_LINE_CLOSING:
		dti_rlpx_close(rlpx, line);
		break;
	}
}
