/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/container.h"
#include "lib/node/endpoint.h"
#include "lib/node/id.h"

#include "workers/clock.h"
#include "workers/discv4.h"

#include "tests/discovery_scene.h"
#include "tests/folder.h"
#include "tests/harness.h"
#include "tests/shared_allocator.h"
#include "tests/sockets.h"

static void notice(void *context, const char *sentence)
{
	char *last = context;

	strncpy(last, sentence, 511);
}

Test(workers_discv4_create, a_node_is_where_it_is_bound, .timeout = 60)
{
	struct discovery_plan plan;
	struct dt_record record;
	struct dt_node self;
	dt_discv4 *node;

	discovery_plan_init(&plan, 3);
	cr_assert_eq(dt_discv4_create(&node, &plan.config, NULL, NULL), DT_OK);
	self = dt_discv4_self(node);
	dt_discv4_record(node, &record);

	cr_assert_eq(self.endpoint.family, 4);
	cr_assert_arr_eq(self.endpoint.ip, "\x7f\x4d\0\x4", 4);
	cr_assert_neq(self.endpoint.udp_port, 0);
	cr_assert_eq(self.endpoint.tcp_port, self.endpoint.udp_port);
	cr_assert(dti_node_id_equal(&record.node.id, &self.id));
	cr_assert(dti_endpoint_equal(&record.node.endpoint, &self.endpoint));
	dt_discv4_destroy(node);
}

/* What others read of it, and that it is newer than an earlier one. */
Test(workers_discv4_create, its_record_is_signed_and_dated, .timeout = 60)
{
	int64_t before_ms = dti_clock_unix_ms();
	struct discovery_plan plan;
	struct dt_record record;
	struct dt_record read;
	char text[DT_RECORD_TEXT_SIZE];
	dt_discv4 *node;

	discovery_plan_init(&plan, 3);
	cr_assert_eq(dt_discv4_create(&node, &plan.config, NULL, NULL), DT_OK);
	dt_discv4_record(node, &record);

	cr_assert_eq(dt_record_format(text, sizeof(text), &record), DT_OK);
	cr_assert_eq(dt_record_parse(&read, text, strlen(text), NULL), DT_OK);
	cr_assert(dti_node_id_equal(&read.node.id, &record.node.id));
	cr_assert_geq(record.seq, (uint64_t)before_ms);
	cr_assert_leq(record.seq, (uint64_t)dti_clock_unix_ms());
	dt_discv4_destroy(node);
}

Test(workers_discv4_create, bound_to_all_addresses_it_tells_none, .timeout = 60)
{
	struct discovery_plan plan;
	struct dt_record record;
	struct dt_node self;
	dt_discv4 *node;

	discovery_plan_init(&plan, 0);
	plan.config.listen = "0.0.0.0:0";
	cr_assert_eq(dt_discv4_create(&node, &plan.config, NULL, NULL), DT_OK);
	dt_discv4_record(node, &record);
	self = dt_discv4_self(node);

	cr_assert_eq(self.endpoint.family, 4);
	cr_assert_eq(record.node.endpoint.family, 0);
	cr_assert_eq(record.node.endpoint.udp_port, self.endpoint.udp_port);
	dt_discv4_destroy(node);
}

Test(workers_discv4_create, it_is_where_the_configuration_says, .timeout = 60)
{
	static const struct {
		const char *external;
		uint8_t family;
		uint8_t first; /* byte of the address */
		uint16_t port; /* 0: as bound */
	} cases[] = {
		{"77.1.2.3", 4, 77, 0},
		{"77.1.2.3:5000", 4, 77, 5000},
		{"2a01::7", 6, 0x2a, 0},
	};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct discovery_plan plan;
		struct dt_record record;
		struct dt_node self;
		uint16_t port;
		dt_discv4 *node;

		discovery_plan_init(&plan, 0);
		plan.config.external = cases[i].external;
		cr_assert_eq(dt_discv4_create(&node, &plan.config, NULL, NULL),
			     DT_OK);
		self = dt_discv4_self(node);
		dt_discv4_record(node, &record);
		port = cases[i].port ? cases[i].port : node->bound.udp_port;

		cr_assert_eq(self.endpoint.family, cases[i].family);
		cr_assert_eq(self.endpoint.ip[0], cases[i].first);
		cr_assert_eq(self.endpoint.udp_port, port);
		cr_assert_eq(self.endpoint.tcp_port, port);
		cr_assert(dti_endpoint_equal(&record.node.endpoint,
					     &self.endpoint));
		dt_discv4_destroy(node);
	}
}

