/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCOVERY_QUERY_H
#define DTI_DISCOVERY_QUERY_H

/*
 * Questions that other threads ask a node of discovery, and their wait for the
 * answer. Each takes one of a fixed set of slots and pushes it to the host's
 * thread, which answers sooner or later; the caller waits until then, or until
 * its own deadline or cancel.
 *
 *	caller:	take, ask, await --> read the answer, give
 *			         \-> too late: nothing more
 *	thread:	question message --> write the answer, finish
 *		abandon message  --> forget the question, release
 *
 *		take	ask	await	give	finish	release	drain
 *	take	 -	 -	 -	 -	 -	 -	 X
 *	drain	 X	 X	 -	 -	 -	 -	 X
 *	all others: -			-: may run at once	X: may not
 *	ask, await and give: the caller that has the slot. finish and release:
 *	the host's thread, in a message or later. init, fini: alone.
 *
 * Progress: take and give take a mutex that only callers share, for a few
 * instructions; take looks for a slot lock-free, O(slots). finish and release,
 * the thread's, are wait-free: it waits for nobody here. await blocks.
 *
 * ANSWER: each question has exactly one end, and its slot one owner.
 *
 * The two: the caller C, which may give up, and the thread T, which answers.
 * `state` decides; each of its changes is one read-modify-write:
 *
 *	FREE ----take: C---> WAITING ----finish: T---> DONE ----give: C---> FREE
 *	                        \
 *	                         +--await: C---> ABANDONED ----release: T---> FREE
 *
 * Accesses, in order.
 *	C: FREE -> WAITING; write the question; push it; then again and again:
 *	   look at the state, DONE ends it; sleep until the eventfd is raised;
 *	   clear the eventfd. When it must not sleep longer: WAITING ->
 *	   ABANDONED, and push the abandon message.
 *	T: write the answer; WAITING -> DONE; if that was so, raise the eventfd.
 *	   In the abandon message: forget the question; ABANDONED -> FREE.
 *
 * What would go wrong, and why it cannot:
 *  (a) Both think that they have ended it, or neither: only one of the two
 *  compare-and-swaps away from WAITING succeeds. C, when its own fails, has the
 *  answer; T, when its own fails, does nothing, since the abandon message is on
 *  its way.
 *  (b) The slot goes to another caller while T still has the old question, and
 *  the answer to that ends the new one. Who gives up does not free the slot: T
 *  does, when the abandon message comes, after it has forgotten the question.
 *  The message is pushed behind the question by the same thread, so T knows the
 *  question by then; and it is a message of its own, since the question's may
 *  still be on its way.
 *  (c) The wake is lost. C clears the eventfd, then looks; T writes the state,
 *  then raises. So a wake that C has cleared comes with a state that C sees.
 *  (d) The wake is one of an earlier question: T has raised late, after C's
 *  predecessor had seen DONE without it. C looks at the state, sees WAITING and
 *  sleeps on. A raised eventfd never means more than: look.
 *  (e) T raises the eventfd of a slot that is gone. It is made once, by the
 *  first caller of the slot, and closed by fini, which is after T has been told
 *  that the node leaves.
 * tests/model/answer.pml is this note for a model checker.
 *
 * DRAIN: nobody is in here when the memory goes. Each caller is counted from
 * take to its last access, under the mutex; drain waits for the last one. That
 * one lets go of the mutex before drain can return, as mutexes promise.
 */

#include <pthread.h>
#include <stdatomic.h>

#include "lib/dialtone.h"
#include "lib/discv4/lookup.h"
#include "lib/discv4/protocol.h"

#include "workers/discovery_host.h"

/** What a slot can hold of an answer; see struct dti_discv4_answer. */
struct dti_query_answer {
	dt_err err;
	struct dt_node nodes[DTI_LOOKUP_RESULTS];
	size_t count;
	int64_t rtt_ms;
	struct dt_endpoint seen_as;
	uint64_t record_seq;
	struct dt_record record;
	uint32_t asked;
	uint32_t answered;
};

/* All zeros at first, so that a slot costs memory only once it is used. */
struct dti_query_slot {
	/* Shared: see ANSWER. */
	_Atomic uint32_t state;

	/* The caller's until ask, then read-only. */
	struct dti_query_slots *slots;
	int event_fd_plus_1; /* made by its first caller; 0: not yet */
	struct dti_host_message question_message;
	struct dti_host_message abandon_message;
	struct dti_discv4_question question; /* tag: the slot */

	/* The thread's until finish, then the caller's. */
	struct dti_query_answer answer;
	/* The thread's: the question has come and was not ended; then the list
	 * of those that it is about to finish. */
	bool under_way;
	struct dti_query_slot *next_ended;
};

struct dti_query_slots {
	/* Set by its owner before init, read-only afterwards. */
	const struct dt_allocator *allocator;
	struct dt_discv4_host *host;
	struct dti_host_member *member;
	/** The question of a slot has come. On the host's thread. */
	void (*question)(struct dti_host_message *message);
	/** Its caller has given up: forget it, and release the slot. */
	void (*abandoned)(struct dti_host_message *message);
	uint32_t count;

	/* Set by init, read-only afterwards. */
	struct dti_query_slot *all;

	/* See DRAIN. */
	pthread_mutex_t lock;
	pthread_cond_t left;
	uint32_t callers; /* under the lock: between take and their end */
};

/** Pair with fini. Errors: DT_ERR_NO_MEMORY. */
dt_err dti_query_slots_init(struct dti_query_slots *slots);
/** All slots are free, and the host's thread is done with them. */
void dti_query_slots_fini(struct dti_query_slots *slots);
/** Wait until the last caller has left. No other may come any more. */
void dti_query_slots_drain(struct dti_query_slots *slots);

/** A slot for the caller's question. NULL: all are in use, or no descriptor. */
struct dti_query_slot *dti_query_take(struct dti_query_slots *slots);
/**
 * dti_query_await - ask what was written to @slot->question, and wait.
 * DT_OK: @slot->answer is there, and the slot the caller's until give. Any other
 * error is dt_op_wait()'s: the slot is not the caller's any more.
 */
dt_err dti_query_await(struct dti_query_slot *slot, const struct dt_op *op);
void dti_query_give(struct dti_query_slot *slot);

/**
 * The host's thread: @slot->answer is written. The slot is not its any more,
 * unless the caller has given up: then it is until the abandon message.
 */
void dti_query_finish(struct dti_query_slot *slot);
/** The host's thread, in the abandon message. */
void dti_query_release(struct dti_query_slot *slot);

#endif /* DTI_DISCOVERY_QUERY_H */
