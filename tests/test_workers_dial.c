/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/node/endpoint.h"

#include "workers/dial.h"

#include "tests/dns_server.h"
#include "tests/harness.h"
#include "tests/one_job.h"

/* A network by script: where connects went, and how each ends. */

enum {
	CONNECTS_MAX = 16,
};

struct network {
	enum dt_outcome ends[CONNECTS_MAX]; /* the n-th connect's */
	struct dt_endpoint to[CONNECTS_MAX];
	int64_t timeouts_ms[CONNECTS_MAX];
	size_t connects;
	struct dt_endpoint known; /* to the table; family 0: not */
	size_t resolves;
	struct dti_job *job;
	size_t cancel_after; /* connects and resolves; 0: never */
};

static void maybe_cancel(struct network *network)
{
	if (network->cancel_after &&
	    network->connects + network->resolves == network->cancel_after)
		dti_cancel_raise(&network->job->cancel);
}

static enum dt_outcome connect_by_script(void *context, const struct dt_op *op,
					 int *fd,
					 struct dt_outcome_detail *detail,
					 const struct dt_node *node)
{
	struct network *network = context;
	enum dt_outcome outcome;

	cr_assert_lt(network->connects, CONNECTS_MAX);
	network->to[network->connects] = node->endpoint;
	network->timeouts_ms[network->connects] =
		dt_op_deadline_ms(op) - dti_job_now_ms(network->job);
	outcome = network->ends[network->connects++];
	maybe_cancel(network);
	if (outcome == DT_OUTCOME_CONNECTED)
		*fd = eventfd(0, EFD_CLOEXEC);
	else
		detail->sys_errno = (int)network->connects;
	return outcome;
}

static bool keep(void *context, const struct dt_node *node, uint32_t flags,
		 int fd, void *session)
{
	(void)context;
	(void)node;
	(void)flags;
	(void)session;
	close(fd);
	return true;
}

static bool resolve(void *context, const struct dt_op *op,
		    struct dt_endpoint *out, const struct dt_node_id *id)
{
	struct network *network = context;

	(void)op;
	(void)id;
	network->resolves++;
	maybe_cancel(network);
	*out = network->known;
	return dti_endpoint_has_address(&network->known);
}

static struct dt_endpoint at(uint8_t last, uint16_t port)
{
	return (struct dt_endpoint){
		.ip = {127, 0, 0, last}, .family = 4, .tcp_port = port};
}

static struct dti_task dial_to(enum dt_task kind, struct dt_endpoint endpoint)
{
	return (struct dti_task){
		.kind = kind,
		.node = {.endpoint = endpoint},
		.backoff = dti_resolve_backoff_initial(60000),
	};
}

static struct one_job *make(const struct dti_task *task,
			    struct network *network)
{
	struct one_job *one = one_job_make(task);

	one->steps.transport.context = network;
	one->steps.transport.connect = connect_by_script;
	one->steps.transport.keep = keep;
	network->job = one->job;
	return one;
}

static void give_table(struct one_job *one, struct network *network)
{
	one->steps.table.context = network;
	one->steps.table.resolve = resolve;
}

static void expect_connects(const struct network *network,
			    const struct dt_endpoint *expected, size_t count)
{
	cr_assert_eq(network->connects, count);
	for (size_t i = 0; i < count; i++)
		cr_assert(dti_endpoint_equal(&network->to[i], &expected[i]),
			  "connect %zu went elsewhere", i);
}

/* ---- endpoints and the table ---- */

Test(workers_dial, goes_where_the_node_is)
{
	struct network network = {.ends = {DT_OUTCOME_CONNECTED}};
	struct dt_endpoint endpoint = at(1, 7);
	struct dti_task task = dial_to(DT_TASK_DYN_DIAL, endpoint);
	struct one_job *one = make(&task, &network);

	dti_dial_run(one->job, &one->steps);

	expect_connects(&network, &endpoint, 1);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_CONNECTED);
	cr_assert_not(one->job->result.has_endpoint);
	cr_assert(one->job->announced);
	one_job_free(one);
}

