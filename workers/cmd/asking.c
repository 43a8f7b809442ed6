/* SPDX-License-Identifier: MIT */
#include "workers/cmd/asking.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/discovery.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/signals.h"

#define FRAME_EVERY_MS 100

const struct cmd_preset cmd_asking_presets[] = {
	{"listen", "0.0.0.0:0"},
	{"announce_tcp", "no"},
	{NULL, NULL},
};

const char *const cmd_asking_options[] = {
	"bootnodes",        "netrestrict",    "listen",      "node_key_file",
	"node_database",    "limit_lan",      "max_queries", "max_proofs",
	"refresh_interval", "check_interval", NULL,
};

/* From any thread. */
static void pass_on(void *context, const char *sentence)
{
	(void)context;
	cmd_warn("%s", sentence);
}

/* Before any other thread is made. */
static int open_descriptors(struct cmd_asking *asking)
{
	asking->signal_fd = cmd_signals_open();
	asking->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (asking->signal_fd >= 0 && asking->done_fd >= 0)
		return CMD_EXIT_OK;
	cmd_complain("signals cannot be waited for: %s",
		     strerrordesc_np(errno));
	return CMD_EXIT_SYSTEM;
}

static void close_descriptors(const struct cmd_asking *asking)
{
	if (asking->signal_fd >= 0)
		(void)close(asking->signal_fd);
	if (asking->done_fd >= 0)
		(void)close(asking->done_fd);
}

static bool has_beginning(const struct dt_config *config, const char *needy)
{
	if (needy == NULL || config->bootnodes[0] != '\0' ||
	    config->node_database[0] != '\0')
		return true;
	cmd_complain("%s: there is no node to begin with; give --network, "
		     "--bootnodes, --nodes or --node-database",
		     needy);
	return false;
}

static int start(struct cmd_asking *asking, const char *needy)
{
	struct dt_config *config = &asking->settings.config;
	int exit_code = cmd_discovery_add_bootnodes(config, asking->network,
						    asking->nodes_path);

	config->notice = pass_on;
	if (exit_code == CMD_EXIT_OK && !has_beginning(config, needy))
		return CMD_EXIT_USAGE;
	if (exit_code == CMD_EXIT_OK)
		exit_code = open_descriptors(asking);
	if (exit_code == CMD_EXIT_OK)
		exit_code =
			cmd_discovery_start(&asking->discv4, config, NULL, 0);
	return exit_code;
}

struct cmd_flag cmd_asking_timeout_flag(struct cmd_asking *asking)
{
	return (struct cmd_flag){
		.name = "timeout",
		.argument = "DURATION",
		.help = "Give up after this time (default 30s).",
		.duration_ms = &asking->timeout_ms,
	};
}

int cmd_asking_open(struct cmd_asking *asking,
		    const char *const options[CMD_OPTION_MAX],
		    const char *needy)
{
	int exit_code;

	asking->signal_fd = -1;
	asking->done_fd = -1;
	if (!cmd_settings_read(&asking->settings, cmd_asking_presets, options))
		return CMD_EXIT_USAGE;
	exit_code = start(asking, needy);
	if (exit_code == CMD_EXIT_OK) {
		cmd_progress_init(&asking->progress);
		return CMD_EXIT_OK;
	}
	close_descriptors(asking);
	cmd_settings_fini(&asking->settings);
	return exit_code;
}

void cmd_asking_close(struct cmd_asking *asking)
{
	cmd_progress_fini(&asking->progress);
	dt_discv4_destroy(asking->discv4);
	close_descriptors(asking);
	cmd_settings_fini(&asking->settings);
}

static void read_signals(struct cmd_asking *asking)
{
	int number;

	while ((number = cmd_signals_next(asking->signal_fd)) != 0) {
		if (number == SIGTSTP) {
			cmd_progress_hide(&asking->progress);
			(void)kill(getpid(), SIGSTOP);
		} else if (number != SIGWINCH) {
			asking->interrupted = true;
			dt_discv4_close(asking->discv4);
		}
	}
}

/* A question on its way. */
struct errand {
	const struct cmd_question *question;
	int done_fd;
	dt_err answer;
};

static void *carry(void *argument)
{
	struct errand *errand = argument;

	errand->answer = errand->question->ask(errand->question->context);
	(void)eventfd_write(errand->done_fd, 1);
	return NULL;
}

static void show(struct cmd_asking *asking, const struct cmd_question *question)
{
	if (!asking->progress.live || question->show == NULL)
		return;
	question->show(question->context, &asking->progress.line);
	cmd_progress_show(&asking->progress);
}

static void wait_for(struct cmd_asking *asking,
		     const struct cmd_question *question)
{
	struct pollfd waits[] = {
		{.fd = asking->signal_fd, .events = POLLIN},
		{.fd = asking->done_fd, .events = POLLIN},
	};
	bool is_shown = asking->progress.live && question->show != NULL;
	eventfd_t ignored;

	while (eventfd_read(asking->done_fd, &ignored) != 0) {
		(void)poll(waits, 2, is_shown ? FRAME_EVERY_MS : -1);
		read_signals(asking);
		show(asking, question);
	}
}

dt_err cmd_asking_ask(struct cmd_asking *asking,
		      const struct cmd_question *question)
{
	struct errand errand = {.question = question,
				.done_fd = asking->done_fd};
	pthread_t thread;

	if (pthread_create(&thread, NULL, carry, &errand) != 0)
		return DT_ERR_NO_THREAD;
	(void)pthread_setname_np(thread, "dt-ask");
	wait_for(asking, question);
	(void)pthread_join(thread, NULL);
	cmd_progress_hide(&asking->progress);
	return errand.answer;
}

void cmd_asking_put_progress(const struct cmd_asking *asking,
			     struct cmd_text *line, const char *what,
			     int64_t since_ms)
{
	struct dt_discv4_counters counters;

	dt_discv4_counters(asking->discv4, &counters, sizeof(counters));
	cmd_text_printf(line,
			"%s %s: %" PRIu64 " requests, %" PRIu64
			" answered, %.1f s",
			cmd_progress_spinner(&asking->progress), what,
			counters.requests_sent, counters.requests_answered,
			(double)(cmd_moment_now_ms() - since_ms) / 1000.0);
}

bool cmd_asking_pause(struct cmd_asking *asking, int64_t duration_ms)
{
	struct pollfd wait = {.fd = asking->signal_fd, .events = POLLIN};
	int64_t until_ms = cmd_moment_now_ms() + duration_ms;
	int64_t left_ms = duration_ms;

	while (!asking->interrupted && left_ms > 0) {
		(void)poll(&wait, 1,
			   left_ms < 3600000 ? (int)left_ms : 3600000);
		read_signals(asking);
		left_ms = until_ms - cmd_moment_now_ms();
	}
	return !asking->interrupted;
}
