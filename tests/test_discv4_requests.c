/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/requests.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/random_stream.h"

static const uint8_t key[16] = {1, 2, 3};
static const struct dt_allocator libc = {.context = NULL};

/* A token's first byte tells it from others. */
static void fill_token(uint8_t token[DTI_PACKET_HASH_SIZE], uint8_t number)
{
	memset(token, 0, DTI_PACKET_HASH_SIZE);
	token[0] = number;
}

static struct dt_node node_at(uint32_t id, uint32_t ip)
{
	struct dt_node node = {
		.endpoint = {.family = 4, .tcp_port = 1, .udp_port = 30303}};

	memcpy(&node.id.bytes[60], &id, sizeof(id));
	memcpy(node.endpoint.ip, &ip, sizeof(ip));
	return node;
}

static struct dti_request *begin(struct dti_requests *requests,
				 struct dt_node node, enum dti_packet_type type,
				 uint8_t token, int64_t now_ms)
{
	uint8_t hash[DTI_PACKET_HASH_SIZE];

	fill_token(hash, token);
	return dti_requests_begin(requests, &node, type, hash, now_ms);
}

static struct dti_packet reply_from(struct dt_node node,
				    enum dti_packet_type type, uint8_t token)
{
	struct dti_packet reply = {.type = type, .sender = node.id};

	if (type == DTI_PACKET_PONG)
		fill_token(reply.pong.token, token);
	if (type == DTI_PACKET_RECORD_RESPONSE)
		fill_token(reply.record_response.token, token);
	return reply;
}

Test(discv4_requests, a_reply_matches_by_id_address_kind_and_token)
{
	static const enum dti_packet_type ping = DTI_PACKET_PING;
	static const enum dti_packet_type find_node = DTI_PACKET_FIND_NODE;
	static const enum dti_packet_type ask = DTI_PACKET_RECORD_REQUEST;
	static const enum dti_packet_type pong = DTI_PACKET_PONG;
	static const enum dti_packet_type nodes = DTI_PACKET_NEIGHBORS;
	static const enum dti_packet_type record = DTI_PACKET_RECORD_RESPONSE;
	/* Node 1 at address 1 was asked, with a packet of hash 1. */
	static const struct {
		enum dti_packet_type asked;
		enum dti_packet_type reply;
		uint32_t id;
		uint32_t ip;
		uint8_t token;
		bool expects;
		bool matches;
	} rows[] = {
		{ping, pong, 1, 1, 1, true, true},
		{ping, pong, 1, 1, 2, false, false},
		{ping, pong, 1, 2, 1, false, false},
		{ping, pong, 2, 1, 1, true, false},
		{ping, nodes, 1, 1, 1, false, false},
		{ping, record, 1, 1, 1, false, false},
		{ping, DTI_PACKET_PING, 1, 1, 1, false, false},
		{find_node, nodes, 1, 1, 0, true, true},
		{find_node, nodes, 2, 1, 0, true, false},
		{find_node, nodes, 1, 2, 0, false, false},
		{find_node, pong, 1, 1, 1, false, false},
		{find_node, record, 1, 1, 1, false, false},
		{find_node, DTI_PACKET_FIND_NODE, 1, 1, 1, false, false},
		{ask, record, 1, 1, 1, true, true},
		{ask, record, 1, 1, 2, false, false},
		{ask, record, 2, 1, 1, true, false},
		{ask, record, 1, 2, 1, false, false},
		{ask, pong, 1, 1, 1, false, false},
		{ask, nodes, 1, 1, 1, false, false},
		{ask, DTI_PACKET_RECORD_REQUEST, 1, 1, 1, false, false},
	};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct dti_requests *requests =
			dti_requests_create(4, key, &libc);
		struct dti_request *request =
			begin(requests, node_at(1, 1), rows[i].asked, 1, 1000);
		struct dt_node from = node_at(rows[i].id, rows[i].ip);
		struct dti_packet reply =
			reply_from(from, rows[i].reply, rows[i].token);

		from.endpoint.udp_port++; /* a NAT */
		cr_assert_eq(
			dti_requests_expects(requests, &from.endpoint, &reply),
			rows[i].expects, "row %zu", i);
		cr_assert_eq(
			dti_requests_match(requests, &from.endpoint, &reply),
			rows[i].matches ? request : NULL, "row %zu", i);
		dti_requests_end(requests, request);
		cr_assert_not(
			dti_requests_expects(requests, &from.endpoint, &reply));
		cr_assert_null(
			dti_requests_match(requests, &from.endpoint, &reply));
		dti_requests_destroy(requests);
	}
}

