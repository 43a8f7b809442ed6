/* SPDX-License-Identifier: MIT */
#include "workers/cmd/crawl_walk.h"

#include <string.h>

#include "workers/cmd/dice.h"
#include "workers/cmd/moment.h"

#define ANSWER_MAX 16
#define FARTHEST   256 /* of distances: half of all ids are there */
#define TRIES_MAX  (1u << 20)

const struct cmd_preset cmd_crawl_presets[] = {
	{"listen", "0.0.0.0:0"},
	{"max_active_dials", "128"},
	{"max_dyn_dials", "0"},
	{"max_queries", "1024"},
	{"max_proofs", "65536"},
	/* A dial asks many questions, each with a timeout of its own. */
	{"dial_timeout", "2m"},
	{"adaptive_timeout", "no"},
	{"history_expiration", "0"},
	/* Of handshakes: nobody is kept, but many are there at once. */
	{"max_peers", "65535"},
	{"log", "debug"},
	{NULL, NULL},
};

/* One run of a dial; lives on the worker's stack. */
struct visit {
	struct cmd_crawl_walk *walk;
	const struct dt_op *op;
	const struct dt_node *node;
	struct cmd_dice dice;
	uint64_t seen[(CMD_CRAWL_DEPTH_MAX + 1) *
		      ANSWER_MAX]; /* starts of ids */
	uint32_t seen_count;
};

static uint64_t start_of(const struct dt_node_id *id)
{
	uint64_t start;

	memcpy(&start, id->bytes, sizeof(start));
	return start;
}

/* False: it was seen on this visit. */
static bool see(struct visit *visit, const struct dt_node_id *id)
{
	uint64_t start = start_of(id);

	for (uint32_t i = 0; i < visit->seen_count; i++) {
		if (visit->seen[i] == start)
			return false;
	}
	visit->seen[visit->seen_count++] = start;
	return true;
}

/* Some id at @distance from the node: half of all tries are at 256, and so on. */
static struct dt_node_id choose_target(struct visit *visit,
				       unsigned int distance)
{
	struct dt_node_id target;

	cmd_dice_fill(&visit->dice, target.bytes, sizeof(target.bytes));
	for (uint32_t i = 0; i < TRIES_MAX; i++) {
		uint64_t next = cmd_dice_next(&visit->dice);

		memcpy(target.bytes, &next, sizeof(next));
		if (dt_node_distance(&target, &visit->node->id) == distance)
			break;
	}
	return target;
}

static int64_t time_left(const struct visit *visit)
{
	int64_t left_ms = dt_op_deadline_ms(visit->op) - cmd_moment_now_ms();

	if (left_ms > visit->walk->timeout_ms)
		return visit->walk->timeout_ms;
	return left_ms > 1 ? left_ms : 1;
}

static bool may_ask_on(const struct visit *visit, dt_err last)
{
	return last == DT_ERR_TIMED_OUT && !dt_op_cancelled(visit->op);
}

/* *@fresh: how many nodes it had not told of before. */
static dt_err ask(struct visit *visit, const struct dt_node_id *target,
		  uint32_t *fresh)
{
	struct dt_node told[ANSWER_MAX];
	size_t count = 0;
	dt_err err =
		dt_discv4_find(visit->walk->discv4, told, ANSWER_MAX, &count,
			       visit->node, target, time_left(visit));

	*fresh = 0;
	for (size_t i = 0; err == DT_OK && i < count; i++) {
		if (!see(visit, &told[i].id))
			continue;
		cmd_crawl_walk_offer(visit->walk, &told[i], true);
		(*fresh)++;
	}
	return err;
}

static enum dt_outcome outcome_of(dt_err err)
{
	switch (err) {
	case DT_OK:
		return DT_OUTCOME_CONNECTED;
	case DT_ERR_TIMED_OUT:
		return DT_OUTCOME_TIMED_OUT;
	case DT_ERR_CANCELLED:
	case DT_ERR_STOPPED:
		return DT_OUTCOME_CANCELLED;
	case DT_ERR_BUSY:
		return DT_OUTCOME_NO_BUFFERS;
	default:
		return DT_OUTCOME_LOCAL_FAULT;
	}
}

/* The node is there: what does not come was lost on the way. */
static dt_err ask_again(struct visit *visit, const struct dt_node_id *target,
			uint32_t *fresh)
{
	dt_err err = DT_ERR_TIMED_OUT;

	for (uint64_t i = 0; i < visit->walk->tries && may_ask_on(visit, err);
	     i++)
		err = ask(visit, target, fresh);
	return err;
}

static bool ask_for_record(struct visit *visit, struct dt_record *record)
{
	dt_err err = DT_ERR_TIMED_OUT;

	for (uint64_t i = 0; i < visit->walk->tries && may_ask_on(visit, err);
	     i++)
		err = dt_discv4_request_record(visit->walk->discv4, record,
					       visit->node, time_left(visit));
	return err == DT_OK;
}

/*
 * First for those nearest to itself, from all of its near buckets, then from
 * the farthest bucket, which is full first, to nearer ones, until one has
 * nothing new. Returns the answer to the first question: the dial's outcome.
 */
