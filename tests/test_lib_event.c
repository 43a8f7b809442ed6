/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "lib/container.h"
#include "lib/dialtone.h"

#include "tests/harness.h"

static const struct dt_node node = {
	.id.bytes = {[0] = 0x3f, [1] = 0x2a, [62] = 0x9c, [63] = 0x01},
	.endpoint = {.ip = {127, 0, 0, 1}, .family = 4, .tcp_port = 30303},
};

static const struct dt_node named_node = {
	.id.bytes = {[0] = 0xff, [63] = 0x0a},
	.endpoint.tcp_port = 30303,
	.host_name = "node.example.org",
};

static const struct dt_node unknown_node = {
	.id.bytes = {[1] = 0x01},
};

static const struct {
	struct dt_event event;
	const char *line;
} lines[] = {
	{{.type = DT_EVENT_DIAL_STARTED,
	  .task = DT_TASK_STATIC_DIAL,
	  .node = &node},
	 "dial started: static 3f2a..9c01@127.0.0.1:30303"},
	{{.type = DT_EVENT_DIAL_STARTED,
	  .task = DT_TASK_DYN_DIAL,
	  .node = &unknown_node},
	 "dial started: dynamic 0001..0000"},
	{{.type = DT_EVENT_DIAL_ENDED,
	  .task = DT_TASK_STATIC_DIAL,
	  .outcome = DT_OUTCOME_REFUSED,
	  .detail.sys_errno = ECONNREFUSED,
	  .duration_ms = 12,
	  .node = &node},
	 "dial ended: static 3f2a..9c01@127.0.0.1:30303 refused after 12 ms "
	 "(Connection refused)"},
	{{.type = DT_EVENT_DIAL_ENDED,
	  .task = DT_TASK_DYN_DIAL,
	  .outcome = DT_OUTCOME_CONNECTED,
	  .duration_ms = 3,
	  .node = &named_node},
	 "dial ended: dynamic ff00..000a@node.example.org:30303 connected "
	 "after 3 ms"},
	{{.type = DT_EVENT_DIAL_ENDED,
	  .task = DT_TASK_DYN_DIAL,
	  .outcome = DT_OUTCOME_SETUP_FAILED,
	  .detail.reason = -7,
	  .node = &node},
	 "dial ended: dynamic 3f2a..9c01@127.0.0.1:30303 setup_failed after "
	 "0 ms (reason -7)"},
	{{.type = DT_EVENT_DIAL_ENDED,
	  .outcome = DT_OUTCOME_RESET,
	  .detail = {.sys_errno = ECONNRESET, .reason = 1000},
	  .node = &node},
	 "dial ended: static 3f2a..9c01@127.0.0.1:30303 reset after 0 ms "
	 "(Connection reset by peer, reason 1000)"},
	{{.type = DT_EVENT_DIAL_ENDED,
	  .outcome = DT_OUTCOME_TOO_MANY_PEERS,
	  .detail.reason = DT_ENDING_REMOTE_TOO_MANY,
	  .node = &node},
	 "dial ended: static 3f2a..9c01@127.0.0.1:30303 too_many_peers after "
	 "0 ms (the remote has too many peers)"},
	{{.type = DT_EVENT_DIAL_ENDED,
	  .outcome = DT_OUTCOME_LOCAL_FAULT,
	  .detail.sys_errno = 9999,
	  .node = &node},
	 "dial ended: static 3f2a..9c01@127.0.0.1:30303 local_fault after "
	 "0 ms (errno 9999)"},
	{{.type = DT_EVENT_PEER_ADDED, .flags = DT_PEER_DYN, .node = &node},
	 "peer added: 3f2a..9c01@127.0.0.1:30303 (dynamic)"},
	{{.type = DT_EVENT_PEER_REMOVED,
	  .flags = DT_PEER_STATIC | DT_PEER_INBOUND | DT_PEER_TRUSTED,
	  .node = &node},
	 "peer removed: 3f2a..9c01@127.0.0.1:30303 (static, inbound, "
	 "trusted)"},
	{{.type = DT_EVENT_PEER_REMOVED,
	  .flags = DT_PEER_INBOUND,
	  .detail.reason = DT_ENDING_SILENT,
	  .node = &node},
	 "peer removed: 3f2a..9c01@127.0.0.1:30303 (inbound): the remote was "
	 "silent for too long"},
	{{.type = DT_EVENT_PEER_REMOVED, .flags = 1u << 31, .node = &node},
	 "peer removed: 3f2a..9c01@127.0.0.1:30303"},
	{{.type = DT_EVENT_PEER_ADDED}, "peer added: a node"},
	{{.type = DT_EVENT_LOOKUP_STARTED, .task = DT_TASK_LOOKUP},
	 "lookup started"},
	{{.type = DT_EVENT_LOOKUP_ENDED,
	  .outcome = DT_OUTCOME_FOUND,
	  .count = 16,
	  .duration_ms = 250},
	 "lookup ended: found, 16 nodes after 250 ms"},
	{{.type = DT_EVENT_DIAL_NOW_REFUSED,
	  .skip = DT_SKIP_BANNED,
	  .node = &node},
	 "dial now refused: 3f2a..9c01@127.0.0.1:30303 is skipped: banned"},
	{{.type = DT_EVENT_LOCAL_FAULT,
	  .outcome = DT_OUTCOME_NO_DESCRIPTORS,
	  .detail.sys_errno = EMFILE},
	 "local fault: no_descriptors (Too many open files); dials pause"},
	{{.type = DT_EVENT_LOCAL_RECOVERED, .count = 12},
	 "local fault over: dials work again, 12 were lost"},
	{{.type = DT_EVENT_WORKER_OVERDUE,
	  .task = DT_TASK_DYN_DIAL,
	  .node = &node},
	 "worker overdue: dyn_dial 3f2a..9c01@127.0.0.1:30303 ignores its "
	 "deadline and cancel"},
	{{.type = DT_EVENT_WORKER_OVERDUE,
	  .task = DT_TASK_LOOKUP,
	  .duration_ms = 5000},
	 "worker overdue: lookup ignores its deadline and cancel since "
	 "5000 ms"},
	{{.type = DT_EVENT_COMMAND_LOST, .node = &named_node},
	 "command lost for want of memory: "
	 "ff00..000a@node.example.org:30303"},
	{{.type = (enum dt_event_type)99}, "unknown event 99"},
};

