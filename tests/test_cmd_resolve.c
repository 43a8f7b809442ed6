/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tests/discv4_network.h"
#include "tests/harness.h"
#include "tests/program.h"

/* `dialtone resolve` in a network of the test's own. */

#define NODES 12

static void holds(const char *text, const char *part)
{
	cr_assert(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

static struct program resolve(const char *id, const char *bootnode,
			      const char *flag)
{
	struct program program;

	program_run(&program,
		    (const char *const[]){"resolve", id, "--bootnodes",
					  bootnode, "--listen", "127.0.0.1:0",
					  "--timeout", "10s", flag, NULL},
		    NULL);
	return program;
}

Test(cmd_resolve, prints_the_url_of_a_node_that_it_finds, .timeout = 60)
{
	char url[DT_ENODE_URL_SIZE];
	struct discv4_network network;
	struct discv4_network_id id;
	struct program program;
	struct dt_node node;

	discv4_network_open(&network, NODES);
	discv4_network_settle(&network);
	node = discv4_network_node(&network, 5);
	id = discv4_network_id(&node);
	program = resolve(id.text, network.bootnode, NULL);
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	cr_assert_eq(dt_enode_format(url, sizeof(url), &node), DT_OK);
	cr_assert_eq(strcspn(program.out_text, "\n"), strlen(url));
	cr_assert_eq(strncmp(program.out_text, url, strlen(url)), 0, "%s",
		     program.out_text);
	program_free(&program);
}

Test(cmd_resolve, prints_the_record_that_the_node_gives, .timeout = 60)
{
	struct discv4_network network;
	struct discv4_network_id id;
	struct dt_record record;
	struct program program;
	struct dt_node node;

	discv4_network_open(&network, 4);
	discv4_network_settle(&network);
	node = discv4_network_node(&network, 3);
	id = discv4_network_id(&node);
	program = resolve(id.text, network.bootnode, "--enr");
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 0, "%s", program.err_text);
	cr_assert_eq(dt_record_parse(&record, program.out_text,
				     strcspn(program.out_text, "\n"), NULL),
		     DT_OK, "%s", program.out_text);
	cr_assert_arr_eq(record.node.id.bytes, node.id.bytes,
			 sizeof(node.id.bytes));
	program_free(&program);
}

Test(cmd_resolve, fails_if_there_is_no_such_node, .timeout = 60)
{
	struct discv4_network network;
	struct program program;

	discv4_network_open(&network, 3);
	discv4_network_settle(&network);
	program = resolve(discv4_network_nobody(), network.bootnode, "--json");
	discv4_network_close(&network);

	cr_assert_eq(program.exit_code, 1);
	holds(program.err_text, "dialtone: resolve: the node was not found: ");
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}

static void refuses(const char *id, const char *sentence)
{
	struct program program;

	program_run(&program, (const char *const[]){"resolve", id, NULL}, NULL);
	cr_assert_eq(program.exit_code, 2);
	holds(program.err_text, sentence);
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}

Test(cmd_resolve, a_bad_id_is_refused, .timeout = 30)
{
	refuses("12ab", "; a node record (enr:...) is accepted too");
	refuses(NULL, "resolve: give one id, as 128 hex digits, an enode URL "
		      "or a node record (enr:...)");
}
