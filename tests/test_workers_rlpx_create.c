/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lib/container.h"
#include "lib/node/id.h"

#include "workers/rlpx.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/rlpx_scene.h"
#include "tests/sockets.h"

Test(workers_rlpx_create, it_is_who_its_key_says_where_it_listens)
{
	struct rlpx_scene scene;
	struct dt_node_id id;
	struct dt_node node;

	rlpx_scene_init(&scene, 258);
	rlpx_scene_create(&scene, false);
	node = rlpx_scene_node(&scene);

	cr_assert_eq(dt_node_key_id(&id, &scene.key), DT_OK);
	cr_assert(dti_node_id_equal(&node.id, &id));
	cr_assert_eq(node.endpoint.family, 4);
	cr_assert_arr_eq(node.endpoint.ip, "\x7f\7\1\2", 4);
	cr_assert_neq(node.endpoint.tcp_port, 0);
	cr_assert_eq(node.endpoint.udp_port, node.endpoint.tcp_port);
	cr_assert_eq(scene.rlpx->owner.self.offer.listen_port,
		     node.endpoint.tcp_port);
	rlpx_scene_fini(&scene);
}

Test(workers_rlpx_create, without_inbound_it_listens_nowhere)
{
	struct rlpx_scene scene;
	struct dt_node node;

	rlpx_scene_init(&scene, 1);
	scene.config.inbound = false;
	rlpx_scene_create(&scene, false);
	node = rlpx_scene_node(&scene);

	cr_assert_eq(node.endpoint.family, 0);
	cr_assert_eq(scene.rlpx->owner.self.offer.listen_port, 0);
	rlpx_scene_fini(&scene);
}

Test(workers_rlpx_create, what_it_offers_is_what_is_configured)
{
	struct rlpx_scene scene;
	const struct dti_hello_offer *offer;

	rlpx_scene_init(&scene, 1);
	scene.config.client = "a client";
	scene.config.capabilities = "eth/69,chat/1:4";
	rlpx_scene_create(&scene, false);
	offer = &scene.rlpx->owner.self.offer;

	cr_assert_eq(offer->client.length, 8);
	cr_assert_arr_eq(offer->client.bytes, "a client", 8);
	cr_assert_eq(offer->capabilities.count, 2);
	cr_assert_str_eq(offer->capabilities.first[1].name, "chat");
	cr_assert_eq(offer->capabilities.first[1].messages, 4);
	rlpx_scene_fini(&scene);
}

/* What is left of max_peers is for those that come in. */
Test(workers_rlpx_create, inbound_peers_leave_room_for_dialed_ones)
{
	static const struct {
		uint32_t max_peers;
		uint32_t max_dyn_dials;
		uint32_t max_inbound;
	} limits[] = {
		{50, 25, 25}, {50, 0, 50},  {50, 49, 1},
		{50, 50, 50}, {20, 25, 20}, {0, 0, 0},
	};

	for (size_t i = 0; i < dti_array_length(limits); i++) {
		struct rlpx_scene scene;

		rlpx_scene_init(&scene, 1);
		scene.config.max_peers = limits[i].max_peers;
		scene.config.max_dyn_dials = limits[i].max_dyn_dials;
		rlpx_scene_create(&scene, false);

		cr_assert_eq(scene.rlpx->registry.max_peers,
			     limits[i].max_peers);
		cr_assert_eq(scene.rlpx->registry.max_inbound,
			     limits[i].max_inbound, "%zu", i);
		rlpx_scene_fini(&scene);
	}
}

static char notice[256];

static void note_notice(void *context, const char *sentence)
{
	cr_assert_eq(context, notice);
	snprintf(notice, sizeof(notice), "%s", sentence);
}

