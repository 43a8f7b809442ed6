/* SPDX-License-Identifier: MIT */
#include <ares.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workers/clock.h"
#include "workers/names.h"

#include "tests/dns_server.h"
#include "tests/harness.h"
#include "tests/sockets.h"

#define LONG_MS  3600000
#define SHORT_MS 60

/* One look-up and all that it answers. */
struct look_up {
	enum dt_outcome outcome;
	struct dt_outcome_detail detail;
	struct dt_endpoint found[DTI_NAMES_MAX];
	size_t count;
};

static const struct dt_endpoint ports = {.tcp_port = 30303, .udp_port = 30301};

static struct look_up look_up_with(const struct dt_op *op, const char *name,
				   const char *servers)
{
	struct look_up result = {.detail = {.sys_errno = -1, .reason = -1}};

	result.outcome =
		dti_names_look_up(result.found, &result.count, &result.detail,
				  op, name, &ports, servers);
	return result;
}

static struct look_up look_up(int64_t timeout_ms, const char *name,
			      const char *servers)
{
	struct sockets_op op;
	struct look_up result;

	sockets_op_init(&op, timeout_ms);
	result = look_up_with(&op.op, name, servers);
	sockets_op_fini(&op);
	return result;
}

/* What @server makes of a name. It is stopped afterwards. */
static struct look_up ask(struct dns_server *server, int64_t timeout_ms)
{
	size_t before = sockets_count_open();
	struct look_up result;

	dns_server_start(server);
	result = look_up(timeout_ms, "node.dialtone.test", server->address);
	dns_server_stop(server);
	cr_assert_eq(sockets_count_open(), before, "a descriptor was left");
	return result;
}

static void check_failed(const struct look_up *result, enum dt_outcome outcome,
			 int sys_errno)
{
	cr_assert_eq(result->outcome, outcome, "%s",
		     dt_outcome_name(result->outcome));
	cr_assert_eq(result->detail.sys_errno, sys_errno, "%d",
		     result->detail.sys_errno);
	cr_assert_eq(result->count, 0);
}

static bool has(const struct look_up *result, const char *address)
{
	char text[DT_ENDPOINT_TEXT_SIZE];

	for (size_t i = 0; i < result->count; i++) {
		dt_endpoint_format(text, &result->found[i]);
		if (strcmp(text, address) == 0)
			return true;
	}
	return false;
}

Test(workers_names, localhost_is_in_the_hosts_file, .timeout = 10)
{
	struct look_up result = look_up(LONG_MS, "localhost", "");

	cr_assert_eq(result.outcome, DT_OUTCOME_FOUND);
	cr_assert(has(&result, "127.0.0.1:30303") ||
		  has(&result, "[::1]:30303"));
	cr_assert_eq(result.found[0].udp_port, 30301);
}

Test(workers_names, an_address_is_its_own_name, .timeout = 10)
{
	struct look_up result = look_up(LONG_MS, "127.0.0.7", "");

	cr_assert_eq(result.outcome, DT_OUTCOME_FOUND);
	cr_assert_eq(result.count, 1);
	cr_assert(has(&result, "127.0.0.7:30303"));
}

Test(workers_names, a_server_answers_with_both_families, .timeout = 10)
{
	struct dns_server server = {
		.kind = DNS_ANSWERS,
		.a = {{127, 0, 0, 9}, {127, 0, 0, 10}},
		.a_count = 2,
		.aaaa = {{0x20, 1, 0xd, 0xb8, [15] = 7}},
		.aaaa_count = 1,
	};
	struct look_up result = ask(&server, LONG_MS);

	cr_assert_eq(result.outcome, DT_OUTCOME_FOUND);
	cr_assert_eq(result.detail.sys_errno, 0);
	cr_assert_eq(result.count, 3);
	cr_assert(has(&result, "127.0.0.9:30303"));
	cr_assert(has(&result, "127.0.0.10:30303"));
	cr_assert(has(&result, "[2001:db8::7]:30303"));
}

Test(workers_names, a_mapped_address_is_ipv4_and_stands_once, .timeout = 10)
{
	struct dns_server server = {
		.kind = DNS_ANSWERS,
		.a = {{127, 0, 0, 9}, {127, 0, 0, 9}},
		.a_count = 2,
		.aaaa = {{[10] = 0xff, [11] = 0xff, 127, 0, 0, 9}},
		.aaaa_count = 1,
	};
	struct look_up result = ask(&server, LONG_MS);

	cr_assert_eq(result.outcome, DT_OUTCOME_FOUND);
	cr_assert_eq(result.count, 1);
	cr_assert_eq(result.found[0].family, 4);
}

