/* SPDX-License-Identifier: MIT */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/discv4_network.h"
#include "tests/harness.h"
#include "tests/json_check.h"
#include "tests/peer_network.h"
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

#define PEERS 5

static const char *const clients[PEERS] = {
	"Geth/v1.14.12-stable-293a300d/linux-amd64/go1.23",
	"Geth/mine/v1.14.12/linux-amd64/go1.23",
	"Geth/v1.13.0/linux-amd64/go1.23",
	"reth/v1.1.2-496bf0b/x86_64-unknown-linux-gnu",
	"gone/v1",
};

/* The last of its peers does not listen any more. */
static void open_peers(struct peer_network *network)
{
	peer_network_open(network, clients, PEERS);
	discv4_network_settle(&network->discovery);
	peer_network_hang_up(network, PEERS - 1);
}

Test(cmd_crawl, shakes_hands_with_every_node_and_says_who_they_are,
     .timeout = 60)
{
	struct peer_network network;
	struct program program;

	open_peers(&network);
	program = crawl(network.discovery.bootnode, "--handshake", NULL, NULL);
	peer_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(program.out_text, "nodes: 5 found = 5 answered");
	holds(program.out_text,
	      "nodes: 5 found = 4 opened + 1 failed + 0 skipped + 0 without a "
	      "TCP port + 0 not dialed");
	holds(program.out_text, "    failed  refused                    1");
	holds(program.out_text, "\n  Geth                                3  ");
	holds(program.out_text, "\n  Geth v1.14.12                       2  ");
	holds(program.out_text, "\n  reth v1.1.2                         1  ");
	holds(program.out_text, "\n  eth/68                              4  ");
	holds(program.out_text, "\n  snap/1                              4  ");
	holds(program.out_text, "latency in ms");
	cr_assert_null(strstr(program.out_text, "WRONG"));
	cr_assert_str_eq(program.err_text, "");
	program_free(&program);
}

Test(cmd_crawl, says_in_json_what_each_handshake_has_brought, .timeout = 60)
{
	struct peer_network network;
	struct program program;
	const char *bad;
	size_t count;

	open_peers(&network);
	program = crawl(network.discovery.bootnode, "--handshake", "--json",
			"--status-interval=100ms");
	peer_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	cr_assert(json_check_lines(program.out_text, &count, &bad), "%s", bad);
	cr_assert_eq(program_count(program.out_text, "\"type\":\"node\""), 5);
	cr_assert_eq(program_count(program.out_text,
				   "\"handshake\":{\"fate\":\"opened\","
				   "\"outcome\":\"connected\""),
		     4);
	holds(program.out_text, "\"handshake\":{\"fate\":\"failed\","
				"\"outcome\":\"refused\"");
	holds(program.out_text, "\"client\":\"Geth/mine/v1.14.12/linux-amd64/"
				"go1.23\",\"devp2p\":5,\"listen_port\":");
	holds(program.out_text, "\"capabilities\":[\"eth/68\",\"snap/1\"]}}");
	holds(program.out_text, "\"handshakes\":{\"opened\":");
	holds(program.out_text, "\"type\":\"survey\"");
	holds(program.out_text,
	      "\"found\":5,\"opened\":4,\"failed\":1,\"skipped\":0,"
	      "\"no_port\":0,\"not_dialed\":0,\"failures\":[{\"name\":"
	      "\"refused\",\"nodes\":1}],\"clients\":[{\"name\":\"Geth\","
	      "\"nodes\":3},{\"name\":\"reth\",\"nodes\":1}],");
	program_free(&program);
}

