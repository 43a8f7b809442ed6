/* SPDX-License-Identifier: MIT */

/*
 * SLOT of workers/task_queue.h: is what a successful claim hands out item
 * number head, once? One producer, three consumers of which one may stop for
 * ever at any step (preempted), a ring of two slots, each used often.
 *
 * Stores of the producer arrive in their order (release), so one step each.
 * Each of these must fail:
 *	READ_AFTER_CLAIM	the pointer is copied out when the claim counts
 *	CLAIM_BY_STORE		head is stored instead of compared and swapped
 *	TAIL_BEFORE_SLOT	the producer announces the item, then writes it
 */

#define CONSUMERS 3
#define SIZE	  2
#ifndef ITEMS
#define ITEMS 5
#endif

byte slot[SIZE];
byte head;
byte tail;
bool handed_out[ITEMS];
bool dying; /* consumer 0 moves no more */

/* Each item is its number plus 1, so that an empty slot is none. */
proctype producer()
{
	do
	:: tail < ITEMS ->
		tail - head < SIZE; /* room, as length() says */
#ifdef TAIL_BEFORE_SLOT
		tail++;
		slot[(tail - 1) % SIZE] = tail
#else
		slot[tail % SIZE] = tail + 1;
		tail++
#endif
	:: else -> break
	od
}

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

/* One round of take, once head is read; each shared access is one step. */
inline claim()
{
#ifdef READ_AFTER_CLAIM
	if
	:: d_step { CLAIM -> head = saw_head + 1 };
		d_step { hand_out(slot[saw_head % SIZE]) };
progress:	break
	:: d_step { NO_CLAIM -> saw_head = head }
	fi
#else
	item = slot[saw_head % SIZE];
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

inline take()
{
	saw_head = head;
	do
	:: saw_head != tail -> claim()
	:: d_step { saw_head == tail -> saw_head = 0 }; break
	od
}

proctype consumer(byte me)
{
	byte saw_head, item;

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