Test(workers_names, of_many_addresses_the_first_are_taken, .timeout = 10)
{
	struct dns_server server = {.kind = DNS_ANSWERS, .a_count = 12};
	struct look_up result;

	for (uint8_t i = 0; i < 12; i++)
		memcpy(server.a[i], (uint8_t[]){127, 0, 1, i}, 4);
	result = ask(&server, LONG_MS);

	cr_assert_eq(result.outcome, DT_OUTCOME_FOUND);
	cr_assert_eq(result.count, DTI_NAMES_MAX);
}

Test(workers_names, a_truncated_answer_is_fetched_over_tcp, .timeout = 10)
{
	struct dns_server server = {
		.kind = DNS_TRUNCATES,
		.a = {{127, 0, 0, 9}},
		.a_count = 1,
		.aaaa = {{0x20, 1, 0xd, 0xb8, [15] = 7}},
		.aaaa_count = 1,
	};
	struct look_up result = ask(&server, LONG_MS);

	cr_assert_eq(result.outcome, DT_OUTCOME_FOUND);
	cr_assert_eq(result.count, 2);
}

Test(workers_names, no_such_name_is_not_found, .timeout = 10)
{
	struct dns_server server = {.kind = DNS_NO_NAME};
	struct look_up result = ask(&server, LONG_MS);

	check_failed(&result, DT_OUTCOME_RESOLVE_FAILED, 0);
}

Test(workers_names, a_name_without_address_is_not_found, .timeout = 10)
{
	struct dns_server server = {.kind = DNS_NO_DATA};
	struct look_up result = ask(&server, LONG_MS);

	check_failed(&result, DT_OUTCOME_RESOLVE_FAILED, 0);
}

Test(workers_names, a_server_that_fails_finds_nothing, .timeout = 10)
{
	struct dns_server server = {.kind = DNS_FAILS};
	struct look_up result = ask(&server, LONG_MS);

	check_failed(&result, DT_OUTCOME_RESOLVE_FAILED, 0);
}

Test(workers_names, a_silent_server_lasts_until_the_deadline, .timeout = 10)
{
	struct dns_server server = {.kind = DNS_SILENT};
	struct look_up result = ask(&server, SHORT_MS);

	check_failed(&result, DT_OUTCOME_RESOLVE_FAILED, ETIMEDOUT);
	cr_assert_gt(server.questions, 0);
}

Test(workers_names, garbage_is_no_answer, .timeout = 10)
{
	struct dns_server server = {.kind = DNS_GARBAGE};
	struct look_up result = ask(&server, SHORT_MS);

	cr_assert_eq(result.outcome, DT_OUTCOME_RESOLVE_FAILED);
	cr_assert_eq(result.count, 0);
	cr_assert_gt(server.questions, 0);
}

Test(workers_names, one_family_is_enough_at_the_deadline, .timeout = 10)
{
	struct dns_server server = {
		.kind = DNS_ONLY_A, .a = {{127, 0, 0, 9}}, .a_count = 1};
	struct look_up result = ask(&server, 300);

	cr_assert_eq(result.outcome, DT_OUTCOME_FOUND);
	cr_assert_eq(result.count, 1);
	cr_assert(has(&result, "127.0.0.9:30303"));
}

Test(workers_names, a_question_is_asked_again, .timeout = 10)
{
	struct dns_server server = {.kind = DNS_SILENT};
	struct look_up result = ask(&server, 500);

	/* A and AAAA, each at once, after 100 ms and after 300 ms. */
	check_failed(&result, DT_OUTCOME_RESOLVE_FAILED, ETIMEDOUT);
	cr_assert_gt(server.questions, 2);
}

/* An address of a UDP port where nobody is. */
static void closed_server(char *out, size_t size)
{
	struct dns_server server = {.kind = DNS_SILENT};

	dns_server_start(&server);
	snprintf(out, size, "%s", server.address);
	dns_server_stop(&server);
}

Test(workers_names, a_server_that_is_not_there_finds_nothing, .timeout = 10)
{
	char closed[32];
	struct look_up result;

	closed_server(closed, sizeof(closed));
	result = look_up(LONG_MS, "node.dialtone.test", closed);

	check_failed(&result, DT_OUTCOME_RESOLVE_FAILED, ECONNREFUSED);
}

Test(workers_names, the_second_server_stands_in_for_the_first, .timeout = 10)
{
	struct dns_server server = {
		.kind = DNS_ANSWERS, .a = {{127, 0, 0, 9}}, .a_count = 1};
	char servers[80];
	char closed[32];
	struct look_up result;

	closed_server(closed, sizeof(closed));
	dns_server_start(&server);
	snprintf(servers, sizeof(servers), "%s,%s", closed, server.address);
	result = look_up(LONG_MS, "node.dialtone.test", servers);
	dns_server_stop(&server);

	cr_assert_eq(result.outcome, DT_OUTCOME_FOUND);
	cr_assert(has(&result, "127.0.0.9:30303"));
}

