/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/loopback.h"
#include "tests/scene.h"
#include "tests/shared_allocator.h"
#include "tests/sockets.h"
#include "tests/whole/threads.h"

/* What cannot be right is refused whole, in a sentence, and nothing starts. */

#define DURATION_OF(name, value, range)                                       \
	name ": \"" value                                                     \
	     "\" is not accepted; it takes a duration of whole milliseconds " \
	     "from " range ", such as 500ms or 1m30s"

static void expect_refusal(const struct dt_config *refused,
			   const char *sentence)
{
	struct shared_allocator memory = {.calls = 0};
	struct dt_config config = *refused;
	struct dt_error error = {.code = DT_OK};
	dt_dialer *const untouched = (dt_dialer *)&memory;
	dt_dialer *dialer = untouched;
	size_t open_before = sockets_count_open();

	if (!config.allocator.malloc)
		config.allocator = shared_allocator_functions(&memory);
	threads_fail_at(0);

	cr_assert_eq(dt_dialer_create(&dialer, &config, &error), DT_ERR_CONFIG);

	cr_assert_eq(error.code, DT_ERR_CONFIG);
	cr_assert_str_eq(error.text, sentence);
	cr_assert_eq(dialer, untouched);
	cr_assert_eq(sockets_count_open(), open_before);
	cr_assert_eq(threads_asked_for(), 0);
	cr_assert_eq(atomic_load(&memory.live), 0);
	/* The sentence is optional. */
	cr_assert_eq(dt_dialer_create(&dialer, &config, NULL), DT_ERR_CONFIG);
}

#define REFUSE(change, sentence)                         \
	do {                                             \
		struct dt_config config;                 \
		dt_config_init(&config, sizeof(config)); \
		change;                                  \
		expect_refusal(&config, sentence);       \
	} while (0)

Test(whole_bad_input, a_struct_of_another_version_is_refused)
{
	char sentence[120];

	(void)snprintf(sentence, sizeof(sentence),
		       "size: \"%zu\" is not accepted; it takes %zu, as "
		       "dt_config_init() of version 0.1.0 sets it",
		       sizeof(struct dt_config) - 8, sizeof(struct dt_config));
	REFUSE(config.size -= 8, sentence);
}

Test(whole_bad_input, numbers_out_of_their_range_are_refused)
{
	REFUSE(config.max_dyn_dials = 65536,
	       "max_dyn_dials: \"65536\" is not accepted; it takes a whole "
	       "number from 0 to 65535");
	REFUSE(config.max_active_dials = 0,
	       "max_active_dials: \"0\" is not accepted; it takes a whole "
	       "number from 1 to 16384");
	REFUSE(config.workers = 16385,
	       "workers: \"16385\" is not accepted; it takes a whole number "
	       "from 0 to 16384");
	REFUSE(config.static_share = 100,
	       "static_share: \"100\" is not accepted; it takes a whole number "
	       "from 1 to 99");
	REFUSE(config.inbox_size = 15,
	       "inbox_size: \"15\" is not accepted; it takes a whole number "
	       "from 16 to 65536");
	REFUSE(config.stack_size = 16383,
	       "stack_size: \"16383\" is not accepted; it takes a size from "
	       "32KiB to 64MiB, in bytes, KiB or MiB");
	REFUSE(config.log = DT_LEVEL_COUNT,
	       "log: \"4\" is not accepted; it takes error, warning, info or "
	       "debug");
}

