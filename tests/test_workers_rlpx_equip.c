/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/resource.h>

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/rlpx_scene.h"
#include "tests/sockets.h"

Test(workers_rlpx_equip, who_is_not_started_has_no_descriptor)
{
	size_t open = sockets_count_open();
	struct rlpx_scene scene;

	rlpx_scene_init(&scene, 1);
	scene.config.inbound = false;
	rlpx_scene_create(&scene, false);
	cr_assert_eq(sockets_count_open(), open);
	rlpx_scene_fini(&scene);
}

Test(workers_rlpx_equip, without_descriptors_the_start_says_so_and_is_retried,
     .timeout = 20)
{
	struct dt_error error = {.code = DT_OK};
	struct rlpx_scene scene;
	struct rlimit before;

	rlpx_scene_init(&scene, 1);
	scene.config.inbound = false;
	rlpx_scene_create(&scene, false);
	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	sockets_forbid_more();
	for (int i = 0; i < 2; i++) {
		cr_assert_eq(dt_rlpx_start(scene.rlpx, NULL, &error),
			     DT_ERR_NO_DESCRIPTORS);
		cr_assert_not_null(strstr(error.text, "limit of open files"));
	}
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	cr_assert_eq(dt_rlpx_start(scene.rlpx, NULL, &error), DT_OK);
	rlpx_scene_fini(&scene);
}

Test(workers_rlpx_equip, nothing_is_left_when_any_allocation_fails,
     .timeout = 20)
{
	size_t failed = 0;
	dt_err err = DT_ERR_NO_MEMORY;

	while (err != DT_OK) {
		struct failing_allocator memory = {.fail_at = 0};
		struct dt_error error = {.code = DT_OK};
		struct rlpx_scene scene;
		size_t before;

		rlpx_scene_init(&scene, 1);
		scene.config.allocator = failing_allocator_functions(&memory);
		rlpx_scene_create(&scene, false);
		before = memory.calls;
		memory.fail_at = before + ++failed;
		err = dt_rlpx_start(scene.rlpx, NULL, &error);
		if (err != DT_OK)
			cr_assert_eq(err, DT_ERR_NO_MEMORY, "%s", error.text);
		rlpx_scene_fini(&scene);
		cr_assert_eq(memory.live, 0);
	}
	cr_assert_gt(failed, 3);
}
