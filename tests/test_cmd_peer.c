/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/discv4_network.h"
#include "tests/harness.h"
#include "tests/json_check.h"
#include "tests/program.h"
#include "tests/rlpx_scene.h"
#include "tests/scripted_remote.h"

/* `dialtone peer` against a node in the test's process. */

static void holds(const char *text, const char *part)
{
	cr_assert(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

static struct rlpx_scene scene; /* each test is a process */
static char url[DT_ENODE_URL_SIZE];

static void open_node(void)
{
	struct dt_node node;

	rlpx_scene_init(&scene, 1);
	scene.config.client = "somebody/1";
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	cr_assert_eq(dt_enode_format(url, sizeof(url), &node), DT_OK);
}

Test(cmd_peer, says_each_phase_of_a_dial_that_works, .timeout = 30)
{
	struct program program;

	open_node();
	program_run(&program,
		    (const char *const[]){"peer", url, "--cap", "eth/68,les/4",
					  NULL},
		    NULL);
	rlpx_scene_fini(&scene);

	cr_assert_eq(program.exit_code, 0, "%s%s", program.out_text,
		     program.err_text);
	holds(program.out_text, url);
	holds(program.out_text, " connected  127.7.0.1:");
	holds(program.out_text, " from 127.0.0.1:");
	holds(program.out_text, " auth       sent, ");
	holds(program.out_text, " ack        received (");
	holds(program.out_text, " hello      sent, ");
	holds(program.out_text, " hello      received (");
	holds(program.out_text, " client   somebody/1\n");
	holds(program.out_text, "version 5, messages are compressed (snappy)");
	holds(program.out_text, " offers   eth/68 snap/1\n");
	holds(program.out_text, " shared   eth/68 (codes from 0x10)\n");
	holds(program.out_text, " pong       received (");
	holds(program.out_text, " ended      we quit\n");
	cr_assert_str_eq(program.err_text, "");
	program_free(&program);
}

Test(cmd_peer, writes_lines_of_json_when_asked, .timeout = 30)
{
	struct program program;
	const char *bad;
	size_t count;

	open_node();
	program_run(&program,
		    (const char *const[]){"peer", "--json", url,
					  "--capabilities", "snap/1", NULL},
		    NULL);
	rlpx_scene_fini(&scene);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	cr_assert(json_check_lines(program.out_text, &count, &bad), "%s", bad);
	/* node, connected, auth, ack, hello twice, disconnect, pong, ended */
	cr_assert_eq(count, 9, "%s", program.out_text);
	holds(program.out_text, "\"type\":\"node\"");
	holds(program.out_text, "\"phase\":\"ack\"");
	holds(program.out_text, "\"client\":\"somebody/1\",\"devp2p\":5,");
	holds(program.out_text, "\"capabilities\":[\"eth/68\",\"snap/1\"],"
				"\"snappy\":true,\"shared\":[\"snap/1\"]");
	holds(program.out_text, "\"was_open\":true,"
				"\"ending\":\"local_quitting\"");
	program_free(&program);
}

Test(cmd_peer, stays_until_a_signal_comes, .timeout = 30)
{
	struct program program;

	open_node();
	program_start(&program,
		      (const char *const[]){"peer", url, "--stay", "1h",
					    "--cap", "eth/68", NULL},
		      NULL);
	program_await(&program, " pong ", 1);
	program_signal(&program, SIGINT);
	program_finish(&program);
	rlpx_scene_fini(&scene);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	holds(program.out_text, " ended      we quit\n");
	program_free(&program);
}

Test(cmd_peer, stays_until_the_remote_quits, .timeout = 30)
{
	struct program program;

	open_node();
	program_start(&program,
		      (const char *const[]){"peer", url, "--stay", "1h",
					    "--cap", "eth/68", NULL},
		      NULL);
	program_await(&program, " pong ", 1);
	rlpx_scene_stop(&scene);
	program_finish(&program);
	rlpx_scene_fini(&scene);

	cr_assert_eq(program.exit_code, 1);
	holds(program.out_text, " ended      the remote quits\n");
	program_free(&program);
}

Test(cmd_peer, without_a_capability_says_what_could_help, .timeout = 30)
{
	struct program program;

	open_node();
	program_run(&program, (const char *const[]){"peer", url, NULL}, NULL);
	rlpx_scene_fini(&scene);

	cr_assert_eq(program.exit_code, 1);
	holds(program.out_text, "the remote has no use for this peer\n");
	holds(program.err_text, "nothing was offered to it; try --cap");
	program_free(&program);
}

/* Who asks why wants to see what the node offers instead. */
Test(cmd_peer, says_who_it_is_that_shares_nothing, .timeout = 30)
{
	struct program program;

	open_node();
	program_run(&program,
		    (const char *const[]){"peer", url, "--cap", "bzz/1", NULL},
		    NULL);
	rlpx_scene_fini(&scene);

	cr_assert_eq(program.exit_code, 1, "%s%s", program.out_text,
		     program.err_text);
	holds(program.out_text, " hello      received (");
	holds(program.out_text, " client   somebody/1\n");
	holds(program.out_text, " offers   eth/68 snap/1\n");
	holds(program.out_text, "version 5, messages are compressed (snappy)");
	holds(program.out_text, " shared   nothing\n");
	cr_assert_eq(program_count(program.out_text, " received ("), 2);
	program_free(&program);
}

Test(cmd_peer, nobody_listens, .timeout = 30)
{
	struct program program;

	open_node();
	rlpx_scene_stop(&scene);
	rlpx_scene_fini(&scene);
	program_run(&program, (const char *const[]){"peer", url, NULL}, NULL);

	cr_assert_eq(program.exit_code, 1);
	holds(program.out_text, " connect    127.7.0.1:");
	holds(program.out_text, ": Connection refused (");
	program_free(&program);
}

/* The URL of a key that somebody else has, or nobody. */
static void call_another(struct dt_node node)
{
	node.id = session_id(SCRIPTED_KEY);
	cr_assert_eq(dt_enode_format(url, sizeof(url), &node), DT_OK);
}

Test(cmd_peer, somebody_else_is_there, .timeout = 30)
{
	struct program program;

	open_node();
	call_another(rlpx_scene_node(&scene));
	program_run(&program, (const char *const[]){"peer", url, NULL}, NULL);
	rlpx_scene_fini(&scene);

	cr_assert_eq(program.exit_code, 1);
	holds(program.out_text, "the remote has closed before its ack: it may "
				"have another key");
	program_free(&program);
}

Test(cmd_peer, a_silent_node_is_given_up, .timeout = 30)
{
	struct dt_node node = {.host_name = NULL};
	int listener = sockets_listen(&node.endpoint, 4, 1);
	struct program program;

	call_another(node);
	program_run(&program,
		    (const char *const[]){"peer", url, "--timeout", "100ms",
					  "--json", NULL},
		    NULL);
	close(listener);

	cr_assert_eq(program.exit_code, 1);
	holds(program.out_text, "\"was_open\":false,"
				"\"ending\":\"auth_timed_out\"");
	program_free(&program);
}

/* A remote with something to say. */
static void talk(struct scripted_remote *remote)
{
	scripted_identify(remote);
	session_side_write(&remote->side);
	scripted_send(remote);
	cr_assert_eq(scripted_read(remote), DT_SESSION_OPENED);
	/* Of eth/68, of nobody, a ping; then good-bye. */
	scripted_write_hex(remote, "120308030201");
	scripted_write_hex(remote, "5001001f");
	scripted_write_hex(remote, "020100c0");
	scripted_send(remote);
	cr_assert_eq(scripted_read(remote), DT_SESSION_PINGED);
	session_side_write(&remote->side);
	scripted_write_hex(remote, "010204c104");
	scripted_send(remote);
	scripted_await_close(remote);
}

Test(cmd_peer, shows_what_comes, .timeout = 30)
{
	static struct scripted_remote remote;
	struct dt_node node = {.host_name = NULL};
	int listener = sockets_listen(&node.endpoint, 4, 1);
	struct program program;

	scripted_init(&remote);
	call_another(node);
	scripted_begin_at(&remote, listener, talk, NULL);
	program_run(&program,
		    (const char *const[]){"peer", url, "--stay", "1h", "--cap",
					  "eth/68:17", NULL},
		    NULL);
	scripted_end(&remote);
	scripted_fini(&remote);
	close(listener);

	cr_assert_eq(program.exit_code, 1, "%s", program.out_text);
	holds(program.out_text,
	      " message    0x12 (eth/68 0x2), 5 bytes (3 inflated)\n");
	holds(program.out_text, " message    0x50, 3 bytes (1 inflated)\n");
	holds(program.out_text, " ping       received\n");
	holds(program.out_text, " ended      the remote has too many peers\n");
	program_free(&program);
}

/* The node is found at its UDP port, where its record has the TCP port too. */
Test(cmd_peer, finds_an_id_by_discovery, .timeout = 60)
{
	static struct discv4_network network;
	struct dt_config config;
	struct dt_node node;
	struct program program;
	dt_discv4 *discv4;
	char listen[DT_ENDPOINT_TEXT_SIZE];
	char id[129];

	open_node();
	discv4_network_open(&network, 1);
	node = rlpx_scene_node(&scene);
	dt_endpoint_format(listen, &node.endpoint);
	dt_config_init(&config, sizeof(config));
	config.listen = listen;
	config.node_key = &scene.key;
	config.bootnodes = network.bootnode;
	cr_assert_eq(dt_discv4_create(&discv4, &config, NULL, NULL), DT_OK);
	cr_assert_eq(dt_discv4_start(discv4, NULL), DT_OK);
	snprintf(id, sizeof(id), "%s", discv4_network_id(&node).text);
	program_run(&program,
		    (const char *const[]){
			    "peer", id, "--bootnodes", network.bootnode,
			    "--listen", "127.0.0.1:0", "--cap", "eth/68", NULL},
		    NULL);
	dt_discv4_destroy(discv4);
	discv4_network_close(&network);
	rlpx_scene_fini(&scene);

	cr_assert_eq(program.exit_code, 0, "%s%s", program.out_text,
		     program.err_text);
	holds(program.out_text, " resolved   127.7.0.1:");
	holds(program.out_text, " by discovery (");
	holds(program.out_text, " ended      we quit\n");
	program_free(&program);
}

Test(cmd_peer, looks_a_name_up, .timeout = 30)
{
	struct program program;
	char named[DT_ENODE_URL_SIZE];

	rlpx_scene_init(&scene, 1);
	scene.config.listen = "127.0.0.1:0";
	rlpx_scene_start(&scene);
	snprintf(named, sizeof(named), "enode://%s@localhost:%u",
		 discv4_network_id(
			 &(struct dt_node){.id = rlpx_scene_node(&scene).id})
			 .text,
		 rlpx_scene_node(&scene).endpoint.tcp_port);
	program_run(
		&program,
		(const char *const[]){"peer", named, "--cap", "eth/68", NULL},
		NULL);
	rlpx_scene_fini(&scene);

	cr_assert_eq(program.exit_code, 0, "%s%s", program.out_text,
		     program.err_text);
	holds(program.out_text, " resolved   127.0.0.1:");
	holds(program.out_text, " by localhost (");
	program_free(&program);
}

static void refuses(const char *node, const char *more, const char *sentence)
{
	struct program program;

	program_run(&program, (const char *const[]){"peer", node, more, NULL},
		    NULL);
	cr_assert_eq(program.exit_code, 2, "%s", program.err_text);
	holds(program.err_text, sentence);
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}

Test(cmd_peer, what_it_cannot_dial_is_refused, .timeout = 30)
{
	char id[160];
	char no_port[200];

	snprintf(id, sizeof(id), "%.136s", discv4_network_nobody());
	snprintf(no_port, sizeof(no_port), "%s@1.2.3.4:0?discport=3", id);
	refuses(NULL, NULL, "peer: give one node");
	refuses(id, id, "peer: give one node");
	refuses("enode://12@1.2.3.4:5", NULL, "peer: ");
	refuses(id, NULL, "peer: there is no node to begin with");
	refuses(no_port, NULL, "peer: the node has no TCP port");
	refuses(id, "--cap=eth", "capabilities");
	refuses(id, "--stay=soon", "--stay: 'soon' is not a duration");
}