Test(cmd_crawl, says_in_the_node_file_who_they_are, .timeout = 60,
     .fini = program_remove_files)
{
	struct peer_network network;
	struct program program;
	struct program check;
	const char *path = program_write_file("nodes.txt", "");
	char flag[160];

	snprintf(flag, sizeof(flag), "--output=%s", path);
	open_peers(&network);
	program = crawl(network.discovery.bootnode, "--handshake", flag, NULL);
	peer_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(read_file(path),
	      " # reth/v1.1.2-496bf0b/x86_64-unknown-linux-gnu,"
	      " eth/68 snap/1\n");
	holds(read_file(path), " # refused\n");
	program_run(&check, (const char *const[]){"check", path, NULL}, NULL);
	holds(check.out_text, ": 5 nodes, 0 with a host name, 0 incomplete");
	program_free(&program);
	program_free(&check);
}

/* On TCP, where @node is on UDP; whoever connects waits for ever. */
static int listen_silently(const struct dt_node *node)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_port = htons(node->endpoint.udp_port);
	memcpy(&address.sin_addr, node->endpoint.ip, sizeof(address.sin_addr));
	cr_assert_eq(
		bind(fd, (const struct sockaddr *)&address, sizeof(address)),
		0);
	cr_assert_eq(listen(fd, 16), 0);
	return fd;
}

Test(cmd_crawl, a_signal_ends_handshakes_too_and_loses_no_node, .timeout = 60,
     .fini = program_remove_files)
{
	struct discv4_network network;
	struct program program;
	const char *path = program_write_file("nodes.txt", "");
	struct dt_node node;
	int listener;

	discv4_network_open(&network, 1);
	node = discv4_network_node(&network, 0);
	listener = listen_silently(&node);
	program_start(
		&program,
		(const char *const[]){"crawl", "--bootnodes", network.bootnode,
				      "--listen", "127.0.0.1:0", "--handshake",
				      "--setup-timeout", "10m", "--output",
				      path, "--status-interval", "50ms", NULL},
		NULL);
	program_await(&program, " answered=1 ", 1);
	program_await(&program, " dials_in_flight=1\n", 1);
	program_signal(&program, SIGINT);
	program_finish(&program);
	close(listener);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(program.out_text, "ended early");
	holds(program.out_text,
	      "1 found = 0 opened + 0 failed + 0 skipped + 0 without a TCP "
	      "port + 1 not dialed");
	holds(read_file(path), "enode://");
	program_free(&program);
}

Test(cmd_crawl, draws_what_the_handshakes_have_brought, .timeout = 60,
     .fini = program_remove_files)
{
	struct peer_network network;
	struct program program;
	const char *path = program_write_file("plot.svg", "old");
	char flag[160];

	snprintf(flag, sizeof(flag), "--plot=%s", path);
	open_peers(&network);
	program = crawl(network.discovery.bootnode, "--handshake", flag, NULL);
	peer_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(read_file(path), "<svg xmlns=");
	holds(read_file(path), ">Geth v1.14.12</text>");
	holds(read_file(path), ">refused</text>");
	holds(read_file(path), "</svg>\n");
	cr_assert_eq(program_count(read_file(path), "old"), 0);
	program_free(&program);
}

/* What strangers say must not be more than text in the picture. */
Test(cmd_crawl, draws_names_that_look_like_markup_as_text, .timeout = 60,
     .fini = program_remove_files)
{
	static const char *const hostile[] = {"<b>&amp;\"/v1"};
	struct peer_network network;
	struct program program;
	const char *path = program_write_file("plot.svg", "");
	char flag[160];

	snprintf(flag, sizeof(flag), "--plot=%s", path);
	peer_network_open(&network, hostile, 1);
	program = crawl(network.discovery.bootnode, "--handshake", flag, NULL);
	peer_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(read_file(path), ">&lt;b&gt;&amp;amp;&quot; v1</text>");
	cr_assert_null(strstr(read_file(path), "<b>"));
	program_free(&program);
}

Test(cmd_crawl, a_plot_without_handshakes_is_refused, .timeout = 30)
{
	struct program program =
		crawl(discv4_network_nobody(), "--plot=x.svg", NULL, NULL);

	cr_assert_eq(program.exit_code, 2);
	holds(program.err_text, "--plot draws what --handshake brings");
	program_free(&program);
}
