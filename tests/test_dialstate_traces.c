/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/replay/replay.h"

static void print_failure(const char *why)
{
	(void)fprintf(stderr, "%s\n", why);
}

static void assert_all_pass(const char *path, uint64_t count)
{
	struct replay_totals totals = {0};

	replay_path(&totals, path, print_failure);

	cr_assert_eq(totals.failed, 0);
	cr_assert_eq(totals.passed, count);
}

/* Replays @text; it must be refused with exactly this sentence. */
static void assert_refused(const char *text, const char *expected)
{
	char why[TRACE_WHY_SIZE] = "nothing";

	cr_assert_not(replay_text(why, "t", text, strlen(text)), "accepted: %s",
		      text);
	cr_assert_str_eq(why, expected);
}

#define HEAD      "dialtrace 1\nmaxdyn 4\nself n0\nnetrestrict -\n"
#define TASK_HEAD "tasktrace 1\ntable yes\nbegin\n"

Test(dialstate_traces, the_dialer_does_what_the_original_did)
{
	assert_all_pass("tests/traces/dial", 64);
}

Test(dialstate_traces, a_dial_task_does_what_the_original_did)
{
	assert_all_pass("tests/traces/task", 6);
}

Test(dialstate_traces, folders_are_searched_to_the_bottom)
{
	assert_all_pass("tests/traces", 70);
}

Test(dialstate_traces, the_worked_example_passes)
{
	char why[TRACE_WHY_SIZE];

	cr_assert(replay_file(why, "tests/traces/dial/example.trace"));
}

Test(dialstate_traces, what_cannot_be_read_has_failed)
{
	struct replay_totals totals = {0};

	replay_path(&totals, "tests/traces/nowhere", print_failure);

	cr_assert_eq(totals.failed, 1);
	cr_assert_eq(totals.passed, 0);
}

Test(dialstate_traces, a_difference_is_named_with_its_line)
{
	assert_refused(HEAD "static n9 1.2.3.4 5\nbegin\n"
			    "tick 0 running 0 random -\n"
			    "> static n9 1.2.3.4 6\n> discover\nend\n",
		       "t:8: expected \"static n9 1.2.3.4 6\", got "
		       "\"static n9 1.2.3.4 5\"");
	assert_refused(HEAD "begin\ntick 0 running 0 random -\nend\n",
		       "t:6: expected nothing more, got \"discover\"");
	assert_refused(HEAD "begin\ntick 0 running 0 random -\n> discover\n"
			    "# nothing here\n> wait 5\nend\n",
		       "t:9: expected \"wait 5\", got nothing more");
	assert_refused(TASK_HEAD "new dyn n1 - 0\n"
				 "run 0 n1 dials ok,ok answer ::1 7\n"
				 "> resolve\n> dial ::1 7\n"
				 "> endpoint - 0\nend\n",
		       "t:8: expected \"endpoint - 0\", got "
		       "\"endpoint ::1 7\"");
}

Test(dialstate_traces, addresses_are_compared_as_addresses)
{
	static const char text[] =
		HEAD "static n1 ::ffff:1.2.3.4 5\nstatic n2 2001:db8::0:1 6\n"
		     "begin\ntick 0 running 0 random -\n"
		     "> static n1 1.2.3.4 5\n"
		     "> static n2 2001:DB8:0:0:0:0:0:1 6\n> discover\nend\n";
	char why[TRACE_WHY_SIZE];

	cr_assert(replay_text(why, "t", text, sizeof(text) - 1));
}

Test(dialstate_traces, a_malformed_header_is_refused)
{
	assert_refused("", "t:1: the trace is empty");
	assert_refused("dialtrace 2\n", "t:1: \"2\" where \"1\" must stand");
	assert_refused("nonsense\n", "t:1: neither \"dialtrace 1\" nor "
				     "\"tasktrace 1\"");
	assert_refused("dialtrace 1\nself n0\n",
		       "t:2: \"self\" where \"maxdyn\" must stand");
	assert_refused("dialtrace 1\nmaxdyn -1\n",
		       "t:2: \"-1\" is not a decimal number in its range");
	assert_refused("dialtrace 1\nmaxdyn 4\nself 0\n",
		       "t:3: \"0\" is not a node name such as n7");
	assert_refused("dialtrace 1\nmaxdyn 4\nself n0\nnetrestrict none\n",
		       "t:4: neither \"-\" nor \"empty\" nor networks");
	assert_refused(HEAD "static n1 1.2.3.4 5\nbootnode n1 1.2.3.4 5\n",
		       "t:6: \"bootnode\" where \"begin\" must stand");
	assert_refused(HEAD "static n1 [::1] 5\n",
		       "t:5: \"[::1]\" is not an address or \"-\"");
	assert_refused(HEAD "static n1 1.2.3.4 65536\n",
		       "t:5: \"65536\" is not a port");
	assert_refused(HEAD "begin now\n",
		       "t:5: 2 fields where there must be 1");
	assert_refused("tasktrace 1\ntable maybe\n",
		       "t:2: \"maybe\" where \"no\" must stand");
}

