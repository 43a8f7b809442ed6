/* SPDX-License-Identifier: MIT */
#include <signal.h>

#include "lib/discv4/state.h"

#include "tests/discv4_scene.h"
#include "tests/harness.h"

/* A machine with a query that asks a node that it knows, and one that bonds. */
static struct discv4_scene *begin(struct scene_answer answers[2])
{
	struct discv4_scene *scene = scene_begin();

	for (uint32_t i = 0; i < 2; i++) {
		struct dti_discv4_question question = {
			.kind = DTI_QUERY_FIND,
			.node = scene_node(i + 1),
		};

		if (i == 0)
			scene_bond(scene, &question.node);
		answers[i].then = NULL;
		cr_assert_eq(scene_ask(scene, &answers[i], &question), DT_OK);
	}
	return scene;
}

Test(discv4_protocol_verify, a_sound_machine_passes)
{
	struct scene_answer answers[2];
	struct discv4_scene *scene = begin(answers);

	dti_discv4_verify(scene->discv4);
	scene_end(scene);
}

#ifdef DIALTONE_ASSERT
Test(discv4_protocol_verify, a_query_that_waits_for_nothing_is_noticed,
     .signal = SIGABRT)
{
	struct scene_answer answers[2];
	struct discv4_scene *scene = begin(answers);

	dti_visit_leave(&scene->discv4->queries->visits[0]);

	dti_discv4_verify(scene->discv4);
}

Test(discv4_protocol_verify, a_visit_that_its_request_does_not_know_is_noticed,
     .signal = SIGABRT)
{
	struct scene_answer answers[2];
	struct discv4_scene *scene = begin(answers);

	scene->discv4->queries->visits[0].request->purpose = NULL;

	dti_discv4_verify(scene->discv4);
}

Test(discv4_protocol_verify, a_visit_in_no_list_is_noticed, .signal = SIGABRT)
{
	struct scene_answer answers[2];
	struct discv4_scene *scene = begin(answers);
	struct dti_visit *visit = &scene->discv4->queries->visits[0];

	dti_visit_leave(visit);
	visit->stage = DTI_VISIT_WAIT;

	dti_discv4_verify(scene->discv4);
}

Test(discv4_protocol_verify, visits_out_of_order_are_noticed, .signal = SIGABRT)
{
	struct scene_answer answers[2];
	struct discv4_scene *scene = begin(answers);
	struct dti_visit *visit = &scene->discv4->queries->visits[0];
	struct dti_visit *other = &scene->discv4->queries->next->visits[0];

	dti_visit_leave(visit);
	dti_visit_leave(other);
	dti_visit_put_off(scene->discv4, visit, DTI_VISIT_WAIT, scene->now);
	dti_visit_put_off(scene->discv4, other, DTI_VISIT_WAIT, scene->now);
	dti_discv4_verify(scene->discv4);
	visit->due_ms++;

	dti_discv4_verify(scene->discv4);
}

Test(discv4_protocol_verify, a_query_too_many_is_noticed, .signal = SIGABRT)
{
	struct scene_answer answers[2];
	struct discv4_scene *scene = begin(answers);

	scene->discv4->query_count--;

	dti_discv4_verify(scene->discv4);
}

Test(discv4_protocol_verify, a_request_that_was_not_counted_is_noticed,
     .signal = SIGABRT)
{
	struct scene_answer answers[2];
	struct discv4_scene *scene = begin(answers);

	scene->discv4->figures.requests_sent--;

	dti_discv4_verify(scene->discv4);
}
#endif