Test(discv4_requests, only_so_many_replies_to_a_request_are_looked_at)
{
	struct dti_requests *requests = dti_requests_create(4, key, &libc);
	struct dt_node one = node_at(1, 1);
	struct dt_node liar = node_at(9, 1);
	struct dti_packet reply = reply_from(liar, DTI_PACKET_NEIGHBORS, 0);
	uint32_t count = 0;

	begin(requests, one, DTI_PACKET_FIND_NODE, 1, 0);
	begin(requests, node_at(2, 1), DTI_PACKET_FIND_NODE, 2, 0);
	begin(requests, node_at(3, 2), DTI_PACKET_FIND_NODE, 3, 0);
	while (dti_requests_expects(requests, &liar.endpoint, &reply))
		count++;

	cr_assert_eq(count, 2 * DTI_REQUEST_REPLIES_MAX);
	one = node_at(3, 2);
	cr_assert(dti_requests_expects(requests, &one.endpoint, &reply));
	begin(requests, node_at(4, 1), DTI_PACKET_FIND_NODE, 4, 0);
	cr_assert(dti_requests_expects(requests, &liar.endpoint, &reply));
	dti_requests_destroy(requests);
}

Test(discv4_requests, a_new_one_says_what_was_asked_and_when_it_expires)
{
	struct dti_requests *requests = dti_requests_create(1, key, &libc);
	struct dt_node node = node_at(5, 6);
	struct dti_request *request =
		begin(requests, node, DTI_PACKET_FIND_NODE, 9, 1000);

	/* What an earlier owner has left must be gone. */
	request->purpose = &node;
	request->replies = 2;
	dti_requests_end(requests, request);
	request = begin(requests, node, DTI_PACKET_PING, 9, 1200);

	cr_assert_arr_eq(&request->node, &node, sizeof(node));
	cr_assert_eq(request->type, DTI_PACKET_PING);
	cr_assert_eq(request->hash[0], 9);
	cr_assert_eq(request->sent_ms, 1200);
	cr_assert_eq(request->expires_ms, 1200 + DTI_REQUEST_LIFE_MS);
	cr_assert_null(request->purpose);
	cr_assert_eq(request->replies, 0);
	dti_requests_destroy(requests);
}

Test(discv4_requests, they_come_first_in_the_order_in_which_they_expire)
{
	struct dti_requests *requests = dti_requests_create(8, key, &libc);
	struct dti_request *made[8];

	cr_assert_null(dti_requests_first(requests));
	for (uint32_t i = 0; i < 8; i++)
		made[i] = begin(requests, node_at(i, 1), DTI_PACKET_PING, 1,
				1000 + i / 2);
	dti_requests_end(requests, made[3]);

	for (size_t i = 0; i < 8; i++) {
		if (i == 3)
			continue;
		cr_assert_eq(dti_requests_first(requests), made[i]);
		dti_requests_end(requests, made[i]);
	}
	cr_assert_null(dti_requests_first(requests));
	cr_assert_eq(dti_requests_count(requests), 0);
	dti_requests_destroy(requests);
}

