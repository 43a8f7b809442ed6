/* SPDX-License-Identifier: MIT */

/*
 * ORDER of workers/batch_queue.h: a push that is half done (the tail is
 * exchanged, the link is not stored yet) neither loses a wake-up nor keeps the
 * consumer running. Producers push onto a wfcqueue and wake, one consumer takes
 * batches, or parks.
 *
 * Memory is that of x86 (TSO): the link stays in the producer's store buffer
 * until it is flushed; exchanges and fences wait for that. When nothing moves
 * any more, all nodes must have been handed out, each producer's in its order;
 * and nobody may run in circles meanwhile (non-progress cycles, without any
 * fairness: a producer that is preempted stays so).
 *
 * Each of these must fail:
 *	WITHOUT_FENCE		wake_one reads the state with the link in flight
 *	FIRST_WAKES_ONLY	only who found the queue empty wakes
 *	LOOK_AT_QUEUE_ONLY	not at the batch, before sleeping
 *	HAND_OUT_EARLY		the node before the gap is handed out
 *	EMPTY_BY_TAIL		queue_empty looks at the tail (runs in circles)
 */

#define PRODUCERS 2
#define CONSUMERS 1
#ifndef EACH
#define EACH 2 /* nodes a producer */
#endif
#ifndef DEADLINES
#define DEADLINES 0
#endif
#define NODES (PRODUCERS * EACH)
#define NONE  0 /* nodes are 1 to NODES; then the heads of queue and batch */
#define QUEUE (NODES + 1)
#define BATCH (NODES + 2)

byte next[NODES + 3];
byte queue_tail = QUEUE;
byte batch_tail = BATCH; /* the consumer's, as next[BATCH] */
bool out[NODES + 1];	 /* handed out: its owner may do with it as it likes */
byte handed_out;

/* A link in a producer's store buffer: to be stored into next[link_of]. */
byte link_of[PRODUCERS];
byte link_to[PRODUCERS];
#define in_flight(producer) (link_of[producer] != NONE)

#include "park.inc"

proctype producer(byte me)
{
	byte node, before;

	do
	:: d_step { node < EACH && !in_flight(me) ->
			node++;
			before = queue_tail;
			queue_tail = me * EACH + node };
		d_step {
			link_of[me] = before;
			link_to[me] = me * EACH + node
		};
#ifdef FIRST_WAKES_ONLY
		if
		:: before == QUEUE -> wake_one(!in_flight(me))
		:: before != QUEUE -> !in_flight(me)
		fi;
#else
		wake_one(!in_flight(me));
#endif
		before = 0
	:: node == EACH -> break
	od
}

/* Never into a node that is somebody else's by now. */
inline arrive()
{
	assert(link_of[i] > NODES || !out[link_of[i]]);
	next[link_of[i]] = link_to[i];
	link_of[i] = NONE;
	link_to[i] = NONE;
	i = 0
}

/* Stores reach memory sooner or later. */
proctype memory()
{
	byte i;

end:	do
	:: d_step { in_flight(0) -> i = 0; arrive() }
	:: d_step { in_flight(1) -> i = 1; arrive() }
	od
}

/* Splice: two exchanges, and an append to what only the consumer sees. */
inline take()
{
	d_step {
		first = next[QUEUE];
		next[QUEUE] = NONE
	};
	if
	:: d_step { first != NONE ->
			next[batch_tail] = first;
			batch_tail = queue_tail;
			queue_tail = QUEUE;
			first = NONE }
	:: first == NONE
	fi
}

#define FIRST next[BATCH]
#define LINK next[FIRST]

#ifdef HAND_OUT_EARLY
#define READY (FIRST != NONE)
#else
#define READY (FIRST != NONE && (LINK != NONE || FIRST == batch_tail))
#endif
#ifdef EMPTY_BY_TAIL
#define QUEUE_EMPTY (next[QUEUE] == NONE && queue_tail == QUEUE)
#else
#define QUEUE_EMPTY (next[QUEUE] == NONE)
#endif
#ifdef LOOK_AT_QUEUE_ONLY
#define FOUND (!QUEUE_EMPTY)
#else
#define FOUND (!QUEUE_EMPTY || READY)
#endif

inline hand_out()
{
	first = FIRST;
	assert((first - 1) % EACH == 0 || out[first - 1]);
	out[first] = true;
	handed_out++;
	batch_tail = (first == batch_tail -> BATCH : batch_tail);
	next[BATCH] = next[first];
	first = NONE
}

proctype consumer(byte me)
{
	byte ticket, first;
	bool has_left;

	do
	:: take();
		do
		:: d_step { READY -> hand_out() };
progress:		skip
		:: !READY -> break
		od;
		has_left = false;
		begin();
		if
		:: FOUND -> ticket = 0; CANCEL
		:: !FOUND -> wait()
		fi
	od
}

proctype observer()
{
	timeout;
	assert(handed_out == NODES);
	assert(!waking && sleepers == 1)
}

init
{
	atomic {
		run producer(0);
		run producer(1);
		run consumer(0);
		run memory();
		run observer()
	}
}