Test(workers_dial, a_dyn_dial_that_fails_is_not_resolved_again)
{
	struct network network = {
		.ends = {DT_OUTCOME_REFUSED},
		.known = at(2, 7),
	};
	struct dti_task task = dial_to(DT_TASK_DYN_DIAL, at(1, 7));
	struct one_job *one = make(&task, &network);

	give_table(one, &network);
	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(network.connects, 1);
	cr_assert_eq(network.resolves, 0);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_REFUSED);
	cr_assert_eq(one->job->result.detail.sys_errno, 1);
	one_job_free(one);
}

Test(workers_dial, a_static_dial_that_fails_is_resolved_and_tried_once_more)
{
	struct network network = {
		.ends = {DT_OUTCOME_REFUSED, DT_OUTCOME_CONNECTED},
		.known = at(2, 7),
	};
	struct dt_endpoint both[] = {at(1, 7), at(2, 7)};
	struct dti_task task = dial_to(DT_TASK_STATIC_DIAL, at(1, 7));
	struct one_job *one = make(&task, &network);

	give_table(one, &network);
	dti_dial_run(one->job, &one->steps);

	expect_connects(&network, both, 2);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_CONNECTED);
	cr_assert_eq(one->job->result.detail.sys_errno, 0);
	cr_assert(one->job->result.has_endpoint);
	cr_assert(dti_endpoint_equal(&one->job->result.endpoint, &both[1]));
	cr_assert(one->job->result.backoff.resolved_before);
	cr_assert_eq(one->job->extra.resolves, 1);
	cr_assert_eq(one->job->extra.resolves_found, 1);
	one_job_free(one);
}

Test(workers_dial, a_static_dial_fails_with_the_last_failure)
{
	struct network network = {
		.ends = {DT_OUTCOME_REFUSED, DT_OUTCOME_TIMED_OUT},
		.known = at(2, 7),
	};
	struct dti_task task = dial_to(DT_TASK_STATIC_DIAL, at(1, 7));
	struct one_job *one = make(&task, &network);

	give_table(one, &network);
	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(network.connects, 2);
	cr_assert_eq(network.resolves, 1);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_TIMED_OUT);
	cr_assert_eq(one->job->result.detail.sys_errno, 2);
	/* Where it is said to be now is kept all the same. */
	cr_assert(one->job->result.has_endpoint);
	one_job_free(one);
}

Test(workers_dial, a_vain_resolve_leaves_the_failure_that_led_to_it)
{
	struct network network = {.ends = {DT_OUTCOME_UNREACHABLE}};
	struct dti_task task = dial_to(DT_TASK_STATIC_DIAL, at(1, 7));
	struct one_job *one = make(&task, &network);

	give_table(one, &network);
	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(network.connects, 1);
	cr_assert_eq(network.resolves, 1);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_UNREACHABLE);
	cr_assert_not(one->job->result.has_endpoint);
	cr_assert_eq(one->job->result.backoff.delay_ms, 120000);
	one_job_free(one);
}

Test(workers_dial, the_backoff_keeps_it_from_resolving_too_often)
{
	struct network network = {.ends = {DT_OUTCOME_REFUSED},
				  .known = at(2, 7)};
	struct dti_task task = dial_to(DT_TASK_STATIC_DIAL, at(1, 7));
	struct one_job *one;

	task.backoff.resolved_before = true;
	task.backoff.delay_ms = INT64_MAX / 2;
	one = make(&task, &network);
	give_table(one, &network);
	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(network.resolves, 0);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_REFUSED);
	cr_assert_not(one->job->result.has_backoff);
	one_job_free(one);
}

Test(workers_dial, a_local_fault_is_not_tried_again)
{
	struct network network = {
		.ends = {DT_OUTCOME_NO_PORTS},
		.known = at(2, 7),
	};
	struct dti_task task = dial_to(DT_TASK_STATIC_DIAL, at(1, 7));
	struct one_job *one = make(&task, &network);

	give_table(one, &network);
	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(network.connects, 1);
	cr_assert_eq(network.resolves, 0);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_NO_PORTS);
	one_job_free(one);
}

/* ---- how long ---- */

static struct one_job *dial_task_for(struct network *network,
				     const struct dti_task *task,
				     int64_t limit_ms, int64_t dial_timeout_ms)
{
	struct one_job *one = make(task, network);

	one->config.dial_timeout_ms = dial_timeout_ms;
	one_job_set(one);
	atomic_store(&one->steps.connect_limit_ms, limit_ms);
	dti_dial_run(one->job, &one->steps);
	return one;
}