/* Also where the configuration names a port. */
Test(workers_discv4_create, it_tells_no_tcp_port_if_it_is_not_to, .timeout = 60)
{
	static const char *const externals[] = {"", "77.1.2.3",
						"77.1.2.3:5000"};

	for (size_t i = 0; i < dti_array_length(externals); i++) {
		struct discovery_plan plan;
		struct dt_record record;
		struct dt_node self;
		dt_discv4 *node;

		discovery_plan_init(&plan, 0);
		plan.config.external = externals[i];
		plan.config.announce_tcp = false;
		cr_assert_eq(dt_discv4_create(&node, &plan.config, NULL, NULL),
			     DT_OK);
		self = dt_discv4_self(node);
		dt_discv4_record(node, &record);

		cr_assert_neq(self.endpoint.udp_port, 0);
		cr_assert_eq(self.endpoint.tcp_port, 0);
		cr_assert(dti_endpoint_equal(&record.node.endpoint,
					     &self.endpoint));
		dt_discv4_destroy(node);
	}
}

static void refuses(const struct dt_config *config, dt_err expected,
		    const char *contains)
{
	struct dt_error error = {.code = DT_OK};
	dt_discv4 *node = NULL;
	size_t open = sockets_count_open();

	cr_assert_eq(dt_discv4_create(&node, config, NULL, &error), expected);

	cr_assert_eq(error.code, expected);
	cr_assert_not_null(strstr(error.text, contains), "%s", error.text);
	cr_assert_null(node);
	cr_assert_eq(sockets_count_open(), open);
	cr_assert_eq(dt_discv4_create(&node, config, NULL, NULL), expected);
}

Test(workers_discv4_create, what_the_configuration_does_not_allow_is_refused,
     .timeout = 60)
{
	static const struct dt_node_key zero;
	struct discovery_plan plan;

	discovery_plan_init(&plan, 0);
	plan.config.max_queries = 0;
	refuses(&plan.config, DT_ERR_CONFIG, "max_queries");
	discovery_plan_init(&plan, 0);
	plan.config.listen = "here:30303";
	refuses(&plan.config, DT_ERR_CONFIG, "listen");
	discovery_plan_init(&plan, 0);
	plan.config.external = "0.0.0.0";
	refuses(&plan.config, DT_ERR_CONFIG, "external");
	discovery_plan_init(&plan, 0);
	plan.config.bootnodes = "enode://1234@127.0.0.1:1";
	refuses(&plan.config, DT_ERR_CONFIG, "bootnodes");
	discovery_plan_init(&plan, 0);
	plan.config.node_key = &zero;
	refuses(&plan.config, DT_ERR_CONFIG, "node_key");
}

Test(workers_discv4_create, an_address_in_use_is_refused, .timeout = 60)
{
	struct discovery_plan plan;
	struct dt_node self;
	dt_discv4 *node;

	discovery_plan_init(&plan, 0);
	cr_assert_eq(dt_discv4_create(&node, &plan.config, NULL, NULL), DT_OK);
	self = dt_discv4_self(node);
	dt_endpoint_format(plan.listen, &self.endpoint);

	refuses(&plan.config, DT_ERR_SYSTEM, "in use");

	dt_discv4_destroy(node);
}

Test(workers_discv4_create, a_database_that_cannot_be_is_refused, .timeout = 60)
{
	struct discovery_plan plan;

	discovery_plan_init(&plan, 0);
	plan.config.node_database = "/nonexistent/folder/nodes";

	refuses(&plan.config, DT_ERR_FILE, "/nonexistent/folder/nodes");
}

Test(workers_discv4_create, a_database_that_is_no_regular_file_is_refused,
     .timeout = 60)
{
	struct folder folder = folder_make();
	struct discovery_plan plan;

	discovery_plan_init(&plan, 0);
	plan.config.node_database = folder.path;
	refuses(&plan.config, DT_ERR_FILE, "it is not a file");
	plan.config.node_database = folder_file(&folder, "fifo");
	cr_assert_eq(mkfifo(plan.config.node_database, 0600), 0);
	refuses(&plan.config, DT_ERR_FILE, "it is not a file");
	cr_assert_eq(folder_count(&folder), 1);
	folder_remove(&folder);
}

