/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/discv4_network.h"
#include "tests/harness.h"
#include "tests/json_check.h"
#include "tests/program.h"

/* `dialtone ping` against a node in the test's process. */

static void holds(const char *text, const char *part)
{
	cr_assert(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

Test(cmd_ping, says_each_pong_and_sums_up, .timeout = 30)
{
	struct discv4_network network;
	struct program program;

	discv4_network_open(&network, 1);
	program_run(&program,
		    (const char *const[]){"ping", network.bootnode, "--count",
					  "3", "--interval", "1ms", "--listen",
					  "127.0.0.1:0", NULL},
		    NULL);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	cr_assert_eq(program_count(program.out_text, "pong from 127.41.0.1:"),
		     3, "%s", program.out_text);
	holds(program.out_text, "n=3 time=");
	holds(program.out_text, "seen-as=127.0.0.1:");
	holds(program.out_text, "3 sent, 3 answered, 0% lost; rtt min/avg/max");
	cr_assert_str_eq(program.err_text, "");
	program_free(&program);
}

Test(cmd_ping, writes_lines_of_json_when_asked, .timeout = 30)
{
	struct discv4_network network;
	struct program program;
	const char *bad;
	size_t count;

	discv4_network_open(&network, 1);
	program_run(&program,
		    (const char *const[]){"ping", "--json", "--count", "2",
					  "--interval", "1ms", network.bootnode,
					  NULL},
		    NULL);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	cr_assert(json_check_lines(program.out_text, &count, &bad), "%s", bad);
	cr_assert_eq(count, 3);
	holds(program.out_text, "\"type\":\"pong\"");
	holds(program.out_text, "\"seen_as\":\"127.");
	holds(program.out_text, "\"sent\":2,\"answered\":2,\"lost\":0,");
	program_free(&program);
}

Test(cmd_ping, fails_if_nobody_answers, .timeout = 30)
{
	struct program program;

	program_run(&program,
		    (const char *const[]){"ping", "--count", "1", "--timeout",
					  "200ms", discv4_network_nobody(),
					  NULL},
		    NULL);

	cr_assert_eq(program.exit_code, 1);
	holds(program.out_text, "no pong from 127.99.99.99:2001: n=1 (");
	holds(program.out_text, "1 sent, 0 answered, 100% lost\n");
	program_free(&program);
}

Test(cmd_ping, goes_on_until_a_signal_comes_and_sums_up_then, .timeout = 30)
{
	struct discv4_network network;
	struct program program;

	discv4_network_open(&network, 1);
	program_start(&program,
		      (const char *const[]){"ping", "--count", "0",
					    "--interval", "1ms",
					    network.bootnode, NULL},
		      NULL);
	program_await(&program, "pong from", 10);
	program_signal(&program, SIGINT);
	program_finish(&program);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(program.out_text, " 0% lost; rtt");
	program_free(&program);
}

Test(cmd_ping, is_interrupted_while_it_waits, .timeout = 30)
{
	struct program program;

	program_start(&program,
		      (const char *const[]){"ping", "--count", "0",
					    "--interval", "1h",
					    discv4_network_nobody(), NULL},
		      NULL);
	program_await(&program, "no pong from", 1);
	program_signal(&program, SIGTERM);
	program_finish(&program);

	cr_assert_eq(program.exit_code, 1);
	holds(program.out_text, "1 sent, 0 answered");
	program_free(&program);
}

static void refuses(const char *url, const char *sentence)
{
	struct program program;

	program_run(&program, (const char *const[]){"ping", url, NULL}, NULL);
	cr_assert_eq(program.exit_code, 2);
	holds(program.err_text, sentence);
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}

Test(cmd_ping, wants_a_node_with_an_address, .timeout = 30)
{
	char id[160];

	snprintf(id, sizeof(id), "%.136s", discv4_network_nobody());
	refuses(NULL, "ping: give one node, as an enode URL or a node record "
		      "(enr:...) with an address");
	refuses("nonsense", "; a node record (enr:...) is accepted too");
	refuses("enode://12@1.2.3.4:5", "ping: ");
	refuses("enr:abc", "ping: ");
	refuses(id, "ping: the node has no IP address");
}
