/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/gate.h"
#include "tests/harness.h"
#include "tests/loopback.h"
#include "tests/scene.h"

/* One dial of one static node ends in one outcome, and everybody says so. */

static void check_counters(const struct dt_counters *counters,
			   enum dt_outcome expected)
{
	const struct dt_task_counters *task =
		&counters->tasks[DT_TASK_STATIC_DIAL];

	cr_assert_null(counters_broken(counters));
	cr_assert_null(counters_unfinished(counters));
	cr_assert_eq(task->created, 1);
	cr_assert_eq(counters_ended(task), 1);
	cr_assert_eq(task->outcomes[expected], 1);
	cr_assert_eq(counters->peers, 0);
}

/* After the dial's end: stop, and compare what was said. */
static void finish(struct scene *scene, struct dt_event *ended,
		   const struct dt_node *node, enum dt_outcome expected)
{
	struct dt_counters counters;

	recorder_await(&scene->recorder, DT_EVENT_DIAL_ENDED, 1);
	scene_stop(scene);
	counters = scene_counters(scene);
	cr_assert(
		recorder_get(&scene->recorder, ended, DT_EVENT_DIAL_ENDED, 0));
	cr_assert_eq(ended->outcome, expected, "ended as %s, not as %s",
		     dt_outcome_name(ended->outcome),
		     dt_outcome_name(expected));
	cr_assert_eq(ended->task, DT_TASK_STATIC_DIAL);
	cr_assert_arr_eq(&ended->node->id, &node->id, sizeof(node->id));
	check_counters(&counters, expected);
	cr_assert_eq(recorder_total(&scene->recorder, DT_EVENT_DIAL_STARTED),
		     1);
	cr_assert_eq(recorder_total(&scene->recorder, DT_EVENT_DIAL_ENDED), 1);
}

static void dial_once(struct scene *scene, struct dt_event *ended,
		      struct dt_node node, enum dt_outcome expected)
{
	scene_start(scene);
	scene_add_static(scene, node);
	finish(scene, ended, &node, expected);
}

/* ---- what the remote does, with the built-in steps ---- */

Test(whole_outcomes, a_node_that_accepts_is_connected, .timeout = 30)
{
	struct scene scene;
	struct loopback listener;
	struct dt_event event;
	struct dt_node node;

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	node = loopback_node(1, loopback_endpoint(&listener, 1));

	dial_once(&scene, &event, node, DT_OUTCOME_CONNECTED);

	cr_assert_eq(event.detail.sys_errno, 0);
	cr_assert(
		recorder_get(&scene.recorder, &event, DT_EVENT_PEER_ADDED, 0));
	cr_assert_eq(event.flags, DT_PEER_STATIC);
	cr_assert(recorder_get(&scene.recorder, &event, DT_EVENT_PEER_REMOVED,
			       0));
	cr_assert_eq(event.flags, DT_PEER_STATIC);
	loopback_close(&listener);
	cr_assert_eq(atomic_load(&listener.accepted), 1);
	scene_fini(&scene);
}

Test(whole_outcomes, a_peer_is_known_before_its_dial_has_ended, .timeout = 30)
{
	struct scene scene;
	struct loopback listener;

	scene_init(&scene);
	loopback_open(&listener, LOOPBACK_ACCEPTS);

	scene_start(&scene);
	for (uint32_t i = 0; i < 50; i++)
		scene_add_static(
			&scene,
			loopback_node(i, loopback_endpoint(&listener, i)));
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 50);
	scene_stop(&scene);

	for (uint32_t i = 0; i < 50; i++) {
		struct dt_node_id id = loopback_id(i);
		struct dt_event event;
		size_t added = 0;
		size_t ended = 0;

		cr_assert(recorder_find(&scene.recorder, &added, &event,
					DT_EVENT_PEER_ADDED, &id));
		cr_assert(recorder_find(&scene.recorder, &ended, &event,
					DT_EVENT_DIAL_ENDED, &id));
		cr_assert_lt(added, ended);
	}
	loopback_close(&listener);
	scene_fini(&scene);
}