Test(whole_bad_input, durations_out_of_their_range_are_refused)
{
	REFUSE(config.dial_timeout_ms = 0,
	       DURATION_OF("dial_timeout", "0", "10ms to 10m"));
	REFUSE(config.setup_timeout_ms = 9,
	       DURATION_OF("setup_timeout", "9ms", "10ms to 10m"));
	REFUSE(config.name_timeout_ms = 600001,
	       DURATION_OF("name_timeout", "10m1ms", "10ms to 10m"));
	REFUSE(config.lookup_timeout_ms = -1,
	       DURATION_OF("lookup_timeout", "-1ms", "10ms to 10m"));
	REFUSE(config.history_expiration_ms = -1,
	       DURATION_OF("history_expiration", "-1ms", "0 to 24h"));
	REFUSE(config.lookup_interval_ms = 3600001,
	       DURATION_OF("lookup_interval", "1h1ms", "0 to 1h"));
	REFUSE(config.lookup_max_age_ms = 999,
	       DURATION_OF("lookup_max_age", "999ms", "1s to 24h"));
	REFUSE(config.fallback_interval_ms = -5,
	       DURATION_OF("fallback_interval", "-5ms", "0 to 1h"));
	REFUSE(config.resolve_delay_ms = 999,
	       DURATION_OF("resolve_delay", "999ms", "1s to 24h"));
	REFUSE(config.resolve_delay_max_ms = 999,
	       DURATION_OF("resolve_delay_max", "999ms", "1s to 168h"));
	REFUSE(config.local_fault_pause_ms = 9,
	       DURATION_OF("local_fault_pause", "9ms", "10ms to 10m"));
	REFUSE(config.overdue_after_ms = 99,
	       DURATION_OF("overdue_after", "99ms", "100ms to 1h"));
	REFUSE(config.spin_ns = 1000001,
	       "spin: \"1ms1ns\" is not accepted; it takes a duration from 0 "
	       "to 1ms, such as 50us");
	REFUSE(config.resolve_delay_max_ms = 59000,
	       "resolve_delay_max: \"59s\" is not accepted; it takes a "
	       "duration not less than resolve_delay, which is 1m");
}

Test(whole_bad_input, lists_that_do_not_parse_are_refused)
{
	char url[DT_ENODE_URL_SIZE];
	char twice[2 * DT_ENODE_URL_SIZE];
	struct dt_node node = loopback_node(
		1, (struct dt_endpoint){
			   .ip = {127, 0, 0, 1}, .family = 4, .tcp_port = 1});

	cr_assert_eq(dt_enode_format(url, sizeof(url), &node), DT_OK);
	(void)snprintf(twice, sizeof(twice), "%s,%s", url, url);
	REFUSE(config.netrestrict = "10.0.0.0/33",
	       "netrestrict: the prefix length of \"10.0.0.0/33\" is not a "
	       "number from 0 to 32; networks such as 10.0.0.0/8 and "
	       "2001:db8::/32 are accepted, with commas between them, or "
	       "\"none\" alone");
	REFUSE(config.static_nodes = "enode://12@1.2.3.4:5",
	       "static_nodes: item 1: the node id \"12\" (length 2) is not 128 "
	       "hex digits, with or without \"0x\" before them");
	REFUSE(config.static_nodes = twice,
	       "static_nodes: item 2: the node id "
	       "\"0a00000000000000000000000000000000000000...\" stands in item "
	       "1 already; each may stand once");
	REFUSE(config.bootnodes = "nonsense",
	       "bootnodes: item 1: \"nonsense\" (length 8) is neither a node "
	       "id of 128 hex digits nor enode://ID@HOST:PORT; a node record "
	       "(enr:...) is accepted too");
	REFUSE(config.dns_servers = "dns.example",
	       "dns_servers: \"dns.example\" is not accepted; it takes IP "
	       "addresses or IP:PORT, comma-separated, such as "
	       "9.9.9.9,[2620:fe::fe]:53");
	REFUSE(config.listen = "30303",
	       "listen: \"30303\" is not accepted; it takes IP:PORT, such as "
	       "0.0.0.0:30303 or [::]:0");
	REFUSE(config.node_database = NULL,
	       "node_database: \"NULL\" is not accepted; it takes a path");
	REFUSE(config.bootnodes = NULL,
	       "bootnodes: \"NULL\" is not accepted; it takes enode URLs "
	       "or node records, comma-separated");
}

