/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/discv4_network.h"
#include "tests/harness.h"
#include "tests/json_check.h"
#include "tests/program.h"

/* `dialtone lookup` in a network of the test's own. */

#define NODES 12

static void holds(const char *text, const char *part)
{
	cr_assert(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

static struct program look_up(const char *id, const char *bootnode,
			      const char *flag)
{
	struct program program;

	program_run(&program,
		    (const char *const[]){"lookup", id, "--bootnodes", bootnode,
					  "--listen", "127.0.0.1:0",
					  "--timeout", "10s", flag, NULL},
		    NULL);
	return program;
}

/* Each line's distance; they must not fall. Returns how many nodes. */
static size_t check_distances(const char *text)
{
	static const char before[] = " # distance ";
	unsigned long last = 0;
	size_t count = 0;

	while ((text = strstr(text, before)) != NULL) {
		unsigned long distance =
			strtoul(text + strlen(before), NULL, 10);

		cr_assert_geq(distance, last);
		last = distance;
		text += strlen(before);
		count++;
	}
	return count;
}

Test(cmd_lookup, finds_the_nodes_of_a_small_network_closest_first,
     .timeout = 60)
{
	struct discv4_network network;
	struct program program;

	discv4_network_open(&network, NODES);
	discv4_network_settle(&network);
	program = look_up("random", network.bootnode, NULL);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	for (size_t i = 0; i < NODES; i++) {
		struct dt_node node = discv4_network_node(&network, i);
		struct discv4_network_id id = discv4_network_id(&node);

		holds(program.out_text, id.text);
	}
	discv4_network_close(&network);
	cr_assert_eq(check_distances(program.out_text), NODES);
	holds(program.out_text, "# 12 nodes; ");
	cr_assert_str_eq(program.err_text, "");
	program_free(&program);
}

Test(cmd_lookup, prints_a_node_file, .timeout = 60,
     .fini = program_remove_files)
{
	struct discv4_network network;
	struct program program;
	struct program check;
	const char *path;

	discv4_network_open(&network, 3);
	discv4_network_settle(&network);
	program = look_up("random", network.bootnode, NULL);
	discv4_network_close(&network);

	path = program_write_file("found.txt", program.out_text);
	program_run(&check, (const char *const[]){"check", path, NULL}, NULL);
	cr_assert_eq(check.exit_code, 0, "%s", check.err_text);
	holds(check.out_text, ": 3 nodes, 0 with a host name, 0 incomplete");
	program_free(&program);
	program_free(&check);
}

Test(cmd_lookup, the_node_that_is_looked_up_comes_first, .timeout = 60)
{
	struct discv4_network network;
	struct discv4_network_id id;
	struct program program;
	struct dt_node node;

	discv4_network_open(&network, NODES);
	discv4_network_settle(&network);
	node = discv4_network_node(&network, 7);
	id = discv4_network_id(&node);
	program = look_up(id.text, network.bootnode, "--json");
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	/* {"type":"node","time":"...","id":"... */
	holds(program.out_text, "\"distance\":0}");
	cr_assert_lt(strstr(program.out_text, id.text),
		     strchr(program.out_text, '\n'));
	program_free(&program);
}

Test(cmd_lookup, writes_lines_of_json_when_asked, .timeout = 60)
{
	struct discv4_network network;
	struct program program;
	const char *bad;
	size_t count;

	discv4_network_open(&network, 3);
	discv4_network_settle(&network);
	program = look_up("random", network.bootnode, "--json");
	discv4_network_close(&network);

	cr_assert(json_check_lines(program.out_text, &count, &bad), "%s", bad);
	cr_assert_eq(count, 4);
	holds(program.out_text, "\"type\":\"lookup\"");
	holds(program.out_text, "\"nodes\":3,");
	program_free(&program);
}

Test(cmd_lookup, fails_where_nobody_is, .timeout = 60)
{
	struct program program;

	program_run(&program,
		    (const char *const[]){"lookup", "--bootnodes",
					  discv4_network_nobody(), "--timeout",
					  "2s", NULL},
		    NULL);

	cr_assert_eq(program.exit_code, 1, "%s", program.out_text);
	program_free(&program);
}

static void refuses(const char *const *arguments, const char *sentence)
{
	struct program program;

	program_run(&program, arguments, NULL);
	cr_assert_eq(program.exit_code, 2);
	holds(program.err_text, sentence);
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}

Test(cmd_lookup, wants_nodes_to_begin_with, .timeout = 30)
{
	static const char *const commands[] = {"lookup", "resolve", "crawl"};

	for (size_t i = 0; i < 3; i++) {
		bool has_id = strcmp(commands[i], "resolve") == 0;

		refuses((const char *const[]){commands[i],
					      has_id ? discv4_network_nobody()
						     : NULL,
					      NULL},
			"there is no node to begin with; give --network");
	}
}

Test(cmd_lookup, knows_the_public_networks, .timeout = 30)
{
	refuses((const char *const[]){"lookup", "--network", "foo", NULL},
		"--network: 'foo' is not known; known are mainnet, sepolia, "
		"holesky, hoodi");
}

Test(cmd_lookup, help_names_all_that_it_may_begin_with, .timeout = 30)
{
	static const char *const commands[] = {"lookup", "resolve", "crawl"};
	struct program program;

	for (size_t i = 0; i < 3; i++) {
		program_run(&program,
			    (const char *const[]){commands[i], "--help", NULL},
			    NULL);
		cr_assert_eq(program.exit_code, 0);
		holds(program.out_text,
		      "Needs nodes to begin with: --bootnodes, --network, "
		      "--nodes or --node-database.");
		program_free(&program);
	}
}

Test(cmd_lookup, a_bad_id_is_refused, .timeout = 30)
{
	refuses((const char *const[]){"lookup", "12ab", NULL}, "lookup: ");
	refuses((const char *const[]){"lookup", "random", "random", NULL},
		"lookup: give one id, as 128 hex digits, an enode URL or a "
		"node record (enr:...), or none");
	refuses((const char *const[]){"resolve", "12ab", NULL}, "resolve: ");
	refuses((const char *const[]){"resolve", NULL}, "resolve: give one id");
}