Test(whole_outcomes, a_closed_port_refuses, .timeout = 30)
{
	struct scene scene;
	struct loopback closed;
	struct dt_event event;

	scene_init(&scene);
	loopback_open(&closed, LOOPBACK_REFUSES);

	dial_once(&scene, &event,
		  loopback_node(1, loopback_endpoint(&closed, 1)),
		  DT_OUTCOME_REFUSED);

	cr_assert_eq(event.detail.sys_errno, ECONNREFUSED);
	cr_assert_eq(recorder_total(&scene.recorder, DT_EVENT_PEER_ADDED), 0);
	loopback_close(&closed);
	scene_fini(&scene);
}

Test(whole_outcomes, a_node_that_never_answers_times_out, .timeout = 30)
{
	struct scene scene;
	struct loopback swallower;
	struct dt_event event;

	scene_init(&scene);
	scene.config.dial_timeout_ms = 50;
	loopback_open(&swallower, LOOPBACK_SWALLOWS);

	dial_once(&scene, &event,
		  loopback_node(1, loopback_endpoint(&swallower, 1)),
		  DT_OUTCOME_TIMED_OUT);

	cr_assert_geq(event.duration_ms, 49);
	loopback_close(&swallower);
	scene_fini(&scene);
}

Test(whole_outcomes, an_address_without_a_route_is_unreachable, .timeout = 30)
{
	struct scene scene;
	struct dt_event event;
	/* Link-local without its interface: no host can reach it. */
	struct dt_endpoint nowhere = {
		.ip = {0xfe, 0x80, [15] = 1},
		.family = 6,
		.tcp_port = 30303,
	};

	scene_init(&scene);

	dial_once(&scene, &event, loopback_node(1, nowhere),
		  DT_OUTCOME_UNREACHABLE);

	cr_assert_neq(event.detail.sys_errno, 0);
	scene_fini(&scene);
}

/* ---- what a set-up finds ---- */

/* Ask for a byte with a byte, as a handshake would. */
static enum dt_outcome ask(void *context, const struct dt_op *op,
			   void **session, struct dt_outcome_detail *detail,
			   const struct dt_node *node, uint32_t flags, int fd)
{
	char byte = '?';

	(void)context;
	(void)session;
	(void)node;
	(void)flags;
	if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1)
		return DT_OUTCOME_SETUP_FAILED;
	switch (dt_op_wait(op, fd, POLLIN)) {
	case DT_OK:
		break;
	case DT_ERR_TIMED_OUT:
		return DT_OUTCOME_SETUP_TIMED_OUT;
	case DT_ERR_CANCELLED:
		return DT_OUTCOME_CANCELLED;
	default:
		return DT_OUTCOME_LOCAL_FAULT;
	}
	if (recv(fd, &byte, 1, 0) == 1)
		return DT_OUTCOME_CONNECTED;
	detail->sys_errno = errno;
	return errno == ECONNRESET ? DT_OUTCOME_RESET : DT_OUTCOME_SETUP_FAILED;
}

static void dial_and_ask(enum loopback_kind kind, enum dt_outcome expected,
			 int expected_errno)
{
	struct scene scene;
	struct loopback listener;
	struct dt_event event;

	scene_init(&scene);
	scene.config.setup_timeout_ms = kind == LOOPBACK_ACCEPTS ? 50 : 60000;
	scene.config.transport.setup = ask;
	loopback_open(&listener, kind);

	dial_once(&scene, &event,
		  loopback_node(1, loopback_endpoint(&listener, 1)), expected);

	cr_assert_eq(event.detail.sys_errno, expected_errno);
	loopback_close(&listener);
	scene_fini(&scene);
}

Test(whole_outcomes, a_node_that_cuts_the_connection_resets, .timeout = 30)
{
	dial_and_ask(LOOPBACK_RESETS, DT_OUTCOME_RESET, ECONNRESET);
}

Test(whole_outcomes, a_silent_node_makes_the_setup_time_out, .timeout = 30)
{
	dial_and_ask(LOOPBACK_ACCEPTS, DT_OUTCOME_SETUP_TIMED_OUT, 0);
}

Test(whole_outcomes, a_node_that_greets_passes_the_setup, .timeout = 30)
{
	dial_and_ask(LOOPBACK_GREETS, DT_OUTCOME_CONNECTED, 0);
}

/* ---- every outcome that a hook can answer ---- */

struct answer {
	enum dt_outcome outcome;
	struct dt_outcome_detail detail;
	int fd; /* what connect hands out; -1 with other outcomes */
};

