/* SPDX-License-Identifier: MIT */
#include "workers/cmd/crawl_output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "workers/cmd/complain.h"
#include "workers/cmd/json.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/json_peers.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/node_text.h"
#include "workers/cmd/peer_text.h"

static bool fail(const char *path)
{
	cmd_complain("%s: cannot be written: %s", path, strerrordesc_np(errno));
	return false;
}

static bool open_file(int *fd, const char *path)
{
	*fd = -1;
	if (path == NULL)
		return true;
	*fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	return *fd >= 0 || fail(path);
}

static bool close_file(int *fd, const char *path)
{
	bool done = *fd < 0 || close(*fd) == 0 || fail(path);

	*fd = -1;
	return done;
}

bool cmd_crawl_output_open(struct cmd_crawl_output *output)
{
	if (!open_file(&output->node_fd, output->node_path))
		return false;
	if (open_file(&output->record_fd, output->record_path))
		return true;
	(void)close_file(&output->node_fd, output->node_path);
	return false;
}

static const char *fate_name(enum cmd_crawl_fate fate)
{
	static const char *const names[CMD_CRAWL_FATE_COUNT] = {
		[CMD_CRAWL_WAITING] = "waiting",
		[CMD_CRAWL_ANSWERED] = "answered",
		[CMD_CRAWL_SILENT] = "silent",
		[CMD_CRAWL_SKIPPED] = "skipped",
	};

	return names[fate];
}

static const char *handshake_name(enum cmd_crawl_handshake handshake)
{
	static const char *const names[CMD_HANDSHAKE_COUNT] = {
		[CMD_HANDSHAKE_NONE] = "no_port",
		[CMD_HANDSHAKE_WAITING] = "not_dialed",
		[CMD_HANDSHAKE_OPENED] = "opened",
		[CMD_HANDSHAKE_FAILED] = "failed",
		[CMD_HANDSHAKE_SKIPPED] = "skipped",
	};

	return names[handshake];
}

static void put_hello(struct cmd_text *out,
		      const struct cmd_crawl_contact *contact)
{
	struct dt_hello hello;

	cmd_json_signed(out, "tcp_ms", cmd_crawl_contact_tcp_ms(contact));
	cmd_json_signed(out, "auth_ms", contact->hello->auth_ms);
	cmd_json_signed(out, "hello_ms", contact->hello->hello_ms);
	cmd_crawl_hello_expand(&hello, contact->hello);
	cmd_json_hello(out, &hello);
}

static void put_handshake(struct cmd_text *out,
			  const struct cmd_crawl_node *node)
{
	const struct cmd_crawl_contact *contact = &node->contact;
	bool dialed = node->handshake == CMD_HANDSHAKE_OPENED ||
		      node->handshake == CMD_HANDSHAKE_FAILED;

	cmd_json_open(out, "handshake");
	cmd_json_string(out, "fate", handshake_name(node->handshake));
	if (node->handshake == CMD_HANDSHAKE_SKIPPED)
		cmd_json_string(out, "skip", dt_skip_name(contact->skip));
	if (dialed) {
		cmd_json_string(out, "outcome",
				dt_outcome_name(contact->outcome));
		cmd_json_signed(out, "duration_ms", contact->took_ms);
	}
	if (contact->ending != DT_ENDING_NONE)
		cmd_json_string(out, "ending", dt_ending_name(contact->ending));
	if (node->handshake == CMD_HANDSHAKE_OPENED && contact->hello != NULL)
		put_hello(out, contact);
	cmd_json_close(out);
}

/* What came of the handshake, as a comment in the node file. */
static void put_comment(struct cmd_text *out, const struct cmd_crawl_node *node)
{
	const struct cmd_crawl_contact *contact = &node->contact;
	struct dt_hello hello;

	if (node->handshake == CMD_HANDSHAKE_OPENED && contact->hello != NULL) {
		cmd_crawl_hello_expand(&hello, contact->hello);
		cmd_text_add(out, " # ");
		cmd_hello_put(out, &hello);
	} else if (node->handshake == CMD_HANDSHAKE_FAILED) {
		cmd_text_printf(out, " # %s",
				contact->ending != DT_ENDING_NONE
					? dt_ending_name(contact->ending)
					: dt_outcome_name(contact->outcome));
	}
}

static void put_json(struct cmd_crawl_output *output,
		     const struct cmd_crawl_node *node, const char *url,
		     const char *record)
{
	struct cmd_text *out = &output->lines;

	cmd_json_begin_line(out, "node", cmd_moment_now_ms());
	cmd_json_node(out, &node->node);
	cmd_json_string(out, "enode", url);
	cmd_json_string(out, "fate", fate_name(node->fate));
	if (node->fate == CMD_CRAWL_SKIPPED)
		cmd_json_string(out, "skip", dt_skip_name(node->skip));
	else
		cmd_json_string(out, "outcome", dt_outcome_name(node->outcome));
	cmd_json_number(out, "distance",
			dt_node_distance(&output->self, &node->node.id));
	cmd_json_number(out, "found_by", node->found_by);
	cmd_json_number(out, "asked", node->asked);
	if (node->fate == CMD_CRAWL_ANSWERED)
		cmd_json_number(out, "told", node->told);
	cmd_json_signed(out, "duration_ms", node->took_ms);
	if (record != NULL) {
		cmd_json_string(out, "enr", record);
		cmd_json_number(out, "record_seq", node->record->seq);
	}
	if (output->handshakes)
		put_handshake(out, node);
	cmd_json_close(out);
	cmd_json_end_line(out);
}

void cmd_crawl_output_add(struct cmd_crawl_output *output,
			  const struct cmd_crawl_node *node)
{
	bool answered = node->fate == CMD_CRAWL_ANSWERED;
	char text[DT_RECORD_TEXT_SIZE];
	char url[DT_ENODE_URL_SIZE];
	const char *record = NULL;

	cmd_node_url(url, &node->node);
	if (node->record != NULL &&
	    dt_record_format(text, sizeof(text), node->record) == DT_OK)
		record = text;
	if (answered && output->node_fd >= 0) {
		cmd_text_add(&output->nodes, url);
		put_comment(&output->nodes, node);
		cmd_text_add(&output->nodes, "\n");
	}
	if (answered && output->record_fd >= 0 && record != NULL)
		cmd_text_printf(&output->records, "%s\n", record);
	if (output->json)
		put_json(output, node, url, record);
}

bool cmd_crawl_output_flush(struct cmd_crawl_output *output)
{
	errno = ENOMEM;
	if (output->nodes.cut || output->records.cut || output->lines.cut)
		return fail("nodes");
	if (!cmd_text_write(&output->nodes, output->node_fd))
		return fail(output->node_path);
	if (!cmd_text_write(&output->records, output->record_fd))
		return fail(output->record_path);
	if (!cmd_text_write(&output->lines, STDOUT_FILENO))
		return fail("the output");
	return true;
}

bool cmd_crawl_output_close(struct cmd_crawl_output *output)
{
	bool done = close_file(&output->node_fd, output->node_path);

	done = close_file(&output->record_fd, output->record_path) && done;
	cmd_text_fini(&output->nodes);
	cmd_text_fini(&output->records);
	cmd_text_fini(&output->lines);
	return done;
}
