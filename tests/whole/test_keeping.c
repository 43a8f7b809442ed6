/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "workers/dialer.h"

#include "tests/gate.h"
#include "tests/harness.h"
#include "tests/scene.h"

/* A transport that keeps its peers: what it is told, and what it tells. */

#define DROPS_MAX 16

struct place {
	struct scene scene;
	struct dt_node node;
	struct gate gate; /* of the set-up */
	enum dt_outcome answer;
	int32_t reason;
	pthread_mutex_t lock;
	/* Under the lock. */
	struct dt_node_id dropped[DROPS_MAX];
	size_t drops;
	size_t kept;
};

static enum dt_outcome connect_to_nothing(void *context, const struct dt_op *op,
					  int *fd,
					  struct dt_outcome_detail *detail,
					  const struct dt_node *node)
{
	(void)context;
	(void)op;
	(void)detail;
	(void)node;
	*fd = eventfd(0, EFD_CLOEXEC);
	return DT_OUTCOME_CONNECTED;
}

static enum dt_outcome set_up(void *context, const struct dt_op *op,
			      void **session, struct dt_outcome_detail *detail,
			      const struct dt_node *node, uint32_t flags,
			      int fd)
{
	struct place *place = context;

	(void)op;
	(void)node;
	(void)flags;
	(void)fd;
	gate_pass(&place->gate);
	*session = place;
	detail->reason = place->reason;
	return place->answer;
}

static bool keep(void *context, const struct dt_node *node, uint32_t flags,
		 int fd, void *session)
{
	struct place *place = context;

	(void)node;
	(void)flags;
	cr_assert_eq(session, place);
	close(fd);
	pthread_mutex_lock(&place->lock);
	place->kept++;
	pthread_mutex_unlock(&place->lock);
	return true;
}

static void drop(void *context, const struct dt_node_id *id)
{
	struct place *place = context;

	pthread_mutex_lock(&place->lock);
	cr_assert_lt(place->drops, DROPS_MAX);
	place->dropped[place->drops++] = *id;
	pthread_mutex_unlock(&place->lock);
}

static size_t drops(struct place *place)
{
	size_t count;

	pthread_mutex_lock(&place->lock);
	count = place->drops;
	pthread_mutex_unlock(&place->lock);
	return count;
}

/* A dialer with a static node, whose set-up waits at the gate. */
static void begin(struct place *place)
{
	memset(place, 0, sizeof(*place));
	scene_init(&place->scene);
	gate_init(&place->gate);
	pthread_mutex_init(&place->lock, NULL);
	place->node.id.bytes[0] = 7;
	place->node.endpoint = (struct dt_endpoint){
		.ip = {127, 0, 0, 1}, .family = 4, .tcp_port = 30303};
	place->scene.config.transport = (struct dt_transport){
		.context = place,
		.connect = connect_to_nothing,
		.setup = set_up,
		.keep = keep,
		.drop = drop,
	};
	scene_start(&place->scene);
	scene_add_static(&place->scene, place->node);
	gate_await(&place->gate, 1);
}

/* The same, and let it become a peer. */
static void begin_with_peer(struct place *place)
{
	begin(place);
	gate_open(&place->gate);
	recorder_await_outcome(&place->scene.recorder, DT_OUTCOME_CONNECTED, 1);
}

static void end(struct place *place)
{
	struct dt_counters counters;

	scene_stop(&place->scene);
	counters = scene_counters(&place->scene);
	cr_assert_null(counters_broken(&counters));
	cr_assert_null(counters_unfinished(&counters));
	scene_fini(&place->scene);
	gate_fini(&place->gate);
	pthread_mutex_destroy(&place->lock);
}

static struct dt_event removal(struct place *place)
{
	struct dt_event event;

	recorder_await(&place->scene.recorder, DT_EVENT_PEER_REMOVED, 1);
	cr_assert(recorder_get(&place->scene.recorder, &event,
			       DT_EVENT_PEER_REMOVED, 0));
	return event;
}

Test(whole_keeping, the_end_of_a_peer_is_told_with_its_reason, .timeout = 30)
{
	struct place place;
	struct dt_event event;

	begin_with_peer(&place);
	dti_dialer_peer_ended_because(place.scene.dialer, &place.node.id,
				      DT_PEER_STATIC, DT_ENDING_SILENT);

	event = removal(&place);
	cr_assert_eq(event.detail.reason, DT_ENDING_SILENT);
	cr_assert_eq(event.flags, DT_PEER_STATIC);
	cr_assert_eq(drops(&place), 0);
	end(&place);
}

Test(whole_keeping, an_inbound_peer_ends_when_its_keeper_says_so, .timeout = 30)
{
	struct dt_node_id id = {{9}};
	struct place place;
	struct dt_event event;

	begin_with_peer(&place);
	cr_assert_eq(
		dt_dialer_peer_added(place.scene.dialer, &id, DT_PEER_INBOUND),
		DT_OK);
	/* The library's own keeper would not mean this one. */
	dti_dialer_peer_ended(place.scene.dialer, &id);
	cr_assert_eq(scene_settled(&place.scene).peers, 2);
	dti_dialer_peer_ended_because(place.scene.dialer, &id, DT_PEER_INBOUND,
				      DT_ENDING_REMOTE_QUITTING);

	event = removal(&place);
	cr_assert_eq(event.node->id.bytes[0], 9);
	cr_assert_eq(event.flags, DT_PEER_INBOUND);
	cr_assert_eq(event.detail.reason, DT_ENDING_REMOTE_QUITTING);
	end(&place);
}