static enum dt_outcome answer_connect(void *context, const struct dt_op *op,
				      int *fd, struct dt_outcome_detail *detail,
				      const struct dt_node *node)
{
	struct answer *answer = context;

	(void)op;
	(void)node;
	if (answer->outcome == DT_OUTCOME_CONNECTED)
		*fd = answer->fd;
	*detail = answer->detail;
	return answer->outcome;
}

static enum dt_outcome connect_to_event(void *context, const struct dt_op *op,
					int *fd,
					struct dt_outcome_detail *detail,
					const struct dt_node *node)
{
	struct answer *answer = context;

	(void)op;
	(void)detail;
	(void)node;
	*fd = answer->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return DT_OUTCOME_CONNECTED;
}

static enum dt_outcome answer_setup(void *context, const struct dt_op *op,
				    void **session,
				    struct dt_outcome_detail *detail,
				    const struct dt_node *node, uint32_t flags,
				    int fd)
{
	struct answer *answer = context;

	(void)op;
	(void)session;
	(void)node;
	(void)flags;
	(void)fd;
	*detail = answer->detail;
	return answer->outcome;
}

/* Any address will do: the hook connects. */
static const struct dt_endpoint somewhere = {
	.ip = {127, 0, 0, 1},
	.family = 4,
	.tcp_port = 1,
};

Test(whole_outcomes, whatever_the_connect_hook_answers_counts, .timeout = 60)
{
	for (enum dt_outcome outcome = DT_OUTCOME_REFUSED;
	     outcome <= DT_OUTCOME_LOCAL_FAULT; outcome++) {
		struct answer answer = {
			.outcome = outcome,
			.detail = {.sys_errno = 5, .reason = 77},
		};
		struct scene scene;
		struct dt_event event;

		scene_init(&scene);
		scene.config.transport.context = &answer;
		scene.config.transport.connect = answer_connect;
		scene.config.local_fault_pause_ms = 600000;
		dial_once(&scene, &event, loopback_node(1, somewhere), outcome);
		cr_assert_eq(event.detail.sys_errno, 5);
		cr_assert_eq(event.detail.reason, 77);
		scene_fini(&scene);
	}
}

Test(whole_outcomes, whatever_the_setup_hook_answers_counts, .timeout = 60)
{
	for (enum dt_outcome outcome = DT_OUTCOME_CONNECTED;
	     outcome <= DT_OUTCOME_LOCAL_FAULT; outcome++) {
		struct answer answer = {
			.outcome = outcome,
			.detail = {.sys_errno = 5, .reason = -77},
		};
		struct scene scene;
		struct dt_event event;

		scene_init(&scene);
		scene.config.transport.context = &answer;
		scene.config.transport.connect = connect_to_event;
		scene.config.transport.setup = answer_setup;
		scene.config.local_fault_pause_ms = 600000;
		dial_once(&scene, &event, loopback_node(1, somewhere), outcome);
		cr_assert_eq(event.detail.sys_errno, 5);
		cr_assert_eq(event.detail.reason, -77);
		/* Whatever came of it, the descriptor was the library's. */
		cr_assert_eq(close(answer.fd), -1);
		cr_assert_eq(errno, EBADF);
		scene_fini(&scene);
	}
}

Test(whole_outcomes, an_answer_that_makes_no_sense_is_a_failed_setup,
     .timeout = 30)
{
	static const enum dt_outcome nonsense[] = {
		DT_OUTCOME_FOUND,
		DT_OUTCOME_EXPIRED,
		DT_OUTCOME_COUNT,
		(enum dt_outcome)1000,
	};

	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		struct answer answer = {.outcome = nonsense[i]};
		struct scene scene;
		struct dt_event event;

		scene_init(&scene);
		scene.config.transport.context = &answer;
		scene.config.transport.connect = answer_connect;
		dial_once(&scene, &event, loopback_node(1, somewhere),
			  DT_OUTCOME_SETUP_FAILED);
		scene_fini(&scene);
	}
}

static bool refuse_to_keep(void *context, const struct dt_node *node,
			   uint32_t flags, int fd, void *session)
{
	(void)context;
	(void)node;
	(void)flags;
	(void)fd;
	(void)session;
	return false;
}

