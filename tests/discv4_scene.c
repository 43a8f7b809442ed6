/* SPDX-License-Identifier: MIT */
#include "tests/discv4_scene.h"

#include <stdlib.h>
#include <string.h>

#include "lib/node/endpoint.h"

#include "tests/harness.h"
#include "tests/random_stream.h"

#define SELF        0 /* its number */
#define DAY_MS      (INT64_C(24) * 3600 * 1000)
#define STUCK_TICKS 100 /* so many at one moment are a loop */

static struct dt_node_id id_of(uint64_t number)
{
	struct random_stream stream = {.state = number << 32};
	struct dt_node_id id = {.bytes = {0}};

	for (size_t i = 0; i < sizeof(id.bytes); i += sizeof(uint64_t)) {
		uint64_t word = random_next(&stream);

		memcpy(&id.bytes[i], &word, sizeof(word));
	}
	return id;
}

struct dt_node scene_node(uint32_t number)
{
	uint32_t subnet = UINT32_C(0x20000000) / 256 + number; /* 32.0.0.0 */

	return (struct dt_node){
		.id = id_of(number),
		.endpoint = {.family = 4,
			     .ip = {(uint8_t)(subnet >> 16),
				    (uint8_t)(subnet >> 8), (uint8_t)subnet, 1},
			     .tcp_port = 30303,
			     .udp_port = 30301},
	};
}

struct dt_node scene_node_at(uint32_t number, const char *ip)
{
	struct dt_node node = scene_node(number);

	cr_assert(dti_endpoint_parse_ip(&node.endpoint, ip, strlen(ip)), "%s",
		  ip);
	return node;
}

/* ---- the seams ---- */

static bool send_packet(void *context, const struct dt_endpoint *to,
			struct dti_packet *packet)
{
	struct discv4_scene *scene = context;
	struct scene_sent *sent = &scene->sent[scene->sent_count];

	if (scene->send_fails)
		return false;
	scene->hashes++;
	memset(packet->hash, 0, sizeof(packet->hash));
	memcpy(packet->hash, &scene->hashes, sizeof(scene->hashes));
	packet->sender = scene->config.self.id;
	scene->sent_ever++;
	cr_assert_lt(scene->sent_count, SCENE_SENT, "too many packets");
	*sent = (struct scene_sent){.to = *to, .packet = *packet};
	scene->sent_count++;
	return true;
}

static void done(void *context, void *tag,
		 const struct dti_discv4_answer *answer)
{
	struct discv4_scene *scene = context;
	struct scene_answer *out = tag;

	cr_assert_not(out->done, "one answer for one question");
	out->done = true;
	out->done_ms = scene->now.ms;
	out->err = answer->err;
	out->count = answer->count;
	if (answer->count > 0)
		memcpy(out->nodes, answer->nodes,
		       answer->count * sizeof(*answer->nodes));
	if (answer->record)
		out->record = *answer->record;
	out->answer = *answer;
	out->answer.nodes = NULL;
	out->answer.record = NULL;
	if (out->then)
		out->then(scene, out);
}

static void checked(void *context, const struct dti_table_entry *entry,
		    bool alive, bool seed)
{
	struct discv4_scene *scene = context;

	scene->checks[scene->check_count++ % SCENE_CHECKS] =
		(struct scene_check){entry->node.id, alive, seed};
}

static void seen_as(void *context, const struct dt_endpoint *voter,
		    const struct dt_endpoint *said)
{
	struct discv4_scene *scene = context;

	scene->vote_count++;
	scene->voter = *voter;
	scene->said = *said;
}

/* ---- begin and end ---- */

struct discv4_scene *scene_make(void)
{
	struct discv4_scene *scene = calloc(1, sizeof(*scene));
	struct dt_record record = {.seq = SCENE_SEQ, .node = scene_node(SELF)};

	cr_assert_not_null(scene);
	fake_record_write(scene->record, &record);
	scene->allocator = failing_allocator_functions(&scene->counter);
	scene->now = (struct dti_discv4_now){1000, SCENE_UNIX_S + 1};
	scene->config = (struct dti_discv4_config){
		.self = record.node,
		.record_seq = record.seq,
		.record = {scene->record, sizeof(scene->record)},
		.max_queries = 16,
		.max_requests = 64,
		.max_proofs = 1024,
		.refresh_ms = 30 * 60 * 1000,
		.check_ms = 5000,
		.seed = "a seed of thirty-two bytes, once",
		.seams = {.context = scene,
			  .send = send_packet,
			  .done = done,
			  .checked = checked,
			  .seen_as = seen_as,
			  .id_is_valid = fake_id_is_valid,
			  .read_record = fake_record_read},
		.allocator = &scene->allocator,
	};
	return scene;
}

void scene_restrict(struct discv4_scene *scene, const char *networks)
{
	cr_assert(dti_netrestrict_parse(&scene->netrestrict, networks,
					&scene->allocator, NULL) == DT_OK);
	scene->config.netrestrict = scene->netrestrict;
}