Test(whole_keeping, a_dialer_that_was_stopped_is_told_nothing, .timeout = 30)
{
	struct place place;

	begin_with_peer(&place);
	scene_stop(&place.scene);
	dti_dialer_peer_ended_because(place.scene.dialer, &place.node.id,
				      DT_PEER_STATIC, DT_ENDING_CLOSED);
	cr_assert_eq(scene_counters(&place.scene).peers, 1);
	end(&place);
}

Test(whole_keeping, a_banned_peer_is_to_be_dropped, .timeout = 30)
{
	struct place place;

	begin_with_peer(&place);
	cr_assert_eq(dt_dialer_ban(place.scene.dialer, &place.node.id, 0),
		     DT_OK);
	/* It is a peer until its keeper says otherwise. */
	cr_assert_eq(scene_settled(&place.scene).peers, 1);
	cr_assert_eq(drops(&place), 1);
	cr_assert_arr_eq(&place.dropped[0], &place.node.id,
			 sizeof(place.node.id));
	dti_dialer_peer_ended_because(place.scene.dialer, &place.node.id,
				      DT_PEER_STATIC,
				      DT_ENDING_LOCAL_REQUESTED);
	cr_assert_eq(scene_settled(&place.scene).peers, 0);
	end(&place);
}

/* Who listens knows of no bans. */
Test(whole_keeping, a_banned_node_that_connects_is_to_be_dropped, .timeout = 30)
{
	struct dt_node_id id = {{9}};
	struct place place;
	struct dt_event event;

	begin_with_peer(&place);
	cr_assert_eq(dt_dialer_ban(place.scene.dialer, &id, 0), DT_OK);
	(void)scene_settled(&place.scene);
	cr_assert_eq(drops(&place), 1);
	cr_assert_eq(
		dt_dialer_peer_added(place.scene.dialer, &id, DT_PEER_INBOUND),
		DT_OK);
	/* It is a peer until its keeper says otherwise. */
	cr_assert_eq(scene_settled(&place.scene).peers, 2);
	cr_assert_eq(drops(&place), 2);
	cr_assert_arr_eq(&place.dropped[1], &id, sizeof(id));
	dti_dialer_peer_ended_because(place.scene.dialer, &id, DT_PEER_INBOUND,
				      DT_ENDING_LOCAL_REQUESTED);
	event = removal(&place);
	cr_assert_eq(event.flags, DT_PEER_INBOUND);

	cr_assert_eq(dt_dialer_unban(place.scene.dialer, &id), DT_OK);
	cr_assert_eq(
		dt_dialer_peer_added(place.scene.dialer, &id, DT_PEER_INBOUND),
		DT_OK);
	cr_assert_eq(scene_settled(&place.scene).peers, 2);
	cr_assert_eq(drops(&place), 2);
	end(&place);
}

Test(whole_keeping, a_removed_peer_is_to_be_dropped, .timeout = 30)
{
	struct place place;

	begin_with_peer(&place);
	cr_assert_eq(dt_dialer_peer_removed(place.scene.dialer, &place.node.id),
		     DT_OK);
	cr_assert_eq(scene_settled(&place.scene).peers, 0);
	cr_assert_eq(drops(&place), 1);
	/* What its keeper says then is no news. */
	dti_dialer_peer_ended_because(place.scene.dialer, &place.node.id,
				      DT_PEER_STATIC,
				      DT_ENDING_LOCAL_REQUESTED);
	cr_assert_eq(scene_settled(&place.scene).peers_removed, 1);
	end(&place);
}

Test(whole_keeping, a_node_banned_in_its_setup_is_dropped_once_it_is_kept,
     .timeout = 30)
{
	struct place place;

	begin(&place);
	place.answer = DT_OUTCOME_CONNECTED;
	cr_assert_eq(dt_dialer_ban(place.scene.dialer, &place.node.id, 0),
		     DT_OK);
	(void)scene_settled(&place.scene);
	cr_assert_eq(drops(&place), 1);
	gate_open(&place.gate);
	recorder_await_outcome(&place.scene.recorder, DT_OUTCOME_CONNECTED, 1);

	cr_assert_eq(place.kept, 1);
	cr_assert_eq(drops(&place), 2);
	end(&place);
}

Test(whole_keeping, why_a_setup_failed_is_told_everywhere, .timeout = 30)
{
	struct place place;
	struct dt_explanation explanation;
	struct dt_counters counters;
	struct dt_event event;

	begin(&place);
	place.answer = DT_OUTCOME_TOO_MANY_PEERS;
	place.reason = DT_ENDING_REMOTE_TOO_MANY;
	gate_open(&place.gate);
	recorder_await_outcome(&place.scene.recorder, DT_OUTCOME_TOO_MANY_PEERS,
			       1);

	cr_assert(recorder_get(&place.scene.recorder, &event,
			       DT_EVENT_DIAL_ENDED, 0));
	cr_assert_eq(event.detail.reason, DT_ENDING_REMOTE_TOO_MANY);
	cr_assert_eq(dt_dialer_explain(place.scene.dialer, &explanation,
				       &place.node.id),
		     DT_OK);
	cr_assert_eq(explanation.last_detail.reason, DT_ENDING_REMOTE_TOO_MANY);
	cr_assert_not_null(strstr(explanation.text,
				  "too_many_peers: the remote has too many "
				  "peers"));
	counters = scene_settled(&place.scene);
	cr_assert_eq(counters.setups[DT_ENDING_REMOTE_TOO_MANY], 1);
	cr_assert_eq(counters_setups(&counters), 1);
	end(&place);
}