Test(whole_outcomes, a_peer_that_is_not_kept_is_withdrawn, .timeout = 30)
{
	struct answer answer = {.outcome = DT_OUTCOME_CONNECTED};
	struct scene scene;
	struct dt_event event;

	scene_init(&scene);
	scene.config.transport.context = &answer;
	scene.config.transport.connect = connect_to_event;
	scene.config.transport.keep = refuse_to_keep;

	dial_once(&scene, &event, loopback_node(1, somewhere),
		  DT_OUTCOME_SETUP_FAILED);

	cr_assert_eq(recorder_total(&scene.recorder, DT_EVENT_PEER_ADDED), 1);
	cr_assert_eq(recorder_total(&scene.recorder, DT_EVENT_PEER_REMOVED), 1);
	cr_assert_eq(close(answer.fd), -1);
	scene_fini(&scene);
}

/* ---- cancelled ---- */

/* A dial that hangs in connect to a node that never answers. */
static void begin_to_hang(struct scene *scene, struct loopback *swallower,
			  struct dt_node *node)
{
	scene_init(scene);
	scene->config.dial_timeout_ms = 600000;
	loopback_open(swallower, LOOPBACK_SWALLOWS);
	*node = loopback_node(1, loopback_endpoint(swallower, 1));
	scene_start(scene);
	scene_add_static(scene, *node);
	scene_await_running(scene, DT_TASK_STATIC_DIAL, 1);
}

static void end_hanging(struct scene *scene, struct loopback *swallower,
			const struct dt_node *node)
{
	struct dt_event event;

	finish(scene, &event, node, DT_OUTCOME_CANCELLED);
	loopback_close(swallower);
	scene_fini(scene);
}

Test(whole_outcomes, removing_a_static_node_cancels_its_dial, .timeout = 30)
{
	struct scene scene;
	struct loopback swallower;
	struct dt_node node;

	begin_to_hang(&scene, &swallower, &node);
	cr_assert_eq(dt_dialer_remove_static(scene.dialer, &node.id), DT_OK);
	end_hanging(&scene, &swallower, &node);
}

Test(whole_outcomes, a_node_that_connects_inbound_cancels_its_dial,
     .timeout = 30)
{
	struct scene scene;
	struct loopback swallower;
	struct dt_node node;
	struct dt_counters counters;

	begin_to_hang(&scene, &swallower, &node);
	cr_assert_eq(
		dt_dialer_peer_added(scene.dialer, &node.id, DT_PEER_INBOUND),
		DT_OK);
	AWAIT_COUNTERS(&scene, counters, counters.peers == 1);
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 1);
	cr_assert_eq(dt_dialer_peer_removed(scene.dialer, &node.id), DT_OK);
	end_hanging(&scene, &swallower, &node);
}

Test(whole_outcomes, a_ban_cancels_the_dial, .timeout = 30)
{
	struct scene scene;
	struct loopback swallower;
	struct dt_node node;

	begin_to_hang(&scene, &swallower, &node);
	cr_assert_eq(dt_dialer_ban(scene.dialer, &node.id, 0), DT_OK);
	end_hanging(&scene, &swallower, &node);
}

Test(whole_outcomes, stop_cancels_the_dial, .timeout = 30)
{
	struct scene scene;
	struct loopback swallower;
	struct dt_node node;

	begin_to_hang(&scene, &swallower, &node);
	cr_assert_eq(dt_dialer_stop(scene.dialer), DT_OK);
	end_hanging(&scene, &swallower, &node);
}

/* ---- where a node is ---- */

struct directory {
	struct dt_endpoint endpoint;
	bool knows;
};

static bool resolve(void *context, const struct dt_op *op,
		    struct dt_endpoint *out, const struct dt_node_id *id)
{
	struct directory *directory = context;

	(void)op;
	(void)id;
	if (directory->knows)
		*out = directory->endpoint;
	return directory->knows;
}

static void dial_without_address(struct directory *directory,
				 const char *netrestrict,
				 enum dt_outcome expected, uint64_t resolves)
{
	struct scene scene;
	struct dt_event event;
	struct dt_counters counters;

	scene_init(&scene);
	scene.config.netrestrict = netrestrict;
	if (directory) {
		scene.config.table.context = directory;
		scene.config.table.resolve = resolve;
	}

