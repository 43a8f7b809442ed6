/* SPDX-License-Identifier: MIT */
#ifndef CMD_ASKING_H
#define CMD_ASKING_H

/*
 * What ping, lookup and resolve share: a node of their own, and questions to it
 * that block. Each runs on a thread of its own, while the main thread shows how
 * far it is and waits for signals, one of which ends it.
 */

#include <dialtone.h>
#include <stdbool.h>
#include <stdint.h>

#include "workers/cmd/command_line.h"
#include "workers/cmd/progress.h"
#include "workers/cmd/settings.h"

struct cmd_asking {
	/* Set by the command's flags. */
	const char *network;
	const char *nodes_path;
	int64_t timeout_ms;
	bool json;

	/* To be read. */
	struct cmd_settings settings;
	dt_discv4 *discv4;
	bool interrupted; /* a signal came */
	struct cmd_progress progress;

	/* Its own. */
	int signal_fd;
	int done_fd; /* eventfd: a question is answered */
};

/** The settings of such a command: it listens wherever it can. */
extern const struct cmd_preset cmd_asking_presets[];

/** The options that such a command takes: those of discovery. */
extern const char *const cmd_asking_options[];

/** --timeout of a search. Put CMD_ASKING_SEARCH_MS into timeout_ms before. */
struct cmd_flag cmd_asking_timeout_flag(struct cmd_asking *asking);
#define CMD_ASKING_SEARCH_MS 30000

/**
 * cmd_asking_open - read the settings, start the node.
 * @options: of cmd_command_line_parse().
 * @needy: the command's name if it needs nodes to begin with; else NULL.
 * Returns an exit code; unless it is CMD_EXIT_OK there is nothing to close.
 */
int cmd_asking_open(struct cmd_asking *asking,
		    const char *const options[CMD_OPTION_MAX],
		    const char *needy);
void cmd_asking_close(struct cmd_asking *asking);

/** A question that blocks; called on a thread of its own. */
struct cmd_question {
	void *context;
	dt_err (*ask)(void *context);
	/** Put how far it is into the line of progress; main thread. */
	void (*show)(void *context, struct cmd_text *line);
};
/**
 * cmd_asking_ask - ask, and wait for the answer. A signal closes the node: then
 * the answer is DT_ERR_CANCELLED, as a rule, and that of all later questions.
 */
dt_err cmd_asking_ask(struct cmd_asking *asking,
		      const struct cmd_question *question);
/** "* looking up: 12 requests, 8 answered, 1.2 s", of all that the node did. */
void cmd_asking_put_progress(const struct cmd_asking *asking,
			     struct cmd_text *line, const char *what,
			     int64_t since_ms);
/** Wait for a time. False: a signal came. */
bool cmd_asking_pause(struct cmd_asking *asking, int64_t duration_ms);

#endif /* CMD_ASKING_H */
