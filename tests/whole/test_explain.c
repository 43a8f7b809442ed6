/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tests/gate.h"
#include "tests/harness.h"
#include "tests/loopback.h"
#include "tests/scene.h"

/* For each thing that a node can wait for: the constant and the sentence. */

static struct dt_explanation ask(struct scene *scene, uint64_t number,
				 dt_err expected)
{
	struct dt_node_id id = loopback_id(number);
	struct dt_explanation explanation;

	cr_assert_eq(dt_dialer_explain(scene->dialer, &explanation, &id),
		     expected);
	return explanation;
}

static void expect(struct scene *scene, uint64_t number,
		   enum dt_waits_for waits_for, const char *sentence)
{
	struct dt_explanation explanation = ask(scene, number, DT_OK);

	cr_assert_eq(explanation.waits_for, waits_for, "waits for %s, not %s",
		     dt_waits_for_name(explanation.waits_for),
		     dt_waits_for_name(waits_for));
	cr_assert_str_eq(explanation.text, sentence);
	cr_assert_eq(explanation.due_ms, 0);
}

/* Sentences with a time in them, which is only known to lie in a range. */
static void expect_due(const struct dt_explanation *explanation,
		       enum dt_waits_for waits_for, const char *beginning,
		       int64_t most_ms)
{
	cr_assert_eq(explanation->waits_for, waits_for);
	cr_assert_eq(strncmp(explanation->text, beginning, strlen(beginning)),
		     0, "it says: %s", explanation->text);
	cr_assert_gt(explanation->due_ms, 0);
	cr_assert_leq(explanation->due_ms, most_ms);
}

Test(whole_explain, a_node_that_nobody_mentioned_is_not_known, .timeout = 30)
{
	struct scene scene;
	struct dt_explanation explanation;

	scene_init(&scene);
	scene_start(&scene);

	explanation = ask(&scene, 1, DT_ERR_NOT_FOUND);

	cr_assert_eq(explanation.waits_for, DT_WAITS_FOR_CANDIDACY);
	cr_assert_str_eq(explanation.text,
			 "node: is dialed when the table or a lookup offers "
			 "it");
	cr_assert_eq(explanation.dials, 0);
	cr_assert_not(explanation.is_static);
	scene_fini(&scene);
}

Test(whole_explain, a_dial_and_those_that_wait_behind_it, .timeout = 30)
{
	struct scene scene;
	struct loopback anywhere;
	struct gate gate;

	scene_init(&scene);
	gate_init(&gate);
	loopback_open(&anywhere, LOOPBACK_REFUSES);
	scene.config.max_active_dials = 1;
	scene_refuse_at(&scene, &gate);
	scene_start(&scene);
	scene_add_static(&scene,
			 loopback_node(1, loopback_endpoint(&anywhere, 1)));
	gate_await(&gate, 1);
	scene_add_static(&scene,
			 loopback_node(2, loopback_endpoint(&anywhere, 2)));

	expect(&scene, 1, DT_WAITS_FOR_DIAL, "static node: is being dialed");
	expect(&scene, 2, DT_WAITS_FOR_SLOT,
	       "static node: may be dialed, waits for a free slot");
	cr_assert_eq(dt_dialer_pause(scene.dialer), DT_OK);
	expect(&scene, 2, DT_WAITS_FOR_RESUME,
	       "static node: would be dialed, but dialing is paused");
	expect(&scene, 1, DT_WAITS_FOR_DIAL, "static node: is being dialed");

	gate_open(&gate);
	scene_fini(&scene);
	loopback_close(&anywhere);
	gate_fini(&gate);
}

Test(whole_explain, a_peer_and_what_comes_inbound, .timeout = 30)
{
	struct scene scene;
	struct loopback listener;
	struct dt_node_id inbound = loopback_id(2);
	struct dt_node_id pending = loopback_id(3);
	struct dt_explanation explanation;

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	scene_start(&scene);
	scene_add_static(&scene,
			 loopback_node(1, loopback_endpoint(&listener, 1)));
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 1);
	cr_assert_eq(dt_dialer_peer_added(scene.dialer, &inbound,
					  DT_PEER_INBOUND | DT_PEER_TRUSTED),
		     DT_OK);
	cr_assert_eq(dt_dialer_inbound_pending(scene.dialer, &pending), DT_OK);
	cr_assert_eq(dt_dialer_inbound_pending(scene.dialer, &pending), DT_OK);

	explanation = ask(&scene, 1, DT_OK);
	cr_assert_eq(explanation.waits_for, DT_WAITS_FOR_PEER);
	cr_assert_eq(explanation.peer_flags, DT_PEER_STATIC);
	cr_assert_eq(explanation.dials, 1);
	cr_assert_eq(explanation.last_outcome, DT_OUTCOME_CONNECTED);
	cr_assert_geq(explanation.last_dial_ms, 0);
	cr_assert_eq(explanation.endpoint.tcp_port, listener.port);
	cr_assert_eq(explanation.resolve_delay_ms, 60000);
	cr_assert_not_null(strstr(explanation.text,
				  "static node: is connected; its last dial "
				  "(of 1) ended "));
	cr_assert_not_null(strstr(explanation.text, " ago: connected"));
	expect(&scene, 2, DT_WAITS_FOR_PEER, "node: is connected");
	cr_assert_eq(ask(&scene, 2, DT_OK).peer_flags,
		     DT_PEER_INBOUND | DT_PEER_TRUSTED);
	expect(&scene, 3, DT_WAITS_FOR_INBOUND,
	       "node: is shaking hands with us inbound");
	cr_assert_eq(ask(&scene, 3, DT_OK).inbound, 2);
	scene_fini(&scene);
	loopback_close(&listener);
}

