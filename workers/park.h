/* SPDX-License-Identifier: MIT */
#ifndef DTI_PARK_H
#define DTI_PARK_H

/*
 * Where threads sleep until there is something to take: an event count on a
 * futex. Workers share one place, the scheduler has its own.
 *
 * The rule for its users (Q stands for whatever they wait for, a queue or two):
 *
 *	producer:  push to Q;  dti_park_wake_one()
 *	consumer:  ticket = dti_park_begin()
 *		   if Q has something:  dti_park_cancel()
 *		   else:		dti_park_wait(ticket)
 *		   take from Q; if there is more:  dti_park_wake_one(),
 *			before it works on what it has taken
 *
 * The last line is for every thread that comes out of cancel or wait, also out
 * of one that timed out: it may have used up a wake that others counted on.
 * After several pushes one wake_one is enough.
 *
 * What may run at once: everything with everything, but init with nothing. Each
 * begin is followed by one cancel or wait of the same thread.
 *
 * Progress: begin is wait-free. cancel and wake_one are lock-free: their CAS
 * fails only when another thread's has succeeded; wake_one makes at most one
 * system call (FUTEX_WAKE, which does not wait). wake_all is wait-free with one
 * system call. wait blocks: until woken or its deadline.
 *
 * Memory order, each access and its partner:
 *
 *	begin		epoch	acquire	release in wake_one and wake_all
 *	begin		state	RMW	relaxed; then fence [1]
 *	leave		state	CAS	relaxed; then fence [2]
 *	wake_one	state	load	relaxed; after fence [3]
 *	wake_one	state	CAS	relaxed; atomicity is all it needs
 *	wake_*		epoch	RMW	release: after the CAS, and after what
 *					wake_all's caller wrote; acquire in
 *					begin, or fence [2] when the kernel saw
 *	wait		epoch	-	the kernel's own compare, one with its
 *					queue of sleepers
 *	all		sleeps,	relaxed	statistics; nothing is read through them
 *			wakes
 * (leave is the end of cancel and of wait.) The fences are seq_cst. They stand
 * alone, instead of making state's accesses seq_cst, because one side's access
 * is the user's: a ring's C11 atomic, liburcu's assembly, a flag. Two of them
 * are on the way to and from sleep, where they cost nothing that can be seen;
 * the third is a producer's price for not making a system call. It reads state
 * and does not write it, so that producers share its cache line.
 *
 * WAKE: no sleeper sleeps on while there is something to take.
 *
 * Threads: producers P, consumers C, and a waker W: a producer, or a consumer
 * that passes the wake on.
 *
 * Accesses, in order. state holds the number of threads between begin and leave
 * and the bit WAKING; both change by one RMW, never apart.
 *	P: push; fence [3]; read state; if nobody sleeps or WAKING: done.
 *	   Else W: CAS(WAKING on); epoch + 1; FUTEX_WAKE(1).
 *	C: read epoch (the ticket); state: one sleeper more; fence [1];
 *	   look at Q; FUTEX_WAIT if epoch is still the ticket;
 *	   state: one sleeper less and WAKING off; fence [2]; look at Q.
 *
 * What would go wrong, and why it cannot:
 *  (a) P sees no sleeper while C, a moment later, does not see the push: both
 *  read before their own write has arrived (store buffers; Dekker). Fences [3]
 *  and [1] stand between each one's write and its read, so one of the two reads
 *  the other's write.
 *  (b) P sees WAKING and leaves it to W, but whom W wakes has looked already.
 *  Each thread that is woken turns WAKING off before it looks (fence [2]), and
 *  P had seen it on after its push (fence [3]): so it sees the push. It takes
 *  one item at least, or another consumer has, and passes on.
 *  (c) WAKING stays on though nobody will turn it off, so every later wake is
 *  left out. It can be set only while somebody is counted as a sleeper (same
 *  word, same CAS), and whoever is counted turns it off when it leaves, for
 *  whatever reason. And one of them does leave: each had its ticket before it
 *  was counted, so before W moved the epoch. Who reaches FUTEX_WAIT after
 *  that does not fall asleep; if all had done so before, FUTEX_WAKE finds one.
 *  (A ticket taken after the count could be newer than W's epoch: its owner
 *  would sleep and keep WAKING on.) With the bit and the number in two words,
 *  the last sleeper could leave between W's look at the number and its setting
 *  of the bit.
 *  (d) The wake reaches a thread that does not need it (it was cancelling, it
 *  timed out). It leaves, so it follows the rule: looks, takes, passes on.
 *
 * A waker that is preempted between its CAS and FUTEX_WAKE: until it runs
 * again, other producers leave the waking to it. Threads that are awake go on
 * and take what is there; a sleeper leaves at its deadline as usual; who begins
 * or cancels meanwhile is not held up. Only those asleep sleep on for as long,
 * as they would when the woken one was preempted. Nothing is lost: the wake
 * comes. A thread that leaves earlier turns WAKING off, and then the next push
 * wakes by itself; the late FUTEX_WAKE is then one too many, which is harmless.
 *
 * wake_all is for a flag (stop) that is written before it, with any order. It
 * moves the epoch and wakes everybody without looking at state. Who has an
 * older ticket does not fall asleep or is woken, who gets a newer one has
 * acquired the flag with it.
 *
 * Harmless: the epoch wraps. A thread that stops between begin and wait for
 * exactly 2^32 wakes would sleep on; the next wake finds it.
 *
 * tests/model/park.pml is this note for a model checker, and what becomes of it
 * without each of its parts.
 */

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct dti_park {
	/* Shared: atomic. See WAKE. On a line of its own: producers read state
	 * all the time, nobody writes it but on the way to and from sleep. */
	alignas(64) _Atomic uint32_t epoch; /* the futex: one more each wake */
	_Atomic uint32_t state; /* sleepers, and whether a wake is on its way */
	/* Statistics: atomic, relaxed; nothing is published by them. */
	_Atomic uint64_t sleeps;
	_Atomic uint64_t wakes;
};

void dti_park_init(struct dti_park *park);

/** Announce that the caller is about to sleep. Any thread. Wait-free. */
uint32_t dti_park_begin(struct dti_park *park);
/** Not after all: there was something. Any thread. Lock-free. */
void dti_park_cancel(struct dti_park *park);
/**
 * Sleep until woken, or until @deadline_ns (CLOCK_MONOTONIC; INT64_MAX: no
 * deadline). True: woken (or spuriously); false: the deadline has passed. May
 * return at once; the caller looks again in any case. @ticket: what begin gave.
 */
bool dti_park_wait(struct dti_park *park, uint32_t ticket, int64_t deadline_ns);

/**
 * Something was pushed: wake one sleeper, unless none sleeps or a wake is on
 * its way already (whoever wakes must call this again if there is more to
 * take). Any thread. Lock-free; one system call at most.
 */
void dti_park_wake_one(struct dti_park *park);
/** Sleep for @ns; nobody wakes it. Blocks. For what is too rare to be woken. */
void dti_park_nap(int64_t ns);

/** Wake everyone (stop). Any thread. */
void dti_park_wake_all(struct dti_park *park);

#endif /* DTI_PARK_H */
