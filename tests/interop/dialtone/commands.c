/* SPDX-License-Identifier: MIT */
#include "tests/interop/dialtone/commands.h"

#include <string.h>

#include "tests/interop/dialtone/peers.h"

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

static dt_err ping(struct node *own, const struct dt_node *node,
		   const char *target, FILE *out)
{
	char seen_as[DT_ENDPOINT_TEXT_SIZE];
	struct dt_discv4_pong pong;
	struct dt_endpoint udp;
	dt_err err = dt_discv4_ping(own->discv4, &pong, node, ANSWER_MS);

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

static dt_err find(struct node *own, const struct dt_node *node,
		   const char *target, FILE *out)
{
	struct dt_node nodes[16];
	struct dt_node wanted;
	size_t count;
	dt_err err;

	if (!read_node(&wanted, target))
		return DT_ERR_PARSE;
	err = dt_discv4_find(own->discv4, nodes, 16, &count, node, &wanted.id,
			     ANSWER_MS);
	if (err == DT_OK)
		write_nodes(nodes, count, out);
	return err;
}

static dt_err look_up(struct node *own, const struct dt_node *node,
		      const char *target, FILE *out)
{
	struct dt_node nodes[16];
	size_t count;
	dt_err err;

	(void)target;
	err = dt_discv4_lookup(own->discv4, nodes, 16, &count, NULL, &node->id,
			       ANSWER_MS);
	if (err == DT_OK)
		write_nodes(nodes, count, out);
	return err;
}

static dt_err resolve(struct node *own, const struct dt_node *node,
		      const char *target, FILE *out)
{
	struct dt_node found;
	dt_err err;

	(void)target;
	err = dt_discv4_resolve(own->discv4, &found, &node->id, ANSWER_MS);
	if (err == DT_OK)
		write_nodes(&found, 1, out);
	return err;
}

static dt_err request_record(struct node *own, const struct dt_node *node,
			     const char *target, FILE *out)
{
	char text[DT_RECORD_TEXT_SIZE];
	struct dt_record record;
	dt_err err;

	(void)target;
	err = dt_discv4_request_record(own->discv4, &record, node, ANSWER_MS);
	if (err == DT_OK)
		err = dt_record_format(text, sizeof(text), &record);
	if (err != DT_OK)
		return err;
	write_nodes(&record.node, 1, out);
	fprintf(out, ", \"record_seq\": %llu, \"record\": \"%s\"",
		(unsigned long long)record.seq, text);
	return DT_OK;
}

static dt_err table(struct node *own, const struct dt_node *node,
		    const char *target, FILE *out)
{
	struct dt_discv4_entry entries[DT_DISCV4_ENTRIES];
	struct dt_node nodes[DT_DISCV4_ENTRIES];
	size_t count =
		dt_discv4_entries(own->discv4, entries, DT_DISCV4_ENTRIES);

	(void)node;
	(void)target;
	for (size_t i = 0; i < count; i++)
		nodes[i] = entries[i].node;
	write_nodes(nodes, count, out);
	return DT_OK;
}

static dt_err list_peers(struct node *own, const struct dt_node *node,
			 const char *target, FILE *out)
{
	(void)node;
	(void)target;
	return peers_list(own, out);
}

static dt_err tell_past(struct node *own, const struct dt_node *node,
			const char *target, FILE *out)
{
	(void)node;
	(void)target;
	return peers_past(own, out);
}

static dt_err dial(struct node *own, const struct dt_node *node,
		   const char *target, FILE *out)
{
	(void)target;
	(void)out;
	return peers_dial(own, node);
}

static dt_err forget(struct node *own, const struct dt_node *node,
		     const char *target, FILE *out)
{
	(void)target;
	(void)out;
	return peers_forget(own, node);
}

static dt_err tell_fate(struct node *own, const struct dt_node *node,
			const char *target, FILE *out)
{
	(void)target;
	return peers_fate(own, node, out);
}

static const struct verb {
	const char *name;
	bool needs_node;
	bool needs_peers; /* the node makes some */
	dt_err (*run)(struct node *own, const struct dt_node *node,
		      const char *target, FILE *out);
} verbs[] = {
	{"ping", true, false, ping},
	{"findnode", true, false, find},
	{"lookup", true, false, look_up},
	{"resolve", true, false, resolve},
	{"table", false, false, table},
	{"requestenr", true, false, request_record},
	{"peers", false, true, list_peers},
	{"past", false, true, tell_past},
	{"dial", true, true, dial},
	{"forget", true, true, forget},
	{"fate", true, true, tell_fate},
};

static const struct verb *find_verb(const struct node *own, const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, name) == 0 &&
		    (own->rlpx || !verbs[i].needs_peers))
			return &verbs[i];
	}
	return NULL;
}

static dt_err run(struct node *own, const struct command *command, FILE *out)
{
	const struct verb *verb = find_verb(own, command->verb);
	struct dt_node node = {0};

	if (!verb)
		return DT_ERR_ARGUMENT;
	if (verb->needs_node && !read_node(&node, command->node))
		return DT_ERR_PARSE;
	return verb->run(own, &node, command->target, out);
}

void obey(struct node *node, const struct command *command, FILE *out)
{
	dt_err err;

	fprintf(out, "{\"tag\": \"%s\"", command->tag);
	err = run(node, command, out);
	if (err != DT_OK)
		fprintf(out, ", \"error\": \"%s\"", dt_err_text(err));
	fprintf(out, "}\n");
}