Test(workers_names, what_is_no_name_is_not_found, .timeout = 10)
{
	struct dns_server server = {.kind = DNS_ANSWERS};
	char long_name[400];
	struct look_up result;

	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	dns_server_start(&server);

	result = look_up(LONG_MS, long_name, server.address);
	cr_assert_eq(result.outcome, DT_OUTCOME_RESOLVE_FAILED);
	result = look_up(LONG_MS, "", server.address);
	cr_assert_eq(result.outcome, DT_OUTCOME_RESOLVE_FAILED);
	dns_server_stop(&server);
}

Test(workers_names, without_descriptors_it_is_a_local_fault, .timeout = 10)
{
	struct sockets_op op;
	struct look_up result;

	sockets_op_init(&op, LONG_MS);
	sockets_forbid_more();
	result = look_up_with(&op.op, "node.dialtone.test", "127.0.0.1:53");

	check_failed(&result, DT_OUTCOME_NO_DESCRIPTORS, EMFILE);
	sockets_op_fini(&op);
}

static void *no_memory(size_t size)
{
	(void)size;
	return NULL;
}

static void *no_more_memory(void *pointer, size_t size)
{
	(void)pointer;
	(void)size;
	return NULL;
}

Test(workers_names, without_memory_it_is_a_local_fault)
{
	struct look_up result;

	/* For the whole process, which ends with the test. */
	cr_assert_eq(ares_library_init_mem(ARES_LIB_INIT_ALL, no_memory, free,
					   no_more_memory),
		     ARES_SUCCESS);
	result = look_up(LONG_MS, "node.dialtone.test", "127.0.0.1:53");

	check_failed(&result, DT_OUTCOME_NO_BUFFERS, ENOMEM);
}

Test(workers_names, servers_that_are_none_are_a_local_fault, .timeout = 10)
{
	struct look_up result = look_up(LONG_MS, "localhost", "localhost");

	check_failed(&result, DT_OUTCOME_LOCAL_FAULT, EINVAL);
}

Test(workers_names, a_cancelled_op_asks_nobody, .timeout = 10)
{
	struct dns_server server = {.kind = DNS_ANSWERS};
	struct sockets_op op;
	struct look_up result;

	dns_server_start(&server);
	sockets_op_init(&op, LONG_MS);
	dti_cancel_raise(&op.cancel);
	result = look_up_with(&op.op, "node.dialtone.test", server.address);
	dns_server_stop(&server);

	check_failed(&result, DT_OUTCOME_CANCELLED, 0);
	cr_assert_eq(server.questions, 0);
	sockets_op_fini(&op);
}

/* A look-up on another thread. */
struct asker {
	const struct dt_op *op;
	const char *servers;
	struct look_up result;
	sem_t running;
	pid_t thread_id; /* set before the gate opens */
};

static void *ask_in_thread(void *argument)
{
	struct asker *asker = argument;

	asker->thread_id = sockets_thread_id();
	sem_post(&asker->running);
	asker->result =
		look_up_with(asker->op, "node.dialtone.test", asker->servers);
	return NULL;
}

Test(workers_names, a_cancel_cuts_the_wait, .timeout = 10)
{
	struct dns_server server = {.kind = DNS_SILENT};
	size_t before = sockets_count_open();
	struct sockets_op op;
	struct asker asker = {.op = &op.op, .servers = server.address};
	pthread_t thread;

	dns_server_start(&server);
	sockets_op_init(&op, LONG_MS);
	sem_init(&asker.running, 0, 0);
	cr_assert_eq(pthread_create(&thread, NULL, ask_in_thread, &asker), 0);
	sockets_wait(&asker.running);
	sockets_until_asleep(asker.thread_id);
	dti_cancel_raise(&op.cancel);
	pthread_join(thread, NULL);

	check_failed(&asker.result, DT_OUTCOME_CANCELLED, 0);
	dns_server_stop(&server);
	sockets_op_fini(&op);
	cr_assert_eq(sockets_count_open(), before);
}

Test(workers_names, many_threads_look_up_at_once, .timeout = 30)
{
	enum {
		THREADS = 8
	};
	struct dns_server server = {
		.kind = DNS_ANSWERS, .a = {{127, 0, 0, 9}}, .a_count = 1};
	struct sockets_op op;
	struct asker askers[THREADS];
	pthread_t threads[THREADS];

	dns_server_start(&server);
	sockets_op_init(&op, LONG_MS);
	for (size_t i = 0; i < THREADS; i++) {
		askers[i] =
			(struct asker){.op = &op.op, .servers = server.address};
		sem_init(&askers[i].running, 0, 0);
		cr_assert_eq(pthread_create(&threads[i], NULL, ask_in_thread,
					    &askers[i]),
			     0);
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);

	for (size_t i = 0; i < THREADS; i++)
		cr_assert(has(&askers[i].result, "127.0.0.9:30303"), "%zu", i);
	dns_server_stop(&server);
	sockets_op_fini(&op);
}
