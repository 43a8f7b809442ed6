/* SPDX-License-Identifier: MIT */
#ifndef TESTS_DISCV4_SCENE_H
#define TESTS_DISCV4_SCENE_H

/*
 * One protocol machine alone in virtual time. Whom it speaks to is played by
 * the test: it looks at what was sent, and hands in what comes back. After each
 * step the machine is verified.
 */

#include "lib/dialtone.h"
#include "lib/discv4/protocol.h"

#include "tests/discv4_fakes.h"
#include "tests/failing_allocator.h"

#define SCENE_UNIX_S 2000000000 /* the wall clock when virtual time is 0 */
#define SCENE_SENT   1024       /* packets that are remembered */
#define SCENE_CHECKS 64
#define SCENE_SEQ    7 /* of the machine's record */

struct scene_sent {
	struct dt_endpoint to;
	struct dti_packet packet;
};

struct scene_check {
	struct dt_node_id id;
	bool alive;
	bool seed;
};

struct discv4_scene;

/** What a query came to; the test's, until it is done. */
struct scene_answer {
	bool done;
	int64_t done_ms;
	dt_err err;
	size_t count;
	struct dt_node nodes[16];
	struct dti_discv4_answer answer; /* without its pointers */
	struct dt_record record;
	/* Called when it is done; NULL: nothing is. */
	void (*then)(struct discv4_scene *scene, struct scene_answer *answer);
};

struct discv4_scene {
	/* Of what the machine is made; for the test to change before that. */
	struct dti_discv4_config config;
	uint8_t record[FAKE_RECORD_SIZE];
	struct dti_netrestrict *netrestrict;
	struct failing_allocator counter;
	struct dt_allocator allocator;
	struct dti_discv4 *discv4;
	struct dti_discv4_now now;
	bool send_fails;
	/* What it did. */
	struct scene_sent sent[SCENE_SENT]; /* and not taken yet, in order */
	size_t sent_count;
	uint64_t sent_ever;
	uint64_t ticks;
	struct scene_check checks[SCENE_CHECKS]; /* the latest ones */
	size_t check_count;                      /* ever */
	size_t vote_count;        /* ever: where others say that they see it */
	struct dt_endpoint voter; /* the latest */
	struct dt_endpoint said;
	uint64_t hashes;
};

/** With the usual limits, no bootnodes, no machine yet. */
struct discv4_scene *scene_make(void);
/** Before the machine is made: only these networks. */
void scene_restrict(struct discv4_scene *scene, const char *networks);
/** Make the machine; its first refresh begins. */
void scene_up(struct discv4_scene *scene);
/**
 * The same, and let days pass: it has nobody to ask, is ready, and does nothing
 * of its own for a while: the next refresh is hours away, and so are checks.
 */
void scene_settle(struct discv4_scene *scene);
/** The same, but entries are checked so often. */
void scene_settle_checking(struct discv4_scene *scene, int64_t check_ms);
/** make and settle. */
struct discv4_scene *scene_begin(void);
/** Nothing of it may be left. */
void scene_end(struct discv4_scene *scene);

/** Number 1, 2, ...: each with an id and a /24 of its own, public. */
struct dt_node scene_node(uint32_t number);
/** The same, elsewhere. */
struct dt_node scene_node_at(uint32_t number, const char *ip);

/** A packet as others send it; the hash is new, and it is not expired. */
struct dti_packet scene_packet(struct discv4_scene *scene,
			       const struct dt_node *from,
			       enum dti_packet_type type);
/** A datagram comes: admitted, and then received. */
enum dti_discv4_verdict scene_receive(struct discv4_scene *scene,
				      const struct dt_endpoint *source,
				      const struct dti_packet *packet);
/** @from pings, from its own endpoint. */
void scene_ping(struct discv4_scene *scene, const struct dt_node *from);
/** @from answers @ping. */
enum dti_discv4_verdict scene_pong(struct discv4_scene *scene,
				   const struct dt_node *from,
				   const struct dti_packet *ping);
/** @from tells of @count nodes, 16 at most. */
enum dti_discv4_verdict scene_neighbors(struct discv4_scene *scene,
					const struct dt_node *from,
					const struct dt_node *nodes,
					size_t count);
/** @from asks for those near to @target. */
void scene_find(struct discv4_scene *scene, const struct dt_node *from,
		const struct dt_node_id *target);
/** @from answers @request with this record. */
enum dti_discv4_verdict scene_record(struct discv4_scene *scene,
				     const struct dt_node *from,
				     const struct dti_packet *request,
				     const struct dt_record *record);
/** @node has pinged us and was answered, and the other way round. */
void scene_bond(struct discv4_scene *scene, const struct dt_node *node);

/**
 * The first packet of @type that was sent to @to, which is not found a second
 * time. @to: NULL: to anybody. False: there is none.
 */
bool scene_take(struct discv4_scene *scene, struct scene_sent *out,
		enum dti_packet_type type, const struct dt_endpoint *to);
/** The same; it was sent. */
struct dti_packet scene_taken(struct discv4_scene *scene,
			      enum dti_packet_type type,
			      const struct dt_node *to);
/** How many of @type were sent and not taken. @to: NULL: to anybody. */
size_t scene_count(const struct discv4_scene *scene, enum dti_packet_type type,
		   const struct dt_node *to);
void scene_forget_sent(struct discv4_scene *scene);

/** Time passes; what is due happens in time. */
void scene_pass(struct discv4_scene *scene, int64_t ms);
/** Until one more refresh has ended, a moment at a time; or it fails the test. */
void scene_pass_refresh(struct discv4_scene *scene);
/** The clocks jump: nothing happened meanwhile. */
void scene_jump(struct discv4_scene *scene, int64_t ms);

/** Begin a query; @answer is filled in when it is over. */
dt_err scene_ask(struct discv4_scene *scene, struct scene_answer *answer,
		 const struct dti_discv4_question *question);
/** The entry of @node. NULL: there is none. */
const struct dti_table_entry *scene_entry(const struct discv4_scene *scene,
					  const struct dt_node *node);
struct dti_table_sizes scene_sizes(const struct discv4_scene *scene);
struct dti_discv4_figures scene_figures(const struct discv4_scene *scene);

/** All that a packet could change, short of another packet. */
struct scene_state {
	struct dti_discv4_figures figures;
	struct dti_table_sizes sizes;
	uint64_t table_version;
	uint64_t sent;
	int64_t deadline_ms;
};
struct scene_state scene_state(const struct discv4_scene *scene);
/** Fails the test unless nothing has changed since then. */
void scene_expect(const struct discv4_scene *scene,
		  const struct scene_state *before);

#endif /* TESTS_DISCV4_SCENE_H */