static struct one_job *dial_for(struct network *network, int64_t limit_ms,
				int64_t dial_timeout_ms)
{
	struct dti_task task = dial_to(DT_TASK_STATIC_DIAL, at(1, 7));

	return dial_task_for(network, &task, limit_ms, dial_timeout_ms);
}

Test(workers_dial, without_a_limit_a_connect_has_all_of_dial_timeout)
{
	struct network network = {.ends = {DT_OUTCOME_TIMED_OUT}};
	struct dti_task task = dial_to(DT_TASK_STATIC_DIAL, at(1, 7));
	struct one_job *one = make(&task, &network);

	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(network.timeouts_ms[0], 15000);
	cr_assert_eq(one->job->connects_cut, 0);
	cr_assert_not(one->job->result.cut_short);
	one_job_free(one);
}

Test(workers_dial, a_connect_that_is_cut_short_is_said_to_be)
{
	struct network network = {.ends = {DT_OUTCOME_TIMED_OUT}};
	struct one_job *one = dial_for(&network, 1500, 15000);

	cr_assert_eq(network.timeouts_ms[0], 1500);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_TIMED_OUT);
	cr_assert_eq(one->job->connects_cut, 1);
	cr_assert(one->job->result.cut_short);
	cr_assert_not(one->job->has_extra);
	one_job_free(one);
}

Test(workers_dial, dial_timeout_is_the_most)
{
	struct network network = {.ends = {DT_OUTCOME_TIMED_OUT}};
	struct one_job *one = dial_for(&network, 1500, 1500);

	cr_assert_eq(network.timeouts_ms[0], 1500);
	cr_assert_eq(one->job->connects_cut, 0);
	cr_assert_not(one->job->result.cut_short);
	one_job_free(one);
}

Test(workers_dial, only_a_connect_that_timed_out_is_cut_short)
{
	struct network refused = {.ends = {DT_OUTCOME_REFUSED}};
	struct network connected = {.ends = {DT_OUTCOME_CONNECTED}};
	struct one_job *one = dial_for(&refused, 1500, 15000);

	cr_assert_eq(one->job->connects_cut, 0);
	cr_assert_not(one->job->result.cut_short);
	cr_assert_not(one->job->has_extra);
	one_job_free(one);

	one = dial_for(&connected, 1500, 15000);

	cr_assert_eq(one->job->connects_cut, 0);
	cr_assert_not(one->job->result.cut_short);
	cr_assert_gt(one->job->extra.connect_ns, 0);
	one_job_free(one);
}

Test(workers_dial, a_static_node_has_all_the_time_after_one_was_cut_short)
{
	struct network network = {.ends = {DT_OUTCOME_TIMED_OUT}};
	struct dti_task task = dial_to(DT_TASK_STATIC_DIAL, at(1, 7));
	struct one_job *one;

	task.cut_short = true;
	one = dial_task_for(&network, &task, 1500, 15000);

	cr_assert_eq(network.timeouts_ms[0], 15000);
	cr_assert_eq(one->job->connects_cut, 0);
	one_job_free(one);
}

Test(workers_dial, so_has_a_node_that_is_dialed_by_command)
{
	struct network network = {.ends = {DT_OUTCOME_TIMED_OUT}};
	struct dti_task task = dial_to(DT_TASK_STATIC_DIAL, at(1, 7));
	struct one_job *one;

	task.source = DT_SOURCE_DIAL_NOW;
	one = dial_task_for(&network, &task, 1500, 15000);

	cr_assert_eq(network.timeouts_ms[0], 15000);
	cr_assert_eq(one->job->connects_cut, 0);
	one_job_free(one);
}

/* ---- what may not be dialed ---- */

Test(workers_dial, what_may_not_be_dialed_is_not_remembered)
{
	struct network network = {.known = at(2, 7)};
	struct dti_task task =
		dial_to(DT_TASK_STATIC_DIAL, (struct dt_endpoint){0});
	struct one_job *one = make(&task, &network);

	one->config.netrestrict = "10.0.0.0/8";
	one_job_set(one);
	give_table(one, &network);
	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(network.connects, 0);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_NOT_ALLOWED);
	cr_assert_not(one->job->result.has_endpoint);
	one_job_free(one);
}