Test(lib_event, each_event_is_one_readable_line)
{
	for (size_t i = 0; i < dti_array_length(lines); i++) {
		char line[256];

		dt_event_format(line, sizeof(line), &lines[i].event);

		cr_assert_str_eq(line, lines[i].line, "line %zu: \"%s\"", i,
				 line);
	}
}

Test(lib_event, every_event_type_has_its_line)
{
	for (int type = 0; type < DT_EVENT_COUNT; type++) {
		struct dt_event event = {.type = (enum dt_event_type)type};
		char line[256];

		dt_event_format(line, sizeof(line), &event);

		cr_assert_neq(strncmp(line, "unknown", 7), 0,
			      "event %d: \"%s\"", type, line);
	}
}

Test(lib_event, an_ipv6_endpoint_stands_in_brackets)
{
	struct dt_node ipv6 = {
		.endpoint = {.ip = {[15] = 1}, .family = 6, .tcp_port = 5},
	};
	struct dt_event event = {.type = DT_EVENT_DIAL_STARTED, .node = &ipv6};
	char line[256];

	dt_event_format(line, sizeof(line), &event);

	cr_assert_str_eq(line, "dial started: static 0000..0000@[::1]:5");
}

Test(lib_event, a_line_is_cut_at_any_size_and_ends_in_nul)
{
	const char *whole = lines[2].line;
	size_t length = strlen(whole);
	char line[256];

	for (size_t size = 1; size <= length + 1; size++) {
		memset(line, 'x', sizeof(line));

		dt_event_format(line, size, &lines[2].event);

		cr_assert_eq(strlen(line), size - 1);
		cr_assert_eq(strncmp(line, whole, size - 1), 0);
		cr_assert_eq(line[size], 'x', "it writes beyond %zu", size);
	}
}

Test(lib_event, no_size_writes_nothing)
{
	char line[] = "as it was";

	dt_event_format(line, 0, &lines[0].event);

	cr_assert_str_eq(line, "as it was");
}

Test(lib_event, a_host_name_cannot_break_the_line)
{
	struct dt_node evil = {.host_name = "a\nb\tc\x7f\x1b[2J"};
	struct dt_event event = {.type = DT_EVENT_DIAL_STARTED, .node = &evil};
	char line[256];

	dt_event_format(line, sizeof(line), &event);

	cr_assert_str_eq(line, "dial started: static 0000..0000@a?b?c??[2J:0");
}
