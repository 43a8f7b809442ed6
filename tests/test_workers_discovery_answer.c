/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "workers/discv4.h"

#include "tests/discovery_scene.h"
#include "tests/harness.h"
#include "tests/sockets.h"

/* Two nodes, and a stranger who says nothing. */
struct stage {
	struct discovery_scene scene;
	dt_discv4 *node;
	struct dt_node other;
	struct stranger *silent;
};

static void open_stage(struct stage *stage, uint32_t max_queries)
{
	struct discovery_plan plan;

	discovery_scene_open(&stage->scene);
	stage->other =
		dt_discv4_self(discovery_scene_start(&stage->scene, NULL));
	discovery_plan_init(&plan, 1);
	discovery_plan_set_bootnode(&plan, &stage->other);
	plan.config.max_queries = max_queries;
	stage->node = discovery_scene_start(&stage->scene, &plan);
	stage->silent = stranger_open(1);
}

static void close_stage(struct stage *stage)
{
	stranger_close(stage->silent);
	discovery_scene_close(&stage->scene);
}

static dt_err ping(struct stage *stage, const struct dt_node *node,
		   int64_t timeout_ms)
{
	struct dt_discv4_pong pong;

	return dt_discv4_ping(stage->node, &pong, node, timeout_ms);
}

/* Until the thread has nothing more of them to do. */
static void check_ended(struct stage *stage, uint64_t expected)
{
	struct dt_discv4_counters counters;

	AWAIT_DISCOVERY(stage->node, counters,
			counters.queries_ended == expected);
	cr_assert_eq(counters.queries, expected);
	cr_assert_null(discovery_broken(&counters));
}

Test(workers_discovery_answer, each_query_ends_once_whichever_way,
     .timeout = 60)
{
	struct stage stage;
	uint64_t asked = 0;

	open_stage(&stage, 4);
	for (int i = 0; i < 5; i++) {
		cr_assert_eq(ping(&stage, &stage.other, 60000), DT_OK);
		check_ended(&stage, ++asked);
		cr_assert_eq(ping(&stage, &stage.silent->node, 0),
			     DT_ERR_TIMED_OUT);
		check_ended(&stage, ++asked);
	}
	cr_assert_eq(ping(&stage, &stage.silent->node, 60000),
		     DT_ERR_TIMED_OUT);
	check_ended(&stage, ++asked);
	close_stage(&stage);
}

/* One that nobody waits for any more takes no place. */
Test(workers_discovery_answer, an_abandoned_query_is_forgotten, .timeout = 60)
{
	struct stage stage;
	uint64_t asked = 0;

	open_stage(&stage, 1);
	for (int i = 0; i < 50; i++) {
		dt_err err = ping(&stage, &stage.silent->node, 0);

		cr_assert(err == DT_ERR_TIMED_OUT || err == DT_ERR_BUSY);
		asked += err == DT_ERR_TIMED_OUT;
	}
	cr_assert_gt(asked, 0);
	check_ended(&stage, asked);
	close_stage(&stage);
}

Test(workers_discovery_answer, more_than_max_queries_are_refused, .timeout = 60)
{
	struct dti_query_slot *slots[2];
	struct stage stage;

	open_stage(&stage, 2);
	for (size_t i = 0; i < 2; i++) {
		slots[i] = dti_query_take(&stage.node->slots);
		cr_assert_not_null(slots[i]);
	}
	cr_assert_eq(ping(&stage, &stage.other, 60000), DT_ERR_BUSY);
	for (size_t i = 0; i < 2; i++) {
		struct sockets_op op;

		sockets_op_init(&op, 60000);
		slots[i]->question = (struct dti_discv4_question){
			.kind = DTI_QUERY_PING,
			.node = stage.other,
		};
		cr_assert_eq(dti_query_await(slots[i], &op.op), DT_OK);
		cr_assert_eq(slots[i]->answer.err, DT_OK);
		dti_query_give(slots[i]);
		sockets_op_fini(&op);
	}
	cr_assert_eq(ping(&stage, &stage.other, 60000), DT_OK);
	close_stage(&stage);
}

struct late {
	struct stage *stage;
	struct dti_query_slot *slot;
	dt_err err;
	pthread_t thread;
	_Atomic pid_t thread_id;
};

static void *ask_late(void *argument)
{
	struct late *late = argument;
	struct sockets_op op;

	sockets_op_init(&op, 60000);
	late->slot->question = (struct dti_discv4_question){
		.kind = DTI_QUERY_PING,
		.node = late->stage->other,
	};
	atomic_store(&late->thread_id, sockets_thread_id());
	cr_assert_eq(dti_query_await(late->slot, &op.op), DT_OK);
	late->err = late->slot->answer.err;
	dti_query_give(late->slot);
	sockets_op_fini(&op);
	return NULL;
}

/* See CLOSING: it looked at the phase before, and asks after. */
Test(workers_discovery_answer, who_asks_while_it_closes_is_cancelled,
     .timeout = 60)
{
	struct discovery_hold hold;
	struct late late = {.err = DT_OK};
	struct stage stage;

	open_stage(&stage, 2);
	late.stage = &stage;
	late.slot = dti_query_take(&stage.node->slots);
	discovery_hold(&hold, stage.scene.host);
	dt_discv4_close(stage.node);
	cr_assert_eq(pthread_create(&late.thread, NULL, ask_late, &late), 0);
	while (atomic_load(&late.thread_id) == 0)
		sched_yield();
	sockets_until_asleep(atomic_load(&late.thread_id));
	discovery_release(&hold);
	pthread_join(late.thread, NULL);

	cr_assert_eq(late.err, DT_ERR_CANCELLED);
	check_ended(&stage, 1);
	close_stage(&stage);
}