Test(discv4_requests, when_all_are_in_use_no_more_begins_until_one_ends)
{
	struct dti_requests *requests = dti_requests_create(3, key, &libc);
	struct dti_request *made = NULL;

	for (uint32_t i = 0; i < 3; i++) {
		made = begin(requests, node_at(i, i), DTI_PACKET_PING, 1, 0);
		cr_assert_not_null(made);
	}
	cr_assert_null(begin(requests, node_at(7, 7), DTI_PACKET_PING, 1, 0));
	cr_assert_eq(dti_requests_count(requests), 3);
	dti_requests_end(requests, made);

	cr_assert_not_null(
		begin(requests, node_at(7, 7), DTI_PACKET_PING, 1, 0));
	dti_requests_verify(requests);
	dti_requests_destroy(requests);
}

Test(discv4_requests, pings_to_two_ids_at_one_endpoint_may_have_one_hash)
{
	/* A ping does not tell whom it is for: same second, same bytes. */
	struct dti_requests *requests = dti_requests_create(2, key, &libc);
	struct dti_request *one =
		begin(requests, node_at(1, 1), DTI_PACKET_PING, 1, 0);
	struct dti_request *other =
		begin(requests, node_at(2, 1), DTI_PACKET_PING, 1, 0);
	struct dt_node from = node_at(2, 1);
	struct dti_packet pong = reply_from(from, DTI_PACKET_PONG, 1);

	cr_assert_eq(dti_requests_match(requests, &from.endpoint, &pong),
		     other);
	dti_requests_end(requests, other);
	cr_assert(dti_requests_expects(requests, &from.endpoint, &pong));
	cr_assert_null(dti_requests_match(requests, &from.endpoint, &pong));
	dti_requests_end(requests, one);
	cr_assert_not(dti_requests_expects(requests, &from.endpoint, &pong));
	dti_requests_destroy(requests);
}

/* ---- against a list of what was begun and not ended ----------------------- */

enum {
	CAPACITY = 24,
	STEPS = 300000,
	IDS = 5,
	ADDRESSES = 4,
	TOKENS = 4
};

struct model {
	struct dti_request *requests[CAPACITY]; /* in the order of begin */
	size_t count;
	int64_t now_ms;
	struct random_stream random;
};

static struct dt_node random_node(struct model *model)
{
	struct dt_node node =
		node_at((uint32_t)random_below(&model->random, IDS),
			(uint32_t)random_below(&model->random, ADDRESSES));

	/* IPv4 and IPv6 with the same first bytes */
	if (random_chance(&model->random, 30))
		node.endpoint.family = 6;
	node.endpoint.udp_port = (uint16_t)random_below(&model->random, 3);
	return node;
}

static bool same_address(const struct dt_endpoint *a,
			 const struct dt_endpoint *b)
{
	return a->family == b->family && memcmp(a->ip, b->ip, 16) == 0;
}

static struct dti_request *model_find(const struct model *model,
				      const struct dt_node *node,
				      enum dti_packet_type type)
{
	for (size_t i = 0; i < model->count; i++) {
		struct dti_request *request = model->requests[i];

		if (request->type == type &&
		    same_address(&request->node.endpoint, &node->endpoint) &&
		    memcmp(&request->node.id, &node->id, sizeof(node->id)) == 0)
			return request;
	}
	return NULL;
}

static const uint8_t *token_of(const struct dti_packet *reply)
{
	if (reply->type == DTI_PACKET_PONG)
		return reply->pong.token;
	return reply->type == DTI_PACKET_RECORD_RESPONSE
		       ? reply->record_response.token
		       : NULL;
}

/* Whether @reply is one to @request, but for the id. */
static bool answers(const struct dti_packet *reply,
		    const struct dt_endpoint *source,
		    const struct dti_request *request)
{
	const uint8_t *token = token_of(reply);

	return (int)request->type + 1 == (int)reply->type &&
	       same_address(&request->node.endpoint, source) &&
	       (token == NULL ||
		memcmp(token, request->hash, DTI_PACKET_HASH_SIZE) == 0);
}

