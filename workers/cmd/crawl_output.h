/* SPDX-License-Identifier: MIT */
#ifndef CMD_CRAWL_OUTPUT_H
#define CMD_CRAWL_OUTPUT_H

/*
 * Where a crawl writes the nodes that it has asked, as soon as all is known of
 * each: a node file, a file of records, lines of JSON.
 */

#include <stdbool.h>

#include "workers/cmd/crawl_nodes.h"
#include "workers/cmd/text.h"

struct cmd_crawl_output {
	/* Set before open. */
	const char *node_path;   /* NULL: none */
	const char *record_path; /* NULL: none */
	bool json;
	bool handshakes;        /* are asked for */
	struct dt_node_id self; /* distances are from here; set before add */

	/* Its own. */
	int node_fd; /* -1: none */
	int record_fd;
	struct cmd_text nodes;
	struct cmd_text records;
	struct cmd_text lines; /* of JSON */
};

/** Empty the files. False: said on stderr, nothing to close. */
bool cmd_crawl_output_open(struct cmd_crawl_output *output);
/** All is known of a node. Nodes that did not answer are in JSON only. */
void cmd_crawl_output_add(struct cmd_crawl_output *output,
			  const struct cmd_crawl_node *node);
/** Write what was added. False: it could not be; said on stderr. */
bool cmd_crawl_output_flush(struct cmd_crawl_output *output);
/** False: not all got to where it should be; said on stderr. */
bool cmd_crawl_output_close(struct cmd_crawl_output *output);

#endif /* CMD_CRAWL_OUTPUT_H */