Test(whole_explain, the_history_and_how_long_it_lasts, .timeout = 30)
{
	struct scene scene;
	struct loopback closed;
	struct dt_explanation explanation;

	scene_init(&scene);
	loopback_open(&closed, LOOPBACK_REFUSES);
	scene.config.history_expiration_ms = 600000;
	scene_start(&scene);
	scene_add_static(&scene,
			 loopback_node(1, loopback_endpoint(&closed, 1)));
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 1);

	explanation = ask(&scene, 1, DT_OK);

	expect_due(&explanation, DT_WAITS_FOR_HISTORY,
		   "static node: was dialed recently, may be dialed again in ",
		   600001);
	cr_assert_not_null(
		strstr(explanation.text, "; its last dial (of 1) ended "));
	cr_assert_not_null(strstr(explanation.text, " ago: refused"));
	scene_fini(&scene);
	loopback_close(&closed);
}

Test(whole_explain, a_ban_with_and_without_an_end, .timeout = 30)
{
	struct scene scene;
	struct dt_node_id some_time = loopback_id(1);
	struct dt_node_id for_ever = loopback_id(2);
	struct dt_explanation explanation;

	scene_init(&scene);
	scene_start(&scene);
	cr_assert_eq(dt_dialer_ban(scene.dialer, &some_time, 600000), DT_OK);
	cr_assert_eq(dt_dialer_ban(scene.dialer, &for_ever, 0), DT_OK);

	explanation = ask(&scene, 1, DT_OK);
	expect_due(&explanation, DT_WAITS_FOR_BAN, "node: is banned for ",
		   600001);
	explanation = ask(&scene, 2, DT_OK);
	cr_assert_eq(explanation.waits_for, DT_WAITS_FOR_BAN);
	cr_assert_eq(explanation.due_ms, -1);
	cr_assert_str_eq(explanation.text, "node: is banned for ever");
	scene_fini(&scene);
}

Test(whole_explain, endpoints_that_cannot_or_may_not_be_dialed, .timeout = 30)
{
	struct scene scene;
	struct dt_node node = loopback_node(
		1, (struct dt_endpoint){.ip = {127, 0, 0, 1}, .family = 4});

	scene_init(&scene);
	scene.config.netrestrict = "127.0.0.0/8,224.0.0.0/4";
	scene_start(&scene);
	scene_add_static(&scene, node);
	node.id = loopback_id(2);
	node.endpoint.ip[0] = 224;
	node.endpoint.tcp_port = 1;
	scene_add_static(&scene, node);
	node.id = loopback_id(3);
	node.endpoint.ip[0] = 10;
	scene_add_static(&scene, node);

	expect(&scene, 1, DT_WAITS_FOR_PORT,
	       "static node: has no endpoint that can be dialed");
	expect(&scene, 2, DT_WAITS_FOR_PORT,
	       "static node: has no endpoint that can be dialed");
	expect(&scene, 3, DT_WAITS_FOR_NETRESTRICT,
	       "static node: lies outside netrestrict");
	scene_fini(&scene);
}

Test(whole_explain, what_no_dial_and_pauses_hold_back, .timeout = 30)
{
	struct scene scene;
	struct dt_node node = loopback_node(
		1, (struct dt_endpoint){
			   .ip = {127, 0, 0, 1}, .family = 4, .tcp_port = 1});

	scene_init(&scene);
	scene.config.no_dial = true;
	scene_create(&scene);
	scene_add_static(&scene, node);

	/* Before the start as well. */
	expect(&scene, 1, DT_WAITS_FOR_RESUME,
	       "static node: would be dialed, but dialing is paused");
	scene_start(&scene);
	expect(&scene, 1, DT_WAITS_FOR_RESUME,
	       "static node: would be dialed, but dialing is paused");
	scene_fini(&scene);
}

static enum dt_outcome connect_to_nothing(void *context, const struct dt_op *op,
					  int *fd,
					  struct dt_outcome_detail *detail,
					  const struct dt_node *node)
{
	(void)context;
	(void)op;
	(void)fd;
	(void)detail;
	(void)node;
	return DT_OUTCOME_NO_BUFFERS;
}

Test(whole_explain, a_fault_of_this_machine, .timeout = 30)
{
	struct scene scene;
	struct dt_explanation explanation;

	scene_init(&scene);
	scene.config.local_fault_pause_ms = 600000;
	scene.config.transport.connect = connect_to_nothing;
	scene_start(&scene);
	scene_add_static(&scene, loopback_node(1, (struct dt_endpoint){
							  .ip = {127, 0, 0, 1},
							  .family = 4,
							  .tcp_port = 1}));
	recorder_await(&scene.recorder, DT_EVENT_LOCAL_FAULT, 1);

	explanation = ask(&scene, 1, DT_OK);

	expect_due(&explanation, DT_WAITS_FOR_FAULT,
		   "static node: would be dialed, but this machine has a "
		   "fault; the next try is in ",
		   600000);
	cr_assert_not_null(strstr(explanation.text, " ago: no_buffers"));
	scene_fini(&scene);
}

Test(whole_explain, own_node_waits_for_nothing, .timeout = 30)
{
	struct scene scene;
	struct dt_explanation explanation;

	scene_init(&scene);
	scene.config.has_self = true;
	scene.config.self = loopback_id(1);
	scene.config.no_dial = true;
	scene_start(&scene);

	expect(&scene, 1, DT_WAITS_FOR_NOTHING, "own node: is never dialed");
	explanation = ask(&scene, 1, DT_OK);

	cr_assert(explanation.is_self);
	scene_fini(&scene);
}