static void step_begin(struct model *model, struct dti_requests *requests)
{
	static const enum dti_packet_type types[] = {DTI_PACKET_PING,
						     DTI_PACKET_FIND_NODE,
						     DTI_PACKET_RECORD_REQUEST};
	enum dti_packet_type type = types[random_below(&model->random, 3)];
	struct dt_node node = random_node(model);
	struct dti_request *known = model_find(model, &node, type);
	struct dti_request *made;

	cr_assert_eq(
		dti_requests_find(requests, &node.id, &node.endpoint, type),
		known);
	if (known != NULL)
		return;
	made = begin(requests, node, type,
		     (uint8_t)random_below(&model->random, TOKENS),
		     model->now_ms);
	cr_assert_eq(made == NULL, model->count == CAPACITY);
	if (made != NULL)
		model->requests[model->count++] = made;
}

static void model_end(struct model *model, struct dti_requests *requests,
		      size_t i)
{
	dti_requests_end(requests, model->requests[i]);
	model->count--;
	for (; i < model->count; i++)
		model->requests[i] = model->requests[i + 1];
}

static void step_expire(struct model *model, struct dti_requests *requests)
{
	struct dti_request *first;

	model->now_ms += random_below(&model->random, 300);
	while ((first = dti_requests_first(requests)) != NULL &&
	       first->expires_ms <= model->now_ms) {
		cr_assert_eq(first, model->requests[0]);
		model_end(model, requests, 0);
	}
	for (size_t i = 0; i < model->count; i++)
		cr_assert_gt(model->requests[i]->expires_ms, model->now_ms);
}

static void step_reply(struct model *model, struct dti_requests *requests)
{
	struct dt_node from = random_node(model);
	enum dti_packet_type type = (enum dti_packet_type)(
		1 + random_below(&model->random, DTI_PACKET_TYPE_COUNT - 1));
	struct dti_packet reply = reply_from(
		from, type, (uint8_t)random_below(&model->random, TOKENS));
	struct dti_request *match = NULL;
	bool expected = false;

	for (size_t i = 0; i < model->count; i++) {
		struct dti_request *request = model->requests[i];

		if (!answers(&reply, &from.endpoint, request))
			continue;
		expected = true;
		if (memcmp(&request->node.id, &from.id, sizeof(from.id)) == 0)
			match = request;
	}
	cr_assert_eq(dti_requests_expects(requests, &from.endpoint, &reply),
		     expected);
	cr_assert_eq(dti_requests_match(requests, &from.endpoint, &reply),
		     match);
}

Test(discv4_requests, they_behave_as_a_plain_list_would, .timeout = 60)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_requests *requests =
		dti_requests_create(CAPACITY, key, &allocator);
	struct model model = {.random = {.state = 1}};
	size_t calls = counter.calls;

	for (int step = 0; step < STEPS; step++) {
		int choice = random_below(&model.random, 100);

		if (choice < 40)
			step_begin(&model, requests);
		else if (choice < 45 && model.count > 0)
			model_end(&model, requests,
				  (size_t)random_below(&model.random,
						       (int)model.count));
		else if (choice < 55)
			step_expire(&model, requests);
		else
			step_reply(&model, requests);
		cr_assert_eq(dti_requests_count(requests), model.count);
		cr_assert_eq(dti_requests_first(requests),
			     model.count > 0 ? model.requests[0] : NULL);
		dti_requests_verify(requests);
	}

	cr_assert_eq(counter.calls, calls, "nothing is allocated after create");
	dti_requests_destroy(requests);
	cr_assert_eq(counter.live, 0);
}

Test(discv4_requests, each_allocation_of_create_may_fail)
{
	struct dti_requests *requests = NULL;

	for (size_t fail_at = 1; requests == NULL; fail_at++) {
		struct failing_allocator counter = {.fail_at = fail_at};
		struct dt_allocator allocator =
			failing_allocator_functions(&counter);

		requests = dti_requests_create(64, key, &allocator);
		cr_assert_eq(requests != NULL, counter.calls < fail_at);
		dti_requests_destroy(requests);
		cr_assert_eq(counter.live, 0);
	}
	cr_assert_null(dti_requests_create(SIZE_MAX / 2, key, &libc));
	dti_requests_destroy(NULL);
}
