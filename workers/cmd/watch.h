/* SPDX-License-Identifier: MIT */
#ifndef CMD_WATCH_H
#define CMD_WATCH_H

/*
 * The main thread while a dialer runs: shows what happens in the way that was
 * asked for, and says when a signal comes. It sleeps between two signals,
 * events, frames and lines.
 */

#include <dialtone.h>
#include <stdbool.h>
#include <stdint.h>

#include "workers/cmd/event_ring.h"
#include "workers/cmd/figures.h"
#include "workers/cmd/live_view.h"
#include "workers/cmd/notices.h"
#include "workers/cmd/style.h"
#include "workers/cmd/terminal.h"
#include "workers/cmd/timeline.h"

enum cmd_output {
	CMD_OUTPUT_LIVE,  /* a picture that is drawn again and again */
	CMD_OUTPUT_LINES, /* lines for people */
	CMD_OUTPUT_JSON   /* lines for machines */
};

/** What the live view shows: the keys "t" and "p", and back again. */
enum cmd_shown {
	CMD_SHOWN_DIALS,
	CMD_SHOWN_TABLE, /* of discovery */
	CMD_SHOWN_PEERS
};

#define CMD_PEERS_SHOWN 256

struct cmd_watch {
	/* Set by the command before cmd_watch_open(). */
	const char *title;
	enum cmd_output output;
	int64_t status_every_ms;  /* in lines and JSON */
	bool hide_events;         /* in lines: only notices and status */
	const char *metrics_path; /* NULL: none */

	/* May be changed at any time. */
	const char *stage;    /* shown in the live view; NULL: none */
	enum cmd_shown shown; /* in the live view */

	/* To be read. */
	struct cmd_figures figures; /* the latest */
	struct cmd_meter meter;
	struct cmd_timeline timeline;
	struct cmd_style style;

	/* Its own. */
	int signal_fd;
	struct cmd_ring *events;
	struct cmd_ring *peer_events;
	struct cmd_notices *notices;
	struct cmd_terminal terminal;
	struct cmd_recent recent;
	struct cmd_text text;
	struct cmd_text frame;
	int64_t next_frame_ms;
	int64_t next_status_ms;
	int64_t next_metrics_ms;
	bool output_gone; /* whoever read our output is gone */
	bool metrics_failed;
	/* To be shown. */
	struct dt_discv4_entry entries[DT_DISCV4_ENTRIES];
	struct dt_peer shown_peers[CMD_PEERS_SHOWN];
};

/** Live on a terminal, else lines; @json: JSON in any case. */
enum cmd_output cmd_watch_choose(bool json);

/**
 * Block the signals, make the event ring. Before any other thread is made.
 * False: said on stderr. Pair with close.
 */
bool cmd_watch_open(struct cmd_watch *watch);
/** Put the events and notices into a configuration. After open. */
void cmd_watch_listen(struct cmd_watch *watch, struct dt_config *config);
/** The dialer has been started: begin to show it. */
void cmd_watch_begin(struct cmd_watch *watch, dt_dialer *dialer);

enum cmd_news {
	CMD_NEWS_NONE,  /* @until_ms has come */
	CMD_NEWS_STOP,  /* SIGINT, SIGTERM, "q", or nobody reads the output */
	CMD_NEWS_RELOAD /* SIGHUP */
};
/** Show things until @until_ms (monotonic) or until something comes. */
enum cmd_news cmd_watch_wait(struct cmd_watch *watch, int64_t until_ms);

/** Read the figures, without those that the scheduler is asked for. */
void cmd_watch_read(struct cmd_watch *watch);

/** Say something in the way that was asked for. */
__attribute__((format(printf, 3, 4))) void
cmd_watch_say(struct cmd_watch *watch, enum dt_level level, const char *format,
	      ...);

/** The end of the view: the terminal is as before, signals end us at once. */
void cmd_watch_end(struct cmd_watch *watch);
/** After dt_dialer_stop(): the last events, the table of fates. */
void cmd_watch_tell_fates(struct cmd_watch *watch);
/** After the dialer and discovery are destroyed. */
void cmd_watch_close(struct cmd_watch *watch);

#endif /* CMD_WATCH_H */
