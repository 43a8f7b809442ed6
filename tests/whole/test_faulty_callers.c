/* SPDX-License-Identifier: MIT */
#include "lib/container.h"
#include "lib/rlpx/ending.h"

#include "tests/faults.h"
#include "tests/harness.h"
#include "tests/rlpx_scene.h"

/* Every way to fail that a remote has which connects to us. */

#define LONG_MS  60000 /* no test waits so long */
#define SHORT_MS 250   /* waited for to the end; all else must fit in */

static struct scripted_remote remote; /* each test is a process */

/* What is counted of the one that has called. */
static void await_end(const struct rlpx_scene *scene, const struct fault *fault)
{
	struct dt_rlpx_counters counters;

	AWAIT_RLPX(scene, counters,
		   counters.inbound.begun == 1 &&
			   counters.inbound.running == 0);
	for (size_t i = 0; i < DT_ENDING_COUNT; i++)
		cr_assert_eq(counters.inbound.ended[i],
			     i == (size_t)fault->ending && i > 0, "%s: %s",
			     fault->name, dt_ending_name((enum dt_ending)i));
	cr_assert_eq(counters.inbound.opened, fault->ending == DT_ENDING_NONE,
		     "%s", fault->name);
	cr_assert_null(rlpx_broken(&counters));
}

static void check(const struct fault *fault)
{
	static struct rlpx_scene scene; /* a call at a time */
	bool is_slow = fault->outcome == DT_OUTCOME_SETUP_TIMED_OUT;
	struct dt_node node;

	rlpx_scene_init(&scene, 1);
	scene.config.setup_timeout_ms = is_slow ? SHORT_MS : LONG_MS;
	rlpx_scene_start(&scene);
	node = rlpx_scene_node(&scene);
	scripted_begin_call(&remote, &node, fault->script, fault);
	await_end(&scene, fault);
	rlpx_scene_fini(&scene);
	scripted_end(&remote);
}

static void check_list(const struct fault *faults)
{
	scripted_init(&remote);
	for (size_t i = 0; faults[i].name; i++)
		check(&faults[i]);
	scripted_fini(&remote);
}

Test(whole_faulty_callers, who_breaks_off_has_an_ending_for_each_phase,
     .timeout = 120)
{
	scripted_init(&remote);
	for (int place = 0; place < FAULT_PLACE_COUNT; place++) {
		for (int how = 0; how < FAULT_BREAK_COUNT; how++) {
			struct fault fault = fault_broken_off(
				(enum fault_place)place, (enum fault_break)how);

			check(&fault);
		}
	}
	scripted_fini(&remote);
}

Test(whole_faulty_callers, who_has_no_auth_is_refused, .timeout = 120)
{
	check_list(faults_of_auth);
}

Test(whole_faulty_callers, who_has_no_hello_is_refused, .timeout = 120)
{
	check_list(faults_of_hello);
}

Test(whole_faulty_callers, reasons_in_place_of_hello_are_understood,
     .timeout = 120)
{
	static const struct {
		const char *hex;
		enum dt_ending ending;
	} cases[] = {
		{"01c104", DT_ENDING_REMOTE_TOO_MANY},
		{"0104", DT_ENDING_REMOTE_TOO_MANY},
		{"01c105", DT_ENDING_REMOTE_ALREADY},
		{"01c0", DT_ENDING_REMOTE_UNSTATED},
		{"01", DT_ENDING_REMOTE_UNSTATED},
		{"01c120", DT_ENDING_REMOTE_OTHER},
	};

	scripted_init(&remote);
	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct fault fault =
			fault_disconnect(cases[i].hex, cases[i].ending);

		check(&fault);
	}
	scripted_fini(&remote);
}
