/* SPDX-License-Identifier: MIT */
#include "tests/interop/dialtone/commands.h"

#include <string.h>

static bool read_node(struct dt_node *out, const char *url)
{
	char host_name[DT_HOST_NAME_SIZE];

	if (dt_enode_parse(out, host_name, url, strlen(url), NULL) != DT_OK)
		return false;
	out->host_name = NULL;
	return true;
}

static void write_node(const struct dt_node *node, FILE *out)
{
	char url[DT_ENODE_URL_SIZE];

	if (dt_enode_format(url, sizeof(url), node) == DT_OK)
		fprintf(out, "\"%s\"", url);
	else
		fprintf(out, "null");
}

static void write_nodes(const struct dt_node *nodes, size_t count, FILE *out)
{
	fprintf(out, ", \"nodes\": [");
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "%s", i == 0 ? "" : ", ");
		write_node(&nodes[i], out);
	}
	fprintf(out, "]");
}

/* Each does one command, with the node that it names, and writes what came. */

static dt_err ping(dt_discv4 *discv4, const struct dt_node *node,
		   const char *target, FILE *out)
{
	char seen_as[DT_ENDPOINT_TEXT_SIZE];
	struct dt_discv4_pong pong;
	struct dt_endpoint udp;
	dt_err err = dt_discv4_ping(discv4, &pong, node, ANSWER_MS);

	(void)target;
	if (err != DT_OK)
		return err;
	udp = pong.seen_as;
	udp.tcp_port = udp.udp_port; /* the one that is written */
	dt_endpoint_format(seen_as, &udp);
	fprintf(out, ", \"seen_as\": \"%s\", \"record_seq\": %llu", seen_as,
		(unsigned long long)pong.record_seq);
	return DT_OK;
}

static dt_err find(dt_discv4 *discv4, const struct dt_node *node,
		   const char *target, FILE *out)
{
	struct dt_node nodes[16];
	struct dt_node wanted;
	size_t count;
	dt_err err;

	if (!read_node(&wanted, target))
		return DT_ERR_PARSE;
	err = dt_discv4_find(discv4, nodes, 16, &count, node, &wanted.id,
			     ANSWER_MS);
	if (err == DT_OK)
		write_nodes(nodes, count, out);
	return err;
}

static dt_err look_up(dt_discv4 *discv4, const struct dt_node *node,
		      const char *target, FILE *out)
{
	struct dt_node nodes[16];
	size_t count;
	dt_err err;

	(void)target;
	err = dt_discv4_lookup(discv4, nodes, 16, &count, NULL, &node->id,
			       ANSWER_MS);
	if (err == DT_OK)
		write_nodes(nodes, count, out);
	return err;
}

static dt_err resolve(dt_discv4 *discv4, const struct dt_node *node,
		      const char *target, FILE *out)
{
	struct dt_node found;
	dt_err err;

	(void)target;
	err = dt_discv4_resolve(discv4, &found, &node->id, ANSWER_MS);
	if (err == DT_OK)
		write_nodes(&found, 1, out);
	return err;
}

static dt_err request_record(dt_discv4 *discv4, const struct dt_node *node,
			     const char *target, FILE *out)
{
	char text[DT_RECORD_TEXT_SIZE];
	struct dt_record record;
	dt_err err;

	(void)target;
	err = dt_discv4_request_record(discv4, &record, node, ANSWER_MS);
	if (err == DT_OK)
		err = dt_record_format(text, sizeof(text), &record);
	if (err != DT_OK)
		return err;
	write_nodes(&record.node, 1, out);
	fprintf(out, ", \"record_seq\": %llu, \"record\": \"%s\"",
		(unsigned long long)record.seq, text);
	return DT_OK;
}

static dt_err table(dt_discv4 *discv4, const struct dt_node *node,
		    const char *target, FILE *out)
{
	struct dt_discv4_entry entries[DT_DISCV4_ENTRIES];
	struct dt_node nodes[DT_DISCV4_ENTRIES];
	size_t count = dt_discv4_entries(discv4, entries, DT_DISCV4_ENTRIES);

	(void)node;
	(void)target;
	for (size_t i = 0; i < count; i++)
		nodes[i] = entries[i].node;
	write_nodes(nodes, count, out);
	return DT_OK;
}

static const struct verb {
	const char *name;
	bool needs_node;
	dt_err (*run)(dt_discv4 *discv4, const struct dt_node *node,
		      const char *target, FILE *out);
} verbs[] = {
	{"ping", true, ping},      {"findnode", true, find},
	{"lookup", true, look_up}, {"resolve", true, resolve},
	{"table", false, table},   {"requestenr", true, request_record},
};

static dt_err run(dt_discv4 *discv4, const struct command *command, FILE *out)
{
	struct dt_node node = {0};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, command->verb) != 0)
			continue;
		if (verbs[i].needs_node && !read_node(&node, command->node))
			return DT_ERR_PARSE;
		return verbs[i].run(discv4, &node, command->target, out);
	}
	return DT_ERR_ARGUMENT;
}

void obey(dt_discv4 *discv4, const struct command *command, FILE *out)
{
	dt_err err;

	fprintf(out, "{\"tag\": \"%s\"", command->tag);
	err = run(discv4, command, out);
	if (err != DT_OK)
		fprintf(out, ", \"error\": \"%s\"", dt_err_text(err));
	fprintf(out, "}\n");
}