/* Also by a link that leads to it only since the key was made. */
Test(workers_discv4_create, a_database_that_is_the_key_is_refused_and_kept,
     .timeout = 60)
{
	struct folder folder = folder_make();
	struct dt_node_key key;
	struct discovery_plan plan;

	discovery_plan_init(&plan, 0);
	plan.config.node_key = NULL;
	plan.config.node_key_file = folder_file(&folder, "key");
	plan.config.node_database = folder_file(&folder, "key");
	refuses(&plan.config, DT_ERR_CONFIG, "node_database: ");
	cr_assert_eq(folder_count(&folder), 0, "nothing is made");

	plan.config.node_database = folder_file(&folder, "nodes");
	cr_assert_eq(symlink("key", plan.config.node_database), 0);
	refuses(&plan.config, DT_ERR_CONFIG, "same file as node_key_file");
	refuses(&plan.config, DT_ERR_CONFIG, "same file as node_key_file");
	cr_assert_eq(folder_count(&folder), 2);
	cr_assert_eq(dt_node_key_read(&key, plan.config.node_key_file, NULL),
		     DT_OK);
	folder_remove(&folder);
}

Test(workers_discv4_create, bootnodes_that_cannot_be_asked_give_a_notice,
     .timeout = 60)
{
	struct dt_node nowhere = {.host_name = "boot.example"};
	struct dt_node_key key = {.bytes = {7}};
	char last[512] = "";
	struct discovery_plan plan;
	dt_discv4 *node;

	nowhere.endpoint.tcp_port = 30303;
	nowhere.endpoint.udp_port = 30303;
	cr_assert_eq(dt_node_key_id(&nowhere.id, &key), DT_OK);
	discovery_plan_init(&plan, 0);
	discovery_plan_set_bootnode(&plan, &nowhere);
	plan.config.notice = notice;
	plan.config.notice_context = last;

	cr_assert_eq(dt_discv4_create(&node, &plan.config, NULL, NULL), DT_OK);

	cr_assert_not_null(strstr(last, "bootnodes"), "%s", last);
	dt_discv4_destroy(node);
}

Test(workers_discv4_create, without_descriptors_it_says_so, .timeout = 60)
{
	struct discovery_plan plan;
	struct dt_error error;
	dt_discv4 *node;

	discovery_plan_init(&plan, 0);
	sockets_forbid_more();

	cr_assert_eq(dt_discv4_create(&node, &plan.config, NULL, &error),
		     DT_ERR_NO_DESCRIPTORS);
	cr_assert_eq(error.code, DT_ERR_NO_DESCRIPTORS);
}

/* A node that has started, too: what is freed is all that there was. */
static void check_all_memory(struct discovery_plan *plan, dt_discv4_host *host)
{
	struct shared_allocator counter = {.calls = 0};
	size_t open = sockets_count_open();
	uint64_t failures = 0;
	struct dt_error error;
	dt_discv4 *node;

	plan->config.allocator = shared_allocator_functions(&counter);
	for (uint64_t n = 1;; n++) {
		atomic_store(&counter.calls, 0);
		atomic_store(&counter.fail_at, n);
		if (dt_discv4_create(&node, &plan->config, host, &error) ==
		    DT_OK)
			break;
		cr_assert_eq(error.code, DT_ERR_NO_MEMORY, "%d: %s",
			     (int)error.code, error.text);
		cr_assert_eq(atomic_load(&counter.live), 0);
		cr_assert_eq(sockets_count_open(), open);
		failures++;
	}
	cr_assert_geq(failures, 8);
	atomic_store(&counter.fail_at, 0);
	cr_assert_eq(dt_discv4_start(node, NULL), DT_OK);
	dt_discv4_destroy(node);
	cr_assert_eq(atomic_load(&counter.live), 0);
	cr_assert_eq(sockets_count_open(), open);
}

Test(workers_discv4_create, each_allocation_may_fail, .timeout = 120)
{
	struct folder folder = folder_make();
	struct discovery_plan plan;
	struct dt_node bootnode = {.endpoint = {.ip = {127, 0, 0, 1},
						.family = 4,
						.tcp_port = 1,
						.udp_port = 1}};
	struct dt_node_key key = {.bytes = {7}};
	dt_discv4_host *host;

	cr_assert_eq(dt_node_key_id(&bootnode.id, &key), DT_OK);
	discovery_plan_init(&plan, 0);
	discovery_plan_set_bootnode(&plan, &bootnode);
	plan.config.netrestrict = "127.0.0.0/8";
	check_all_memory(&plan, NULL);
	cr_assert_eq(dt_discv4_host_create(&host, NULL), DT_OK);
	check_all_memory(&plan, host);
	plan.config.node_database = folder_file(&folder, "nodes");
	check_all_memory(&plan, host);
	dt_discv4_host_destroy(host);
	folder_remove(&folder);
}