/* Who gives a dialer its nodes itself may have no use for the limit. */
Test(workers_rlpx_create, more_dials_than_peers_are_worth_a_notice)
{
	static const struct {
		uint32_t max_dyn_dials;
		const char *sentence;
	} limits[] = {
		{20, ""},
		{21, "max_dyn_dials: 21 is more than max_peers, which is 20; "
		     "dials beyond that end in too many peers"},
	};

	for (size_t i = 0; i < dti_array_length(limits); i++) {
		struct rlpx_scene scene;

		rlpx_scene_init(&scene, 1);
		scene.config.notice = note_notice;
		scene.config.notice_context = notice;
		scene.config.max_peers = 20;
		scene.config.max_dyn_dials = limits[i].max_dyn_dials;
		rlpx_scene_create(&scene, false);

		cr_assert_str_eq(notice, limits[i].sentence);
		rlpx_scene_fini(&scene);
	}
}

static void refuses(struct rlpx_scene *scene, dt_err expected, const char *part)
{
	struct dt_error error = {.code = DT_OK};
	dt_rlpx *rlpx = NULL;

	cr_assert_eq(dt_rlpx_create(&rlpx, &scene->config, &error), expected);
	cr_assert_eq(error.code, expected);
	cr_assert_not_null(strstr(error.text, part), "%s", error.text);
	cr_assert_null(rlpx);
	cr_assert_eq(dt_rlpx_create(&rlpx, &scene->config, NULL), expected);
}

Test(workers_rlpx_create, what_is_wrong_is_said)
{
	struct rlpx_scene scene;
	struct rlpx_scene other;
	struct dt_node_key zero = {{0}};
	char listen[64];
	struct dt_node node;

	rlpx_scene_init(&scene, 1);
	scene.config.max_peers = 70000;
	refuses(&scene, DT_ERR_CONFIG, "max_peers");
	scene.config.max_peers = 50;
	scene.config.node_key = &zero;
	refuses(&scene, DT_ERR_CONFIG, "node_key");
	scene.config.node_key = NULL;
	scene.config.node_key_file = "/nonexistent/folder/key";
	refuses(&scene, DT_ERR_FILE, "/nonexistent/folder/key");
	scene.config.node_key = &scene.key;

	rlpx_scene_init(&other, 2);
	rlpx_scene_create(&other, false);
	node = rlpx_scene_node(&other);
	dt_endpoint_format(listen, &node.endpoint);
	scene.config.listen = listen;
	refuses(&scene, DT_ERR_SYSTEM, "is in use");
	/* Only who listens needs the address. */
	scene.config.inbound = false;
	rlpx_scene_create(&scene, false);
	rlpx_scene_fini(&other);
	rlpx_scene_fini(&scene);
}

Test(workers_rlpx_create, without_descriptors_it_says_so)
{
	struct rlpx_scene scene;

	rlpx_scene_init(&scene, 1);
	sockets_forbid_more();

	refuses(&scene, DT_ERR_NO_DESCRIPTORS, "limit of open files");
	/* Who is not started is an identity, and needs none. */
	scene.config.inbound = false;
	rlpx_scene_create(&scene, false);
	rlpx_scene_fini(&scene);
}

Test(workers_rlpx_create, nothing_is_left_when_any_allocation_fails)
{
	size_t open = 0;
	dt_err err = DT_ERR_NO_MEMORY;

	for (size_t n = 1; err != DT_OK; n++) {
		struct failing_allocator memory = {.fail_at = n};
		struct dt_error error = {.code = DT_OK};
		struct rlpx_scene scene;
		dt_rlpx *rlpx;

		rlpx_scene_init(&scene, 1);
		scene.config.netrestrict = "127.0.0.0/8";
		scene.config.allocator = failing_allocator_functions(&memory);
		if (n == 1)
			open = sockets_count_open();
		err = dt_rlpx_create(&rlpx, &scene.config, &error);
		if (err == DT_OK) {
			cr_assert_gt(n, 5);
			dt_rlpx_destroy(rlpx);
		} else {
			cr_assert_eq(err, DT_ERR_NO_MEMORY, "%zu: %s", n,
				     error.text);
			cr_assert_neq(error.text[0], '\0');
		}
		rlpx_scene_fini(&scene);
		cr_assert_eq(memory.live, 0, "%zu", n);
		cr_assert_eq(sockets_count_open(), open, "%zu", n);
	}
}
