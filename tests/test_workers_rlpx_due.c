/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/rlpx.h"

#include "tests/harness.h"
#include "tests/rlpx_scene.h"
#include "tests/sockets.h"

/* A line without a thread. */

static struct rlpx_scene scene; /* each test is a process */
static struct dti_line line;
static int far_end;

static void begin_line(void)
{
	int ends[2];

	rlpx_scene_init(&scene, 1);
	rlpx_scene_create(&scene, false);
	cr_assert_eq(dti_rlpx_equip(scene.rlpx, NULL), DT_OK);
	sockets_pair(ends);
	far_end = ends[1];
	line = (struct dti_line){
		.fd = ends[0],
		.stage = DTI_LINE_KEPT,
		.flags = DT_PEER_INBOUND,
		.pinged_ms = -1,
		.blocked_ms = -1,
		.rtt_ms = -1,
	};
	cr_assert_eq(dt_rlpx_answer(scene.rlpx, &line.session), DT_OK);
	/* Nothing was done for long. */
	scene.rlpx->now_ms = 10 * scene.rlpx->peer_timeout_ms;
}

static void end_line(void)
{
	if (line.has_deadline)
		dti_deadline_heap_remove(&scene.rlpx->deadlines,
					 &line.deadline);
	dt_session_destroy(line.session);
	close(line.fd);
	close(far_end);
	rlpx_scene_fini(&scene);
}

Test(workers_rlpx_due, who_spoke_while_nobody_listened_is_not_given_up)
{
	begin_line();
	line.pinged_ms = 0;
	cr_assert_eq(send(far_end, "?", 1, 0), 1);
	dti_rlpx_due(scene.rlpx, &line);

	cr_assert_eq(line.stage, DTI_LINE_KEPT);
	cr_assert_eq(line.deadline.at_ms,
		     scene.rlpx->now_ms + scene.rlpx->peer_timeout_ms);
	end_line();
}

Test(workers_rlpx_due, nobody_is_given_up_who_was_not_asked)
{
	begin_line();
	dti_rlpx_due(scene.rlpx, &line);

	cr_assert_eq(line.stage, DTI_LINE_KEPT);
	cr_assert_eq(line.pinged_ms, scene.rlpx->now_ms);
	cr_assert_eq(line.deadline.at_ms, scene.rlpx->now_ms +
						  scene.rlpx->peer_timeout_ms -
						  scene.rlpx->ping_interval_ms);
	end_line();
}

Test(workers_rlpx_due, who_has_read_while_nobody_looked_is_not_given_up)
{
	begin_line();
	line.heard_ms = scene.rlpx->now_ms;
	line.blocked_ms = 0;
	line.rest = dti_slab_take(&scene.rlpx->rests);
	cr_assert_not_null(line.rest);
	line.rest->from = 0;
	line.rest->length = 5;
	memcpy(line.rest->bytes, "pong!", 5);
	dti_rlpx_due(scene.rlpx, &line);

	cr_assert_eq(line.stage, DTI_LINE_KEPT);
	cr_assert_null(line.rest);
	cr_assert_eq(line.blocked_ms, -1);
	end_line();
}

/* Nobody reads at the far end, and its socket is full. */
Test(workers_rlpx_due, who_does_not_read_is_given_up)
{
	static const char junk[4096];
	struct dti_line *kept;
	bool waits;

	begin_line();
	line.node.id.bytes[0] = 1;
	cr_assert_eq(dti_peer_registry_inbound_opened(&scene.rlpx->registry,
						      &waits, &line.node.id),
		     DT_ENDING_NONE);
	kept = dti_slab_take(&scene.rlpx->lines);
	*kept = line;
	dti_list_push_back(&scene.rlpx->all, &kept->among_all);
	kept->session->info.id = kept->node.id;
	kept->session->is_claimed = true;
	dti_rlpx_lock(scene.rlpx);
	dti_rlpx_note_peer_locked(scene.rlpx, kept);
	dti_rlpx_unlock(scene.rlpx);
	while (send(kept->fd, junk, sizeof(junk), MSG_DONTWAIT) > 0)
		;
	kept->heard_ms = scene.rlpx->now_ms;
	kept->blocked_ms = 0;
	kept->rest = dti_slab_take(&scene.rlpx->rests);
	*kept->rest = (struct dti_line_rest){.length = 2500};
	dti_rlpx_due(scene.rlpx, kept);

	cr_assert_eq(rlpx_counters(&scene).peers_ended[DT_ENDING_STUCK], 1);
	cr_assert_null(dti_list_first(&scene.rlpx->all));
	cr_assert_null(
		dti_peer_registry_find(&scene.rlpx->registry, &line.node.id));
	close(far_end);
	rlpx_scene_fini(&scene);
}
