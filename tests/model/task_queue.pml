/* SPDX-License-Identifier: MIT */

/*
 * SLOT and EMPTY of workers/task_queue.h: is what a successful claim hands out
 * item number head, once; and was the queue empty at some moment when take says
 * so? One producer that publishes one item or two at a time, three consumers of
 * which one may stop for ever at any step (preempted), a ring of two slots, each
 * used often.
 *
 * Stores of the producer arrive in their order (release), so one step each. The
 * marks are what one bit tells: whether the lap is even or odd.
 * Each of these must fail:
 *	READ_AFTER_CLAIM	the pointer is copied out when the claim counts
 *	CLAIM_BY_STORE		head is stored instead of compared and swapped
 *	NO_MARK			what is in the slot counts, of whatever lap
 *	ONE_LOOK		"empty" without a second look at head
 *	OLDEST_FIRST		counts a batch as published with its first slot
 */

#define CONSUMERS 3
#define SIZE	  2
#ifndef ITEMS
#define ITEMS 5
#endif

byte slot[SIZE];
byte head;
byte tail; /* published; consumers do not read it, but for this model */
bool handed_out[ITEMS];
bool dying; /* consumer 0 moves no more */

/* Each item is its number plus 1, so that an empty slot is none. */
proctype producer()
{
	byte number, put;

	do
	:: tail < ITEMS ->
		tail - head < SIZE; /* room, as length() says */
		put = tail + 1;
		if
		:: put < ITEMS && put - head < SIZE -> put++
		:: true
		fi;
#ifdef OLDEST_FIRST
		number = tail;
		tail = put;
		do
		:: number < put -> slot[number % SIZE] = number + 1; number++
		:: else -> break
		od;
#else
		number = put;
		do
		:: number > tail + 1 ->
			number--;
			slot[number % SIZE] = number + 1
		:: else -> break
		od;
		atomic { slot[tail % SIZE] = tail + 1; tail = put };
#endif
		number = 0;
		put = 0
	:: else -> break
	od
}

#ifdef NO_MARK
#define IS_OF_LAP(item) item != 0
#else
#define IS_OF_LAP(item) \
	item != 0 && ((item - 1) / SIZE) % 2 == (saw_head / SIZE) % 2
#endif

/* @item is what was read from the slot of number @saw_head. */
inline hand_out(item)
{
	assert(item == saw_head + 1);
	assert(!handed_out[saw_head]);
	handed_out[saw_head] = true;
	saw_head = 0
}

#ifdef CLAIM_BY_STORE
#define CLAIM	true
#define NO_CLAIM false
#else
#define CLAIM	 head == saw_head
#define NO_CLAIM head != saw_head
#endif

/* One round of take, once the slot is read; each shared access is one step. */
inline claim()
{
#ifdef READ_AFTER_CLAIM
	if
	:: d_step { CLAIM -> head = saw_head + 1 };
		d_step { hand_out(slot[saw_head % SIZE]); item = 0 };
progress:	break
	:: d_step { NO_CLAIM -> saw_head = head }
	fi
#else
	if
	:: d_step { CLAIM ->
			head = saw_head + 1;
			hand_out(item);
			item = 0 };
progress:	break
	:: d_step { NO_CLAIM -> saw_head = head; item = 0 } /* failed */
	fi
#endif
}

/* It is not of this lap: empty, if head is where it was. */
inline look_again()
{
	if
#ifndef ONE_LOOK
	:: d_step { head != saw_head -> saw_head = head; item = 0 }
	:: d_step { head == saw_head ->
#else
	:: d_step { true ->
#endif
			assert(!had_one);
			saw_head = 0;
			item = 0 };
		break
	fi
}

inline take()
{
	saw_head = head;
	do
	:: d_step { item = slot[saw_head % SIZE]; had_one = tail > head };
		if
		:: IS_OF_LAP(item) -> had_one = false; claim()
		:: else -> look_again()
		fi
	od;
	had_one = false
}

proctype consumer(byte me)
{
	byte saw_head, item;
	bool had_one; /* when the slot was read */

	{
		do
		:: head < tail -> take()
		:: head == ITEMS -> break
		od
	} unless {
		me == 0 && dying
	}
}

proctype killer()
{
	dying = true
}

/* When nothing moves any more, the dead one has kept one item at most. */
proctype observer()
{
	byte i, lost;

	timeout;
	assert(head == ITEMS && tail == ITEMS);
	for (i : 0 .. ITEMS - 1) {
		lost = (handed_out[i] -> lost : lost + 1)
	}
	assert(lost <= 1)
}

init
{
	byte i;

	atomic {
		run producer();
		for (i : 0 .. CONSUMERS - 1) {
			run consumer(i)
		}
		run killer();
		run observer()
	}
}