void scene_up(struct discv4_scene *scene)
{
	scene->discv4 = dti_discv4_create(&scene->config);
	cr_assert_not_null(scene->discv4);
	dti_discv4_start(scene->discv4, scene->now);
	dti_discv4_verify(scene->discv4);
}

void scene_settle(struct discv4_scene *scene)
{
	scene_settle_checking(scene, DAY_MS);
}

void scene_settle_checking(struct discv4_scene *scene, int64_t check_ms)
{
	scene->config.refresh_ms = DAY_MS;
	scene->config.check_ms = check_ms;
	scene_up(scene);
	scene_pass(scene, 4 * DAY_MS);
	scene_pass_refresh(scene);
	scene_forget_sent(scene);
	scene->ticks = 0;
}

struct discv4_scene *scene_begin(void)
{
	struct discv4_scene *scene = scene_make();

	scene_settle(scene);
	return scene;
}

void scene_end(struct discv4_scene *scene)
{
	if (scene->discv4) {
		dti_discv4_verify(scene->discv4);
		dti_discv4_destroy(scene->discv4);
	}
	dti_netrestrict_destroy(scene->netrestrict, &scene->allocator);
	cr_assert_eq(scene->counter.live, 0u);
	free(scene);
}

/* ---- packets ---- */

struct dti_packet scene_packet(struct discv4_scene *scene,
			       const struct dt_node *from,
			       enum dti_packet_type type)
{
	struct dti_packet packet = {
		.type = type,
		.sender = from->id,
		.expiration = (uint64_t)scene->now.unix_s + DTI_PACKET_LIFE_S,
	};

	scene->hashes++;
	memcpy(packet.hash, &scene->hashes, sizeof(scene->hashes));
	return packet;
}

enum dti_discv4_verdict scene_receive(struct discv4_scene *scene,
				      const struct dt_endpoint *source,
				      const struct dti_packet *packet)
{
	enum dti_discv4_verdict verdict =
		dti_discv4_admit(scene->discv4, source, packet, scene->now);

	if (verdict == DTI_DISCV4_ADMITTED)
		dti_discv4_receive(scene->discv4, source, packet, scene->now);
	dti_discv4_verify(scene->discv4);
	return verdict;
}

void scene_ping(struct discv4_scene *scene, const struct dt_node *from)
{
	struct dti_packet ping = scene_packet(scene, from, DTI_PACKET_PING);

	ping.ping.from = from->endpoint;
	ping.ping.to = scene->config.self.endpoint;
	cr_assert_eq(scene_receive(scene, &from->endpoint, &ping),
		     DTI_DISCV4_ADMITTED);
}

enum dti_discv4_verdict scene_pong(struct discv4_scene *scene,
				   const struct dt_node *from,
				   const struct dti_packet *ping)
{
	struct dti_packet pong = scene_packet(scene, from, DTI_PACKET_PONG);

	pong.pong.to = scene->config.self.endpoint;
	memcpy(pong.pong.token, ping->hash, sizeof(ping->hash));
	return scene_receive(scene, &from->endpoint, &pong);
}

enum dti_discv4_verdict scene_neighbors(struct discv4_scene *scene,
					const struct dt_node *from,
					const struct dt_node *nodes,
					size_t count)
{
	struct dti_packet reply =
		scene_packet(scene, from, DTI_PACKET_NEIGHBORS);

	if (count > 0)
		memcpy(reply.neighbors.nodes, nodes, count * sizeof(*nodes));
	reply.neighbors.count = count;
	return scene_receive(scene, &from->endpoint, &reply);
}

void scene_find(struct discv4_scene *scene, const struct dt_node *from,
		const struct dt_node_id *target)
{
	struct dti_packet find =
		scene_packet(scene, from, DTI_PACKET_FIND_NODE);

	find.find_node.target = *target;
	cr_assert_eq(scene_receive(scene, &from->endpoint, &find),
		     DTI_DISCV4_ADMITTED);
}

enum dti_discv4_verdict scene_record(struct discv4_scene *scene,
				     const struct dt_node *from,
				     const struct dti_packet *request,
				     const struct dt_record *record)
{
	struct dti_packet reply =
		scene_packet(scene, from, DTI_PACKET_RECORD_RESPONSE);

	reply.expiration = 0;
	memcpy(reply.record_response.token, request->hash,
	       sizeof(request->hash));
	fake_record_write(reply.record_response.record, record);
	reply.record_response.length = FAKE_RECORD_SIZE;
	return scene_receive(scene, &from->endpoint, &reply);
}

void scene_bond(struct discv4_scene *scene, const struct dt_node *node)
{
	struct dti_packet ping;

	scene_ping(scene, node);
	scene_taken(scene, DTI_PACKET_PONG, node);
	ping = scene_taken(scene, DTI_PACKET_PING, node);
	cr_assert_eq(scene_pong(scene, node, &ping), DTI_DISCV4_ADMITTED);
}