Test(dialstate_traces, a_malformed_line_is_refused)
{
	assert_refused(HEAD "begin", "t:5: the last line does not end in LF");
	assert_refused(HEAD "begin\n\nend\n",
		       "t:6: an empty line, or a space that separates nothing");
	assert_refused(HEAD "begin\npeer-  n1\nend\n",
		       "t:6: an empty line, or a space that separates nothing");
	assert_refused(HEAD "begin \nend\n",
		       "t:5: an empty line, or a space that separates nothing");
	assert_refused(HEAD "begin\npeer-\tn1\nend\n",
		       "t:6: byte 6 is 0x09; printable ASCII is accepted");
	assert_refused(HEAD "begin\n1 2 3 4 5 6 7 8 9\nend\n",
		       "t:6: more than 8 fields");
}

Test(dialstate_traces, a_malformed_event_is_refused)
{
	static const struct {
		const char *event;
		const char *why;
	} cases[] = {
		{"jump", "no event has this name"},
		{"tick 0", "2 fields where there must be 6"},
		{"tick 01 running 0 random -",
		 "\"01\" is not a time from 0 to 2^53 ms"},
		{"tick 9007199254740993 running 0 random -",
		 "\"9007199254740993\" is not a time from 0 to 2^53 ms"},
		{"tick 0 running x random -",
		 "\"x\" is not a decimal number in its range"},
		{"tick 0 going 0 random -",
		 "\"going\" where \"running\" must stand"},
		{"tick 0 running 0 random n1@1.2.3.4:5,",
		 "\"\" is not a node (nK@HOST:PORT)"},
		{"tick 0 running 0 random n1@::1:5",
		 "\"n1@::1:5\" is not a node (nK@HOST:PORT)"},
		{"tick 0 running 0 random n1@[1.2.3.4]:5",
		 "\"n1@[1.2.3.4]:5\" is not a node (nK@HOST:PORT)"},
		{"tick 0 running 0 random n1:5",
		 "\"n1:5\" is not a node (nK@HOST:PORT)"},
		{"peer+ n1", "2 fields where there must be 3"},
		{"peer+ n1 inbound,dyn",
		 "the flags must be some of dyn,static,inbound,trusted in "
		 "this order"},
		{"peer+ n1 dyn,",
		 "the flags must be some of dyn,static,inbound,trusted in "
		 "this order"},
		{"peer- n18446744073709551616",
		 "\"n18446744073709551616\" is not a node name such as n7"},
		{"static- 7", "\"7\" is not a node name such as n7"},
		{"static+ n1 01.2.3.4 5",
		 "\"01.2.3.4\" is not an address or \"-\""},
		{"done 0 sleep", "\"sleep\" where \"wait\" must stand"},
		{"done 0 wait 5", "4 fields where there must be 3"},
		{"done 0 dial n1 endpoint 1.2.3.4",
		 "6 fields where there must be 7"},
		{"done 0 dial n1 endpunkt 1.2.3.4 5",
		 "\"endpunkt\" where \"endpoint\" must stand"},
		{"> discover", "an expectation without an event above"},
		{"end end", "2 fields where there must be 1"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[512];
		char why[512];

		(void)snprintf(text, sizeof(text), HEAD "begin\n%s\nend\n",
			       cases[i].event);
		(void)snprintf(why, sizeof(why), "t:6: %s", cases[i].why);
		assert_refused(text, why);
	}
}

Test(dialstate_traces, a_malformed_run_is_refused)
{
	assert_refused(TASK_HEAD "new dyn n1 - 0\n"
				 "run 0 n2 dials ok,ok answer - 0\nend\n",
		       "t:5: this node has no record");
	assert_refused(TASK_HEAD "new dyn n1 - 0\n"
				 "run 0 n1 dials ok answer - 0\nend\n",
		       "t:5: two outcomes, each \"ok\" or \"fail\", must stand "
		       "behind \"dials\"");
	assert_refused(TASK_HEAD "new fast n1 - 0\nend\n",
		       "t:4: \"fast\" where \"dyn\" must stand");
	assert_refused(TASK_HEAD "old\nend\n", "t:4: no event has this name");
}

Test(dialstate_traces, a_trace_has_an_end_and_nothing_behind_it)
{
	assert_refused(HEAD "begin\n", "t:5: \"end\" is missing");
	assert_refused(HEAD "begin\nend\nend\n", "t:7: a line behind \"end\"");
	assert_refused(HEAD "begin\npeer+ n1 dyn\n> discover\nend\n",
		       "t:7: expected \"discover\", got nothing more");
	assert_refused(HEAD "begin\npeer+ n1 dyn\n> hope\nend\n",
		       "t:7: no expectation has this name");
}

Test(dialstate_traces, a_line_may_have_16383_bytes_and_no_more)
{
	static char text[20000];
	char why[TRACE_WHY_SIZE];
	size_t head = sizeof(HEAD) - 1;

	memcpy(text, HEAD, head);
	memset(text + head, '#', 16382);
	memcpy(text + head + 16382, "\nbegin\nend\n", 12);
	cr_assert(replay_text(why, "t", text, strlen(text)));
	memset(text + head, '#', 16383);
	memcpy(text + head + 16383, "\nbegin\nend\n", 12);

	assert_refused(text, "t:5: the line has 16383 bytes; less than 16384 "
			     "with its LF are accepted");
}