	dial_once(&scene, &event, loopback_node(1, (struct dt_endpoint){0}),
		  expected);

	counters = scene_counters(&scene);
	cr_assert_eq(counters.resolves, resolves);
	cr_assert_eq(counters.resolves_found,
		     directory && directory->knows ? resolves : 0);
	scene_fini(&scene);
}

Test(whole_outcomes, a_node_that_nobody_knows_cannot_be_resolved, .timeout = 30)
{
	struct directory empty = {.knows = false};

	dial_without_address(NULL, "", DT_OUTCOME_RESOLVE_FAILED, 0);
	dial_without_address(&empty, "", DT_OUTCOME_RESOLVE_FAILED, 1);
	dial_without_address(&empty, "10.0.0.0/8", DT_OUTCOME_RESOLVE_FAILED,
			     1);
}

Test(whole_outcomes, a_resolved_node_is_dialed_where_it_is, .timeout = 30)
{
	struct loopback listener;
	struct directory directory = {.knows = true};

	loopback_open(&listener, LOOPBACK_ACCEPTS);
	directory.endpoint = loopback_endpoint(&listener, 5);

	dial_without_address(&directory, "127.0.0.0/8", DT_OUTCOME_CONNECTED,
			     1);

	loopback_close(&listener);
}

Test(whole_outcomes, a_resolved_endpoint_outside_netrestrict_is_not_dialed,
     .timeout = 30)
{
	struct loopback listener;
	struct directory directory = {.knows = true};

	loopback_open(&listener, LOOPBACK_ACCEPTS);
	directory.endpoint = loopback_endpoint(&listener, 5);

	dial_without_address(&directory, "10.0.0.0/8", DT_OUTCOME_NOT_ALLOWED,
			     1);

	loopback_close(&listener);
	cr_assert_eq(atomic_load(&listener.accepted), 0);
}

Test(whole_outcomes, a_resolved_endpoint_that_is_nonsense_is_not_dialed,
     .timeout = 30)
{
	struct directory directory = {
		.knows = true,
		.endpoint = {.ip = {224, 0, 0, 1}, .family = 4, .tcp_port = 1},
	};

	dial_without_address(&directory, "", DT_OUTCOME_NOT_ALLOWED, 1);
	directory.endpoint =
		(struct dt_endpoint){.ip = {127, 0, 0, 1}, .family = 4};
	dial_without_address(&directory, "", DT_OUTCOME_NOT_ALLOWED, 1);
}

static void dial_by_name(const char *name, uint16_t port,
			 const char *netrestrict, enum dt_outcome expected)
{
	struct scene scene;
	struct dt_event event;
	struct dt_counters counters;
	struct dt_node node = loopback_node(1, (struct dt_endpoint){
						       .tcp_port = port,
					       });

	scene_init(&scene);
	node.host_name = name;
	scene.config.netrestrict = netrestrict;
	/* Nobody serves names there; what is in the hosts file needs none. */
	scene.config.dns_servers = "127.0.0.1:1";

	dial_once(&scene, &event, node, expected);

	counters = scene_counters(&scene);
	cr_assert_eq(counters.name_lookups, 1);
	scene_fini(&scene);
}

Test(whole_outcomes, a_host_name_is_looked_up_and_dialed, .timeout = 30)
{
	struct loopback listener;

	loopback_open(&listener, LOOPBACK_ACCEPTS);
	dial_by_name("localhost", listener.port, "", DT_OUTCOME_CONNECTED);
	loopback_close(&listener);
	cr_assert_eq(atomic_load(&listener.accepted), 1);
}

Test(whole_outcomes, a_name_that_means_nothing_cannot_be_resolved,
     .timeout = 30)
{
	dial_by_name("nobody.invalid", 30303, "", DT_OUTCOME_RESOLVE_FAILED);
}

Test(whole_outcomes, a_name_that_means_what_is_outside_is_not_dialed,
     .timeout = 30)
{
	struct loopback listener;

	loopback_open(&listener, LOOPBACK_ACCEPTS);
	dial_by_name("localhost", listener.port, "10.0.0.0/8",
		     DT_OUTCOME_NOT_ALLOWED);
	loopback_close(&listener);
	cr_assert_eq(atomic_load(&listener.accepted), 0);
}

