/* SPDX-License-Identifier: MIT */

/*
 * ANSWER of workers/discovery_query.h: one slot that callers take in turn, some
 * of which give up, and the host's thread, which answers sooner or later. The
 * queue of messages is a channel: order.pml is about that.
 *
 * When nothing moves any more all callers must be through with their questions,
 * each with the answer to its own or given up, and the slot must be free. Only
 * GIVE_UPS times does a caller give up: else it would wake itself.
 *
 * Each of these must fail:
 *	LOOK_THEN_CLEAR	the eventfd is cleared after the look at the state
 *	RAISE_FIRST	the eventfd is raised before the state is changed
 *	WAKE_IS_ANSWER	a raised eventfd is taken for an answer
 *	STORE_DONE	the thread does not look whether somebody still waits
 *	FREE_AT_ONCE	who gives up frees the slot itself
 */

#ifndef CALLERS
#define CALLERS 2
#endif
#ifndef EACH
#define EACH 2 /* questions a caller */
#endif
#ifndef GIVE_UPS
#define GIVE_UPS 2
#endif

#define FREE	  0
#define WAITING	  1
#define DONE	  2
#define ABANDONED 3

byte state = FREE;
bool raised;	/* the eventfd */
byte question;	/* its number, in the slot */
byte answer;	/* the number of the question that it answers */
byte give_ups = GIVE_UPS;
byte ended;

#define ASK	0
#define ABANDON 1
chan messages = [CALLERS * 2] of { byte };

/* Sleep until the eventfd is raised, or no longer: gives_up. */
inline sleep()
{
	if
	:: raised
	:: atomic { give_ups > 0 -> give_ups--; gives_up = true }
	fi
}

proctype caller(byte me)
{
	byte number;
	byte asked;
	bool gives_up;

	do
	:: asked < EACH ->
		asked++;
		atomic { state == FREE -> state = WAITING };
		number = me * EACH + asked;
		question = number;
		messages!ASK;
		gives_up = false;
		do
#ifdef WAKE_IS_ANSWER
		:: raised -> raised = false; break
		:: !raised ->
#else
		:: state == DONE -> break
		:: state != DONE ->
#endif
#ifdef LOOK_THEN_CLEAR
			raised = false;
			sleep();
#else
			sleep();
#endif
			if
			:: gives_up -> break
#if defined(LOOK_THEN_CLEAR) || defined(WAKE_IS_ANSWER)
			:: !gives_up
#else
			:: !gives_up -> raised = false
#endif
			fi
		od;
		if
		:: gives_up && state == WAITING ->
#ifdef FREE_AT_ONCE
			state = FREE
#else
			if
			:: atomic { state == WAITING -> state = ABANDONED };
				messages!ABANDON
			:: state == DONE -> gives_up = false
			fi
#endif
		:: gives_up && state == DONE -> gives_up = false
		:: !gives_up
		fi;
		if
		:: gives_up
		:: !gives_up ->
			assert(state == DONE);
			assert(answer == number);
			answer = 0;
			state = FREE
		fi;
		d_step { ended++; number = 0; gives_up = false }
	:: asked == EACH -> break
	od
}

proctype thread()
{
	byte message;
	byte known; /* the question that it has to answer; 0: none */

end:	do
	:: messages?message ->
		if
		:: message == ASK ->
			assert(known == 0);
			known = question
		:: message == ABANDON ->
			assert(state == ABANDONED);
			known = 0;
			state = FREE
		fi;
		message = 0
	:: known != 0 ->
		answer = known;
		known = 0;
#ifdef RAISE_FIRST
		raised = true;
#endif
#ifdef STORE_DONE
		state = DONE;
		raised = true
#else
		if
		:: atomic { state == WAITING -> state = DONE };
#ifndef RAISE_FIRST
			raised = true
#endif
		:: state != WAITING
		fi
#endif
	od
}

proctype observer()
{
	timeout;
	assert(ended == CALLERS * EACH);
	assert(state == FREE)
}

init
{
	atomic {
		byte i;
		for (i : 0 .. CALLERS - 1) {
			run caller(i)
		}
		run thread();
		run observer()
	}
}
