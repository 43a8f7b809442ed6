/* SPDX-License-Identifier: MIT */
#include "workers/cmd/call_report.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "workers/cmd/json.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/json_peers.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/node_text.h"
#include "workers/cmd/peer_text.h"

#define NS_PER_MS 1e6

int64_t cmd_call_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void flush(struct cmd_call_report *report)
{
	if (!cmd_text_write(&report->out, STDOUT_FILENO))
		report->is_cut = true;
}

/* A line begins: when, and what it is about. */
static void open_line(struct cmd_call_report *report, const char *phase)
{
	double elapsed_ms =
		(double)(cmd_call_now_ns() - report->began_ns) / NS_PER_MS;
	struct cmd_text *out = &report->out;

	if (!report->json) {
		cmd_text_printf(out, "%9.1f ms  %-10s ", elapsed_ms, phase);
		return;
	}
	cmd_json_begin_line(out, "phase", cmd_moment_now_ms());
	cmd_json_string(out, "phase", phase);
	cmd_json_decimal(out, "elapsed_ms", elapsed_ms);
}

static void close_line(struct cmd_call_report *report)
{
	if (report->json) {
		cmd_json_close(&report->out);
		cmd_json_end_line(&report->out);
	} else {
		cmd_text_add(&report->out, "\n");
	}
	flush(report);
}

static void put_took(struct cmd_call_report *report, int64_t took_ns)
{
	double took_ms = (double)took_ns / NS_PER_MS;

	if (report->json)
		cmd_json_decimal(&report->out, "took_ms", took_ms);
	else
		cmd_text_printf(&report->out, " (%.1f ms)", took_ms);
}

static void put_endpoint(struct cmd_call_report *report, const char *key,
			 const char *before, const struct dt_endpoint *endpoint)
{
	char text[DT_ENDPOINT_TEXT_SIZE];

	dt_endpoint_format(text, endpoint);
	if (report->json)
		cmd_json_string(&report->out, key, text);
	else
		cmd_text_printf(&report->out, "%s%s", before, text);
}

void cmd_call_report_begin(struct cmd_call_report *report,
			   const struct dt_node *node)
{
	char url[DT_ENODE_URL_SIZE];

	report->began_ns = cmd_call_now_ns();
	cmd_node_url(url, node);
	if (report->json) {
		cmd_json_begin_line(&report->out, "node", cmd_moment_now_ms());
		cmd_json_node(&report->out, node);
		cmd_json_string(&report->out, "enode", url);
	} else {
		cmd_text_printf(&report->out, "%s", url);
	}
	close_line(report);
}

void cmd_call_report_fini(struct cmd_call_report *report)
{
	cmd_text_fini(&report->out);
}

void cmd_call_report_resolved(struct cmd_call_report *report, int64_t took_ns,
			      const char *from,
			      const struct dt_endpoint *endpoint)
{
	open_line(report, "resolved");
	put_endpoint(report, "endpoint", "", endpoint);
	if (report->json)
		cmd_json_string(&report->out, "from", from);
	else
		cmd_text_printf(&report->out, " by %s", from);
	put_took(report, took_ns);
	close_line(report);
}

void cmd_call_report_connected(struct cmd_call_report *report, int64_t took_ns,
			       const struct dt_endpoint *local,
			       const struct dt_endpoint *remote, int sys_errno)
{
	open_line(report, sys_errno == 0 ? "connected" : "connect");
	put_endpoint(report, "remote", "", remote);
	if (sys_errno == 0) {
		put_endpoint(report, "local", " from ", local);
	} else if (report->json) {
		cmd_json_signed(&report->out, "errno", sys_errno);
		cmd_json_string(&report->out, "error",
				strerrordesc_np(sys_errno));
	} else {
		cmd_text_printf(&report->out, ": %s",
				strerrordesc_np(sys_errno));
	}
	put_took(report, took_ns);
	close_line(report);
}

void cmd_call_report_sent(struct cmd_call_report *report, const char *what,
			  size_t bytes)
{
	open_line(report, what);
	if (report->json) {
		cmd_json_string(&report->out, "direction", "sent");
		cmd_json_number(&report->out, "bytes", bytes);
	} else {
		cmd_text_printf(&report->out, "sent, %zu bytes", bytes);
	}
	close_line(report);
}

static void put_received(struct cmd_call_report *report)
{
	if (report->json)
		cmd_json_string(&report->out, "direction", "received");
	else
		cmd_text_add(&report->out, "received");
}

void cmd_call_report_ack(struct cmd_call_report *report, int64_t took_ns)
{
	open_line(report, "ack");
	put_received(report);
	put_took(report, took_ns);
	close_line(report);
}

static void put_json_shared(struct cmd_text *out,
			    const struct dt_session_info *info)
{
	char text[CMD_CAPABILITY_TEXT_SIZE];

	cmd_json_open_array(out, "shared");
	for (uint16_t i = 0; i < info->shared_count; i++) {
		cmd_capability_text(text, &info->shared[i]);
		cmd_json_array_string(out, text);
	}
	cmd_json_close_array(out);
}