/* ---- faults of this machine ---- */

Test(whole_outcomes, no_free_descriptor_is_a_local_fault, .timeout = 30)
{
	struct scene scene;
	struct loopback listener;
	struct dt_event event;
	struct rlimit limit;
	struct rlimit none;
	struct dt_node node;

	scene_init(&scene);
	scene.config.local_fault_pause_ms = 600000;
	loopback_open(&listener, LOOPBACK_ACCEPTS);
	node = loopback_node(1, loopback_endpoint(&listener, 1));
	scene_start(&scene);
	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = limit;
	none.rlim_cur = 0;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);

	scene_add_static(&scene, node);
	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 1);
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);

	finish(&scene, &event, &node, DT_OUTCOME_NO_DESCRIPTORS);
	cr_assert_eq(event.detail.sys_errno, EMFILE);
	cr_assert(dt_outcome_is_local_fault(event.outcome));
	loopback_close(&listener);
	scene_fini(&scene);
}

/* ---- tasks that are no dials ---- */

struct oracle {
	struct dt_node node;
	size_t count;
	bool answers;
};

static bool look_up(void *context, const struct dt_op *op, struct dt_node *out,
		    size_t max, size_t *count, const struct dt_node_id *target)
{
	struct oracle *oracle = context;

	(void)op;
	(void)target;
	*count = oracle->count;
	for (size_t i = 0; i < oracle->count && i < max; i++)
		out[i] = oracle->node;
	return oracle->answers;
}

static void look_up_once(struct oracle *oracle, enum dt_outcome expected)
{
	struct scene scene;
	struct dt_event event;
	struct dt_counters counters;

	scene_init(&scene);
	scene.config.max_dyn_dials = 2;
	scene.config.lookup_interval_ms = 3600000;
	scene.config.table.context = oracle;
	scene.config.table.lookup = look_up;

	scene_start(&scene);
	recorder_await(&scene.recorder, DT_EVENT_LOOKUP_ENDED, 1);
	scene_stop(&scene);

	counters = scene_counters(&scene);
	cr_assert(recorder_get(&scene.recorder, &event, DT_EVENT_LOOKUP_ENDED,
			       0));
	cr_assert_eq(event.outcome, expected);
	cr_assert_eq(event.count,
		     expected == DT_OUTCOME_FOUND ? oracle->count : 0);
	cr_assert_eq(counters.tasks[DT_TASK_LOOKUP].outcomes[expected], 1);
	cr_assert_null(counters_broken(&counters));
	cr_assert_null(counters_unfinished(&counters));
	scene_fini(&scene);
}

Test(whole_outcomes, a_lookup_finds_nodes_or_none_or_fails, .timeout = 30)
{
	struct loopback closed;
	struct oracle oracle;

	loopback_open(&closed, LOOPBACK_REFUSES);
	oracle = (struct oracle){
		.node = loopback_node(1, loopback_endpoint(&closed, 1)),
		.count = 1,
		.answers = true,
	};
	look_up_once(&oracle, DT_OUTCOME_FOUND);
	oracle.answers = false;
	look_up_once(&oracle, DT_OUTCOME_FAILED);
	oracle.answers = true;
	oracle.count = 0;
	look_up_once(&oracle, DT_OUTCOME_EMPTY);
	loopback_close(&closed);
}

Test(whole_outcomes, a_wait_ends_when_the_history_lets_go, .timeout = 30)
{
	struct scene scene;
	struct loopback closed;
	struct dt_counters counters;

	scene_init(&scene);
	scene.config.history_expiration_ms = 20;
	loopback_open(&closed, LOOPBACK_REFUSES);
	scene_start(&scene);
	scene_add_static(&scene,
			 loopback_node(1, loopback_endpoint(&closed, 1)));

	recorder_await(&scene.recorder, DT_EVENT_DIAL_ENDED, 3);
	scene_stop(&scene);

	counters = scene_counters(&scene);
	cr_assert_geq(counters.tasks[DT_TASK_WAIT].outcomes[DT_OUTCOME_EXPIRED],
		      2);
	cr_assert_null(counters_broken(&counters));
	cr_assert_null(counters_unfinished(&counters));
	loopback_close(&closed);
	scene_fini(&scene);
}