static bool is_sought(const struct scene_sent *sent, enum dti_packet_type type,
		      const struct dt_endpoint *to)
{
	return sent->packet.type == type &&
	       (!to || dti_endpoint_same_ip(&sent->to, to));
}

bool scene_take(struct discv4_scene *scene, struct scene_sent *out,
		enum dti_packet_type type, const struct dt_endpoint *to)
{
	for (size_t i = 0; i < scene->sent_count; i++) {
		if (!is_sought(&scene->sent[i], type, to))
			continue;
		*out = scene->sent[i];
		memmove(&scene->sent[i], &scene->sent[i + 1],
			(--scene->sent_count - i) * sizeof(scene->sent[0]));
		return true;
	}
	return false;
}

struct dti_packet scene_taken(struct discv4_scene *scene,
			      enum dti_packet_type type,
			      const struct dt_node *to)
{
	struct scene_sent sent;

	cr_assert(scene_take(scene, &sent, type, &to->endpoint),
		  "no packet of type %d was sent", (int)type);
	return sent.packet;
}

size_t scene_count(const struct discv4_scene *scene, enum dti_packet_type type,
		   const struct dt_node *to)
{
	size_t count = 0;

	for (size_t i = 0; i < scene->sent_count; i++)
		count += is_sought(&scene->sent[i], type,
				   to ? &to->endpoint : NULL);
	return count;
}

void scene_forget_sent(struct discv4_scene *scene)
{
	scene->sent_count = 0;
}

/* ---- time ---- */

static void set_now(struct discv4_scene *scene, int64_t now_ms)
{
	scene->now = (struct dti_discv4_now){
		.ms = now_ms,
		.unix_s = SCENE_UNIX_S + now_ms / 1000,
	};
}

static void tick(struct discv4_scene *scene)
{
	scene->ticks++;
	dti_discv4_tick(scene->discv4, scene->now);
	dti_discv4_verify(scene->discv4);
}

void scene_pass(struct discv4_scene *scene, int64_t ms)
{
	int64_t until_ms = scene->now.ms + ms;
	int64_t due_ms;
	int stuck = 0;

	while ((due_ms = dti_discv4_deadline(scene->discv4)) <= until_ms) {
		stuck = due_ms > scene->now.ms ? 0 : stuck + 1;
		cr_assert_lt(stuck, STUCK_TICKS, "time stands still");
		if (due_ms > scene->now.ms)
			set_now(scene, due_ms);
		tick(scene);
	}
	set_now(scene, until_ms);
}

void scene_jump(struct discv4_scene *scene, int64_t ms)
{
	set_now(scene, scene->now.ms + ms);
}

void scene_pass_refresh(struct discv4_scene *scene)
{
	uint64_t before = scene_figures(scene).refreshes;
	int64_t late_ms = scene->now.ms + 2 * DAY_MS;

	while (scene_figures(scene).refreshes == before) {
		scene_pass(scene, 100);
		cr_assert_lt(scene->now.ms, late_ms, "no refresh ends");
	}
}

/* ---- what comes of it ---- */

dt_err scene_ask(struct discv4_scene *scene, struct scene_answer *answer,
		 const struct dti_discv4_question *question)
{
	struct dti_discv4_question tagged = *question;
	dt_err err;

	memset(answer, 0, offsetof(struct scene_answer, then));
	tagged.tag = answer;
	err = dti_discv4_ask(scene->discv4, &tagged, scene->now);
	dti_discv4_verify(scene->discv4);
	return err;
}

const struct dti_table_entry *scene_entry(const struct discv4_scene *scene,
					  const struct dt_node *node)
{
	return dti_table_find(dti_discv4_table(scene->discv4), &node->id);
}

struct dti_table_sizes scene_sizes(const struct discv4_scene *scene)
{
	struct dti_table_sizes sizes;

	dti_table_sizes(dti_discv4_table(scene->discv4), &sizes);
	return sizes;
}

struct dti_discv4_figures scene_figures(const struct discv4_scene *scene)
{
	struct dti_discv4_figures figures;

	dti_discv4_figures(scene->discv4, &figures);
	return figures;
}

struct scene_state scene_state(const struct discv4_scene *scene)
{
	struct scene_state state;

	memset(&state, 0, sizeof(state));
	state.figures = scene_figures(scene);
	state.sizes = scene_sizes(scene);
	state.table_version =
		dti_table_version(dti_discv4_table(scene->discv4));
	state.sent = scene->sent_ever;
	state.deadline_ms = dti_discv4_deadline(scene->discv4);
	return state;
}

void scene_expect(const struct discv4_scene *scene,
		  const struct scene_state *before)
{
	struct scene_state after = scene_state(scene);

	cr_assert_arr_eq(&after.figures, &before->figures,
			 sizeof(after.figures));
	cr_assert_arr_eq(&after.sizes, &before->sizes, sizeof(after.sizes));
	cr_assert_eq(after.table_version, before->table_version);
	cr_assert_eq(after.sent, before->sent);
	cr_assert_eq(after.deadline_ms, before->deadline_ms);
}