/* Lines that belong to the one above. */
static void put_detail(struct cmd_text *out, const char *name)
{
	cmd_text_printf(out, "\n%25s%-9s", "", name);
}

static void put_hello(struct cmd_text *out, const struct dt_session_info *info)
{
	const struct dt_hello *hello = &info->hello;
	char text[CMD_CAPABILITY_TEXT_SIZE];

	put_detail(out, "client");
	cmd_text_printf(out, "%s", hello->client);
	put_detail(out, "devp2p");
	cmd_text_printf(out, "version %" PRIu64 ", messages %s", hello->version,
			info->is_snappy ? "are compressed (snappy)"
					: "are not compressed");
	put_detail(out, "listens");
	if (hello->listen_port != 0)
		cmd_text_printf(out, "at port %" PRIu16, hello->listen_port);
	else
		cmd_text_add(out, "at no port that it tells");
	put_detail(out, "offers");
	for (uint16_t i = 0; i < hello->capability_count; i++) {
		cmd_capability_text(text, &hello->capabilities[i]);
		cmd_text_printf(out, "%s%s", i > 0 ? " " : "", text);
	}
	if (hello->capability_count == 0)
		cmd_text_add(out, "nothing");
	put_detail(out, "shared");
	for (uint16_t i = 0; i < info->shared_count; i++) {
		cmd_capability_text(text, &info->shared[i]);
		cmd_text_printf(out, "%s%s (codes from 0x%" PRIx64 ")",
				i > 0 ? ", " : "", text,
				info->shared[i].first_code);
	}
	if (info->shared_count == 0)
		cmd_text_add(out, "nothing");
}

void cmd_call_report_hello(struct cmd_call_report *report, int64_t took_ns,
			   const struct dt_session_info *info)
{
	open_line(report, "hello");
	put_received(report);
	put_took(report, took_ns);
	if (report->json) {
		cmd_json_hello(&report->out, &info->hello);
		cmd_json_bool(&report->out, "snappy", info->is_snappy);
		put_json_shared(&report->out, info);
	} else {
		put_hello(&report->out, info);
	}
	close_line(report);
}

void cmd_call_report_pong(struct cmd_call_report *report, int64_t took_ns)
{
	open_line(report, "pong");
	put_received(report);
	put_took(report, took_ns);
	close_line(report);
}

void cmd_call_report_pinged(struct cmd_call_report *report)
{
	open_line(report, "ping");
	put_received(report);
	close_line(report);
}

/* Of whom the code is; NULL: of nobody whom both know. */
static const struct dt_capability *owner_of(const struct dt_session_info *info,
					    uint64_t code)
{
	for (uint16_t i = info->shared_count; i > 0; i--) {
		const struct dt_capability *shared = &info->shared[i - 1];

		if (code >= shared->first_code)
			return code - shared->first_code < shared->messages
				       ? shared
				       : NULL;
	}
	return NULL;
}

void cmd_call_report_message(struct cmd_call_report *report,
			     const struct dt_session_info *info,
			     const struct dt_message *message)
{
	const struct dt_capability *owner = owner_of(info, message->code);
	struct cmd_text *out = &report->out;
	char text[CMD_CAPABILITY_TEXT_SIZE] = "";

	if (owner != NULL)
		cmd_capability_text(text, owner);
	open_line(report, "message");
	if (report->json) {
		cmd_json_number(out, "code", message->code);
		if (owner != NULL) {
			cmd_json_string(out, "capability", text);
			cmd_json_number(out, "own_code",
					message->code - owner->first_code);
		}
		cmd_json_number(out, "bytes", message->length);
		cmd_json_number(out, "inflated", message->inflated);
	} else {
		cmd_text_printf(out, "0x%" PRIx64, message->code);
		if (owner != NULL)
			cmd_text_printf(out, " (%s 0x%" PRIx64 ")", text,
					message->code - owner->first_code);
		cmd_text_printf(out, ", %zu bytes (%zu inflated)",
				message->length, message->inflated);
	}
	close_line(report);
}

void cmd_call_report_end(struct cmd_call_report *report, bool was_open,
			 enum dt_ending ending, int sys_errno)
{
	struct cmd_text *out = &report->out;

	open_line(report, "ended");
	if (report->json) {
		cmd_json_bool(out, "was_open", was_open);
		cmd_json_string(out, "ending", dt_ending_name(ending));
		cmd_json_string(out, "text", dt_ending_text(ending));
		if (sys_errno != 0)
			cmd_json_signed(out, "errno", sys_errno);
	} else {
		cmd_text_printf(out, "%s", dt_ending_text(ending));
		if (sys_errno != 0)
			cmd_text_printf(out, " (%s)",
					strerrordesc_np(sys_errno));
	}
	close_line(report);
}
