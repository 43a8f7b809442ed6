/* SPDX-License-Identifier: MIT */
#include <dialtone.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "workers/cmd/asking.h"
#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/json.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/node_text.h"

struct ping {
	struct cmd_asking asking;
	uint64_t wanted; /* 0: until a signal comes */
	int64_t interval_ms;
	struct dt_node node;
	char endpoint[DT_ENDPOINT_TEXT_SIZE];
	struct dt_discv4_pong pong; /* the latest */
	struct cmd_text out;

	uint64_t sent;
	uint64_t answered;
	int64_t least_ms;
	int64_t most_ms;
	int64_t sum_ms;
};

static const char about[] =
	"Pings a node of a discv4 network, as ping(8) does a host: one line"
	" for each\n"
	"pong with its round trip, where the node says that we are, and the"
	" number of\n"
	"its node record; then a summary. URL is an enode URL or a node "
	"record\n"
	"('enr:...') with an address.\n"
	"\n"
	"Exit code 1 if no ping was answered.";

static bool parse_arguments(struct ping *ping, const char **options, int *first,
			    int *exit_code, int argc, char **argv)
{
	const struct cmd_flag flags[] = {
		{.name = "count",
		 .argument = "NUMBER",
		 .help = "How many pings (default 4); 0: until a signal comes.",
		 .number = &ping->wanted,
		 .at_most = 1000000},
		{.name = "interval",
		 .argument = "DURATION",
		 .help = "Time from one ping to the next (default 1s).",
		 .duration_ms = &ping->interval_ms},
		{.name = "timeout",
		 .argument = "DURATION",
		 .help = "How long to wait for each pong (default 2s).",
		 .duration_ms = &ping->asking.timeout_ms},
		{.name = "json",
		 .help = "Write one JSON object a line, see dialtone(1).",
		 .on = &ping->asking.json},
		{.name = NULL},
	};
	const struct cmd_command command = {.name = "ping",
					    .operands = "URL",
					    .about = about,
					    .flags = flags,
					    .has_options = true,
					    .only = cmd_asking_options,
					    .presets = cmd_asking_presets};

	if (!cmd_command_line_parse(&command, options, first, exit_code, argc,
				    argv))
		return false;
	*exit_code = CMD_EXIT_USAGE;
	if (argc - *first == 1)
		return true;
	cmd_complain("ping: give one node, as an enode URL or a node record "
		     "(enr:...) with an address");
	return false;
}

static bool read_node(struct ping *ping, const char *text)
{
	char host_name[DT_HOST_NAME_SIZE];
	struct dt_error error;

	if (!cmd_node_read(&ping->node, host_name, text, &error)) {
		cmd_complain("ping: %s", error.text);
		return false;
	}
	if (ping->node.endpoint.family != 0 &&
	    ping->node.endpoint.udp_port != 0) {
		ping->node.host_name = NULL;
		dt_endpoint_format(ping->endpoint, &ping->node.endpoint);
		return true;
	}
	cmd_complain("ping: the node has no IP address or no UDP port; "
		     "'dialtone resolve' may find them by its id");
	return false;
}

/* dt_endpoint_format() writes the TCP port. */
static struct dt_endpoint by_udp(struct dt_endpoint endpoint)
{
	endpoint.tcp_port = endpoint.udp_port;
	return endpoint;
}

static void flush(struct ping *ping)
{
	if (!cmd_text_write(&ping->out, STDOUT_FILENO))
		ping->asking.interrupted = true;
}

static void say_start(struct ping *ping)
{
	struct dt_node self = dt_discv4_self(ping->asking.discv4);
	char id[CMD_NODE_SHORT_SIZE];
	char own[DT_ENDPOINT_TEXT_SIZE];

	if (ping->asking.json)
		return;
	self.endpoint = by_udp(self.endpoint);
	dt_endpoint_format(own, &self.endpoint);
	cmd_node_id_short(id, &ping->node.id);
	cmd_text_printf(&ping->out, "PING %s@%s from %s\n", id, ping->endpoint,
			own);
	flush(ping);
}

static void put_pong_json(struct ping *ping, const char *seen_as)
{
	struct cmd_text *out = &ping->out;

	cmd_json_begin_line(out, "pong", cmd_moment_now_ms());
	cmd_json_number(out, "n", ping->sent);
	cmd_json_signed(out, "rtt_ms", ping->pong.rtt_ms);
	cmd_json_string(out, "seen_as", seen_as);
	cmd_json_number(out, "record_seq", ping->pong.record_seq);
	cmd_json_close(out);
	cmd_json_end_line(out);
}

