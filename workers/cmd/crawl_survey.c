/* SPDX-License-Identifier: MIT */
#include "workers/cmd/crawl_survey.h"

#include <sys/socket.h>
#include <unistd.h>

/* On a worker thread; see struct dt_transport, whose parameters these are. */
static enum dt_outcome shake_hands(void *context, const struct dt_op *op,
				   void **session,
				   struct dt_outcome_detail *detail,
				   const struct dt_node *node, uint32_t flags,
				   int fd)
{
	const struct cmd_crawl_survey *survey = context;
	const struct dt_transport *rlpx = &survey->rlpx_transport;

	return rlpx->setup(rlpx->context, op, session, detail, node, flags, fd);
}

/* The socket has room for a few bytes, or else the remote reads nothing. */
static void say_goodbye(dt_session *session, int fd)
{
	uint8_t bytes[DT_SESSION_WRITE_SIZE];
	size_t length;

	dt_session_disconnect(session, DT_ENDING_REMOTE_REQUESTED);
	while (dt_session_owes(session)) {
		length = dt_session_write(session, bytes, sizeof(bytes));
		(void)send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	(void)shutdown(fd, SHUT_WR);
}

/* Takes the peer over, and is done with it. On a worker thread. */
static bool note(void *context, const struct dt_node *node, uint32_t flags,
		 int fd, void *session)
{
	struct cmd_crawl_survey *survey = context;

	(void)flags;
	cmd_crawl_nodes_greeted(survey->nodes, &node->id,
				dt_session_info(session));
	say_goodbye(session, fd);
	dt_session_destroy(session);
	(void)close(fd);
	/* Fails only when the dialer stops, which lets go of all. */
	(void)!dt_dialer_peer_removed(survey->dialer, &node->id);
	return true;
}

/* On the scheduler's thread. */
static void hear(void *context, const struct dt_event *event)
{
	struct cmd_crawl_survey *survey = context;

	if (event->type == DT_EVENT_DIAL_NOW_REFUSED)
		cmd_crawl_nodes_not_dialed(survey->nodes, &event->node->id,
					   event->skip);
	else if (event->type == DT_EVENT_DIAL_ENDED)
		cmd_crawl_nodes_dialed(survey->nodes, event);
}

dt_err cmd_crawl_survey_open(struct cmd_crawl_survey *survey,
			     const struct dt_config *config,
			     struct dt_error *error)
{
	struct dt_config own = *config;
	dt_err err;

	survey->rlpx_transport = dt_rlpx_transport(survey->rlpx);
	own.dial_timeout_ms = survey->timeout_ms;
	own.table = (struct dt_table){0};
	own.bootnodes = "";
	own.static_nodes = "";
	own.log = DT_LEVEL_DEBUG;
	own.transport = (struct dt_transport){
		.context = survey, .setup = shake_hands, .keep = note};
	own.event = hear;
	own.event_context = survey;
	err = dt_dialer_create(&survey->dialer, &own, error);
	if (err == DT_OK)
		err = dt_dialer_start(survey->dialer, error);
	return err;
}

void cmd_crawl_survey_offer(struct cmd_crawl_survey *survey,
			    const struct dt_node *node)
{
	struct dt_node dialed = *node;
	dt_err err;

	if (node->endpoint.tcp_port == 0)
		return;
	dialed.host_name = NULL;
	err = dt_dialer_dial_now(survey->dialer, &dialed);
	/* A survey that stops leaves the node waiting. */
	if (err != DT_OK && err != DT_ERR_STOPPED)
		cmd_crawl_nodes_not_dialed(survey->nodes, &node->id,
					   DT_SKIP_NO_MEMORY);
}

uint64_t cmd_crawl_survey_in_flight(const struct cmd_crawl_survey *survey)
{
	const struct dt_task_counters *dials;
	struct dt_counters counters;

	dt_dialer_counters(survey->dialer, &counters, sizeof(counters));
	dials = &counters.tasks[DT_TASK_DYN_DIAL];
	return dials->waiting + dials->queued + dials->running;
}

void cmd_crawl_survey_stop(struct cmd_crawl_survey *survey)
{
	/* Fails only if it was never started. */
	(void)!dt_dialer_stop(survey->dialer);
}

void cmd_crawl_survey_close(struct cmd_crawl_survey *survey)
{
	dt_dialer_destroy(survey->dialer);
	survey->dialer = NULL;
}
