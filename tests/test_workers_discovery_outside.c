/* SPDX-License-Identifier: MIT */
#include <stdatomic.h>
#include <string.h>

#include "lib/discv4/external_votes.h"
#include "lib/node/endpoint.h"

#include "tests/discovery_scene.h"
#include "tests/harness.h"

#define NEEDED DTI_EXTERNAL_VOTES_NEEDED

struct notices {
	_Atomic uint32_t count;
	char last[512]; /* valid when counted */
};

static void notice(void *context, const char *sentence)
{
	struct notices *notices = context;

	strncpy(notices->last, sentence, sizeof(notices->last) - 1);
	/* Release: pairs with the acquire in the test. */
	atomic_fetch_add_explicit(&notices->count, 1, memory_order_release);
}

/* A node, and strangers that reach it at @at. */
struct outside {
	struct discovery_scene scene;
	struct notices notices;
	dt_discv4 *node;
	struct dt_endpoint at;
	struct dt_record record; /* of the node, to begin with */
	struct stranger *strangers[2 * NEEDED];
	size_t count;
};

static void begin_with(struct outside *outside, struct discovery_plan *plan)
{
	memset(outside, 0, sizeof(*outside));
	plan->config.notice = notice;
	plan->config.notice_context = &outside->notices;
	discovery_scene_open(&outside->scene);
	outside->node = discovery_scene_start(&outside->scene, plan);
	dt_discv4_record(outside->node, &outside->record);
	outside->at = (struct dt_endpoint){
		.family = 4,
		.ip = {127, 0, 0, 1},
		.udp_port = outside->record.node.endpoint.udp_port,
		.tcp_port = outside->record.node.endpoint.tcp_port,
	};
}

static void begin(struct outside *outside, const char *listen,
		  const char *external)
{
	struct discovery_plan plan;

	discovery_plan_init(&plan, 0);
	plan.config.listen = listen;
	plan.config.external = external;
	begin_with(outside, &plan);
}

static void end(struct outside *outside)
{
	for (size_t i = 0; i < outside->count; i++)
		stranger_close(outside->strangers[i]);
	discovery_scene_close(&outside->scene);
}

/* So many more strangers say in their pongs that they see it there. */
static void be_seen(struct outside *outside, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct stranger *stranger =
			stranger_open((uint32_t)outside->count);

		outside->strangers[outside->count++] = stranger;
		stranger_bond(stranger, &outside->at);
	}
}

static void await_pongs(struct outside *outside, uint64_t count)
{
	struct dt_discv4_counters counters;

	AWAIT_DISCOVERY(outside->node, counters,
			counters.accepted[DTI_PACKET_PONG] >= count);
}

/* It says of itself what it said to begin with. */
static void stays(struct outside *outside)
{
	struct dt_record record;

	dt_discv4_record(outside->node, &record);
	cr_assert_eq(record.seq, outside->record.seq);
	cr_assert(dti_endpoint_equal(&record.node.endpoint,
				     &outside->record.node.endpoint));
	cr_assert_eq(atomic_load(&outside->notices.count), 0);
}

Test(workers_discovery_outside, ten_that_agree_tell_it_where_it_is,
     .timeout = 60)
{
	struct outside outside;
	struct dti_packet packet;
	struct dt_record record;
	struct dt_node self;

	begin(&outside, "0.0.0.0:0", "");
	be_seen(&outside, NEEDED - 1);
	await_pongs(&outside, NEEDED - 1);
	stays(&outside);
	cr_assert_eq(outside.record.node.endpoint.family, 0);

	be_seen(&outside, 1);
	await_pongs(&outside, NEEDED);

	dt_discv4_record(outside.node, &record);
	cr_assert_gt(record.seq, outside.record.seq);
	cr_assert(dti_endpoint_equal(&record.node.endpoint, &outside.at));
	self = dt_discv4_self(outside.node);
	cr_assert(dti_endpoint_equal(&self.endpoint, &outside.at));
	cr_assert_arr_eq(&self.id, &outside.record.node.id, sizeof(self.id));
	/* And it tells others. */
	stranger_ping(outside.strangers[0], &outside.at, &packet);
	stranger_await(outside.strangers[0], &outside.at, &packet,
		       DTI_PACKET_PONG);
	cr_assert_eq(packet.record_seq, record.seq);
	end(&outside);
}

Test(workers_discovery_outside, they_tell_it_of_no_tcp_port, .timeout = 60)
{
	struct discovery_plan plan;
	struct outside outside;
	struct dt_record record;

	discovery_plan_init(&plan, 0);
	plan.config.listen = "0.0.0.0:0";
	plan.config.announce_tcp = false;
	begin_with(&outside, &plan);
	be_seen(&outside, NEEDED);
	await_pongs(&outside, NEEDED);

	dt_discv4_record(outside.node, &record);
	cr_assert_eq(record.node.endpoint.family, 4);
	cr_assert_neq(record.node.endpoint.udp_port, 0);
	cr_assert_eq(record.node.endpoint.tcp_port, 0);
	end(&outside);
}

Test(workers_discovery_outside, the_operator_is_told, .timeout = 60)
{
	char text[DT_ENDPOINT_TEXT_SIZE];
	struct outside outside;

	begin(&outside, "0.0.0.0:0", "");
	be_seen(&outside, NEEDED + 3);
	await_pongs(&outside, NEEDED + 3);

	/* Acquire: the sentence was written before. */
	cr_assert_eq(atomic_load_explicit(&outside.notices.count,
					  memory_order_acquire),
		     1);
	dt_endpoint_format(text, &outside.at);
	cr_assert_not_null(strstr(outside.notices.last, text), "%s",
			   outside.notices.last);
	end(&outside);
}

Test(workers_discovery_outside, who_was_told_where_it_is_asks_nobody,
     .timeout = 60)
{
	struct outside outside;

	begin(&outside, "0.0.0.0:0", "77.1.2.3");
	be_seen(&outside, NEEDED + 2);
	await_pongs(&outside, NEEDED + 2);

	cr_assert_arr_eq(outside.record.node.endpoint.ip, "\x4d\1\2\3", 4);
	stays(&outside);
	end(&outside);
}

Test(workers_discovery_outside, who_has_one_address_asks_nobody, .timeout = 60)
{
	struct outside outside;

	begin(&outside, "127.0.0.1:0", "");
	be_seen(&outside, NEEDED + 2);
	await_pongs(&outside, NEEDED + 2);

	stays(&outside);
	end(&outside);
}