Test(workers_dial, a_mapped_address_of_the_table_is_the_ipv4_one)
{
	struct network network = {
		.ends = {DT_OUTCOME_CONNECTED},
		.known = {.ip = {[10] = 0xff, 0xff, 127, 0, 0, 9},
			  .family = 6,
			  .tcp_port = 7},
	};
	struct dt_endpoint expected = at(9, 7);
	struct dti_task task =
		dial_to(DT_TASK_STATIC_DIAL, (struct dt_endpoint){0});
	struct one_job *one = make(&task, &network);

	one->config.netrestrict = "127.0.0.0/8";
	one_job_set(one);
	give_table(one, &network);
	dti_dial_run(one->job, &one->steps);

	expect_connects(&network, &expected, 1);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_CONNECTED);
	one_job_free(one);
}

/* ---- cancelled ---- */

Test(workers_dial, one_that_was_cancelled_in_the_queue_does_nothing)
{
	struct network network = {.known = at(2, 7)};
	struct dti_task task = dial_to(DT_TASK_STATIC_DIAL, at(1, 7));
	struct one_job *one = make(&task, &network);

	task.node.host_name = "localhost";
	one_job_again(one, &task);
	give_table(one, &network);
	dti_cancel_raise(&one->job->cancel);
	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(network.connects + network.resolves, 0);
	cr_assert_not(one->job->has_extra);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_CANCELLED);
	one_job_free(one);
}

Test(workers_dial, a_cancel_counts_between_two_steps)
{
	for (size_t steps = 1; steps <= 3; steps++) {
		struct network network = {
			.ends = {DT_OUTCOME_REFUSED, DT_OUTCOME_REFUSED},
			.known = at(2, 7),
			.cancel_after = steps,
		};
		struct dti_task task = dial_to(DT_TASK_STATIC_DIAL, at(1, 7));
		struct one_job *one = make(&task, &network);

		give_table(one, &network);
		dti_dial_run(one->job, &one->steps);

		cr_assert_eq(network.connects + network.resolves, steps);
		cr_assert_eq(one->job->result.outcome, DT_OUTCOME_CANCELLED);
		cr_assert_not(one->job->announced);
		one_job_free(one);
	}
}

Test(workers_dial, a_connection_that_came_too_late_is_no_peer)
{
	struct network network = {
		.ends = {DT_OUTCOME_CONNECTED},
		.cancel_after = 1,
	};
	struct dti_task task = dial_to(DT_TASK_DYN_DIAL, at(1, 7));
	struct one_job *one = make(&task, &network);

	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_CANCELLED);
	cr_assert_not(one->job->announced);
	one_job_free(one);
}

/* ---- names ---- */

static void serve(struct dns_server *server, uint8_t addresses)
{
	memset(server, 0, sizeof(*server));
	server->kind = DNS_ANSWERS;
	for (uint8_t i = 0; i < addresses; i++)
		memcpy(server->a[i], (uint8_t[]){127, 0, 0, (uint8_t)(10 + i)},
		       4);
	server->a_count = addresses;
	dns_server_start(server);
}

static struct one_job *make_named(struct network *network,
				  const struct dns_server *server)
{
	struct dti_task task = dial_to(DT_TASK_STATIC_DIAL,
				       (struct dt_endpoint){.tcp_port = 7});
	struct one_job *one;

	task.node.host_name = "node.example";
	one = make(&task, network);
	one->steps.dns_servers = server->address;
	return one;
}

Test(workers_dial, a_names_addresses_are_tried_in_turn, .timeout = 30)
{
	struct network network = {
		.ends = {DT_OUTCOME_REFUSED, DT_OUTCOME_TIMED_OUT,
			 DT_OUTCOME_CONNECTED},
	};
	struct dns_server server;
	struct one_job *one;

	serve(&server, 4);
	one = make_named(&network, &server);
	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(network.connects, 3);
	for (size_t i = 0; i < 3; i++) {
		cr_assert_eq(network.to[i].tcp_port, 7);
		for (size_t k = 0; k < i; k++)
			cr_assert_not(dti_endpoint_equal(&network.to[i],
							 &network.to[k]));
	}
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_CONNECTED);
	cr_assert_eq(one->job->extra.name_lookups, 1);
	cr_assert_gt(one->job->extra.resolve_ns, 0);
	/* The name stays the node's, not the address. */
	cr_assert_not(one->job->result.has_endpoint);
	one_job_free(one);
	dns_server_stop(&server);
}