static void say_pong(struct ping *ping)
{
	struct dt_endpoint seen = by_udp(ping->pong.seen_as);
	char seen_as[DT_ENDPOINT_TEXT_SIZE];

	dt_endpoint_format(seen_as, &seen);
	if (ping->asking.json) {
		put_pong_json(ping, seen_as);
	} else {
		cmd_text_printf(&ping->out,
				"pong from %s: n=%" PRIu64 " time=%" PRId64
				" ms seen-as=%s",
				ping->endpoint, ping->sent, ping->pong.rtt_ms,
				seen_as);
		if (ping->pong.record_seq > 0)
			cmd_text_printf(&ping->out, " record=%" PRIu64,
					ping->pong.record_seq);
		cmd_text_add(&ping->out, "\n");
	}
	flush(ping);
}

static void say_lost(struct ping *ping, dt_err err)
{
	struct cmd_text *out = &ping->out;

	if (ping->asking.json) {
		cmd_json_begin_line(out, "lost", cmd_moment_now_ms());
		cmd_json_number(out, "n", ping->sent);
		cmd_json_string(out, "error", dt_err_name(err));
		cmd_json_close(out);
		cmd_json_end_line(out);
	} else {
		cmd_text_printf(out, "no pong from %s: n=%" PRIu64 " (%s)\n",
				ping->endpoint, ping->sent, dt_err_text(err));
	}
	flush(ping);
}

static void count_pong(struct ping *ping)
{
	int64_t rtt_ms = ping->pong.rtt_ms;

	if (ping->answered == 0 || rtt_ms < ping->least_ms)
		ping->least_ms = rtt_ms;
	if (rtt_ms > ping->most_ms)
		ping->most_ms = rtt_ms;
	ping->sum_ms += rtt_ms;
	ping->answered++;
}

/* On the asking's thread. */
static dt_err ask(void *context)
{
	struct ping *ping = context;

	return dt_discv4_ping(ping->asking.discv4, &ping->pong, &ping->node,
			      ping->asking.timeout_ms);
}

/* False: it is over. */
static bool ping_once(struct ping *ping)
{
	const struct cmd_question question = {.context = ping, .ask = ask};
	dt_err err = cmd_asking_ask(&ping->asking, &question);

	/* What was interrupted counts neither way. */
	if (ping->asking.interrupted)
		return false;
	ping->sent++;
	if (err == DT_OK) {
		count_pong(ping);
		say_pong(ping);
	} else {
		say_lost(ping, err);
	}
	return ping->sent != ping->wanted && !ping->asking.interrupted;
}

static void ping_on(struct ping *ping)
{
	int64_t next_ms = cmd_moment_now_ms();

	while (ping_once(ping)) {
		next_ms += ping->interval_ms;
		if (!cmd_asking_pause(&ping->asking,
				      next_ms - cmd_moment_now_ms()))
			return;
	}
}

static double mean(const struct ping *ping)
{
	return ping->answered > 0
		       ? (double)ping->sum_ms / (double)ping->answered
		       : 0;
}

static void put_summary_json(struct ping *ping)
{
	struct cmd_text *out = &ping->out;

	cmd_json_begin_line(out, "summary", cmd_moment_now_ms());
	cmd_json_number(out, "sent", ping->sent);
	cmd_json_number(out, "answered", ping->answered);
	cmd_json_number(out, "lost", ping->sent - ping->answered);
	if (ping->answered > 0) {
		cmd_json_signed(out, "min_ms", ping->least_ms);
		cmd_json_decimal(out, "avg_ms", mean(ping));
		cmd_json_signed(out, "max_ms", ping->most_ms);
	}
	cmd_json_close(out);
	cmd_json_end_line(out);
}

static void say_summary(struct ping *ping)
{
	struct cmd_text *out = &ping->out;
	uint64_t lost = ping->sent - ping->answered;

	if (ping->asking.json) {
		put_summary_json(ping);
	} else {
		cmd_text_printf(out,
				"\n%" PRIu64 " sent, %" PRIu64
				" answered, %" PRIu64 "%% lost",
				ping->sent, ping->answered,
				ping->sent > 0 ? lost * 100 / ping->sent : 0);
		if (ping->answered > 0)
			cmd_text_printf(out,
					"; rtt min/avg/max %" PRId64
					"/%.1f/%" PRId64 " ms",
					ping->least_ms, mean(ping),
					ping->most_ms);
		cmd_text_add(out, "\n");
	}
	flush(ping);
}

int cmd_ping(int argc, char **argv)
{
	struct ping ping = {.wanted = 4,
			    .interval_ms = 1000,
			    .asking = {.timeout_ms = 2000}};
	const char *options[CMD_OPTION_MAX];
	int exit_code;
	int first;

	if (!parse_arguments(&ping, options, &first, &exit_code, argc, argv))
		return exit_code;
	if (!read_node(&ping, argv[first]))
		return CMD_EXIT_USAGE;
	exit_code = cmd_asking_open(&ping.asking, options, NULL);
	if (exit_code != CMD_EXIT_OK)
		return exit_code;
	say_start(&ping);
	ping_on(&ping);
	say_summary(&ping);
	cmd_asking_close(&ping.asking);
	cmd_text_fini(&ping.out);
	return ping.answered > 0 ? CMD_EXIT_OK : CMD_EXIT_FAILED;
}
