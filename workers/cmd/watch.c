/* SPDX-License-Identifier: MIT */
#include "workers/cmd/watch.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "workers/cmd/complain.h"
#include "workers/cmd/discovery_fates.h"
#include "workers/cmd/fates.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/peer_fates.h"
#include "workers/cmd/signals.h"
#include "workers/cmd/watch_output.h"

#define FRAME_EVERY_MS   200
#define METRICS_EVERY_MS 2000

enum cmd_output cmd_watch_choose(bool json)
{
	if (json)
		return CMD_OUTPUT_JSON;
	return cmd_terminal_is_live() ? CMD_OUTPUT_LIVE : CMD_OUTPUT_LINES;
}

bool cmd_watch_open(struct cmd_watch *watch)
{
	watch->style = cmd_style_of(STDOUT_FILENO);
	watch->signal_fd = cmd_signals_open();
	if (watch->signal_fd < 0) {
		cmd_complain("signals cannot be waited for: %s",
			     strerrordesc_np(errno));
		return false;
	}
	watch->events = cmd_event_ring_create();
	watch->peer_events = cmd_peer_ring_create();
	watch->notices = cmd_notices_create();
	if (watch->events == NULL || watch->peer_events == NULL ||
	    watch->notices == NULL) {
		cmd_complain("there is no memory or no descriptor for events");
		cmd_watch_close(watch);
		return false;
	}
	return true;
}

void cmd_watch_listen(struct cmd_watch *watch, struct dt_config *config)
{
	config->event = cmd_event_ring_push;
	config->event_context = watch->events;
	config->peer = cmd_peer_ring_push;
	config->peer_context = watch->peer_events;
	config->notice = cmd_notices_push;
	config->notice_context = watch->notices;
}

void cmd_watch_begin(struct cmd_watch *watch, dt_dialer *dialer)
{
	int64_t now_ms = cmd_moment_now_ms();

	cmd_meter_init(&watch->meter, dialer);
	cmd_timeline_init(&watch->timeline, FRAME_EVERY_MS / 2);
	watch->next_frame_ms = now_ms;
	watch->next_status_ms = now_ms + watch->status_every_ms;
	watch->next_metrics_ms = now_ms;
	if (watch->output == CMD_OUTPUT_LIVE)
		cmd_terminal_enter(&watch->terminal);
}

static void read_figures(struct cmd_watch *watch, bool with_latency)
{
	cmd_meter_read(&watch->meter, &watch->figures, with_latency);
	cmd_timeline_add(&watch->timeline, watch->figures.elapsed_ms,
			 watch->figures.counters.peers);
}

void cmd_watch_read(struct cmd_watch *watch)
{
	read_figures(watch, false);
}

/* What is due is done; returns when the next thing is. */
static int64_t do_what_is_due(struct cmd_watch *watch, int64_t now_ms)
{
	bool frame = watch->output == CMD_OUTPUT_LIVE &&
		     now_ms >= watch->next_frame_ms;
	bool status = watch->output != CMD_OUTPUT_LIVE &&
		      now_ms >= watch->next_status_ms;
	bool metrics =
		watch->metrics_path != NULL && now_ms >= watch->next_metrics_ms;
	int64_t next_ms = watch->output == CMD_OUTPUT_LIVE
				  ? watch->next_frame_ms
				  : watch->next_status_ms;

	if (frame || status || metrics)
		read_figures(watch, true);
	if (frame) {
		cmd_watch_draw(watch);
		next_ms = watch->next_frame_ms = now_ms + FRAME_EVERY_MS;
	}
	if (status) {
		cmd_watch_show_status(watch);
		/* Not one for each that was slept through. */
		watch->next_status_ms += watch->status_every_ms;
		if (watch->next_status_ms <= now_ms)
			watch->next_status_ms = now_ms + watch->status_every_ms;
		next_ms = watch->next_status_ms;
	}
	if (metrics) {
		cmd_watch_write_metrics(watch);
		watch->next_metrics_ms = now_ms + METRICS_EVERY_MS;
	}
	if (watch->metrics_path != NULL && watch->next_metrics_ms < next_ms)
		next_ms = watch->next_metrics_ms;
	return next_ms;
}

/* Ctrl-Z: give the terminal back first, take it again when we go on. */
static void suspend(struct cmd_watch *watch)
{
	cmd_terminal_leave(&watch->terminal);
	(void)kill(getpid(), SIGSTOP);
	if (watch->output == CMD_OUTPUT_LIVE)
		cmd_terminal_enter(&watch->terminal);
	watch->next_frame_ms = 0;
}