Test(whole_bad_input, a_part_of_an_allocator_is_refused_before_it_is_used)
{
	struct shared_allocator memory = {.calls = 0};
	static const char sentence[] = "allocator: some of its functions are "
				       "NULL; it takes all three or none";

	REFUSE(config.allocator = shared_allocator_functions(&memory);
	       config.allocator.free = NULL;
	       config.netrestrict = "10.0.0.0/8", sentence);
	REFUSE(config.allocator = shared_allocator_functions(&memory);
	       config.allocator.realloc = NULL;
	       config.netrestrict = "10.0.0.0/8", sentence);
	cr_assert_eq(atomic_load(&memory.calls), 0);
}

/* ---- arguments of commands ---- */

Test(whole_bad_input, commands_with_bad_arguments_do_nothing, .timeout = 30)
{
	struct scene scene;
	struct dt_node node =
		loopback_node(1, (struct dt_endpoint){.family = 0});
	struct dt_node nodes[2] = {node, node};
	char name[DT_HOST_NAME_SIZE + 1];
	struct dt_latency latency;

	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	nodes[1].host_name = name; /* one byte too long */
	scene_init(&scene);
	scene_start(&scene);

	cr_assert_eq(dt_dialer_add_static(scene.dialer, nodes, 2),
		     DT_ERR_ARGUMENT);
	cr_assert_eq(dt_dialer_add_bootnode(scene.dialer, &nodes[1]),
		     DT_ERR_ARGUMENT);
	cr_assert_eq(dt_dialer_dial_now(scene.dialer, &nodes[1]),
		     DT_ERR_ARGUMENT);
	nodes[1] = node;
	nodes[1].endpoint.family = 5;
	cr_assert_eq(dt_dialer_add_static(scene.dialer, nodes, 2),
		     DT_ERR_ARGUMENT);
	cr_assert_eq(dt_dialer_add_bootnode(scene.dialer, &nodes[1]),
		     DT_ERR_ARGUMENT);
	cr_assert_eq(dt_dialer_dial_now(scene.dialer, &nodes[1]),
		     DT_ERR_ARGUMENT);
	cr_assert_eq(dt_dialer_peer_added(scene.dialer, &node.id, 0),
		     DT_ERR_ARGUMENT);
	cr_assert_eq(dt_dialer_peer_added(scene.dialer, &node.id,
					  DT_PEER_INBOUND | 16),
		     DT_ERR_ARGUMENT);
	cr_assert_eq(dt_dialer_ban(scene.dialer, &node.id, -1),
		     DT_ERR_ARGUMENT);
	cr_assert_eq(
		dt_dialer_latency(scene.dialer, &latency, DT_LATENCY_COUNT),
		DT_ERR_ARGUMENT);
	cr_assert_eq(dt_dialer_add_static(scene.dialer, nodes, 0), DT_OK);

	scene_stop(&scene);
	cr_assert_eq(scene_counters(&scene).commands, 0);
	cr_assert_eq(scene_counters(&scene).records, 0);
	scene_fini(&scene);
}

Test(whole_bad_input, counters_fill_a_struct_of_any_size, .timeout = 30)
{
	struct scene scene;
	struct dt_counters whole;
	unsigned char part[sizeof(whole) + 16];

	scene_init(&scene);
	scene_create(&scene);
	whole = scene_counters(&scene);

	memset(part, 0xee, sizeof(part));
	dt_dialer_counters(scene.dialer, (struct dt_counters *)(void *)part,
			   24);
	cr_assert_arr_eq(part, &whole, 24);
	cr_assert_eq(part[24], 0xee);
	dt_dialer_counters(scene.dialer, (struct dt_counters *)(void *)part,
			   sizeof(part));
	cr_assert_arr_eq(part, &whole, sizeof(whole));
	cr_assert_eq(part[sizeof(whole)], 0);
	cr_assert_eq(part[sizeof(part) - 1], 0);
	scene_fini(&scene);
}