static dt_err ask_node(struct visit *visit)
{
	uint32_t fresh;
	dt_err err = ask(visit, &visit->node->id, &fresh);

	if (err != DT_OK)
		return err;
	for (unsigned int i = 0;
	     i < visit->walk->depth && !dt_op_cancelled(visit->op); i++) {
		struct dt_node_id target = choose_target(visit, FARTHEST - i);

		if (ask_again(visit, &target, &fresh) != DT_OK || fresh == 0)
			break;
	}
	return DT_OK;
}

/* On a worker thread; see struct dt_transport. */
static enum dt_outcome connect_by_asking(void *context, const struct dt_op *op,
					 int *fd,
					 struct dt_outcome_detail *detail,
					 const struct dt_node *node)
{
	struct visit visit = {.walk = context,
			      .op = op,
			      .node = node,
			      .dice = {start_of(&node->id)}};
	struct cmd_crawl_walk *walk = visit.walk;
	struct dt_record record;
	dt_err err = ask_node(&visit);
	bool has_record;

	(void)detail;
	*fd = -1;
	if (err != DT_OK)
		return outcome_of(err);
	has_record = ask_for_record(&visit, &record);
	cmd_crawl_nodes_told(walk->nodes, &node->id, visit.seen_count,
			     has_record ? &record : NULL);
	return DT_OUTCOME_CONNECTED;
}

/* A node that has answered is no peer for longer than this. */
static bool let_go(void *context, const struct dt_node *node, uint32_t flags,
		   int fd, void *session)
{
	struct cmd_crawl_walk *walk = context;

	(void)flags;
	(void)fd;
	(void)session;
	/* Fails only when the dialer stops, which lets go of all. */
	if (dt_dialer_peer_removed(walk->dialer, &node->id) != DT_OK)
		return false;
	return true;
}

/* A walk that stops leaves the node waiting. */
static void dial(struct cmd_crawl_walk *walk, const struct dt_node *node)
{
	struct dt_node asked = *node;
	dt_err err = DT_ERR_ARGUMENT;

	/* The port that counts here: a node without a TCP port answers too. */
	asked.endpoint.tcp_port = asked.endpoint.udp_port;
	asked.host_name = NULL;
	if (asked.endpoint.family != 0)
		err = dt_dialer_dial_now(walk->dialer, &asked);
	if (err != DT_OK && err != DT_ERR_STOPPED)
		cmd_crawl_nodes_skipped(walk->nodes, &node->id,
					err == DT_ERR_ARGUMENT
						? DT_SKIP_NO_PORT
						: DT_SKIP_NO_MEMORY);
}

/* On the scheduler's thread. */
static void hear(void *context, const struct dt_event *event)
{
	struct cmd_crawl_walk *walk = context;

	if (event->type == DT_EVENT_DIAL_NOW_REFUSED)
		cmd_crawl_nodes_skipped(walk->nodes, &event->node->id,
					event->skip);
	else if (event->type == DT_EVENT_DIAL_ENDED &&
		 cmd_crawl_nodes_asked(walk->nodes, &event->node->id,
				       event->outcome, event->duration_ms,
				       walk->tries))
		dial(walk, event->node); /* behind those that wait */
}

dt_err cmd_crawl_walk_open(struct cmd_crawl_walk *walk,
			   struct dt_config *config, struct dt_error *error)
{
	dt_err err;

	walk->self = dt_discv4_self(walk->discv4).id;
	config->has_self = true;
	config->self = walk->self;
	/* They are the discv4 node's: what is to be asked is offered. */
	config->bootnodes = "";
	config->static_nodes = "";
	config->table = (struct dt_table){0};
	config->log = DT_LEVEL_DEBUG;
	config->transport = (struct dt_transport){
		.context = walk, .connect = connect_by_asking, .keep = let_go};
	config->event = hear;
	config->event_context = walk;
	err = dt_dialer_create(&walk->dialer, config, error);
	if (err == DT_OK)
		err = dt_dialer_start(walk->dialer, error);
	return err;
}

void cmd_crawl_walk_offer(struct cmd_crawl_walk *walk,
			  const struct dt_node *node, bool told)
{
	if (memcmp(node->id.bytes, walk->self.bytes, sizeof(node->id.bytes)) ==
		    0 ||
	    !cmd_crawl_nodes_add(walk->nodes, node, told))
		return;
	dial(walk, node);
	if (walk->survey != NULL)
		cmd_crawl_survey_offer(walk->survey, node);
}

uint64_t cmd_crawl_walk_in_flight(const struct cmd_crawl_walk *walk)
{
	const struct dt_task_counters *dials;
	struct dt_counters counters;

	dt_dialer_counters(walk->dialer, &counters, sizeof(counters));
	dials = &counters.tasks[DT_TASK_DYN_DIAL];
	return dials->waiting + dials->queued + dials->running;
}

void cmd_crawl_walk_stop(struct cmd_crawl_walk *walk)
{
	dt_discv4_close(walk->discv4);
	/* Fails only if it was never started. */
	(void)(dt_dialer_stop(walk->dialer) == DT_OK);
}

void cmd_crawl_walk_close(struct cmd_crawl_walk *walk)
{
	dt_dialer_destroy(walk->dialer);
	walk->dialer = NULL;
}