static enum cmd_news read_signals(struct cmd_watch *watch)
{
	enum cmd_news news = CMD_NEWS_NONE;
	int number;

	while ((number = cmd_signals_next(watch->signal_fd)) != 0) {
		if (number == SIGINT || number == SIGTERM)
			return CMD_NEWS_STOP;
		if (number == SIGHUP)
			news = CMD_NEWS_RELOAD;
		else if (number == SIGTSTP)
			suspend(watch);
		else if (number == SIGWINCH)
			watch->next_frame_ms = 0;
	}
	return news;
}

static void toggle(struct cmd_watch *watch, enum cmd_shown shown)
{
	watch->shown = watch->shown == shown ? CMD_SHOWN_DIALS : shown;
	watch->next_frame_ms = 0;
}

static enum cmd_news read_news(struct cmd_watch *watch)
{
	enum cmd_news news = read_signals(watch);
	char key;

	while ((key = cmd_terminal_key(&watch->terminal)) != 0) {
		if (key == 'q' || key == 'Q')
			news = CMD_NEWS_STOP;
		if ((key == 't' || key == 'T') && watch->meter.discv4 != NULL)
			toggle(watch, CMD_SHOWN_TABLE);
		if ((key == 'p' || key == 'P') && watch->meter.rlpx != NULL)
			toggle(watch, CMD_SHOWN_PEERS);
	}
	return watch->output_gone ? CMD_NEWS_STOP : news;
}

static void sleep_until(struct cmd_watch *watch, int64_t until_ms)
{
	int64_t left_ms = until_ms - cmd_moment_now_ms();
	bool has_keys = watch->terminal.entered && watch->terminal.has_keys;
	struct pollfd waits[] = {
		{.fd = watch->signal_fd, .events = POLLIN},
		{.fd = cmd_ring_fd(watch->events), .events = POLLIN},
		{.fd = has_keys ? STDIN_FILENO : -1, .events = POLLIN},
		{.fd = cmd_notices_fd(watch->notices), .events = POLLIN},
		{.fd = cmd_ring_fd(watch->peer_events), .events = POLLIN},
	};

	/* A live view shows events with the next frame. */
	if (watch->output == CMD_OUTPUT_LIVE)
		waits[1].fd = waits[4].fd = -1;
	if (left_ms > 3600000)
		left_ms = 3600000;
	(void)poll(waits, sizeof(waits) / sizeof(waits[0]),
		   left_ms > 0 ? (int)left_ms : 0);
}

enum cmd_news cmd_watch_wait(struct cmd_watch *watch, int64_t until_ms)
{
	for (;;) {
		int64_t now_ms = cmd_moment_now_ms();
		enum cmd_news news = read_news(watch);
		int64_t next_ms;

		cmd_watch_show_events(watch);
		next_ms = do_what_is_due(watch, now_ms);
		if (news != CMD_NEWS_NONE || now_ms >= until_ms)
			return news;
		sleep_until(watch, next_ms < until_ms ? next_ms : until_ms);
	}
}

void cmd_watch_end(struct cmd_watch *watch)
{
	cmd_terminal_leave(&watch->terminal);
	cmd_signals_let_through();
}

static void put_fates(struct cmd_watch *watch)
{
	const struct cmd_figures *figures = &watch->figures;

	cmd_fates_put(&watch->text, &figures->counters, &watch->style);
	if (figures->discovery.present)
		cmd_discovery_fates_put(&watch->text,
					&figures->discovery.counters,
					&watch->style);
	if (figures->peers.present)
		cmd_peer_fates_put(&watch->text, &figures->peers.counters,
				   &watch->style);
}

void cmd_watch_tell_fates(struct cmd_watch *watch)
{
	cmd_watch_show_events(watch);
	read_figures(watch, true);
	cmd_text_clear(&watch->text);
	if (watch->output == CMD_OUTPUT_JSON)
		cmd_json_fates(&watch->text, &watch->figures);
	else
		put_fates(watch);
	cmd_watch_flush(watch);
	if (watch->metrics_path != NULL)
		cmd_watch_write_metrics(watch);
}

void cmd_watch_close(struct cmd_watch *watch)
{
	if (watch->notices != NULL)
		cmd_watch_show_notices(watch);
	cmd_ring_destroy(watch->events);
	cmd_ring_destroy(watch->peer_events);
	cmd_notices_destroy(watch->notices);
	(void)close(watch->signal_fd);
	cmd_text_fini(&watch->text);
	cmd_text_fini(&watch->frame);
}