Test(workers_dial, each_of_a_names_addresses_has_that_time, .timeout = 30)
{
	struct network network = {
		.ends = {DT_OUTCOME_TIMED_OUT, DT_OUTCOME_TIMED_OUT,
			 DT_OUTCOME_CONNECTED},
	};
	struct dns_server server;
	struct one_job *one;

	serve(&server, 4);
	one = make_named(&network, &server);
	atomic_store(&one->steps.connect_limit_ms, 1500);
	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(network.connects, 3);
	for (size_t i = 0; i < 3; i++)
		cr_assert_eq(network.timeouts_ms[i], 1500);
	cr_assert_eq(one->job->connects_cut, 2);
	/* It was reached all the same. */
	cr_assert_not(one->job->result.cut_short);
	one_job_free(one);
	dns_server_stop(&server);
}

Test(workers_dial, addresses_outside_netrestrict_are_left_out, .timeout = 30)
{
	struct network network = {
		.ends = {DT_OUTCOME_REFUSED, DT_OUTCOME_REFUSED},
	};
	struct dns_server server;
	struct one_job *one;

	serve(&server, 4);
	one = make_named(&network, &server);
	one->config.netrestrict = "127.0.0.12/31";
	one_job_set(one);
	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(network.connects, 2);
	cr_assert_eq(network.to[0].ip[3] + network.to[1].ip[3], 12 + 13);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_REFUSED);
	one_job_free(one);
	dns_server_stop(&server);
}

Test(workers_dial, a_name_with_no_address_that_is_allowed_is_not_dialed,
     .timeout = 30)
{
	struct network network = {.known = at(2, 7)};
	struct dns_server server;
	struct one_job *one;

	serve(&server, 2);
	one = make_named(&network, &server);
	one->config.netrestrict = "10.0.0.0/8";
	one_job_set(one);
	give_table(one, &network);
	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(network.connects, 0);
	cr_assert_eq(network.resolves, 0);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_NOT_ALLOWED);
	one_job_free(one);
	dns_server_stop(&server);
}

Test(workers_dial, when_the_name_says_nothing_the_table_is_asked, .timeout = 30)
{
	struct network network = {
		.ends = {DT_OUTCOME_CONNECTED},
		.known = at(2, 7),
	};
	struct dt_endpoint expected = at(2, 7);
	struct dns_server server = {.kind = DNS_NO_NAME};
	struct one_job *one;

	dns_server_start(&server);
	one = make_named(&network, &server);
	give_table(one, &network);
	dti_dial_run(one->job, &one->steps);

	expect_connects(&network, &expected, 1);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_CONNECTED);
	one_job_free(one);
	dns_server_stop(&server);
}

Test(workers_dial, when_a_names_addresses_fail_the_table_is_asked,
     .timeout = 30)
{
	struct network network = {
		.ends = {DT_OUTCOME_REFUSED, DT_OUTCOME_REFUSED,
			 DT_OUTCOME_CONNECTED},
		.known = at(99, 7),
	};
	struct dns_server server;
	struct one_job *one;

	serve(&server, 2);
	one = make_named(&network, &server);
	give_table(one, &network);
	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(network.connects, 3);
	cr_assert_eq(network.to[2].ip[3], 99);
	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_CONNECTED);
	one_job_free(one);
	dns_server_stop(&server);
}

Test(workers_dial, a_name_that_nobody_answers_for_ends_at_its_deadline,
     .timeout = 30)
{
	struct network network = {.known = {.family = 0}};
	struct dns_server server = {.kind = DNS_SILENT};
	struct one_job *one;

	dns_server_start(&server);
	one = make_named(&network, &server);
	one->config.name_timeout_ms = 50;
	one_job_set(one);
	dti_dial_run(one->job, &one->steps);

	cr_assert_eq(one->job->result.outcome, DT_OUTCOME_RESOLVE_FAILED);
	cr_assert_eq(one->job->result.detail.sys_errno, ETIMEDOUT);
	one_job_free(one);
	dns_server_stop(&server);
}
