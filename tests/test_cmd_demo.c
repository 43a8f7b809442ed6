/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/json_check.h"
#include "tests/program.h"

/* `dialtone demo`: small, so that it is over soon. */

/* Failed dials are soon over and forgotten: the last peers are found alone. */
#define QUICK                                                                 \
	"--hold", "100ms", "--history-expiration", "300ms", "--dial-timeout", \
		"100ms", "--setup-timeout", "150ms"
#define SMALL "demo", "--network-size", "80", "--peers", "12", QUICK

static void holds(const char *text, const char *part)
{
	cr_assert(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

Test(cmd_demo, fills_up_recovers_and_leaves_nothing_open, .timeout = 60)
{
	struct program program;

	program_run(&program, (const char *const[]){SMALL, NULL}, NULL);

	cr_assert_eq(program.exit_code, 0, "exit code %d\n%s%s",
		     program.exit_code, program.err_text, program.out_text);
	holds(program.out_text, "target of 12 peers reached after");
	holds(program.out_text, "4 peers killed, recovery after");
	holds(program.out_text, "its nodes have greeted each other");
	holds(program.out_text, " of 80 nodes, from 3 bootnodes");
	holds(program.out_text, "the fates add up");
	holds(program.out_text, "datagrams add up");
	holds(program.out_text, "pings answered: they add up");
	holds(program.out_text, "\npeers\n  handshakes: ");
	holds(program.out_text, "nothing is left open or running");
	holds(program.out_text, "it adds up");
	holds(program.out_text, "peers over time");
	cr_assert_null(strchr(program.out_text, '\033'), "not plain");
	cr_assert_str_eq(program.err_text, "");
	program_free(&program);
}

Test(cmd_demo, says_all_of_it_in_json, .timeout = 60)
{
	struct program program;
	const char *bad = NULL;
	size_t count;

	program_run(&program, (const char *const[]){SMALL, "--json", NULL},
		    NULL);

	cr_assert_eq(program.exit_code, 0);
	cr_assert(json_check_lines(program.out_text, &count, &bad), "%s", bad);
	holds(program.out_text, "{\"type\":\"verdict\",");
	holds(program.out_text, "\"good\":true,\"target\":12,");
	holds(program.out_text, "\"killed\":4,");
	holds(program.out_text, "\"network_adds_up\":true,");
	holds(program.out_text, "\"left_descriptors\":0,\"left_threads\":0");
	program_free(&program);
}

static uint64_t number_behind(const char *text, const char *part)
{
	const char *at = strstr(text, part);

	cr_assert_not_null(at, "no \"%s\" in:\n%s", part, text);
	return strtoull(at + strlen(part), NULL, 10);
}

Test(cmd_demo, finds_all_its_peers_by_discovery_alone, .timeout = 60)
{
	struct program program;
	const char *fates;

	/* Bootnodes are dialed when nobody was found for longer than it takes,
	 * and static nodes are known by their ids alone. */
	program_run(&program,
		    (const char *const[]){"demo", "--network-size", "300",
					  "--peers", "48", "--json", QUICK,
					  "--fallback-interval", "1h", NULL},
		    NULL);

	cr_assert_eq(program.exit_code, 0, "%s%s", program.err_text,
		     program.out_text);
	fates = strstr(program.out_text, "\"type\":\"fates\"");
	holds(fates, "\"offered\":{\"static\":4,\"bootnode\":0,");
	cr_assert_geq(number_behind(fates, "\"resolves_found\":"), 4);
	cr_assert_geq(number_behind(fates, "\"entries\":"), 48);
	program_free(&program);
}

Test(cmd_demo, meets_every_outcome_that_its_network_has, .timeout = 60)
{
	static const char *const outcomes[] = {
		"connected", "refused",         "timed_out",
		"reset",     "setup_timed_out", "too_many_peers"};
	/* An impostor is who closes, being asked for somebody else. */
	static const char *const endings[] = {"auth_closed", "auth_timed_out",
					      "remote_too_many",
					      "nothing_shared"};
	struct program program;
	const char *fates;

	program_run(&program,
		    (const char *const[]){"demo",       "--network-size",
					  "240",        "--peers",
					  "40",         QUICK,
					  "--accept",   "40",
					  "--refuse",   "10",
					  "--swallow",  "10",
					  "--reset",    "10",
					  "--silent",   "10",
					  "--drop",     "0",
					  "--full",     "5",
					  "--impostor", "10",
					  "--useless",  "5",
					  "--json",     NULL},
		    NULL);

	cr_assert_eq(program.exit_code, 0, "%s%s", program.err_text,
		     program.out_text);
	fates = strstr(program.out_text, "\"type\":\"fates\"");
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		holds(fates, outcomes[i]);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		holds(strstr(fates, "\"setups\":{"), endings[i]);
	program_free(&program);
}

Test(cmd_demo, tells_of_each_peer_and_of_its_end, .timeout = 60)
{
	struct program program;
	const char *fates;
	uint64_t added;

	program_run(&program,
		    (const char *const[]){SMALL, "--json", "--drop", "30",
					  "--accept", "40", NULL},
		    NULL);

	cr_assert_eq(program.exit_code, 0, "%s%s", program.err_text,
		     program.out_text);
	fates = strstr(program.out_text, "\"type\":\"fates\"");
	fates = strstr(fates, "\"rlpx\":{\"adds_up\":true,");
	cr_assert_not_null(fates);
	added = number_behind(fates, "\"added\":");
	cr_assert_geq(added, 16);
	holds(fates, "\"kept\":0,");
	cr_assert_eq(
		program_count(program.out_text, "\"type\":\"peer\",\"time\""),
		2 * added);
	holds(program.out_text, "\"client\":\"demo-accept/v");
	holds(program.out_text, "\"capabilities\":[\"eth/68\"]");
	holds(program.out_text, "\"ending\":\"closed\"");
	holds(program.out_text, "\"ending\":\"local_quitting\"");
	program_free(&program);
}

Test(cmd_demo, the_same_seed_is_the_same_network, .timeout = 60)
{
	/* There is one static node. */
	static const char dial[] = "\"event\":\"dial_started\",\"task\":"
				   "\"static_dial\",\"id\":\"";
	static const char *const seeds[3] = {"7", "7", "8"};
	char ids[3][129] = {{0}};

	for (size_t i = 0; i < 3; i++) {
		struct program program;

		program_start(&program,
			      (const char *const[]){SMALL, "--json", "--log",
						    "debug", "--seed", seeds[i],
						    NULL},
			      NULL);
		program_await(&program, dial, 1);
		program_signal(&program, SIGTERM);
		program_finish(&program);
		memcpy(ids[i],
		       strstr(program.out_text, dial) + sizeof(dial) - 1, 128);
		program_free(&program);
	}

	cr_assert_str_eq(ids[0], ids[1]);
	cr_assert_str_neq(ids[0], ids[2]);
}

Test(cmd_demo, interrupted_it_stops_and_fails, .timeout = 60)
{
	struct program program;

	program_start(&program,
		      (const char *const[]){"demo", "--hold", "20s", NULL},
		      NULL);
	program_await(&program, "the first peer is there", 1);
	program_signal(&program, SIGINT);
	program_finish(&program);

	cr_assert_eq(program.exit_code, 1);
	holds(program.out_text, "interrupted before its end");
	holds(program.out_text, "nothing is left open or running");
	program_free(&program);
}

Test(cmd_demo, interrupted_before_its_network_is_there_it_fails, .timeout = 60)
{
	struct program program;

	program_start(
		&program,
		(const char *const[]){"demo", "--network-size", "5000", NULL},
		NULL);
	program_await(&program, "settings:", 1);
	program_signal(&program, SIGTERM);
	program_finish(&program);

	cr_assert_eq(program.exit_code, 1);
	holds(program.err_text, "interrupted before its network was there");
	program_free(&program);
}

Test(cmd_demo, fails_when_its_time_is_over_before_the_target, .timeout = 60)
{
	struct program program;

	program_run(&program,
		    (const char *const[]){SMALL, "--duration", "300ms",
					  "--netrestrict", "10.0.0.0/8", NULL},
		    NULL);

	cr_assert_eq(program.exit_code, 1);
	holds(program.out_text, "target of 12 peers not reached in");
	holds(program.out_text, "the fates add up");
	program_free(&program);
}

static void refuses(const char *const *arguments, int exit_code,
		    const char *sentence)
{
	struct program program;

	program_run(&program, arguments, NULL);
	cr_assert_eq(program.exit_code, exit_code);
	holds(program.err_text, sentence);
	cr_assert_str_eq(program.out_text, "");
	program_free(&program);
}

Test(cmd_demo, shares_that_make_more_than_all_are_refused, .timeout = 20)
{
	refuses((const char *const[]){"demo", "--accept", "60", "--refuse",
				      "41", NULL},
		2, "the shares that are given make 101 percent; at most 100");
}

Test(cmd_demo, shares_that_leave_something_over_are_refused, .timeout = 20)
{
	refuses((const char *const[]){"demo", "--accept",  "10", "--refuse",
				      "10",   "--swallow", "10", "--reset",
				      "10",   "--silent",  "10", "--drop",
				      "10",   "--full",    "10", "--impostor",
				      "10",   "--useless", "0",  NULL},
		2, "make 80 percent; as all of them are given, it must be 100");
}

Test(cmd_demo, a_target_that_cannot_be_reached_is_refused, .timeout = 20)
{
	refuses((const char *const[]){"demo", "--network-size", "100",
				      "--peers", "60", NULL},
		2,
		"nodes accept; 60 peers, a third of which is killed, need "
		"at least 80");
}
