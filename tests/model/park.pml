/* SPDX-License-Identifier: MIT */

/*
 * WAKE of workers/park.h: does a sleeper sleep on while there is something to
 * take? Producers push into a queue that is taken as correct (for it see
 * task_queue.pml and order.pml), consumers take, or park.
 *
 * Memory is that of x86 (TSO): a push stays in its producer's store buffer
 * until it is flushed, which a fence or an atomic read-modify-write waits for.
 * A consumer that has taken an item may work on it for ever: it is let go only
 * when nothing else can move. In each such state nobody may be asleep while the
 * queue has something. A woken sleeper is any of those asleep; as many waits as
 * DEADLINES says may time out.
 *
 * STOP adds a thread that raises a flag and wakes all. Each of these must fail:
 *	WITHOUT_FENCE		wake_one reads the state with the push in flight
 *	WITHOUT_RECHECK		a consumer does not look again before it sleeps
 *	WITHOUT_PASS_ON		a woken consumer does not wake the next
 *	TWO_WORDS		sleepers and WAKING are two words
 *	TICKET_AFTER_COUNT	begin reads the epoch after counting itself
 *	CANCEL_KEEPS_WAKING	cancel leaves the bit as it is
 *	STOP_KEEPS_EPOCH	wake_all does not move the epoch (with STOP)
 */

#ifndef PRODUCERS
#define PRODUCERS 2
#endif
#ifndef CONSUMERS
#define CONSUMERS 3
#endif
#ifndef EACH
#define EACH 1 /* items a producer */
#endif
#ifndef DEADLINES
#define DEADLINES 1
#endif

byte in_flight[PRODUCERS]; /* pushes in a producer's store buffer */
byte queue;		   /* items in the queue */
byte taken;
bool at_work[CONSUMERS]; /* has an item, and may keep it for ever */
bool stop;
byte finished; /* consumers that have seen stop */

#include "park.inc"

proctype producer(byte me)
{
	byte done = 0;

	do
	:: done < EACH ->
		d_step {
			in_flight[me]++;
			done++
		};
		wake_one(in_flight[me] == 0)
	:: else -> break
	od
}

/* Stores reach memory sooner or later. */
proctype memory()
{
end:	do
	:: d_step { in_flight[0] > 0 -> in_flight[0]--; queue++ }
#if PRODUCERS > 1
	:: d_step { in_flight[1] > 0 -> in_flight[1]--; queue++ }
#endif
	od
}

/* Has taken something: passes the wake on, works. */
inline use()
{
#ifndef WITHOUT_PASS_ON
	if
	:: has_left && queue > 0 -> has_left = false; wake_one(true)
	:: !has_left || queue == 0
	fi;
#endif
	if
	:: has_left = false /* done at once */
	:: d_step { has_left = false; at_work[me] = true }; !at_work[me]
	fi
}

proctype consumer(byte me)
{
	byte ticket;
	bool has_left; /* came out of cancel or wait and has not looked yet */

	do
	:: d_step { queue > 0 -> queue--; taken++ };
progress:	use()
	:: d_step { queue == 0 && !stop -> has_left = false };
		begin();
		if
#ifndef WITHOUT_RECHECK
		:: d_step { queue > 0 || stop -> ticket = 0 }; CANCEL
		:: queue == 0 && !stop -> wait()
#else
		:: wait()
#endif
		fi
	:: d_step { queue == 0 && stop -> has_left = false }; break
	od;
	finished++
}

#ifdef STOP
proctype stopper()
{
	byte i;

	stop = true; /* arrives before the read-modify-write of the epoch */
#ifndef STOP_KEEPS_EPOCH
	epoch++;
#endif
	d_step {
		for (i : 0 .. CONSUMERS - 1) {
			asleep[i] = false
		}
		i = 0
	}
}
#endif

/* Runs only when nothing else can: looks at the state, lets a worker finish. */
proctype observer()
{
	byte i;

	do
	:: timeout ->
		d_step {
			for (i : 0 .. CONSUMERS - 1) {
				assert(!asleep[i] || (queue == 0 && !stop))
			}
			i = 0
		};
		if
		:: at_work[0] -> at_work[0] = false
#if CONSUMERS > 1
		:: at_work[1] -> at_work[1] = false
#endif
#if CONSUMERS > 2
		:: at_work[2] -> at_work[2] = false
#endif
		:: else -> break
		fi
	od;
#ifdef STOP
	assert(finished == CONSUMERS && sleepers == 0);
#else
	assert(taken == PRODUCERS * EACH);
#endif
#ifndef WAKING_MAY_STICK /* go on until somebody suffers from it */
	assert(!waking);
#endif
	assert(sleepers == CONSUMERS - finished)
}

init
{
	byte i;

	atomic {
		for (i : 0 .. PRODUCERS - 1) {
			run producer(i)
		}
		for (i : 0 .. CONSUMERS - 1) {
			run consumer(i)
		}
		run memory();
#ifdef STOP
		run stopper();
#endif
		run observer()
	}
}
