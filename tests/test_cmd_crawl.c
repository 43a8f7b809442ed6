/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/discv4_network.h"
#include "tests/harness.h"
#include "tests/json_check.h"
#include "tests/program.h"

/* `dialtone crawl` in a network of the test's own. */

#define NODES 24

static void holds(const char *text, const char *part)
{
	cr_assert(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

/* With the flags that the last three are; NULL: fewer. */
static struct program crawl(const char *bootnode, const char *first,
			    const char *second, const char *third)
{
	struct program program;

	program_run(&program,
		    (const char *const[]){"crawl", "--bootnodes", bootnode,
					  "--listen", "127.0.0.1:0", "--idle",
					  "500ms", first, second, third, NULL},
		    NULL);
	return program;
}

/* What is in a file; static. */
static const char *read_file(const char *path)
{
	static char text[65536];
	FILE *file = fopen(path, "re");
	size_t length;

	cr_assert_not_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	return text;
}

Test(cmd_crawl, finds_every_node_of_a_network_and_sums_up, .timeout = 60)
{
	struct discv4_network network;
	struct program program;

	discv4_network_open(&network, NODES);
	discv4_network_settle(&network);
	program = crawl(network.bootnode, NULL, NULL, NULL);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(program.out_text, "nodes: 24 found = 24 answered + 0 silent + 0 "
				"skipped + 0 not asked");
	holds(program.out_text, "records: 24;");
	holds(program.out_text,
	      "  127.41.0.0/24                  24        24");
	holds(program.out_text, "distance from us");
	cr_assert_null(strstr(program.out_text, "ended early"));
	cr_assert_str_eq(program.err_text, "");
	program_free(&program);
}

Test(cmd_crawl, writes_files_of_nodes_and_of_records, .timeout = 60,
     .fini = program_remove_files)
{
	struct discv4_network network;
	struct program program;
	struct program check;
	char records[128];
	char nodes[128];
	char flag[160];
	char enr[160];

	snprintf(nodes, sizeof(nodes), "%s",
		 program_write_file("nodes.txt", "old\n"));
	snprintf(records, sizeof(records), "%s",
		 program_write_file("records.txt", "old\n"));
	snprintf(flag, sizeof(flag), "--output=%s", nodes);
	snprintf(enr, sizeof(enr), "--enr=%s", records);
	discv4_network_open(&network, 5);
	discv4_network_settle(&network);
	program = crawl(network.bootnode, flag, enr, NULL);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	program_run(&check, (const char *const[]){"check", nodes, NULL}, NULL);
	holds(check.out_text, ": 5 nodes, 0 with a host name, 0 incomplete");
	cr_assert_eq(program_count(read_file(records), "enr:"), 5);
	cr_assert_eq(program_count(read_file(records), "old"), 0);
	program_free(&program);
	program_free(&check);
}

Test(cmd_crawl, a_node_that_is_gone_is_silent, .timeout = 60)
{
	struct discv4_network network;
	struct program program;

	discv4_network_open(&network, 5);
	discv4_network_settle(&network);
	/* Two beginnings: one that knows all, one that is nobody. */
	program_run(&program,
		    (const char *const[]){
			    "crawl", "--bootnodes", network.bootnode, "--nodes",
			    program_write_file("nodes.txt",
					       discv4_network_nobody()),
			    "--idle", "500ms", "--json", NULL},
		    NULL);
	discv4_network_close(&network);
	program_remove_files();

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(program.out_text, "\"found\":6,\"answered\":5,\"silent\":1,"
				"\"skipped\":0,\"not_asked\":0,");
	holds(program.out_text,
	      "\"fate\":\"silent\",\"outcome\":\"timed_out\"");
	program_free(&program);
}

Test(cmd_crawl, fails_if_nobody_answers, .timeout = 60)
{
	struct program program =
		crawl(discv4_network_nobody(), "--timeout=500ms", NULL, NULL);

	cr_assert_eq(program.exit_code, 1, "%s", program.out_text);
	holds(program.out_text, "1 found = 0 answered + 1 silent");
	program_free(&program);
}

Test(cmd_crawl, asks_a_silent_node_as_often_as_it_was_told, .timeout = 60)
{
	struct program program =
		crawl(discv4_network_nobody(), "--timeout=100ms", "--tries=4",
		      "--json");

	cr_assert_eq(program.exit_code, 1, "%s", program.out_text);
	holds(program.out_text, "\"fate\":\"silent\"");
	holds(program.out_text, "\"asked\":4,");
	program_free(&program);
}

Test(cmd_crawl, writes_nothing_but_lines_of_json_when_asked, .timeout = 60)
{
	struct discv4_network network;
	struct program program;
	const char *bad;
	size_t count;

	discv4_network_open(&network, 5);
	discv4_network_settle(&network);
	program = crawl(network.bootnode, "--json", "--status-interval=100ms",
			NULL);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	cr_assert(json_check_lines(program.out_text, &count, &bad), "%s", bad);
	cr_assert_eq(program_count(program.out_text, "\"type\":\"node\""), 5);
	cr_assert_eq(program_count(program.out_text, "\"fate\":\"answered\""),
		     5);
	holds(program.out_text, "\"type\":\"status\"");
	holds(program.out_text, "\"enr\":\"enr:");
	holds(program.out_text, "\"type\":\"crawl\"");
	holds(program.out_text, "\"complete\":true,\"adds_up\":true,");
	program_free(&program);
}

Test(cmd_crawl, takes_no_more_nodes_than_the_limit, .timeout = 60)
{
	struct discv4_network network;
	struct program program;

	discv4_network_open(&network, NODES);
	discv4_network_settle(&network);
	program = crawl(network.bootnode, "--limit=7", NULL, NULL);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(program.out_text, "nodes: 7 found = ");
	holds(program.out_text, "left out for want of room (--limit)");
	program_free(&program);
}

Test(cmd_crawl, a_signal_ends_it_with_the_summary, .timeout = 60)
{
	struct discv4_network network;
	struct program program;

	discv4_network_open(&network, 5);
	program_start(&program,
		      (const char *const[]){"crawl", "--bootnodes",
					    network.bootnode, "--idle", "1h",
					    "--status-interval", "50ms", NULL},
		      NULL);
	program_await(&program, " answered=5 ", 1);
	program_signal(&program, SIGINT);
	program_finish(&program);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(program.out_text, "5 found = 5 answered");
	holds(program.out_text, "ended early");
	program_free(&program);
}

Test(cmd_crawl, ends_after_its_time, .timeout = 60)
{
	struct discv4_network network;
	struct program program;

	discv4_network_open(&network, 2);
	program_run(&program,
		    (const char *const[]){"crawl", "--bootnodes",
					  network.bootnode, "--idle", "1h",
					  "--for", "2s", NULL},
		    NULL);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.out_text);
	holds(program.out_text, "ended early");
	program_free(&program);
}

Test(cmd_crawl, a_file_that_cannot_be_written_is_said_at_once, .timeout = 30)
{
	struct program program =
		crawl(discv4_network_nobody(), "--output=/no-such-folder/nodes",
		      NULL, NULL);

	cr_assert_eq(program.exit_code, 3);
	holds(program.err_text, "/no-such-folder/nodes: cannot be written: ");
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}

Test(cmd_crawl, needs_a_query_for_each_dial, .timeout = 30)
{
	struct program program =
		crawl(discv4_network_nobody(), "--max-queries=8", NULL, NULL);

	cr_assert_eq(program.exit_code, 2);
	holds(program.err_text, "each of 128 dials (--max-active-dials) is a "
				"query, and 8 are allowed");
	program_free(&program);
}
